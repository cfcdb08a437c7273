"""`palvelurinki events`: the record, for people and for other programs."""

import asyncio
import csv
import json
import sys
from dataclasses import asdict, fields
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from palvelurinki.application.configuration import directory_in_force
from palvelurinki.asking import NotKnown, OutputFormat, finnish
from palvelurinki.domain.audit import AuditAct
from palvelurinki.domain.directory import Directory, OrganisationId, OrganisationKind, PointId
from palvelurinki.domain.hours import HELSINKI
from palvelurinki.domain.record import ServiceEvent
from palvelurinki.noting import WhyIfAny, reading_noted
from palvelurinki.ports import EventFilter, Transaction
from palvelurinki.tables import table_console

# So many fit what a person reads.
SHOWN = 100

events_app = typer.Typer(help="The record: one service event per call.", no_args_is_help=True)


@events_app.command("list")
def list_events(
    provider: Annotated[str | None, typer.Option(help="Only this provider's")] = None,
    host: Annotated[str | None, typer.Option(help="Only those of this host municipality's points")] = None,
    point: Annotated[str | None, typer.Option(help="Only this service point's")] = None,
    first: Annotated[datetime | None, typer.Option("--from", help="Ended at or after, Finnish time")] = None,
    last: Annotated[datetime | None, typer.Option("--to", help="Ended before, Finnish time")] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help=f"At most this many, newest first; all in csv and json, {SHOWN} in a table"),
    ] = None,
    output: Annotated[OutputFormat, typer.Option("--format", help="table, csv or json")] = OutputFormat.TABLE,
    why: WhyIfAny = "",
) -> None:
    """List service events, newest first. Times are Finnish in the table, UTC in csv and json.

    That they were read, and by whom, is noted in the audit log.
    """
    most = SHOWN if limit is None and output is OutputFormat.TABLE else limit
    # One more, to know whether there are any.
    asked = None if most is None else most + 1
    narrowed = EventFilter(
        provider=provider, host=host, point=point, first=_local(first), last=_local(last), limit=asked
    )
    found = asyncio.run(_read(narrowed, why))
    events = found[:most]
    if len(found) > len(events):
        typer.echo(f"Only the newest {most} are listed, and there are more: see --limit, --from and --to.", err=True)
    match output:
        case OutputFormat.TABLE:
            table_console().print(_table(events))
        case OutputFormat.CSV:
            writer = csv.DictWriter(sys.stdout, [field.name for field in fields(ServiceEvent)])
            writer.writeheader()
            writer.writerows(_in_cells(event) for event in events)
        case OutputFormat.JSON:
            typer.echo(json.dumps([_plain(event) for event in events], ensure_ascii=False, indent=2))


async def _read(narrowed: EventFilter, why: str) -> list[ServiceEvent]:
    asked = {name: str(value) for name, value in asdict(narrowed).items() if value is not None}
    async with reading_noted(AuditAct.RECORD_READ, "service_events", why, asked) as tx:
        events = list(await tx.service_events.list(narrowed))
        if not events:
            await _require_known(tx, narrowed)
        return events


async def _require_known(tx: Transaction, narrowed: EventFilter) -> None:
    """Raises NotKnown for what neither the configuration nor the record knows."""
    directory = await directory_in_force(tx)
    provider, host, point = narrowed.provider, narrowed.host, narrowed.point
    if provider is not None and not _is(directory, OrganisationKind.PROVIDER, provider):
        await _require_recorded(tx, "provider", provider, EventFilter(provider=provider, limit=1))
    if host is not None and not _is(directory, OrganisationKind.HOST_MUNICIPALITY, host):
        await _require_recorded(tx, "host municipality", host, EventFilter(host=host, limit=1))
    if point is not None and PointId(point) not in directory.points:
        await _require_recorded(tx, "service point", point, EventFilter(point=point, limit=1))


async def _require_recorded(tx: Transaction, kind: str, slug: str, of_it: EventFilter) -> None:
    if not await tx.service_events.list(of_it):
        raise NotKnown(kind, slug)


def _is(directory: Directory, kind: OrganisationKind, slug: str) -> bool:
    organisation = directory.organisations.get(OrganisationId(slug))
    return organisation is not None and kind in organisation.kinds


def _plain(event: ServiceEvent) -> dict[str, object]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(event).items()}


def _in_cells(event: ServiceEvent) -> dict[str, object]:
    """As `_plain`, with what the customer is to do next in one cell."""
    plain = _plain(event)
    return {**plain, "follow_ups": None if event.follow_ups is None else "; ".join(event.follow_ups)}


def _table(events: list[ServiceEvent]) -> Table:
    table = Table(title=f"Service events: {len(events)}", title_justify="left")
    for heading in ("Ended", "Provider", "Service", "Point", "Host", "Expert", "Language", "Outcome", "Resolution"):
        table.add_column(heading)
    for heading in ("Prepared", "Wait", "Call", "Expert after", "Advisor after", "Rated"):
        table.add_column(heading, justify="right")
    for event in events:
        table.add_row(
            finnish(event.ended_at),
            event.provider,
            event.service,
            event.point,
            f"{event.host} {event.municipality_code or ''}".strip(),
            event.staff_pseudonym[:8],
            event.language,
            event.outcome,
            event.resolution or "",
            _minutes(event.prepared_s or None),
            _duration(event.requested_at, event.accepted_at),
            _duration(event.accepted_at, event.ended_at),
            _minutes(event.expert_after_s),
            _minutes(event.advisor_after_s),
            "" if event.satisfaction is None else str(event.satisfaction),
        )
    return table


def _duration(first: datetime, last: datetime) -> str:
    return _minutes(round((last - first).total_seconds()))


def _minutes(whole_seconds: int | None) -> str:
    """Minutes and seconds; nothing of what is not known."""
    if whole_seconds is None:
        return ""
    minutes, seconds = divmod(whole_seconds, 60)
    return f"{minutes}:{seconds:02}"


def _local(wall: datetime | None) -> datetime | None:
    return None if wall is None else wall.replace(tzinfo=HELSINKI)
