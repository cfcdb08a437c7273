"""Documents: what the truth says about one topic, read in one look, for whoever shows it.

A session's view is a pure function of the documents it watches (`reporting.sections`), so a client that sees the
documents anew sees what a fresh snapshot would say (I9), and one read serves all sessions that watch a ring.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from palvelurinki.application import topics
from palvelurinki.application.principals import Principal
from palvelurinki.domain.call import Call, SeatState
from palvelurinki.domain.contact import QUEUED_STATES, Contact, ContactId, ContactState
from palvelurinki.domain.directory import Directory, PointId, RingId, StaffId, TerminalId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.hours import closes_at, is_open, next_opening
from palvelurinki.domain.offer import Offer, RingingState
from palvelurinki.domain.presence import Presence, PresenceState
from palvelurinki.domain.routing import Grounds, rank
from palvelurinki.domain.waiting.telling import ToldEstimate
from palvelurinki.ports import Transaction
from palvelurinki.protocol.views import MemberActivity

Kept: TypeAlias = Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class TerminalDocument:
    """A terminal's newest contact, with its latest offer and its call. `kept_until`: see `_kept_until`."""

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

    `kept_until`: see `_kept_until`.
    """

    staff: StaffId
    presence: Presence
    offer: tuple[Contact, Offer] | None
    call: tuple[Contact, Call] | None
    grounds: Grounds | None = None
    kept_until: Kept = field(default_factory=dict)


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
    """A service point's terminals: which are there, and their live contacts."""

    point: PointId
    connected: frozenset[TerminalId]
    contacts: dict[TerminalId, Contact]


Document: TypeAlias = TerminalDocument | StaffDocument | RingDocument | EstimatesDocument | PointDocument


async def load(tx: Transaction, directory: Directory, topic: str) -> Document | None:
    """What the truth says about a topic now; None when the configuration has no such thing."""
    kind, _, identifier = topic.partition(":")
    match kind:
        case "terminal" if TerminalId(identifier) in directory.terminals:
            return await _terminal(tx, TerminalId(identifier))
        case "staff" if StaffId(identifier) in directory.staff:
            return await _staff(tx, StaffId(identifier))
        case "ring" if RingId(identifier) in directory.rings:
            return await _ring(tx, directory, RingId(identifier))
        case "estimates" if RingId(identifier) in directory.rings:
            return EstimatesDocument(RingId(identifier), await tx.estimates.of([RingId(identifier)]))
        case "point" if PointId(identifier) in directory.points:
            return await _point(tx, directory, PointId(identifier))
        case _:
            return None


async def _terminal(tx: Transaction, terminal: TerminalId) -> TerminalDocument:
    contact = await tx.contacts.latest_of_terminal(terminal)
    return TerminalDocument(terminal, contact, await _kept_until(tx, contact))


async def _staff(tx: Transaction, staff: StaffId) -> StaffDocument:
    offer = await tx.contacts.latest_offer_of(staff)
    ringing = offer[1].ringing_of(staff) if offer is not None else None
    rings = offer is not None and ringing is not None and ringing.state is RingingState.RINGING
    call = await tx.contacts.latest_call_of(staff)
    return StaffDocument(
        staff,
        await tx.presences.peek(staff),
        offer,
        call,
        await tx.explanations.of(offer[1].id) if rings and offer is not None else None,
        await _kept_until(tx, call[0] if call is not None else None),
    )


async def _kept_until(tx: Transaction, contact: Contact | None) -> Kept:
    """Until when the places of those are kept who are away from the contact or its call, by terminal or person."""
    if contact is None:
        return {}
    seats = contact.call.seats if contact.call is not None else ()
    away = [seat.occupant for seat in seats if seat.state is SeatState.AWAY]
    if contact.state is ContactState.HELD:
        away.append(contact.terminal)
    # Hardly ever is anybody away: then nothing is asked.
    return await tx.deadlines.due_of(DeadlineKind.OCCUPANT_GRACE, away) if away else {}


async def _ring(tx: Transaction, directory: Directory, ring_id: RingId) -> RingDocument:
    ring = directory.rings[ring_id]
    # A member may be rung by a contact of any ring of the pool.
    queued = await tx.contacts.queued(directory.pools[ring_id])
    rung = {ringing.staff for each in queued if each.offer is not None for ringing in each.offer.still_ringing}
    now = await tx.now()
    return RingDocument(
        ring_id,
        tuple(sorted((each for each in queued if each.ring == ring_id), key=rank)),
        open=is_open(ring.hours, now),
        closes_at=closes_at(ring.hours, now),
        opens_at=next_opening(ring.hours, now),
        members=tuple(
            MemberDocument(presence, _activity(presence, connected=connected, holds=holds, rung=presence.staff in rung))
            for presence, connected, holds in await tx.presences.of([member.staff for member in ring.members])
        ),
    )


def _activity(presence: Presence, *, connected: bool, holds: bool, rung: bool) -> MemberActivity:
    if rung:
        return MemberActivity.RINGING
    if holds:
        return MemberActivity.IN_CALL
    if presence.state is PresenceState.OFFLINE:
        return MemberActivity.OFFLINE
    if presence.state is PresenceState.PAUSED or not connected:
        return MemberActivity.PAUSED
    return MemberActivity.WRAP_UP if presence.wrap_up_until is not None else MemberActivity.READY


async def _point(tx: Transaction, directory: Directory, point: PointId) -> PointDocument:
    terminals = [terminal.id for terminal in directory.terminals_of(point)]
    connected = await tx.connections.connected([str(Principal.terminal(each)) for each in terminals])
    return PointDocument(
        point,
        frozenset(each for each in terminals if str(Principal.terminal(each)) in connected),
        {contact.terminal: contact for contact in await tx.contacts.live_at(terminals)},
    )


def watched_by(document: Document | None) -> Collection[str]:
    """Further topics that a session which watches this document must watch as well."""
    if isinstance(document, TerminalDocument) and document.queued_in is not None:
        return topics.ring(document.queued_in), topics.estimates(document.queued_in)
    return ()
