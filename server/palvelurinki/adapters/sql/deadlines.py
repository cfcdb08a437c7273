"""What falls due when."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Executable, bindparam, delete, func, select, tuple_

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.statements import Prepared, Wording
from palvelurinki.adapters.sql.types import UtcDateTime
from palvelurinki.adapters.sql.unit import Unit
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.ports import Deadline

_key = tuple_(t.deadline.c.kind, t.deadline.c.subject)

# Clearing skips what another transaction has just taken. That one will remove it; should it fail, the deadline falls
# due once more and finds nothing to do. Waiting for it instead would be a deadlock: whoever clears a deadline holds
# the contact that the taker waits for.
_CLEAR = delete(t.deadline).where(
    _key.in_(
        select(t.deadline.c.kind, t.deadline.c.subject)
        .where(t.deadline.c.kind == bindparam("of_kind"), t.deadline.c.subject == bindparam("of_subject"))
        .with_for_update(skip_locked=True)
    )
)

_FIRST_DUE = Prepared(
    lambda wording: (
        wording.with_clock(select(t.deadline))
        .where(t.deadline.c.due <= wording.now_once)
        .order_by(t.deadline.c.due, t.deadline.c.kind, t.deadline.c.subject)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
)
_TAKE = delete(t.deadline).where(
    t.deadline.c.kind == bindparam("of_kind"), t.deadline.c.subject == bindparam("of_subject")
)
_NEXT_DUE = Prepared(
    lambda wording: wording.with_clock(select(func.min(t.deadline.c.due, type_=UtcDateTime()).label("due")))
)
_DUE_OF = Prepared(
    lambda wording: select(t.deadline.c.subject, t.deadline.c.due).where(
        t.deadline.c.kind == bindparam("of_kind"), wording.is_one_of(t.deadline.c.subject, "subjects")
    )
)


def _upsert(wording: Wording) -> Executable:
    statement = wording.insert(t.deadline)
    return statement.on_conflict_do_update(
        index_elements=[t.deadline.c.kind, t.deadline.c.subject], set_={"due": statement.excluded.due}
    )


_SET = Prepared(_upsert)


class SqlDeadlines:
    """The port `Deadlines`. Setting and clearing are put off to the end of the transaction and done in one go."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._pending: dict[tuple[str, str], datetime | None] = {}

    async def set(self, deadline: Deadline) -> None:
        """Set or replace the deadline of this kind and subject."""
        self._put_off(deadline.kind, deadline.subject, deadline.due)

    async def clear(self, kind: DeadlineKind, subject: str) -> None:
        """Remove it, if it is there."""
        self._put_off(kind, subject, None)

    async def take_due(self) -> Deadline | None:
        """The deadline that fell due longest ago, removed and locked in this transaction."""
        self._write()
        row = await self._unit.row(_FIRST_DUE)
        if row is None:
            return None
        self._unit.put(_TAKE, {"of_kind": row["kind"], "of_subject": row["subject"]})
        return Deadline(DeadlineKind(row["kind"]), row["subject"], row["due"])

    async def due_of(self, kind: DeadlineKind, subjects: Collection[str]) -> Mapping[str, datetime]:
        """When those of these subjects fall due that have a deadline of the kind."""
        self._write()
        rows = await self._unit.rows(_DUE_OF, {"of_kind": kind.value, "subjects": list(subjects)})
        return {row["subject"]: row["due"] for row in rows}

    async def next_due(self) -> datetime | None:
        """When the next one falls due."""
        self._write()
        due: datetime | None = await self._unit.value(_NEXT_DUE)
        return due

    def _put_off(self, kind: DeadlineKind, subject: str, due: datetime | None) -> None:
        if not self._pending:
            self._unit.before_end(self._write)
        self._pending[kind.value, subject] = due

    def _write(self) -> None:
        pending, self._pending = sorted(self._pending.items(), key=lambda item: item[0]), {}
        for (kind, subject), due in pending:
            if due is None:
                self._unit.put(_CLEAR, {"of_kind": kind, "of_subject": subject})
        for (kind, subject), due in pending:
            if due is not None:
                self._unit.put(_SET, {"kind": kind, "subject": subject, "due": due})
