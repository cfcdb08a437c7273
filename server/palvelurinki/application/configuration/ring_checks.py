"""What a ring must be, alone and to the other parts.

Codes, all stable:

    ring.no_members, ring.member_not_expert, ring.member_of_other_organisation
    ring.at_once_over_members    it would ring at more experts than it ever asks
    ring.wrap_up_over_most       the wrap-up is longer than it may become by extending
    ring.last_entry_too_long     at no opening could anybody enter
    step.first_not_at_once       the first step is not from 0
    step.not_later               a step is not after the one before
    step.same_as_before          a step asks what the one before asks
    step.level_unused            a level that no member has
    step.skill_unreached         a skill that no member has in a service of the ring
    step.unit_never              the serving unit is asked for, but no unit of the provider serves any point
    overflow.to_itself, overflow.to_other_provider
    overflow.never               neither a time nor when_unstaffed brings it about
    overflow.cycle               the overflows lead back to where they began
    service.no_member_skilled    a service of the ring that no member has a skill for

What has no code here is legal, however odd: a ring in which nobody speaks a language that its points offer still
serves, after its steps.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from palvelurinki.application.configuration.document import MemberPart, RingPart, StaffPart, StepPart
from palvelurinki.application.configuration.hours import longest_opening_s, to_hours
from palvelurinki.application.configuration.known import Known, repeated
from palvelurinki.application.configuration.problems import Finding, Path
from palvelurinki.domain.directory import Role, UnitRule

_Edges: TypeAlias = Mapping[str, Mapping[str, int]]


def check_rings(known: Known) -> Iterator[Finding]:
    """Every finding of the rings."""
    services: dict[str, list[str]] = {}
    for slug, service in known.document.services.items():
        if service.ring is not None:
            services.setdefault(service.ring, []).append(slug)
    for slug, ring in known.document.rings.items():
        yield from _Ring(known, slug, ring, tuple(services.get(slug, ()))).findings()
    yield from _cycles(known)


@dataclass(frozen=True)
class _Ring:
    known: Known
    slug: str
    part: RingPart
    services: tuple[str, ...]

    @property
    def path(self) -> Path:
        return ("rings", self.slug)

    def findings(self) -> Iterator[Finding]:
        yield from self.known.provider(self.part.provider, (*self.path, "provider"))
        yield from self._times()
        yield from self._members()
        yield from self._steps()
        yield from self._skills()
        yield from self._overflow()

    def _times(self) -> Iterator[Finding]:
        ring = self.part
        hours, findings = to_hours(ring.hours, (*self.path, "hours"))
        yield from findings
        longest = longest_opening_s(hours)
        if not findings and longest and ring.last_entry_s >= longest:
            message = f"the longest opening is {longest} seconds: nobody could enter {ring.last_entry_s} before its end"
            yield Finding("ring.last_entry_too_long", (*self.path, "last_entry_s"), message)
        if ring.wrap_up_s > ring.wrap_up_most_s:
            message = f"a wrap-up of {ring.wrap_up_s} seconds is over wrap_up_most_s, {ring.wrap_up_most_s}"
            yield Finding("ring.wrap_up_over_most", (*self.path, "wrap_up_s"), message)

    def _members(self) -> Iterator[Finding]:
        ring, path = self.part, (*self.path, "members")
        if not ring.members:
            yield Finding("ring.no_members", path, f"ring {self.slug} has no members")
        yield from repeated([member.staff for member in ring.members], path)
        for index, member in enumerate(each.staff for each in ring.members):
            place = (*path, index)
            yield from self.known.reference("staff", member, place)
            person = self.known.document.staff.get(member)
            if person is None:
                continue
            if Role.EXPERT not in self.known.document.roles_of(person):
                yield Finding("ring.member_not_expert", place, f"{member} has not the role expert")
            if self.known.differ(person.organisation, ring.provider):
                message = f"{member} is of {person.organisation}, the ring of {ring.provider}"
                yield Finding("ring.member_of_other_organisation", place, message)
        if ring.ring_at_once > len(ring.members):
            yield from self._at_once()

    def _at_once(self) -> Iterator[Finding]:
        asked = {member.staff for member in self._asked_ever()}
        if self.part.ring_at_once > len(asked) > 0:
            message = f"{self.part.ring_at_once} experts cannot ring at once where {len(asked)} are asked at most"
            yield Finding("ring.at_once_over_members", (*self.path, "ring_at_once"), message)

    def _steps(self) -> Iterator[Finding]:
        before: StepPart | None = None
        for index, step in enumerate(self.part.steps):
            path = (*self.path, "steps", index)
            if before is None:
                if step.after_s:
                    message = f"the first step is in force from 0, not from {step.after_s}"
                    yield Finding("step.first_not_at_once", (*path, "after_s"), message)
            elif step.after_s <= before.after_s:
                message = f"{step.after_s} is not after the step before it, which is from {before.after_s}"
                yield Finding("step.not_later", (*path, "after_s"), message)
            if before is not None and step.model_copy(update={"after_s": before.after_s}) == before:
                yield Finding("step.same_as_before", path, "the step asks the same as the one before it")
            yield from self._asked(step, path)
            before = step

    def _asked(self, step: StepPart, path: Path) -> Iterator[Finding]:
        if step.level is not None:
            levels = {member.level for member in self._asked_ever()}
            if levels and step.level not in levels:
                told = ", ".join(map(str, sorted(levels)))
                message = f"no member is of level {step.level}, but of {told}"
                yield Finding("step.level_unused", (*path, "level"), message)
        if step.unit is UnitRule.SERVING and not self._is_served_by_units():
            message = f"no unit of {self.part.provider} is named in served_by of any point"
            yield Finding("step.unit_never", (*path, "unit"), message)

    def _is_served_by_units(self) -> bool:
        if not (self.known.is_whole("points") and self.known.is_whole("units")):
            return True
        units, provider = self.known.document.units, self.part.provider
        # A unit or a provider that nobody knows may be meant to be one that serves.
        return any(
            slug not in units or not self.known.differ(units[slug].organisation, provider)
            for slug in self.known.units_serving
        )

    def _skills(self) -> Iterator[Finding]:
        members = self._people(self.part.members)
        for service in self.services:
            if members and not any(_skill(person, service) for person in members):
                message = f"no member of ring {self.slug} has a skill for {service}"
                yield Finding("service.no_member_skilled", ("services", service, "ring"), message)
        if max(step.skill for step in self.part.steps) == 1:
            return
        asked = self._people(self._asked_ever())
        best = {service: max((_skill(person, service) for person in asked), default=0) for service in self.services}
        for index, step in enumerate(self.part.steps):
            beyond = next((service for service, skill in best.items() if 0 < skill < step.skill), None)
            if beyond is not None:
                message = f"no member has the skill {step.skill} in {beyond}, the best has {best[beyond]}"
                yield Finding("step.skill_unreached", (*self.path, "steps", index, "skill"), message)

    def _asked_ever(self) -> Sequence[MemberPart]:
        """The ring's members and those of the rings that it may overflow to; none when some ring is faulty."""
        if not self.part.overflow:
            return self.part.members
        if not self.known.is_whole("rings"):
            return ()
        rings = self.known.document.rings
        return [member for slug in self.known.reach(self.slug) for member in rings[slug].members]

    def _people(self, members: Sequence[MemberPart]) -> list[StaffPart]:
        """The members as staff; none when some of them are faulty, or skilled in a service that nobody knows."""
        services = self.known.named.get("services", ())
        people = [self.known.document.staff.get(member.staff) for member in members]
        found = [person for person in people if person is not None and all(slug in services for slug in person.skills)]
        return found if len(found) == len(people) else []

    def _overflow(self) -> Iterator[Finding]:
        yield from repeated([overflow.ring for overflow in self.part.overflow], (*self.path, "overflow"))
        for index, overflow in enumerate(self.part.overflow):
            path = (*self.path, "overflow", index)
            yield from self.known.reference("rings", overflow.ring, (*path, "ring"))
            if overflow.after_s is None and not overflow.when_unstaffed:
                message = "this never happens: give after_s, or leave when_unstaffed true"
                yield Finding("overflow.never", path, message)
            if overflow.ring == self.slug:
                yield Finding("overflow.to_itself", (*path, "ring"), f"ring {self.slug} overflows to itself")
            other = self.known.document.rings.get(overflow.ring)
            if other is not None and self.known.differ(other.provider, self.part.provider):
                message = f"ring {overflow.ring} is of {other.provider}, this one of {self.part.provider}"
                yield Finding("overflow.to_other_provider", (*path, "ring"), message)


def _skill(person: StaffPart, service: str) -> int:
    """How good a person is at a service; 0 when they do not take it (`domain.directory.Staff`)."""
    return person.skills.get(service, 0) if person.skills else 1


def _cycles(known: Known) -> Iterator[Finding]:
    """A finding for each overflow that leads back to a ring from which it was reached, in the order of the file."""
    edges: dict[str, dict[str, int]] = {}
    for slug, ring in known.document.rings.items():
        to = edges.setdefault(slug, {})
        for index, overflow in enumerate(ring.overflow):
            if overflow.ring != slug:  # that one has a code of its own
                to.setdefault(overflow.ring, index)
    done: set[str] = set()
    for slug in edges:
        if slug not in done:
            yield from _cycles_from(slug, edges, done)


def _cycles_from(start: str, edges: _Edges, done: set[str]) -> Iterator[Finding]:
    # Depth first, with a stack of its own: a chain of rings may be longer than Python's.
    trail = {start: iter(edges[start].items())}
    while trail:
        slug = next(reversed(trail))
        to, index = next(trail[slug], (None, 0))
        if to is None:
            done.add(slug)
            del trail[slug]
        elif to in trail:
            rings = list(trail)
            told = " → ".join([*rings[rings.index(to) :], to])
            path = ("rings", slug, "overflow", index, "ring")
            yield Finding("overflow.cycle", path, f"the overflows go round: {told}")
        elif to in edges and to not in done:
            trail[to] = iter(edges[to].items())
