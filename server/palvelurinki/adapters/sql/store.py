"""The store: transactions on PostgreSQL or SQLite, with the repositories that work within them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime
from typing import Final

from sqlalchemy import literal, make_url, select

from palvelurinki.adapters.sql.audit import SqlAudit
from palvelurinki.adapters.sql.availability import damage
from palvelurinki.adapters.sql.configurations import SqlConfigurations
from palvelurinki.adapters.sql.connections import SqlConnections
from palvelurinki.adapters.sql.contacts import SqlContacts
from palvelurinki.adapters.sql.credentials import SqlCredentials
from palvelurinki.adapters.sql.deadlines import SqlDeadlines
from palvelurinki.adapters.sql.driver import Driver, Session
from palvelurinki.adapters.sql.drivers import make_driver
from palvelurinki.adapters.sql.errors import REFUSALS, translated
from palvelurinki.adapters.sql.estimates import SqlEstimates
from palvelurinki.adapters.sql.explanations import SqlExplanations
from palvelurinki.adapters.sql.handoffs import SqlHandoffs
from palvelurinki.adapters.sql.housekeeping import SqlHousekeeping
from palvelurinki.adapters.sql.operations import SqlOperations
from palvelurinki.adapters.sql.outbox import SqlOutbox, outbox_since
from palvelurinki.adapters.sql.presences import SqlPresences
from palvelurinki.adapters.sql.retaining import SqlRetaining
from palvelurinki.adapters.sql.schema import STEP, is_there, newest_step
from palvelurinki.adapters.sql.service_events import SqlServiceEvents
from palvelurinki.adapters.sql.terminals import SqlEnrolments, SqlTerminalKeys
from palvelurinki.adapters.sql.unit import Clock, Unit
from palvelurinki.ports import (
    Audit,
    Configurations,
    Connections,
    Contacts,
    Credentials,
    Deadlines,
    Enrolments,
    Estimates,
    Explanations,
    Handoffs,
    Housekeeping,
    Operations,
    Outbox,
    OutboxEntry,
    Presences,
    Retaining,
    ServiceEvents,
    TerminalKeys,
    Transaction,
)

# For so long the database's time is counted on from by this process's clock before it is asked again.
TOLD_FOR_S: Final = 2.0
_ANYTHING = select(literal(1))


class SqlTransaction:
    """The port `Transaction`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.contacts: Contacts = SqlContacts(unit)
        self.presences: Presences = SqlPresences(unit)
        self.explanations: Explanations = SqlExplanations(unit)
        self.handoffs: Handoffs = SqlHandoffs(unit)
        self.estimates: Estimates = SqlEstimates(unit)
        self.connections: Connections = SqlConnections(unit)
        self.deadlines: Deadlines = SqlDeadlines(unit)
        self.operations: Operations = SqlOperations(unit)
        self.outbox: Outbox = SqlOutbox(unit)
        self.service_events: ServiceEvents = SqlServiceEvents(unit)
        self.configurations: Configurations = SqlConfigurations(unit)
        self.credentials: Credentials = SqlCredentials(unit)
        self.housekeeping: Housekeeping = SqlHousekeeping(unit)
        self.audit: Audit = SqlAudit(unit)
        self.retaining: Retaining = SqlRetaining(unit)
        self.terminal_keys: TerminalKeys = SqlTerminalKeys(unit)
        self.enrolments: Enrolments = SqlEnrolments(unit)

    async def now(self) -> datetime:
        """The store's clock, now, in UTC."""
        return await self._unit.now()


class SqlStore:
    """The port `Store`.

    `database` is its URL, or a driver that has been made for it. `clock`, when given, takes the place of the
    database's: virtual time for tests and the simulation. `node` is who works with it, when that is a node. The schema
    must be there: see `open_store`.
    """

    def __init__(self, database: Driver | str, clock: Clock | None = None, node: str | None = None) -> None:
        self._driver = make_driver(database, node) if isinstance(database, str) else database
        self._clock = clock
        # The database's time when it was last told, and this process's: see `_recent_time`.
        self._told_time: tuple[datetime, float] | None = None
        # SQLite has one writer at a time. Within this process writers queue here, in order of arrival, instead of
        # asking the database again and again.
        self._one_writer = asyncio.Lock() if self._driver.dialect == "sqlite" else nullcontext()

    @asynccontextmanager
    async def transaction(self, *, assuming: bool = False) -> AsyncIterator[Transaction]:
        """A transaction that may write; see the port.

        An error that a repository raised cannot be swallowed: leaving the block normally after it raises Conflict.
        """
        async with self._one_writer:
            with translated():
                async with self._driver.writing() as session:
                    unit = self._unit(session, writes=True, assuming=assuming)
                    if assuming:
                        unit.set_clock(self._recent_time())
                    yield SqlTransaction(unit)
                    await unit.finish()
                    self._told_time = unit.told_time or self._told_time

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A transaction that only reads, and sees one state of the database throughout."""
        with translated():
            async with self._driver.reading() as session:
                yield SqlTransaction(self._unit(session, writes=False))

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[Transaction]:
        """Reading without a transaction: each look sees the newest state."""
        with translated():
            async with self._driver.looking() as session:
                yield SqlTransaction(self._unit(session, writes=False))

    async def outbox_since(self, cursor: str | None) -> tuple[Sequence[OutboxEntry], str]:
        """Entries committed since `cursor` was given, each once, and the next cursor. None: from now on."""
        async with self._driver.looking() as session:
            return await outbox_since(self._unit(session, writes=False), cursor)

    async def ping(self) -> None:
        """Raises when the database does not answer."""
        async with self._driver.looking() as session:
            await self._unit(session, writes=False).value(_ANYTHING)

    async def step(self) -> str | None:
        """The step of the migrations that the schema is at; None where there is no schema yet."""
        async with self._driver.looking() as session:
            try:
                step: str | None = await self._unit(session, writes=False).value(STEP)
            except REFUSALS as error:
                if damage(error) is None:
                    raise
                return None
        return step

    async def close(self) -> None:
        """Let go of the connections."""
        await self._driver.close()

    def _recent_time(self) -> tuple[datetime, float] | None:
        """What the database said a moment ago: to ask anew would cost a trip, and tell the same."""
        told = self._told_time
        recent = told is not None and asyncio.get_running_loop().time() - told[1] < TOLD_FOR_S
        return told if recent else None

    def _unit(self, session: Session, *, writes: bool, assuming: bool = False) -> Unit:
        return Unit(session, self._driver.dialect, self._clock, writes=writes, assuming=assuming)


def beside(store: SqlStore, url: str, node: str, connections: int) -> SqlStore:
    """A store of the same database with that many connections of its own, to be closed by itself.

    On SQLite it is the very same store: there writers take turns, first come, first served, whatever they write, and
    there is no other node to be told anything.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return store
    return SqlStore(make_driver(url, node, connections))


async def open_store(url: str, clock: Clock | None = None, node: str | None = None) -> SqlStore:
    """The store at `url` with its schema brought up to date."""
    store = SqlStore(url, clock, node)
    try:
        if not is_there(url) or await store.step() != newest_step():
            # Alembic is slow to import: only who has something to migrate waits for that.
            from palvelurinki.adapters.sql.migrate import upgrade

            await upgrade(url)
    except BaseException:
        await store.close()
        raise
    return store
