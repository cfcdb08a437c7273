"""PostgreSQL by asyncpg: few round trips, and connections that cannot hold anybody up."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, Final, TypeVar

import asyncpg
from sqlalchemy import URL

from palvelurinki.adapters.sql.availability import unavailability
from palvelurinki.adapters.sql.compiled import DIALECTS, UNMET, Arguments, Compiled, DialectName, Row, composed
from palvelurinki.adapters.sql.connecting import APPLICATION, LOCK_WAIT_S, POSTGRESQL_SETTINGS
from palvelurinki.adapters.sql.driver import Lock, Session, Unmet, Write
from palvelurinki.adapters.sql.pool import Pool
from palvelurinki.domain.errors import Busy, Conflict
from palvelurinki.ports import OutcomeUnknown

CONNECTIONS: Final = 20
CONNECT_WITHIN_S: Final = 5.0
ANSWER_WITHIN_S: Final = 15.0
CLOSE_WITHIN_S: Final = 2.0
# As many wordings as there are, with those of the writes that are composed.
STATEMENTS_KEPT: Final = 500
_READ_COMMITTED: Final = "BEGIN"
_ONE_STATE: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

# Any number will do, as long as nothing else in the database takes an advisory lock by it.
_HOLDING: Final = {
    Lock.SHARED: "; SELECT pg_advisory_xact_lock_shared(7042016)",
    Lock.ALONE: "; SELECT pg_advisory_xact_lock(7042016)",
}
# What a server says, or does not say, that has gone away.
_GONE: Final = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    # A connection whose end comes in the middle of an exchange may leave asyncpg in a state of which it says this.
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
_ENDS: Final = (
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
)
# Why a connection was lost while a commit was sent: it did not leave this process, or the server had given up before.
_BEFORE_COMMIT: Final = (BrokenPipeError, asyncpg.IdleInTransactionSessionTimeoutError)

Prepare = Callable[[Any], Awaitable[None]]
Done = TypeVar("Done")


def _from_json(text: str) -> Any:  # noqa: ANN401  # whatever JSON says
    # Most lists are empty: nobody has passed the contact by.
    return [] if text == "[]" else json.loads(text)


class PostgresqlDriver:
    """The port `Driver`. `prepare`, when given, is called with each new connection of asyncpg's.

    `node` is whose sessions they are, when they are a node's: others must find them when it has died. There are at
    most `connections`, CONNECTIONS when not said.
    """

    dialect: DialectName = "postgresql"

    def __init__(
        self, url: URL, prepare: Prepare | None = None, node: str | None = None, connections: int | None = None
    ) -> None:
        _, options = DIALECTS["postgresql"].create_connect_args(url)
        self._options = options
        self._settings = POSTGRESQL_SETTINGS | ({} if node is None else {"application_name": f"{APPLICATION} {node}"})
        self._prepare = prepare
        self._pool = Pool(self._connect, size=connections or CONNECTIONS, wait_s=LOCK_WAIT_S)

    def writing(self) -> AbstractAsyncContextManager[Session]:
        """A transaction at READ COMMITTED. It begins with the first statement that needs it, if any does."""
        return self._session(_READ_COMMITTED)

    def reading(self) -> AbstractAsyncContextManager[Session]:
        """A transaction that sees one state throughout."""
        return self._session(_ONE_STATE)

    def looking(self) -> AbstractAsyncContextManager[Session]:
        """Statements by themselves."""
        return self._session(None)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._pool.close()

    @asynccontextmanager
    async def _session(self, how: str | None) -> AsyncIterator[Session]:
        async with self._pool.lent() as connection:
            session = _Transaction(connection.driver, how)
            try:
                if how == _ONE_STATE:
                    await session.begin()
                yield session
                await session.commit()
            except Exception:
                await session.roll_back()
                raise
            except BaseException:
                # Cancelled, perhaps in the middle of a statement. The server undoes it when the connection closes.
                connection.spoil()
                raise

    async def _connect(self) -> "_Connection":
        try:
            driver = await asyncpg.connect(
                **self._options,
                timeout=CONNECT_WITHIN_S,
                command_timeout=ANSWER_WITHIN_S,
                server_settings=self._settings,
                statement_cache_size=STATEMENTS_KEPT,
                max_cached_statement_lifetime=0,
                max_cacheable_statement_size=0,
            )
            return await self._prepared(driver)
        except _GONE as error:
            why = unavailability(error)
            if why is None or not why.passing:
                raise
            # Nothing was done, and may be asked again; what cannot be mended by waiting stays what it is.
            raise _unanswered() from error

    async def _prepared(self, driver: Any) -> "_Connection":  # noqa: ANN401  # asyncpg has no types
        try:
            # Statements write JSON themselves, as they do for SQLite, so only reading is left to do.
            await driver.set_type_codec("json", schema="pg_catalog", encoder=str, decoder=_from_json)
            if self._prepare is not None:
                await self._prepare(driver)
        except BaseException:
            driver.terminate()
            raise
        return _Connection(driver)


class _Connection:
    """An asyncpg connection in the pool."""

    def __init__(self, driver: Any) -> None:  # noqa: ANN401  # asyncpg has no types
        self.driver = driver
        self._spoiled = False

    @property
    def usable(self) -> bool:
        """Whether it is open and idle. asyncpg hears of a server that went away before the next statement does."""
        return not (self._spoiled or self.driver.is_closed() or self.driver.is_in_transaction())

    def spoil(self) -> None:
        """It is in an unknown state, and not used again."""
        self._spoiled = True

    async def close(self) -> None:
        """Say goodbye; hang up on a server that does not answer."""
        try:
            with suppress(*_GONE):
                await self.driver.close(timeout=CLOSE_WITHIN_S)
        finally:
            # Also when nobody waits for the goodbye any more.
            self.driver.terminate()


class _Transaction:
    """The port `Session`. `how` it begins; None: never.

    At READ COMMITTED a statement that locks nothing sees the same inside a transaction and before it, so the beginning
    is put off until something is locked or written; and writes that come last, when nothing was before, are one
    statement, which needs no transaction around it.
    """

    def __init__(self, driver: Any, how: str | None) -> None:  # noqa: ANN401  # asyncpg has no types
        self._driver = driver
        self._how = how
        self._begun = False

    async def begin(self, first: str = "") -> None:
        """Begin, unless it has begun; `first` is done in the same round trip."""
        if self._how is not None and not self._begun:
            self._begun = True
            await self._undoable(self._driver.execute(self._how + first))

    async def hold(self, lock: Lock) -> None:
        """Begin with an advisory lock. What is read in the statements after it is newer than what it waited for."""
        await self.begin(_HOLDING[lock])

    async def commit(self) -> None:
        """Commit what has begun.

        Raises Conflict when the connection is known to have been lost before, OutcomeUnknown when that is not known.
        """
        if not self._begun:
            return
        if self._how == _ONE_STATE:
            await self._let_go()
            return
        if self._driver.is_closed():
            raise _undone()
        await self._final(self._driver.execute("COMMIT"))
        self._begun = False

    async def _let_go(self) -> None:
        # What was read stays true, whatever becomes of the connection now.
        with suppress(*_GONE):
            await self._driver.execute("COMMIT")
            self._begun = False

    async def roll_back(self) -> None:
        """Undo what has begun. When that fails, the pool sees a connection in a transaction, and closes it."""
        if self._begun and not self._driver.is_closed():
            with suppress(*_GONE):
                await self._driver.execute("ROLLBACK")

    async def rows(self, statement: Compiled, arguments: Arguments) -> Sequence[Row]:
        """The rows that the statement gives."""
        if statement.claims:
            await self.begin()
        rows: Sequence[Row] = await self._undoable(self._driver.fetch(statement.text, *arguments))
        return rows

    async def write(self, writes: Sequence[Write], *, last: bool) -> Sequence[int]:
        """All writes in one statement."""
        if not last:
            await self.begin()
        if len(writes) == 1 and not writes[0].needed:
            only = writes[0]
            done: str = await self._written(self._driver.execute(only.statement.text, *only.arguments))
            return [int(done.rpartition(" ")[2])]
        text = composed(tuple([(each.statement, each.needed) for each in writes]))
        given = [argument for each in writes for argument in each.arguments]
        try:
            row: Sequence[int] = await self._written(self._driver.fetchrow(text, *given))
        except asyncpg.InvalidTextRepresentationError as error:
            if UNMET not in str(error):
                raise
            raise Unmet from error
        return row

    async def write_many(self, statement: Compiled, arguments: Sequence[Arguments]) -> None:
        """All of them in one go."""
        await self.begin()
        await self._undoable(self._driver.executemany(statement.text, arguments))

    async def _written(self, statement: Awaitable[Done]) -> Done:
        # Alone, it is its own commit.
        return await (self._undoable(statement) if self._begun else self._final(statement))

    async def _final(self, statement: Awaitable[Done]) -> Done:
        """What commits: when the connection is lost meanwhile, it is mostly unknown whether it was done."""
        try:
            return await statement
        except _GONE as error:
            if not _is_unanswered(self._driver, error):
                raise
            # The former is said of an exchange that is broken already: then nothing is sent.
            if isinstance(error, asyncpg.InternalClientError) or isinstance(error.__cause__, _BEFORE_COMMIT):
                raise _undone() from error
            self._driver.terminate()
            raise OutcomeUnknown("the database went away while it was told to commit") from error

    async def _undoable(self, statement: Awaitable[Done]) -> Done:
        """Nothing that this does stands before the commit.

        So when the connection is lost meanwhile, nothing was done, and it may be done again on another: that is a
        Conflict. Whoever only reads, or has waited for an answer in vain, is told to ask again later. Of a commit whose
        answer is lost nobody knows that.
        """
        try:
            return await statement
        except _GONE as error:
            if not _is_unanswered(self._driver, error):
                raise
            if self._how == _READ_COMMITTED and not isinstance(error, TimeoutError):
                raise _undone() from error
            # The server undoes what it has of it when the connection closes.
            self._driver.terminate()
            raise _unanswered() from error


def _undone() -> Conflict:
    return Conflict("the connection to the database was lost; nothing was done")


def _unanswered() -> Busy:
    return Busy("the database does not answer just now")


def _is_unanswered(driver: Any, error: BaseException) -> bool:  # noqa: ANN401  # asyncpg has no types
    return isinstance(error, TimeoutError) or _is_lost(driver, error)


def _is_lost(driver: Any, error: BaseException) -> bool:  # noqa: ANN401  # asyncpg has no types
    # When the server says that it ends the connection, asyncpg may not have seen the end itself yet.
    return isinstance(error, _ENDS) or bool(driver.is_closed())
