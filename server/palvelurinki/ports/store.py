"""The truth, and a transaction of it."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from palvelurinki.ports.audit import Audit
from palvelurinki.ports.contacts import Contacts, Explanations, ServiceEvents
from palvelurinki.ports.estimates import Estimates
from palvelurinki.ports.handoffs import Handoffs
from palvelurinki.ports.people import Connections, Presences
from palvelurinki.ports.retention import Retaining
from palvelurinki.ports.sign_ins import Credentials
from palvelurinki.ports.terminals import Enrolments, TerminalKeys
from palvelurinki.ports.upkeep import (
    Configurations,
    Deadlines,
    Housekeeping,
    Operations,
    Outbox,
    OutboxEntry,
)


class Transaction(Protocol):
    """One transaction. All of it is committed at the end of the `async with`, or none when it raises.

    A store may put writes off, to the end at the latest: an error that a method is said to raise is raised by it, by
    one that is called later, or at the end of the `async with`. What is read tells of what was written before.
    """

    contacts: Contacts
    presences: Presences
    explanations: Explanations
    estimates: Estimates
    handoffs: Handoffs
    connections: Connections
    deadlines: Deadlines
    operations: Operations
    outbox: Outbox
    service_events: ServiceEvents
    configurations: Configurations
    credentials: Credentials
    housekeeping: Housekeeping
    audit: Audit
    retaining: Retaining
    terminal_keys: TerminalKeys
    enrolments: Enrolments

    async def now(self) -> datetime:
        """The database's clock, now (not at the transaction's start), in UTC."""


class StoreAway(Exception):
    """The database is not there now, and may be later. The message says which and why, without secrets."""


class OutcomeUnknown(StoreAway):
    """The database went away while it was told to commit: nobody knows whether it did. The operation's id will tell."""


class Probe(Protocol):
    """How the database is, asked beside all transactions. Not to be asked again before it has answered."""

    async def lag_s(self) -> float:
        """How long the most overdue deadline has been due, in seconds; 0 when none is.

        Raises when the database does not answer.
        """

    async def close(self) -> None:
        """Let go of the connection."""


class Store(Protocol):
    """The truth."""

    def transaction(self, *, assuming: bool = False) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that may write. On SQLite it is the only one at a time.

        What repositories are said to lock stays as it was read until the end: either because others wait, or, with
        `assuming`, because Conflict is raised when it did not. One that assumes holds nobody up and takes half the
        time, and is worth trying first where others are hardly ever in between.

        Raises Conflict at its end, or within, when the database refuses it for the sake of another one (a
        serialisation failure, a deadlock), or is lost before it was committed; the caller may run the use case again.
        Raises Busy when the database does not answer and nothing was done, OutcomeUnknown when that is not known.
        """

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that only reads, and sees one state throughout.

        Raises Busy when the database does not answer.
        """

    def looking(self) -> AbstractAsyncContextManager[Transaction]:
        """Reading at half the price: each look sees the newest state, and two looks need not see the same one.

        Raises Busy when the database does not answer.
        """

    async def outbox_since(self, cursor: str | None) -> tuple[Sequence[OutboxEntry], str]:
        """Entries committed since `cursor` was given, each once, and the next cursor. None: from now on.

        There may be more than are returned at once: whoever wants all asks again until there are none.
        An entry is not missed when its transaction commits after one that began later.
        """

    async def ping(self) -> None:
        """Raises when the database does not answer."""

    async def close(self) -> None:
        """Let go of the connections."""
