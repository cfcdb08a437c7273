"""The audit log: notes are plain inserts in the transaction of what they tell of; whoever chains them comes later."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, delete, desc, insert, literal, select, update

from palvelurinki.adapters.sql import audit_tables as t
from palvelurinki.adapters.sql.statements import Prepared
from palvelurinki.adapters.sql.unit import Row, Unit
from palvelurinki.domain.audit import AuditAct, AuditMark, AuditNote, AuditRow, Details, MarkName, in_words
from palvelurinki.ports import AuditEnds, AuditFilter

_NOTE = Prepared(lambda wording: wording.insert(t.audit_pending).values(at=wording.now))
_WAITS = select(literal(1)).select_from(t.audit_pending).limit(1)
_WAITING = select(t.audit_pending).order_by(t.audit_pending.c.id).limit(bindparam("most"))
_CHAINED = delete(t.audit_pending).where(t.audit_pending.c.id == bindparam("chained"))
_ENDS = select(t.audit_mark)
# On SQLite the whole database is the writer's.
_HEAD_TAKEN = (
    select(t.audit_mark.c.name)
    .where(t.audit_mark.c.name == literal(MarkName.HEAD.value))
    .with_for_update(skip_locked=True)
)
_ADD = insert(t.audit)
_MOVE = update(t.audit_mark).where(t.audit_mark.c.name == bindparam("moved"))
_FORGET = delete(t.audit).where(t.audit.c.seq <= bindparam("until"))
_ROWS = select(t.audit).where(t.audit.c.seq > bindparam("after")).order_by(t.audit.c.seq).limit(bindparam("most"))
_FIELDS = tuple(each.name for each in fields(AuditRow))


class SqlAudit:
    """The port `Audit`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def note(
        self,
        actor: str,
        act: AuditAct,
        about: str = "",
        why: str = "",
        organisation: str | None = None,
        details: Details | None = None,
    ) -> None:
        """Note an act in this transaction."""
        values = {"actor": actor, "act": act.value, "about": about, "why": why}
        self._unit.put(_NOTE, {**values, "organisation": organisation, "details": dict(details or {})})

    async def waits(self) -> bool:
        """Whether a note has not been chained yet."""
        return await self._unit.value(_WAITS) is not None

    async def waiting(self, most: int) -> Sequence[tuple[int, AuditNote]]:
        """Notes that have not been chained yet, those that came first."""
        return [(row["id"], _note_of(row)) for row in await self._unit.rows(_WAITING, {"most": most})]

    async def ends(self) -> AuditEnds:
        """Both ends."""
        marks = {row["name"]: _mark_of(row) for row in await self._unit.rows(_ENDS)}
        return AuditEnds(marks[MarkName.START], marks[MarkName.HEAD])

    async def take_ends(self) -> AuditEnds | None:
        """Both ends, for this transaction alone to move; None when another one has them now."""
        if self._unit.locks and await self._unit.row(_HEAD_TAKEN) is None:
            return None
        return await self.ends()

    async def chain(self, rows: Sequence[AuditRow], chained: Sequence[int], ends: AuditEnds) -> None:
        """Add the rows; the notes of which they are made wait no more."""
        if rows:
            await self._unit.change_many(_ADD, [_values_of(row) for row in rows])
        if chained:
            await self._unit.change_many(_CHAINED, [{"chained": number} for number in chained])
        self._move(ends)

    async def forget(self, ends: AuditEnds) -> int:
        """Move the ends, and remove all rows up to the new start; returns how many."""
        self._move(ends)
        return await self._unit.change(_FORGET, {"until": ends.start.seq})

    async def rows(self, after: int, most: int) -> Sequence[AuditRow]:
        """The chain's rows beyond `after`, in order."""
        return [_row_of(row) for row in await self._unit.rows(_ROWS, {"after": after, "most": most})]

    async def find(self, narrowed: AuditFilter) -> Sequence[AuditRow]:
        """The chain's rows, newest first; `first` and `last` are both included."""
        columns = t.audit.c
        wanted = (
            (columns.actor, narrowed.actor),
            (columns.act, narrowed.act),
            (columns.about, narrowed.about),
            (columns.organisation, narrowed.organisation),
        )
        conditions = [column == value for column, value in wanted if value is not None]
        if narrowed.first is not None:
            conditions.append(columns.at >= in_words(narrowed.first))
        if narrowed.last is not None:
            conditions.append(columns.at <= in_words(narrowed.last))
        statement = select(t.audit).where(*conditions).order_by(desc(columns.seq)).limit(narrowed.limit)
        return [_row_of(row) for row in await self._unit.rows(statement)]

    def _move(self, ends: AuditEnds) -> None:
        for mark in (ends.start, ends.head):
            values = {"seq": mark.seq, "hash": mark.hash, "key": mark.key, "seal": mark.seal}
            self._unit.put(_MOVE, {"moved": mark.name.value, **values}, row=mark.name)


def _note_of(row: Row) -> AuditNote:
    named = {name: row[name] for name in ("at", "actor", "organisation", "about", "why", "details")}
    return AuditNote(act=row["act"], **named)


def _mark_of(row: Row) -> AuditMark:
    return AuditMark(MarkName(row["name"]), row["seq"], row["hash"], row["key"], row["seal"])


def _row_of(row: Row) -> AuditRow:
    return AuditRow(**{name: row[name] for name in _FIELDS})


def _values_of(row: AuditRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _FIELDS}
