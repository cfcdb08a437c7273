"""The store: transactions on PostgreSQL or SQLite, with the repositories that work within them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from palvelurinki.adapters.sql.configurations import SqlConfigurations
from palvelurinki.adapters.sql.connections import SqlConnections
from palvelurinki.adapters.sql.contacts import SqlContacts
from palvelurinki.adapters.sql.credentials import SqlCredentials
from palvelurinki.adapters.sql.deadlines import SqlDeadlines
from palvelurinki.adapters.sql.engine import for_reading, for_writing, make_engine
from palvelurinki.adapters.sql.errors import translated
from palvelurinki.adapters.sql.estimates import SqlEstimates
from palvelurinki.adapters.sql.explanations import SqlExplanations
from palvelurinki.adapters.sql.housekeeping import SqlHousekeeping
from palvelurinki.adapters.sql.migrate import upgrade
from palvelurinki.adapters.sql.operations import SqlOperations
from palvelurinki.adapters.sql.outbox import SqlOutbox, outbox_since
from palvelurinki.adapters.sql.presences import SqlPresences
from palvelurinki.adapters.sql.service_events import SqlServiceEvents
from palvelurinki.adapters.sql.unit import Clock, Unit
from palvelurinki.ports import (
    Configurations,
    Connections,
    Contacts,
    Credentials,
    Deadlines,
    Estimates,
    Explanations,
    Housekeeping,
    Operations,
    Outbox,
    OutboxEntry,
    Presences,
    ServiceEvents,
    Transaction,
)


class SqlTransaction:
    """The port `Transaction`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.contacts: Contacts = SqlContacts(unit)
        self.presences: Presences = SqlPresences(unit)
        self.explanations: Explanations = SqlExplanations(unit)
        self.estimates: Estimates = SqlEstimates(unit)
        self.connections: Connections = SqlConnections(unit)
        self.deadlines: Deadlines = SqlDeadlines(unit)
        self.operations: Operations = SqlOperations(unit)
        self.outbox: Outbox = SqlOutbox(unit)
        self.service_events: ServiceEvents = SqlServiceEvents(unit)
        self.configurations: Configurations = SqlConfigurations(unit)
        self.credentials: Credentials = SqlCredentials(unit)
        self.housekeeping: Housekeeping = SqlHousekeeping(unit)

    async def now(self) -> datetime:
        """The store's clock, now, in UTC."""
        return await self._unit.now()


class SqlStore:
    """The port `Store`.

    `engine` comes from `make_engine`, or is a URL for it. `clock`, when given, takes the place of the database's:
    virtual time for tests and the simulation. The schema must be there: see `open_store`.
    """

    def __init__(self, engine: AsyncEngine | str, clock: Clock | None = None) -> None:
        self._engine = make_engine(engine) if isinstance(engine, str) else engine
        self._writing = for_writing(self._engine)
        self._reading = for_reading(self._engine)
        self._clock = clock
        # SQLite has one writer at a time. Within this process writers queue here, in order of arrival, instead of
        # asking the database again and again.
        self._one_writer = asyncio.Lock() if self._engine.dialect.name == "sqlite" else nullcontext()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A transaction that may write; see the port.

        An error that a repository raised cannot be swallowed: leaving the block normally after it raises Conflict.
        """
        async with self._one_writer, self._writing.connect() as connection:
            with translated():
                async with connection.begin():
                    unit = Unit(connection, self._clock, writes=True)
                    yield SqlTransaction(unit)
                    await unit.finish()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A transaction that only reads, and sees one state of the database throughout."""
        async with self._reading.connect() as connection:
            with translated():
                async with connection.begin():
                    yield SqlTransaction(Unit(connection, self._clock, writes=False))

    async def outbox_since(self, cursor: str | None) -> tuple[Sequence[OutboxEntry], str]:
        """Entries committed since `cursor` was given, each once, and the next cursor. None: from now on."""
        async with self._reading.connect() as connection:
            return await outbox_since(connection, cursor)

    async def ping(self) -> None:
        """Raises when the database does not answer."""
        async with self._reading.connect() as connection:
            await connection.execute(select(1))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._engine.dispose()


async def open_store(url: str, clock: Clock | None = None) -> SqlStore:
    """The store at `url` with its schema brought up to date."""
    await upgrade(url)
    return SqlStore(url, clock)
