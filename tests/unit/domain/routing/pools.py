"""Rings, people and contacts in a line each, for the tests of routing."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import (
    Directory,
    OrganisationId,
    Overflow,
    Ring,
    RingId,
    RingMember,
    Role,
    ServiceId,
    Staff,
    StaffId,
    UnitId,
)
from palvelurinki.domain.hours import Interval, OpeningHours
from palvelurinki.domain.names import Names
from palvelurinki.domain.routing import Expert, OfferTo, Pool, Quieten, Route, WaitingContact, route
from tests.unit.domain.samples import ARRIVED

PROVIDER: Final = OrganisationId("provider")
ALWAYS: Final = OpeningHours(dict.fromkeys(range(7), (Interval(0, 1440),)), closed_on_public_holidays=False)
NEVER: Final = OpeningHours()
NOW: Final = ARRIVED


def at(seconds: float) -> datetime:
    """So many seconds from NOW; before it when negative."""
    return NOW + timedelta(seconds=seconds)


def ring(identifier: str, *members: str | tuple[str, int], **changes: Any) -> Ring:  # noqa: ANN401 - any field
    """A ring of these members, each at level 1 unless told; open always unless told."""
    levels = (member if isinstance(member, tuple) else (member, 1) for member in members)
    fields: dict[str, Any] = {"hours": ALWAYS, **changes}
    return Ring(
        id=RingId(identifier),
        provider=PROVIDER,
        names=Names(identifier, identifier, identifier),
        members=tuple(RingMember(StaffId(staff), level) for staff, level in levels),
        **fields,
    )


def overflow(identifier: str, after_s: int | None = None, *, when_unstaffed: bool = True) -> Overflow:
    return Overflow(RingId(identifier), after_s, when_unstaffed)


def person(identifier: str, *languages: str, unit: str | None = None, skills: Mapping[str, int] | None = None) -> Staff:
    """An expert; who names no language speaks Finnish."""
    return Staff(
        id=StaffId(identifier),
        organisation=PROVIDER,
        name=identifier,
        roles=frozenset({Role.EXPERT}),
        languages=languages or ("fi",),
        unit=None if unit is None else UnitId(unit),
        skills={ServiceId(service): skill for service, skill in (skills or {}).items()},
    )


def directory(*things: Ring | Staff) -> Directory:
    """These rings and people; members who are not told of speak Finnish and nothing else."""
    rings = {each.id: each for each in things if isinstance(each, Ring)}
    staff = {member.staff: person(member.staff) for each in rings.values() for member in each.members}
    staff |= {each.id: each for each in things if isinstance(each, Staff)}
    return Directory(revision=1, rings=rings, staff=staff)


def waiting(identifier: str, waited_s: float = 0, ring: str = "ring", **changes: Any) -> WaitingContact:  # noqa: ANN401
    """A contact that has waited for `waited_s`."""
    fields: dict[str, Any] = {"service": ServiceId("service"), "language": "fi", **changes}
    return WaitingContact(ContactId(identifier), RingId(ring), requested_at=at(-waited_s), **fields)


def free(identifier: str, idle_s: float = 0, **changes: Any) -> Expert:  # noqa: ANN401 - any field
    """An expert who has been free for `idle_s`."""
    return Expert(StaffId(identifier), free=True, idle_since=at(-idle_s), **changes)


def busy(identifier: str) -> Expert:
    return Expert(StaffId(identifier), free=False, idle_since=at(-60))


def staff(*identifiers: str) -> frozenset[StaffId]:
    return frozenset(StaffId(each) for each in identifiers)


def offers(routes: Iterable[Route]) -> list[tuple[str, ...]]:
    """Each offer in short: the contact, then the experts in order."""
    return [(each.contact, *each.staff) for each in routes if isinstance(each, OfferTo)]


def rests(routes: Iterable[Route]) -> list[str]:
    return [each.contact for each in routes if isinstance(each, Quieten)]


def chosen(
    where: Directory, contacts: list[WaitingContact], experts: list[Expert], now: datetime = NOW
) -> list[tuple[str, ...]]:
    """What is offered to whom."""
    return offers(route(where, Pool(contacts, experts), now))
