"""The unit of work: one transaction as the repositories see it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import CursorResult, Executable, RowMapping, Table, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from palvelurinki.adapters.sql.errors import translated
from palvelurinki.adapters.sql.types import DatabaseNow, UtcDateTime
from palvelurinki.domain.errors import Conflict

Clock: TypeAlias = Callable[[], datetime]
Insert: TypeAlias = postgresql.Insert | sqlite.Insert


class Unit:
    """A connection in a transaction, its clock, and what is to be written before it ends.

    `writes` is false for a transaction that only reads. `clock`, when given, stands in for the database's.
    """

    def __init__(self, connection: AsyncConnection, clock: Clock | None, *, writes: bool) -> None:
        self._connection = connection
        self._clock = clock
        self._writes = writes
        self._refused = False
        self._at_end: list[Callable[[], Awaitable[None]]] = []

    @property
    def writes(self) -> bool:
        """Whether it may write."""
        return self._writes

    @property
    def locks(self) -> bool:
        """Whether rows are locked one by one: on SQLite the whole database is the writer's."""
        return self._writes and self._connection.dialect.name == "postgresql"

    async def now(self) -> datetime:
        """The time of the store's clock."""
        if self._clock is not None:
            return self._clock()
        return await self.value(select(DatabaseNow()))  # type: ignore[no-any-return]

    def now_to_write(self) -> ColumnElement[datetime]:
        """The same, as a value in a statement that writes."""
        return DatabaseNow() if self._clock is None else literal(self._clock(), UtcDateTime())

    def now_to_compare(self) -> ColumnElement[datetime]:
        """The same, to compare a column with.

        As a subquery it is evaluated once: PostgreSQL searches no index for a value that may change from row to row.
        """
        if self._clock is None:
            return select(DatabaseNow()).scalar_subquery()
        return literal(self._clock(), UtcDateTime())

    def insert(self, table: Table) -> Insert:
        """An INSERT that knows ON CONFLICT, which both databases spell alike and SQLAlchemy keeps apart."""
        if self._connection.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    async def rows(self, statement: Executable) -> Sequence[RowMapping]:
        """All rows."""
        return (await self._execute(statement)).mappings().all()

    async def row(self, statement: Executable) -> RowMapping | None:
        """The only row, or none."""
        return (await self._execute(statement)).mappings().one_or_none()

    async def value(self, statement: Executable) -> Any:  # noqa: ANN401  # of the column's type, which callers name
        """The first column of the only row, or None."""
        return (await self._execute(statement)).scalar_one_or_none()

    async def change(self, statement: Executable, values: Sequence[dict[str, Any]] | None = None) -> int:
        """Write; with `values`, once for each in one go. Returns how many rows changed (without `values` only)."""
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

    async def _execute(
        self, statement: Executable, values: Sequence[dict[str, Any]] | None = None
    ) -> CursorResult[Any]:
        try:
            with translated():
                return await self._connection.execute(statement, values)
        except Exception:
            self._refused = True
            raise
