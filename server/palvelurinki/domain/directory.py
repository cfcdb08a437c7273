"""The directory: who and what there is, as the configuration tells it.

Organisations, units, services, rings, service points, terminals and staff (`domain.md`, "Words"). The directory is
a value: one revision of the configuration, immutable, wholly in memory. A decision that needs it is given it; a new
revision replaces it whole (`docs/decisions/0003-configuration-as-document.md`).

Identifiers are slugs chosen by whoever writes the configuration ("kela", "mikkeli-kioski-1"). They are stable: other
tables refer to them without a foreign key, and a service event keeps them for ever.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NewType

from palvelurinki.domain.hours import OpeningHours

OrganisationId = NewType("OrganisationId", str)
UnitId = NewType("UnitId", str)
ServiceId = NewType("ServiceId", str)
RingId = NewType("RingId", str)
PointId = NewType("PointId", str)
TerminalId = NewType("TerminalId", str)
StaffId = NewType("StaffId", str)


class OrganisationKind(StrEnum):
    """What an organisation does here; a municipality is usually both a provider and a host."""

    PROVIDER = "provider"
    HOST_MUNICIPALITY = "host_municipality"
    INTERPRETER_AGENCY = "interpreter_agency"


class Role(StrEnum):
    """What a member of staff may be, within their own organisation."""

    EXPERT = "expert"
    ADVISOR = "advisor"
    INTERPRETER = "interpreter"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class TerminalKind(StrEnum):
    """Where a terminal stands, which is also the channel that a service event names."""

    KIOSK = "kiosk"
    DESK = "desk"
    PRIVATE_ROOM = "private_room"


@dataclass(frozen=True, slots=True)
class Names:
    """A text in the three languages that every screen speaks."""

    fi: str
    sv: str
    en: str


@dataclass(frozen=True, slots=True)
class Needs:
    """Words by which a person who does not know the organisation finds a service (R10), by language."""

    fi: tuple[str, ...] = ()
    sv: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Validity:
    """Days, in Finland, on which something is in force; an open end has no bound (R6)."""

    first: date | None = None
    last: date | None = None

    def covers(self, day: date) -> bool:
        """Whether `day` lies within, both ends included."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Organisation:
    """A provider, a host municipality, an interpreter agency, or several of these at once.

    `municipality_code` is the three-digit code of Statistics Finland, present when it is a municipality.
    """

    id: OrganisationId
    kinds: frozenset[OrganisationKind]
    names: Names
    municipality_code: str | None = None
    validity: Validity = Validity()


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisational part of a provider."""

    id: UnitId
    organisation: OrganisationId
    names: Names
    validity: Validity = Validity()


@dataclass(frozen=True, slots=True)
class Service:
    """A matter that a provider settles. Without a ring it is never remote (R9) and only told of, not connected."""

    id: ServiceId
    provider: OrganisationId
    names: Names
    ring: RingId | None
    needs: Needs = Needs()
    validity: Validity = Validity()


@dataclass(frozen=True, slots=True)
class RingMember:
    """An expert's place in a ring."""

    staff: StaffId


@dataclass(frozen=True, slots=True)
class Ring:
    """A pool of experts who share a provider's calls.

    `offer_timeout_s`: how long an offer rings. `grace_s`: how long a contact or a seat is kept while its terminal or
    console is away. `retry_after_s`: how long a contact that everybody on duty has declined waits before anyone is
    asked again. `pause_after_misses`: unanswered offers in a row after which an expert is paused.
    """

    id: RingId
    provider: OrganisationId
    names: Names
    hours: OpeningHours
    members: tuple[RingMember, ...]
    offer_timeout_s: int = 20
    grace_s: int = 60
    retry_after_s: int = 30
    pause_after_misses: int = 2


@dataclass(frozen=True, slots=True)
class ServicePoint:
    """A counter run by a host municipality, with the providers it has a contract for (R3)."""

    id: PointId
    host: OrganisationId
    names: Names
    address: str
    providers: tuple[OrganisationId, ...]
    validity: Validity = Validity()


@dataclass(frozen=True, slots=True)
class Terminal:
    """A video device at a service point."""

    id: TerminalId
    point: PointId
    kind: TerminalKind
    names: Names


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of an organisation's staff. `languages` are ISO 639 codes (fi, sv, en, sme, smn, sms, fse, fss …)."""

    id: StaffId
    organisation: OrganisationId
    name: str
    roles: frozenset[Role]
    languages: tuple[str, ...] = ("fi",)
    unit: UnitId | None = None
    point: PointId | None = None


@dataclass(frozen=True)
class Directory:
    """One revision of the configuration. Every reference in it resolves: `application.configuration` saw to it."""

    revision: int
    organisations: Mapping[OrganisationId, Organisation] = field(default_factory=dict)
    units: Mapping[UnitId, Unit] = field(default_factory=dict)
    services: Mapping[ServiceId, Service] = field(default_factory=dict)
    rings: Mapping[RingId, Ring] = field(default_factory=dict)
    points: Mapping[PointId, ServicePoint] = field(default_factory=dict)
    terminals: Mapping[TerminalId, Terminal] = field(default_factory=dict)
    staff: Mapping[StaffId, Staff] = field(default_factory=dict)

    @cached_property
    def rings_of_staff(self) -> Mapping[StaffId, tuple[RingId, ...]]:
        """The rings that each member of staff takes calls in; those in none are absent."""
        found: dict[StaffId, list[RingId]] = {}
        for ring in self.rings.values():
            for member in ring.members:
                found.setdefault(member.staff, []).append(ring.id)
        return {staff: tuple(rings) for staff, rings in found.items()}

    def services_at(self, point: PointId, day: date) -> Iterator[Service]:
        """The services in force on `day` of the providers that the point has a contract with."""
        offered = self.points[point].providers
        return (
            service
            for service in self.services.values()
            if service.provider in offered
            and service.validity.covers(day)
            and self.organisations[service.provider].validity.covers(day)
        )

    def host_of(self, point: PointId) -> Organisation:
        """The municipality that runs the point and is paid for its events."""
        return self.organisations[self.points[point].host]

    def terminals_of(self, point: PointId) -> tuple[Terminal, ...]:
        """The point's terminals, in the configuration's order."""
        return tuple(terminal for terminal in self.terminals.values() if terminal.point == point)
