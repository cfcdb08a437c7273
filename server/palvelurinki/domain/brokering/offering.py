"""Decisions of an offer: made, accepted, declined, run out, withdrawn; for each of its experts, and as a whole."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from palvelurinki.domain import commands as c
from palvelurinki.domain import events as e
from palvelurinki.domain.brokering.decision import Decision
from palvelurinki.domain.call import Call, Seat, SeatKind
from palvelurinki.domain.contact import CONTACT, Contact, ContactTrigger
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.effects import Claim, ClearDeadline, DeadlineKind, Effect, Free, FreeReason, SetDeadline
from palvelurinki.domain.errors import LineNotProven, OfferClosed, OfferExpired, OfferNotYours
from palvelurinki.domain.offer import (
    OFFER,
    RINGING,
    DeclineReason,
    Offer,
    OfferId,
    OfferState,
    OfferTrigger,
    Ringing,
    RingingState,
    RingingTrigger,
    WithdrawReason,
)
from palvelurinki.domain.situation import Line

# How a ringing that ends makes its person free, and how the last one to end closes the offer.
_FREED: Final = {
    RingingState.DECLINED: FreeReason.DECLINED,
    RingingState.MISSED: FreeReason.MISSED,
    RingingState.WITHDRAWN: FreeReason.WITHDRAWN,
}
_CLOSES: Final = {
    RingingTrigger.DECLINE: OfferTrigger.DECLINE,
    RingingTrigger.MISS: OfferTrigger.EXPIRE,
    RingingTrigger.WITHDRAW: OfferTrigger.WITHDRAW,
}


def make_offer(contact: Contact, command: c.MakeOffer, now: datetime) -> Decision:
    """Ring at every one of `command.staff`. Raises LineNotProven (I11)."""
    if not command.staff or len(set(command.staff)) != len(command.staff):
        msg = f"offer {command.offer} is to ring at nobody, or twice at somebody"
        raise ValueError(msg)
    if contact.line is not Line.PROVEN and CONTACT.allows(contact.state, ContactTrigger.OFFER):
        raise LineNotProven("the terminal has not shown that it can call", contact=contact.id)
    state = CONTACT.next(contact.state, ContactTrigger.OFFER)
    expires_at = now + timedelta(seconds=command.timeout_s)
    ringings = tuple(Ringing(staff) for staff in command.staff)
    offer = Offer(command.offer, OFFER.initial, opened_at=now, expires_at=expires_at, ringings=ringings)
    return Decision(
        replace(contact, state=state, offer=offer),
        (e.ContactOffered(offer.id, command.staff),),
        # In one order everywhere, so that two offers that want the same people cannot wait for each other.
        (
            *(Claim(staff) for staff in sorted(command.staff)),
            SetDeadline(DeadlineKind.OFFER_EXPIRY, offer.id, expires_at),
        ),
    )


def accept_offer(contact: Contact, command: c.AcceptOffer, now: datetime) -> Decision:
    """The expert has the contact; the others' consoles fall silent."""
    offer, mine = _ringing_at(contact, command.offer, command.staff)
    if now >= offer.expires_at:
        raise OfferExpired("the offer's time had run out", offer=offer.id)
    silenced, effects = _end_ringings(
        offer,
        now,
        lambda ringing: (
            (RingingTrigger.ACCEPT, None)
            if ringing == mine
            else (RingingTrigger.WITHDRAW, WithdrawReason.ANSWERED_ELSEWHERE)
        ),
    )
    accepted = _close(silenced, OfferTrigger.ACCEPT, now)
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
        (
            *effects,
            ClearDeadline(DeadlineKind.OFFER_EXPIRY, offer.id),
            ClearDeadline(DeadlineKind.CLOSING, contact.id),
            *rested,
        ),
    )


def decline_offer(contact: Contact, command: c.DeclineOffer, now: datetime) -> Decision:
    """The expert does not take it; it rings on at the others, if there are any. Who is disqualified is out for good."""
    offer, mine = _ringing_at(contact, command.offer, command.staff)
    passed, effects = _pass_by(contact, frozenset({command.staff}))
    if command.reason == DeclineReason.CONFLICT_OF_INTEREST:
        passed = replace(passed, recused=contact.recused | {command.staff})
    return _end_one(passed, offer, mine, RingingTrigger.DECLINE, command.reason, now, effects)


def expire_offer(contact: Contact, command: c.ExpireOffer, now: datetime) -> Decision:
    """The time has run out at everybody at whom it still rings."""
    offer = contact.offer
    if offer is None or offer.id != command.offer or offer.state is not OfferState.OPEN or now < offer.expires_at:
        return Decision(contact)
    missed = frozenset(ringing.staff for ringing in offer.still_ringing)
    passed, effects = _pass_by(replace(contact, missed_by=contact.missed_by | missed), missed)
    ended, freed = _end_ringings(offer, now, lambda _ringing: (RingingTrigger.MISS, None))
    return _release(passed, _close(ended, OfferTrigger.EXPIRE, now), (*freed, *effects))


def withdraw_ringing(contact: Contact, command: c.WithdrawRinging, now: datetime) -> Decision:
    """The person's console is lost: no blame, and it rings on at the others."""
    offer = contact.offer
    mine = offer.ringing_of(command.staff) if offer is not None and offer.id == command.offer else None
    if offer is None or mine is None or mine.state is not RingingState.RINGING:
        return Decision(contact)
    return _end_one(contact, offer, mine, RingingTrigger.WITHDRAW, WithdrawReason.CONSOLE_LOST, now)


def withdraw(
    offer: Offer | None, why: WithdrawReason, now: datetime
) -> tuple[Offer | None, tuple[e.ContactEvent, ...], tuple[Effect, ...]]:
    """The offer as a whole is taken back, if it is open."""
    if offer is None or offer.state is not OfferState.OPEN:
        return offer, (), ()
    ended, effects = _end_ringings(offer, now, lambda _ringing: (RingingTrigger.WITHDRAW, why))
    withdrawn = _close(ended, OfferTrigger.WITHDRAW, now)
    return withdrawn, (_closed(withdrawn),), (ClearDeadline(DeadlineKind.OFFER_EXPIRY, offer.id), *effects)


def _pass_by(contact: Contact, staff: frozenset[StaffId]) -> tuple[Contact, tuple[Effect, ...]]:
    """These are not asked again while anyone else may take it.

    One of them who came on duty while the contact rested has just been asked: had the old rest run on, its end would
    ring them again at once. It rests anew, for its whole time, should everybody have passed it by.
    """
    passed = replace(contact, passed_by=contact.passed_by | staff, quiet_until=None)
    return passed, () if contact.quiet_until is None else (ClearDeadline(DeadlineKind.CONTACT_RETRY, contact.id),)


def _end_one(
    contact: Contact,
    offer: Offer,
    mine: Ringing,
    trigger: RingingTrigger,
    reason: str | None,
    now: datetime,
    effects: tuple[Effect, ...] = (),
) -> Decision:
    ended = replace(mine, state=RINGING.next(mine.state, trigger), closed_at=now, reason=reason)
    rest = replace(offer, ringings=tuple(ended if each == mine else each for each in offer.ringings))
    freed = Free(mine.staff, _FREED[ended.state])
    if rest.still_ringing:
        return Decision(
            replace(contact, offer=rest),
            (e.RingingEnded(offer.id, mine.staff, ended.state, reason),),
            (freed, *effects),
        )
    return _release(contact, _close(rest, _CLOSES[trigger], now), (freed, *effects))


def _release(contact: Contact, offer: Offer, effects: tuple[Effect, ...]) -> Decision:
    return Decision(
        replace(contact, state=CONTACT.next(contact.state, ContactTrigger.RELEASE), offer=offer),
        (_closed(offer),),
        (ClearDeadline(DeadlineKind.OFFER_EXPIRY, offer.id), *effects),
    )


def _end_ringings(
    offer: Offer, now: datetime, how: Callable[[Ringing], tuple[RingingTrigger, str | None]]
) -> tuple[Offer, tuple[Effect, ...]]:
    """End all that still ring; who does not get the contact is free again."""
    ringings, freed = [], []
    for ringing in offer.ringings:
        if ringing.state is not RingingState.RINGING:
            ringings.append(ringing)
            continue
        trigger, reason = how(ringing)
        ended = replace(ringing, state=RINGING.next(ringing.state, trigger), closed_at=now, reason=reason)
        ringings.append(ended)
        if ended.state in _FREED:
            freed.append(Free(ended.staff, _FREED[ended.state]))
    return replace(offer, ringings=tuple(ringings)), tuple(sorted(freed, key=lambda free: free.staff))


def _ringing_at(contact: Contact, offer_id: OfferId, staff: StaffId) -> tuple[Offer, Ringing]:
    offer = contact.offer
    if offer is None or offer.id != offer_id:
        raise OfferClosed("the offer is no longer open", offer=offer_id)
    mine = offer.ringing_of(staff)
    if mine is None:
        raise OfferNotYours("the offer was made to somebody else", offer=offer.id)
    if mine.state is not RingingState.RINGING:
        raise OfferClosed(f"the offer was {mine.state} before", offer=offer_id, state=str(mine.state))
    return offer, mine


def _close(offer: Offer, trigger: OfferTrigger, now: datetime) -> Offer:
    return replace(offer, state=OFFER.next(offer.state, trigger), closed_at=now)


def _closed(offer: Offer) -> e.OfferClosed:
    return e.OfferClosed(offer.id, offer.state, offer.accepted_by)
