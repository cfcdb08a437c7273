"""`palvelurinki estimates`: how good the estimates of waiting were."""

import asyncio
import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Final

import typer
from rich.table import Table

from palvelurinki.application.configuration import directory_in_force
from palvelurinki.asking import NotKnown
from palvelurinki.domain.directory import RingId
from palvelurinki.domain.hours import HELSINKI
from palvelurinki.domain.waiting.scoring import PREDICTORS, Row, Score, score
from palvelurinki.domain.waiting.telling import Prediction
from palvelurinki.opening import open_store_from
from palvelurinki.ports import Outcome
from palvelurinki.store_settings import StoreSettings
from palvelurinki.tables import table_console

estimates_app = typer.Typer(help="Estimates of waiting: what was foretold and what came.", no_args_is_help=True)

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=HELSINKI)
WHO_COUNTS: Final = (
    "Only contacts that waited count, not those that rang at once, and of each the first word that it was given."
)
LATEST: Final = datetime(9000, 1, 1, tzinfo=HELSINKI)


@estimates_app.callback()
def estimates() -> None:
    """Estimates of waiting: what was foretold and what came."""


@estimates_app.command()
def report(
    ring: Annotated[str | None, typer.Option(help="Only this ring's")] = None,
    first: Annotated[datetime | None, typer.Option("--from", help="Foretold at or after, Finnish time")] = None,
    last: Annotated[datetime | None, typer.Option("--to", help="Foretold before, Finnish time")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON")] = False,
) -> None:
    """Mean absolute error and coverage per ring, beside three simple predictors.

    What was foretold to each contact when it was first estimated, against how long it went on waiting. Well calibrated:
    half of the waits at most P50, three tenths between P50 and P80, a fifth above.
    """
    found = asyncio.run(_read(ring, _local(first) or EARLIEST, _local(last) or LATEST))
    scores = score([_row(prediction, outcome) for prediction, outcome in found])
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in scores], ensure_ascii=False, indent=2))
        return
    table_console().print(errors_table(scores))
    table_console().print(coverage_table(scores))
    typer.echo(WHO_COUNTS)


async def _read(ring: str | None, first: datetime, last: datetime) -> list[tuple[Prediction, Outcome]]:
    async with open_store_from(StoreSettings()) as store, store.reading() as tx:
        if ring is None:
            return list(await tx.estimates.outcomes(first, last, None))
        found = list(await tx.estimates.outcomes(first, last, RingId(ring)))
        known = found or RingId(ring) in (await directory_in_force(tx)).rings
        # A ring that is gone may have been there at another time.
        if not known and not await tx.estimates.outcomes(EARLIEST, LATEST, RingId(ring)):
            raise NotKnown("ring", ring)
        return found


def _row(prediction: Prediction, outcome: Outcome) -> Row:
    return Row(
        ring=prediction.ring,
        waited_s=outcome.waited_s,
        left=outcome.left,
        p50_s=prediction.p50_s,
        p80_s=prediction.p80_s,
        ql_s=prediction.ql_s,
        les_s=prediction.les_s,
        hol_s=prediction.hol_s,
    )


def errors_table(scores: tuple[Score, ...]) -> Table:
    """Mean absolute errors in seconds, each predictor over the same contacts."""
    table = Table(title="Mean absolute error, seconds", title_justify="left")
    table.add_column("Ring")
    for heading in ("Contacts", "Left", "No estimate", "Compared", *(name.replace("_", " ") for name in PREDICTORS)):
        table.add_column(heading, justify="right")
    for each in scores:
        errors = [f"{each.errors_s[name]:.1f}" if name in each.errors_s else "–" for name in PREDICTORS]
        counts = (each.contacts, each.left, each.unestimated, each.compared)
        table.add_row(each.ring, *(str(count) for count in counts), *errors)
    return table


def coverage_table(scores: tuple[Score, ...]) -> Table:
    """Where the waits lay, of those who were served; in brackets the bounds with those who left counted too."""
    table = Table(title="Coverage of the range from P50 to P80", title_justify="left")
    table.add_column("Ring")
    for heading in ("Served", "At most P50 (50 %)", "P50–P80 (30 %)", "Above P80 (20 %)"):
        table.add_column(heading, justify="right")
    for each in scores:
        lay = each.coverage
        if lay is None:
            table.add_row(each.ring, "0", "–", "–", "–")
            continue
        bounds = f" ({lay.above_p80_bounds.least:.0%}–{lay.above_p80_bounds.most:.0%})" if lay.left else ""
        table.add_row(
            each.ring, str(lay.served), f"{lay.within_p50:.0%}", f"{lay.in_band:.0%}", f"{lay.above_p80:.0%}{bounds}"
        )
    return table


def _local(wall: datetime | None) -> datetime | None:
    return None if wall is None else wall.replace(tzinfo=HELSINKI)
