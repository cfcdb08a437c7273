"""Decisions when a terminal's or a console's signalling is lost, comes back, or stays away too long.

A console comes back by itself. A terminal does while its session does; in another session somebody must say so.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from palvelurinki.domain import commands as c
from palvelurinki.domain import events as e
from palvelurinki.domain.brokering.calling import leave_seat, with_seat
from palvelurinki.domain.brokering.decision import Decision
from palvelurinki.domain.brokering.offering import withdraw, withdraw_ringing
from palvelurinki.domain.brokering.waiting import end_waiting
from palvelurinki.domain.call import SEAT, SeatState, SeatTrigger
from palvelurinki.domain.contact import CONTACT, Contact, ContactOutcome, ContactState, ContactTrigger
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.effects import ClearDeadline, DeadlineKind, SetDeadline
from palvelurinki.domain.errors import TransitionRefused
from palvelurinki.domain.offer import WithdrawReason


def lose_occupant(contact: Contact, command: c.LoseOccupant, now: datetime) -> Decision:
    """Signalling is lost: a terminal's contact is held, a console's ringing ends at once, a seat is away."""
    grace = SetDeadline(DeadlineKind.OCCUPANT_GRACE, command.occupant, now + timedelta(seconds=command.grace_s))
    if contact.call is not None:
        seat = contact.call.seat_of(command.occupant)
        if seat is None or not SEAT.allows(seat.state, SeatTrigger.LOSE):
            return Decision(contact)
        away = replace(seat, state=SEAT.next(seat.state, SeatTrigger.LOSE))
        return with_seat(contact, contact.call, away, effects=(grace,))
    if command.occupant == contact.terminal and CONTACT.allows(contact.state, ContactTrigger.HOLD):
        offer, events, effects = withdraw(contact.offer, WithdrawReason.TERMINAL_AWAY, now)
        return Decision(
            replace(contact, state=CONTACT.next(contact.state, ContactTrigger.HOLD), offer=offer),
            (*events, e.ContactHeld()),
            (*effects, grace),
        )
    if contact.offer is not None:
        return withdraw_ringing(contact, c.WithdrawRinging(contact.offer.id, StaffId(command.occupant)), now)
    return Decision(contact)


def return_occupant(contact: Contact, command: c.ReturnOccupant, _now: datetime) -> Decision:
    """The same client is back, with the media it had. A terminal's is the same while its session is."""
    if not contact.goes_on_for(command.occupant, command.session):
        return Decision(contact)
    clear = ClearDeadline(DeadlineKind.OCCUPANT_GRACE, command.occupant)
    if contact.call is not None:
        seat = contact.call.seat_of(command.occupant)
        # A seat that never joined has no media to come back with: its client joins, which clears the deadline.
        if seat is None or seat.state is not SeatState.AWAY or seat.epoch == 0:
            return Decision(contact)
        back = replace(seat, state=SEAT.next(seat.state, SeatTrigger.RETURN))
        return with_seat(contact, contact.call, back, effects=(clear,))
    if contact.state is not ContactState.HELD or command.occupant != contact.terminal:
        return Decision(contact)
    return Decision(
        replace(contact, state=CONTACT.next(contact.state, ContactTrigger.RESUME)), (e.ContactResumed(),), (clear,)
    )


def continue_contact(contact: Contact, command: c.ContinueContact, now: datetime) -> Decision:
    """Whoever stands at the terminal says that the contact is theirs: it belongs to this session and goes on.

    A seat comes back with the media it had; a page that has none joins anew.
    """
    if contact.state is ContactState.ENDED:
        raise TransitionRefused(CONTACT.name, contact.state, ContactTrigger.RESUME)
    back = return_occupant(
        replace(contact, session=command.session), c.ReturnOccupant(contact.terminal, command.session), now
    )
    if contact.session == command.session:
        return back
    return replace(back, events=(e.ContactContinued(), *back.events))


def end_grace(contact: Contact, command: c.EndGrace, now: datetime) -> Decision:
    """The place has been kept long enough."""
    if contact.call is not None:
        seat = contact.call.seat_of(command.occupant)
        if seat is None or seat.state is not SeatState.AWAY:
            return Decision(contact)
        return leave_seat(contact, contact.call, seat, now, lost=True)
    if contact.state is not ContactState.HELD or command.occupant != contact.terminal:
        return Decision(contact)
    return end_waiting(contact, ContactOutcome.TERMINAL_LOST, WithdrawReason.TERMINAL_AWAY, now)
