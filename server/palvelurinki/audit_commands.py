"""`palvelurinki audit`: check the audit log, look into it, and set it going again."""

import asyncio
import json
import re
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from palvelurinki.application.audit_verifying import Verdict, verify
from palvelurinki.application.auditing import Anchor, resume
from palvelurinki.asking import finnish
from palvelurinki.domain.audit import AuditAct, AuditRow
from palvelurinki.domain.hours import HELSINKI
from palvelurinki.noting import Why, reading_noted
from palvelurinki.noting import actor as whoever
from palvelurinki.opening import open_store_from, seals_of
from palvelurinki.ports import AuditFilter
from palvelurinki.store_settings import SecretSettings
from palvelurinki.tables import cell, table_console, visible_json

audit_app = typer.Typer(help="The audit log: who did, was refused or was shown what, and why.", no_args_is_help=True)

# So many fit what a person reads.
SHOWN: Final = 100
# Of what is wrong with very many rows the first say enough.
TOLD: Final = 50

_ANCHOR: Final = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


def _anchor(text: str) -> Anchor:
    found = _ANCHOR.fullmatch(text)
    if found is None:
        raise typer.BadParameter("write SEQ:HASH as in the line audit.head of the server's log")
    return Anchor(int(found[1]), found[2])


@audit_app.command("verify")
def verify_log(
    expect: Annotated[
        Anchor | None,
        typer.Option(metavar="SEQ:HASH", parser=_anchor, help="A row's hash that was written down elsewhere"),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON")] = False,
) -> None:
    """Check every row of the audit log; 1 when any was altered, removed, moved or inserted, or the tail was cut.

    That the newest rows were removed and the head put back with them is found only by --expect: the log of each node
    has the head of every day (audit.head).
    """
    verdict = asyncio.run(_verify(expect, quiet=as_json))
    faults = verdict.faults
    if as_json:
        head = {"seq": verdict.head.seq, "hash": verdict.head.hash}
        told = {"sound": not faults, "rows": verdict.rows, "first": verdict.start.seq + 1, "head": head}
        typer.echo(json.dumps({**told, "faults": [asdict(fault) for fault in faults]}, indent=2))
    else:
        typer.echo("\n".join(_told(verdict, expected=expect is not None)))
    if faults:
        raise typer.Exit(1)


async def _verify(expect: Anchor | None, *, quiet: bool) -> Verdict:
    settings = SecretSettings()
    async with open_store_from(settings) as store:
        with Progress(console=Console(stderr=True), transient=True, disable=quiet) as bar:
            task = bar.add_task("Verifying", total=None)
            return await verify(
                store, seals_of(settings), expect, lambda done, of: bar.update(task, completed=done, total=of)
            )


def _told(verdict: Verdict, *, expected: bool) -> list[str]:
    if verdict.faults:
        lines = [f"{fault.code}: {fault.message}" for fault in verdict.faults[:TOLD]]
        left = len(verdict.faults) - TOLD
        return [*lines, *([f"… and {left} more"] if left > 0 else []), f"NOT SOUND: {len(verdict.faults)} faults"]
    if not verdict.head.seq:
        return ["The audit log is empty: nothing has been chained yet."]
    first, head = verdict.start.seq + 1, verdict.head
    lines = [f"Sound: {verdict.rows} rows, {first} to {head.seq}.", f"Head: {head.seq}:{head.hash}"]
    if not expected:
        lines.append("Whether newer rows were cut off with the head is not seen without --expect SEQ:HASH.")
    return lines


@audit_app.command("list")
def list_rows(
    why: Why,
    actor: Annotated[str | None, typer.Option(help="Only whose: staff:ID, terminal:ID, command:USER, node")] = None,
    act: Annotated[AuditAct | None, typer.Option(help="Only such acts")] = None,
    about: Annotated[str | None, typer.Option(help="Only what concerns this: contact:ID, ring:ID, …")] = None,
    organisation: Annotated[str | None, typer.Option(help="Only this organisation's")] = None,
    first: Annotated[datetime | None, typer.Option("--from", help="At or after, Finnish time")] = None,
    last: Annotated[datetime | None, typer.Option("--to", help="At or before, Finnish time")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with the hashes; times are UTC")] = False,
) -> None:
    """List the audit log, newest first: all in JSON, the newest hundred in a table.

    That it was read, by whom and why, is noted in it.
    """
    narrowed = AuditFilter(
        actor=actor,
        act=None if act is None else act.value,
        about=about,
        organisation=organisation,
        first=_local(first),
        last=_local(last),
        # One more, to know whether there are any.
        limit=None if as_json else SHOWN + 1,
    )
    rows = asyncio.run(_read(narrowed, why))
    if as_json:
        typer.echo(visible_json([_plain(row) for row in rows]))
    else:
        if len(rows) > SHOWN:
            typer.echo(
                f"Only the newest {SHOWN} are listed, and there are more: see --from, --to and --json.", err=True
            )
        table_console().print(_table(rows[:SHOWN]))


@audit_app.command("resume")
def resume_log(why: Why) -> None:
    """Set the log going again when its ends are not as a node left them. What verify found, it goes on finding."""
    seq = asyncio.run(_resume(why))
    if seq is None:
        typer.echo("The ends of the audit log are in order: nothing was done.")
    else:
        typer.echo(f"The audit log goes on after row {seq}.")


async def _resume(why: str) -> int | None:
    settings = SecretSettings()
    async with open_store_from(settings) as store:
        return await resume(store, seals_of(settings), whoever(), why)


async def _read(narrowed: AuditFilter, why: str) -> list[AuditRow]:
    asked = {name: str(value) for name, value in asdict(narrowed).items() if value is not None}
    async with reading_noted(AuditAct.AUDIT_READ, "audit", why, asked) as tx:
        return list(await tx.audit.find(narrowed))


def _plain(row: AuditRow) -> dict[str, object]:
    return {**asdict(row), "details": _details(row)}


def _details(row: AuditRow) -> object:
    try:
        return json.loads(row.details)
    except (ValueError, RecursionError):
        # Somebody has altered it: that is for verify to say.
        return row.details


def _table(rows: list[AuditRow]) -> Table:
    table = Table(title=f"Audit log: {len(rows)}", title_justify="left")
    for heading in ("Row", "When", "Who", "Did", "About", "Why", "Organisation", "Details"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        details = "" if row.details == "{}" else row.details
        texts = (row.actor, row.act, row.about, row.why, row.organisation or "", details)
        table.add_row(str(row.seq), _when(row), *(cell(text) for text in texts))
    return table


def _when(row: AuditRow) -> str:
    try:
        return finnish(datetime.fromisoformat(row.at))
    except (ValueError, OverflowError):
        return cell(row.at)


def _local(wall: datetime | None) -> datetime | None:
    return None if wall is None else wall.replace(tzinfo=HELSINKI)
