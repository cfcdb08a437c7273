"""What is past its time, in bounded batches.

Contacts go by their ids, which grow with time: of the first ones those that ended long enough ago. Whatever belongs to
a contact goes with it, in the order in which one refers to the other.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Executable, Table, bindparam, delete, func, select

from palvelurinki.adapters.sql import audit_tables as a
from palvelurinki.adapters.sql import record_tables
from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.statements import Prepared, Wording
from palvelurinki.adapters.sql.types import UtcDateTime
from palvelurinki.adapters.sql.unit import Unit
from palvelurinki.domain.audit import in_words
from palvelurinki.domain.contact import ContactState
from palvelurinki.domain.retention import Kept

_before = bindparam("before", type_=UtcDateTime())
_ended = t.contact.c.state == t.word(ContactState.ENDED)
_first_contacts = (
    select(t.contact.c.id, t.contact.c.state, t.contact.c.ended_at)
    .order_by(t.contact.c.id)
    .limit(bindparam("most"))
    .subquery("first_contacts")
)
_CONTACTS_OVER: Final = select(_first_contacts.c.id).where(
    _first_contacts.c.state == t.word(ContactState.ENDED), _first_contacts.c.ended_at < _before
)


def _of_contacts(table: Table) -> Prepared:
    return Prepared(lambda wording: delete(table).where(wording.is_one_of(table.c.contact, "contacts")))


def _of_offers(table: Table) -> Prepared:
    def build(wording: Wording) -> Executable:
        offers = select(t.offer.c.id).where(wording.is_one_of(t.offer.c.contact, "contacts"))
        return delete(table).where(table.c.offer.in_(offers))

    return Prepared(build)


def _seats_of_contacts(wording: Wording) -> Executable:
    calls = select(t.call.c.id).where(wording.is_one_of(t.call.c.contact, "contacts"))
    return delete(t.seat).where(t.seat.c.call.in_(calls))


_ESTIMATES_OF = _of_contacts(t.estimate)
_PREDICTIONS_OF = _of_contacts(t.prediction)
_EXPLANATIONS_OF = _of_offers(t.explanation)
_RINGINGS_OF = _of_offers(t.ringing)
_OFFERS_OF = _of_contacts(t.offer)
_SEATS_OF = Prepared(_seats_of_contacts)
_CALLS_OF = _of_contacts(t.call)
_CONTACTS = Prepared(lambda wording: delete(t.contact).where(wording.is_one_of(t.contact.c.id, "contacts")))
_WITH_CONTACTS: Final = (
    *(_ESTIMATES_OF, _PREDICTIONS_OF, _EXPLANATIONS_OF, _RINGINGS_OF),
    *(_OFFERS_OF, _SEATS_OF, _CALLS_OF),
)

# Of each kind: the table, its key, since when a row is over.
_TIMED: Final = {
    Kept.EXPLANATIONS: (t.explanation.c.offer, t.explanation.c.made_at),
    Kept.ESTIMATES: (t.prediction.c.contact, t.prediction.c.made_at),
    Kept.SERVICE_EVENTS: (record_tables.service_event.c.id, record_tables.service_event.c.ended_at),
}
_OLDEST: Final = {
    kind: delete(key.table).where(
        key.in_(select(key).where(over_at < _before).order_by(over_at).limit(bindparam("most")))
    )
    for kind, (key, over_at) in _TIMED.items()
}
_EXPLANATIONS_OVER = _OLDEST[Kept.EXPLANATIONS]
_PREDICTIONS_OVER = _OLDEST[Kept.ESTIMATES]
_SERVICE_EVENTS_OVER = _OLDEST[Kept.SERVICE_EVENTS]
_COUNT: Final = {
    **{kind: select(func.count()).where(over_at < _before) for kind, (_, over_at) in _TIMED.items()},
    Kept.CONTACTS: select(func.count()).where(_ended, t.contact.c.ended_at < _before),
    Kept.AUDIT: select(func.count()).where(a.audit.c.at < bindparam("before")),
}
_TAKE_TURN = Prepared(
    lambda wording: (
        wording.insert(a.purge_turn)
        .values(begun_at=wording.now)
        .on_conflict_do_update(
            index_elements=[a.purge_turn.c.name],
            set_={"begun_at": wording.now},
            where=a.purge_turn.c.begun_at <= bindparam("last", type_=UtcDateTime()),
        )
    )
)


class SqlRetaining:
    """The port `Retaining`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def take_turn(self, not_since: timedelta) -> bool:
        """Whether it is the caller's turn to purge: nobody has begun to within `not_since`."""
        last = await self._unit.now() - not_since
        return await self._unit.change(_TAKE_TURN, {"name": "daily", "last": last}) == 1

    async def over(self, kind: Kept, before: datetime) -> int:
        """How many things of the kind were over by `before`."""
        value: Any = in_words(before) if kind is Kept.AUDIT else before
        count: int = await self._unit.value(_COUNT[kind], {"before": value})
        return count

    async def remove(self, kind: Kept, before: datetime, most: int) -> int:
        """Remove at most `most` of these, with all that belongs to them."""
        if kind is Kept.CONTACTS:
            return await self._remove_contacts(before, most)
        return await self._unit.change(_OLDEST[kind], {"before": before, "most": most})

    async def _remove_contacts(self, before: datetime, most: int) -> int:
        rows = await self._unit.rows(_CONTACTS_OVER, {"before": before, "most": most})
        contacts = sorted(row["id"] for row in rows)
        if not contacts:
            return 0
        for statement in _WITH_CONTACTS:
            await self._unit.change(statement, {"contacts": contacts})
        return await self._unit.change(_CONTACTS, {"contacts": contacts})
