"""Decisions on the advisor: beside the customer or not, and asked to come. It is no seat (docs/decisions/0028)."""

from dataclasses import replace
from datetime import datetime

from palvelurinki.domain import commands as c
from palvelurinki.domain import events as e
from palvelurinki.domain.brokering.calling import require_own
from palvelurinki.domain.brokering.decision import Decision
from palvelurinki.domain.call import SeatState
from palvelurinki.domain.contact import Contact, ContactState
from palvelurinki.domain.errors import ContactElsewhere, ContactOver, NotInCall
from palvelurinki.domain.situation import AdvisorCalled, AskedBy, Attending


def attend(contact: Contact, command: c.Attend, now: datetime) -> Decision:
    """The advisor has come, which answers whoever asked for them; or whoever was there has gone."""
    _require_live(contact)
    known = contact.situation
    present = known.attending
    if command.present:
        # Who is there already came when they came.
        there = (
            present if present is not None and present.advisor == command.advisor else Attending(command.advisor, now)
        )
        after = replace(known, attending=there, called=None)
    else:
        after = replace(known, attending=None)
    if after == known:
        return Decision(contact)
    return Decision(replace(contact, situation=after), (e.AttendanceChanged(command.present),))


def call_advisor(contact: Contact, command: c.CallAdvisor, now: datetime) -> Decision:
    """Somebody in the contact asks for the advisor, or takes it back. One who is there need not be asked to come."""
    _require_live(contact)
    _require_part(contact, command)
    known = contact.situation
    if command.wanted and (known.called is not None or known.attending is not None):
        return Decision(contact)
    called = AdvisorCalled(command.by, now) if command.wanted else None
    if called == known.called:
        return Decision(contact)
    return Decision(
        replace(contact, situation=replace(known, called=called)), (e.AdvisorAsked(command.by, command.wanted),)
    )


def _require_live(contact: Contact) -> None:
    if contact.state is ContactState.ENDED:
        raise ContactOver("the contact has ended already", contact=contact.id)


def _require_part(contact: Contact, command: c.CallAdvisor) -> None:
    """Raise when who asks has no part in the contact, or no longer."""
    if command.by is AskedBy.CUSTOMER:
        if command.occupant != contact.terminal:
            raise ContactElsewhere("the contact is at another terminal", contact=contact.id)
        require_own(contact, command.occupant, command.session)
        return
    seat = contact.call.seat_of(command.occupant) if contact.call is not None else None
    if seat is None or seat.state is SeatState.LEFT:
        raise NotInCall("there is no seat for you in that contact's call", contact=contact.id)
