"""What people are told: never "0–0", never "any moment now" for ever, honest about closing, and why it grew."""

import random
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palvelurinki.domain.waiting.durations import Durations, learn
from palvelurinki.domain.waiting.estimate import (
    CannotEstimate,
    Cause,
    Estimate,
    Growth,
    Minutes,
    Obstacle,
    Outlook,
    Prospect,
    estimates,
    is_long,
    shown,
    why_grew,
)
from palvelurinki.domain.waiting.state import Expert, Free, InCall, PoolState, Rung, Service, Step, Waiting

CALL = {"call": Service(Durations.exponential(100))}
ONE = (Step(0, 0b1),)
GONE = ((-10.0, inf),)


def told(experts: list[Expert], steps: tuple[Step, ...] = ONE, closing_s: float | None = None) -> Prospect:
    state = PoolState(experts, [Waiting("call", steps)], CALL, closing_s=closing_s)
    (only,) = estimates(state, random.Random(1))
    return only


def test_a_free_expert_means_no_wait() -> None:
    assert told([Expert()]) == Estimate(0, 0, 1)


def test_nobody_waits() -> None:
    assert estimates(PoolState([Expert()], [], CALL), random.Random(1)) == ()


@pytest.mark.parametrize("experts", [[], [Expert(away=GONE)], [Expert(InCall("call", 5), away=GONE)]])
def test_nobody_on_duty_cannot_be_estimated(experts: list[Expert]) -> None:
    assert told(experts) == CannotEstimate(Obstacle.NOBODY_ON_DUTY)


def test_who_comes_back_only_after_closing_does_not_count() -> None:
    break_ = ((-10.0, 300.0),)
    assert told([Expert(away=break_)], closing_s=200) == CannotEstimate(Obstacle.NOBODY_ON_DUTY)
    assert told([Expert(away=break_)], closing_s=400) == Estimate(300, 300, 1)


def test_nobody_who_may_take_it_cannot_be_estimated() -> None:
    there, gone = Expert(), Expert(away=GONE)
    assert told([there, gone], (Step(0, 0b10),)) == CannotEstimate(Obstacle.NOBODY_CAN_TAKE)
    assert told([there, gone], (Step(0, 0b10), Step(60, 0b11))) == Estimate(0, 0, 1)


def test_who_is_rung_for_has_an_estimate_even_if_the_expert_then_leaves() -> None:
    assert isinstance(told([Expert(Rung(0), away=((5.0, inf),))], (Step(0, 0),)), Estimate)


def test_closing_that_probably_comes_first_is_said() -> None:
    busy = [Expert(InCall("call", 5))]
    unlikely = told(busy, closing_s=40)
    assert isinstance(unlikely, CannotEstimate)
    assert unlikely.reason is Obstacle.NOT_BEFORE_CLOSING
    assert 0.2 < unlikely.chance_before_closing < 0.5
    in_doubt = told(busy, closing_s=120)
    assert isinstance(in_doubt, Estimate)
    assert in_doubt.p80_s is None
    assert 0.5 < in_doubt.chance_before_closing < 0.8
    assert shown(in_doubt) == Minutes(1, None)


def test_an_estimate_stays_away_from_nought_as_a_call_drags_on() -> None:
    services = {"call": Service(learn([200.0 + i for i in range(100)]))}
    for elapsed in (0, 250, 299, 320, 600, 6000):
        state = PoolState([Expert(InCall("call", elapsed))], [Waiting("call", ONE)], services)
        (estimate,) = estimates(state, random.Random(elapsed))
        assert isinstance(estimate, Estimate)
        assert estimate.p80_s is not None
        assert 0 < estimate.p50_s < estimate.p80_s


@pytest.mark.parametrize(
    ("p50_s", "p80_s", "low", "high"),
    [(0, 0, 0, 1), (10, 50, 0, 1), (70, 80, 1, 2), (120, 120, 2, 2), (719, 1190, 11, 20), (1201, 2000, 20, 35)],
)
def test_the_range_is_rounded_outwards(p50_s: float, p80_s: float, low: int, high: int) -> None:
    assert shown(Estimate(p50_s, p80_s, 1)) == Minutes(low, high)


@given(low=st.floats(0, 20_000), more=st.floats(0, 20_000))
def test_what_is_shown_holds_what_was_estimated(low: float, more: float) -> None:
    minutes = shown(Estimate(low, low + more, 1))
    assert minutes.high is not None
    assert minutes.low * 60 <= low
    assert low + more <= minutes.high * 60
    assert minutes.low <= minutes.high
    assert minutes.high >= 1


# ---- Why it grew

BEFORE = Outlook(
    Estimate(300, 500, 1),
    60,
    frozenset({"a", "b", "c"}),
    frozenset({"x"}),
    frozenset({"1", "2", "3"}),
    frozenset({"3"}),
)


def later(prospect: Prospect, **changes: frozenset[str]) -> Outlook:
    kept = {"on_duty": BEFORE.on_duty, "ahead": BEFORE.ahead, "calls": BEFORE.calls, "long_calls": BEFORE.long_calls}
    return Outlook(prospect, 180, **(kept | changes))


LONGER = Estimate(400, 700, 1)


def test_a_wait_that_goes_as_foretold_has_not_grown() -> None:
    assert why_grew(BEFORE, later(Estimate(180, 300, 1))) == ()
    assert why_grew(BEFORE, later(Estimate(235, 300, 1))) == ()  # by less than a minute


def test_a_long_wait_grows_noticeably_by_more_than_a_tenth() -> None:
    long_before = Outlook(Estimate(3600, 5000, 1), 0, calls=frozenset({"1"}))
    assert why_grew(long_before, Outlook(Estimate(3900, 5000, 1), 0, calls=frozenset({"1"}))) == ()
    assert why_grew(long_before, Outlook(Estimate(4000, 5000, 1), 0, calls=frozenset({"1"}))) != ()


def test_each_cause_is_named_and_counted() -> None:
    moved_on = frozenset({"2", "3", "4"})
    cases: list[tuple[dict[str, frozenset[str]], Cause]] = [
        ({"on_duty": frozenset({"a"}), "calls": moved_on}, Cause(Growth.FEWER_EXPERTS, 2)),
        ({"ahead": frozenset({"x", "y", "z"}), "calls": moved_on}, Cause(Growth.OVERTAKEN, 2)),
        ({"long_calls": frozenset({"2", "3"}), "calls": moved_on}, Cause(Growth.LONG_CALLS, 1)),
        ({}, Cause(Growth.NOBODY_FREE, 3)),
    ]
    for changes, cause in cases:
        assert why_grew(BEFORE, later(LONGER, **changes)) == (cause,)


def test_several_causes_come_in_order_and_none_is_invented() -> None:
    together = later(LONGER, on_duty=frozenset({"a", "b"}), ahead=frozenset({"x", "y"}))
    causes = [each.growth for each in why_grew(BEFORE, together)]
    assert causes == [Growth.FEWER_EXPERTS, Growth.OVERTAKEN, Growth.NOBODY_FREE]
    assert why_grew(BEFORE, later(LONGER, calls=frozenset({"4"}))) == ()


def test_that_it_can_no_longer_be_estimated_is_growth_and_that_it_can_again_is_none() -> None:
    cannot = CannotEstimate(Obstacle.NOBODY_ON_DUTY)
    nobody = later(cannot, on_duty=frozenset(), calls=frozenset())
    assert why_grew(BEFORE, nobody) == (Cause(Growth.FEWER_EXPERTS, 3),)
    assert why_grew(nobody, later(LONGER)) == ()


def test_a_long_call_has_outlasted_four_in_five() -> None:
    state = PoolState([Expert(Free())], [], {"call": Service(Durations.even(0, 100))})
    assert not is_long(state, InCall("call", 79))
    assert is_long(state, InCall("call", 81))
