"""Decisions told in short, so that a whole matrix of them can be read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from palvelurinki.domain.brokering import Decision, decide
from palvelurinki.domain.commands import ContactCommand
from palvelurinki.domain.contact import Contact
from palvelurinki.domain.effects import (
    Claim,
    ClearDeadline,
    CompleteServiceEvent,
    DropHandoffs,
    Effect,
    Free,
    GoOn,
    RecordServiceEvent,
    SetDeadline,
)
from palvelurinki.domain.errors import Refused


@dataclass(frozen=True, slots=True)
class Does:
    """A decision in short: the state it leads to, the events by name, the effects by name and whom they are about."""

    state: str
    events: str
    effects: str = ""


NOTHING: Final = "nothing"


def refused(code: str) -> str:
    """Refused with this code."""
    return f"refused: {code}"


def outcome(contact: Contact, command: ContactCommand, now: datetime) -> Does | str:
    """What deciding does, in short: a `Does`, NOTHING, or `refused(code)`."""
    try:
        decision = decide(contact, command, now)
    except Refused as error:
        return refused(error.code)
    if decision == Decision(contact):
        return NOTHING
    return told(decision)


def told(decision: Decision) -> Does:
    """The decision in short."""
    return Does(
        str(decision.contact.state),
        " ".join(type(event).__name__ for event in decision.events),
        " ".join(_effect(effect) for effect in decision.effects),
    )


def _effect(effect: Effect) -> str:  # noqa: PLR0911  # one a kind
    match effect:
        case SetDeadline():
            return f"set:{effect.kind}:{effect.subject}"
        case ClearDeadline():
            return f"clear:{effect.kind}:{effect.subject}"
        case Claim():
            return f"claim:{effect.staff}"
        case Free():
            return f"free:{effect.staff}:{effect.reason}"
        case RecordServiceEvent():
            return f"record:{effect.call.id}:{effect.offer.id}"
        case CompleteServiceEvent():
            return f"complete:{effect.call}"
        case DropHandoffs():
            return f"drop:{','.join(effect.contacts)}"
        case GoOn():
            return f"go_on:{','.join(each.contact for each in effect.matters)}"
