"""Whose turn it is: order of arrival, head starts, and experts whom several rings share."""

from datetime import timedelta

import pytest

from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import LanguageRule, ServiceId, Step
from palvelurinki.domain.routing import OfferTo, Overtaken, Pool, WaitingContact, rank, route
from palvelurinki.domain.routing.choosing import AHEAD_NAMED
from tests.unit.domain.routing.pools import (
    NOW,
    at,
    busy,
    chosen,
    directory,
    free,
    offers,
    person,
    ring,
    staff,
    waiting,
)
from tests.unit.domain.samples import STAGES

TWO = directory(ring("ring", "a", "b"))


def test_the_oldest_goes_to_whom_has_been_free_longest() -> None:
    queue = [waiting("c1", 20), waiting("c2", 30), waiting("c3", 10)]
    assert chosen(TWO, queue, [free("a", 1), free("b", 2)]) == [("c2", "b"), ("c1", "a")]


def test_those_who_came_at_the_same_instant_go_by_id() -> None:
    assert chosen(TWO, [waiting("c2"), waiting("c1")], [free("a")]) == [("c1", "a")]


def test_with_nobody_waiting_or_nobody_free_nothing_is_done() -> None:
    assert route(TWO, Pool([], [free("a")]), NOW) == ()
    assert route(TWO, Pool([waiting("c")], []), NOW) == ()
    assert route(TWO, Pool([waiting("c")], [busy("a")]), NOW) == ()


def test_who_is_on_duty_but_in_no_ring_of_the_contact_is_not_asked() -> None:
    assert chosen(TWO, [waiting("c")], [free("stranger", 99)]) == []


# ---- Head starts -----------------------------------------------------------------------------------------------


def test_the_rank_is_the_arrival_less_the_head_start() -> None:
    contact = waiting("c", 100, head_start_s=40)
    assert rank(contact) == (at(-140), at(-100), ContactId("c"))
    stored = STAGES["waiting"]
    assert rank(WaitingContact.of(stored)) == rank(stored)


@pytest.mark.parametrize(
    ("later_s", "first"),
    [(0, "urgent"), (59, "urgent"), (60, "plain"), (61, "plain")],
)
def test_a_head_start_overtakes_those_who_came_less_than_it_earlier(later_s: int, first: str) -> None:
    # At exactly the head start both are worth the same, and the one who came first goes first.
    queue = [waiting("plain", 100), waiting("urgent", 100 - later_s, head_start_s=60)]
    assert chosen(TWO, queue, [free("a")]) == [(first, "a")]


def test_the_order_of_two_never_changes_while_they_wait() -> None:
    queue = [waiting("plain", 0), waiting("urgent", -30, head_start_s=60)]
    found = {tuple(chosen(TWO, queue, [free("a")], NOW + timedelta(seconds=later))) for later in (0, 30, 3600)}
    assert found == {(("urgent", "a"),)}


# ---- Rings that share experts ----------------------------------------------------------------------------------

SHARED = directory(ring("ring", "a", "b"), ring("other", "a", "d"))


def test_an_expert_of_two_rings_goes_where_somebody_has_waited_longest() -> None:
    here, there = waiting("here", 20), waiting("there", 30, ring="other")
    assert chosen(SHARED, [here, there], [free("a")]) == [("there", "a")]
    assert chosen(SHARED, [waiting("here", 31), there], [free("a")]) == [("here", "a")]


def test_no_ring_starves_behind_a_long_queue_of_another() -> None:
    served = ""
    queue = [waiting(f"long-{number}", 1000 - number) for number in range(50)]
    queue += [waiting(f"other-{number}", 985 - 10 * number, ring="other") for number in range(3)]
    while queue:
        ((contact, _),) = chosen(SHARED, queue, [free("a")])
        queue = [each for each in queue if each.id != contact]
        served += contact[0]
    assert served == "l" * 16 + "o" + "l" * 10 + "o" + "l" * 10 + "o" + "l" * 14


def test_each_takes_what_only_they_can_when_the_order_lets_them() -> None:
    queue = [waiting("here", 30), waiting("there", 20, ring="other")]
    assert chosen(SHARED, queue, [free("a", 9), free("b", 1)]) == [("here", "a")]
    assert chosen(SHARED, queue, [free("a", 1), free("b", 9)]) == [("here", "b"), ("there", "a")]


def test_a_contact_that_nobody_free_suits_does_not_hold_up_those_behind_it() -> None:
    where = directory(ring("ring", "a", "b", steps=(Step(),), relax_when_unstaffed=False), person("b", "sv"))
    queue = [waiting("swedish", 99, language="sv"), waiting("finnish", 1)]
    assert chosen(where, queue, [free("a"), busy("b")]) == [("finnish", "a")]


def test_services_of_one_ring_find_who_takes_them() -> None:
    tax, farm = ServiceId("tax"), ServiceId("farm")
    where = directory(
        ring("ring", "a", "b", steps=(Step(language=LanguageRule.ANY),)),
        person("a", skills={"tax": 5}),
        person("b", skills={"tax": 1, "farm": 1}),
    )
    queue = [waiting("c1", 2, service=farm), waiting("c2", 1, service=tax)]
    assert chosen(where, queue, [free("a", 9), free("b", 99)]) == [("c1", "b"), ("c2", "a")]


# ---- What an offer remembers of those before it ----------------------------------------------------------------


def test_an_offer_names_who_stands_before_it_and_could_not_be_offered() -> None:
    where = directory(ring("ring", "a", steps=(Step(),), relax_when_unstaffed=False))
    count = AHEAD_NAMED + 5
    queue = [waiting(f"s-{number:02}", 500 - number, language="sv", head_start_s=7) for number in range(count)]
    (made,) = route(where, Pool([*queue, waiting("finnish")], [free("a")]), NOW)
    assert isinstance(made, OfferTo)
    assert made.grounds is not None
    assert made.grounds.ahead_count == count
    assert made.grounds.ahead == tuple(
        Overtaken(ContactId(f"s-{number:02}"), at(number - 507)) for number in range(AHEAD_NAMED)
    )


def test_those_before_it_who_got_somebody_are_not_among_them() -> None:
    routes = route(TWO, Pool([waiting("c1", 2), waiting("c2", 1)], [free("a"), free("b")]), NOW)
    assert offers(routes) == [("c1", "a"), ("c2", "b")]
    for made in routes:
        assert isinstance(made, OfferTo)
        assert made.grounds is not None
        assert (made.grounds.ahead, made.grounds.ahead_count) == ((), 0)


def test_who_has_passed_it_by_does_not_hide_those_behind_them() -> None:
    # The contact before took "b"; the one after goes past "a", whom it has been to, and finds nobody left.
    queue = [waiting("c1", 3, passed_by=staff("a")), waiting("c2", 2, passed_by=staff("a")), waiting("c3", 1)]
    assert chosen(TWO, queue, [free("a", 9), free("b")]) == [("c1", "b"), ("c3", "a")]
