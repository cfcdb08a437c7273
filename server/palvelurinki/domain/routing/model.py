"""What routing looks at, and what it answers. Plain data."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.directory import RingId, ServiceId, StaffId, Step, Strategy, UnitId


@dataclass(frozen=True, slots=True)
class WaitingContact:
    """A contact that waits, as far as routing looks at it. `quiet`: it rests from who passed it by."""

    id: ContactId
    ring: RingId
    service: ServiceId
    language: str
    requested_at: datetime
    unit: UnitId | None = None
    head_start_s: int = 0
    passed_by: frozenset[StaffId] = frozenset()
    quiet: bool = False
    recused: frozenset[StaffId] = frozenset()

    @classmethod
    def of(cls, contact: Contact) -> "WaitingContact":
        """The contact as routing sees it."""
        return cls(
            contact.id,
            contact.ring,
            contact.service,
            contact.language,
            contact.requested_at,
            contact.unit,
            contact.head_start_s,
            contact.passed_by,
            quiet=contact.quiet_until is not None,
            recused=contact.recused,
        )


Rank: TypeAlias = tuple[datetime, datetime, ContactId]


def rank(contact: WaitingContact | Contact) -> Rank:
    """The key by which contacts are served: arrival less the head start, then arrival, then id.

    The order of two contacts never changes while they wait, equal ones are served in order of arrival, and only those
    who come less than the largest head start after somebody can ever pass them: none starves (I6).
    """
    return contact.requested_at - timedelta(seconds=contact.head_start_s), contact.requested_at, contact.id


@dataclass(frozen=True, slots=True)
class Expert:
    """A person on duty: ready, with their console there. `free`: they hold nothing and are not finishing a call.

    `idle_since` matters only of those who are free. `asked_at`, when they were last rung, and `calls_today` matter only
    where a ring goes by them (`Strategy`).
    """

    staff: StaffId
    free: bool
    idle_since: datetime
    asked_at: datetime | None = None
    calls_today: int = 0


class Lack(StrEnum):
    """Why an expert on duty does not get a contact."""

    SERVICE = "service"
    LANGUAGE = "language"
    UNIT = "unit"
    LEVEL = "level"
    SKILL = "skill"
    NOT_REACHED = "not_reached"
    """A member of an overflow ring whose time has not come."""
    RECUSED = "recused"
    """They are disqualified from the matter."""
    PASSED_BY = "passed_by"
    """They declined the contact or let it ring out."""
    BUSY = "busy"
    TAKEN = "taken"
    """They were free, but are rung for another contact at the same moment."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The ring's rules at the time of a choice."""

    strategy: Strategy
    ring_at_once: int
    steps: tuple[Step, ...]
    relax_when_unstaffed: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert on duty at the time of a choice.

    `hop`: 0 a member of the contact's own ring, from 1 the overflow rings in the order in which they are reached, None
    when theirs is not reached yet. `place`: their place in the list of members. `breadth`: in how many services they
    are skilled. `skill` is 0 for who does not take the service.
    """

    staff: StaffId
    ring: RingId
    hop: int | None
    place: int
    level: int
    languages: tuple[str, ...]
    unit: UnitId | None
    skill: int
    breadth: int
    idle_since: datetime
    asked_at: datetime | None
    calls_today: int
    free: bool
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A contact that stands before the chosen one and could not be offered: none of the free experts suits it."""

    contact: ContactId
    ranked_at: datetime


@dataclass(frozen=True, slots=True)
class Grounds:
    """All that a choice was made from: enough to make it again (`replay`) and to say why in words.

    `ahead` names the first of those who stand before the contact, `ahead_count` says how many they are in all.
    """

    at: datetime
    contact: WaitingContact
    policy: Policy
    step: int
    candidates: tuple[Candidate, ...]
    ahead: tuple[Overtaken, ...]
    ahead_count: int
    chosen: tuple[StaffId, ...]


@dataclass(frozen=True, slots=True)
class OfferTo:
    """Offer the contact to these experts, the first of whom to accept gets it."""

    contact: ContactId
    staff: tuple[StaffId, ...]
    grounds: Grounds | None = None


@dataclass(frozen=True, slots=True)
class Quieten:
    """Everybody on duty who may take it has passed the contact by: let it rest."""

    contact: ContactId


Route: TypeAlias = OfferTo | Quieten
