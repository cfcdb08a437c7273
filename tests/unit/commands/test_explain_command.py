"""An explanation in words: each sentence from what it rests on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from palvelurinki.domain.directory import LanguageRule, Strategy, UnitRule
from palvelurinki.domain.offer import OfferState, RingingState
from palvelurinki.domain.routing import Lack
from palvelurinki.explain_command import sentences
from palvelurinki.protocol.http import CandidateView, ExplanationView, RingingView
from palvelurinki.protocol.named import NamedView, NamesView
from palvelurinki.protocol.views import StepView

# Midday in Finland, in winter.
EARLY = " That applied before its time, because nobody on duty was what the earlier steps ask."
MADE = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def named(identifier: str) -> NamedView:
    return NamedView(
        id=identifier, names=NamesView(fi=f"{identifier} fi", sv=f"{identifier} sv", en=identifier.title())
    )


def step(**asked: Any) -> StepView:  # noqa: ANN401 - any field
    fields = {"after_s": 0, "language": LanguageRule.REQUIRED, "unit": UnitRule.ANY, "level": None, "skill": 1, **asked}
    return StepView.model_validate(fields)


def candidate(staff: str, *, chosen: bool = True, **known: Any) -> CandidateView:  # noqa: ANN401 - any field
    fields = {
        "staff": staff,
        "name": staff.title(),
        "chosen": chosen,
        "lacks": [],
        "ring": named("kela"),
        "level": 1,
        "skill": 2,
        "languages": ["fi"],
        "unit": None,
        "idle_since": MADE - timedelta(seconds=75),
        "asked_at": None,
        "calls_today": 3,
        **known,
    }
    return CandidateView.model_validate(fields)


def explained(**told: Any) -> list[str]:  # noqa: ANN401 - any field
    """The sentences of an offer that Anna accepted, with what is told otherwise."""
    fields = {
        "offer": "o1",
        "state": OfferState.ACCEPTED,
        "made_at": MADE,
        "closed_at": MADE + timedelta(seconds=4),
        "contact": "c1",
        "service": named("housing"),
        "ring": named("kela"),
        "language": "sv",
        "unit": None,
        "requested_at": MADE - timedelta(seconds=40),
        "head_start_s": 0,
        "ahead": 0,
        "strategy": Strategy.LONGEST_IDLE,
        "ring_at_once": 1,
        "step": step(),
        "early": False,
        "candidates": [candidate("anna"), candidate("bengt", chosen=False)],
        "ringings": [
            RingingView(staff="anna", name="Anna", state=RingingState.ACCEPTED, reason=None, closed_at=MADE),
        ],
        "replays": True,
        **told,
    }
    return list(sentences(ExplanationView.model_validate(fields)))


def test_the_whole_in_order() -> None:
    assert explained() == [
        "Offer o1 of contact c1, Housing, made 2026-03-02 12:00:00",
        "  became accepted: Anna accepted",
        "Why this contact",
        "  It had waited 40 s in ring Kela.",
        "  Nobody stood before it.",
        "Why this expert",
        "  After 0 s of waiting the ring asks: speaks sv, any unit.",
        "  Anna: free longest of those who suited, for 1 min 15 s.",
        "  The same inputs give the same choice today.",
    ]


def test_what_became_of_it_at_each() -> None:
    ringings = [
        RingingView(staff="anna", name="Anna", state=RingingState.DECLINED, reason="not_my_field", closed_at=MADE),
        RingingView(staff="bengt", name="Bengt", state=RingingState.MISSED, reason=None, closed_at=MADE),
    ]
    told = explained(state=OfferState.EXPIRED, ringings=ringings)
    assert told[1] == "  became expired: Anna declined (not_my_field); Bengt missed"


def test_head_start_and_those_before_it() -> None:
    told = explained(head_start_s=120, ahead=2, requested_at=MADE - timedelta(seconds=3600))
    assert told[3] == "  It had waited 60 min 0 s in ring Kela, and counts 2 min 0 s more for its service."
    assert told[4] == "  2 stood before it: none of the free experts suited them, or had not passed them by."


@pytest.mark.parametrize(
    ("asked", "early", "expected"),
    [
        (
            step(after_s=60, language=LanguageRule.ANY),
            False,
            "  After 1 min 0 s of waiting the ring asks: any language, any unit.",
        ),
        (
            step(unit=UnitRule.SERVING, level=2, skill=3),
            False,
            "  After 0 s of waiting the ring asks: speaks sv, of unit East, level 2 or lower, skill 3 or more.",
        ),
        (
            step(after_s=30),
            True,
            "  After 30 s of waiting the ring asks: speaks sv, any unit." + EARLY,
        ),
    ],
)
def test_what_the_ring_asked_for(asked: StepView, *, early: bool, expected: str) -> None:
    assert explained(step=asked, early=early, unit=named("east"))[6] == expected


def test_a_point_that_no_unit_serves_takes_any() -> None:
    assert explained(step=step(unit=UnitRule.SERVING))[6].endswith("speaks sv, any unit.")


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        (Strategy.LONGEST_IDLE, "free longest of those who suited, for 1 min 15 s"),
        (Strategy.ROUND_ROBIN, "asked longest ago of those who suited, last at 2026-03-02 11:00:00"),
        (Strategy.FEWEST_CALLS, "fewest calls today of those who suited, 3"),
        (Strategy.BEST_SKILL, "best skill in the service of those who suited, 2"),
    ],
)
def test_each_strategy_has_its_reason(strategy: Strategy, expected: str) -> None:
    chosen = candidate("anna", asked_at=MADE - timedelta(hours=1))
    others = candidate("bengt", chosen=False)
    assert explained(strategy=strategy, candidates=[chosen, others])[7] == f"  Anna: {expected}."


def test_without_a_choice_the_strategy_is_no_reason() -> None:
    lacking = candidate("bengt", chosen=False, lacks=[Lack.BUSY])
    told = explained(candidates=[candidate("anna"), lacking])
    assert told[7] == "  Anna: the only one who was free and suited."


def test_who_was_never_asked_before() -> None:
    assert explained(strategy=Strategy.ROUND_ROBIN)[7] == "  Anna: asked longest ago of those who suited, not before."


def test_all_who_were_rung_have_their_reason() -> None:
    told = explained(candidates=[candidate("anna"), candidate("bengt"), candidate("cecilia", chosen=False)])
    assert [line.partition(":")[0].strip() for line in told[7:9]] == ["Anna", "Bengt"]


def test_rules_that_have_changed_since_are_told() -> None:
    assert explained(replays=False)[-1] == "  The same inputs give ANOTHER choice today: the rules have changed since."
