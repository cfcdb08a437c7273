"""`palvelurinki terminals`: see, approve and revoke terminals' keys without being signed in anywhere.

For the first installation, when no administrator can sign in yet, and for when none is at hand. Works on the store
itself; running servers see the outcome within a second. Noted in the audit log as "command:USER".
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from rich.table import Table

from palvelurinki.application import enrolment
from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Context
from palvelurinki.asking import finnish
from palvelurinki.domain.directory import PointId, TerminalId
from palvelurinki.domain.enrolment import fingerprint
from palvelurinki.domain.errors import UnknownEnrolment, UnknownThing
from palvelurinki.noting import actor
from palvelurinki.opening import command_context, open_store_from
from palvelurinki.protocol.enrolment import EnrolledTerminalView
from palvelurinki.reporting.terminals import enrolled_terminals
from palvelurinki.store_settings import StoreSettings
from palvelurinki.tables import cell, table_console

terminals_app = typer.Typer(help="Terminals' keys: who has which, approving and revoking them.", no_args_is_help=True)

Result = TypeVar("Result")
TerminalArgument = Annotated[str, typer.Argument(metavar="TERMINAL", help="The terminal's id in the configuration")]


@terminals_app.command("list")
def list_terminals(
    point: Annotated[str | None, typer.Option(help="Of this service point alone")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """List all terminals, with the state of their keys. Times: Finnish in the table, else UTC."""
    views = _run(lambda context: _views(context, None if point is None else PointId(point)))
    if as_json:
        typer.echo(json.dumps([view.model_dump(mode="json") for view in views], ensure_ascii=False, indent=2))
    else:
        table_console().print(terminals_table(views))


@terminals_app.command()
def approve(
    terminal: TerminalArgument,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code that the terminal shows")],
    shown: Annotated[
        str | None,
        typer.Option("--fingerprint", help="The fingerprint that the terminal shows; asked about if not said"),
    ] = None,
) -> None:
    """Approve the key of the terminal that shows this code. A key that the terminal had before is revoked by that."""
    compared = shown if shown is not None else _compared(code)
    done = _run(lambda context: enrolment.approve(context, actor(), TerminalId(terminal), code, compared))
    typer.echo(f"{terminal} is enrolled with the key {fingerprint(done.key.key.thumbprint)}")
    if done.replaced:
        typer.echo("The key that it had before is revoked; whatever held that one is signed out.")


@terminals_app.command()
def revoke(terminal: TerminalArgument) -> None:
    """Revoke the terminal's key: it is signed out within seconds, and what it held ends."""
    if _run(lambda context: enrolment.revoke(context, actor(), TerminalId(terminal))):
        typer.echo(
            f"The key of {terminal} is revoked. To use the terminal again, have it make a new one and approve that."
        )
    else:
        typer.echo(f"{terminal} had no key that was good; whoever was signed in as it is signed out.")


def terminals_table(views: list[EnrolledTerminalView]) -> Table:
    """One row a terminal. Its id is whole, for copying."""
    table = Table(title=f"Terminals: {len(views)}", title_justify="left")
    table.add_column("Terminal", no_wrap=True)
    for heading in ("Point", "Key", "Fingerprint", "Enrolled", "By", "Last sign-in", "Connected"):
        table.add_column(heading, overflow="fold")
    for view in views:
        table.add_row(
            view.terminal.id,
            cell(view.point.names.fi),
            view.state,
            view.fingerprint or "",
            finnish(view.enrolled_at) if view.enrolled_at else "",
            cell(view.enrolled_by or ""),
            finnish(view.last_sign_in_at) if view.last_sign_in_at else "",
            "yes" if view.connected else "no",
        )
    return table


def _compared(code: str) -> str:
    """The fingerprint behind the code, which somebody has compared with the one on the terminal's screen."""
    found = fingerprint(_run(lambda context: enrolment.look_up(context, code)).key.thumbprint)
    typer.echo(f"The key with this code has the fingerprint {found}")
    if not typer.confirm("Does the terminal show the same?"):
        raise UnknownEnrolment("the terminal shows another fingerprint: this is not its code")
    return found


async def _views(context: Context, point: PointId | None) -> list[EnrolledTerminalView]:
    directory = context.directory
    if point is not None and point not in directory.points:
        raise UnknownThing("point", point)
    terminals = [each for each in directory.terminals.values() if point in {None, each.point}]
    async with context.store.reading() as tx:
        keys = await tx.terminal_keys.of([each.id for each in terminals])
        connected = await tx.connections.connected([str(Principal.terminal(each.id)) for each in terminals])
    return enrolled_terminals(directory, terminals, keys, connected)


def _run(use: Callable[[Context], Awaitable[Result]]) -> Result:
    async def on_store() -> Result:
        async with open_store_from(StoreSettings()) as store:
            return await use(await command_context(store))

    return asyncio.run(on_store())
