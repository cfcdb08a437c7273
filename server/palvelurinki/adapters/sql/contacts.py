"""Contacts with their offers, calls and seats.

A transaction remembers what it loaded and locked, so that a second look costs nothing and saving writes only what
changed. Whoever saves a contact moves its version on, also when only a seat changed: the contact is the unit of
consistency.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from sqlalchemy import BindParameter, Executable, and_, bindparam, delete, desc, insert, select, update

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.rows import (
    CHILD_COLUMNS,
    CONTACT_COLUMNS,
    call_values,
    contact_of,
    contact_values,
    labelled,
    offer_of,
    offer_values,
    seat_values,
)
from palvelurinki.adapters.sql.unit import Unit, Values
from palvelurinki.domain.call import Call, CallId
from palvelurinki.domain.contact import Contact, ContactId, ContactState
from palvelurinki.domain.directory import RingId, StaffId, TerminalId
from palvelurinki.domain.errors import Conflict
from palvelurinki.domain.offer import Offer, OfferId

_latest_offer = and_(t.offer.c.contact == t.contact.c.id, t.offer.c.number == t.contact.c.offers)

# A contact with all that belongs to it: one row for each seat of its call, or one row when there is none.
_whole = select(*CONTACT_COLUMNS, *CHILD_COLUMNS).select_from(
    t.contact.outerjoin(t.offer, _latest_offer)
    .outerjoin(t.call, t.call.c.contact == t.contact.c.id)
    .outerjoin(t.seat, t.seat.c.call == t.call.c.id)
)
_by_arrival = (t.contact.c.requested_at, t.contact.c.id)
_id: BindParameter[str] = bindparam("id")
_staff: BindParameter[str] = bindparam("staff")
_terminal: BindParameter[str] = bindparam("terminal")

_WHOLE = _whole.where(t.contact.c.id == _id)
_LOCKED = select(*CONTACT_COLUMNS).where(t.contact.c.id == _id).with_for_update()
_CHILDREN = (
    select(*CHILD_COLUMNS)
    .select_from(
        t.offer.outerjoin(t.call, t.call.c.contact == t.offer.c.contact).outerjoin(t.seat, t.seat.c.call == t.call.c.id)
    )
    .where(t.offer.c.contact == _id, t.offer.c.number == bindparam("number"))
)

_OF_OFFER = select(t.offer.c.contact).where(t.offer.c.id == _id)
_OF_CALL = select(t.call.c.contact).where(t.call.c.id == _id)
_LIVE_OF_TERMINAL = select(t.contact.c.id).where(t.contact.c.terminal == _terminal, t.live_contact)
_LIVE_OF_STAFF = select(t.engagement.c.contact).where(t.engagement.c.staff == _staff)

_LATEST_OF_TERMINAL = _whole.where(
    t.contact.c.id
    == select(t.contact.c.id)
    .where(t.contact.c.terminal == _terminal)
    .order_by(desc(t.contact.c.requested_at), desc(t.contact.c.id))
    .limit(1)
    .scalar_subquery()
)
_mine = t.offer.alias("mine")
_LATEST_OFFER_OF = (
    _whole.add_columns(*labelled(_mine))
    .join(_mine, _mine.c.contact == t.contact.c.id)
    .where(
        _mine.c.id
        == select(t.offer.c.id)
        .where(t.offer.c.staff == _staff)
        .order_by(desc(t.offer.c.opened_at), desc(t.offer.c.id))
        .limit(1)
        .scalar_subquery()
    )
)
_LATEST_CALL_OF = _whole.where(
    t.contact.c.id
    == select(t.call.c.contact)
    .join(t.seat, t.seat.c.call == t.call.c.id)
    .where(t.seat.c.staff == _staff)
    .order_by(desc(t.call.c.started_at), desc(t.call.c.id))
    .limit(1)
    .scalar_subquery()
)
_QUEUED = _whole.where(t.contact.c.ring == bindparam("ring"), t.queued_contact).order_by(*_by_arrival)
_RINGS_WITH_WAITING = (
    select(t.contact.c.ring)
    .where(t.contact.c.state == t.word(ContactState.WAITING))
    .distinct()
    .order_by(t.contact.c.ring)
)
_LIVE_AT = _whole.where(t.contact.c.terminal.in_(bindparam("terminals", expanding=True)), t.live_contact).order_by(
    *_by_arrival
)

# These set the columns that they are given values for.
_ADD_CONTACT = insert(t.contact)
_ADD_OFFER = insert(t.offer)
_ADD_CALL = insert(t.call)
_ADD_SEAT = insert(t.seat)
_CLAIM = insert(t.engagement)
_SAVE_CONTACT = update(t.contact).where(t.contact.c.id == bindparam("saved"), t.contact.c.version == bindparam("seen"))
_SAVE_OFFER = update(t.offer).where(t.offer.c.id == bindparam("saved"))
_SAVE_CALL = update(t.call).where(t.call.c.id == bindparam("saved"))
_SAVE_SEAT = update(t.seat).where(t.seat.c.id == bindparam("saved"))
_FREE = delete(t.engagement).where(t.engagement.c.staff == _staff, t.engagement.c.contact == bindparam("contact"))


@dataclass(frozen=True, slots=True)
class _Held:
    """A contact as it now stands in the database, in this transaction."""

    contact: Contact
    offers: int


class SqlContacts:
    """The port `Contacts`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._held: dict[ContactId, _Held] = {}

    async def load(self, contact: ContactId) -> Contact | None:
        """The contact, locked for this transaction (not in one that only reads)."""
        held = self._held.get(contact)
        if held is None:
            held = await (self._load_locked(contact) if self._unit.locks else self._load(contact))
            if held is None:
                return None
            if self._unit.writes:
                self._held[contact] = held
        return held.contact

    async def add(self, contact: Contact) -> None:
        """A new contact. Raises TerminalBusy when the terminal has a live one."""
        offers = 0 if contact.offer is None else 1
        await self._unit.change(_ADD_CONTACT, {**contact_values(contact), "offers": offers, "version": contact.version})
        await self._save_offer(contact.id, None, contact.offer, offers)
        await self._save_call(contact.id, None, contact.call)
        self._held[contact.id] = _Held(contact, offers)

    async def save(self, contact: Contact) -> None:
        """Write what differs from what `load` gave; see the port for what it raises."""
        await self.load(contact.id)
        held = self._held.get(contact.id)
        if held is None or held.contact.version != contact.version:
            raise Conflict("the contact has moved on", contact=contact.id)
        before = held.contact
        if contact == before:
            return
        new_offer = contact.offer is not None and (before.offer is None or before.offer.id != contact.offer.id)
        offers = held.offers + 1 if new_offer else held.offers
        values = {
            **contact_values(contact),
            "offers": offers,
            "version": contact.version + 1,
            "saved": contact.id,
            "seen": contact.version,
        }
        if await self._unit.change(_SAVE_CONTACT, values) == 0:
            raise Conflict("the contact has moved on", contact=contact.id)
        await self._save_offer(contact.id, None if new_offer else before.offer, contact.offer, offers)
        await self._save_call(contact.id, before.call, contact.call)
        self._held[contact.id] = _Held(replace(contact, version=contact.version + 1), offers)

    async def of_offer(self, offer: OfferId) -> ContactId | None:
        """Whose offer it is."""
        found: ContactId | None = await self._unit.value(_OF_OFFER, {"id": offer})
        return found

    async def of_call(self, call: CallId) -> ContactId | None:
        """Whose call it is."""
        found: ContactId | None = await self._unit.value(_OF_CALL, {"id": call})
        return found

    async def live_of_terminal(self, terminal: TerminalId) -> ContactId | None:
        """The terminal's contact that has not ended, if any."""
        found: ContactId | None = await self._unit.value(_LIVE_OF_TERMINAL, {"terminal": terminal})
        return found

    async def live_of_staff(self, staff: StaffId) -> ContactId | None:
        """The contact that the person holds, by an open offer or a call, if any."""
        found: ContactId | None = await self._unit.value(_LIVE_OF_STAFF, {"staff": staff})
        return found

    async def latest_of_terminal(self, terminal: TerminalId) -> Contact | None:
        """The terminal's newest contact, ended or not; not locked."""
        found = await self._contacts(_LATEST_OF_TERMINAL, {"terminal": terminal})
        return found[0] if found else None

    async def latest_offer_of(self, staff: StaffId) -> tuple[Contact, Offer] | None:
        """The person's newest offer and its contact; not locked."""
        rows = await self._unit.rows(_LATEST_OFFER_OF, {"staff": staff})
        return (contact_of(rows[0], rows), offer_of(rows[0], _mine.name)) if rows else None

    async def latest_call_of(self, staff: StaffId) -> tuple[Contact, Call] | None:
        """The person's newest call and its contact; not locked."""
        found = await self._contacts(_LATEST_CALL_OF, {"staff": staff})
        if not found or found[0].call is None:
            return None
        return found[0], found[0].call

    async def queued(self, ring: RingId) -> Sequence[Contact]:
        """The ring's contacts that are waiting, held or offered, by arrival; not locked."""
        return await self._contacts(_QUEUED, {"ring": ring})

    async def rings_with_waiting(self) -> Sequence[RingId]:
        """The rings in which a contact waits, quiet or not: whoever comes on duty is asked about a quiet one too."""
        return [row["ring"] for row in await self._unit.rows(_RINGS_WITH_WAITING)]

    async def live_at(self, terminals: Collection[TerminalId]) -> Sequence[Contact]:
        """The live contacts of these terminals; not locked."""
        if not terminals:
            return []
        return await self._contacts(_LIVE_AT, {"terminals": list(terminals)})

    async def claim(self, staff: StaffId, contact: ContactId) -> None:
        """The person holds the contact from now on. Raises StaffBusy when they hold one already."""
        await self._unit.change(_CLAIM, {"staff": staff, "contact": contact})

    async def free(self, staff: StaffId, contact: ContactId) -> None:
        """The person no longer holds the contact; that they did not is no error."""
        await self._unit.change(_FREE, {"staff": staff, "contact": contact})

    async def _contacts(self, statement: Executable, values: Values) -> list[Contact]:
        rows = await self._unit.rows(statement, values)
        # The rows of one contact stand together: they share the key by which all are ordered.
        groups = (list(group) for _, group in groupby(rows, key=lambda row: row["contact_id"]))
        return [contact_of(group[0], group) for group in groups]

    async def _load(self, contact: ContactId) -> _Held | None:
        rows = await self._unit.rows(_WHOLE, {"id": contact})
        return _Held(contact_of(rows[0], rows), rows[0]["contact_offers"]) if rows else None

    async def _load_locked(self, contact: ContactId) -> _Held | None:
        # Two statements, because one could tear: when it had to wait for the lock, PostgreSQL reads the locked row
        # anew but takes the rows joined to it from before the wait.
        row = await self._unit.row(_LOCKED, {"id": contact})
        if row is None:
            return None
        offers: int = row["contact_offers"]
        children = await self._unit.rows(_CHILDREN, {"id": contact, "number": offers}) if offers else []
        return _Held(contact_of(row, children), offers)

    async def _save_offer(self, contact: ContactId, before: Offer | None, after: Offer | None, number: int) -> None:
        if after is None or after == before:
            return
        values = offer_values(after)
        if before is None:
            await self._unit.change(_ADD_OFFER, {**values, "contact": contact, "number": number})
        else:
            await self._unit.change(_SAVE_OFFER, {**values, "saved": after.id})

    async def _save_call(self, contact: ContactId, before: Call | None, after: Call | None) -> None:
        if after is None or after == before:
            return
        values = call_values(after)
        if before is None:
            await self._unit.change(_ADD_CALL, {**values, "contact": contact})
        elif values != call_values(before):
            await self._unit.change(_SAVE_CALL, {**values, "saved": after.id})
        await self._save_seats(before, after)

    async def _save_seats(self, before: Call | None, after: Call) -> None:
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
        if moved:
            await self._unit.change(_SAVE_SEAT, moved)
        if new:
            await self._unit.change(_ADD_SEAT, new)
