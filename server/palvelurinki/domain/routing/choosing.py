"""The choice: which waiting contacts of a pool are offered to whom now.

A pool is a set of rings that share experts (`Directory.pools`); its contacts are served in one order, by rank, so that
an expert of several rings goes where somebody has waited longest and no ring starves. Contacts that need the same and
have waited as long as far as the steps go share one list of candidates, made once: the time grows with n log n in the
number of contacts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import Directory, Ring, RingId, ServiceId, StaffId, UnitId
from palvelurinki.domain.routing.eligibility import (
    breadth_of,
    fits,
    further_rings,
    reached,
    skill_in,
    step_by_time,
    step_in_force,
)
from palvelurinki.domain.routing.model import (
    Candidate,
    Expert,
    Grounds,
    OfferTo,
    Overtaken,
    Policy,
    Quieten,
    Route,
    WaitingContact,
    rank,
)
from palvelurinki.domain.routing.strategies import key_of

# How many of those who stand before a chosen contact its grounds name.
AHEAD_NAMED = 20

Need: TypeAlias = tuple[RingId, ServiceId, str, UnitId | None, int, tuple[RingId, ...]]


@dataclass(frozen=True, slots=True)
class Pool:
    """What the truth says of a pool of rings at one moment.

    `on_duty`: the members of its rings who are ready and connected, free or not. The same contacts and experts give
    the same routes.
    """

    waiting: Sequence[WaitingContact]
    on_duty: Sequence[Expert]


def route(directory: Directory, pool: Pool, now: datetime, *, explain: bool = True) -> tuple[Route, ...]:
    """What to do now with the contacts that wait in a pool, in order of rank.

    Each contact in turn gets the free expert whom its ring's strategy puts first of those who may take it and have not
    passed it by. Experts who are left over then join the contacts whose rings ring several at once. A contact that
    everybody on duty who may take it has passed by is to rest. With `explain` each offer carries its grounds.
    """
    return _Routing(directory, pool, now, explain=explain).routes()


@dataclass(slots=True)
class _Shared:
    """What contacts of one need share. `order`: who may take them and is free, in the order of being asked."""

    policy: Policy
    step: int
    candidates: tuple[Candidate, ...]
    order: tuple[Candidate, ...]
    fitting: frozenset[StaffId]
    next: int = 0


class _Routing:
    def __init__(self, directory: Directory, pool: Pool, now: datetime, *, explain: bool) -> None:
        self._directory = directory
        self._pool = pool
        self._now = now
        self._explain = explain
        self._experts = {expert.staff: expert for expert in pool.on_duty}
        self._free = sum(expert.free for expert in pool.on_duty)
        self._taken: dict[StaffId, ContactId] = {}
        self._needs: dict[Need, _Shared] = {}
        self._members: dict[RingId, tuple[StaffId, ...]] = {}
        self._reached: dict[tuple[RingId, tuple[bool, ...]], tuple[RingId, ...]] = {}

    def routes(self) -> tuple[Route, ...]:
        chosen: list[tuple[WaitingContact, _Shared, list[StaffId], tuple[tuple[Overtaken, ...], int]]] = []
        rests: list[Route] = []
        ahead: list[Overtaken] = []
        passed_over = 0
        for contact in sorted(self._pool.waiting, key=rank):
            shared = self._shared(contact)
            staff = self._take(contact, shared) if len(self._taken) < self._free else None
            if staff is not None:
                chosen.append((contact, shared, [staff], (tuple(ahead), passed_over)))
                continue
            passed_over += 1
            if self._explain and len(ahead) < AHEAD_NAMED:
                ahead.append(Overtaken(contact.id, rank(contact)[0]))
            if not contact.quiet and shared.fitting and contact.passed_by >= shared.fitting:
                rests.append(Quieten(contact.id))
        offers = []
        for contact, shared, staff_chosen, before in chosen:
            while len(staff_chosen) < shared.policy.ring_at_once and len(self._taken) < self._free:
                another = self._take(contact, shared)
                if another is None:
                    break
                staff_chosen.append(another)
            grounds = self._grounds(contact, shared, tuple(staff_chosen), before) if self._explain else None
            offers.append(OfferTo(contact.id, tuple(staff_chosen), grounds))
        return (*offers, *rests)

    def _take(self, contact: WaitingContact, shared: _Shared) -> StaffId | None:
        """The first in order who is not taken; nobody behind them is looked at again by contacts of the same need."""
        order = shared.order
        while shared.next < len(order) and order[shared.next].staff in self._taken:
            shared.next += 1
        for index in range(shared.next, len(order)):
            staff = order[index].staff
            if staff not in self._taken and staff not in contact.passed_by:
                self._taken[staff] = contact.id
                return staff
        return None

    def _shared(self, contact: WaitingContact) -> _Shared:
        ring = self._directory.rings[contact.ring]
        waited_s = (self._now - contact.requested_at).total_seconds()
        due = step_by_time(ring.steps, waited_s)
        rings = self._rings(ring, waited_s)
        need = (ring.id, contact.service, contact.language, contact.unit, due, rings)
        shared = self._needs.get(need)
        if shared is None:
            shared = self._needs[need] = self._look(contact, ring, due, rings)
        return shared

    def _rings(self, ring: Ring, waited_s: float) -> tuple[RingId, ...]:
        if not ring.overflow:
            return (ring.id,)
        # What is reached changes only as the times of the overflow rings pass.
        passed = tuple(
            overflow.after_s is not None and waited_s >= overflow.after_s
            for each in further_rings(self._directory, ring)
            for overflow in self._directory.rings[each].overflow
        )
        known = self._reached.get((ring.id, passed))
        if known is None:
            known = reached(self._directory, ring, waited_s, lambda each: bool(self._on_duty(each)), self._now)
            self._reached[ring.id, passed] = known
        return known

    def _on_duty(self, ring: RingId) -> tuple[StaffId, ...]:
        members = self._members.get(ring)
        if members is None:
            everybody = self._directory.rings[ring].members
            members = self._members[ring] = tuple(each.staff for each in everybody if each.staff in self._experts)
        return members

    def _look(self, contact: WaitingContact, ring: Ring, due: int, rings: tuple[RingId, ...]) -> _Shared:
        candidates = self._candidates(contact, ring, rings)
        step = step_in_force(
            ring.steps,
            due,
            early=ring.relax_when_unstaffed,
            anybody=lambda step: any(fits(contact, step, each) for each in candidates),
        )
        fitting = [each for each in candidates if fits(contact, ring.steps[step], each)]
        order = sorted((each for each in fitting if each.free), key=key_of(ring.strategy))
        policy = Policy(ring.strategy, ring.ring_at_once, ring.steps, ring.relax_when_unstaffed)
        return _Shared(policy, step, candidates, tuple(order), frozenset(each.staff for each in fitting))

    def _candidates(self, contact: WaitingContact, ring: Ring, rings: tuple[RingId, ...]) -> tuple[Candidate, ...]:
        """Everybody on duty in the ring and in those it may overflow to, each once, by the ring that is nearest."""
        found: dict[StaffId, Candidate] = {}
        # Who is not reached cannot be chosen: they are looked at only to say why.
        far = [each for each in further_rings(self._directory, ring) if each not in rings] if self._explain else []
        for hop, ring_id in [*enumerate(rings), *((None, each) for each in far)]:
            at = self._directory.rings[ring_id]
            for place, member in enumerate(at.members):
                expert = self._experts.get(member.staff)
                if expert is None or member.staff in found:
                    continue
                person = self._directory.staff[member.staff]
                found[member.staff] = Candidate(
                    staff=member.staff,
                    ring=ring_id,
                    hop=hop,
                    place=place,
                    level=member.level,
                    languages=person.languages,
                    unit=person.unit,
                    skill=skill_in(person, contact.service),
                    breadth=breadth_of(person),
                    idle_since=expert.idle_since,
                    asked_at=expert.asked_at,
                    calls_today=expert.calls_today,
                    free=expert.free,
                )
        return tuple(found.values())

    def _grounds(
        self,
        contact: WaitingContact,
        shared: _Shared,
        chosen: tuple[StaffId, ...],
        before: tuple[tuple[Overtaken, ...], int],
    ) -> Grounds:
        return Grounds(
            at=self._now,
            contact=contact,
            policy=shared.policy,
            step=shared.step,
            candidates=tuple(
                replace(each, taken=True) if self._taken.get(each.staff, contact.id) != contact.id else each
                for each in shared.candidates
            ),
            ahead=before[0],
            ahead_count=before[1],
            chosen=chosen,
        )
