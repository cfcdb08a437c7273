"""Writes that are put off, in the order in which they were asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from palvelurinki.adapters.sql.compiled import Compiled
from palvelurinki.adapters.sql.driver import Write
from palvelurinki.domain.errors import PalvelurinkiError

# A statement of so many parts is still quick to plan, and there are not too many such statements to be kept.
WAVE_LIMIT: Final = 24


@dataclass(frozen=True, slots=True)
class Put:
    """A write, and what is raised when it changes nothing."""

    write: Write
    refusal: Callable[[], PalvelurinkiError] | None


class Queue:
    """Writes in waves. Those of one wave are carried out together, in one statement on PostgreSQL.

    Such a statement sees the database as it was before its first part. So within a wave a table is written by one kind
    of statement alone, and no row twice: what follows from a row of this wave, or takes its place, comes in the next.
    """

    def __init__(self) -> None:
        self._waves: list[list[Put]] = []
        self._kinds: dict[str, Compiled] = {}
        self._rows: set[tuple[Compiled, object]] = set()
        self._tables: set[str] = set()

    def add(self, write: Write, row: object, refusal: Callable[[], PalvelurinkiError] | None) -> None:
        """One more write; `row` names what it changes, None: a row that no other write changes."""
        statement = write.statement
        table = statement.changes
        if not self._waves or self._must_wait(statement, table, row):
            self._waves.append([])
            self._kinds.clear()
            self._rows.clear()
        self._waves[-1].append(Put(write, refusal))
        if table:
            self._kinds[table] = statement
            self._tables.add(table)
        if row is not None:
            self._rows.add((statement, row))

    def __bool__(self) -> bool:
        """Whether anything waits to be written."""
        return bool(self._waves)

    def changes(self, tables: frozenset[str]) -> bool:
        """Whether a write changes one of these tables."""
        return not self._tables.isdisjoint(tables)

    def take(self) -> list[list[Put]]:
        """All waves; none is left."""
        waves, self._waves = self._waves, []
        self._kinds.clear()
        self._rows.clear()
        self._tables.clear()
        return waves

    def _must_wait(self, statement: Compiled, table: str, row: object) -> bool:
        if len(self._waves[-1]) >= WAVE_LIMIT:
            return True
        if self._kinds.get(table, statement) is not statement:
            return True
        return row is not None and (statement, row) in self._rows
