"""Nobody is rung for a terminal that has not shown that it can call (I11)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from palvelurinki.domain import commands as c
from palvelurinki.domain.brokering import decide
from palvelurinki.domain.contact import Contact, ContactOutcome, ContactState
from palvelurinki.domain.effects import DeadlineKind, SetDeadline
from palvelurinki.domain.offer import OfferId, OfferState, RingingState, WithdrawReason
from palvelurinki.domain.situation import LINE_PROOF_S, Line, LineFault
from tests.unit.domain.samples import BENGT, CONTACT_ID, NOW, SESSION, STAGES, WAITING
from tests.unit.domain.telling import NOTHING, Does, outcome, refused

UNPROVEN = replace(WAITING, line=Line.UNPROVEN)
FAULTS = (LineFault.RELAY, LineFault.MICROPHONE_SILENT)
FAILED = decide(UNPROVEN, c.ReportLine(FAULTS, SESSION), NOW).contact
PROOF_CLEARED = "clear:line_proof:contact-1"


@pytest.mark.parametrize("contact", [UNPROVEN, FAILED], ids=["unproven", "failed"])
def test_nobody_is_rung_for_it(contact: Contact) -> None:
    assert outcome(contact, c.MakeOffer(OfferId("o"), (BENGT,), 20), NOW) == refused("line.not_proven")
    assert not contact.may_be_offered


def test_an_ended_contact_is_refused_for_that_it_has_ended() -> None:
    over = replace(STAGES["ended, customer left"], line=Line.UNPROVEN)
    assert outcome(over, c.MakeOffer(OfferId("o"), (BENGT,), 20), NOW) == refused("state.refused")


@pytest.mark.parametrize("contact", [UNPROVEN, FAILED], ids=["unproven", "failed"])
def test_once_it_has_shown_that_it_can_it_may_be_offered(contact: Contact) -> None:
    report = c.ReportLine((), SESSION)
    assert outcome(contact, report, NOW) == Does("waiting", "LineReported", PROOF_CLEARED)
    proven = decide(contact, report, NOW).contact
    assert proven.may_be_offered
    assert proven.situation.line_faults == ()


def test_faults_are_kept_in_one_order_and_each_once() -> None:
    assert FAILED.line is Line.FAILED
    assert FAILED.situation.line_faults == (LineFault.MICROPHONE_SILENT, LineFault.RELAY)
    assert outcome(FAILED, c.ReportLine((*FAULTS[::-1], *FAULTS), SESSION), NOW) == NOTHING


def test_a_line_that_was_in_doubt_gets_no_more_time_by_failing() -> None:
    assert not decide(UNPROVEN, c.ReportLine(FAULTS, SESSION), NOW).effects


def test_a_line_that_fails_later_has_its_whole_time_from_then_on() -> None:
    decision = decide(WAITING, c.ReportLine(FAULTS, SESSION), NOW)
    due = NOW + timedelta(seconds=LINE_PROOF_S)
    assert decision.effects == (SetDeadline(DeadlineKind.LINE_PROOF, CONTACT_ID, due),)


def test_who_is_being_rung_is_left_in_peace_without_blame() -> None:
    after = decide(STAGES["offered to two"], c.ReportLine(FAULTS, SESSION), NOW).contact
    assert after.state is ContactState.WAITING
    assert after.offer is not None
    assert after.offer.state is OfferState.WITHDRAWN
    assert {(each.state, each.reason) for each in after.offer.ringings} == {
        (RingingState.WITHDRAWN, WithdrawReason.LINE_FAILED)
    }
    assert not after.passed_by
    assert not after.missed_by


@pytest.mark.parametrize("contact", [UNPROVEN, FAILED, replace(UNPROVEN, state=ContactState.HELD)])
def test_the_time_over_it_is_a_technical_failure(contact: Contact) -> None:
    decision = decide(contact, c.EndUnproven(), NOW)
    assert (decision.contact.state, decision.contact.outcome) == (
        ContactState.ENDED,
        ContactOutcome.TECHNICAL_FAILURE,
    )
    assert outcome(decision.contact, c.EndUnproven(), NOW) == NOTHING


@pytest.mark.parametrize("command", [c.LeaveContact(SESSION), c.CloseForToday()], ids=str)
def test_a_contact_that_ends_otherwise_leaves_no_deadline_of_its_line(command: c.ContactCommand) -> None:
    assert PROOF_CLEARED in str(outcome(UNPROVEN, command, NOW))
