"""Moves in detail: the place is kept, the first terminal has nothing left, the call goes on with a new seat."""

from dataclasses import replace
from datetime import timedelta

import pytest

from palvelurinki.domain import commands as c
from palvelurinki.domain import events as e
from palvelurinki.domain.brokering import decide
from palvelurinki.domain.call import Call, CallOutcome, Seat, SeatId, SeatKind, SeatState, peers_of
from palvelurinki.domain.contact import Contact, ContactOutcome, ContactState, SessionId
from palvelurinki.domain.effects import ClearDeadline, DeadlineKind, RecordServiceEvent, SetDeadline
from palvelurinki.domain.offer import WithdrawReason
from palvelurinki.domain.situation import LINE_PROOF_S, Line, LineFault, Situation
from tests.unit.domain.samples import (
    ANNA,
    ARRIVED,
    CALL_ID,
    CONTACT_ID,
    EXPERT_SEAT,
    KIOSK,
    NOW,
    ROOM,
    SESSION,
    STAGES,
    TERMINAL_SEAT,
    WAITING,
)
from tests.unit.domain.telling import NOTHING, outcome

ROOMS_SESSION = SessionId("session-room")
ROOM_SEAT = SeatId("seat-room")
TO_ROOM = c.Move(KIOSK, ROOM, ROOMS_SESSION, ROOM_SEAT)
BACK = c.Move(ROOM, KIOSK, SESSION, SeatId("seat-back"))
LATER = NOW + timedelta(seconds=30)
SEATED = [stage for stage, contact in STAGES.items() if contact.state is ContactState.IN_CALL]


def call_of(contact: Contact) -> Call:
    assert contact.call is not None
    return contact.call


def live_terminals(contact: Contact) -> list[str]:
    seats = call_of(contact).seats
    return [seat.occupant for seat in seats if seat.kind is SeatKind.TERMINAL and seat.state is not SeatState.LEFT]


def test_a_queued_contact_keeps_its_place_and_must_show_anew_that_it_can_call() -> None:
    before = replace(STAGES["held, quiet"], line=Line.FAILED, situation=Situation(line_faults=(LineFault.CAMERA_DARK,)))
    decision = decide(before, TO_ROOM, NOW)
    after = decision.contact
    assert after == replace(
        before,
        terminal=ROOM,
        session=ROOMS_SESSION,
        state=ContactState.WAITING,
        line=Line.UNPROVEN,
        situation=Situation(),
        moved_at=NOW,
    )
    assert after.placed_at == NOW
    assert decision.events == (e.ContactMoved(KIOSK, ROOM),)
    assert decision.effects == (
        ClearDeadline(DeadlineKind.OCCUPANT_GRACE, KIOSK),
        SetDeadline(DeadlineKind.LINE_PROOF, CONTACT_ID, NOW + timedelta(seconds=LINE_PROOF_S)),
    )


def test_whoever_it_rings_at_is_left_in_peace_without_blame() -> None:
    after = decide(STAGES["offered to two"], TO_ROOM, NOW).contact
    assert after.offer is not None
    assert {each.reason for each in after.offer.ringings} == {WithdrawReason.MOVED}
    assert after.passed_by == after.missed_by == frozenset()


def test_by_a_clock_that_was_set_back_it_is_there_since_it_was_requested() -> None:
    after = decide(WAITING, TO_ROOM, ARRIVED - timedelta(seconds=5)).contact
    assert after.placed_at == ARRIVED


@pytest.mark.parametrize("stage", SEATED)
def test_in_a_call_the_terminal_gets_a_new_seat_after_all_others(stage: str) -> None:
    before = STAGES[stage]
    decision = decide(before, TO_ROOM, NOW)
    after = decision.contact
    first, expert, new = call_of(after).seats
    assert (first.id, first.state, expert) == (TERMINAL_SEAT, SeatState.LEFT, call_of(before).seats[1])
    assert new == Seat(ROOM_SEAT, SeatKind.TERMINAL, terminal=ROOM)
    assert call_of(after).state is call_of(before).state
    assert (after.line, after.offer) == (before.line, before.offer)
    assert live_terminals(after) == [ROOM]
    assert decision.events[1:] == (
        e.SeatChanged(CALL_ID, TERMINAL_SEAT, "left"),
        e.SeatChanged(CALL_ID, ROOM_SEAT, "joining"),
    )


def test_both_ends_connect_anew_and_the_new_seat_offers_first() -> None:
    moved = decide(STAGES["connected"], TO_ROOM, NOW).contact
    [_, expert, _] = call_of(moved).seats
    assert peers_of(call_of(moved), expert) == ()
    joined = call_of(decide(moved, c.JoinCall(CALL_ID, ROOM, ROOMS_SESSION), NOW).contact)
    [first, expert, room] = joined.seats
    [of_expert] = peers_of(joined, expert)
    [of_room] = peers_of(joined, room)
    assert (of_expert.seat, of_room.seat) == (ROOM_SEAT, EXPERT_SEAT)
    assert of_expert.generation == of_room.generation
    assert (of_expert.polite, of_expert.offers_first) == (True, False)
    assert (of_room.polite, of_room.offers_first) == (False, True)
    assert peers_of(joined, first) == ()


def test_a_call_that_was_moved_before_it_connected_connects_with_the_new_terminal() -> None:
    moved = decide(STAGES["opening, joined"], TO_ROOM, NOW).contact
    joined = decide(moved, c.JoinCall(CALL_ID, ROOM, ROOMS_SESSION), NOW).contact
    half = decide(joined, c.ReportMedia(CALL_ID, ANNA), NOW)
    assert half.events == ()
    whole = decide(half.contact, c.ReportMedia(CALL_ID, ROOM, ROOMS_SESSION), NOW)
    assert whole.events == (e.CallConnected(CALL_ID),)


@pytest.mark.parametrize("stage", ["held", "waiting", *SEATED])
@pytest.mark.parametrize(
    "command",
    [
        c.LoseOccupant(KIOSK, 60),
        c.ReturnOccupant(KIOSK, SESSION),
        c.EndGrace(KIOSK),
    ],
    ids=str,
)
def test_whatever_becomes_of_the_first_terminal_does_not_concern_it_any_more(
    stage: str, command: c.ContactCommand
) -> None:
    moved = decide(STAGES[stage], TO_ROOM, NOW).contact
    assert outcome(moved, command, LATER) == NOTHING


@pytest.mark.parametrize(
    "command",
    [c.JoinCall(CALL_ID, KIOSK, SESSION), c.ReportMedia(CALL_ID, KIOSK, SESSION), c.LeaveCall(CALL_ID, KIOSK, SESSION)],
    ids=str,
)
def test_the_first_terminal_has_no_part_in_the_call_any_more(command: c.ContactCommand) -> None:
    moved = decide(STAGES["connected"], TO_ROOM, NOW).contact
    assert outcome(moved, command, LATER) == "refused: call.ended"


def test_the_new_terminal_lost_before_it_joined_is_waited_for_and_then_ends_the_call() -> None:
    moved = decide(STAGES["connected"], TO_ROOM, NOW).contact
    lost = decide(moved, c.LoseOccupant(ROOM, 60), NOW)
    assert lost.effects == (SetDeadline(DeadlineKind.OCCUPANT_GRACE, ROOM, NOW + timedelta(seconds=60)),)
    over = decide(lost.contact, c.EndGrace(ROOM), NOW + timedelta(seconds=60))
    assert call_of(over.contact).outcome is CallOutcome.INTERRUPTED
    [recorded] = [effect for effect in over.effects if isinstance(effect, RecordServiceEvent)]
    assert recorded.call.id == CALL_ID


def test_it_moves_back_and_only_the_last_seat_lives() -> None:
    moved = decide(STAGES["connected"], TO_ROOM, NOW).contact
    back = decide(moved, BACK, LATER).contact
    assert live_terminals(back) == [KIOSK]
    assert call_of(back).seat_of(KIOSK) == Seat(BACK.seat, SeatKind.TERMINAL, terminal=KIOSK)
    assert [seat.id for seat in call_of(back).essential_seats()] == [BACK.seat, EXPERT_SEAT]
    joined = decide(back, c.JoinCall(CALL_ID, KIOSK, SESSION), LATER).contact
    assert [seat.epoch for seat in call_of(joined).seats] == [1, 1, 0, 1]


def test_when_it_ends_a_terminal_that_it_has_left_keeps_what_it_has_meanwhile() -> None:
    """Its grace may be another contact's by then."""
    moved = decide(STAGES["connected"], TO_ROOM, NOW).contact
    ended = decide(moved, c.LeaveCall(CALL_ID, ANNA), LATER)
    cleared = [effect.subject for effect in ended.effects if isinstance(effect, ClearDeadline)]
    assert cleared == [ANNA, ROOM]
    assert ended.contact.outcome is ContactOutcome.SERVED
    assert {seat.state for seat in call_of(ended.contact).seats} == {SeatState.LEFT}
