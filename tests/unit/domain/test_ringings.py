"""An offer that rings at several experts: the first to accept has it, and nothing of it reaches the others."""

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

import pytest

from palvelurinki.domain import commands as c
from palvelurinki.domain import events as e
from palvelurinki.domain.brokering import decide
from palvelurinki.domain.call import CallId, SeatId
from palvelurinki.domain.contact import Contact, ContactState
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.effects import Claim, ClearDeadline, DeadlineKind, Free, FreeReason, SetDeadline
from palvelurinki.domain.errors import OfferClosed, OfferNotYours
from palvelurinki.domain.offer import OfferId, OfferState, Ringing, RingingState
from tests.unit.domain.samples import (
    ANNA,
    BENGT,
    CECILIA,
    EXPIRES_AT,
    KIOSK,
    NOW,
    OFFER_ID,
    QUIET_UNTIL,
    SESSION,
    WAITING,
    offered,
)

ALL = (CECILIA, ANNA, BENGT)
THREE = offered(*(Ringing(staff) for staff in ALL))


def accept(staff: StaffId) -> c.AcceptOffer:
    return c.AcceptOffer(OFFER_ID, staff, CallId("call-9"), SeatId("seat-a"), SeatId("seat-b"))


def ringing(contact: Contact, staff: StaffId) -> Ringing:
    assert contact.offer is not None
    found = contact.offer.ringing_of(staff)
    assert found is not None
    return found


def states(contact: Contact) -> dict[str, str]:
    assert contact.offer is not None
    return {each.staff: str(each.state) for each in contact.offer.ringings}


def test_an_offer_rings_at_all_of_them_and_claims_them_in_one_order() -> None:
    decision = decide(WAITING, c.MakeOffer(OFFER_ID, ALL, timeout_s=20), NOW)
    assert decision.contact.offer is not None
    # The ringings stand in the order in which the ring puts its experts.
    assert decision.contact.offer.ringings == tuple(Ringing(staff) for staff in ALL)
    assert decision.contact.offer.accepted_by is None
    assert decision.events == (e.ContactOffered(OFFER_ID, ALL),)
    # Two offers that want the same people at the same time cannot wait for each other.
    assert [each.staff for each in decision.effects if isinstance(each, Claim)] == [ANNA, BENGT, CECILIA]
    assert isinstance(decision.effects[-1], SetDeadline)


@pytest.mark.parametrize("staff", [(), (ANNA, ANNA)])
def test_an_offer_to_nobody_or_twice_to_somebody_is_a_fault(staff: tuple[StaffId, ...]) -> None:
    with pytest.raises(ValueError, match="offer-2 is to ring at nobody, or twice"):
        decide(WAITING, c.MakeOffer(OfferId("offer-2"), staff, timeout_s=20), NOW)


@pytest.mark.parametrize("first", ALL)
def test_the_first_to_accept_has_it_and_the_others_are_free_without_blame(first: StaffId) -> None:
    decision = decide(THREE, accept(first), NOW)
    contact = decision.contact
    assert contact.state is ContactState.IN_CALL
    assert contact.offer is not None
    assert (contact.offer.state, contact.offer.accepted_by) == (OfferState.ACCEPTED, first)
    assert contact.offer.still_ringing == ()
    assert ringing(contact, first) == Ringing(first, RingingState.ACCEPTED, NOW)
    losers = sorted({*ALL} - {first})
    for loser in losers:
        assert ringing(contact, loser) == Ringing(loser, RingingState.WITHDRAWN, NOW, "answered_elsewhere")
    assert [each for each in decision.effects if isinstance(each, Free)] == [
        Free(loser, FreeReason.WITHDRAWN) for loser in losers
    ]
    assert decision.events == (
        e.OfferClosed(OFFER_ID, OfferState.ACCEPTED, first),
        e.CallStarted(CallId("call-9"), first),
    )
    # They lost by a moment: nothing says that they passed it by.
    assert contact.passed_by == frozenset()


def test_nothing_of_the_call_reaches_who_was_slower() -> None:
    contact = decide(THREE, accept(ANNA), NOW).contact
    assert contact.call is not None
    assert contact.call.seat_of(BENGT) is None
    with pytest.raises(OfferClosed) as refusal:
        decide(contact, accept(BENGT), NOW)
    assert refusal.value.details == {"offer": OFFER_ID, "state": "withdrawn"}
    assert "call-9" not in str(refusal.value)


def test_who_answers_late_is_told_what_became_of_their_own_ringing() -> None:
    contact = decide(THREE, c.DeclineOffer(OFFER_ID, BENGT, "other"), NOW).contact
    contact = decide(contact, accept(ANNA), NOW).contact
    told = {}
    for staff in ALL:
        with pytest.raises(OfferClosed) as refusal:
            decide(contact, accept(staff), NOW)
        told[staff] = refusal.value.details["state"]
    assert told == {ANNA: "accepted", BENGT: "declined", CECILIA: "withdrawn"}
    with pytest.raises(OfferNotYours):
        decide(contact, accept(StaffId("outsider")), NOW)


@pytest.mark.parametrize(
    ("command", "state", "freed"),
    [
        (c.DeclineOffer(OFFER_ID, BENGT, "technical"), RingingState.DECLINED, FreeReason.DECLINED),
        (c.WithdrawRinging(OFFER_ID, BENGT), RingingState.WITHDRAWN, FreeReason.WITHDRAWN),
        (c.LoseOccupant(BENGT, grace_s=60), RingingState.WITHDRAWN, FreeReason.WITHDRAWN),
    ],
)
def test_one_who_falls_away_is_free_and_it_rings_on_at_the_others(
    command: c.ContactCommand, state: RingingState, freed: FreeReason
) -> None:
    decision = decide(THREE, command, NOW)
    contact = decision.contact
    assert contact.state is ContactState.OFFERED
    assert contact.offer is not None
    assert [each.staff for each in contact.offer.still_ringing] == [CECILIA, ANNA]
    reason = "technical" if state is RingingState.DECLINED else "console_lost"
    assert ringing(contact, BENGT) == Ringing(BENGT, state, NOW, reason)
    assert decision.events == (e.RingingEnded(OFFER_ID, BENGT, state, reason),)
    assert decision.effects == (Free(BENGT, freed),)
    assert contact.passed_by == ({BENGT} if state is RingingState.DECLINED else frozenset())
    # What is left goes on as if they had never been asked.
    assert decide(contact, accept(CECILIA), NOW).contact.state is ContactState.IN_CALL


def test_the_time_runs_out_only_for_those_at_whom_it_still_rings() -> None:
    contact = decide(THREE, c.DeclineOffer(OFFER_ID, BENGT, "other"), NOW).contact
    contact = decide(contact, c.WithdrawRinging(OFFER_ID, ANNA), NOW).contact
    decision = decide(contact, c.ExpireOffer(OFFER_ID), EXPIRES_AT)
    assert states(decision.contact) == {CECILIA: "missed", ANNA: "withdrawn", BENGT: "declined"}
    assert decision.contact.state is ContactState.WAITING
    assert decision.contact.passed_by == {BENGT, CECILIA}
    assert decision.contact.missed_by == {CECILIA}
    assert decision.events == (e.OfferClosed(OFFER_ID, OfferState.EXPIRED, None),)
    assert decision.effects == (
        ClearDeadline(DeadlineKind.OFFER_EXPIRY, OFFER_ID),
        Free(CECILIA, FreeReason.MISSED),
    )


ENDS: dict[str, tuple[Callable[[StaffId], c.ContactCommand], OfferState]] = {
    "decline": (lambda staff: c.DeclineOffer(OFFER_ID, staff, "other"), OfferState.DECLINED),
    "lose": (lambda staff: c.LoseOccupant(staff, grace_s=60), OfferState.WITHDRAWN),
}


@pytest.mark.parametrize("order", list(permutations(ALL)))
@pytest.mark.parametrize("last", ENDS)
@pytest.mark.parametrize("others", ENDS)
def test_the_last_ringing_to_end_says_how_the_offer_closes(order: tuple[StaffId, ...], last: str, others: str) -> None:
    contact = THREE
    for staff in order[:-1]:
        contact = decide(contact, ENDS[others][0](staff), NOW).contact
        assert contact.state is ContactState.OFFERED
    command, closes = ENDS[last]
    decision = decide(contact, command(order[-1]), NOW)
    assert decision.contact.state is ContactState.WAITING
    assert decision.events == (e.OfferClosed(OFFER_ID, closes, None),)
    declined = set(order[:-1] if others == "decline" else ()) | set(order[-1:] if last == "decline" else ())
    assert decision.contact.passed_by == declined


@pytest.mark.parametrize("command", [c.LeaveContact(SESSION), c.LoseOccupant(KIOSK, grace_s=60)], ids=str)
def test_when_the_customer_goes_it_falls_silent_everywhere_at_once(command: c.ContactCommand) -> None:
    contact = decide(THREE, c.DeclineOffer(OFFER_ID, ANNA, "other"), NOW).contact
    decision = decide(contact, command, NOW)
    assert decision.contact.offer is not None
    assert decision.contact.offer.still_ringing == ()
    assert states(decision.contact) == {CECILIA: "withdrawn", ANNA: "declined", BENGT: "withdrawn"}
    freed = [each for each in decision.effects if isinstance(each, Free)]
    assert freed == [Free(BENGT, FreeReason.WITHDRAWN), Free(CECILIA, FreeReason.WITHDRAWN)]


def test_who_declined_cannot_be_lost_or_decline_again() -> None:
    contact = decide(THREE, c.DeclineOffer(OFFER_ID, ANNA, "other"), NOW).contact
    assert decide(contact, c.LoseOccupant(ANNA, grace_s=60), NOW).contact == contact
    with pytest.raises(OfferClosed) as refusal:
        decide(contact, c.DeclineOffer(OFFER_ID, ANNA, "other"), NOW)
    assert refusal.value.details == {"offer": OFFER_ID, "state": "declined"}


def test_a_resting_contact_that_one_of_two_declines_no_longer_rests() -> None:
    resting = replace(THREE, passed_by=frozenset({StaffId("dan")}), quiet_until=QUIET_UNTIL)
    decision = decide(resting, c.DeclineOffer(OFFER_ID, ANNA, "other"), NOW)
    assert decision.contact.quiet_until is None
    assert decision.effects == (
        Free(ANNA, FreeReason.DECLINED),
        ClearDeadline(DeadlineKind.CONTACT_RETRY, resting.id),
    )
