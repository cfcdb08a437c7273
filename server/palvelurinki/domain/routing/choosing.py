"""The choice: which waiting contacts of a pool are offered to whom now.

A pool is a set of rings that share experts (`Directory.pools`); its contacts are served in one order, by rank, so that
an expert of several rings goes where somebody has waited longest and no ring starves. Contacts that need the same and
have waited as long as far as the steps go share what is found for the first of them, and those for whom nobody is left
are passed over at once: the time grows with n log n in the number of contacts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import Directory, Ring, RingId, ServiceId, StaffId, UnitId
from palvelurinki.domain.routing.eligibility import fits, step_by_time, step_in_force
from palvelurinki.domain.routing.model import (
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
from palvelurinki.domain.routing.rosters import Reach, Roster, Rosters

# How many of those who stand before a chosen contact its grounds name.
AHEAD_NAMED = 20

Need: TypeAlias = tuple[RingId, ServiceId, str, UnitId | None, int, Reach, frozenset[StaffId]]


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

    roster: Roster
    step: int
    order: tuple[StaffId, ...]
    next: int = 0


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A contact that gets somebody, and who stood before it and got nobody."""

    contact: WaitingContact
    shared: _Shared
    staff: list[StaffId]
    ahead: tuple[Overtaken, ...]
    ahead_count: int


class _Routing:
    def __init__(self, directory: Directory, pool: Pool, now: datetime, *, explain: bool) -> None:
        self._directory = directory
        self._waiting = pool.waiting
        self._now = now
        self._explain = explain
        self._rosters = Rosters(directory, pool.on_duty, now)
        self._free = sum(expert.free for expert in pool.on_duty)
        self._taken: dict[StaffId, ContactId] = {}
        self._needs: dict[Need, _Shared] = {}
        # How far into `free_within` of a reach everybody is taken.
        self._gone: dict[Reach, int] = {}

    def routes(self) -> tuple[Route, ...]:
        chosen: list[_Chosen] = []
        rests: list[Route] = []
        ahead: list[Overtaken] = []
        passed_over = 0
        for contact in sorted(self._waiting, key=rank):
            taken = self._first(contact)
            if taken is not None:
                staff, shared = taken
                chosen.append(_Chosen(contact, shared, [staff], tuple(ahead), passed_over))
                continue
            passed_over += 1
            if self._explain and len(ahead) < AHEAD_NAMED:
                ahead.append(Overtaken(contact.id, rank(contact)[0]))
            if contact.passed_by and not contact.quiet and self._all_passed_by(contact):
                rests.append(Quieten(contact.id))
        return (*(self._offer(each) for each in chosen), *rests)

    def _first(self, contact: WaitingContact) -> tuple[StaffId, _Shared] | None:
        """Take the expert whom the contact gets first."""
        if len(self._taken) == self._free:
            return None
        ring = self._directory.rings[contact.ring]
        reach = self._rosters.reach(ring, self._waited_s(contact))
        if not self._anybody_left(reach):
            return None
        shared = self._shared(contact, ring, reach)
        staff = self._take(contact, shared)
        return None if staff is None else (staff, shared)

    def _offer(self, chosen: _Chosen) -> OfferTo:
        """The offer of a contact that has its first, with those who are left over and join."""
        contact, shared, staff = chosen.contact, chosen.shared, chosen.staff
        while len(staff) < shared.roster.ring.ring_at_once and len(self._taken) < self._free:
            another = self._take(contact, shared)
            if another is None:
                break
            staff.append(another)
        return OfferTo(contact.id, tuple(staff), self._grounds(chosen) if self._explain else None)

    def _take(self, contact: WaitingContact, shared: _Shared) -> StaffId | None:
        """The first in order who is not taken; nobody behind them is looked at again by contacts of the same need."""
        order = shared.order
        while shared.next < len(order) and order[shared.next] in self._taken:
            shared.next += 1
        for index in range(shared.next, len(order)):
            staff = order[index]
            if staff not in self._taken and staff not in contact.passed_by:
                self._taken[staff] = contact.id
                return staff
        return None

    def _anybody_left(self, reach: Reach) -> bool:
        free = self._rosters.free_within(reach)
        gone = self._gone.get(reach, 0)
        while gone < len(free) and free[gone] in self._taken:
            gone += 1
        self._gone[reach] = gone
        return gone < len(free)

    def _all_passed_by(self, contact: WaitingContact) -> bool:
        """Whether somebody on duty may take the contact, and all who may have passed it by."""
        ring = self._directory.rings[contact.ring]
        shared = self._shared(contact, ring, self._rosters.reach(ring, self._waited_s(contact)))
        step = ring.steps[shared.step]
        able = (each.staff in contact.passed_by for each in shared.roster.candidates if fits(contact, step, each))
        return next(able, False) and all(able)

    def _waited_s(self, contact: WaitingContact) -> float:
        return (self._now - contact.requested_at).total_seconds()

    def _shared(self, contact: WaitingContact, ring: Ring, reach: Reach) -> _Shared:
        due = step_by_time(ring.steps, self._waited_s(contact))
        need = (ring.id, contact.service, contact.language, contact.unit, due, reach, contact.recused)
        shared = self._needs.get(need)
        if shared is None:
            roster = self._rosters.roster(ring, contact.service, reach)
            step = step_in_force(
                ring.steps,
                due,
                early=ring.relax_when_unstaffed,
                anybody=lambda step: any(fits(contact, step, each) for each in roster.candidates),
            )
            order = tuple(each.staff for each in roster.free if fits(contact, ring.steps[step], each))
            shared = self._needs[need] = _Shared(roster, step, order)
        return shared

    def _grounds(self, chosen: _Chosen) -> Grounds:
        contact, roster = chosen.contact, chosen.shared.roster
        ring = roster.ring
        return Grounds(
            at=self._now,
            contact=contact,
            policy=Policy(ring.strategy, ring.ring_at_once, ring.steps, ring.relax_when_unstaffed),
            step=chosen.shared.step,
            candidates=tuple(
                replace(each, taken=True) if self._taken.get(each.staff, contact.id) != contact.id else each
                for each in self._rosters.everybody(roster)
            ),
            ahead=chosen.ahead,
            ahead_count=chosen.ahead_count,
            chosen=tuple(chosen.staff),
        )
