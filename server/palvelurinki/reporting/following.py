"""Following: a document after a transaction, from what that transaction saved. Pure.

A node that has just committed knows what it wrote, and shows it without asking the database. Each contact and status
has a version that only grows, so news that come late change nothing. What cannot be told from the news alone is read.
"""

from dataclasses import replace

from palvelurinki.application.changes import Changes
from palvelurinki.domain.call import Call
from palvelurinki.domain.contact import Contact
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.offer import Offer
from palvelurinki.domain.routing import Grounds
from palvelurinki.reporting.documents import (
    Document,
    StaffDocument,
    TerminalDocument,
    away_from,
    noted,
    rings_at,
)


def followed(document: Document | None, changes: Changes) -> Document | None:
    """The document after these changes, which are all that has happened to it; None when it must be read."""
    if isinstance(document, TerminalDocument):
        return _terminal(document, changes)
    if isinstance(document, StaffDocument):
        return _staff(document, changes)
    return None


def _terminal(document: TerminalDocument, changes: Changes) -> TerminalDocument | None:
    before = document.contact
    own = [each for each in changes.contacts.values() if each.terminal == document.terminal]
    # Until when somebody's place is kept stands elsewhere.
    if len(own) != 1 or away_from(own[0]):
        return None
    after = own[0]
    if before is not None:
        if before.id == after.id and before.version >= after.version:
            return document
        if before.id != after.id and (before.placed_at, before.id) > (after.placed_at, after.id):
            return document
    return TerminalDocument(document.terminal, after)


def _staff(document: StaffDocument, changes: Changes) -> StaffDocument | None:
    staff, presence = document.staff, document.presence
    news = changes.presences.get(staff)
    if news is not None and news.version > presence.version:
        presence = news
    offer, call = document.offer, document.call
    for contact in changes.contacts.values():
        offer = _latest_offer(offer, contact, staff)
        call = _latest_call(call, contact, staff)
    if call is not None and away_from(call[0]):
        return None
    grounds: Grounds | None = None
    if offer is not None and rings_at(offer[1], staff):
        if offer[1].id in changes.grounds:
            grounds = changes.grounds[offer[1].id]
        elif document.offer is not None and document.offer[1].id == offer[1].id and document.grounds is not None:
            grounds = document.grounds
        else:
            return None
    after = StaffDocument(staff, presence, offer, call, grounds)
    # A note is never told with what was decided, but stays as it was read until somebody says that it is another one.
    wanted = noted(after.shown)
    if any(each not in document.notes for each in wanted):
        return None
    return replace(after, notes={each: document.notes[each] for each in wanted}) if wanted else after


def _latest_offer(
    before: tuple[Contact, Offer] | None, contact: Contact, staff: StaffId
) -> tuple[Contact, Offer] | None:
    offer = contact.offer if contact.offer is not None and contact.offer.ringing_of(staff) is not None else None
    if before is None:
        return None if offer is None else (contact, offer)
    if before[0].id == contact.id and before[0].version >= contact.version:
        return before
    if offer is not None and (offer.opened_at, offer.id) >= (before[1].opened_at, before[1].id):
        return contact, offer
    # The contact may go on without them.
    return (contact, before[1]) if before[0].id == contact.id else before


def _latest_call(before: tuple[Contact, Call] | None, contact: Contact, staff: StaffId) -> tuple[Contact, Call] | None:
    call = contact.call
    if call is None or all(seat.staff != staff for seat in call.seats):
        return before
    if before is None:
        return contact, call
    if before[0].id == contact.id and before[0].version >= contact.version:
        return before
    return (contact, call) if (call.started_at, call.id) >= (before[1].started_at, before[1].id) else before
