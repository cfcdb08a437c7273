"""Decisions of a move: the contact goes on at another terminal of its point, and keeps its place or its call.

What the first terminal had of it is over at once: its seat is left, and nobody waits for it any more. So a contact
whose terminal is dead is saved by a move (docs/decisions/0027).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from palvelurinki.domain import commands as c
from palvelurinki.domain import events as e
from palvelurinki.domain.brokering.calling import replace_seat
from palvelurinki.domain.brokering.decision import Decision
from palvelurinki.domain.brokering.offering import withdraw
from palvelurinki.domain.call import SEAT, Call, Seat, SeatKind, SeatTrigger
from palvelurinki.domain.contact import CONTACT, Contact, ContactState, ContactTrigger
from palvelurinki.domain.effects import ClearDeadline, DeadlineKind, SetDeadline
from palvelurinki.domain.errors import ContactElsewhere, ContactOver, TerminalBusy
from palvelurinki.domain.offer import WithdrawReason
from palvelurinki.domain.situation import LINE_PROOF_S, Line

# How a queued contact comes to wait at the other terminal.
_WAITS: Final = {ContactState.OFFERED: ContactTrigger.RELEASE, ContactState.HELD: ContactTrigger.RESUME}


def move(contact: Contact, command: c.Move, now: datetime) -> Decision:
    """The contact is at `command.terminal` from now on."""
    if contact.state is ContactState.ENDED:
        raise ContactOver("the contact has ended already", contact=contact.id)
    if contact.terminal != command.seen_at:
        raise ContactElsewhere("the contact is at another terminal", contact=contact.id, terminal=contact.terminal)
    if contact.terminal == command.terminal:
        raise TerminalBusy("the contact is at that terminal already", contact=contact.id)
    placed = replace(
        contact,
        terminal=command.terminal,
        session=command.session,
        # Nor does a clock that was set back make it come there before it was requested.
        moved_at=now if now > contact.requested_at else None,
    )
    moved = e.ContactMoved(command.seen_at, command.terminal)
    cleared = ClearDeadline(DeadlineKind.OCCUPANT_GRACE, command.seen_at)
    if contact.call is not None:
        call, seated = _seat_elsewhere(contact.call, command)
        return Decision(replace(placed, call=call), (moved, *seated), (cleared,))
    offer, events, effects = withdraw(contact.offer, WithdrawReason.MOVED, now)
    trigger = _WAITS.get(contact.state)
    return Decision(
        replace(
            placed,
            state=contact.state if trigger is None else CONTACT.next(contact.state, trigger),
            offer=offer,
            line=Line.UNPROVEN,
            situation=replace(contact.situation, line_faults=()),
        ),
        (*events, moved),
        (
            *effects,
            cleared,
            SetDeadline(DeadlineKind.LINE_PROOF, contact.id, now + timedelta(seconds=LINE_PROOF_S)),
        ),
    )


def _seat_elsewhere(call: Call, command: c.Move) -> tuple[Call, tuple[e.ContactEvent, ...]]:
    """The call with the first terminal's seat left, and one for the other terminal after all others."""
    before = call.seat_of(command.seen_at)
    if before is None:
        msg = f"call {call.id} has no seat of terminal {command.seen_at}"
        raise ValueError(msg)
    left = replace(before, state=SEAT.next(before.state, SeatTrigger.LEAVE))
    seat = Seat(command.seat, SeatKind.TERMINAL, terminal=command.terminal)
    after = replace_seat(call, left)
    events = tuple(e.SeatChanged(call.id, each.id, each.state) for each in (left, seat))
    return replace(after, seats=(*after.seats, seat)), events
