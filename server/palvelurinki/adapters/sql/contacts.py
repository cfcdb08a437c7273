"""Contacts with their offers, calls and seats.

A transaction remembers what it loaded and locked, so that a second look costs nothing and saving writes only what
changed. One that assumes also remembers what it saw in a queue, and loads that for nothing. Whoever saves a contact
moves its version on, also when only a seat changed: the contact is the unit of consistency.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from palvelurinki.adapters.sql import contact_statements as q
from palvelurinki.adapters.sql.rows import (
    call_values,
    contact_of,
    contact_values,
    offer_of,
    offer_values,
    ringing_values,
    seat_values,
)
from palvelurinki.adapters.sql.unit import Row, Statement, Unit, Values
from palvelurinki.domain.call import Call, CallId
from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.directory import RingId, StaffId, TerminalId
from palvelurinki.domain.errors import Conflict
from palvelurinki.domain.offer import Offer, OfferId, OfferState


@dataclass(frozen=True, slots=True)
class _Held:
    """A contact as it now stands in the database, in this transaction.

    `offers`: how many were made of it, where that is known.
    """

    contact: Contact
    offers: int | None


class SqlContacts:
    """The port `Contacts`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._held: dict[ContactId, _Held] = {}
        self._seen: dict[ContactId, _Held] = {}
        # Loaded without a lock, and not saved.
        self._unsaved: set[ContactId] = set()
        if unit.assumes:
            unit.before_end(self._assume_unsaved)

    async def load(self, contact: ContactId) -> Contact | None:
        """The contact, locked for this transaction (not in one that only reads)."""
        held = self._held.get(contact)
        if held is not None:
            return held.contact
        seen = self._seen.get(contact)
        return await self._load(q.LOAD, contact) if seen is None else self._hold(seen)

    def recall(self, contact: Contact) -> bool:
        """Take it to stand as it was seen before, where that is assumed; False where it must be loaded."""
        if not self._unit.assumes or contact.id in self._held:
            return False
        self._hold(_Held(contact, None))
        return True

    async def load_of_offer(self, offer: OfferId) -> Contact | None:
        """The contact to which the offer belongs, locked likewise."""
        return await self._load(q.LOAD_OF_OFFER, offer)

    async def load_of_call(self, call: CallId) -> Contact | None:
        """The contact to which the call belongs, locked likewise."""
        return await self._load(q.LOAD_OF_CALL, call)

    async def add(self, contact: Contact) -> None:
        """A new contact. Raises TerminalBusy when the terminal has a live one."""
        offers = 0 if contact.offer is None else 1
        self._unit.put(q.ADD_CONTACT, {**contact_values(contact), "offers": offers, "version": contact.version})
        self._save_offer(contact, None, offers)
        self._save_call(contact.id, None, contact.call)
        self._held[contact.id] = _Held(contact, offers)

    async def save(self, contact: Contact) -> None:
        """Write what differs from what `load` gave; see the port for what it raises."""
        await self.load(contact.id)
        held = self._held.get(contact.id)
        if held is None or held.contact.version != contact.version:
            raise _moved_on(contact.id)
        before = held.contact
        if contact == before:
            return
        new_offer = contact.offer is not None and (before.offer is None or before.offer.id != contact.offer.id)
        values = {
            **_changed(contact_values(before), contact_values(contact)),
            "version": contact.version + 1,
            "saved": contact.id,
            "seen": contact.version,
        }
        offers = held.offers
        if new_offer:
            if offers is None:
                raise Conflict("how many offers were made before is not known here", contact=contact.id)
            offers += 1
            values["offers"] = offers
        self._unsaved.discard(contact.id)
        self._unit.put(q.SAVE_CONTACT, values, row=contact.id, refusal=lambda: _moved_on(contact.id))
        self._save_offer(contact, None if new_offer else before.offer, offers)
        self._save_call(contact.id, before.call, contact.call)
        self._held[contact.id] = _Held(replace(contact, version=contact.version + 1), offers)

    async def live_of_terminal(self, terminal: TerminalId) -> ContactId | None:
        """The terminal's contact that has not ended, if any."""
        found: ContactId | None = await self._unit.value(q.LIVE_OF_TERMINAL, {"terminal": terminal})
        return found

    async def live_of_staff(self, staff: StaffId) -> ContactId | None:
        """The contact that the person holds, by an open offer or a call, if any."""
        found: ContactId | None = await self._unit.value(q.LIVE_OF_STAFF, {"staff": staff})
        return found

    async def latest_of_terminals(self, terminals: Collection[TerminalId]) -> Mapping[TerminalId, Contact]:
        """The contact that came to each terminal last, ended or not; not locked."""
        if not terminals:
            return {}
        found = await self._contacts(q.LATEST_OF_TERMINALS, {"terminals": sorted(terminals)})
        return {contact.terminal: contact for contact in found}

    async def latest_offers_of(self, staff: Collection[StaffId]) -> Mapping[StaffId, tuple[Contact, Offer]]:
        """The newest offer that rang at each of these and its contact; not locked."""
        if not staff:
            return {}
        rows = await self._unit.rows(q.LATEST_OFFERS_OF, {"staff": sorted(staff)})
        found = {offer.id: (contact, offer) for contact, offer in await self._with_offers(rows)}
        return {row["of_staff"]: found[row["mine_id"]] for row in rows}

    async def latest_calls_of(self, staff: Collection[StaffId]) -> Mapping[StaffId, tuple[Contact, Call]]:
        """The newest call of each of these and its contact; not locked."""
        found = await self._by_staff(q.LATEST_CALLS_OF, staff)
        return {person: (contact, contact.call) for person, contact in found.items() if contact.call is not None}

    async def queued(self, rings: Collection[RingId]) -> Sequence[Contact]:
        """The contacts of these rings that are waiting, held or offered, by arrival; not locked."""
        if not rings:
            return []
        return await self._contacts(q.QUEUED, {"rings": sorted(rings)})

    async def waiting(self, rings: Collection[RingId]) -> Sequence[Contact]:
        """Of those, the ones that wait. What is loaded of them afterwards stands as it was seen here, or must."""
        if not rings:
            return []
        groups = _by_contact(await self._unit.rows(q.WAITING, {"rings": sorted(rings)}))
        found = [contact_of(group[0], group) for group in groups]
        if self._unit.assumes:
            for contact, group in zip(found, groups, strict=True):
                self._seen[contact.id] = _Held(contact, group[0]["contact_offers"])
        return found

    async def find_offer(self, offer: OfferId) -> tuple[Contact, Offer] | None:
        """An offer, the contact's latest or an earlier one, and its contact; not locked."""
        found = await self._with_offers(await self._unit.rows(q.FIND_OFFER, {"id": offer}))
        return found[0] if found else None

    async def recent_offers(self, ring: RingId, limit: int) -> Sequence[tuple[Contact, Offer]]:
        """The newest offers of the ring's contacts, open or closed, newest first; not locked."""
        return await self._with_offers(await self._unit.rows(q.RECENT_OFFERS, {"ring": ring, "limit": limit}))

    async def asked_at(self, staff: Collection[StaffId]) -> Mapping[StaffId, datetime]:
        """When each of these was last rung; those who never were are absent."""
        if not staff:
            return {}
        rows = await self._unit.rows(q.ASKED_AT, {"staff": sorted(staff)})
        return {row["staff"]: row["asked_at"] for row in rows if row["asked_at"] is not None}

    async def calls_since(self, staff: Collection[StaffId], since: datetime) -> Mapping[StaffId, int]:
        """How many offers each of these has accepted at `since` or later; those with none are absent."""
        if not staff:
            return {}
        rows = await self._unit.rows(q.CALLS_SINCE, {"staff": sorted(staff), "since": since})
        return {row["staff"]: row["calls"] for row in rows}

    async def rings_with_waiting(self) -> Sequence[RingId]:
        """The rings in which a contact waits, quiet or not: whoever comes on duty is asked about a quiet one too."""
        return [row["ring"] for row in await self._unit.rows(q.RINGS_WITH_WAITING)]

    async def rings_with_queue(self) -> Sequence[RingId]:
        """The rings in which a contact waits, is held or is being offered."""
        return [row["ring"] for row in await self._unit.rows(q.RINGS_WITH_QUEUE)]

    async def live_at(self, terminals: Collection[TerminalId]) -> Sequence[Contact]:
        """The live contacts of these terminals; not locked."""
        if not terminals:
            return []
        return await self._contacts(q.LIVE_AT, {"terminals": list(terminals)})

    async def held_by(self, staff: Collection[StaffId]) -> Mapping[StaffId, Contact]:
        """What each of these holds, by an offer that rings or a call; who holds nothing is absent. Not locked."""
        return await self._by_staff(q.HELD_BY, staff)

    async def claim(self, staff: StaffId, contact: ContactId) -> None:
        """The person holds the contact from now on. Raises StaffBusy when they hold one already."""
        self._unit.put(q.CLAIM, {"staff": staff, "contact": contact})

    async def free(self, staff: StaffId, contact: ContactId) -> None:
        """The person no longer holds the contact; that they did not is no error."""
        self._unit.put(q.FREE, {"staff": staff, "contact": contact}, row=(staff, contact))

    async def _contacts(self, statement: Statement, values: Values) -> list[Contact]:
        return [contact_of(group[0], group) for group in _by_contact(await self._unit.rows(statement, values))]

    async def _by_staff(self, statement: Statement, staff: Collection[StaffId]) -> dict[StaffId, Contact]:
        """One contact for each person (`of_staff`) whom the rows name; they stand in the order of the persons."""
        if not staff:
            return {}
        rows = await self._unit.rows(statement, {"staff": sorted(staff)})
        groups = ((person, list(group)) for person, group in groupby(rows, key=lambda row: row["of_staff"]))
        return {person: contact_of(group[0], group) for person, group in groups}

    async def _with_offers(self, rows: Sequence[Row]) -> list[tuple[Contact, Offer]]:
        """Contacts of rows that also name an offer of theirs (`mine_id`) with that offer, in the order of the rows."""
        groups = {mine: list(group) for mine, group in groupby(rows, key=lambda row: row["mine_id"])}
        elsewhere = sorted(mine for mine, group in groups.items() if group[0]["offer_id"] != mine)
        offers = await self._unit.rows(q.OFFERS, {"offers": elsewhere}) if elsewhere else []
        earlier = {mine: offer_of(list(group)) for mine, group in groupby(offers, key=lambda row: row["offer_id"])}
        return [
            (contact_of(group[0], group), earlier[mine] if mine in earlier else offer_of(group))
            for mine, group in groups.items()
        ]

    async def _load(self, loading: q.Loading, identifier: str) -> Contact | None:
        locks = self._unit.locks_to_read
        rows = await self._unit.rows(loading.locked if locks else loading.plain, {"id": identifier})
        if not rows:
            return None
        known = self._held.get(rows[0]["contact_id"])
        if known is not None:
            return known.contact
        if locks and rows[0][q.SEEN] != rows[0]["contact_version"]:
            rows = await self._unit.rows(q.LOAD.plain, {"id": rows[0]["contact_id"]})
        contact = contact_of(rows[0], rows)
        return self._hold(_Held(contact, rows[0]["contact_offers"])) if self._unit.writes else contact

    def _hold(self, held: _Held) -> Contact:
        self._held[held.contact.id] = held
        if self._unit.assumes:
            self._unsaved.add(held.contact.id)
        return held.contact

    def _assume_unsaved(self) -> None:
        for contact in sorted(self._unsaved):
            self._unit.assume(q.STANDS, {"id": contact, "seen": self._held[contact].contact.version})

    def _save_offer(self, contact: Contact, before: Offer | None, number: int | None) -> None:
        after = contact.offer
        if after is None or after == before:
            return
        values = offer_values(after)
        if before is None:
            added = {**values, "contact": contact.id, "number": number, "ring": contact.ring}
            self._unit.put(q.ADD_OFFER, added)
        elif after.state is OfferState.ACCEPTED and before.state is OfferState.OPEN:
            values = {**_changed(offer_values(before), values), "saved": after.id}
            self._unit.put(q.ACCEPT_OFFER, values, row=after.id, refusal=lambda: _run_out(contact.id))
        elif changed := _changed(offer_values(before), values):
            self._unit.put(q.SAVE_OFFER, {**changed, "saved": after.id}, row=after.id)
        self._save_ringings(before, after)

    def _save_ringings(self, before: Offer | None, after: Offer) -> None:
        known = {ringing.staff: ringing for ringing in before.ringings} if before is not None else {}
        moved = [
            {**ringing_values(ringing), "saved": after.id, "at": ringing.staff}
            for ringing in after.ringings
            if ringing.staff in known and ringing != known[ringing.staff]
        ]
        new = [
            {**ringing_values(ringing), "offer": after.id, "place": place, "opened_at": after.opened_at}
            for place, ringing in enumerate(after.ringings)
            if ringing.staff not in known
        ]
        for values in moved:
            self._unit.put(q.SAVE_RINGING, values, row=(after.id, values["at"]))
        # In one order everywhere, so that two offers that want the same people cannot wait for each other.
        for values in sorted(new, key=lambda values: values["staff"]):
            self._unit.put(q.ADD_RINGING, values)

    def _save_call(self, contact: ContactId, before: Call | None, after: Call | None) -> None:
        if after is None or after == before:
            return
        values = call_values(after)
        if before is None:
            self._unit.put(q.ADD_CALL, {**values, "contact": contact})
        elif changed := _changed(call_values(before), values):
            self._unit.put(q.SAVE_CALL, {**changed, "saved": after.id}, row=after.id)
        self._save_seats(before, after)

    def _save_seats(self, before: Call | None, after: Call) -> None:
        known = {seat.id: seat for seat in before.seats} if before is not None else {}
        moved = [
            {**seat_values(seat), "saved": seat.id}
            for seat in after.seats
            if seat.id in known and seat != known[seat.id]
        ]
        new = [
            {**seat_values(seat), "call": after.id, "place": place}
            for place, seat in enumerate(after.seats)
            if seat.id not in known
        ]
        for values in moved:
            self._unit.put(q.SAVE_SEAT, values, row=values["saved"])
        for values in new:
            self._unit.put(q.ADD_SEAT, values)


def _changed(before: Values, after: Values) -> Values:
    return {name: value for name, value in after.items() if before[name] != value}


def _by_contact(rows: Sequence[Row]) -> list[list[Row]]:
    # The rows of one contact stand together: they share the key by which all are ordered.
    return [list(group) for _, group in groupby(rows, key=lambda row: row["contact_id"])]


def _run_out(contact: ContactId) -> Conflict:
    return Conflict("the offer has run out meanwhile", contact=contact)


def _moved_on(contact: ContactId) -> Conflict:
    return Conflict("the contact has moved on", contact=contact)
