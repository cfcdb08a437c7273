"""Decisions of a contact that waits: it rests, changes its language, is left, or its ring closes."""

from dataclasses import replace
from datetime import datetime, timedelta

from palvelurinki.domain import commands as c
from palvelurinki.domain import events as e
from palvelurinki.domain.brokering.calling import end_call, require_own
from palvelurinki.domain.brokering.decision import Decision
from palvelurinki.domain.brokering.offering import withdraw
from palvelurinki.domain.contact import CONTACT, Contact, ContactOutcome, ContactState, ContactTrigger
from palvelurinki.domain.effects import ClearDeadline, DeadlineKind, SetDeadline
from palvelurinki.domain.errors import ContactOver
from palvelurinki.domain.offer import WithdrawReason
from palvelurinki.domain.situation import Line


def quiet(contact: Contact, command: c.QuietUntilRetry, now: datetime) -> Decision:
    """Everybody on duty has passed it by: nobody of them is asked for a time."""
    if contact.state is not ContactState.WAITING or contact.quiet_until is not None:
        return Decision(contact)
    until = now + timedelta(seconds=command.retry_after_s)
    return Decision(
        replace(contact, quiet_until=until),
        (e.ContactQuieted(),),
        (SetDeadline(DeadlineKind.CONTACT_RETRY, contact.id, until),),
    )


def end_quiet(contact: Contact, _command: c.EndQuiet, _now: datetime) -> Decision:
    """Everybody may be asked again."""
    if contact.quiet_until is None:
        return Decision(contact)
    return Decision(
        replace(contact, quiet_until=None, passed_by=frozenset(), missed_by=frozenset()), (e.ContactUnquieted(),)
    )


def reconsider(contact: Contact, command: c.Reconsider, _now: datetime) -> Decision:
    """Who let it ring out says that they are there: they may be asked again, at once."""
    if command.staff not in contact.missed_by or contact.state is ContactState.ENDED:
        return Decision(contact)
    back = frozenset({command.staff})
    return Decision(
        replace(contact, passed_by=contact.passed_by - back, missed_by=contact.missed_by - back),
        (e.ContactReconsidered(),),
    )


def close_for_today(contact: Contact, _command: c.CloseForToday, now: datetime) -> Decision:
    """The ring has closed. An offer that rings at that moment is left to its end: then the question comes again."""
    if contact.state is ContactState.OFFERED and contact.offer is not None:
        again = max(contact.offer.expires_at, now + timedelta(seconds=1))
        return Decision(contact, effects=(SetDeadline(DeadlineKind.CLOSING, contact.id, again),))
    if contact.state not in {ContactState.WAITING, ContactState.HELD}:
        return Decision(contact)
    return end_waiting(contact, ContactOutcome.RING_CLOSED, WithdrawReason.CUSTOMER_LEFT, now)


def set_language(contact: Contact, command: c.SetLanguage, _now: datetime) -> Decision:
    """The customer changed the language to be served in."""
    if contact.language == command.language or contact.state is ContactState.ENDED:
        return Decision(contact)
    require_own(contact, contact.terminal, command.session)
    return Decision(replace(contact, language=command.language), (e.LanguageSet(command.language),))


def leave_contact(contact: Contact, command: c.LeaveContact, now: datetime) -> Decision:
    """The customer goes; in a call, that ends it. When somebody else stands there by now, the customer was lost."""
    if contact.call is not None:
        return end_call(contact, contact.call, now, lost=not contact.goes_on_for(contact.terminal, command.session))
    return end_waiting(contact, ContactOutcome.CUSTOMER_LEFT, WithdrawReason.CUSTOMER_LEFT, now)


def close_for_customer(contact: Contact, _command: c.CloseForCustomer, now: datetime) -> Decision:
    """The advisor says that the customer has gone; a call ends."""
    if contact.state is ContactState.ENDED:
        raise ContactOver("the contact has ended already", contact=contact.id)
    if contact.call is not None:
        return end_call(contact, contact.call, now)
    return end_waiting(contact, ContactOutcome.CUSTOMER_LEFT, WithdrawReason.CUSTOMER_LEFT, now)


def end_waiting(contact: Contact, outcome: ContactOutcome, why: WithdrawReason, now: datetime) -> Decision:
    """A contact that was not answered ends with `outcome`; an offer of it is withdrawn at once (I5)."""
    state = CONTACT.next(contact.state, ContactTrigger.END)
    offer, events, effects = withdraw(contact.offer, why, now)
    return Decision(
        replace(contact, state=state, outcome=outcome, ended_at=now, offer=offer, quiet_until=None),
        (*events, e.ContactEnded(outcome)),
        (
            *effects,
            ClearDeadline(DeadlineKind.CONTACT_RETRY, contact.id),
            ClearDeadline(DeadlineKind.CLOSING, contact.id),
            ClearDeadline(DeadlineKind.OCCUPANT_GRACE, contact.terminal),
            # One that can call has none.
            *(() if contact.line is Line.PROVEN else (ClearDeadline(DeadlineKind.LINE_PROOF, contact.id),)),
        ),
    )
