"""Contacts with their offers, calls and seats."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from heapq import nlargest

from palvelurinki.adapters.memory.table import BrokenRule
from palvelurinki.adapters.memory.tables import CallRow, EngagementRow, OfferRow, staff_busy
from palvelurinki.adapters.memory.unit import Unit
from palvelurinki.domain.call import Call, CallId
from palvelurinki.domain.contact import QUEUED_STATES, Contact, ContactId, ContactState
from palvelurinki.domain.directory import RingId, StaffId, TerminalId
from palvelurinki.domain.errors import Conflict
from palvelurinki.domain.offer import Offer, OfferId, OfferState, RingingState


class MemoryContacts:
    """The port `Contacts`. A contact's row holds its latest offer and its call; each offer has a row of its own too."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def load(self, contact: ContactId) -> Contact | None:
        """The contact; a transaction that writes is the only one, so it is locked."""
        return self._unit.tables.contacts.get(contact)

    def recall(self, contact: Contact) -> bool:  # noqa: ARG002
        """Nothing is assumed here."""
        return False

    async def load_of_offer(self, offer: OfferId) -> Contact | None:
        """The contact to which the offer belongs."""
        row = self._unit.tables.offers.get(offer)
        return None if row is None else self._unit.tables.contacts.get(row.contact)

    async def load_of_call(self, call: CallId) -> Contact | None:
        """The contact to which the call belongs."""
        row = self._unit.tables.calls.get(call)
        return None if row is None else self._unit.tables.contacts.get(row.contact)

    async def add(self, contact: Contact) -> None:
        """A new contact. Raises TerminalBusy when the terminal has a live one."""
        self._unit.tables.contacts.add(contact.id, contact)
        self._put_children(None, contact)

    async def save(self, contact: Contact) -> None:
        """Write what `load` gave; see the port for what it raises."""
        before = self._unit.tables.contacts.get(contact.id)
        if before is None or before.version != contact.version:
            raise Conflict("the contact has moved on", contact=contact.id)
        if contact == before:
            return
        expires_at = _accepted_by(before.offer, contact.offer)
        if expires_at is not None and self._unit.now() >= expires_at:
            raise Conflict("the offer has run out meanwhile", contact=contact.id)
        self._unit.tables.contacts.put(contact.id, replace(contact, version=contact.version + 1))
        self._put_children(before, contact)

    async def live_of_terminal(self, terminal: TerminalId) -> ContactId | None:
        """The terminal's contact that has not ended, if any."""
        return self._unit.tables.contacts.holder("contact_live_terminal", terminal)

    async def live_of_staff(self, staff: StaffId) -> ContactId | None:
        """The contact that the person holds, by an open offer or a call, if any."""
        row = self._unit.tables.engagements.get(staff)
        return None if row is None else row.contact

    async def latest_of_terminals(self, terminals: Collection[TerminalId]) -> Mapping[TerminalId, Contact]:
        """The contact that came to each terminal last, ended or not."""
        found = (row for row in self._unit.tables.contacts.values() if row.terminal in terminals)
        # The newest comes last, and stays.
        return {row.terminal: row for row in sorted(found, key=_by_placing)}

    async def latest_offers_of(self, staff: Collection[StaffId]) -> Mapping[StaffId, tuple[Contact, Offer]]:
        """The newest offer that rang at each of these and its contact."""
        contacts = self._unit.tables.contacts.rows
        return {
            ringing.staff: (contacts[row.contact], row.offer)
            for row in sorted(self._unit.tables.offers.values(), key=_by_opening)
            for ringing in row.offer.ringings
            if ringing.staff in staff
        }

    async def latest_calls_of(self, staff: Collection[StaffId]) -> Mapping[StaffId, tuple[Contact, Call]]:
        """The newest call of each of these and its contact."""
        contacts = self._unit.tables.contacts.rows
        return {
            seat.staff: (contacts[row.contact], row.call)
            for row in sorted(self._unit.tables.calls.values(), key=lambda row: (row.call.started_at, row.call.id))
            for seat in row.call.seats
            if seat.staff is not None and seat.staff in staff
        }

    async def queued(self, rings: Collection[RingId]) -> Sequence[Contact]:
        """The contacts of these rings that wait, are held or offered, by arrival."""
        return sorted(
            (row for row in self._live() if row.ring in rings and row.state in QUEUED_STATES), key=_by_arrival
        )

    async def waiting(self, rings: Collection[RingId]) -> Sequence[Contact]:
        """Of those, the ones that wait."""
        return [contact for contact in await self.queued(rings) if contact.state is ContactState.WAITING]

    async def find_offer(self, offer: OfferId) -> tuple[Contact, Offer] | None:
        """An offer, the contact's latest or an earlier one, and its contact."""
        row = self._unit.tables.offers.get(offer)
        return None if row is None else (self._unit.tables.contacts.rows[row.contact], row.offer)

    async def recent_offers(self, ring: RingId, limit: int) -> Sequence[tuple[Contact, Offer]]:
        """The newest offers of the ring's contacts, open or closed, newest first."""
        contacts = self._unit.tables.contacts.rows
        found = (row for row in self._unit.tables.offers.values() if contacts[row.contact].ring == ring)
        return [(contacts[row.contact], row.offer) for row in nlargest(limit, found, key=_by_opening)]

    async def asked_at(self, staff: Collection[StaffId]) -> Mapping[StaffId, datetime]:
        """When each of these was last rung; those who never were are absent."""
        asked: dict[StaffId, datetime] = {}
        for row in self._unit.tables.offers.values():
            at = row.offer.opened_at
            for ringing in row.offer.ringings:
                if ringing.staff in staff and (ringing.staff not in asked or asked[ringing.staff] < at):
                    asked[ringing.staff] = at
        return asked

    async def calls_since(self, staff: Collection[StaffId], since: datetime) -> Mapping[StaffId, int]:
        """How many offers each of these has accepted since; those with none are absent."""
        return Counter(
            ringing.staff
            for row in self._unit.tables.offers.values()
            for ringing in row.offer.ringings
            if ringing.staff in staff
            and ringing.state is RingingState.ACCEPTED
            and ringing.closed_at is not None
            and ringing.closed_at >= since
        )

    async def rings_with_waiting(self) -> Sequence[RingId]:
        """The rings in which a contact waits, quiet or not."""
        return sorted({row.ring for row in self._live() if row.state is ContactState.WAITING})

    async def rings_with_queue(self) -> Sequence[RingId]:
        """The rings in which a contact waits, is held or is being offered."""
        return sorted({row.ring for row in self._live() if row.state in QUEUED_STATES})

    async def live_at(self, terminals: Collection[TerminalId]) -> Sequence[Contact]:
        """The live contacts of these terminals."""
        return sorted((row for row in self._live() if row.terminal in terminals), key=_by_arrival)

    async def held_by(self, staff: Collection[StaffId]) -> Mapping[StaffId, Contact]:
        """What each of these holds, by an offer that rings or a call; who holds nothing is absent."""
        engaged = self._unit.tables.engagements.rows
        contacts = self._unit.tables.contacts.rows
        return {person: contacts[engaged[person].contact] for person in staff if person in engaged}

    async def claim(self, staff: StaffId, contact: ContactId) -> None:
        """The person holds the contact from now on. Raises StaffBusy when they hold one already."""
        if contact not in self._unit.tables.contacts.rows:
            raise BrokenRule("engagement", contact)
        self._unit.tables.engagements.add(staff, EngagementRow(contact), staff_busy())

    async def free(self, staff: StaffId, contact: ContactId) -> None:
        """The person no longer holds the contact; that they did not is no error."""
        row = self._unit.tables.engagements.get(staff)
        if row is not None and row.contact == contact:
            self._unit.tables.engagements.remove(staff)

    def _live(self) -> Iterator[Contact]:
        contacts = self._unit.tables.contacts
        return (contacts.rows[each] for each in contacts.holders("contact_live_terminal"))

    def _put_children(self, before: Contact | None, after: Contact) -> None:
        offer, call = after.offer, after.call
        if offer is not None and (before is None or offer != before.offer):
            if before is not None and before.offer is not None and before.offer.id == offer.id:
                self._unit.tables.offers.put(offer.id, OfferRow(after.id, offer))
            else:
                self._unit.tables.offers.add(offer.id, OfferRow(after.id, offer))
        if call is not None and (before is None or call != before.call):
            self._unit.tables.calls.put(call.id, CallRow(after.id, call))


def _accepted_by(before: Offer | None, after: Offer | None) -> datetime | None:
    """Until when the offer can be accepted, which it is being."""
    accepts = before is not None and after is not None and before.state is OfferState.OPEN
    return after.expires_at if after is not None and accepts and after.state is OfferState.ACCEPTED else None


def _by_opening(row: OfferRow) -> tuple[object, ...]:
    return row.offer.opened_at, row.offer.id


def _by_placing(row: Contact) -> tuple[object, ...]:
    return row.placed_at, row.id


def _by_arrival(row: Contact) -> tuple[object, ...]:
    return row.requested_at, row.id
