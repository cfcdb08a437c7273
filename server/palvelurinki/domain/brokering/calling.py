"""Decisions of a call: its seats join, report media and leave, and it ends with its record."""

from dataclasses import replace
from datetime import datetime

from palvelurinki.domain import commands as c
from palvelurinki.domain import events as e
from palvelurinki.domain.brokering.decision import Decision
from palvelurinki.domain.call import (
    CALL,
    ESSENTIAL_SEATS,
    SEAT,
    Call,
    CallOutcome,
    CallState,
    CallTrigger,
    Seat,
    SeatState,
    SeatTrigger,
)
from palvelurinki.domain.contact import CONTACT, Contact, ContactOutcome, ContactTrigger, SessionId
from palvelurinki.domain.effects import ClearDeadline, DeadlineKind, Effect, Free, FreeReason, RecordServiceEvent
from palvelurinki.domain.errors import CallEnded, NotContinued, NotInCall, SeatNotJoined


def join_call(contact: Contact, command: c.JoinCall, _now: datetime) -> Decision:
    """The occupant takes its seat with new media: its epoch grows."""
    call, seat = _live_seat(contact, command)
    joined = replace(seat, state=SEAT.next(seat.state, SeatTrigger.JOIN), epoch=seat.epoch + 1, media=False)
    return with_seat(contact, call, joined, effects=(ClearDeadline(DeadlineKind.OCCUPANT_GRACE, command.occupant),))


def report_media(contact: Contact, command: c.ReportMedia, now: datetime) -> Decision:
    """Media of the seat flow; when they do for all that matter, the call is connected."""
    call, seat = _live_seat(contact, command)
    if seat.epoch == 0:
        raise SeatNotJoined("join the call before reporting its media", call=call.id)
    if seat.media:
        return Decision(contact)
    flowing = replace_seat(call, replace(seat, media=True))
    if call.state is not CallState.OPENING or not all(each.media for each in flowing.essential_seats()):
        return Decision(replace(contact, call=flowing))
    connected = replace(flowing, state=CALL.next(call.state, CallTrigger.CONNECT), connected_at=now)
    return Decision(replace(contact, call=connected), (e.CallConnected(call.id),))


def leave_call(contact: Contact, command: c.LeaveCall, now: datetime) -> Decision:
    """The occupant hangs up."""
    call, seat = _live_seat(contact, command)
    return leave_seat(contact, call, seat, now, lost=False)


def leave_seat(contact: Contact, call: Call, seat: Seat, now: datetime, *, lost: bool) -> Decision:
    """The seat is left, by its own will or (`lost`) because nobody came back; essential seats end the call."""
    left = replace(seat, state=SEAT.next(seat.state, SeatTrigger.LEAVE))
    if seat.kind in ESSENTIAL_SEATS:
        return end_call(contact, replace_seat(call, left), now, lost=lost)
    return with_seat(contact, call, left, effects=(ClearDeadline(DeadlineKind.OCCUPANT_GRACE, seat.occupant),))


def end_call(contact: Contact, call: Call, now: datetime, *, lost: bool = False) -> Decision:
    """The call ends, everybody in it is free, and it leaves its record (I4)."""
    if call.state is CallState.ENDED:
        raise CallEnded("the call has ended already", call=call.id)
    if contact.offer is None:
        msg = f"call {call.id} has no accepted offer"
        raise ValueError(msg)
    outcome = _outcome_of(call, lost=lost)
    ended = replace(
        call,
        state=CALL.next(call.state, CallTrigger.END),
        ended_at=now,
        outcome=outcome,
        seats=tuple(replace(seat, state=SeatState.LEFT) for seat in call.seats),
    )
    contact_outcome = ContactOutcome.SERVED if outcome is CallOutcome.SERVED else ContactOutcome.CALL_FAILED
    return Decision(
        replace(
            contact,
            state=CONTACT.next(contact.state, ContactTrigger.END),
            outcome=contact_outcome,
            ended_at=now,
            call=ended,
        ),
        (e.CallEnded(call.id, outcome), e.ContactEnded(contact_outcome)),
        (
            # Whoever left it before may by now be away from something else.
            *(ClearDeadline(DeadlineKind.OCCUPANT_GRACE, seat.occupant) for seat in _present_seats(call)),
            *(Free(seat.staff, FreeReason.CALL_OVER) for seat in call.seats if seat.staff is not None),
            RecordServiceEvent(ended, contact.offer),
        ),
    )


def require_own(contact: Contact, occupant: str, session: SessionId | None) -> None:
    """Raise NotContinued when the occupant is a terminal that has not continued it in this session."""
    if not contact.goes_on_for(occupant, session):
        raise NotContinued("the contact was begun in another session: continue it first", contact=contact.id)


def with_seat(contact: Contact, call: Call, seat: Seat, effects: tuple[Effect, ...]) -> Decision:
    """The contact with one seat changed."""
    return Decision(
        replace(contact, call=replace_seat(call, seat)),
        (e.SeatChanged(call.id, seat.id, seat.state),),
        effects,
    )


def _outcome_of(call: Call, *, lost: bool) -> CallOutcome:
    if call.connected_at is None:
        return CallOutcome.NOT_CONNECTED
    return CallOutcome.INTERRUPTED if lost else CallOutcome.SERVED


def _live_seat(contact: Contact, command: c.JoinCall | c.ReportMedia | c.LeaveCall) -> tuple[Call, Seat]:
    call = contact.call
    seat = call.seat_of(command.occupant) if call is not None and call.id == command.call else None
    if call is None or seat is None:
        raise NotInCall("there is no seat for you in that call", call=command.call)
    if call.state is CallState.ENDED or seat.state is SeatState.LEFT:
        raise CallEnded("the call has ended already", call=command.call)
    require_own(contact, command.occupant, command.session)
    return call, seat


def _present_seats(call: Call) -> list[Seat]:
    """All but those that were left before, or that a contact which was moved has left behind."""
    return [seat for seat in call.standing_seats() if seat.kind in ESSENTIAL_SEATS or seat.state is not SeatState.LEFT]


def replace_seat(call: Call, changed: Seat) -> Call:
    """The call with one seat changed."""
    return replace(call, seats=tuple(changed if seat.id == changed.id else seat for seat in call.seats))
