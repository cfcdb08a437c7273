"""The seam between the repositories and a database's driver: sessions that carry out compiled statements.

A `Session` is one transaction, or, of a driver's `looking`, none: each of its statements then stands alone. Errors are
the driver's own; `unit` translates those that mean something to callers.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from palvelurinki.adapters.sql.compiled import Arguments, Compiled, DialectName, Row


class Lock(Enum):
    """A lock on no row: any number may have it shared, or one alone. It keeps the configuration in force in force."""

    SHARED = "SHARED"
    ALONE = "ALONE"


@dataclass(frozen=True, slots=True)
class Write:
    """A statement that changes rows and returns none, with its arguments.

    `needed`: when it changes nothing, nothing of the transaction may be done. Such a one may also be a statement that
    changes nothing and locks what must be there.
    """

    statement: Compiled
    arguments: Arguments
    needed: bool = False


class Unmet(Exception):
    """A write that was needed found nothing to change. Which one is not known, when several were."""


class Session(Protocol):
    """Carries out statements."""

    async def hold(self, lock: Lock) -> None:
        """Begin with a lock of the whole transaction, which waits for those that it is incompatible with."""

    async def rows(self, statement: Compiled, arguments: Arguments) -> Sequence[Row]:
        """The rows that the statement gives."""

    async def write(self, writes: Sequence[Write], *, last: bool) -> Sequence[int]:
        """Carry out the writes in their order; returns how many rows each changed.

        They are independent: no two of them touch the same row. `last` says that nothing comes after them: what they
        need is then asked before the commit, or not at all. May raise Unmet instead of returning that a needed one
        changed none.
        """

    async def write_many(self, statement: Compiled, arguments: Sequence[Arguments]) -> None:
        """Carry out one statement once for each of very many arguments."""


class Driver(Protocol):
    """A database's connections."""

    @property
    def dialect(self) -> DialectName:
        """Which of the two databases it is."""

    def writing(self) -> AbstractAsyncContextManager[Session]:
        """A transaction that may write: committed at the end of the block, rolled back when that raises."""

    def reading(self) -> AbstractAsyncContextManager[Session]:
        """A transaction that only reads, and sees one state of the database throughout."""

    def looking(self) -> AbstractAsyncContextManager[Session]:
        """Statements that only read, each by itself: every one sees the newest state, at half the price."""

    async def close(self) -> None:
        """Let go of the connections."""
