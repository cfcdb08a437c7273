"""The store in memory: all the store's promises but one, which is that anything outlives the process.

For tests, demonstrations and the simulation, which plays thousands of histories on it; never for service. It keeps
the rules of the SQL schema (I1, I4) by the same names and refuses with the same errors; one contract suite
(`tests/contract`) runs on it and on both databases. One transaction writes at a time, in order of arrival; any number
read beside it, each one state throughout.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime

from palvelurinki.adapters.memory.audit import MemoryAudit
from palvelurinki.adapters.memory.connections import MemoryConnections
from palvelurinki.adapters.memory.contacts import MemoryContacts
from palvelurinki.adapters.memory.credentials import MemoryCredentials
from palvelurinki.adapters.memory.deadlines import MemoryDeadlines
from palvelurinki.adapters.memory.estimates import MemoryEstimates
from palvelurinki.adapters.memory.handoffs import MemoryHandoffs
from palvelurinki.adapters.memory.presences import MemoryPresences
from palvelurinki.adapters.memory.records import (
    MemoryConfigurations,
    MemoryExplanations,
    MemoryHousekeeping,
    MemoryOperations,
    MemoryOutbox,
    MemoryServiceEvents,
    outbox_since,
)
from palvelurinki.adapters.memory.retaining import MemoryRetaining
from palvelurinki.adapters.memory.tables import Tables
from palvelurinki.adapters.memory.terminals import MemoryEnrolments, MemoryTerminalKeys
from palvelurinki.adapters.memory.unit import Clock, Unit
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


class MemoryTransaction:
    """The port `Transaction`."""

    __slots__ = (
        "_unit",
        "audit",
        "configurations",
        "connections",
        "contacts",
        "credentials",
        "deadlines",
        "enrolments",
        "estimates",
        "explanations",
        "handoffs",
        "housekeeping",
        "operations",
        "outbox",
        "presences",
        "retaining",
        "service_events",
        "terminal_keys",
    )

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.contacts: Contacts = MemoryContacts(unit)
        self.presences: Presences = MemoryPresences(unit)
        self.explanations: Explanations = MemoryExplanations(unit)
        self.handoffs: Handoffs = MemoryHandoffs(unit)
        self.estimates: Estimates = MemoryEstimates(unit)
        self.connections: Connections = MemoryConnections(unit)
        self.deadlines: Deadlines = MemoryDeadlines(unit)
        self.operations: Operations = MemoryOperations(unit)
        self.outbox: Outbox = MemoryOutbox(unit)
        self.service_events: ServiceEvents = MemoryServiceEvents(unit)
        self.configurations: Configurations = MemoryConfigurations(unit)
        self.credentials: Credentials = MemoryCredentials(unit)
        self.housekeeping: Housekeeping = MemoryHousekeeping(unit)
        self.audit: Audit = MemoryAudit(unit)
        self.retaining: Retaining = MemoryRetaining(unit)
        self.terminal_keys: TerminalKeys = MemoryTerminalKeys(unit)
        self.enrolments: Enrolments = MemoryEnrolments(unit)

    async def now(self) -> datetime:
        """The store's clock, now, in UTC."""
        return self._unit.now()


class MemoryStore:
    """The port `Store`. `clock` tells the time, which stands in for a database's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._committed = Tables.empty()
        self._one_writer = asyncio.Lock()

    @property
    def committed(self) -> Tables:
        """The tables as the last commit left them: for whoever judges them from outside. They never change."""
        return self._committed

    @asynccontextmanager
    async def transaction(self, *, assuming: bool = False) -> AsyncIterator[Transaction]:  # noqa: ARG002
        """A transaction that may write; see the port. There is nobody in between, whatever is assumed.

        An error that a repository raised cannot be swallowed: leaving the block normally after it raises Conflict.
        """
        async with self._one_writer:
            unit = Unit(self._committed, self._clock, writes=True)
            try:
                yield MemoryTransaction(unit)
                self._committed = unit.finish()
            finally:
                unit.end()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A transaction that only reads, and sees one state of the tables throughout."""
        yield MemoryTransaction(Unit(self._committed, self._clock, writes=False))

    def looking(self) -> AbstractAsyncContextManager[Transaction]:
        """The same: here it costs nothing to see one state."""
        return self.reading()

    async def outbox_since(self, cursor: str | None) -> tuple[Sequence[OutboxEntry], str]:
        """Entries committed since `cursor` was given, each once, and the next cursor. None: from now on."""
        # Whoever reads on and on waits for others to write: here, where nothing else waits, they are given their turn.
        await asyncio.sleep(0)
        return outbox_since(self._committed, cursor)

    async def ping(self) -> None:
        """It always answers."""

    async def close(self) -> None:
        """There is nothing to let go of."""
