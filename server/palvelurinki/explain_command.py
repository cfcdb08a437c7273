"""`palvelurinki explain OFFER`: why an offer was made as it was, in words."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from palvelurinki.application.configuration import directory_in_force
from palvelurinki.asking import finnish
from palvelurinki.domain.audit import AuditAct
from palvelurinki.domain.directory import LanguageRule, Strategy, UnitRule
from palvelurinki.domain.errors import PalvelurinkiError
from palvelurinki.domain.offer import OfferId
from palvelurinki.domain.routing import Lack
from palvelurinki.noting import WhyIfAny, reading_noted
from palvelurinki.protocol.http import CandidateView, ExplanationView
from palvelurinki.protocol.views import StepView
from palvelurinki.reporting.explaining import explanation
from palvelurinki.tables import table_console

_LACKS: Final = {
    Lack.SERVICE: "does not take this service",
    Lack.LANGUAGE: "does not speak the language",
    Lack.UNIT: "is of another unit",
    Lack.LEVEL: "is of a level that is asked later",
    Lack.SKILL: "has too little skill",
    Lack.NOT_REACHED: "is of an overflow ring whose time had not come",
    Lack.RECUSED: "is disqualified from the matter",
    Lack.PASSED_BY: "declined it or let it ring out before",
    Lack.BUSY: "was busy",
    Lack.TAKEN: "was free, but went to a contact that came before",
}


_WHENCE: Final = "ids are on the supervisor's board, and in: palvelurinki offers list --ring RING"


class NoExplanation(PalvelurinkiError):
    """There is no such offer, or its grounds are no longer kept."""

    code = "thing.unknown"


def explain(
    offer: Annotated[str, typer.Argument(help="The id of an offer, from: offers list --ring RING")],
    why: WhyIfAny = "",
) -> None:
    """Say why an offer was made: this contact, this expert, and what the others lacked.

    That it was asked, and by whom, is noted in the audit log.
    """
    view = asyncio.run(_read(OfferId(offer), why))
    console = table_console()
    for line in sentences(view):
        console.print(escape(line))
    console.print(_table(view))
    if not view.replays:
        raise typer.Exit(1)


async def _read(offer: OfferId, why: str) -> ExplanationView:
    async with reading_noted(AuditAct.OFFERS_EXPLAINED, f"offer:{offer}", why) as tx:
        found = await tx.contacts.find_offer(offer)
        grounds = (await tx.explanations.of([offer])).get(offer)
        if found is None:
            raise NoExplanation(f"no offer {offer!r}: {_WHENCE}")
        if grounds is None:
            raise NoExplanation(f"why offer {offer} was made is no longer kept")
        return explanation(await directory_in_force(tx), *found, grounds)


def sentences(view: ExplanationView) -> Iterator[str]:
    """The explanation as lines of text; times are Finnish."""
    yield f"Offer {view.offer} of contact {view.contact}, {view.service.names.en}, made {finnish(view.made_at)}"
    yield f"  became {view.state}: " + "; ".join(
        f"{each.name} {each.state}" + (f" ({each.reason})" if each.reason else "") for each in view.ringings
    )
    waited = round((view.made_at - view.requested_at).total_seconds())
    yield "Why this contact"
    yield f"  It had waited {_span(waited)} in ring {view.ring.names.en}" + (
        f", and counts {_span(view.head_start_s)} more for its service." if view.head_start_s else "."
    )
    if view.ahead:
        yield f"  {view.ahead} stood before it: none of the free experts suited them, or had not passed them by."
    else:
        yield "  Nobody stood before it."
    yield "Why this expert"
    yield f"  After {_span(view.step.after_s)} of waiting the ring asks: {_asked(view)}." + (
        " That applied before its time, because nobody on duty was what the earlier steps ask." if view.early else ""
    )
    alone = sum(not each.lacks for each in view.candidates) == 1
    for each in view.candidates:
        if each.chosen:
            why = "the only one who was free and suited" if alone else _because(view.strategy, each, view.made_at)
            yield f"  {each.name}: {why}."
    yield (
        "  The same inputs give the same choice today."
        if view.replays
        else "  The same inputs give ANOTHER choice today: the rules have changed since."
    )


def _asked(view: ExplanationView) -> str:
    step: StepView = view.step
    asked = [
        f"speaks {view.language}" if step.language is LanguageRule.REQUIRED else "any language",
        f"of unit {view.unit.names.en}" if step.unit is UnitRule.SERVING and view.unit is not None else "any unit",
    ]
    if step.level is not None:
        asked.append(f"level {step.level} or lower")
    if step.skill > 1:
        asked.append(f"skill {step.skill} or more")
    return ", ".join(asked)


def _because(strategy: Strategy, candidate: CandidateView, at: datetime) -> str:
    match strategy:
        case Strategy.LONGEST_IDLE:
            idle = max(round((at - candidate.idle_since).total_seconds()), 0)
            return f"free longest of those who suited, for {_span(idle)}"
        case Strategy.ROUND_ROBIN:
            last = f"last at {finnish(candidate.asked_at)}" if candidate.asked_at is not None else "not before"
            return f"asked longest ago of those who suited, {last}"
        case Strategy.FEWEST_CALLS:
            return f"fewest calls today of those who suited, {candidate.calls_today}"
        case Strategy.BEST_SKILL:
            return f"best skill in the service of those who suited, {candidate.skill}"


def _table(view: ExplanationView) -> Table:
    table = Table(title=f"On duty at that moment: {len(view.candidates)}", title_justify="left")
    for heading in ("Expert", "Ring", "Level", "Skill", "Languages", "Free since", "Calls", ""):
        table.add_column(heading)
    for each in view.candidates:
        lacking = "; ".join(_LACKS[lack] for lack in each.lacks) or "others came first"
        table.add_row(
            each.name,
            each.ring.names.en,
            str(each.level),
            str(each.skill),
            " ".join(each.languages),
            finnish(each.idle_since),
            str(each.calls_today),
            "chosen" if each.chosen else lacking,
        )
    return table


def _span(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
