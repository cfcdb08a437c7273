"""Attendance and what comes after a contact, in detail: times, what is said twice, and what completes the record."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from palvelurinki.domain import commands as c
from palvelurinki.domain.brokering import decide
from palvelurinki.domain.contact import Contact
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.effects import Afterword, CompleteServiceEvent
from palvelurinki.domain.situation import (
    CONCLUDE_WITHIN,
    FINISH_WITHIN,
    RATE_WITHIN,
    AdvisorCalled,
    AskedBy,
    Attending,
    Conclusion,
    FollowUp,
    Resolution,
)
from tests.unit.domain.samples import ANNA, CALL_ID, ENDED_AT, KIOSK, NOW, SESSION, STAGES, WAITING
from tests.unit.domain.telling import NOTHING, outcome

DORIS, EERO = StaffId("doris"), StaffId("eero")
LATER = NOW + timedelta(seconds=30)
SERVED = STAGES["ended, served"]
CALL_FOR_HELP = c.CallAdvisor(AskedBy.CUSTOMER, wanted=True, occupant=KIOSK, session=SESSION)


def after(contact: Contact, *commands: c.ContactCommand, at: datetime = NOW) -> Contact:
    for command in commands:
        contact = decide(contact, command, at).contact
    return contact


def test_whoever_comes_answers_the_call() -> None:
    called = after(WAITING, CALL_FOR_HELP)
    assert called.situation.called == AdvisorCalled(AskedBy.CUSTOMER, NOW)
    there = after(called, c.Attend(DORIS, present=True), at=LATER).situation
    assert (there.attending, there.called) == (Attending(DORIS, LATER), None)


def test_an_advisor_is_there_since_they_came_and_another_one_takes_their_place() -> None:
    there = after(WAITING, c.Attend(DORIS, present=True))
    assert outcome(there, c.Attend(DORIS, present=True), LATER) == NOTHING
    assert after(there, c.Attend(EERO, present=True), at=LATER).situation.attending == Attending(EERO, LATER)
    # A shift may end: who says so need not be who came.
    assert after(there, c.Attend(EERO, present=False)).situation.attending is None


def test_nobody_is_called_who_is_there() -> None:
    there = after(WAITING, c.Attend(DORIS, present=True))
    assert outcome(there, CALL_FOR_HELP, LATER) == NOTHING


def test_the_first_who_called_is_shown_and_either_may_take_it_back() -> None:
    called = after(STAGES["connected"], c.CallAdvisor(AskedBy.EXPERT, wanted=True, occupant=ANNA))
    assert outcome(called, CALL_FOR_HELP, LATER) == NOTHING
    taken_back = after(called, c.CallAdvisor(AskedBy.CUSTOMER, wanted=False, occupant=KIOSK, session=SESSION))
    assert taken_back.situation.called is None


def test_what_is_concluded_during_the_call_is_said_by_its_record_alone() -> None:
    twice = (FollowUp.BOOK_TIME, FollowUp.BRING_DOCUMENTS, FollowUp.BOOK_TIME)
    decision = decide(STAGES["connected"], c.Conclude(ANNA, Resolution.SETTLED, twice), NOW)
    assert decision.effects == ()
    conclusion = Conclusion(Resolution.SETTLED, (FollowUp.BOOK_TIME, FollowUp.BRING_DOCUMENTS), NOW)
    assert decision.contact.situation.conclusion == conclusion


def test_what_is_concluded_afterwards_completes_the_record_and_may_be_mended() -> None:
    command = c.Conclude(ANNA, Resolution.STARTED, (FollowUp.BOOK_TIME,))
    decision = decide(SERVED, command, ENDED_AT + timedelta(seconds=61.9))
    said = Afterword(Resolution.STARTED, (FollowUp.BOOK_TIME,), expert_after_s=61)
    assert decision.effects == (CompleteServiceEvent(CALL_ID, said),)
    assert outcome(decision.contact, command, LATER) == NOTHING
    mended = decide(decision.contact, replace(command, follow_ups=()), ENDED_AT + timedelta(seconds=70))
    assert mended.effects == (CompleteServiceEvent(CALL_ID, Afterword(Resolution.STARTED, (), expert_after_s=70)),)


def test_finishing_tells_how_long_it_took_and_is_done_once() -> None:
    decision = decide(SERVED, c.Finish(), ENDED_AT + timedelta(minutes=4))
    assert decision.effects == (CompleteServiceEvent(CALL_ID, Afterword(advisor_after_s=240)),)
    assert outcome(decision.contact, c.Finish(), ENDED_AT + timedelta(minutes=5)) == NOTHING


def test_by_a_clock_that_was_set_back_it_took_no_time() -> None:
    decision = decide(SERVED, c.Finish(), ENDED_AT - timedelta(seconds=3))
    assert decision.effects == (CompleteServiceEvent(CALL_ID, Afterword(advisor_after_s=0)),)


def test_satisfaction_is_said_once() -> None:
    decision = decide(SERVED, c.Rate(2, SESSION), NOW)
    assert decision.effects == (CompleteServiceEvent(CALL_ID, Afterword(satisfaction=2)),)
    assert outcome(decision.contact, c.Rate(5, SESSION), NOW) == "refused: contact.rated"


@pytest.mark.parametrize(
    ("command", "within"),
    [
        (c.Conclude(ANNA, Resolution.SETTLED, ()), CONCLUDE_WITHIN),
        (c.Finish(), FINISH_WITHIN),
        (c.Rate(5, SESSION), RATE_WITHIN),
    ],
    ids=str,
)
def test_each_may_be_said_up_to_its_time_and_not_later(command: c.ContactCommand, within: timedelta) -> None:
    assert outcome(SERVED, command, ENDED_AT + within) != "refused: contact.over"
    assert outcome(SERVED, command, ENDED_AT + within + timedelta(microseconds=1)) == "refused: contact.over"
