"""The audit log: notes are plain inserts in the transaction of what they tell of; whoever chains them comes later."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, delete, desc, insert, literal, select
from sqlalchemy.sql import Insert

from palvelurinki.adapters.sql import audit_tables as t
from palvelurinki.adapters.sql.availability import damage
from palvelurinki.adapters.sql.errors import REFUSALS
from palvelurinki.adapters.sql.legible import GUARDS, GUARDS_IN_FORCE, columns_of, number, text
from palvelurinki.adapters.sql.statements import Prepared, Statement, Wording
from palvelurinki.adapters.sql.unit import Row, Unit, Values
from palvelurinki.domain.audit import AuditAct, AuditMark, AuditNote, AuditRow, Details, MarkName, in_words
from palvelurinki.ports import AuditDamaged, AuditEnds, AuditFilter

_NOTE = Prepared(lambda wording: wording.insert(t.audit_pending).values(at=wording.now))
_WAITS = select(literal(1)).select_from(t.audit_pending).limit(1)
_WAITING = select(t.audit_pending).order_by(t.audit_pending.c.id).limit(bindparam("most"))
_CHAINED = delete(t.audit_pending).where(t.audit_pending.c.id == bindparam("chained"))
_ENDS = Prepared(lambda wording: select(*columns_of(t.audit_mark, wording)))
# On SQLite the whole database is the writer's.
_HEAD_TAKEN = (
    select(t.audit_mark.c.name)
    .where(t.audit_mark.c.name == literal(MarkName.HEAD.value))
    .with_for_update(skip_locked=True)
)
_ADD = insert(t.audit)
_FORGET = delete(t.audit).where(t.audit.c.seq <= bindparam("until"))
_ROWS = Prepared(
    lambda wording: (
        select(*columns_of(t.audit, wording))
        .where(t.audit.c.seq > bindparam("after"))
        .order_by(t.audit.c.seq)
        .limit(bindparam("most"))
    )
)
_FIELDS = tuple(each.name for each in fields(AuditRow))


def _move(wording: Wording) -> Insert:
    """Also where somebody has removed the mark."""
    statement = wording.insert(t.audit_mark)
    moved = {column.name: statement.excluded[column.name] for column in t.audit_mark.c if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=[t.audit_mark.c.name], set_=moved)


_MOVE = Prepared(_move)


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
        found = {text(row["name"]): row for row in await self._rows(_ENDS)}
        start, head = (_mark_of(name, found.get(name)) for name in (MarkName.START, MarkName.HEAD))
        return AuditEnds(start, head)

    async def take_ends(self) -> AuditEnds | None:
        """Both ends, for this transaction alone to move; None when another one has them now."""
        taken = not self._unit.locks or bool(await self._rows(_HEAD_TAKEN))
        ends = await self.ends()
        # A head that is not there cannot be taken, by this transaction or another: that is to be told.
        return ends if taken or ends.head.is_missing else None

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

    async def guards_missing(self) -> Sequence[str]:
        """Which triggers are gone, or disabled."""
        found = {row["name"] for row in await self._rows(GUARDS_IN_FORCE)}
        return [name for name in GUARDS if name not in found]

    async def rows(self, after: int, most: int) -> Sequence[AuditRow]:
        """The chain's rows beyond `after`, in order."""
        return [_row_of(row) for row in await self._rows(_ROWS, {"after": after, "most": most})]

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
        wanting = Prepared(
            lambda wording: (
                select(*columns_of(t.audit, wording))
                .where(*conditions)
                .order_by(desc(columns.seq))
                .limit(narrowed.limit)
            )
        )
        return [_row_of(row) for row in await self._rows(wanting)]

    async def _rows(self, statement: Statement, values: Values | None = None) -> Sequence[Row]:
        try:
            return await self._unit.rows(statement, values)
        except REFUSALS as error:
            told = damage(error)
            if told is None:
                raise
            raise AuditDamaged(f"the audit log is not as the server left it: {told}") from error

    def _move(self, ends: AuditEnds) -> None:
        for mark in (ends.start, ends.head):
            values = {"seq": mark.seq, "hash": mark.hash, "key": mark.key, "seal": mark.seal}
            self._unit.put(_MOVE, {"name": mark.name.value, **values}, row=mark.name)


def _note_of(row: Row) -> AuditNote:
    named = {name: row[name] for name in ("at", "actor", "organisation", "about", "why", "details")}
    return AuditNote(act=row["act"], **named)


def _mark_of(name: MarkName, row: Row | None) -> AuditMark:
    if row is None:
        return AuditMark.missing(name)
    seq = number(row["seq"])
    if seq is None:
        return AuditMark.unreadable(name)
    return AuditMark(name, seq, text(row["hash"]), text(row["key"]), text(row["seal"]))


def _row_of(row: Row) -> AuditRow:
    said = {name: text(row[name]) for name in _FIELDS if name not in {"seq", "organisation"}}
    organisation = row["organisation"]
    return AuditRow(seq=row["seq"], organisation=None if organisation is None else text(organisation), **said)


def _values_of(row: AuditRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _FIELDS}
