"""Rosters: who on duty may be put to the contacts of a ring, in the order in which the ring asks them.

All contacts that wait in one ring for one service, and whose waiting has brought the same overflow rings within reach,
share a roster; it is made when the first of them needs it. What differs among them (language, unit, step, who passed
them by) is looked at for each.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from palvelurinki.domain.directory import Directory, Ring, RingId, ServiceId, StaffId
from palvelurinki.domain.routing.eligibility import breadth_of, further_rings, reached, skill_in
from palvelurinki.domain.routing.model import Candidate, Expert
from palvelurinki.domain.routing.strategies import key_of

Reach: TypeAlias = tuple[RingId, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """Whom to ask.

    `candidates`: everybody on duty within reach, each once, by the ring that is nearest. `free`: those of them who are
    free, in the order of being asked.
    """

    ring: Ring
    service: ServiceId
    reach: Reach
    candidates: tuple[Candidate, ...]
    free: tuple[Candidate, ...]


class Rosters:
    """The rosters of a pool at one moment."""

    def __init__(self, directory: Directory, on_duty: Sequence[Expert], now: datetime) -> None:
        self._directory = directory
        self._experts: Mapping[StaffId, Expert] = {expert.staff: expert for expert in on_duty}
        self._now = now
        self._rosters: dict[tuple[RingId, ServiceId, Reach], Roster] = {}
        self._everybody: dict[tuple[RingId, ServiceId, Reach], tuple[Candidate, ...]] = {}
        self._times: dict[RingId, tuple[int, ...]] = {}
        self._reached: dict[tuple[RingId, int], Reach] = {}
        self._free_within: dict[Reach, tuple[StaffId, ...]] = {}

    def reach(self, ring: Ring, waited_s: float) -> Reach:
        """The rings whose members may be asked after `waited_s`, the contact's own first."""
        if not ring.overflow:
            return (ring.id,)
        times = self._times.get(ring.id)
        if times is None:
            times = self._times[ring.id] = self._overflow_times(ring)
        # What is reached changes only as these times pass.
        passed = bisect_right(times, waited_s)
        known = self._reached.get((ring.id, passed))
        if known is None:
            known = reached(self._directory, ring, waited_s, self._staffed, self._now)
            self._reached[ring.id, passed] = known
        return known

    def free_within(self, reach: Reach) -> tuple[StaffId, ...]:
        """Who is free in these rings, whatever they may take."""
        free = self._free_within.get(reach)
        if free is None:
            members = (member.staff for ring in reach for member in self._directory.rings[ring].members)
            free = tuple(each for each in members if each in self._experts and self._experts[each].free)
            self._free_within[reach] = free
        return free

    def roster(self, ring: Ring, service: ServiceId, reach: Reach) -> Roster:
        """The roster of contacts that wait in `ring` for `service` and reach these rings."""
        known = self._rosters.get((ring.id, service, reach))
        if known is None:
            candidates = self._candidates(service, list(enumerate(reach)))
            free = sorted((each for each in candidates if each.free), key=key_of(ring.strategy))
            known = Roster(ring, service, reach, candidates, tuple(free))
            self._rosters[ring.id, service, reach] = known
        return known

    def everybody(self, roster: Roster) -> tuple[Candidate, ...]:
        """The roster's candidates, and after them who is on duty in rings that are not reached yet: to say why not."""
        known = self._everybody.get((roster.ring.id, roster.service, roster.reach))
        if known is not None:
            return known
        far = [(None, each) for each in further_rings(self._directory, roster.ring) if each not in roster.reach]
        near = {each.staff for each in roster.candidates}
        further = self._candidates(roster.service, far) if far else ()
        everybody = (*roster.candidates, *(each for each in further if each.staff not in near))
        self._everybody[roster.ring.id, roster.service, roster.reach] = everybody
        return everybody

    def _overflow_times(self, ring: Ring) -> tuple[int, ...]:
        overflows = (each for on in further_rings(self._directory, ring) for each in self._directory.rings[on].overflow)
        return tuple(sorted({each.after_s for each in overflows if each.after_s is not None}))

    def _staffed(self, ring: RingId) -> bool:
        return any(member.staff in self._experts for member in self._directory.rings[ring].members)

    def _candidates(self, service: ServiceId, rings: Sequence[tuple[int | None, RingId]]) -> tuple[Candidate, ...]:
        found: dict[StaffId, Candidate] = {}
        for hop, ring in rings:
            for place, member in enumerate(self._directory.rings[ring].members):
                expert = self._experts.get(member.staff)
                if expert is None or member.staff in found:
                    continue
                person = self._directory.staff[member.staff]
                found[member.staff] = Candidate(
                    staff=member.staff,
                    ring=ring,
                    hop=hop,
                    place=place,
                    level=member.level,
                    languages=person.languages,
                    unit=person.unit,
                    skill=skill_in(person, service),
                    breadth=breadth_of(person),
                    idle_since=expert.idle_since,
                    asked_at=expert.asked_at,
                    calls_today=expert.calls_today,
                    free=expert.free,
                )
        return tuple(found.values())
