"""The unit of work: one transaction as the repositories see it."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from palvelurinki.adapters.memory.instants import instant_in_utc
from palvelurinki.adapters.memory.table import Access
from palvelurinki.adapters.memory.tables import Tables
from palvelurinki.domain.errors import Conflict

Clock: TypeAlias = Callable[[], datetime]


class Unit:
    """The tables that a transaction reads and writes, and its clock."""

    __slots__ = ("_access", "_clock", "tables", "writes")

    def __init__(self, committed: Tables, clock: Clock, *, writes: bool) -> None:
        self._clock = clock
        self._access = Access(writes)
        self.writes = writes
        # Whoever only reads is given what was committed itself: nobody can write to that any more.
        self.tables = committed.view(self._access) if writes else committed

    def now(self) -> datetime:
        """The time of the store's clock, in UTC."""
        return instant_in_utc(self._clock())

    def finish(self) -> Tables:
        """The tables to be committed. Raises Conflict when a statement was refused before and the caller went on."""
        if self._access.refused:
            raise Conflict("a statement of this transaction was refused; none of it was done")
        self.tables.settle()
        return self.tables

    def end(self) -> None:
        """Nothing is written any more, by whoever may have kept a repository."""
        self._access.writes = False
