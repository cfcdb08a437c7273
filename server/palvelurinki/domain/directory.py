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
from typing import Final, NewType

from palvelurinki.domain.guidance import NO_GUIDANCE, Guidance
from palvelurinki.domain.hours import OpeningHours
from palvelurinki.domain.names import Names
from palvelurinki.domain.retention import Retention

OrganisationId = NewType("OrganisationId", str)
UnitId = NewType("UnitId", str)
ServiceId = NewType("ServiceId", str)
RingId = NewType("RingId", str)
PointId = NewType("PointId", str)
TerminalId = NewType("TerminalId", str)
StaffId = NewType("StaffId", str)
PauseReasonId = NewType("PauseReasonId", str)
IssuerId = NewType("IssuerId", str)


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
class PauseReason:
    """One of the reasons for a pause that a provider's experts choose from."""

    id: PauseReasonId
    names: Names


@dataclass(frozen=True, slots=True)
class Organisation:
    """A provider, a host municipality, an interpreter agency, or several of these at once.

    `municipality_code` is the three-digit code of Statistics Finland, present when it is a municipality.
    `pause_reasons`: what a provider's experts may be paused for, in the order in which they are shown.
    """

    id: OrganisationId
    kinds: frozenset[OrganisationKind]
    names: Names
    municipality_code: str | None = None
    validity: Validity = Validity()
    pause_reasons: tuple[PauseReason, ...] = ()


@dataclass(frozen=True, slots=True)
class Issuer:
    """An OpenID Connect issuer at which an organisation's staff sign in.

    `url`: the issuer as it names itself; `client_id`: what we are called there; `person_claim` says who somebody is.
    With a `roles_claim` it grants roles: a claim, or a path to it with dots, whose values `roles` translates.
    """

    id: IssuerId
    organisation: OrganisationId
    names: Names
    url: str
    client_id: str
    person_claim: str = "sub"
    scopes: tuple[str, ...] = ("openid",)
    roles_claim: str | None = None
    roles: Mapping[str, Role] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisational part of a provider."""

    id: UnitId
    organisation: OrganisationId
    names: Names
    validity: Validity = Validity()


@dataclass(frozen=True, slots=True)
class Service:
    """A matter that a provider settles. Without a ring it is never remote (R9) and only told of, not connected.

    `head_start_s`: its contacts are served as if they had come this much earlier (`domain.routing`, rank).
    """

    id: ServiceId
    provider: OrganisationId
    names: Names
    ring: RingId | None
    needs: Needs = Needs()
    validity: Validity = Validity()
    head_start_s: int = 0
    guidance: Guidance = NO_GUIDANCE


@dataclass(frozen=True, slots=True)
class RingMember:
    """An expert's place in a ring. `level` 1 is asked first; a higher one only when no lower one is free."""

    staff: StaffId
    level: int = 1


class Strategy(StrEnum):
    """In which order a ring asks its free members of one level."""

    LONGEST_IDLE = "longest_idle"
    """Who has been free longest."""
    ROUND_ROBIN = "round_robin"
    """Who was asked longest ago: the order of the list of members, again and again."""
    FEWEST_CALLS = "fewest_calls"
    """Who has taken the fewest calls today."""
    BEST_SKILL = "best_skill"
    """Who is best at the service; among equals who has the fewest other skills, so that those stay free."""


class LanguageRule(StrEnum):
    """What a step asks of an expert's languages."""

    REQUIRED = "required"
    """The expert speaks the contact's language."""
    ANY = "any"


class UnitRule(StrEnum):
    """What a step asks of an expert's unit."""

    SERVING = "serving"
    """The expert is of the unit that serves the service point (R14); a point that no unit serves takes any."""
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Step:
    """What an expert must be once a contact has waited for `after_s`, until the next step.

    `level`: the highest member level that is asked, None for all. `skill`: the least skill in the service, from 1.
    """

    after_s: int = 0
    language: LanguageRule = LanguageRule.REQUIRED
    unit: UnitRule = UnitRule.ANY
    level: int | None = None
    skill: int = 1


# The customer's language is a right where somebody speaks it; after a minute anyone is better than nobody.
DEFAULT_STEPS: Final = (Step(), Step(after_s=60, language=LanguageRule.ANY))


@dataclass(frozen=True, slots=True)
class Overflow:
    """Another ring of the provider whose members are asked too: after a time, when nobody is on duty, or both."""

    ring: RingId
    after_s: int | None = None
    when_unstaffed: bool = True


class AtClosing(StrEnum):
    """What becomes of those who wait when the ring closes."""

    SERVE = "serve"
    """They are served, as long as somebody is on duty."""
    END = "end"
    """Their contacts end."""


@dataclass(frozen=True, slots=True)
class Ring:
    """A pool of experts who share a provider's calls. All times in seconds.

    `offer_timeout_s`: how long an offer rings. `grace_s`: how long a contact or a seat is kept while its terminal or
    console is away. `retry_after_s`: how long a contact that everybody on duty has declined waits before anyone is
    asked again. `pause_after_misses`: unanswered offers in a row after which an expert is paused. `ring_at_once`: how
    many experts an offer rings at. `steps`: in order of `after_s`, the first from 0. `relax_when_unstaffed`: a step
    also takes effect before its time while nobody on duty is what the one before asks. `wrap_up_s`: time for finishing
    after a call, up to `wrap_up_most_s` when extended. `last_entry_s`: how long before closing the last contact may
    enter.
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
    strategy: Strategy = Strategy.LONGEST_IDLE
    ring_at_once: int = 1
    steps: tuple[Step, ...] = DEFAULT_STEPS
    relax_when_unstaffed: bool = True
    overflow: tuple[Overflow, ...] = ()
    wrap_up_s: int = 0
    wrap_up_most_s: int = 600
    last_entry_s: int = 0
    at_closing: AtClosing = AtClosing.SERVE


@dataclass(frozen=True, slots=True)
class ServingUnit:
    """A provider's unit that serves a service point, for as long as the agreement runs (R14)."""

    unit: UnitId
    validity: Validity = Validity()


@dataclass(frozen=True, slots=True)
class ServicePoint:
    """A counter run by a host municipality, with the providers it has a contract for (R3).

    `served_by`: the units of providers that serve its area, by date; at most one of a provider on any day.
    """

    id: PointId
    host: OrganisationId
    names: Names
    address: str
    providers: tuple[OrganisationId, ...]
    validity: Validity = Validity()
    served_by: tuple[ServingUnit, ...] = ()


@dataclass(frozen=True, slots=True)
class Terminal:
    """A video device at a service point."""

    id: TerminalId
    point: PointId
    kind: TerminalKind
    names: Names


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of an organisation's staff. `languages` are ISO 639 codes (fi, sv, en, sme, smn, sms, fse, fss …).

    `skills`: how good an expert is at each service, 1 (can take it) to 5 (the one to ask). Without any, the expert
    takes every service of their rings at skill 1; with some, only those. `subjects`: who they are at each issuer.
    `roles`: what they may be at most; with `roles_from_issuers` the configuration says no more than the issuers can.
    """

    id: StaffId
    organisation: OrganisationId
    name: str
    roles: frozenset[Role]
    languages: tuple[str, ...] = ("fi",)
    unit: UnitId | None = None
    point: PointId | None = None
    skills: Mapping[ServiceId, int] = field(default_factory=dict)
    subjects: Mapping[IssuerId, str] = field(default_factory=dict)
    roles_from_issuers: bool = False


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
    issuers: Mapping[IssuerId, Issuer] = field(default_factory=dict)
    retention: Retention = field(default_factory=Retention)

    @cached_property
    def staff_by_subject(self) -> Mapping[tuple[IssuerId, str], StaffId]:
        """Who it is that an issuer knows by this."""
        return {(at, who): person.id for person in self.staff.values() for at, who in person.subjects.items()}

    @cached_property
    def rings_of_staff(self) -> Mapping[StaffId, tuple[RingId, ...]]:
        """The rings that each member of staff takes calls in; those in none are absent."""
        found: dict[StaffId, list[RingId]] = {}
        for ring in self.rings.values():
            for member in ring.members:
                found.setdefault(member.staff, []).append(ring.id)
        return {staff: tuple(rings) for staff, rings in found.items()}

    @cached_property
    def pools(self) -> Mapping[RingId, frozenset[RingId]]:
        """For each ring, the rings that are routed together with it, itself among them.

        They share experts with it, or with one of those that do, by membership or overflow.
        """
        pool: dict[RingId, set[RingId]] = {ring: {ring} for ring in self.rings}
        for together in (*self.rings_of_staff.values(), *self._overflows()):
            joined = set[RingId]().union(*(pool[ring] for ring in together))
            pool.update(dict.fromkeys(joined, joined))
        return {ring: frozenset(rings) for ring, rings in pool.items()}

    def _overflows(self) -> Iterator[tuple[RingId, RingId]]:
        return ((ring.id, overflow.ring) for ring in self.rings.values() for overflow in ring.overflow)

    def unit_serving(self, point: PointId, provider: OrganisationId, day: date) -> UnitId | None:
        """The provider's unit that serves the point on `day`, if one is named."""
        return next(
            (
                serving.unit
                for serving in self.points[point].served_by
                if serving.validity.covers(day) and self.units[serving.unit].organisation == provider
            ),
            None,
        )

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
