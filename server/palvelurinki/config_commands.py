"""`palvelurinki config`: check a configuration, put it in force, write out the one that is, look at it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from palvelurinki.application.configuration import (
    Applied,
    ConfigurationRefused,
    apply,
    decode,
    load_directory,
    read,
    to_directory,
    to_yaml,
)
from palvelurinki.application.configuration.applying import KINDS
from palvelurinki.domain.audit import AuditAct
from palvelurinki.domain.directory import Directory
from palvelurinki.domain.hours import HELSINKI, OpeningHours, closes_at, is_open, next_opening
from palvelurinki.noting import note, user
from palvelurinki.opening import open_store_from
from palvelurinki.ports import Store
from palvelurinki.store_settings import StoreSettings

config_app = typer.Typer(
    help="The configuration: organisations, services, rings, service points, terminals and staff, in one document.",
    no_args_is_help=True,
)

ConfigurationFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A configuration in YAML", exists=True, dir_okay=False, readable=True)
]
Result = TypeVar("Result")


@config_app.command("apply")
def apply_file(
    file: ConfigurationFile,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would change, and change nothing")] = False,
    allow_removals: Annotated[
        bool, typer.Option("--allow-removals", help="More than half of what is in force may go")
    ] = False,
    applied_by: Annotated[
        str | None, typer.Option("--by", help="Who applies it; the system's user if not said")
    ] = None,
) -> None:
    """Put a configuration in force, whole or not at all. Running servers take it into use by themselves."""
    who = applied_by or user()

    async def use(store: Store) -> Applied:
        return await apply(store, text, str(file), applied_by=who, dry_run=dry_run, allow_removals=allow_removals)

    with _problems_told():
        text = decode(file.read_bytes(), str(file))
        # The first configuration is what makes a database.
        applied = asyncio.run(_with_store(use, must_exist=False))
    typer.echo("\n".join(_outcome(applied, file, dry_run=dry_run)))


@config_app.command()
def check(file: ConfigurationFile) -> None:
    """Tell all that is wrong with a configuration. Needs no database, so does not see what is in use."""
    with _problems_told():
        document, _ = read(decode(file.read_bytes(), str(file)), str(file))
    typer.echo(f"{file} is in order: {_counts(to_directory(document, 0))}")


@config_app.command()
def export(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Where to; standard output if not said")] = None,
) -> None:
    """Write out the configuration in force. Applying what was written changes nothing.

    It names staff: that it was written out, and by whom, is noted in the audit log.
    """
    directory = asyncio.run(_with_store(partial(_read_noted, why="export")))
    _require_one(directory)
    text = to_yaml(directory)
    if file is None:
        typer.echo(text, nl=False)
    else:
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            typer.echo(f"{file}: {error.strerror}", err=True)
            raise typer.Exit(1) from error


@config_app.command()
def show() -> None:
    """Show what is in force now."""

    async def use(store: Store) -> tuple[Directory, datetime]:
        directory = await _read_noted(store, why="show")
        async with store.reading() as tx:
            return directory, await tx.now()

    directory, now = asyncio.run(_with_store(use))
    _require_one(directory)
    console = Console()
    console.print(f"Revision {directory.revision}: {_counts(directory)}")
    for table in (_rings(directory, now), _points(directory), _staff(directory)):
        console.print()
        console.print(table)


async def _read_noted(store: Store, *, why: str) -> Directory:
    """The configuration in force, once it has been noted who is shown the names of staff."""
    directory = await load_directory(store)
    if directory.staff:
        await note(store, AuditAct.CONFIGURATION_READ, f"configuration:{directory.revision}", why)
    return directory


def _require_one(directory: Directory) -> None:
    if not directory.revision:
        typer.echo("No configuration is in force. Begin with: palvelurinki config apply FILE", err=True)
        raise typer.Exit(1)


async def _with_store(use: Callable[[Store], Awaitable[Result]], *, must_exist: bool = True) -> Result:
    async with open_store_from(StoreSettings(), must_exist=must_exist) as store:
        return await use(store)


@contextmanager
def _problems_told() -> Iterator[None]:
    """A configuration's problems are printed, one a line, and end the command."""
    try:
        yield
    except ConfigurationRefused as refused:
        typer.echo("\n".join(refused.lines()), err=True)
        raise typer.Exit(1) from refused


def _outcome(applied: Applied, file: Path, *, dry_run: bool) -> Iterable[str]:
    if not applied.is_new:
        yield f"{file} is in force already, as revision {applied.revision}. Nothing was changed."
        return
    if dry_run:
        yield f"{file} would be revision {applied.revision + 1}. Nothing was changed."
    else:
        yield f"{file} is in force, as revision {applied.revision}."
    for kind, changes in applied.changes.items():
        for word, ids in (("added", changes.added), ("changed", changes.changed), ("removed", changes.removed)):
            if ids:
                yield f"  {kind}: {word} {', '.join(ids)}"
    if not applied.changes:
        yield "  only the order of things changed, or how long data are kept"
    if dry_run and applied.is_sweeping:
        yield "More than half of what is in force would go: to apply it, say --allow-removals."


def _counts(directory: Directory) -> str:
    return ", ".join(f"{kind} {len(getattr(directory, kind))}" for kind in KINDS)


def _rings(directory: Directory, now: datetime) -> Table:
    table = _table("Rings", "Ring", "Provider", "Now", "Members")
    for ring in directory.rings.values():
        state = _state(ring.hours, now)
        table.add_row(ring.id, ring.provider, state, ", ".join(member.staff for member in ring.members))
    return table


def _state(hours: OpeningHours, now: datetime) -> str:
    if is_open(hours, now):
        closing = closes_at(hours, now)
        return f"open until {_local(closing)}" if closing else "open around the clock"
    opening = next_opening(hours, now)
    return f"closed until {_local(opening)}" if opening else "closed"


def _points(directory: Directory) -> Table:
    table = _table("Service points", "Point", "Host", "Terminals", "Providers")
    for point in directory.points.values():
        host = directory.host_of(point.id)
        terminals = ", ".join(f"{terminal.id} ({terminal.kind})" for terminal in directory.terminals_of(point.id))
        table.add_row(
            point.id, f"{host.id} {host.municipality_code or ''}".strip(), terminals, ", ".join(point.providers)
        )
    return table


def _staff(directory: Directory) -> Table:
    table = _table("Staff", "Id", "Name", "Organisation", "Roles", "Languages")
    for person in directory.staff.values():
        roles = ", ".join(sorted(person.roles))
        table.add_row(person.id, escape(person.name), person.organisation, roles, ", ".join(person.languages))
    return table


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left")
    first, *others = headings
    table.add_column(first, no_wrap=True)
    for heading in others:
        table.add_column(heading, overflow="fold")
    return table


def _local(at: datetime) -> str:
    return at.astimezone(HELSINKI).strftime("%Y-%m-%d %H:%M")
