"""The unit of work: one transaction as the repositories see it."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from sqlalchemy import select

from palvelurinki.adapters.sql.compiled import CLOCK, Arguments, Compiled, DialectName, Row, Values
from palvelurinki.adapters.sql.driver import Lock, Session, Unmet, Write
from palvelurinki.adapters.sql.errors import translated
from palvelurinki.adapters.sql.queue import Queue
from palvelurinki.adapters.sql.statements import NOW, Prepared, Statement, prepared
from palvelurinki.adapters.sql.types import DatabaseNow
from palvelurinki.domain.errors import Conflict, PalvelurinkiError

__all__ = ["Clock", "Row", "Statement", "Unit", "Values"]

Clock: TypeAlias = Callable[[], datetime]
Refusal: TypeAlias = Callable[[], PalvelurinkiError]

_NOW: Final = Prepared(select(DatabaseNow().label(CLOCK)))


class Unit:
    """A session, its clock, and what is to be written before it ends.

    Writes are put off (`put`) and carried out together, at the end or before a statement that reads a table which one
    of them changes. So a refusal may come later than the call that caused it, but never after the commit.

    `writes` is false for a transaction that only reads. One that is `assuming` locks nothing as it reads; repositories
    `assume` what they read instead, which is stated again with the writes (docs/decisions/0019). `clock`, when given,
    stands in for the database's, which is asked at most once: time goes on from there by this process's clock.
    """

    def __init__(
        self, session: Session, dialect: DialectName, clock: Clock | None, *, writes: bool, assuming: bool = False
    ) -> None:
        self._session = session
        self.dialect = dialect
        self._clock = clock
        self._queue = Queue()
        self._refused = False
        self._at_end: list[Callable[[], None]] = []
        self._assumed: list[Write] = []
        self._written = False
        self._read: tuple[datetime, float] | None = None
        # What the database said in this transaction, and when by this process's clock.
        self.told_time: tuple[datetime, float] | None = None
        self.writes = writes
        # On SQLite the whole database is the writer's, and nobody is in between.
        self.assumes = writes and assuming and dialect == "postgresql"
        # The configuration in force, when it was learnt along with something else.
        self.revision: int | None = None

    @property
    def locks(self) -> bool:
        """Whether rows are locked one by one: on SQLite the whole database is the writer's."""
        return self.writes and self.dialect == "postgresql"

    @property
    def locks_to_read(self) -> bool:
        """Whether rows are locked as they are read, for a transaction that does not assume."""
        return self.locks and not self.assumes

    async def hold(self, lock: Lock) -> None:
        """Begin with the lock; the first thing that is done in a transaction."""
        with self._noting_refusal(), translated():
            await self._session.hold(lock)

    async def now(self) -> datetime:
        """The time of the store's clock."""
        if self._clock is not None:
            return self._clock()
        read = self._read
        while read is None:
            await self.rows(_NOW)
            read = self._read
        database, here = read
        now = database + timedelta(seconds=asyncio.get_running_loop().time() - here)
        # SQLite tells whole milliseconds, the past one: counted on more finely, its next word would be of before.
        return now if self.dialect == "postgresql" else now.replace(microsecond=now.microsecond // 1000 * 1000)

    def set_clock(self, told: tuple[datetime, float] | None) -> None:
        """Go on from what the database said a moment ago, instead of asking for it; None: ask."""
        self._read = told

    async def rows(self, statement: Statement, values: Values | None = None) -> Sequence[Row]:
        """All rows."""
        compiled, arguments = self._worded(statement, values or {})
        if self._queue.changes(compiled.tables):
            await self._flush(last=False)
        with self._noting_refusal(), translated():
            rows = await self._session.rows(compiled, arguments)
        if compiled.tells_clock and rows:
            self._set_clock(rows[0][CLOCK])
        return rows

    async def row(self, statement: Statement, values: Values | None = None) -> Row | None:
        """The only row, or none."""
        rows = await self.rows(statement, values)
        return rows[0] if rows else None

    async def value(self, statement: Statement, values: Values | None = None) -> Any:  # noqa: ANN401  # the column's
        """The first column of the only row, or None."""
        rows = await self.rows(statement, values)
        return next(iter(rows[0].values())) if rows else None

    async def change(self, statement: Statement, values: Values | None = None) -> int:
        """Write at once; returns how many rows changed."""
        self._require_writing()
        await self._flush(last=False)
        compiled, arguments = self._worded(statement, values or {})
        return (await self._write([Write(compiled, arguments)], last=False))[0]

    async def change_many(self, statement: Statement, values: Sequence[Values]) -> None:
        """Write at once, and once for each of the values."""
        self._require_writing()
        await self._flush(last=False)
        worded = [self._worded(statement, each) for each in values]
        with self._noting_refusal(), translated():
            await self._session.write_many(worded[0][0], [arguments for _, arguments in worded])

    def put(self, statement: Statement, values: Values, *, row: object = None, refusal: Refusal | None = None) -> None:
        """Write later. `row` names what it changes, when that may be changed twice.

        `refusal` makes the error that is raised when it finds nothing to change.
        """
        self._require_writing()
        compiled, arguments = self._worded(statement, values)
        self._queue.add(Write(compiled, arguments, refusal is not None), row, refusal)

    def assume(self, statement: Statement, values: Values) -> None:
        """Whatever is written, only if `statement` then still finds, and locks, a row. Raises Conflict in the end."""
        self._assumed.append(Write(*self._worded(statement, values), needed=True))

    def before_end(self, write: Callable[[], None]) -> None:
        """Have `write` called before the commit, to put what it has kept."""
        self._at_end.append(write)

    async def finish(self) -> None:
        """Write what was put off. Raises Conflict when a statement was refused before and the caller went on.

        PostgreSQL would take such a commit for a rollback without a word.
        """
        if self._refused:
            raise Conflict("a statement of this transaction was refused; none of it was done")
        # Forgotten as they are called: they belong to repositories that hold this unit, and a transaction that leaves
        # such a circle behind leaves it to the garbage collector, whose pauses everybody feels.
        while self._at_end:
            self._at_end.pop(0)()
        # What only read, read what was true when it did.
        if self._queue or self._written:
            for each in sorted(self._assumed, key=_in_locking_order):
                self._queue.add(each, None, _moved_on)
        await self._flush(last=True)

    async def _flush(self, *, last: bool) -> None:
        waves = self._queue.take()
        for number, wave in enumerate(waves, 1):
            try:
                await self._write([each.write for each in wave], last=last and number == len(waves))
            except Unmet as error:
                refusals = [each.refusal for each in wave if each.refusal is not None]
                make = refusals[0] if len(refusals) == 1 else _moved_on
                raise make() from error

    async def _write(self, writes: Sequence[Write], *, last: bool) -> Sequence[int]:
        self._written = True
        with self._noting_refusal(), translated():
            return await self._session.write(writes, last=last)

    def _set_clock(self, database: datetime) -> None:
        # The answer took its time, so this clock is behind the database's by that much, and never ahead of it. Where
        # one that was set before is less behind, it stays: time does not go back within a transaction.
        here = asyncio.get_running_loop().time()
        self.told_time = (database, here)
        if self._read is None or database > self._read[0] + timedelta(seconds=here - self._read[1]):
            self._read = (database, here)

    def _worded(self, statement: Statement, values: Values) -> tuple[Compiled, Arguments]:
        own_clock = self._clock is not None
        compiled, wants_time = prepared(statement).compiled(self.dialect, tuple(values), own_clock=own_clock)
        if wants_time and self._clock is not None:
            values = {**values, NOW: self._clock()}
        return compiled, compiled.arguments(values)

    def _require_writing(self) -> None:
        if not self.writes:
            raise RuntimeError("this transaction only reads")

    def _noting_refusal(self) -> "_Noting":
        return _Noting(self)

    def note_refusal(self) -> None:
        """A statement was refused: the transaction is not to be committed."""
        self._refused = True


def _in_locking_order(assumed: Write) -> tuple[int, str]:
    """Rows are locked in one order everywhere: contact, presence, connection, and by their keys."""
    tables = assumed.statement.tables
    return 0 if "contact" in tables else 1 if "presence" in tables else 2, str(assumed.arguments)


def _moved_on() -> PalvelurinkiError:
    return Conflict("what this transaction rests on has moved on")


class _Noting:
    """Notes that a statement failed."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._unit.note_refusal()
