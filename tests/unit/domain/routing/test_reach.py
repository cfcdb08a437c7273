"""Where a contact's ring leads: overflow by time, when unstaffed, in chains, nearest first, never to a closed ring."""

from palvelurinki.domain.directory import Directory, Ring
from palvelurinki.domain.routing import Expert
from palvelurinki.domain.routing.eligibility import further_rings, reached
from tests.unit.domain.routing.pools import (
    NEVER,
    NOW,
    busy,
    chosen,
    directory,
    free,
    overflow,
    ring,
    waiting,
)


def reach(where: Directory, waited_s: float, *staffed: str) -> list[str]:
    return list(reached(where, where.rings[RING], waited_s, lambda each: each in staffed, NOW))


RING = ring("ring").id


def test_a_ring_without_overflow_reaches_itself() -> None:
    assert reach(directory(ring("ring")), 10_000) == ["ring"]


def test_by_time_alone() -> None:
    where = directory(ring("ring", overflow=(overflow("b", 60, when_unstaffed=False),)), ring("b"))
    assert reach(where, 59.9) == ["ring"]
    assert reach(where, 60) == ["ring", "b"]


def test_when_unstaffed_alone() -> None:
    where = directory(ring("ring", overflow=(overflow("b"),)), ring("b"))
    assert reach(where, 10_000, "ring") == ["ring"]
    assert reach(where, 0) == ["ring", "b"]


def test_by_either() -> None:
    where = directory(ring("ring", overflow=(overflow("b", 60),)), ring("b"))
    assert reach(where, 0, "ring") == ["ring"]
    assert reach(where, 0) == ["ring", "b"]
    assert reach(where, 60, "ring") == ["ring", "b"]


def test_by_neither() -> None:
    where = directory(ring("ring", overflow=(overflow("b", None, when_unstaffed=False),)), ring("b"))
    assert reach(where, 10_000) == ["ring"]


def test_a_chain_goes_on_from_where_it_leads() -> None:
    where = directory(
        ring("ring", overflow=(overflow("b", 60),)),
        ring("b", overflow=(overflow("c", 120, when_unstaffed=False),)),
        ring("c", overflow=(overflow("d"),)),
        ring("d"),
    )
    assert reach(where, 0, "ring") == ["ring"]
    assert reach(where, 60, "ring") == ["ring", "b"]
    # The time counts from the contact's arrival, whichever ring it has come to.
    assert reach(where, 120, "ring") == ["ring", "b", "c", "d"]
    assert reach(where, 120, "ring", "c") == ["ring", "b", "c"]
    # A way whose first leg is not open leads nowhere.
    assert reach(where, 59, "ring", "c") == ["ring"]


def test_the_nearest_come_first_and_each_once() -> None:
    where = directory(
        ring("ring", overflow=(overflow("b", 0), overflow("c", 0))),
        ring("b", overflow=(overflow("d", 0),)),
        ring("c", overflow=(overflow("d", 0), overflow("e", 0))),
        ring("d"),
        ring("e"),
    )
    assert reach(where, 0, "ring") == ["ring", "b", "c", "d", "e"]
    assert list(further_rings(where, where.rings[RING])) == ["ring", "b", "c", "d", "e"]


def test_a_closed_ring_is_not_asked_and_leads_no_further() -> None:
    where = directory(
        ring("ring", overflow=(overflow("b", 0),)),
        ring("b", hours=NEVER, overflow=(overflow("c", 0),)),
        ring("c"),
    )
    assert reach(where, 10_000) == ["ring"]
    assert list(further_rings(where, where.rings[RING])) == ["ring", "b", "c"]


def test_who_waits_in_a_ring_that_has_closed_is_served_by_who_is_still_there() -> None:
    where = directory(ring("ring", "a", hours=NEVER))
    assert chosen(where, [waiting("c")], [free("a")]) == [("c", "a")]


def own_and_more(**changes: int) -> tuple[Ring, Ring]:
    return ring("ring", "a", overflow=(overflow("more", 60),), **changes), ring("more", "b")


def test_the_members_of_the_ring_it_overflows_to_are_asked_too() -> None:
    where = directory(*own_and_more())
    experts: list[Expert] = [busy("a"), free("b")]
    assert chosen(where, [waiting("c", 59)], experts) == []
    assert chosen(where, [waiting("c", 60)], experts) == [("c", "b")]
    # Nobody of its own ring is on duty: at once.
    assert chosen(where, [waiting("c", 0)], [free("b")]) == [("c", "b")]


def test_a_contact_that_overflows_keeps_its_place() -> None:
    where = directory(*own_and_more())
    queue = [waiting("local", 61, ring="more"), waiting("far", 62)]
    assert chosen(where, queue, [busy("a"), free("b")]) == [("far", "b")]
    queue = [waiting("local", 63, ring="more"), waiting("far", 62)]
    assert chosen(where, queue, [busy("a"), free("b")]) == [("local", "b")]


def test_a_member_of_both_counts_as_of_the_nearer() -> None:
    where = directory(
        ring("ring", ("a", 2), ("b", 1), overflow=(overflow("more", 0),), ring_at_once=3), ring("more", "a", "d")
    )
    # At level 2 in the contact's own ring, not at level 1 in the other.
    assert chosen(where, [waiting("c")], [free("a"), free("b"), free("d", 99)]) == [("c", "b", "a", "d")]


def test_overflow_does_not_lead_back() -> None:
    where = directory(*own_and_more())
    assert chosen(where, [waiting("c", 999, ring="more")], [free("a")]) == []
