"""A store whose transactions can be made to fail where a process or a database does: before the commit or after it."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from palvelurinki.domain.errors import Conflict
from palvelurinki.ports import OutboxEntry, Store, Transaction


class Crashed(BaseException):
    """The node's process is gone; what it had under way is undone or done, and nobody was told.

    No `except Exception` of the code under test may survive it.
    """


class Fate(StrEnum):
    """What becomes of a transaction."""

    CONFLICT = "conflict"
    """Another transaction was first: undone, and run again."""
    CRASH_BEFORE_COMMIT = "crash_before_commit"
    CRASH_AFTER_COMMIT = "crash_after_commit"


@dataclass(slots=True)
class Ledger:
    """Counts the transactions of all nodes, and what became of those that went wrong.

    `cut`, when it is set, names one transaction by its number, from 1, and its fate.
    """

    transactions: int = 0
    cut: tuple[int, Fate] | None = None
    met: Counter[str] = field(default_factory=Counter)

    def next_fate(self) -> Fate | None:
        """Count one more; what is to become of it, if anything."""
        self.transactions += 1
        return self.cut[1] if self.cut is not None and self.cut[0] == self.transactions else None


class CrashingStore:
    """The port `Store`, over a real one: the `countdown`-th transaction from now meets `fate`."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store = store
        self._ledger = ledger
        self._fate: Fate | None = None
        self._countdown = 0

    def doom(self, fate: Fate, countdown: int) -> None:
        """Have the `countdown`-th transaction from now (1 is the next) meet `fate`."""
        self._fate, self._countdown = fate, countdown

    def spare(self) -> None:
        """Let all transactions go well again."""
        self._fate = None

    @asynccontextmanager
    async def transaction(self, *, assuming: bool = False) -> AsyncIterator[Transaction]:
        """A transaction of the real store, if it is not doomed."""
        fate = self._next_fate()
        async with self._store.transaction(assuming=assuming) as tx:
            yield tx
            if fate is not None:
                self._ledger.met[fate] += 1
            if fate is Fate.CONFLICT:
                raise Conflict("as fate has it")
            if fate is Fate.CRASH_BEFORE_COMMIT:
                raise Crashed
        if fate is Fate.CRASH_AFTER_COMMIT:
            raise Crashed

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        """As the real store."""
        return self._store.reading()

    def looking(self) -> AbstractAsyncContextManager[Transaction]:
        """As the real store."""
        return self._store.looking()

    async def outbox_since(self, cursor: str | None) -> tuple[Sequence[OutboxEntry], str]:
        """As the real store."""
        return await self._store.outbox_since(cursor)

    async def ping(self) -> None:
        """As the real store."""
        await self._store.ping()

    async def close(self) -> None:
        """As the real store."""
        await self._store.close()

    def _next_fate(self) -> Fate | None:
        cut = self._ledger.next_fate()
        if cut is not None or self._fate is None:
            return cut
        self._countdown -= 1
        if self._countdown > 0:
            return None
        fate, self._fate = self._fate, None
        return fate
