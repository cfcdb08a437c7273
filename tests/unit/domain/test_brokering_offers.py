"""Offers in detail: times to the microsecond, whom they bind, who has passed a contact by, and its quiet time."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from palvelurinki.domain import commands as c
from palvelurinki.domain import events as e
from palvelurinki.domain.brokering import decide
from palvelurinki.domain.call import Call, CallId, CallState, Seat, SeatId, SeatKind, SeatState
from palvelurinki.domain.contact import ContactOutcome, ContactState
from palvelurinki.domain.effects import Claim, ClearDeadline, DeadlineKind, Free, FreeReason, SetDeadline
from palvelurinki.domain.errors import OfferClosed, OfferExpired
from palvelurinki.domain.offer import DeclineReason, Offer, OfferId, OfferState, Ringing, RingingState
from tests.unit.domain.samples import (
    ANNA,
    BENGT,
    CONTACT_ID,
    EXPIRES_AT,
    KIOSK,
    NOW,
    OFFER_ID,
    OPEN_OFFER,
    QUIET_UNTIL,
    SESSION,
    STAGES,
    WAITING,
)
from tests.unit.domain.telling import NOTHING, outcome

OFFERED = STAGES["offered"]
MICROSECOND = timedelta(microseconds=1)
ACCEPT = c.AcceptOffer(OFFER_ID, ANNA, CallId("call-9"), SeatId("seat-a"), SeatId("seat-b"))


def closed(state: OfferState, ringing: RingingState, reason: str | None = None, at: datetime = NOW) -> Offer:
    """The open offer to Anna alone, closed."""
    return replace(OPEN_OFFER, state=state, closed_at=at, ringings=(Ringing(ANNA, ringing, at, reason),))


def test_an_offer_rings_for_its_time_from_now() -> None:
    decision = decide(WAITING, c.MakeOffer(OFFER_ID, (ANNA,), timeout_s=20), NOW)
    expires_at = NOW + timedelta(seconds=20)
    offer = Offer(OFFER_ID, OfferState.OPEN, opened_at=NOW, expires_at=expires_at, ringings=(Ringing(ANNA),))
    assert decision.contact == replace(WAITING, state=ContactState.OFFERED, offer=offer)
    assert decision.events == (e.ContactOffered(OFFER_ID, (ANNA,)),)
    assert decision.effects == (Claim(ANNA), SetDeadline(DeadlineKind.OFFER_EXPIRY, OFFER_ID, expires_at))


def test_an_offer_remembers_who_passed_the_contact_by() -> None:
    declined = STAGES["waiting, declined"]
    offered = decide(declined, c.MakeOffer(OfferId("offer-2"), (BENGT,), timeout_s=20), NOW).contact
    assert offered.passed_by == {ANNA}
    passed = decide(offered, c.DeclineOffer(OfferId("offer-2"), BENGT, "other"), NOW).contact
    assert passed.passed_by == {ANNA, BENGT}


def test_accepting_opens_the_call_with_the_customers_seat_first() -> None:
    decision = decide(OFFERED, ACCEPT, NOW)
    contact = decision.contact
    assert contact.offer == closed(OfferState.ACCEPTED, RingingState.ACCEPTED)
    assert contact.call == Call(
        CallId("call-9"),
        (
            Seat(SeatId("seat-a"), SeatKind.TERMINAL, SeatState.JOINING, epoch=0, media=False, terminal=KIOSK),
            Seat(SeatId("seat-b"), SeatKind.EXPERT, SeatState.JOINING, epoch=0, media=False, staff=ANNA),
        ),
        started_at=NOW,
        state=CallState.OPENING,
    )
    assert decision.events == (
        e.OfferClosed(OFFER_ID, OfferState.ACCEPTED, ANNA),
        e.CallStarted(CallId("call-9"), ANNA),
    )


def test_accepting_one_microsecond_before_the_expiry_is_in_time() -> None:
    assert decide(OFFERED, ACCEPT, EXPIRES_AT - MICROSECOND).contact.state is ContactState.IN_CALL


@pytest.mark.parametrize("late", [timedelta(0), MICROSECOND, timedelta(days=1)])
def test_accepting_at_the_expiry_or_later_is_refused(late: timedelta) -> None:
    with pytest.raises(OfferExpired) as refusal:
        decide(OFFERED, ACCEPT, EXPIRES_AT + late)
    assert refusal.value.details == {"offer": OFFER_ID}


def test_an_offer_expires_at_its_time_and_not_a_microsecond_earlier() -> None:
    assert outcome(OFFERED, c.ExpireOffer(OFFER_ID), EXPIRES_AT - MICROSECOND) == NOTHING
    decision = decide(OFFERED, c.ExpireOffer(OFFER_ID), EXPIRES_AT)
    assert decision.contact == replace(
        WAITING,
        offer=closed(OfferState.EXPIRED, RingingState.MISSED, at=EXPIRES_AT),
        passed_by=frozenset({ANNA}),
        missed_by=frozenset({ANNA}),
    )
    assert decision.events == (e.OfferClosed(OFFER_ID, OfferState.EXPIRED, None),)
    assert Free(ANNA, FreeReason.MISSED) in decision.effects


def test_what_was_open_at_any_instant_is_either_acceptable_or_expired() -> None:
    for offset in (-MICROSECOND, timedelta(0), MICROSECOND):
        now = EXPIRES_AT + offset
        expires = outcome(OFFERED, c.ExpireOffer(OFFER_ID), now) != NOTHING
        accepted = not isinstance(outcome(OFFERED, ACCEPT, now), str)
        assert expires is not accepted


@pytest.mark.parametrize("reason", DeclineReason)
def test_declining_keeps_the_reason_and_passes_by(reason: DeclineReason) -> None:
    decision = decide(OFFERED, c.DeclineOffer(OFFER_ID, ANNA, reason), NOW)
    assert decision.contact.offer == closed(OfferState.DECLINED, RingingState.DECLINED, reason)
    assert decision.contact.passed_by == {ANNA}
    assert decision.contact.missed_by == frozenset()
    assert decision.effects == (
        ClearDeadline(DeadlineKind.OFFER_EXPIRY, OFFER_ID),
        Free(ANNA, FreeReason.DECLINED),
    )


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (c.WithdrawRinging(OFFER_ID, ANNA), "console_lost"),
        (c.LoseOccupant(ANNA, grace_s=60), "console_lost"),
        (c.LoseOccupant(KIOSK, grace_s=60), "terminal_away"),
        (c.LeaveContact(SESSION), "customer_left"),
    ],
)
def test_a_withdrawn_offer_is_nobodys_fault(command: c.ContactCommand, reason: str) -> None:
    decision = decide(OFFERED, command, NOW)
    assert decision.contact.offer == closed(OfferState.WITHDRAWN, RingingState.WITHDRAWN, reason)
    # Not passed by: the same expert may be asked again at once, and keeps the place in the order.
    assert decision.contact.passed_by == frozenset()
    assert Free(ANNA, FreeReason.WITHDRAWN) in decision.effects
    assert e.OfferClosed(OFFER_ID, OfferState.WITHDRAWN, None) in decision.events


def test_a_closed_offer_tells_what_became_of_it() -> None:
    with pytest.raises(OfferClosed) as known:
        decide(STAGES["waiting, declined"], ACCEPT, NOW)
    assert known.value.details == {"offer": OFFER_ID, "state": "declined"}
    with pytest.raises(OfferClosed) as unknown:
        decide(OFFERED, replace(ACCEPT, offer=OfferId("offer-0")), NOW)
    assert unknown.value.details == {"offer": "offer-0"}


def test_quiet_lasts_its_time_and_then_everybody_may_be_asked() -> None:
    declined = STAGES["waiting, declined"]
    quiet = decide(declined, c.QuietUntilRetry(30), NOW)
    until = NOW + timedelta(seconds=30)
    assert quiet.contact == replace(declined, quiet_until=until)
    assert quiet.effects == (SetDeadline(DeadlineKind.CONTACT_RETRY, CONTACT_ID, until),)
    over = decide(quiet.contact, c.EndQuiet(), until).contact
    assert over == replace(declined, quiet_until=None, passed_by=frozenset())


def test_who_is_disqualified_is_out_for_good_also_when_everybody_is_asked_again() -> None:
    """Administrative Procedure Act 434/2003, sections 27 and 28."""
    recused = decide(OFFERED, c.DeclineOffer(OFFER_ID, ANNA, DeclineReason.CONFLICT_OF_INTEREST), NOW).contact
    assert recused.passed_by == recused.recused == {ANNA}
    rested = decide(decide(recused, c.QuietUntilRetry(30), NOW).contact, c.EndQuiet(), NOW).contact
    assert rested.passed_by == frozenset()
    assert rested.recused == {ANNA}
    declined = decide(OFFERED, c.DeclineOffer(OFFER_ID, ANNA, DeclineReason.NOT_MY_FIELD), NOW).contact
    assert declined.recused == frozenset()


def test_whoever_takes_a_resting_contact_ends_its_quiet_time() -> None:
    offered = decide(STAGES["waiting, quiet"], c.MakeOffer(OfferId("offer-2"), (BENGT,), timeout_s=20), NOW).contact
    assert offered.quiet_until == QUIET_UNTIL
    accepted = decide(offered, replace(ACCEPT, offer=OfferId("offer-2"), staff=BENGT), NOW)
    assert accepted.contact.quiet_until is None
    assert ClearDeadline(DeadlineKind.CONTACT_RETRY, CONTACT_ID) in accepted.effects


def test_whoever_passes_a_resting_contact_by_lets_it_rest_its_whole_time_anew() -> None:
    # Else the end of the old rest would ring Bengt again at once, should Anna have gone meanwhile.
    resting = STAGES["offered, resting"]
    for command, at in ((c.DeclineOffer(OFFER_ID, BENGT, "other"), NOW), (c.ExpireOffer(OFFER_ID), EXPIRES_AT)):
        decision = decide(resting, command, at)
        assert decision.contact.passed_by == {ANNA, BENGT}
        assert decision.contact.quiet_until is None
        assert ClearDeadline(DeadlineKind.CONTACT_RETRY, CONTACT_ID) in decision.effects
        rests = decide(decision.contact, c.QuietUntilRetry(30), at).contact
        assert rests.quiet_until == at + timedelta(seconds=30)


def test_who_let_it_ring_out_and_says_that_they_are_there_may_be_asked_at_once() -> None:
    missed = replace(STAGES["waiting, quiet"], passed_by=frozenset({ANNA, BENGT}), missed_by=frozenset({ANNA}))
    decision = decide(missed, c.Reconsider(ANNA), NOW)
    assert decision.contact == replace(missed, passed_by=frozenset({BENGT}), missed_by=frozenset())
    assert (decision.events, decision.effects) == ((e.ContactReconsidered(),), ())
    # Who declined has said no: being there changes nothing.
    assert outcome(missed, c.Reconsider(BENGT), NOW) == NOTHING


def test_closing_waits_for_the_offer_that_rings() -> None:
    early = decide(OFFERED, c.CloseForToday(), NOW)
    assert early.contact == OFFERED
    assert early.effects == (SetDeadline(DeadlineKind.CLOSING, CONTACT_ID, EXPIRES_AT),)
    # The expiry fell due too, and may not have been handled yet.
    late = decide(OFFERED, c.CloseForToday(), EXPIRES_AT + MICROSECOND)
    again = EXPIRES_AT + MICROSECOND + timedelta(seconds=1)
    assert late.effects == (SetDeadline(DeadlineKind.CLOSING, CONTACT_ID, again),)


def test_a_call_goes_on_after_closing() -> None:
    assert outcome(STAGES["connected"], c.CloseForToday(), NOW) == NOTHING
    accepted = decide(OFFERED, ACCEPT, NOW)
    assert ClearDeadline(DeadlineKind.CLOSING, CONTACT_ID) in accepted.effects


@pytest.mark.parametrize("stage", ["waiting, quiet", "held, quiet"])
def test_leaving_ends_the_quiet_time_too(stage: str) -> None:
    decision = decide(STAGES[stage], c.LeaveContact(SESSION), NOW)
    assert decision.contact.quiet_until is None
    assert ClearDeadline(DeadlineKind.CONTACT_RETRY, CONTACT_ID) in decision.effects


def test_a_held_contact_keeps_its_place_and_what_is_known_of_it() -> None:
    before = STAGES["waiting, quiet"]
    held = decide(before, c.LoseOccupant(KIOSK, grace_s=60), NOW)
    grace = SetDeadline(DeadlineKind.OCCUPANT_GRACE, KIOSK, NOW + timedelta(seconds=60))
    assert held.contact == replace(before, state=ContactState.HELD)
    assert held.contact.quiet_until == QUIET_UNTIL
    assert held.effects == (grace,)
    back = decide(held.contact, c.ReturnOccupant(KIOSK, SESSION), NOW + timedelta(seconds=59)).contact
    assert back == before


@pytest.mark.parametrize(
    ("stage", "command", "expected"),
    [
        ("waiting", c.CloseForToday(), ContactOutcome.RING_CLOSED),
        ("waiting, quiet", c.CloseForToday(), ContactOutcome.RING_CLOSED),
        ("held", c.CloseForToday(), ContactOutcome.RING_CLOSED),
        ("waiting", c.LeaveContact(SESSION), ContactOutcome.CUSTOMER_LEFT),
        ("offered", c.LeaveContact(SESSION), ContactOutcome.CUSTOMER_LEFT),
        ("held", c.LeaveContact(SESSION), ContactOutcome.CUSTOMER_LEFT),
        ("held", c.EndGrace(KIOSK), ContactOutcome.TERMINAL_LOST),
        ("held, withdrawn", c.EndGrace(KIOSK), ContactOutcome.TERMINAL_LOST),
    ],
)
def test_how_waiting_ends(stage: str, command: c.ContactCommand, expected: ContactOutcome) -> None:
    decision = decide(STAGES[stage], command, NOW)
    assert decision.contact.state is ContactState.ENDED
    assert decision.contact.outcome is expected
    assert decision.contact.ended_at == NOW
    assert decision.contact.call is None
    assert decision.events[-1] == e.ContactEnded(expected)
