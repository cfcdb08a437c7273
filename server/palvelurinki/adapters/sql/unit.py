"""The unit of work: one transaction as the repositories see it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import CursorResult, Executable, RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from palvelurinki.adapters.sql.errors import translated
from palvelurinki.adapters.sql.statements import NOW, Prepared
from palvelurinki.adapters.sql.types import DatabaseNow
from palvelurinki.domain.errors import Conflict

Clock: TypeAlias = Callable[[], datetime]
Values: TypeAlias = dict[str, Any]
Statement: TypeAlias = Executable | Prepared

_NOW = select(DatabaseNow())


class Unit:
    """A connection in a transaction, its clock, and what is to be written before it ends.

    `writes` is false for a transaction that only reads. `clock`, when given, stands in for the database's.
    """

    def __init__(self, connection: AsyncConnection, clock: Clock | None, *, writes: bool) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name
        self._clock = clock
        self._refused = False
        self._at_end: list[Callable[[], Awaitable[None]]] = []
        self.writes = writes

    @property
    def locks(self) -> bool:
        """Whether rows are locked one by one: on SQLite the whole database is the writer's."""
        return self.writes and self._dialect == "postgresql"

    async def now(self) -> datetime:
        """The time of the store's clock."""
        if self._clock is not None:
            return self._clock()
        now: datetime = await self.value(_NOW)
        return now

    async def rows(self, statement: Statement, values: Values | None = None) -> Sequence[RowMapping]:
        """All rows."""
        return (await self._execute(statement, values)).mappings().all()

    async def row(self, statement: Statement, values: Values | None = None) -> RowMapping | None:
        """The only row, or none."""
        return (await self._execute(statement, values)).mappings().one_or_none()

    async def value(self, statement: Statement, values: Values | None = None) -> Any:  # noqa: ANN401  # the column's
        """The first column of the only row, or None."""
        return (await self._execute(statement, values)).scalar_one_or_none()

    async def change(self, statement: Statement, values: Values | Sequence[Values] | None = None) -> int:
        """Write; with several `values`, once for each in one go. Returns how many rows changed (not for several)."""
        return (await self._execute(statement, values)).rowcount

    def before_end(self, write: Callable[[], Awaitable[None]]) -> None:
        """Have `write` called before the commit."""
        self._at_end.append(write)

    async def finish(self) -> None:
        """Write what was put off. Raises Conflict when a statement was refused before and the caller went on.

        PostgreSQL would take such a commit for a rollback without a word.
        """
        if self._refused:
            raise Conflict("a statement of this transaction was refused; none of it was done")
        for write in self._at_end:
            await write()

    async def _execute(self, statement: Statement, values: Values | Sequence[Values] | None) -> CursorResult[Any]:
        if isinstance(statement, Prepared):
            if statement.tells_time and self._clock is not None:
                values = _with_now(values, self._clock())
            statement = statement.worded(self._dialect, own_clock=self._clock is not None)
        try:
            with translated():
                return await self._connection.execute(statement, values)
        except Exception:
            self._refused = True
            raise


def _with_now(values: Values | Sequence[Values] | None, now: datetime) -> Values | list[Values]:
    if values is None or isinstance(values, dict):
        return {**(values or {}), NOW: now}
    return [{**each, NOW: now} for each in values]
