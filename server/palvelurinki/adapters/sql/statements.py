"""Statements that are built once, when the module is imported, and only given their values later.

Building one anew costs as much as a round trip to the database. Where the two databases, or the two clocks, need
different words, `Prepared` keeps each wording ready.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import JSON, Executable, Table, Text, bindparam, column, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ColumnElement

from palvelurinki.adapters.sql.types import DatabaseNow, UtcDateTime

NOW = "now"
"""The value that a statement is given as the time, when the clock is not the database's."""


class Wording:
    """How a statement is to be worded: for which database, and by whose clock."""

    def __init__(self, dialect: str, *, own_clock: bool) -> None:
        self._dialect = dialect
        self._own_clock = own_clock
        self.tells_time = False

    def insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """An INSERT that knows ON CONFLICT, which both databases spell alike and SQLAlchemy keeps apart."""
        return postgresql.insert(table) if self._dialect == "postgresql" else sqlite.insert(table)

    def each_of(self, name: str) -> ColumnElement[str]:
        """A column with each text of the list that the statement is given as `name`."""
        given = bindparam(name, type_=JSON())
        # Both call the column `value`.
        listed = func.json_array_elements_text(given) if self._dialect == "postgresql" else func.json_each(given)
        return listed.table_valued(column("value", Text()), name="listed").c.value

    @property
    def now(self) -> ColumnElement[datetime]:
        """The time, to be written."""
        self.tells_time = True
        return bindparam(NOW, type_=UtcDateTime()) if self._own_clock else DatabaseNow()

    @property
    def now_once(self) -> ColumnElement[datetime]:
        """The time, to compare a column with.

        As a subquery it is evaluated once: PostgreSQL searches no index for a value that may change from row to row.
        """
        now = self.now
        return now if self._own_clock else select(now).scalar_subquery()


class Prepared:
    """A statement in every wording; `build` makes one."""

    def __init__(self, build: Callable[[Wording], Executable]) -> None:
        self._statements: dict[tuple[str, bool], Executable] = {}
        self.tells_time = False
        for dialect in ("postgresql", "sqlite"):
            for own_clock in (False, True):
                wording = Wording(dialect, own_clock=own_clock)
                self._statements[dialect, own_clock] = build(wording)
                self.tells_time = wording.tells_time

    def worded(self, dialect: str, *, own_clock: bool) -> Executable:
        """The statement for this database and this clock."""
        return self._statements[dialect, own_clock]
