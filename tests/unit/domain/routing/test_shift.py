"""Routing through a working day: nobody starves, nobody is overtaken by more than a head start, all are asked alike."""

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palvelurinki.domain.directory import Directory, LanguageRule, Step, Strategy
from palvelurinki.domain.routing import Expert, OfferTo, Pool, Quieten, WaitingContact, rank, route
from tests.unit.domain.routing.pools import at, directory, overflow, ring, waiting

ANYBODY = (Step(language=LanguageRule.ANY),)
HEAD_START_S = 300
some = settings(max_examples=40)


@dataclass
class Shift:
    """A pool at work, minute by minute: who is asked takes it or passes it by, as chance has it."""

    where: Directory
    chance: random.Random
    willing: float
    now: int = 0
    waiting: dict[str, WaitingContact] = field(default_factory=dict)
    quiet_until: dict[str, int] = field(default_factory=dict)
    experts: dict[str, Expert] = field(default_factory=dict)
    busy_until: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    first_asked: dict[str, int] = field(default_factory=dict)
    served: list[str] = field(default_factory=list)
    came: dict[str, WaitingContact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.experts = {each: Expert(each, free=True, idle_since=at(0)) for each in self.where.staff}

    def arrive(self, name: str, ring: str = "ring", head_start_s: int = 0) -> None:
        contact = waiting(name, -60 * self.now, ring=ring, head_start_s=head_start_s)
        self.waiting[name] = self.came[name] = contact

    def minute(self) -> None:
        self.now += 1
        for name in [name for name, until in self.quiet_until.items() if until <= self.now]:
            del self.quiet_until[name]
            self.waiting[name] = replace(self.waiting[name], passed_by=frozenset(), quiet=False)
        for staff in [staff for staff, until in self.busy_until.items() if until <= self.now]:
            del self.busy_until[staff]
            self.experts[staff] = replace(self.experts[staff], free=True, idle_since=at(60 * self.now))
        pool = Pool(list(self.waiting.values()), list(self.experts.values()))
        for each in route(self.where, pool, at(60 * self.now), explain=False):
            if isinstance(each, Quieten):
                self.quiet_until[each.contact] = self.now + 2
                self.waiting[each.contact] = replace(self.waiting[each.contact], quiet=True)
            else:
                self._put(each)

    def _put(self, offer: OfferTo) -> None:
        name = offer.contact
        self.first_asked.setdefault(name, self.now)
        for staff in offer.staff:
            self.asked.append((name, staff))
            expert = replace(self.experts[staff], asked_at=at(60 * self.now + len(self.asked) / 1000))
            if name in self.waiting and self.chance.random() < self.willing:
                del self.waiting[name]
                self.quiet_until.pop(name, None)
                self.served.append(name)
                self.busy_until[staff] = self.now + self.chance.randint(1, 5)
                expert = replace(expert, free=False, calls_today=expert.calls_today + 1)
            elif name in self.waiting:
                passed_by = self.waiting[name].passed_by | {staff}
                self.waiting[name] = replace(self.waiting[name], passed_by=passed_by)
                expert = replace(expert, idle_since=at(60 * self.now))
            self.experts[staff] = expert


def one_ring(strategy: Strategy = Strategy.LONGEST_IDLE, at_once: int = 1) -> Directory:
    return directory(ring("ring", "a", "b", "c", strategy=strategy, ring_at_once=at_once, steps=ANYBODY))


TWO_RINGS = directory(
    ring("ring", "a", "b", overflow=(overflow("other", 180),), steps=ANYBODY),
    ring("other", "b", "c", "d", ring_at_once=2, steps=ANYBODY),
)


@some
@given(st.integers(0, 10_000), st.sampled_from([0.2, 0.5, 0.9]), st.sampled_from(Strategy), st.integers(1, 3))
def test_nobody_starves_however_many_come_after(seed: int, willing: float, strategy: Strategy, at_once: int) -> None:
    shift = Shift(one_ring(strategy, at_once), random.Random(seed), willing)
    shift.arrive("first")
    for number in range(400):
        if number % 2 == 0:
            shift.arrive(f"later-{number}", head_start_s=HEAD_START_S)
        shift.minute()
        if "first" in shift.served:
            break
    assert "first" in shift.served


@some
@given(st.integers(0, 10_000))
def test_where_nobody_declines_service_is_in_order_of_rank(seed: int) -> None:
    shift = Shift(one_ring(), random.Random(seed), willing=1.0)
    for number in range(40):
        shift.arrive(f"c-{number:03}", head_start_s=shift.chance.choice([0, 0, 60, HEAD_START_S]))
        shift.minute()
    while shift.waiting:
        shift.minute()
    for earlier, later in pairwise(shift.asked):
        first, second = shift.came[earlier[0]], shift.came[later[0]]
        # Who goes first stands before the other, or the other had not come yet.
        assert rank(first) < rank(second) or second.requested_at >= at(60 * shift.first_asked[first.id])


@some
@given(st.integers(0, 10_000), st.sampled_from([0, 60, HEAD_START_S]))
def test_nobody_is_overtaken_by_who_came_later_than_the_head_start_after_them(seed: int, head_start_s: int) -> None:
    shift = Shift(TWO_RINGS, random.Random(seed), willing=1.0)
    for number in range(60):
        urgent = shift.chance.random() < 1 / 2
        which = shift.chance.choice(["ring", "ring", "other"])
        shift.arrive(f"c-{number:03}", which, head_start_s=head_start_s if urgent else 0)
        shift.minute()
    while shift.waiting:
        shift.minute()
    assert len(shift.served) == 60
    turn = {name: number for number, name in enumerate(shift.served)}
    overtakes = 0
    for name, contact in shift.came.items():
        for other, later in shift.came.items():
            after_s = (later.requested_at - contact.requested_at).total_seconds()
            if later.ring == contact.ring and after_s > 0 and turn[other] < turn[name]:
                overtakes += 1
                assert after_s < head_start_s
    assert overtakes == 0 or head_start_s > 0


@some
@given(st.integers(0, 10_000))
def test_of_two_rings_that_share_experts_neither_starves(seed: int) -> None:
    # A flood at one of them, and now and then somebody at the other: those are served in their turn.
    shift = Shift(TWO_RINGS, random.Random(seed), willing=0.8)
    for number in range(120):
        shift.arrive(f"flood-{number}", "other")
        shift.arrive(f"flood-{number}-more", "other")
        if number % 20 == 0:
            shift.arrive(f"rare-{number}")
        shift.minute()
    assert sum(name.startswith("flood") for name in shift.waiting) > 20
    longest = min(each.requested_at for each in shift.waiting.values())
    assert all(each.requested_at >= longest for name, each in shift.waiting.items() if name.startswith("rare"))
    assert sum(name.startswith("rare") for name in shift.served) >= 3


@pytest.mark.parametrize("strategy", [Strategy.LONGEST_IDLE, Strategy.ROUND_ROBIN])
@some
@given(seed=st.integers(0, 10_000))
def test_everybody_on_duty_is_asked_about_equally_often(strategy: Strategy, seed: int) -> None:
    shift = Shift(one_ring(strategy), random.Random(seed), willing=0.0)
    for number in range(60):
        shift.arrive(f"c-{number}")
        shift.minute()
    counts = Counter(staff for _, staff in shift.asked)
    assert max(counts.values()) - min(counts.values()) <= 1


@some
@given(st.integers(0, 10_000))
def test_fewest_calls_shares_the_calls(seed: int) -> None:
    shift = Shift(one_ring(Strategy.FEWEST_CALLS), random.Random(seed), willing=1.0)
    for number in range(60):
        if number % 6 == 0:
            shift.arrive(f"c-{number}")
        shift.minute()
    calls = [each.calls_today for each in shift.experts.values()]
    assert max(calls) - min(calls) <= 1


@some
@given(st.integers(0, 10_000))
def test_a_lone_expert_is_rung_again_only_after_the_rest(seed: int) -> None:
    shift = Shift(directory(ring("ring", "a")), random.Random(seed), willing=0.0)
    shift.arrive("c")
    times = []
    for _ in range(30):
        before = len(shift.asked)
        shift.minute()
        times += [shift.now] * (len(shift.asked) - before)
    assert all(later - earlier >= 2 for earlier, later in pairwise(times))
    assert len(times) >= 8
