"""Contacts at every stage, made by the domain's own decisions."""

from dataclasses import replace
from datetime import datetime, timedelta

from palvelurinki.domain.brokering import decide
from palvelurinki.domain.call import CallId, CallOutcome, SeatId
from palvelurinki.domain.commands import (
    AcceptOffer,
    ContactCommand,
    DeclineOffer,
    JoinCall,
    LeaveContact,
    MakeOffer,
)
from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.directory import (
    OrganisationId,
    PointId,
    RingId,
    ServiceId,
    StaffId,
    TerminalId,
    TerminalKind,
)
from palvelurinki.domain.offer import OfferId
from palvelurinki.domain.presence import Presence
from palvelurinki.domain.record import ServiceEvent, ServiceEventId
from palvelurinki.ports import SignIn, Transaction
from tests.contract.conftest import START

ANNA = StaffId("anna")
BERT = StaffId("bert")
KIOSK = TerminalId("kiosk-1")
OTHER_KIOSK = TerminalId("kiosk-2")
RING = RingId("kela-ring")


def waiting(
    name: str = "c1", terminal: TerminalId = KIOSK, ring: RingId = RING, requested_at: datetime = START
) -> Contact:
    return Contact(
        id=ContactId(name),
        terminal=terminal,
        point=PointId("mikkeli"),
        provider=OrganisationId("kela"),
        service=ServiceId("housing"),
        ring=ring,
        language="fi",
        requested_at=requested_at,
    )


def then(contact: Contact, command: ContactCommand, now: datetime = START) -> Contact:
    return decide(contact, command, now).contact


def offered(
    contact: Contact, staff: StaffId | tuple[StaffId, ...] = ANNA, offer: str = "o1", now: datetime = START
) -> Contact:
    """Rung at one person, or at several at once."""
    asked = staff if isinstance(staff, tuple) else (staff,)
    return then(contact, MakeOffer(OfferId(offer), asked, timeout_s=20), now)


def declined(contact: Contact, now: datetime = START, staff: StaffId | None = None) -> Contact:
    """By `staff`, or by the first at whom it rings."""
    assert contact.offer is not None
    return then(contact, DeclineOffer(contact.offer.id, staff or contact.offer.still_ringing[0].staff, "other"), now)


def accepted(contact: Contact, now: datetime = START, staff: StaffId | None = None) -> Contact:
    """By `staff`, or by the first at whom it rings."""
    assert contact.offer is not None
    name = contact.id
    return then(
        contact,
        AcceptOffer(
            contact.offer.id,
            staff or contact.offer.still_ringing[0].staff,
            CallId(f"{name}-call"),
            terminal_seat=SeatId(f"{name}-seat-b"),
            # Sorts before the terminal's seat, which was given first all the same.
            expert_seat=SeatId(f"{name}-seat-a"),
        ),
        now,
    )


def joined(contact: Contact, occupant: str, now: datetime = START) -> Contact:
    assert contact.call is not None
    who = TerminalId(occupant) if occupant == contact.terminal else StaffId(occupant)
    return then(contact, JoinCall(contact.call.id, who, contact.session), now)


def left(contact: Contact, now: datetime = START) -> Contact:
    return then(contact, LeaveContact(contact.session), now)


async def save(tx: Transaction, contact: Contact) -> Contact:
    """Save it and give back what a later load gives."""
    await tx.contacts.save(contact)
    return replace(contact, version=contact.version + 1)


async def peek(tx: Transaction, staff: StaffId) -> Presence:
    """The person's presence, not locked; the initial one when there is none."""
    return next((presence for presence, *_ in await tx.presences.of([staff])), Presence(staff))


async def store_in_call(
    tx: Transaction,
    name: str = "c1",
    terminal: TerminalId = KIOSK,
    staff: StaffId = ANNA,
    now: datetime = START,
) -> Contact:
    """A contact whose call has begun, held by `staff`."""
    contact = waiting(name, terminal, requested_at=now)
    await tx.contacts.add(contact)
    contact = await save(tx, offered(contact, staff, f"{name}-offer", now))
    await tx.contacts.claim(staff, contact.id)
    return await save(tx, accepted(contact, now))


def event(name: str = "e1", call: str = "call-1", ended_at: datetime = START) -> ServiceEvent:
    return ServiceEvent(
        id=ServiceEventId(name),
        call=CallId(call),
        contact=ContactId("c1"),
        provider=OrganisationId("kela"),
        ring=RING,
        service=ServiceId("housing"),
        point=PointId("mikkeli"),
        terminal=KIOSK,
        channel=TerminalKind.KIOSK,
        host=OrganisationId("mikkeli-kaupunki"),
        municipality_code="491",
        staff_pseudonym="0123456789abcdef",
        language="fi",
        requested_at=ended_at - timedelta(minutes=10),
        offered_at=ended_at - timedelta(minutes=9),
        accepted_at=ended_at - timedelta(minutes=9),
        connected_at=None,
        ended_at=ended_at,
        outcome=CallOutcome.NOT_CONNECTED,
        configuration_revision=1,
    )


def signed_in(name: str, at: datetime = START, life: timedelta = timedelta(hours=8)) -> SignIn:
    """A sign-in of Anna's which has this digest."""
    return SignIn(name, f"staff:{ANNA}", at, at + life, at + life)
