"""What an expert is told of why an offer came to them."""

from dataclasses import replace

from palvelurinki.domain.directory import StaffId, Step, Strategy
from palvelurinki.domain.routing import Grounds, OfferTo, Pool, route
from palvelurinki.reporting import explaining
from tests.unit.domain.routing.pools import NOW, at, busy, directory, free, overflow, person, ring, staff, waiting

WHERE = directory(
    ring(
        "ring",
        *"abcde",
        steps=(Step(skill=2), Step(after_s=60)),
        strategy=Strategy.FEWEST_CALLS,
        overflow=(overflow("more", 300),),
    ),
    ring("more", "f"),
    person("e", "sv"),
)
CONTACT = waiting("c", 10, passed_by=staff("d"))
# "a" has taken the fewest calls; "b" could take it, "c" is busy, "d" has declined, "e" does not speak the language and
# "f" is not asked yet.
EXPERTS = [free("a", 5), free("b", calls_today=1), busy("c"), free("d"), free("e"), free("f")]


def grounds(waited_s: float = 10) -> Grounds:
    contact = replace(CONTACT, requested_at=at(-waited_s))
    (offer,) = route(WHERE, Pool([contact], EXPERTS), NOW)
    assert isinstance(offer, OfferTo)
    assert offer.grounds is not None
    return offer.grounds


def test_the_expert_is_told_how_many_there_were_and_by_what_they_came_first() -> None:
    view = explaining.choice(grounds(), StaffId("a"))
    assert view is not None
    assert (view.on_duty, view.suitable, view.free, view.ahead) == (6, 4, 2, 0)
    assert (view.strategy, view.overflow, view.skill, view.idle_since) == ("fewest_calls", False, 1, at(-5))


def test_a_step_that_came_before_its_time_is_told_as_that() -> None:
    early = explaining.choice(grounds(), StaffId("a"))
    assert early is not None
    # Nobody on duty has the skill that the first step asks.
    assert (early.early, early.step.after_s) == (True, 60)
    due = explaining.choice(grounds(waited_s=60), StaffId("a"))
    assert due is not None
    assert (due.early, due.step.after_s) == (False, 60)


def test_who_was_no_candidate_is_told_nothing() -> None:
    assert explaining.choice(grounds(), StaffId("stranger")) is None


def test_a_choice_that_the_rules_of_today_would_make_differently_is_told_as_that() -> None:
    made = grounds()
    assert explaining.replays(made)
    assert not explaining.replays(replace(made, chosen=staff_of("b")))
    assert not explaining.replays(replace(made, step=0))


def staff_of(*identifiers: str) -> tuple[StaffId, ...]:
    return tuple(StaffId(each) for each in identifiers)
