"""The brokering of a contact: `decide(contact, command, now) → (contact, events, effects)`.

Pure. The caller loads the contact, gives the command and the database's time, and saves all that comes back in one
transaction. Rules that hold here:

- An offer is accepted only while open and before `expires_at` (I2).
- When the customer goes or the terminal is lost, the open offer is withdrawn at once (I5).
- An expert whose console is lost loses the offer at once and without blame (I5).
- A call that ends leaves exactly one `RecordServiceEvent`, and nothing else does (I4).
- Whoever gives up a contact is freed in the same decision that ends the offer or the call (I1).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from palvelurinki.domain import commands as c
from palvelurinki.domain import events as e
from palvelurinki.domain.call import (
    CALL,
    ESSENTIAL_SEATS,
    SEAT,
    Call,
    CallOutcome,
    CallState,
    CallTrigger,
    Seat,
    SeatKind,
    SeatState,
    SeatTrigger,
)
from palvelurinki.domain.contact import CONTACT, Contact, ContactOutcome, ContactState, ContactTrigger
from palvelurinki.domain.effects import (
    Claim,
    ClearDeadline,
    DeadlineKind,
    Effect,
    Free,
    FreeReason,
    RecordServiceEvent,
    SetDeadline,
)
from palvelurinki.domain.errors import CallEnded, NotInCall, OfferClosed, OfferExpired, OfferNotYours, SeatNotJoined
from palvelurinki.domain.offer import OFFER, Offer, OfferId, OfferState, OfferTrigger, WithdrawReason


@dataclass(frozen=True, slots=True)
class Decision:
    """The contact as it is to be saved, what happened, and what the caller is to do with it."""

    contact: Contact
    events: tuple[e.ContactEvent, ...] = ()
    effects: tuple[Effect, ...] = ()


def decide(contact: Contact, command: c.ContactCommand, now: datetime) -> Decision:
    """What `command` does to `contact` at the instant `now`.

    Raises a `Refused` error when it cannot be done; nothing has then changed. A command of the system itself that
    comes too late (a deadline that fell after the offer was answered) is no error and decides nothing.
    """
    return _DECIDERS[type(command)](contact, command, now)


def _make_offer(contact: Contact, command: c.MakeOffer, now: datetime) -> Decision:
    state = CONTACT.next(contact.state, ContactTrigger.OFFER)
    expires_at = now + timedelta(seconds=command.timeout_s)
    offer = Offer(command.offer, command.staff, OFFER.initial, opened_at=now, expires_at=expires_at)
    return Decision(
        replace(contact, state=state, offer=offer),
        (e.ContactOffered(offer.id, offer.staff),),
        (Claim(offer.staff), SetDeadline(DeadlineKind.OFFER_EXPIRY, offer.id, expires_at)),
    )


def _accept_offer(contact: Contact, command: c.AcceptOffer, now: datetime) -> Decision:
    offer = _open_offer(contact, command.offer)
    if offer.staff != command.staff:
        raise OfferNotYours("the offer was made to somebody else", offer=offer.id)
    if now >= offer.expires_at:
        raise OfferExpired("the offer's time had run out", offer=offer.id)
    accepted = _close_offer(offer, OfferTrigger.ACCEPT, now)
    seats = (
        Seat(command.terminal_seat, SeatKind.TERMINAL, terminal=contact.terminal),
        Seat(command.expert_seat, SeatKind.EXPERT, staff=command.staff),
    )
    call = Call(command.call, seats, started_at=now)
    state = CONTACT.next(contact.state, ContactTrigger.ACCEPT)
    # A contact that rested was put to someone who came on duty meanwhile: nobody else is to be asked any more.
    rested = () if contact.quiet_until is None else (ClearDeadline(DeadlineKind.CONTACT_RETRY, contact.id),)
    return Decision(
        replace(contact, state=state, quiet_until=None, offer=accepted, call=call),
        (_closed(accepted), e.CallStarted(call.id, command.staff)),
        (ClearDeadline(DeadlineKind.OFFER_EXPIRY, offer.id), *rested),
    )


def _decline_offer(contact: Contact, command: c.DeclineOffer, now: datetime) -> Decision:
    offer = _open_offer(contact, command.offer)
    if offer.staff != command.staff:
        raise OfferNotYours("the offer was made to somebody else", offer=offer.id)
    return _pass_by(contact, _close_offer(offer, OfferTrigger.DECLINE, now, command.reason), FreeReason.DECLINED)


def _expire_offer(contact: Contact, command: c.ExpireOffer, now: datetime) -> Decision:
    offer = contact.offer
    if offer is None or offer.id != command.offer or offer.state is not OfferState.OPEN or now < offer.expires_at:
        return Decision(contact)
    return _pass_by(contact, _close_offer(offer, OfferTrigger.EXPIRE, now), FreeReason.MISSED)


def _withdraw_offer(contact: Contact, command: c.WithdrawOffer, now: datetime) -> Decision:
    offer = contact.offer
    if offer is None or offer.id != command.offer or offer.state is not OfferState.OPEN:
        return Decision(contact)
    withdrawn, events, effects = _withdraw(offer, WithdrawReason.CONSOLE_LOST, now)
    return Decision(
        replace(contact, state=CONTACT.next(contact.state, ContactTrigger.RELEASE), offer=withdrawn), events, effects
    )


def _pass_by(contact: Contact, offer: Offer, reason: FreeReason) -> Decision:
    return Decision(
        replace(
            contact,
            state=CONTACT.next(contact.state, ContactTrigger.RELEASE),
            offer=offer,
            passed_by=contact.passed_by | {offer.staff},
        ),
        (_closed(offer),),
        (ClearDeadline(DeadlineKind.OFFER_EXPIRY, offer.id), Free(offer.staff, reason)),
    )


def _quiet(contact: Contact, command: c.QuietUntilRetry, now: datetime) -> Decision:
    if contact.state is not ContactState.WAITING or contact.quiet_until is not None:
        return Decision(contact)
    until = now + timedelta(seconds=command.retry_after_s)
    return Decision(
        replace(contact, quiet_until=until),
        (e.ContactQuieted(),),
        (SetDeadline(DeadlineKind.CONTACT_RETRY, contact.id, until),),
    )


def _end_quiet(contact: Contact, _command: c.EndQuiet, _now: datetime) -> Decision:
    if contact.quiet_until is None:
        return Decision(contact)
    return Decision(replace(contact, quiet_until=None, passed_by=frozenset()), (e.ContactUnquieted(),))


def _set_language(contact: Contact, command: c.SetLanguage, _now: datetime) -> Decision:
    if contact.language == command.language or contact.state is ContactState.ENDED:
        return Decision(contact)
    return Decision(replace(contact, language=command.language), (e.LanguageSet(command.language),))


def _leave_contact(contact: Contact, _command: c.LeaveContact, now: datetime) -> Decision:
    if contact.call is not None:
        return _end_call(contact, contact.call, now)
    return _end_waiting(contact, ContactOutcome.CUSTOMER_LEFT, WithdrawReason.CUSTOMER_LEFT, now)


def _end_waiting(contact: Contact, outcome: ContactOutcome, why: WithdrawReason, now: datetime) -> Decision:
    state = CONTACT.next(contact.state, ContactTrigger.END)
    offer, events, effects = _withdraw(contact.offer, why, now)
    return Decision(
        replace(contact, state=state, outcome=outcome, ended_at=now, offer=offer, quiet_until=None),
        (*events, e.ContactEnded(outcome)),
        (
            *effects,
            ClearDeadline(DeadlineKind.CONTACT_RETRY, contact.id),
            ClearDeadline(DeadlineKind.OCCUPANT_GRACE, contact.terminal),
        ),
    )


def _lose_occupant(contact: Contact, command: c.LoseOccupant, now: datetime) -> Decision:
    grace = SetDeadline(DeadlineKind.OCCUPANT_GRACE, command.occupant, now + timedelta(seconds=command.grace_s))
    if contact.call is not None:
        seat = contact.call.seat_of(command.occupant)
        if seat is None or not SEAT.allows(seat.state, SeatTrigger.LOSE):
            return Decision(contact)
        away = replace(seat, state=SEAT.next(seat.state, SeatTrigger.LOSE))
        return _with_seat(contact, contact.call, away, effects=(grace,))
    if command.occupant == contact.terminal and CONTACT.allows(contact.state, ContactTrigger.HOLD):
        offer, events, effects = _withdraw(contact.offer, WithdrawReason.TERMINAL_AWAY, now)
        return Decision(
            replace(contact, state=CONTACT.next(contact.state, ContactTrigger.HOLD), offer=offer),
            (*events, e.ContactHeld()),
            (*effects, grace),
        )
    if contact.offer is not None and contact.offer.staff == command.occupant:
        return _withdraw_offer(contact, c.WithdrawOffer(contact.offer.id), now)
    return Decision(contact)


def _return_occupant(contact: Contact, command: c.ReturnOccupant, _now: datetime) -> Decision:
    clear = ClearDeadline(DeadlineKind.OCCUPANT_GRACE, command.occupant)
    if contact.call is not None:
        seat = contact.call.seat_of(command.occupant)
        # A seat that never joined has no media to come back with: its client joins, which clears the deadline.
        if seat is None or seat.state is not SeatState.AWAY or seat.epoch == 0:
            return Decision(contact)
        back = replace(seat, state=SEAT.next(seat.state, SeatTrigger.RETURN))
        return _with_seat(contact, contact.call, back, effects=(clear,))
    if contact.state is not ContactState.HELD or command.occupant != contact.terminal:
        return Decision(contact)
    return Decision(
        replace(contact, state=CONTACT.next(contact.state, ContactTrigger.RESUME)), (e.ContactResumed(),), (clear,)
    )


def _end_grace(contact: Contact, command: c.EndGrace, now: datetime) -> Decision:
    if contact.call is not None:
        seat = contact.call.seat_of(command.occupant)
        if seat is None or seat.state is not SeatState.AWAY:
            return Decision(contact)
        return _leave_seat(contact, contact.call, seat, now, lost=True)
    if contact.state is not ContactState.HELD or command.occupant != contact.terminal:
        return Decision(contact)
    return _end_waiting(contact, ContactOutcome.TERMINAL_LOST, WithdrawReason.TERMINAL_AWAY, now)


def _join_call(contact: Contact, command: c.JoinCall, _now: datetime) -> Decision:
    call, seat = _live_seat(contact, command.call, command.occupant)
    joined = replace(seat, state=SEAT.next(seat.state, SeatTrigger.JOIN), epoch=seat.epoch + 1, media=False)
    return _with_seat(contact, call, joined, effects=(ClearDeadline(DeadlineKind.OCCUPANT_GRACE, command.occupant),))


def _report_media(contact: Contact, command: c.ReportMedia, now: datetime) -> Decision:
    call, seat = _live_seat(contact, command.call, command.occupant)
    if seat.epoch == 0:
        raise SeatNotJoined("join the call before reporting its media", call=call.id)
    if seat.media:
        return Decision(contact)
    flowing = _replace_seat(call, replace(seat, media=True))
    if call.state is not CallState.OPENING or not all(each.media for each in flowing.essential_seats()):
        return Decision(replace(contact, call=flowing))
    connected = replace(flowing, state=CALL.next(call.state, CallTrigger.CONNECT), connected_at=now)
    return Decision(replace(contact, call=connected), (e.CallConnected(call.id),))


def _leave_call(contact: Contact, command: c.LeaveCall, now: datetime) -> Decision:
    call, seat = _live_seat(contact, command.call, command.occupant)
    return _leave_seat(contact, call, seat, now, lost=False)


def _leave_seat(contact: Contact, call: Call, seat: Seat, now: datetime, *, lost: bool) -> Decision:
    left = replace(seat, state=SEAT.next(seat.state, SeatTrigger.LEAVE))
    if seat.kind in ESSENTIAL_SEATS:
        return _end_call(contact, _replace_seat(call, left), now, lost=lost)
    return _with_seat(contact, call, left, effects=(ClearDeadline(DeadlineKind.OCCUPANT_GRACE, seat.occupant),))


def _end_call(contact: Contact, call: Call, now: datetime, *, lost: bool = False) -> Decision:
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
            *(ClearDeadline(DeadlineKind.OCCUPANT_GRACE, seat.occupant) for seat in call.seats),
            *(Free(seat.staff, FreeReason.CALL_OVER) for seat in call.seats if seat.staff is not None),
            RecordServiceEvent(ended, contact.offer),
        ),
    )


def _outcome_of(call: Call, *, lost: bool) -> CallOutcome:
    if call.connected_at is None:
        return CallOutcome.NOT_CONNECTED
    return CallOutcome.INTERRUPTED if lost else CallOutcome.SERVED


def _open_offer(contact: Contact, offer_id: OfferId) -> Offer:
    offer = contact.offer
    if offer is None or offer.id != offer_id:
        raise OfferClosed("the offer is no longer open", offer=offer_id)
    if offer.state is not OfferState.OPEN:
        raise OfferClosed(f"the offer was {offer.state} before", offer=offer_id, state=str(offer.state))
    return offer


def _close_offer(offer: Offer, trigger: OfferTrigger, now: datetime, reason: str | None = None) -> Offer:
    return replace(offer, state=OFFER.next(offer.state, trigger), closed_at=now, reason=reason)


def _closed(offer: Offer) -> e.OfferClosed:
    return e.OfferClosed(offer.id, offer.staff, offer.state, offer.reason)


def _withdraw(
    offer: Offer | None, why: WithdrawReason, now: datetime
) -> tuple[Offer | None, tuple[e.ContactEvent, ...], tuple[Effect, ...]]:
    if offer is None or offer.state is not OfferState.OPEN:
        return offer, (), ()
    withdrawn = _close_offer(offer, OfferTrigger.WITHDRAW, now, why)
    return (
        withdrawn,
        (_closed(withdrawn),),
        (ClearDeadline(DeadlineKind.OFFER_EXPIRY, offer.id), Free(offer.staff, FreeReason.WITHDRAWN)),
    )


def _live_seat(contact: Contact, call_id: str, occupant: str) -> tuple[Call, Seat]:
    call = contact.call
    seat = call.seat_of(occupant) if call is not None and call.id == call_id else None
    if call is None or seat is None:
        raise NotInCall("there is no seat for you in that call", call=call_id)
    if call.state is CallState.ENDED or seat.state is SeatState.LEFT:
        raise CallEnded("the call has ended already", call=call_id)
    return call, seat


def _replace_seat(call: Call, changed: Seat) -> Call:
    return replace(call, seats=tuple(changed if seat.id == changed.id else seat for seat in call.seats))


def _with_seat(contact: Contact, call: Call, seat: Seat, effects: tuple[Effect, ...]) -> Decision:
    return Decision(
        replace(contact, call=_replace_seat(call, seat)),
        (e.SeatChanged(call.id, seat.id, seat.state),),
        effects,
    )


# One decider a command. Typed as Any because a dict cannot say that each key's class is its function's argument;
# a test holds that every command of `commands.ContactCommand` has its decider.
_DECIDERS: dict[type, Callable[[Contact, Any, datetime], Decision]] = {
    c.MakeOffer: _make_offer,
    c.AcceptOffer: _accept_offer,
    c.DeclineOffer: _decline_offer,
    c.ExpireOffer: _expire_offer,
    c.WithdrawOffer: _withdraw_offer,
    c.QuietUntilRetry: _quiet,
    c.EndQuiet: _end_quiet,
    c.SetLanguage: _set_language,
    c.LeaveContact: _leave_contact,
    c.LoseOccupant: _lose_occupant,
    c.ReturnOccupant: _return_occupant,
    c.EndGrace: _end_grace,
    c.JoinCall: _join_call,
    c.ReportMedia: _report_media,
    c.LeaveCall: _leave_call,
}
