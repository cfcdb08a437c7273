"""Documents: what the truth says about one topic, read in one look, for whoever shows it.

A session's view is a pure function of the documents it watches (`reporting.sections`), so a client that sees the
documents anew sees what a fresh snapshot would say (I9), and one read serves all sessions that watch a ring.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from palvelurinki.application import topics
from palvelurinki.domain.call import Call, CallState, SeatState
from palvelurinki.domain.contact import QUEUED_STATES, Contact, ContactId, ContactState
from palvelurinki.domain.directory import PointId, RingId, StaffId, TerminalId
from palvelurinki.domain.offer import Offer, RingingState
from palvelurinki.domain.presence import Presence
from palvelurinki.domain.routing import Grounds
from palvelurinki.domain.situation import UNFINISHED_SHOWN, Handoff
from palvelurinki.domain.waiting.telling import ToldEstimate
from palvelurinki.protocol.views import MemberActivity

Kept: TypeAlias = Mapping[str, datetime]
Notes: TypeAlias = Mapping[str, Handoff]


@dataclass(frozen=True, slots=True)
class TerminalDocument:
    """A terminal's newest contact, with its latest offer and its call. `kept_until`: see `away_from`."""

    terminal: TerminalId
    contact: Contact | None
    kept_until: Kept = field(default_factory=dict)

    @property
    def queued_in(self) -> RingId | None:
        """The ring in whose queue the contact stands now."""
        contact = self.contact
        return contact.ring if contact is not None and contact.state in QUEUED_STATES else None


@dataclass(frozen=True, slots=True)
class StaffDocument:
    """A person's status, newest offer and newest call. `grounds`: why the offer that rings came to them.

    `kept_until`: see `away_from`. `notes`: see `noted`.
    """

    staff: StaffId
    presence: Presence
    offer: tuple[Contact, Offer] | None
    call: tuple[Contact, Call] | None
    grounds: Grounds | None = None
    kept_until: Kept = field(default_factory=dict)
    notes: Notes = field(default_factory=dict)

    @property
    def shown(self) -> list[Contact]:
        """The contacts that the person is told of now: what rings, and the call that goes on."""
        rings = self.offer is not None and rings_at(self.offer[1], self.staff)
        return [
            *([self.offer[0]] if self.offer is not None and rings else []),
            *([self.call[0]] if self.call is not None and self.call[1].state is not CallState.ENDED else []),
        ]


@dataclass(frozen=True, slots=True)
class MemberDocument:
    """What a member of a ring is doing."""

    presence: Presence
    activity: MemberActivity


@dataclass(frozen=True, slots=True)
class RingDocument:
    """A ring's queue in order of service, and what its members do; those who never signed in are absent."""

    ring: RingId
    queue: tuple[Contact, ...]
    open: bool
    closes_at: datetime | None
    opens_at: datetime | None
    members: tuple[MemberDocument, ...]

    def count(self, *activities: MemberActivity) -> int:
        """How many members are doing one of these."""
        return sum(member.activity in activities for member in self.members)

    @property
    def on_duty(self) -> int:
        """Members who serve or may be rung, now or in a moment."""
        return self.count(MemberActivity.READY, MemberActivity.RINGING, MemberActivity.IN_CALL, MemberActivity.WRAP_UP)

    def place_of(self, contact: ContactId) -> int | None:
        """The contact's place in the queue, from 1."""
        return next((place for place, each in enumerate(self.queue, 1) if each.id == contact), None)


@dataclass(frozen=True, slots=True)
class EstimatesDocument:
    """How long those who wait in a ring are told that they will."""

    ring: RingId
    told: Mapping[ContactId, ToldEstimate]


@dataclass(frozen=True, slots=True)
class PointDocument:
    """A service point's terminals: which are there, and their contacts: live, or ended and `unfinished`."""

    point: PointId
    connected: frozenset[TerminalId]
    contacts: dict[TerminalId, Contact]
    notes: Notes = field(default_factory=dict)

    @property
    def queued_in(self) -> frozenset[RingId]:
        """The rings in whose queues the point's contacts stand now."""
        return frozenset(each.ring for each in self.contacts.values() if each.state in QUEUED_STATES)

    @property
    def turns_at(self) -> datetime | None:
        """When the first of the contacts that have ended is no longer to be seen; None: there is none."""
        ended = [each.ended_at + UNFINISHED_SHOWN for each in self.contacts.values() if each.ended_at is not None]
        return min(ended, default=None)

    def is_free(self, terminal: TerminalId) -> bool:
        """Whether a contact could move there: it is connected, and nobody has one there."""
        contact = self.contacts.get(terminal)
        return terminal in self.connected and (contact is None or contact.state is ContactState.ENDED)


Document: TypeAlias = TerminalDocument | StaffDocument | RingDocument | EstimatesDocument | PointDocument


def rings_at(offer: Offer, staff: StaffId) -> bool:
    """Whether the offer rings at the person."""
    mine = offer.ringing_of(staff)
    return mine is not None and mine.state is RingingState.RINGING


def noted(contacts: Iterable[Contact]) -> list[ContactId]:
    """Of these, the open ones that have a handoff note. Hardly any has: then nothing is asked."""
    return sorted({each.id for each in contacts if each.situation.noted and each.state is not ContactState.ENDED})


def away_from(contact: Contact | None) -> list[str]:
    """The terminals and persons who are away from the contact or its call, and whose places are kept."""
    if contact is None:
        return []
    seats = contact.call.seats if contact.call is not None else ()
    away: list[str] = [seat.occupant for seat in seats if seat.state is SeatState.AWAY]
    if contact.state is ContactState.HELD:
        away.append(contact.terminal)
    return away


def unfinished(contact: Contact, now: datetime) -> bool:
    """Whether the point's advisors still see it though it has ended: one of them asked for it, and is not done."""
    known, ended_at = contact.situation, contact.ended_at
    if ended_at is None or known.asked_by is None or known.finished_at is not None:
        return False
    return now < ended_at + UNFINISHED_SHOWN


def watched_by(document: Document | None) -> Collection[str]:
    """Further topics that a session which watches this document must watch as well."""
    match document:
        case TerminalDocument(queued_in=str() as ring):
            return topics.ring(ring), topics.estimates(ring)
        case PointDocument(queued_in=rings):
            return [topic for ring in sorted(rings) for topic in (topics.ring(ring), topics.estimates(ring))]
        case StaffDocument(call=(Contact() as contact, Call(state=CallState.OPENING | CallState.CONNECTED))):
            return (topics.point(contact.point),)
        case _:
            return ()


def awaited_by(document: Document | None) -> Collection[str]:
    """Of those, the ones without which it is not to be shown at all. The rest may come a moment later."""
    return watched_by(document) if isinstance(document, TerminalDocument) else ()


def turns_of(document: Document | None) -> Collection[datetime]:
    """When it will say something else though nothing has happened."""
    match document:
        case RingDocument(closes_at=closes_at, opens_at=opens_at):
            return [at for at in (closes_at, opens_at) if at is not None]
        case PointDocument(turns_at=datetime() as at):
            return [at]
        case _:
            return ()
