"""Statements that are built once and only given their values later.

Where the two databases, or the two clocks, need different words, `Prepared` keeps each wording ready.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import ARRAY, JSON, Executable, Select, Table, Text, bindparam, column, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ColumnElement, Delete, Insert, Update

from palvelurinki.adapters.sql.compiled import CLOCK, Compiled, DialectName
from palvelurinki.adapters.sql.types import DatabaseNow, UtcDateTime

NOW = "now"
"""The value that a statement is given as the time, when the clock is not the database's."""


class Wording:
    """How a statement is to be worded: for which database, and by whose clock."""

    def __init__(self, dialect: DialectName, *, own_clock: bool) -> None:
        self._dialect = dialect
        self._own_clock = own_clock
        self.tells_time = False

    @property
    def on_postgresql(self) -> bool:
        """Whether rows are locked one by one: on SQLite the whole database is the writer's."""
        return self._dialect == "postgresql"

    def insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """An INSERT that knows ON CONFLICT, which both databases spell alike and SQLAlchemy keeps apart."""
        return postgresql.insert(table) if self.on_postgresql else sqlite.insert(table)

    def each_of(self, name: str) -> ColumnElement[str]:
        """A column with each text of the list that the statement is given as `name`."""
        if self.on_postgresql:
            # PostgreSQL expects few of an array whose length it does not know yet, and many of what is made of JSON.
            array = func.unnest(bindparam(name, type_=ARRAY(Text())))
            return array.table_valued(column("value", Text()), name="listed").render_derived().c.value
        return (
            func.json_each(bindparam(name, type_=JSON())).table_valued(column("value", Text()), name="listed").c.value
        )

    def is_one_of(self, tested: ColumnElement[str], name: str) -> ColumnElement[bool]:
        """Whether the column is one of the texts of the list that the statement is given as `name`, of any length."""
        if self.on_postgresql:
            return tested == func.any(bindparam(name, type_=ARRAY(Text())))
        return tested.in_(select(self.each_of(name)))

    def with_clock(self, statement: Select[Any]) -> Select[Any]:
        """The statement with the database's time in each of its rows, which spares asking for it."""
        return statement if self._own_clock else statement.add_columns(DatabaseNow().label(CLOCK))

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
    """A statement in every wording. `build` makes one, or is one that both databases understand."""

    def __init__(self, build: Callable[[Wording], Executable] | Executable) -> None:
        self._build = build
        self._compiled: dict[tuple[DialectName, bool, tuple[str, ...]], tuple[Compiled, bool]] = {}

    def worded(self, wording: Wording) -> Executable:
        """The statement in these words."""
        return self._build if isinstance(self._build, Executable) else self._build(wording)

    def compiled(self, dialect: DialectName, values: tuple[str, ...], *, own_clock: bool) -> tuple[Compiled, bool]:
        """The statement for this database and this clock, and whether it is to be given the time as `NOW`.

        `values` names what it is given: an INSERT or UPDATE without columns of its own sets those.
        """
        key = (dialect, own_clock, values)
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = self._compile(dialect, values, own_clock=own_clock)
        return found

    def _compile(self, dialect: DialectName, values: tuple[str, ...], *, own_clock: bool) -> tuple[Compiled, bool]:
        wording = Wording(dialect, own_clock=own_clock)
        statement = self.worded(wording)
        sets = isinstance(statement, Insert | Update | Delete)
        return Compiled(statement, dialect, values if sets else None), wording.tells_time and own_clock


Statement: TypeAlias = Executable | Prepared


@lru_cache(maxsize=512)
def _prepared(statement: Executable) -> Prepared:
    return Prepared(statement)


def prepared(statement: Statement) -> Prepared:
    """The statement in every wording: one that needs but one is found again by being the same object."""
    return statement if isinstance(statement, Prepared) else _prepared(statement)
