"""Decisions of what is known afterwards: the expert's conclusion, the advisor's last task, the customer's satisfaction.

They complete the record that a call left, and never make one.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from palvelurinki.domain import commands as c
from palvelurinki.domain import events as e
from palvelurinki.domain.brokering.calling import require_own
from palvelurinki.domain.brokering.decision import Decision
from palvelurinki.domain.call import SeatKind
from palvelurinki.domain.contact import CONTACT, Contact
from palvelurinki.domain.effects import Afterword, CompleteServiceEvent, Effect
from palvelurinki.domain.errors import AlreadyRated, ContactOver, NotInCall, TransitionRefused
from palvelurinki.domain.situation import CONCLUDE_WITHIN, FINISH_WITHIN, RATE_WITHIN, Conclusion


class Afterwards(StrEnum):
    """What is done once a contact has ended."""

    FINISH = "finish"
    RATE = "rate"


def conclude(contact: Contact, command: c.Conclude, now: datetime) -> Decision:
    """The expert writes down what became of the matter, or something else in its place."""
    call = contact.call
    seat = call.seat_of(command.staff) if call is not None else None
    if call is None or seat is None or seat.kind is not SeatKind.EXPERT:
        raise NotInCall("you are not the expert of that call", contact=contact.id)
    if call.ended_at is not None and now > call.ended_at + CONCLUDE_WITHIN:
        raise ContactOver("the call has been over for too long", call=call.id)
    before = contact.situation.conclusion
    # Each once, in the order in which they were said.
    conclusion = Conclusion(command.resolution, tuple(dict.fromkeys(command.follow_ups)), now)
    if before is not None and replace(conclusion, at=before.at) == before:
        return Decision(contact)
    afterword = Afterword(conclusion.resolution, conclusion.follow_ups, expert_after_s=_after_s(call.ended_at, now))
    return Decision(
        replace(contact, situation=replace(contact.situation, conclusion=conclusion)),
        (e.CallConcluded(call.id, conclusion.resolution),),
        # A call that goes on has left no record yet: it will say so itself.
        _completes(contact, afterword) if call.ended_at is not None else (),
    )


def finish(contact: Contact, _command: c.Finish, now: datetime) -> Decision:
    """The advisor has done what is done afterwards. Once is enough."""
    _require_within(contact, Afterwards.FINISH, FINISH_WITHIN, now)
    if contact.situation.finished_at is not None:
        return Decision(contact)
    return Decision(
        replace(contact, situation=replace(contact.situation, finished_at=now)),
        (e.ContactFinished(),),
        _completes(contact, Afterword(advisor_after_s=_after_s(contact.ended_at, now))),
    )


def rate(contact: Contact, command: c.Rate, now: datetime) -> Decision:
    """The customer says how satisfied they are, once."""
    require_own(contact, contact.terminal, command.session)
    _require_within(contact, Afterwards.RATE, RATE_WITHIN, now)
    if contact.situation.satisfaction is not None:
        raise AlreadyRated("that has been said already", contact=contact.id)
    return Decision(
        replace(contact, situation=replace(contact.situation, satisfaction=command.satisfaction)),
        (e.ContactRated(command.satisfaction),),
        _completes(contact, Afterword(satisfaction=command.satisfaction)),
    )


def _require_within(contact: Contact, what: Afterwards, within: timedelta, now: datetime) -> None:
    """Raise when the contact goes on, or has been over for longer than that."""
    if contact.ended_at is None:
        raise TransitionRefused(CONTACT.name, contact.state, what)
    if now > contact.ended_at + within:
        raise ContactOver("the contact has been over for too long", contact=contact.id)


def _completes(contact: Contact, afterword: Afterword) -> tuple[Effect, ...]:
    """Only a call leaves a record, which can be completed."""
    return () if contact.call is None else (CompleteServiceEvent(contact.call.id, afterword),)


def _after_s(ended_at: datetime | None, now: datetime) -> int:
    """How many whole seconds after the end; none before it, or by a clock that was set back."""
    return 0 if ended_at is None else max(0, int((now - ended_at).total_seconds()))
