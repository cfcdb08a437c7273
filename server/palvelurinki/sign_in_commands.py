"""`palvelurinki sign-ins`: who is signed in, and ending it, by whoever looks after the server."""

import asyncio
import csv
import getpass
import json
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table

from palvelurinki.adapters.system import HmacPseudonyms, SystemIds
from palvelurinki.application import signing_out
from palvelurinki.application.changes import Changes
from palvelurinki.application.configuration import directory_in_force, load_directory
from palvelurinki.application.principals import Principal
from palvelurinki.application.sign_in_ends import Why
from palvelurinki.application.work import Context
from palvelurinki.asking import NotKnown, OutputFormat, finnish
from palvelurinki.domain.directory import StaffId
from palvelurinki.opening import open_store_from
from palvelurinki.ports import SignIn
from palvelurinki.store_settings import StoreSettings
from palvelurinki.tables import table_console

sign_ins_app = typer.Typer(help="Sign-ins of staff: who is signed in, and ending it.", no_args_is_help=True)

FIELDS = ("begun_at", "ends_unused_at", "ends_at", "issuer", "roles")
Person = Annotated[str, typer.Argument(metavar="STAFF", help="The person's id in the configuration")]


@sign_ins_app.command("list")
def list_sign_ins(
    staff: Person,
    output: Annotated[OutputFormat, typer.Option("--format", help="table, csv or json")] = OutputFormat.TABLE,
) -> None:
    """List a person's sign-ins, oldest first. Times: Finnish in the table, else UTC. No secret is known here."""
    found = asyncio.run(_read(StaffId(staff)))
    match output:
        case OutputFormat.TABLE:
            table_console().print(_table(found))
        case OutputFormat.CSV:
            writer = csv.DictWriter(sys.stdout, FIELDS)
            writer.writeheader()
            writer.writerows({**_plain(each), "roles": " ".join(sorted(each.roles or ()))} for each in found)
        case OutputFormat.JSON:
            typer.echo(json.dumps([_plain(each) for each in found], indent=2))


@sign_ins_app.command("end")
def end_sign_ins(staff: Person) -> None:
    """End all sign-ins of a person. Their sockets are closed within seconds, at whichever node they are."""
    ended = asyncio.run(_end(StaffId(staff), f"command:{getpass.getuser()}"))
    typer.echo(f"{staff}: {len(ended)} sign-ins ended")


async def _read(staff: StaffId) -> Sequence[SignIn]:
    async with open_store_from(StoreSettings()) as store, store.reading() as tx:
        found = await tx.credentials.sign_ins_of(str(Principal.staff(staff)))
        if not found and staff not in (await directory_in_force(tx)).staff:
            raise NotKnown("member of staff", staff)
        return found


async def _end(staff: StaffId, actor: str) -> Sequence[SignIn]:
    async with open_store_from(StoreSettings()) as store:
        context = Context(
            store=store,
            ids=SystemIds(),
            pseudonyms=HmacPseudonyms("no record is written here"),
            node="command",
            directory=await load_directory(store),
            notify=_nobody,
        )
        ended = await signing_out.sign_out_everywhere(context, Principal.staff(staff), Why.COMMAND, actor)
        if not ended and staff not in context.directory.staff:
            raise NotKnown("member of staff", staff)
        return ended


async def _nobody(_changes: Changes) -> None:
    """The nodes read it in the outbox within a second."""


def _table(found: Sequence[SignIn]) -> Table:
    table = Table("Since", "Ends unused", "Ends at the latest", "Issuer", "Roles")
    for each in found:
        roles = "as configured" if each.roles is None else ", ".join(sorted(each.roles))
        times = (finnish(at) for at in (each.begun_at, each.expires_at, each.ends_at))
        table.add_row(*times, each.issuer or "–", roles)
    return table


def _plain(each: SignIn) -> dict[str, object]:
    return {
        "begun_at": each.begun_at.isoformat(),
        "ends_unused_at": each.expires_at.isoformat(),
        "ends_at": each.ends_at.isoformat(),
        "issuer": each.issuer,
        "roles": None if each.roles is None else sorted(each.roles),
    }
