"""What keeps a node honest: deadlines, the outbox, operations, configurations, housekeeping."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.effects import DeadlineKind


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that falls due."""

    kind: DeadlineKind
    subject: str
    due: datetime


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """What one transaction changed: events for whoever follows, topics for whoever shows them.

    `work` names the transaction to the node that made it.
    """

    id: int
    at: datetime
    contact: ContactId | None
    kind: str
    payload: dict[str, object]
    topics: tuple[str, ...]
    work: str | None = None


@dataclass(frozen=True, slots=True)
class ConfigurationRevision:
    """One applied configuration, as canonical JSON text; revisions grow from 1."""

    revision: int
    document: str
    applied_at: datetime
    applied_by: str


class Deadlines(Protocol):
    """What falls due when."""

    async def set(self, deadline: Deadline) -> None:
        """Set or replace the deadline of this kind and subject."""

    async def clear(self, kind: DeadlineKind, subject: str) -> None:
        """Remove it, if it is there."""

    async def take_due(self) -> Deadline | None:
        """The deadline that fell due longest ago, removed and locked in this transaction.

        Deadlines that another transaction holds are skipped.
        """

    async def due_of(self, kind: DeadlineKind, subjects: Collection[str]) -> Mapping[str, datetime]:
        """When those of these subjects fall due that have a deadline of the kind. A look that takes nothing."""

    async def next_due(self) -> datetime | None:
        """When the next one falls due."""


class Operations(Protocol):
    """Which commands of whom were done, with what answer (I2)."""

    async def answer(self, principal: str, operation: str, asked: str | None = None) -> dict[str, str] | None:
        """The answer that was given, if the operation was done.

        Raises OperationReused when it was done for another command than `asked`, where both are known.
        """

    async def record(self, principal: str, operation: str, answer: dict[str, str], asked: str | None = None) -> None:
        """The operation is done. Raises Conflict when another transaction has just done it."""


class Outbox(Protocol):
    """Events, written with what they tell of."""

    async def add(
        self,
        contact: ContactId | None,
        kind: str,
        payload: dict[str, object],
        topics: Collection[str],
        work: str | None = None,
    ) -> None:
        """One event."""


class Configurations(Protocol):
    """Revisions of the configuration; none is ever changed or removed."""

    async def latest(self) -> ConfigurationRevision | None:
        """The one in force."""

    async def hold(self, *, alone: bool = False) -> None:
        """No other revision comes into force before this transaction's end.

        The first thing that is done in a transaction. Any number may hold the configuration at a time; `alone`: nobody
        else does, so that whoever is about to replace it sees all that rests on it.
        """

    async def is_in_force(self, revision: int) -> bool:
        """Whether this is it. A transaction that assumes, and holds it, takes it for so."""

    async def keep_in_force(self, revision: int) -> bool:
        """Whether this is it; then no other one comes into force before this transaction's end. At any time in one."""

    async def latest_number(self) -> int:
        """Its number; 0 when there is none."""

    async def add(self, document: str, applied_by: str, expected: int) -> int:
        """A new revision after `expected`; returns its number. Raises Conflict when another came between."""


class Housekeeping(Protocol):
    """What is no longer needed."""

    async def purge(self, before: datetime, most: int = 1000) -> int:
        """Remove operations, outbox entries, spent credentials and dead nodes older than `before`; returns how many.

        Of each kind at most `most` are removed, so that no transaction grows long: ask again until there are none.
        """

    async def declare_dead(self, node: str, last_beat: datetime) -> None:
        """The node is leaving, or has left: it counts as having shown life at `last_beat` for the last time."""
