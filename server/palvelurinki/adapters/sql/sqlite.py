"""SQLite by Python's own driver: each connection in a thread of its own, one hop there and back for each errand.

An errand is carried out whole: when the task that sent it is cancelled, what it began still ends, and what is sent
after it, a rollback first of all, comes after it. So a connection can go back to the pool at once.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, ParamSpec, TypeVar

from sqlalchemy import URL

from palvelurinki.adapters.sql.compiled import DIALECTS, Arguments, Compiled, DialectName, Row
from palvelurinki.adapters.sql.connecting import LOCK_WAIT_S, prepare_sqlite
from palvelurinki.adapters.sql.driver import Lock, Session, Unmet, Write
from palvelurinki.adapters.sql.pool import Pool

CONNECTIONS: Final = 15
STATEMENTS_KEPT: Final = 300

Given = ParamSpec("Given")
Result = TypeVar("Result")


class SqliteDriver:
    """The port `Driver`."""

    dialect: DialectName = "sqlite"

    def __init__(self, url: URL) -> None:
        arguments, options = DIALECTS["sqlite"].create_connect_args(url)
        self._open: Callable[[], sqlite3.Connection] = lambda: sqlite3.connect(
            arguments[0],
            timeout=LOCK_WAIT_S,
            isolation_level=None,
            cached_statements=STATEMENTS_KEPT,
            uri=bool(options.get("uri", False)),
        )
        self._pool = Pool(self._connect, size=CONNECTIONS, wait_s=LOCK_WAIT_S)

    def writing(self) -> AbstractAsyncContextManager[Session]:
        """A transaction that takes the write lock as it begins.

        One that read first and asked for the lock later might find that what it read has changed since.
        """
        return self._transaction("BEGIN IMMEDIATE")

    def reading(self) -> AbstractAsyncContextManager[Session]:
        """A transaction that sees one state throughout."""
        return self._transaction("BEGIN")

    def looking(self) -> AbstractAsyncContextManager[Session]:
        """Statements by themselves."""
        return self._transaction(None)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._pool.close()

    @asynccontextmanager
    async def _transaction(self, how: str | None) -> AsyncIterator[Session]:
        async with self._pool.lent() as connection:
            session = _Transaction(connection, how)
            try:
                yield session
                await session.commit()
            except BaseException:
                # Not waited for: whatever the connection is asked next comes after it.
                connection.send(connection.roll_back)
                raise

    async def _connect(self) -> "_Connection":
        connection = _Connection(self._open)
        try:
            await connection.run(connection.open)
        except BaseException:
            await connection.close()
            raise
        return connection


class _Connection:
    """A connection and its thread."""

    usable = True

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._thread = ThreadPoolExecutor(1, "sqlite")
        self._driver: sqlite3.Connection | None = None

    async def run(self, errand: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
        """Have the errand carried out in the connection's thread."""
        return await asyncio.wrap_future(self._thread.submit(errand, *given, **named))

    def send(self, errand: Callable[[], None]) -> None:
        """Have it carried out without waiting for it."""
        self._thread.submit(errand)

    async def close(self) -> None:
        """Close it after whatever it is doing."""
        closed = self._thread.submit(self._close)
        self._thread.shutdown(wait=False)
        await asyncio.wrap_future(closed)

    # ---- In the thread ----------------------------------------------------------------------------------------

    def open(self) -> None:
        """Open the file."""
        self._driver = self._connect()
        prepare_sqlite(self._driver)

    def roll_back(self) -> None:
        """Undo what has not been committed, if anything."""
        if self._driver is not None and self._driver.in_transaction:
            self._driver.execute("ROLLBACK")

    def rows(self, begin: str | None, statement: Compiled, arguments: Arguments) -> list[Row]:
        """The rows that the statement gives."""
        driver = self._begun(begin)
        return statement.rows(driver.execute(statement.text, arguments).fetchall())

    def write(self, begin: str | None, writes: Sequence[Write], *, commit: bool) -> list[int]:
        """How many rows each of the writes changed."""
        driver = self._begun(begin)
        counts = [driver.execute(each.statement.text, each.arguments).rowcount for each in writes]
        if any(each.needed and not count for each, count in zip(writes, counts, strict=True)):
            raise Unmet
        if commit:
            driver.execute("COMMIT")
        return counts

    def write_many(self, begin: str | None, statement: Compiled, arguments: Sequence[Arguments]) -> None:
        """One statement, many times."""
        self._begun(begin).executemany(statement.text, arguments)

    def commit(self) -> None:
        """Commit."""
        self._begun(None).execute("COMMIT")

    def _begun(self, begin: str | None) -> sqlite3.Connection:
        if self._driver is None:
            raise sqlite3.InterfaceError("the connection is not open")
        if begin is not None:
            self._driver.execute(begin)
        return self._driver

    def _close(self) -> None:
        if self._driver is not None:
            self._driver.close()


class _Transaction:
    """The port `Session`. The beginning goes along with the first statement."""

    def __init__(self, connection: _Connection, how: str | None) -> None:
        self._connection = connection
        self._how = how
        self._open = False

    async def commit(self) -> None:
        """Commit what has begun."""
        if self._open:
            self._open = False
            await self._connection.run(self._connection.commit)

    async def hold(self, lock: Lock) -> None:
        """Whoever writes is alone in any case."""

    async def rows(self, statement: Compiled, arguments: Arguments) -> Sequence[Row]:
        """The rows that the statement gives."""
        return await self._connection.run(self._connection.rows, self._begin(), statement, arguments)

    async def write(self, writes: Sequence[Write], *, last: bool) -> Sequence[int]:
        """All writes, one by one, in one errand; the last ones are committed with it."""
        begin = self._begin()
        counts = await self._connection.run(self._connection.write, begin, writes, commit=last)
        self._open = not last
        return counts

    async def write_many(self, statement: Compiled, arguments: Sequence[Arguments]) -> None:
        """All of them in one errand."""
        await self._connection.run(self._connection.write_many, self._begin(), statement, arguments)

    def _begin(self) -> str | None:
        how, self._how = self._how, None
        self._open = self._open or how is not None
        return how
