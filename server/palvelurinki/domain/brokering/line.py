"""Decisions of the line: nobody is rung for a terminal that has not shown that it can call (I11).

That it cannot is a technical failure and nobody's fault: whoever is being rung meanwhile is left in peace.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from palvelurinki.domain import commands as c
from palvelurinki.domain import events as e
from palvelurinki.domain.brokering.calling import require_own
from palvelurinki.domain.brokering.decision import Decision
from palvelurinki.domain.brokering.offering import withdraw
from palvelurinki.domain.brokering.waiting import end_waiting
from palvelurinki.domain.contact import CONTACT, QUEUED_STATES, Contact, ContactOutcome, ContactState, ContactTrigger
from palvelurinki.domain.effects import ClearDeadline, DeadlineKind, Effect, SetDeadline
from palvelurinki.domain.offer import WithdrawReason
from palvelurinki.domain.situation import LINE_PROOF_S, Line, LineFault


def report_line(contact: Contact, command: c.ReportLine, now: datetime) -> Decision:
    """The terminal has checked. A report that comes when the contact no longer waits decides nothing."""
    if contact.state not in QUEUED_STATES:
        return Decision(contact)
    require_own(contact, contact.terminal, command.session)
    line = Line.FAILED if command.faults else Line.PROVEN
    faults = tuple(sorted(set(command.faults)))
    if (line, faults) == (contact.line, contact.situation.line_faults):
        return Decision(contact)
    if line is Line.PROVEN:
        proven = replace(contact, line=line, situation=replace(contact.situation, line_faults=()))
        return Decision(proven, (e.LineReported(line),), (ClearDeadline(DeadlineKind.LINE_PROOF, contact.id),))
    decision = doubted(contact, line, faults, now)
    return replace(decision, events=(*decision.events, e.LineReported(line)))


def doubted(contact: Contact, line: Line, faults: tuple[LineFault, ...], now: datetime) -> Decision:
    """A queued contact whose terminal cannot call, or has yet to show it: it is offered to nobody any more.

    The time that it has for that begins when it was first in doubt.
    """
    offer, events, withdrawn = withdraw(contact.offer, WithdrawReason.LINE_FAILED, now)
    state = contact.state
    if state is ContactState.OFFERED:
        state = CONTACT.next(state, ContactTrigger.RELEASE)
    due: tuple[Effect, ...] = ()
    if contact.line is Line.PROVEN:
        due = (SetDeadline(DeadlineKind.LINE_PROOF, contact.id, now + timedelta(seconds=LINE_PROOF_S)),)
    situation = replace(contact.situation, line_faults=faults)
    return Decision(
        replace(contact, state=state, offer=offer, line=line, situation=situation), events, (*withdrawn, *due)
    )


def end_unproven(contact: Contact, _command: c.EndUnproven, now: datetime) -> Decision:
    """The time is over. Nobody was rung, so it is no missed call."""
    if contact.state not in QUEUED_STATES or contact.line is Line.PROVEN:
        return Decision(contact)
    return end_waiting(contact, ContactOutcome.TECHNICAL_FAILURE, WithdrawReason.LINE_FAILED, now)
