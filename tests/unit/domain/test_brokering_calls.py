"""Calls in detail: joining, media, absence, and the one record that each call leaves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from palvelurinki.domain import commands as c
from palvelurinki.domain import events as e
from palvelurinki.domain.brokering import decide
from palvelurinki.domain.call import Call, CallOutcome, CallState, Seat, SeatId, SeatKind, SeatState
from palvelurinki.domain.contact import Contact, ContactOutcome, ContactState
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.effects import ClearDeadline, DeadlineKind, Free, FreeReason, RecordServiceEvent, SetDeadline
from tests.unit.domain.samples import (
    ANNA,
    CALL_ID,
    CONNECTED_CALL,
    EXPERT_SEAT,
    JOINED_CALL,
    KIOSK,
    NOW,
    OPEN_CALL,
    SESSION,
    STAGES,
    TERMINAL_SEAT,
    in_call,
)
from tests.unit.domain.telling import NOTHING, outcome

TULKKI = StaffId("tulkki")
INTERPRETER = Seat(SeatId("seat-interpreter"), SeatKind.INTERPRETER, staff=TULKKI)


def seat(contact: Contact, occupant: str) -> Seat:
    assert contact.call is not None
    found = contact.call.seat_of(occupant)
    assert found is not None
    return found


def with_interpreter(call: Call, **changes: object) -> Contact:
    third = replace(INTERPRETER, **changes)  # type: ignore[arg-type]
    return in_call(replace(call, seats=(*call.seats, third)))


def test_each_join_raises_the_epoch_and_starts_media_anew() -> None:
    contact = STAGES["opening"]
    for epoch in (1, 2, 3):
        decision = decide(contact, c.JoinCall(CALL_ID, KIOSK, SESSION), NOW)
        contact = decision.contact
        assert seat(contact, KIOSK) == Seat(
            TERMINAL_SEAT, SeatKind.TERMINAL, SeatState.JOINED, epoch=epoch, media=False, terminal=KIOSK
        )
        assert decision.events == (e.SeatChanged(CALL_ID, TERMINAL_SEAT, "joined"),)
        contact = decide(contact, c.ReportMedia(CALL_ID, KIOSK, SESSION), NOW).contact
        assert seat(contact, KIOSK).media
    assert seat(contact, ANNA).epoch == 0


def test_the_call_connects_when_the_second_essential_seat_has_media() -> None:
    half = decide(in_call(JOINED_CALL), c.ReportMedia(CALL_ID, ANNA), NOW)
    assert half.events == ()
    assert half.contact.call is not None
    assert half.contact.call.state is CallState.OPENING
    whole = decide(half.contact, c.ReportMedia(CALL_ID, KIOSK, SESSION), NOW)
    assert whole.events == (e.CallConnected(CALL_ID),)
    assert whole.contact.call is not None
    assert whole.contact.call.state is CallState.CONNECTED
    assert whole.contact.call.connected_at == NOW


def test_the_call_connects_once() -> None:
    rejoined = decide(in_call(CONNECTED_CALL), c.JoinCall(CALL_ID, KIOSK, SESSION), NOW).contact
    decision = decide(rejoined, c.ReportMedia(CALL_ID, KIOSK, SESSION), NOW + timedelta(seconds=5))
    assert decision.events == ()
    assert decision.contact.call is not None
    assert decision.contact.call.connected_at == CONNECTED_CALL.connected_at


def test_an_interpreters_media_neither_connects_nor_is_waited_for() -> None:
    contact = with_interpreter(JOINED_CALL, state=SeatState.JOINED, epoch=1)
    contact = decide(contact, c.ReportMedia(CALL_ID, TULKKI), NOW).contact
    contact = decide(contact, c.ReportMedia(CALL_ID, KIOSK, SESSION), NOW).contact
    assert contact.call is not None
    assert contact.call.state is CallState.OPENING
    assert decide(contact, c.ReportMedia(CALL_ID, ANNA), NOW).events == (e.CallConnected(CALL_ID),)


@pytest.mark.parametrize("occupant", [KIOSK, ANNA])
def test_absence_keeps_the_seat_and_its_media_for_the_grace(occupant: str) -> None:
    contact = in_call(CONNECTED_CALL)
    before = seat(contact, occupant)
    who = KIOSK if occupant == KIOSK else ANNA
    lost = decide(contact, c.LoseOccupant(who, grace_s=45), NOW)
    assert seat(lost.contact, occupant) == replace(before, state=SeatState.AWAY)
    assert lost.effects == (SetDeadline(DeadlineKind.OCCUPANT_GRACE, occupant, NOW + timedelta(seconds=45)),)
    back = decide(lost.contact, c.ReturnOccupant(who, SESSION), NOW)
    assert back.contact == contact
    assert back.effects == (ClearDeadline(DeadlineKind.OCCUPANT_GRACE, occupant),)


def test_who_never_joined_comes_back_by_joining() -> None:
    contact = STAGES["opening, expert away"]
    assert outcome(contact, c.ReturnOccupant(ANNA), NOW) == NOTHING
    joined = decide(contact, c.JoinCall(CALL_ID, ANNA), NOW)
    assert seat(joined.contact, ANNA).state is SeatState.JOINED
    assert joined.effects == (ClearDeadline(DeadlineKind.OCCUPANT_GRACE, ANNA),)


ENDINGS = [
    (OPEN_CALL, c.LeaveCall(CALL_ID, KIOSK, SESSION), CallOutcome.NOT_CONNECTED),
    (JOINED_CALL, c.LeaveCall(CALL_ID, ANNA), CallOutcome.NOT_CONNECTED),
    (JOINED_CALL, c.LeaveContact(SESSION), CallOutcome.NOT_CONNECTED),
    (CONNECTED_CALL, c.LeaveCall(CALL_ID, KIOSK, SESSION), CallOutcome.SERVED),
    (CONNECTED_CALL, c.LeaveCall(CALL_ID, ANNA), CallOutcome.SERVED),
    (CONNECTED_CALL, c.LeaveContact(SESSION), CallOutcome.SERVED),
]
LOST_ENDINGS = [
    ("opening, expert away", c.EndGrace(ANNA), CallOutcome.NOT_CONNECTED),
    ("connected, terminal away", c.EndGrace(KIOSK), CallOutcome.INTERRUPTED),
    ("connected, both away", c.EndGrace(ANNA), CallOutcome.INTERRUPTED),
]


@pytest.mark.parametrize(
    ("contact", "command", "expected"),
    [
        *((in_call(call), command, expected) for call, command, expected in ENDINGS),
        *((STAGES[stage], command, expected) for stage, command, expected in LOST_ENDINGS),
    ],
)
def test_how_a_call_ends_and_what_it_leaves(contact: Contact, command: c.ContactCommand, expected: CallOutcome) -> None:
    decision = decide(contact, command, NOW)
    after = decision.contact
    assert after.call is not None
    assert after.call.outcome is expected
    assert after.call.ended_at == NOW
    assert {each.state for each in after.call.seats} == {SeatState.LEFT}
    served = expected is CallOutcome.SERVED
    assert after.outcome is (ContactOutcome.SERVED if served else ContactOutcome.CALL_FAILED)
    assert (after.state, after.ended_at) == (ContactState.ENDED, NOW)
    assert decision.events == (e.CallEnded(CALL_ID, expected), e.ContactEnded(after.outcome))
    assert contact.offer is not None
    records = [effect for effect in decision.effects if isinstance(effect, RecordServiceEvent)]
    assert records == [RecordServiceEvent(after.call, contact.offer)]


def test_all_staff_come_free_when_a_call_ends() -> None:
    decision = decide(with_interpreter(CONNECTED_CALL), c.LeaveCall(CALL_ID, KIOSK, SESSION), NOW)
    freed = [effect for effect in decision.effects if isinstance(effect, Free)]
    assert freed == [Free(ANNA, FreeReason.CALL_OVER), Free(TULKKI, FreeReason.CALL_OVER)]


@pytest.mark.parametrize("lost", [False, True])
def test_a_call_goes_on_without_its_interpreter(*, lost: bool) -> None:
    contact = with_interpreter(CONNECTED_CALL, state=SeatState.AWAY, epoch=1)
    command = c.EndGrace(TULKKI) if lost else c.LeaveCall(CALL_ID, TULKKI)
    decision = decide(contact, command, NOW)
    assert decision.contact.state is ContactState.IN_CALL
    assert seat(decision.contact, TULKKI).state is SeatState.LEFT
    assert decision.events == (e.SeatChanged(CALL_ID, INTERPRETER.id, "left"),)
    assert ClearDeadline(DeadlineKind.OCCUPANT_GRACE, TULKKI) in decision.effects
    assert outcome(decision.contact, c.JoinCall(CALL_ID, TULKKI), NOW) == "refused: call.ended"


def test_a_call_that_nobody_accepted_is_a_fault_and_told_as_one() -> None:
    broken = replace(in_call(CONNECTED_CALL), offer=None)
    with pytest.raises(ValueError, match="call-1 has no accepted offer"):
        decide(broken, c.LeaveContact(SESSION), NOW)


def test_the_seats_keep_their_order() -> None:
    contact = decide(in_call(JOINED_CALL), c.JoinCall(CALL_ID, KIOSK, SESSION), NOW).contact
    assert contact.call is not None
    assert [each.id for each in contact.call.seats] == [TERMINAL_SEAT, EXPERT_SEAT]
