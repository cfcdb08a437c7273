"""What is told to those who wait: the newest estimate, and why a wait grew since what was told before."""

from dataclasses import replace
from datetime import timedelta

import pytest

from palvelurinki.domain.directory import ServiceId, StaffId
from palvelurinki.domain.waiting.durations import Durations
from palvelurinki.domain.waiting.estimate import CannotEstimate, Cause, Estimate, Growth, Obstacle, Prospect
from palvelurinki.domain.waiting.picture import History, OnDuty, Picture
from palvelurinki.domain.waiting.telling import (
    GROWTH_TOLD_FOR,
    GROWTH_TOLD_TO_PLACE,
    Baseline,
    ToldEstimate,
    prediction,
    told,
)
from tests.unit.domain.routing.pools import NOW, at, directory, person, ring
from tests.unit.domain.waiting.pictures import contact, drawn, free, holding, talking

HERE = directory(ring("ring", "anna", "bengt", "cecilia"))
SHORT, LONG = Estimate(60, 120, 1.0), Estimate(400, 500, 1.0)
TEN_LATER = NOW + timedelta(seconds=10)
USUAL = History(handling={ServiceId("service"): Durations.fixed(300)})


def scene(*on_duty: OnDuty, ahead: int = 0, history: History = USUAL) -> Picture:
    """The contact `c` has waited for 100 s behind so many others."""
    return drawn(HERE, [*(contact(f"a{n}", 200 - n) for n in range(ahead)), contact("c", 100)], [*on_duty], history)


def ten_seconds_later(
    *on_duty: OnDuty, overtaking: int = 0, behind: int = 0, ahead: int = 0, history: History = USUAL
) -> Picture:
    """The same then, with those who have come since: with a head start before it, without one behind it."""
    queued = [*(contact(f"a{n}", 200 - n) for n in range(ahead)), contact("c", 100)]
    queued += [contact(f"o{n}", -5, head_start_s=300) for n in range(overtaking)]
    queued += [contact(f"b{n}", -5) for n in range(behind)]
    return drawn(HERE, queued, [*on_duty], history, TEN_LATER)


def of(where: Picture) -> int:
    """The place of the contact `c`."""
    return [each.id for each in where.contacts].index(contact("c").id)


def tell(where: Picture, prospect: Prospect, before: ToldEstimate | None = None, after_s: float = 0) -> ToldEstimate:
    return told(where, of(where), prospect, before, NOW + timedelta(seconds=after_s))


def busy(*staff: str, for_s: float = 10) -> list[OnDuty]:
    return [holding(each, talking(f"with-{each}", for_s)) for each in staff]


# ---- The newest estimate -------------------------------------------------------------------------------------


def test_a_range_is_told_with_what_a_later_growth_is_measured_against() -> None:
    now_told = tell(scene(free("anna"), *busy("bengt", for_s=290), *busy("cecilia")), Estimate(60, None, 0.7))
    assert now_told == ToldEstimate(
        contact=contact("c").id,
        ring=contact("c").ring,
        made_at=NOW,
        p50_s=60,
        p80_s=None,
        cannot=None,
        chance_before_closing=0.7,
        grew=None,
        baseline=Baseline(
            told_at=NOW,
            waited_s=100,
            p50_s=60,
            on_duty=frozenset({"anna", "bengt", "cecilia"}),
            calls=frozenset({"with-bengt", "with-cecilia"}),
            long_calls=frozenset(),
        ),
    )


@pytest.mark.parametrize("why", list(Obstacle))
def test_what_cannot_be_estimated_says_why(why: Obstacle) -> None:
    now_told = tell(scene(), CannotEstimate(why, 0.25))
    assert (now_told.p50_s, now_told.p80_s, now_told.cannot) == (None, None, why)
    assert (now_told.chance_before_closing, now_told.grew, now_told.baseline) == (0.25, None, None)


def test_only_those_who_may_take_it_count() -> None:
    where = directory(ring("ring", "anna", "bengt"), person("bengt", skills={"other": 1}))
    found = drawn(where, [contact("c")], [free("anna"), *busy("bengt")])
    baseline = told(found, 0, SHORT, None, NOW).baseline
    assert baseline
    assert (baseline.on_duty, baseline.calls) == (frozenset({"anna"}), frozenset())


# ---- Why it grew ---------------------------------------------------------------------------------------------


def test_fewer_experts() -> None:
    before = tell(scene(*busy("anna", "bengt", "cecilia")), SHORT)
    after = tell(ten_seconds_later(*busy("anna")), LONG, before, 10)
    assert after.grew == Cause(Growth.FEWER_EXPERTS, 2)
    # From here on the wait is measured against what was told now.
    assert after.baseline
    assert (after.baseline.told_at, after.baseline.p50_s, after.baseline.on_duty) == (
        TEN_LATER,
        400,
        frozenset({"anna"}),
    )


def test_overtaken_by_those_who_came_since_with_a_head_start() -> None:
    before = tell(scene(*busy("anna"), ahead=2), SHORT)
    after = tell(ten_seconds_later(*busy("anna"), ahead=2, overtaking=3, behind=4), LONG, before, 10)
    assert after.grew == Cause(Growth.OVERTAKEN, 3)


def test_calls_that_have_become_long() -> None:
    before = tell(scene(*busy("anna", for_s=350), *busy("bengt", for_s=20)), SHORT)
    later = drawn(HERE, [contact("c", 100)], [*busy("anna", for_s=350), *busy("bengt", for_s=295)], USUAL, at(60))
    after = tell(later, LONG, before, 60)
    # One of them was long before.
    assert before.baseline
    assert before.baseline.long_calls == {"with-anna"}
    assert after.grew == Cause(Growth.LONG_CALLS, 1)


def test_nobody_has_come_free() -> None:
    before = tell(scene(*busy("anna", "bengt")), SHORT)
    assert tell(ten_seconds_later(*busy("anna", "bengt")), LONG, before, 10).grew == Cause(Growth.NOBODY_FREE, 2)
    # One of the two calls has ended: that is not why.
    assert tell(ten_seconds_later(*busy("anna"), free("bengt")), LONG, before, 10).grew is None


def test_the_weightiest_cause_is_told() -> None:
    before = tell(scene(*busy("anna", "bengt")), SHORT)
    after = tell(ten_seconds_later(*busy("anna"), overtaking=3), LONG, before, 10)
    assert after.grew == Cause(Growth.FEWER_EXPERTS, 1)


def test_a_growth_without_a_known_cause_is_explained_once_one_is_seen() -> None:
    before = tell(scene(free("anna"), *busy("bengt")), SHORT)
    after = tell(ten_seconds_later(free("anna"), free("bengt")), LONG, before, 10)
    assert (after.grew, after.baseline) == (None, before.baseline)
    assert tell(ten_seconds_later(free("anna")), LONG, after, 20).grew == Cause(Growth.FEWER_EXPERTS, 1)


@pytest.mark.parametrize(
    ("p50_s", "grown"),
    # Told were 60 s after 100 s of waiting: 160 s in all. A minute more, with the ten seconds waited since.
    [(40, False), (60, False), (110, False), (111, True)],
)
def test_less_than_a_minute_is_no_growth(p50_s: float, *, grown: bool) -> None:
    before = tell(scene(*busy("anna", "bengt")), SHORT)
    after = tell(ten_seconds_later(*busy("anna")), Estimate(p50_s, None, 1.0), before, 10)
    assert (after.grew is not None) is grown
    assert after.baseline
    assert (after.baseline != before.baseline) is grown


# ---- For how long, and against what --------------------------------------------------------------------------


def test_the_reason_is_told_for_a_minute() -> None:
    before = tell(scene(*busy("anna", "bengt")), SHORT)
    grown = tell(ten_seconds_later(*busy("anna")), LONG, before, 10)
    assert grown.grew is not None
    for after_s, expected in ((20, grown.grew), (69.9, grown.grew), (70, None), (200, None)):
        # It takes as long in all as was told then.
        same = Estimate(400 - (after_s - 10), 500, 1.0)
        assert tell(ten_seconds_later(*busy("anna")), same, grown, after_s).grew == expected
    assert timedelta(seconds=60) == GROWTH_TOLD_FOR


def test_what_eases_moves_the_measure_and_ends_the_reason() -> None:
    before = tell(scene(*busy("anna", "bengt")), SHORT)
    grown = tell(ten_seconds_later(*busy("anna")), LONG, before, 10)
    assert grown.grew is not None
    eased = tell(ten_seconds_later(free("anna"), *busy("bengt")), SHORT, grown, 20)
    assert eased.grew is None
    assert eased.baseline
    assert (eased.baseline.told_at, eased.baseline.p50_s) == (NOW + timedelta(seconds=20), 60)
    # Less was told meanwhile, so what was told at first has grown again.
    assert tell(ten_seconds_later(*busy("bengt")), LONG, eased, 30).grew == Cause(Growth.FEWER_EXPERTS, 1)


def test_what_eases_a_little_does_not_move_the_measure() -> None:
    before = tell(scene(*busy("anna", "bengt")), LONG)
    eased = tell(ten_seconds_later(*busy("anna", "bengt")), Estimate(350, 450, 1.0), before, 10)
    assert (eased.grew, eased.baseline) == (None, before.baseline)


def test_small_steps_add_up_to_a_growth() -> None:
    before = tell(scene(*busy("anna", "bengt")), SHORT)
    now_told = before
    for step in range(1, 4):
        now_told = tell(ten_seconds_later(*busy("anna")), Estimate(60 + 15 * step, None, 1.0), now_told, 10)
        assert now_told.grew is None
    assert tell(ten_seconds_later(*busy("anna")), Estimate(120, None, 1.0), now_told, 10).grew is not None


def test_a_range_that_can_no_longer_be_given_has_grown() -> None:
    before = tell(scene(*busy("anna", "bengt")), SHORT)
    after = tell(ten_seconds_later(), CannotEstimate(Obstacle.NOBODY_ON_DUTY), before, 10)
    assert after.grew == Cause(Growth.FEWER_EXPERTS, 2)
    # Nothing can be compared with that: what was told before stays the measure.
    assert after.baseline == before.baseline
    back = tell(ten_seconds_later(*busy("anna", "bengt")), SHORT, after, 20)
    assert back.baseline == before.baseline
    assert back.p50_s == 60


def test_after_nothing_could_be_estimated_everything_is_fresh() -> None:
    before = tell(scene(), CannotEstimate(Obstacle.NOBODY_ON_DUTY))
    after = tell(ten_seconds_later(free("anna")), LONG, before, 10)
    assert after.grew is None
    assert after.baseline
    assert after.baseline.told_at == TEN_LATER


def test_far_back_in_a_queue_no_reasons_are_remembered() -> None:
    found = scene(free("anna"), ahead=GROWTH_TOLD_TO_PLACE)
    before = tell(found, SHORT)
    assert (before.grew, before.baseline, before.p50_s) == (None, None, 60)
    nearer = tell(scene(free("anna"), ahead=GROWTH_TOLD_TO_PLACE - 1), SHORT)
    assert nearer.baseline is not None


# ---- What was foretold ---------------------------------------------------------------------------------------


def test_simple_predictors_speak_of_a_contact_that_enters_now() -> None:
    found = scene(*busy("anna", "bengt"), ahead=3)
    foretold = prediction(found, 3, tell(found, SHORT), 75.0)
    assert (foretold.contact, foretold.ring, foretold.service, foretold.made_at) == ("c", "ring", "service", NOW)
    assert (foretold.p50_s, foretold.p80_s) == (60, 120)
    assert (foretold.ql_s, foretold.les_s, foretold.hol_s) == (4 * 300 / 2, 75, 200)


def test_who_is_free_and_may_take_it_means_no_wait_to_them() -> None:
    found = scene(free("anna"), *busy("bengt"))
    foretold = prediction(found, 0, tell(found, SHORT), None)
    assert (foretold.ql_s, foretold.les_s, foretold.hol_s) == (0, 0, 0)


def test_with_nobody_there_only_the_past_speaks() -> None:
    found = scene()
    cannot = tell(found, CannotEstimate(Obstacle.NOBODY_ON_DUTY))
    foretold = prediction(found, 0, cannot, 33.0)
    assert (foretold.p50_s, foretold.ql_s, foretold.les_s, foretold.hol_s) == (None, None, 33, None)


def test_an_estimate_remembers_only_names_of_staff_and_contacts() -> None:
    """A baseline is stored: it holds ids, and nothing of a customer's (I8)."""
    baseline = tell(scene(*busy("anna")), SHORT).baseline
    assert baseline
    assert replace(baseline, on_duty=frozenset(), calls=frozenset()) == Baseline(NOW, 100, 60)
    assert baseline.on_duty == {StaffId("anna")}
