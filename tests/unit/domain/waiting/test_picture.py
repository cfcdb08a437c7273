"""What a forecast starts from: who waits in which order, who may take it from when on, and what each expert does."""

from dataclasses import replace
from datetime import timedelta
from math import inf

import pytest

from palvelurinki.domain.directory import AtClosing, LanguageRule, ServiceId, Step, UnitId, UnitRule
from palvelurinki.domain.hours import Interval, OpeningHours
from palvelurinki.domain.waiting.durations import Durations
from palvelurinki.domain.waiting.picture import NO_HISTORY, History, Picture, Stream
from palvelurinki.domain.waiting.state import Arrivals, Finishing, Free, InCall, Rung, WrappingUp
from tests.unit.domain.routing.pools import NEVER, NOW, at, directory, overflow, person, ring
from tests.unit.domain.waiting.pictures import contact, drawn, free, holding, rung, services, talking

ANNA, BENGT, CECILIA = 0b001, 0b010, 0b100


def steps(found: Picture, number: int = 0) -> list[tuple[float, int]]:
    """The steps of the contact at this place: from when on, and who."""
    return [(step.after_s, step.experts) for step in found.state.waiting[number].steps]


# ---- Who waits -----------------------------------------------------------------------------------------------


def test_contacts_stand_in_order_of_rank() -> None:
    where = directory(ring("ring", "anna"))
    found = drawn(
        where,
        [contact("late", 10), contact("urgent", 30, head_start_s=120), contact("early", 100), contact("now", 0)],
        [free("anna")],
    )
    assert [each.id for each in found.contacts] == ["urgent", "early", "late", "now"]
    assert [(each.waited_s, each.ranked_at_s) for each in found.state.waiting] == [
        (30, -150),
        (100, -100),
        (10, -10),
        (0, 0),
    ]


def test_a_request_from_a_clock_that_was_ahead_has_not_waited() -> None:
    found = drawn(directory(ring("ring", "anna")), [contact("c", -5)], [free("anna")])
    assert (found.state.waiting[0].waited_s, steps(found)) == (0, [(0, ANNA), (60, ANNA)])


def test_nobody_waits_and_nobody_is_there() -> None:
    found = drawn(directory(ring("ring", "anna")), [], [])
    assert (found.contacts, found.experts, found.state.waiting, found.state.experts) == ((), (), (), ())


# ---- What experts do -----------------------------------------------------------------------------------------


def test_each_expert_is_free_rung_in_a_call_or_finishing_one() -> None:
    where = directory(ring("ring", "anna", "bengt", "cecilia", "david", "eva"))
    urgent, ringing = contact("urgent", 30), rung("ringing", "bengt", for_s=4, waited_s=10)
    found = drawn(
        where,
        [ringing, urgent],
        [
            free("anna", 25),
            holding("bengt", ringing),
            holding("cecilia", talking("talking", 90)),
            free("david", wrap_up_until=at(12)),
            free("eva", -8, wrap_up_until=at(0)),
        ],
    )
    assert [each.doing for each in found.state.experts] == [
        Free(25),
        # By its place in the order of rank.
        Rung(1, 4),
        InCall("service", 90),
        WrappingUp(12),
        # It is over just now; the clock that told since when was ahead.
        Free(0),
    ]
    assert [each.staff for each in found.experts] == ["anna", "bengt", "cecilia", "david", "eva"]


def test_several_are_rung_with_one_contact() -> None:
    ringing = rung("ringing", "anna", "bengt")
    found = drawn(
        directory(ring("ring", "anna", "bengt")), [ringing], [holding("anna", ringing), holding("bengt", ringing)]
    )
    assert [each.doing for each in found.state.experts] == [Rung(0, 3), Rung(0, 3)]


def test_who_is_rung_with_what_has_just_left_the_queue_is_free() -> None:
    gone = rung("gone", "anna")
    found = drawn(directory(ring("ring", "anna")), [contact("c")], [holding("anna", gone)])
    assert found.state.experts[0].doing == Free(1000)


def test_who_finishes_a_call_for_as_long_as_it_takes_is_not_free() -> None:
    person = free("anna", finishing=(ServiceId("service"), at(-20)))
    found = drawn(directory(ring("ring", "anna")), [], [person])
    assert found.state.experts[0].doing == Finishing("service", 20)
    assert set(found.state.services) == {"service"}


def test_a_call_comes_before_the_rest_of_an_older_wrap_up() -> None:
    person_in_call = replace(holding("anna", talking("c", 5)), wrap_up_until=at(30))
    found = drawn(directory(ring("ring", "anna")), [], [person_in_call])
    assert found.state.experts[0].doing == InCall("service", 5)


def test_planned_absences_are_told_from_now_on() -> None:
    away = ((at(60), at(120)), (at(600), None))
    found = drawn(directory(ring("ring", "anna")), [], [free("anna", away=away)])
    assert found.state.experts[0].away == ((60, 120), (600, inf))


def test_levels_are_those_of_the_first_ring_by_name() -> None:
    where = directory(ring("b", ("anna", 3), ("bengt", 2)), ring("a", ("anna", 1)))
    found = drawn(where, [], [free("anna"), free("bengt")])
    assert [each.level for each in found.state.experts] == [1, 2]


# ---- Who may take a contact, and from when on ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("waited_s", "expected"),
    [(0, [(0, ANNA), (60, ANNA | BENGT)]), (45, [(0, ANNA), (15, ANNA | BENGT)]), (60, [(0, ANNA | BENGT)])],
)
def test_a_step_comes_when_its_time_has_been_waited(waited_s: float, expected: list[tuple[float, int]]) -> None:
    where = directory(ring("ring", "anna", "bengt"), person("anna", "sv"), person("bengt", "fi"))
    found = drawn(where, [contact("c", waited_s, language="sv")], [free("anna"), free("bengt")])
    assert steps(found) == expected
    assert found.state.waiting[0].relaxes


def test_steps_ask_for_level_skill_and_unit() -> None:
    asked = (
        Step(unit=UnitRule.SERVING),
        Step(10, level=1, skill=3, language=LanguageRule.ANY),
        Step(20, language=LanguageRule.ANY),
    )
    where = directory(
        ring("ring", "anna", "bengt", ("cecilia", 2), steps=asked, relax_when_unstaffed=False),
        person("anna", unit="east", skills={"service": 1}),
        person("bengt", "sv", skills={"service": 3}),
        person("cecilia", "sv", skills={"service": 5}),
    )
    found = drawn(where, [contact("c", unit=UnitId("east"))], [free("anna"), free("bengt"), free("cecilia")])
    assert steps(found) == [(0, ANNA), (10, BENGT), (20, ANNA | BENGT | CECILIA)]
    assert not found.state.waiting[0].relaxes


def test_who_does_not_take_the_service_never_may() -> None:
    where = directory(ring("ring", "anna", "bengt"), person("anna", skills={"other": 5}))
    found = drawn(where, [contact("c")], [free("anna"), free("bengt")])
    assert {experts for _, experts in steps(found)} == {BENGT}


def test_who_is_not_on_duty_is_not_counted() -> None:
    found = drawn(directory(ring("ring", "anna", "bengt")), [contact("c")], [free("bengt")])
    assert steps(found) == [(0, 0b1), (60, 0b1)]


# ---- Overflow ------------------------------------------------------------------------------------------------

ONE_STEP = (Step(language=LanguageRule.ANY),)


def test_an_overflow_ring_is_reached_in_its_time() -> None:
    where = directory(
        ring("ring", "anna", steps=ONE_STEP, overflow=(overflow("other", 45),)),
        ring("other", "bengt", steps=ONE_STEP, overflow=(overflow("third", 90),)),
        ring("third", "cecilia", steps=ONE_STEP),
    )
    everybody = [free("anna"), free("bengt"), free("cecilia")]
    found = drawn(where, [contact("c", 15)], everybody)
    assert steps(found) == [(0, ANNA), (30, ANNA | BENGT), (75, ANNA | BENGT | CECILIA)]
    # Those of its own ring are rung before others.
    assert found.state.waiting[0].prefers == ANNA
    assert steps(drawn(where, [contact("c", 100)], everybody)) == [(0, ANNA | BENGT | CECILIA)]


def test_an_overflow_ring_is_reached_at_once_when_nobody_is_on_duty() -> None:
    where = directory(
        ring("ring", "anna", steps=ONE_STEP, overflow=(overflow("other", 45),)), ring("other", "bengt", steps=ONE_STEP)
    )
    assert steps(drawn(where, [contact("c")], [free("bengt")])) == [(0, 0b1), (45, 0b1)]
    where = directory(
        ring("ring", "anna", steps=ONE_STEP, overflow=(overflow("other", 45, when_unstaffed=False),)),
        ring("other", "bengt", steps=ONE_STEP),
    )
    assert steps(drawn(where, [contact("c")], [free("bengt")])) == [(0, 0), (45, 0b1)]


def test_a_closed_overflow_ring_is_not_reached() -> None:
    where = directory(
        ring("ring", "anna", steps=ONE_STEP, overflow=(overflow("other", 45),)),
        ring("other", "bengt", steps=ONE_STEP, hours=NEVER),
    )
    assert steps(drawn(where, [contact("c")], [free("anna"), free("bengt")])) == [(0, ANNA), (45, ANNA)]


# ---- Services, those who are to come, closing ----------------------------------------------------------------


def test_services_last_as_history_says_and_are_finished_as_the_ring_says() -> None:
    where = services(directory(ring("ring", "anna", wrap_up_s=30)), service=("ring", 0), other=("ring", 0))
    handling = Durations.fixed(240)
    history = History(handling={ServiceId("service"): handling, ServiceId("unused"): handling})
    found = drawn(where, [contact("c")], [holding("anna", talking("t", 1, "other"))], history)
    assert set(found.state.services) == {"service", "other"}
    assert found.state.services["service"].handling == handling
    assert found.state.services["other"].handling == NO_HISTORY
    assert {each.wrap_up.mean for each in found.state.services.values()} == {30}


def test_a_service_that_the_configuration_no_longer_has_needs_no_finishing() -> None:
    found = drawn(directory(ring("ring", "anna", wrap_up_s=30)), [contact("c", service=ServiceId("gone"))], [])
    assert found.state.services["gone"].wrap_up.mean == 0


def test_those_who_are_to_come_ask_for_what_they_would_on_arrival() -> None:
    where = services(
        directory(ring("ring", "anna", "bengt"), person("anna", "sv"), person("bengt", "fi")),
        service=("ring", 0),
        urgent=("ring", 300),
        elsewhere=("not-here", 300),
    )
    patience = Durations.fixed(900)
    history = History(
        streams=[Stream(ServiceId("urgent"), "sv", 2.5), Stream(ServiceId("elsewhere"), "fi", 9.0)], patience=patience
    )
    found = drawn(where, [contact("c")], [free("anna"), free("bengt")], history)
    [arrivals] = found.state.arrivals
    assert isinstance(arrivals, Arrivals)
    assert (arrivals.service, arrivals.per_hour, arrivals.head_start_s) == ("urgent", 2.5, 300)
    assert [(each.after_s, each.experts) for each in arrivals.steps] == [(0, ANNA), (60, ANNA | BENGT)]
    assert (arrivals.prefers, arrivals.patience) == (ANNA | BENGT, patience)
    assert found.state.waiting[0].patience == patience
    assert "urgent" in found.state.services


def closing_in(minutes: int) -> OpeningHours:
    """Open today until so many minutes from now."""
    closes = (NOW + timedelta(hours=2, minutes=minutes)).hour * 60 + (NOW.minute + minutes) % 60
    return OpeningHours(dict.fromkeys(range(7), (Interval(0, closes),)), closed_on_public_holidays=False)


def test_those_who_wait_are_sent_away_only_where_every_ring_does_so() -> None:
    end, serve = AtClosing.END, AtClosing.SERVE

    def closing_s(*rings: tuple[int, AtClosing]) -> float | None:
        where = directory(
            *(ring(f"ring-{number}", hours=closing_in(m), at_closing=how) for number, (m, how) in enumerate(rings))
        )
        return drawn(where, [], []).state.closing_s

    assert closing_s((30, end)) == 1800
    assert closing_s((30, end), (20, end)) == 1200
    assert closing_s((30, end), (20, serve)) is None
    assert closing_s((30, serve)) is None
    # Open without an end.
    assert drawn(directory(ring("ring", at_closing=end)), [], []).state.closing_s is None
