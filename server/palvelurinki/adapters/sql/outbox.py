"""Events, written with what they tell of, and read by every node in the order of their commits."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.errors import translated
from palvelurinki.adapters.sql.statements import Prepared
from palvelurinki.adapters.sql.types import OldestRunning, TransactionNumber
from palvelurinki.adapters.sql.unit import Unit
from palvelurinki.domain.contact import ContactId
from palvelurinki.ports import OutboxEntry

_ADD = Prepared(lambda wording: wording.insert(t.outbox).values(xid=TransactionNumber(), at=wording.now))


class SqlOutbox:
    """The port `Outbox`. Events are written at the end of the transaction, in one go."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._pending: list[dict[str, Any]] = []
        unit.before_end(self._write)

    async def add(
        self, contact: ContactId | None, kind: str, payload: dict[str, object], topics: Collection[str]
    ) -> None:
        """One event."""
        self._pending.append({"contact": contact, "kind": kind, "payload": payload, "topics": sorted(topics)})

    async def _write(self) -> None:
        pending, self._pending = self._pending, []
        if pending:
            await self._unit.change(_ADD, pending)


@dataclass(frozen=True, slots=True)
class _Position:
    """How far a reader of PostgreSQL's outbox has come.

    Transactions before `floor` had all ended; of those from there on, the entries `seen` have been returned. A row
    whose transaction commits late is thus found later, and none twice.
    """

    floor: int
    seen: frozenset[int]

    def text(self) -> str:
        return json.dumps({"floor": self.floor, "seen": sorted(self.seen)}, separators=(",", ":"))

    @classmethod
    def of(cls, text: str) -> "_Position":
        fields = json.loads(text)
        return cls(floor=fields["floor"], seen=frozenset(fields["seen"]))


async def outbox_since(connection: AsyncConnection, cursor: str | None) -> tuple[Sequence[OutboxEntry], str]:
    """See `ports.Store.outbox_since`. Raises ValueError for a cursor that was not given here."""
    with translated():
        if connection.dialect.name == "sqlite":
            return await _since_id(connection, cursor)
        return await _since_position(connection, cursor)


async def _since_id(connection: AsyncConnection, cursor: str | None) -> tuple[Sequence[OutboxEntry], str]:
    if cursor is None:
        # No id is given twice, so whatever comes is beyond these, even when rows have been purged.
        last = await connection.scalar(select(func.max(t.outbox.c.id)))
        return [], str(last or 0)
    rows = (
        await connection.execute(select(t.outbox).where(t.outbox.c.id > int(cursor)).order_by(t.outbox.c.id))
    ).mappings()
    entries = [_entry_of(row) for row in rows]
    return entries, str(entries[-1].id) if entries else cursor


async def _since_position(connection: AsyncConnection, cursor: str | None) -> tuple[Sequence[OutboxEntry], str]:
    # One statement, and so one snapshot, tells both the rows and how far it is safe to come.
    before = _Position(0, frozenset()) if cursor is None else _Position.of(cursor)
    here = select(OldestRunning().label("oldest_running")).subquery()
    start = here.c.oldest_running if cursor is None else before.floor
    rows = (
        (
            await connection.execute(
                select(here.c.oldest_running, t.outbox)
                .select_from(here.outerjoin(t.outbox, t.outbox.c.xid >= start))
                .order_by(t.outbox.c.id)
            )
        )
        .mappings()
        .all()
    )
    floor = rows[0]["oldest_running"]
    found = [row for row in rows if row["id"] is not None]
    after = _Position(floor, frozenset(row["id"] for row in found if row["xid"] >= floor))
    if cursor is None:
        return [], after.text()
    return [_entry_of(row) for row in found if row["id"] not in before.seen], after.text()


def _entry_of(row: RowMapping) -> OutboxEntry:
    return OutboxEntry(
        id=row["id"],
        at=row["at"],
        contact=row["contact"],
        kind=row["kind"],
        payload=row["payload"],
        topics=tuple(row["topics"]),
    )
