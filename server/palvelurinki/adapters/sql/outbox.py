"""Events, written with what they tell of, and read by every node in the order of their commits."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, BindParameter, all_, and_, bindparam, func, select

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.statements import Prepared
from palvelurinki.adapters.sql.types import OldestRunning, TransactionNumber
from palvelurinki.adapters.sql.unit import Row, Unit
from palvelurinki.domain.contact import ContactId
from palvelurinki.ports import OutboxEntry

_ADD = Prepared(lambda wording: wording.insert(t.outbox).values(xid=TransactionNumber(), at=wording.now))


class SqlOutbox:
    """The port `Outbox`. Events are written at the end of the transaction, in one go."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._pending: list[dict[str, Any]] = []

    async def add(
        self,
        contact: ContactId | None,
        kind: str,
        payload: dict[str, object],
        topics: Collection[str],
        work: str | None = None,
    ) -> None:
        """One event."""
        if not self._pending:
            self._unit.before_end(self._write)
        values = {"contact": contact, "kind": kind, "payload": payload, "topics": sorted(topics), "work": work}
        self._pending.append(values)

    def _write(self) -> None:
        pending, self._pending = self._pending, []
        for values in pending:
            self._unit.put(_ADD, values)


# So many entries are read at once, however many there are: whoever reads asks again.
PAGE: Final = 1000

_cursor_id: BindParameter[int] = bindparam("after")
_floor: BindParameter[int] = bindparam("floor")
_LAST_ID = select(func.max(t.outbox.c.id))
_AFTER_ID = select(t.outbox).where(t.outbox.c.id > _cursor_id).order_by(t.outbox.c.id).limit(PAGE)

# One statement, and so one snapshot, tells both the rows and how far it is safe to come.
_here = select(OldestRunning().label("oldest_running")).subquery("here")
_BEGINNING = select(_here.c.oldest_running, t.outbox.c.id, t.outbox.c.xid).select_from(
    _here.outerjoin(t.outbox, t.outbox.c.xid >= _here.c.oldest_running)
)
_AFTER_POSITION = (
    select(_here.c.oldest_running, t.outbox)
    .select_from(
        _here.outerjoin(
            t.outbox,
            and_(t.outbox.c.xid >= _floor, t.outbox.c.id != all_(bindparam("seen", type_=ARRAY(BigInteger)))),
        )
    )
    .order_by(t.outbox.c.xid, t.outbox.c.id)
    .limit(PAGE)
)


@dataclass(frozen=True, slots=True)
class _Position:
    """How far a reader of PostgreSQL's outbox has come.

    Of transactions before `floor` all entries have been returned; of those from there on, the entries `seen` (id and
    transaction). A row whose transaction commits late is thus found later, and none twice. `seen` is bounded by what
    is written while the oldest transaction that still runs does so, and none of ours runs for more than seconds.
    """

    floor: int
    seen: Mapping[int, int]

    def text(self) -> str:
        return json.dumps({"floor": self.floor, "seen": sorted(self.seen.items())}, separators=(",", ":"))

    @classmethod
    def of(cls, text: str) -> "_Position":
        fields = json.loads(text)
        return cls(floor=fields["floor"], seen=dict(fields["seen"]))

    def beyond(self, rows: Sequence[Row], floor: int) -> "_Position":
        """The position once these have been returned and `floor` is safe."""
        told = {**self.seen, **{row["id"]: row["xid"] for row in rows}}
        return _Position(floor, {entry: xid for entry, xid in told.items() if xid >= floor})


async def outbox_since(unit: Unit, cursor: str | None) -> tuple[Sequence[OutboxEntry], str]:
    """See `ports.Store.outbox_since`. Raises ValueError for a cursor that was not given here."""
    if unit.dialect == "sqlite":
        return await _since_id(unit, cursor)
    if cursor is None:
        return [], await _beginning(unit)
    return await _since_position(unit, _Position.of(cursor))


async def _since_id(unit: Unit, cursor: str | None) -> tuple[Sequence[OutboxEntry], str]:
    if cursor is None:
        # No id is given twice, so whatever comes is beyond these, even when rows have been purged.
        return [], str(await unit.value(_LAST_ID) or 0)
    entries = [_entry_of(row) for row in await unit.rows(_AFTER_ID, {"after": int(cursor)})]
    return entries, str(entries[-1].id) if entries else cursor


async def _beginning(unit: Unit) -> str:
    rows = await unit.rows(_BEGINNING)
    written = [row for row in rows if row["id"] is not None]
    floor: int = rows[0]["oldest_running"]
    return _Position(floor, {}).beyond(written, floor).text()


async def _since_position(unit: Unit, before: _Position) -> tuple[Sequence[OutboxEntry], str]:
    rows = await unit.rows(_AFTER_POSITION, {"floor": before.floor, "seen": list(before.seen)})
    found = [row for row in rows if row["id"] is not None]
    floor: int = rows[0]["oldest_running"]
    if len(found) == PAGE:
        # Of the last row's transaction, and of those after it, there may be more.
        floor = min(floor, found[-1]["xid"])
    return [_entry_of(row) for row in found], before.beyond(found, floor).text()


def _entry_of(row: Row) -> OutboxEntry:
    return OutboxEntry(
        id=row["id"],
        at=row["at"],
        contact=row["contact"],
        kind=row["kind"],
        payload=row["payload"],
        topics=tuple(row["topics"]),
        work=row["work"],
    )
