"""Documents: what the truth says about one topic, read in one look, for whoever shows it.

A session's view is a pure function of the documents it watches (`reporting.sections`), so a client that sees the
documents anew sees what a fresh snapshot would say (I9), and one read serves all sessions that watch a ring.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from palvelurinki.application import topics
from palvelurinki.application.principals import Principal
from palvelurinki.domain.call import Call
from palvelurinki.domain.contact import QUEUED_STATES, Contact, ContactId, ContactState
from palvelurinki.domain.directory import Directory, PointId, RingId, StaffId, TerminalId
from palvelurinki.domain.hours import closes_at, is_open, next_opening
from palvelurinki.domain.offer import Offer
from palvelurinki.domain.presence import Presence, PresenceState
from palvelurinki.ports import Transaction


@dataclass(frozen=True, slots=True)
class TerminalDocument:
    """A terminal's newest contact, with its latest offer and its call."""

    terminal: TerminalId
    contact: Contact | None

    @property
    def queued_in(self) -> RingId | None:
        """The ring in whose queue the contact stands now."""
        contact = self.contact
        return contact.ring if contact is not None and contact.state in QUEUED_STATES else None


@dataclass(frozen=True, slots=True)
class StaffDocument:
    """A person's status, newest offer and newest call."""

    staff: StaffId
    presence: Presence
    offer: tuple[Contact, Offer] | None
    call: tuple[Contact, Call] | None


@dataclass(frozen=True, slots=True)
class RingDocument:
    """A ring's queue in order of service, and how many members do what."""

    ring: RingId
    queue: tuple[Contact, ...]
    open: bool
    closes_at: datetime | None
    opens_at: datetime | None
    ready: int
    offered: int
    in_call: int
    paused: int

    @property
    def on_duty(self) -> int:
        """Members who serve or may be rung now."""
        return self.ready + self.offered + self.in_call

    def place_of(self, contact: ContactId) -> int | None:
        """The contact's place in the queue, from 1."""
        return next((place for place, each in enumerate(self.queue, 1) if each.id == contact), None)


@dataclass(frozen=True, slots=True)
class PointDocument:
    """A service point's terminals: which are there, and their live contacts."""

    point: PointId
    connected: frozenset[TerminalId]
    contacts: dict[TerminalId, Contact]


Document: TypeAlias = TerminalDocument | StaffDocument | RingDocument | PointDocument


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
        case "point" if PointId(identifier) in directory.points:
            return await _point(tx, directory, PointId(identifier))
        case _:
            return None


async def _terminal(tx: Transaction, terminal: TerminalId) -> TerminalDocument:
    return TerminalDocument(terminal, await tx.contacts.latest_of_terminal(terminal))


async def _staff(tx: Transaction, staff: StaffId) -> StaffDocument:
    return StaffDocument(
        staff,
        await tx.presences.peek(staff),
        await tx.contacts.latest_offer_of(staff),
        await tx.contacts.latest_call_of(staff),
    )


async def _ring(tx: Transaction, directory: Directory, ring_id: RingId) -> RingDocument:
    ring = directory.rings[ring_id]
    queue = tuple(await tx.contacts.queued(ring_id))
    rung = {each.offer.staff for each in queue if each.state is ContactState.OFFERED and each.offer is not None}
    ready = offered = in_call = paused = 0
    for presence, connected, holds in await tx.presences.of([member.staff for member in ring.members]):
        if presence.staff in rung:
            offered += 1
        elif holds:
            # Held by a contact of this or another ring: busy either way.
            in_call += 1
        elif presence.state is PresenceState.READY and connected:
            ready += 1
        elif presence.state is not PresenceState.OFFLINE:
            paused += 1
    now = await tx.now()
    return RingDocument(
        ring_id,
        queue,
        open=is_open(ring.hours, now),
        closes_at=closes_at(ring.hours, now),
        opens_at=next_opening(ring.hours, now),
        ready=ready,
        offered=offered,
        in_call=in_call,
        paused=paused,
    )


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
        return (topics.ring(document.queued_in),)
    return ()
