"""In which order a ring's free experts are asked, and how several are rung at once."""

import pytest

from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import LanguageRule, Step, Strategy
from palvelurinki.domain.routing import Expert, Pool, Quieten, route
from tests.unit.domain.routing.pools import (
    NOW,
    at,
    busy,
    chosen,
    directory,
    free,
    overflow,
    person,
    ring,
    staff,
    waiting,
)

C = [waiting("c")]


def in_turn(strategy: Strategy, experts: list[Expert], *people: object, levels: dict[str, int] | None = None) -> str:
    """The order in which the ring's members "a" to "d" are asked, as one word."""
    members = [(each, (levels or {}).get(each, 1)) for each in "abcd"]
    where = directory(ring("ring", *members, strategy=strategy, ring_at_once=9), *people)  # type: ignore[arg-type]
    return "".join(chosen(where, C, experts)[0][1:])


def test_longest_idle_asks_who_has_been_free_longest() -> None:
    assert in_turn(Strategy.LONGEST_IDLE, [free("a", 1), free("b", 30), free("c", 20), free("d", 30)]) == "bdca"


def test_round_robin_begins_with_the_list_and_goes_on_with_who_was_asked_longest_ago() -> None:
    # How long they have been free does not matter.
    never = [free("d", 9), free("b", 3), free("a", 0), free("c", 5)]
    assert in_turn(Strategy.ROUND_ROBIN, never) == "abcd"
    asked = [free("a", asked_at=at(-10)), free("b", asked_at=at(-30)), free("c"), free("d", asked_at=at(-20))]
    assert in_turn(Strategy.ROUND_ROBIN, asked) == "cbda"


def test_round_robin_goes_round() -> None:
    where = directory(ring("ring", "a", "b", "c", strategy=Strategy.ROUND_ROBIN))
    asked = dict.fromkeys("abc")
    turns = ""
    for turn in range(9):
        experts = [free(each, 100 * (each == "a"), asked_at=when) for each, when in asked.items()]
        ((_, rung),) = chosen(where, C, experts)
        asked[rung] = at(turn)
        turns += rung
    assert turns == "abcabcabc"


def test_fewest_calls_asks_who_has_taken_the_fewest_today_then_who_has_been_free_longest() -> None:
    experts = [
        free("a", 9, calls_today=3),
        free("b", 1, calls_today=0),
        free("c", 2, calls_today=0),
        free("d", 99, calls_today=9),
    ]
    assert in_turn(Strategy.FEWEST_CALLS, experts) == "cbad"


def test_best_skill_asks_the_best_and_among_equals_who_is_skilled_in_fewest_others() -> None:
    people = [
        person("a", skills={"service": 4}),
        person("b", skills={"service": 5, "x": 1, "y": 1}),
        person("c", skills={"service": 5, "x": 5}),
        # Who names no skills takes everything at skill 1.
        person("d"),
    ]
    assert in_turn(Strategy.BEST_SKILL, [free(each, 9) for each in "abcd"], *people) == "cbad"
    both = [person(each, skills={"service": 5}) for each in "abcd"]
    assert in_turn(Strategy.BEST_SKILL, [free("a", 1), free("b", 4), free("c", 2), free("d", 3)], *both) == "bdca"


@pytest.mark.parametrize("strategy", Strategy)
def test_the_level_comes_before_the_strategy(strategy: Strategy) -> None:
    people = [person(each, skills={"service": 5 if each == "a" else 1}) for each in "abcd"]
    experts = [free("a", 99), free("b", 1, asked_at=at(0), calls_today=9), free("c"), free("d")]
    order = in_turn(strategy, experts, *people, levels={"a": 3, "c": 2, "d": 2})
    assert (order[0], order[-1]) == ("b", "a")


@pytest.mark.parametrize("strategy", Strategy)
def test_ties_fall_to_the_smaller_id(strategy: Strategy) -> None:
    where = directory(ring("ring", "a", "b", strategy=strategy))
    assert chosen(where, C, [free("b"), free("a")]) == [("c", "a")]


@pytest.mark.parametrize("strategy", Strategy)
def test_the_contacts_own_ring_comes_before_one_that_it_overflows_to(strategy: Strategy) -> None:
    own = ring("ring", ("a", 9), strategy=strategy, overflow=(overflow("more", 0),), ring_at_once=2)
    people = [person("a", skills={"service": 1}), person("b", skills={"service": 5})]
    where = directory(own, ring("more", "b"), *people)
    experts = [free("a", 0, asked_at=at(0), calls_today=9), free("b", 99)]
    assert chosen(where, C, experts) == [("c", "a", "b")]


# ---- Ringing several at once -----------------------------------------------------------------------------------


def test_a_ring_rings_so_many_at_once() -> None:
    experts = [free(each) for each in "abcd"]
    for many in (1, 2, 3, 4, 9):
        where = directory(ring("ring", *"abcd", ring_at_once=many))
        assert chosen(where, C, experts) == [("c", *"abcd"[:many])]


def test_every_waiting_contact_first_gets_one_expert() -> None:
    where = directory(ring("ring", *"abcd", ring_at_once=3))
    queue = [waiting("first", 30), waiting("second", 20), waiting("third", 10)]
    # Three get one each; who is left over joins the first.
    assert chosen(where, queue, [free(each) for each in "abcd"]) == [
        ("first", "a", "d"),
        ("second", "b"),
        ("third", "c"),
    ]


def test_who_is_left_over_joins_in_order_of_rank_up_to_the_rings_number() -> None:
    where = directory(ring("ring", *"abcdefg", ring_at_once=3))
    queue = [waiting("first", 30), waiting("second", 20)]
    assert chosen(where, queue, [free(each) for each in "abcdefg"]) == [
        ("first", "a", "c", "d"),
        ("second", "b", "e", "f"),
    ]


def test_nobody_joins_whom_the_contact_may_not_have() -> None:
    where = directory(
        ring("ring", *"abcd", ring_at_once=4, steps=(Step(),), relax_when_unstaffed=False), person("b", "sv")
    )
    queue = [waiting("c", passed_by=staff("d"))]
    assert chosen(where, queue, [free("a"), free("b"), busy("c"), free("d")]) == [("c", "a")]


def test_a_ring_of_one_at_once_beside_one_of_several() -> None:
    where = directory(ring("one", *"abc"), ring("ring", *"abc", ring_at_once=3))
    queue = [waiting("single", 30, ring="one"), waiting("several", 20)]
    assert chosen(where, queue, [free(each) for each in "abc"]) == [("single", "a"), ("several", "b", "c")]


def test_joiners_who_passed_an_earlier_contact_by_join_a_later_one() -> None:
    where = directory(ring("ring", *"abc", ring_at_once=2))
    queue = [waiting("first", 30, passed_by=staff("c")), waiting("second", 20)]
    assert chosen(where, queue, [free(each) for each in "abc"]) == [("first", "a"), ("second", "b", "c")]


# ---- Passed by -------------------------------------------------------------------------------------------------


def test_who_passed_it_by_is_not_asked_again_and_takes_the_next() -> None:
    where = directory(ring("ring", "a", "b"))
    queue = [waiting("first", 30, passed_by=staff("a")), waiting("second", 20)]
    assert chosen(where, queue, [free("a", 9), free("b", 1)]) == [("first", "b"), ("second", "a")]


def test_a_lone_expert_is_not_rung_in_a_loop() -> None:
    where = directory(ring("ring", "a", "b"))
    declined = waiting("c", passed_by=staff("a"))
    assert route(where, Pool([declined], [free("a")]), NOW) == (Quieten(ContactId("c")),)


def test_whoever_comes_on_duty_is_asked_about_a_contact_that_rests() -> None:
    where = directory(ring("ring", "a", "b"))
    resting = waiting("c", passed_by=staff("a"), quiet=True)
    assert route(where, Pool([resting], [free("a")]), NOW) == ()
    assert chosen(where, [resting], [free("a"), free("b")]) == [("c", "b")]


def test_a_contact_waits_for_a_busy_expert_who_has_not_passed_it_by() -> None:
    where = directory(ring("ring", "a", "b"))
    assert route(where, Pool([waiting("c", passed_by=staff("a"))], [free("a"), busy("b")]), NOW) == ()


def test_it_rests_also_when_those_who_passed_it_by_are_busy_or_no_use_to_it() -> None:
    where = directory(
        ring("ring", "a", "b", steps=(Step(),), relax_when_unstaffed=False), ring("other", "d"), person("b", "sv")
    )
    declined = waiting("c", passed_by=staff("a"))
    # "b" speaks no Finnish and "d" is of another ring: nobody is left to wait for.
    experts = [busy("a"), free("b"), free("d")]
    assert route(where, Pool([declined], experts), NOW) == (Quieten(ContactId("c")),)


def test_with_nobody_who_may_take_it_on_duty_nothing_rests() -> None:
    where = directory(ring("ring", "a", "b"))
    assert route(where, Pool([waiting("c", passed_by=staff("a", "b"))], []), NOW) == ()


def test_the_next_step_asks_whom_the_ones_who_passed_it_by_were_put_before() -> None:
    steps = (Step(), Step(after_s=60, language=LanguageRule.ANY))
    where = directory(ring("ring", "a", "b", steps=steps), person("b", "sv"))
    passed = staff("a")
    experts = [free("a"), free("b")]
    assert route(where, Pool([waiting("c", 59, passed_by=passed)], experts), NOW) == (Quieten(ContactId("c")),)
    assert chosen(where, [waiting("c", 60, passed_by=passed, quiet=True)], experts) == [("c", "b")]
