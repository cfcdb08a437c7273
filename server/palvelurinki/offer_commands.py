"""`palvelurinki offers`: the newest offers of a ring, with the ids by which `explain` tells why."""

import asyncio
import csv
import json
import sys
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from palvelurinki.application.configuration import directory_in_force
from palvelurinki.asking import NotKnown, OutputFormat, finnish
from palvelurinki.domain.audit import AuditAct
from palvelurinki.domain.contact import Contact
from palvelurinki.domain.directory import Directory, RingId
from palvelurinki.domain.offer import Offer, Ringing
from palvelurinki.noting import WhyIfAny, reading_noted
from palvelurinki.tables import table_console

offers_app = typer.Typer(help="Offers: whom a ring rang, and what became of it.", no_args_is_help=True)

FIELDS = ("offer", "contact", "ring", "service", "language", "opened_at", "closed_at", "state", "ringings")


@offers_app.callback()
def offers() -> None:
    """Offers: whom a ring rang, and what became of it."""


@offers_app.command("list")
def list_offers(
    ring: Annotated[str, typer.Option(help="The ring of the contacts")],
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most this many, newest first")] = 20,
    output: Annotated[OutputFormat, typer.Option("--format", help="table, csv or json")] = OutputFormat.TABLE,
    why: WhyIfAny = "",
) -> None:
    """List a ring's offers, newest first; `explain` takes their ids. Times: Finnish in the table, else UTC.

    That they were read, and by whom, is noted in the audit log.
    """
    directory, found = asyncio.run(_read(RingId(ring), limit, why))
    match output:
        case OutputFormat.TABLE:
            table_console().print(offers_table(directory, found))
        case OutputFormat.CSV:
            writer = csv.DictWriter(sys.stdout, FIELDS)
            writer.writeheader()
            for contact, offer in found:
                writer.writerow({**_plain(contact, offer), "ringings": "; ".join(map(_became, offer.ringings))})
        case OutputFormat.JSON:
            typer.echo(json.dumps([_plain(*each) for each in found], ensure_ascii=False, indent=2))


async def _read(ring: RingId, limit: int, why: str) -> tuple[Directory, list[tuple[Contact, Offer]]]:
    async with reading_noted(AuditAct.OFFERS_EXPLAINED, f"ring:{ring}", why, {"limit": limit}) as tx:
        directory = await directory_in_force(tx)
        found = list(await tx.contacts.recent_offers(ring, limit))
        if not found and ring not in directory.rings:
            raise NotKnown("ring", ring)
        return directory, found


def offers_table(directory: Directory, found: list[tuple[Contact, Offer]]) -> Table:
    """One row an offer. The offer's id is whole, for copying; of the contact's the beginning tells them apart."""
    table = Table(title=f"Offers: {len(found)}", title_justify="left")
    for heading in ("Made", "Contact", "Service", "Rung", "Outcome"):
        table.add_column(heading, overflow="fold")
    table.add_column("Offer", no_wrap=True)
    for contact, offer in found:
        rung = "\n".join(_became(ringing, _name(directory, ringing)) for ringing in offer.ringings)
        made = finnish(offer.opened_at)
        table.add_row(made, contact.id[:8], contact.service, escape(rung), offer.state, offer.id)
    return table


def _plain(contact: Contact, offer: Offer) -> dict[str, object]:
    return {
        "offer": offer.id,
        "contact": contact.id,
        "ring": contact.ring,
        "service": contact.service,
        "language": contact.language,
        "opened_at": offer.opened_at.isoformat(),
        "closed_at": offer.closed_at and offer.closed_at.isoformat(),
        "state": offer.state,
        "ringings": [
            {
                "staff": each.staff,
                "state": each.state,
                "reason": each.reason,
                "closed_at": each.closed_at and each.closed_at.isoformat(),
            }
            for each in offer.ringings
        ],
    }


def _name(directory: Directory, ringing: Ringing) -> str:
    person = directory.staff.get(ringing.staff)
    return ringing.staff if person is None else person.name


def _became(ringing: Ringing, name: str | None = None) -> str:
    told = f"{name or ringing.staff} {ringing.state}"
    return f"{told} ({ringing.reason})" if ringing.reason else told
