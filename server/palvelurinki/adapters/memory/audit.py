"""The audit log in memory."""

from collections.abc import Sequence
from itertools import islice
from typing import Final

from palvelurinki.adapters.memory.unit import Unit
from palvelurinki.domain.audit import ORIGIN, AuditAct, AuditMark, AuditNote, AuditRow, Details, MarkName, in_words
from palvelurinki.ports import AuditEnds, AuditFilter

_BLANK: Final = {name: AuditMark(name, 0, ORIGIN, "", "") for name in MarkName}


class MemoryAudit:
    """The port `Audit`."""

    __slots__ = ("_unit",)

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
        tables = self._unit.tables
        tables.audit_last += 1
        note = AuditNote(self._unit.now(), actor, organisation, act, about, why, dict(details or {}))
        tables.audit_pending.add(tables.audit_last, note)

    async def waits(self) -> bool:
        """Whether a note has not been chained yet."""
        return bool(self._unit.tables.audit_pending.rows)

    async def waiting(self, most: int) -> Sequence[tuple[int, AuditNote]]:
        """Notes that have not been chained yet, those that came first."""
        return list(islice(self._unit.tables.audit_pending.rows.items(), most))

    async def ends(self) -> AuditEnds:
        """Both ends."""
        marks = self._unit.tables.audit_marks.rows
        return AuditEnds(*(marks.get(name, _BLANK[name]) for name in MarkName))

    async def take_ends(self) -> AuditEnds | None:
        """Both ends: whoever writes is alone in any case."""
        return await self.ends()

    async def chain(self, rows: Sequence[AuditRow], chained: Sequence[int], ends: AuditEnds) -> None:
        """Add the rows; the notes of which they are made wait no more."""
        for row in rows:
            self._unit.tables.audit.add(row.seq, row)
        for number in chained:
            self._unit.tables.audit_pending.remove(number)
        self._move(ends)

    async def forget(self, ends: AuditEnds) -> int:
        """Move the ends, and remove all rows up to the new start; returns how many."""
        self._move(ends)
        over = [seq for seq in self._unit.tables.audit.rows if seq <= ends.start.seq]
        for seq in over:
            self._unit.tables.audit.remove(seq)
        return len(over)

    async def guards_missing(self) -> Sequence[str]:
        """None: nobody gets at the rows but by this port."""
        return []

    async def rows(self, after: int, most: int) -> Sequence[AuditRow]:
        """The chain's rows beyond `after`, in order."""
        found = sorted((row for row in self._unit.tables.audit.values() if row.seq > after), key=lambda row: row.seq)
        return found[:most]

    async def find(self, narrowed: AuditFilter) -> Sequence[AuditRow]:
        """The chain's rows, newest first; `first` and `last` are both included."""
        found = [row for row in self._unit.tables.audit.values() if _is_wanted(row, narrowed)]
        return sorted(found, key=lambda row: row.seq, reverse=True)[: narrowed.limit]

    def _move(self, ends: AuditEnds) -> None:
        for mark in (ends.start, ends.head):
            self._unit.tables.audit_marks.put(mark.name, mark)


def _is_wanted(row: AuditRow, narrowed: AuditFilter) -> bool:
    return (
        narrowed.actor in {None, row.actor}
        and narrowed.act in {None, row.act}
        and narrowed.about in {None, row.about}
        and narrowed.organisation in {None, row.organisation}
        and (narrowed.first is None or row.at >= in_words(narrowed.first))
        and (narrowed.last is None or row.at <= in_words(narrowed.last))
    )
