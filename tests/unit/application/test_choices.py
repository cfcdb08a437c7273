"""Two requests that one node deals with at once do not choose the same person."""

from palvelurinki.application.choices import KEPT_MOST, Choices
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.routing import Expert
from tests.unit.domain.routing.pools import NOW

ANNA = StaffId("anna")
BERT = StaffId("bert")


def free(choices: Choices, began: float) -> set[StaffId]:
    """Who is still free to a look that found both free."""
    found = [Expert(staff, free=True, idle_since=NOW) for staff in (ANNA, BERT)]
    return {each.staff for each in choices.known(found, began) if each.free}


def test_whoever_is_about_to_be_rung_is_free_for_nobody_else() -> None:
    choices = Choices()
    choices.choose([ANNA])
    assert free(choices, began=1e9) == {BERT}


def test_once_it_is_committed_a_look_that_began_before_does_not_know_of_it_and_a_later_one_does() -> None:
    choices = Choices()
    choices.choose([ANNA])
    choices.commit([ANNA], now=10.0)
    assert free(choices, began=9.9) == {BERT}
    # If the store says that she is free, she is free again.
    assert free(choices, began=10.1) == {ANNA, BERT}


def test_whoever_was_not_rung_after_all_is_free_at_once() -> None:
    choices = Choices()
    choices.choose([ANNA])
    choices.withdraw([ANNA])
    assert free(choices, began=0.0) == {ANNA, BERT}


def test_who_is_not_free_stays_so() -> None:
    busy = Expert(ANNA, free=False, idle_since=NOW)
    assert Choices().known([busy], 0.0) == [busy]


def test_they_are_forgotten_in_the_end_but_for_those_who_are_about_to_be_rung() -> None:
    choices = Choices()
    choices.choose([ANNA])
    for number in range(KEPT_MOST):
        choices.commit([StaffId(f"staff-{number}")], now=5.0)
    choices.commit([BERT], now=6.0)
    assert free(choices, began=5.5) == set()
    assert choices.known([Expert(StaffId("staff-1"), free=True, idle_since=NOW)], 0.0)[0].free
