"""Decisions of a visit with several matters: they are contacts one after the other, never two at once.

Those that are still to come stand in the situation of the present one, in their order.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from palvelurinki.domain import commands as c
from palvelurinki.domain import events as e
from palvelurinki.domain.brokering.decision import Decision
from palvelurinki.domain.contact import Contact, ContactOutcome, ContactState
from palvelurinki.domain.effects import DropHandoffs, Effect, GoOn
from palvelurinki.domain.errors import ContactOver, TooManyMatters, UnknownThing

MATTERS_AT_MOST: Final = 5
"""How many may be still to come."""

# After these nobody stands at the terminal, or it is of no use.
_VISIT_ENDS: Final = frozenset(
    {ContactOutcome.CUSTOMER_LEFT, ContactOutcome.TERMINAL_LOST, ContactOutcome.TECHNICAL_FAILURE}
)


def take_note(contact: Contact, command: c.TakeNote, _now: datetime) -> Decision:
    """Whether there is a handoff note. The caller keeps it elsewhere, in the same transaction. Raises ContactOver."""
    _require_live(contact)
    if contact.situation.noted == command.there:
        return Decision(contact)
    noted = replace(contact, situation=replace(contact.situation, noted=command.there))
    return Decision(noted, (e.NoteTaken(),), () if command.there else (DropHandoffs((contact.id,)),))


def add_matter(contact: Contact, command: c.AddMatter, _now: datetime) -> Decision:
    """The customer has come for this too. Raises ContactOver, TooManyMatters."""
    _require_live(contact)
    further = contact.situation.further
    if len(further) >= MATTERS_AT_MOST:
        raise TooManyMatters("so many matters are not queued for one customer", limit=MATTERS_AT_MOST)
    return Decision(
        replace(contact, situation=replace(contact.situation, further=(*further, command.matter))),
        (e.MatterAdded(command.matter.contact),),
    )


def drop_matter(contact: Contact, command: c.DropMatter, _now: datetime) -> Decision:
    """It is not taken up, and its note is destroyed. Raises ContactOver, UnknownThing."""
    _require_live(contact)
    further = contact.situation.further
    dropped = next((each for each in further if each.contact == command.matter), None)
    if dropped is None:
        raise UnknownThing("matter", command.matter)
    left = tuple(each for each in further if each is not dropped)
    return Decision(
        replace(contact, situation=replace(contact.situation, further=left)),
        (e.MatterDropped(command.matter),),
        (DropHandoffs((dropped.contact,)),) if dropped.noted else (),
    )


def ended(before: Contact, command: c.ContactCommand, decision: Decision) -> Decision:
    """The decision, with what becomes of notes and further matters if it is the one that ends the contact."""
    contact = decision.contact
    if contact.state is not ContactState.ENDED or before.state is ContactState.ENDED:
        return decision
    known = before.situation
    goes_on = known.further and _customer_stays(before, command, contact.outcome)
    over: list[str] = [contact.id] if known.noted else []
    if not goes_on:
        over.extend(each.contact for each in known.further if each.noted)
    effects: list[Effect] = [*decision.effects]
    if over:
        effects.append(DropHandoffs(tuple(over)))
    if goes_on:
        effects.append(GoOn(known.further))
    return replace(decision, effects=tuple(effects)) if len(effects) > len(decision.effects) else decision


def _customer_stays(before: Contact, command: c.ContactCommand, outcome: ContactOutcome | None) -> bool:
    """Whether the customer is still there, as far as anybody knows."""
    if isinstance(command, c.CloseForCustomer | c.LeaveContact):
        # Who hangs up leaves the call; this is said when they have gone, or somebody else stands there.
        return False
    if isinstance(command, c.EndGrace) and command.occupant == before.terminal:
        return False
    return outcome not in _VISIT_ENDS


def _require_live(contact: Contact) -> None:
    if contact.state is ContactState.ENDED:
        raise ContactOver("the contact has ended", contact=contact.id)
