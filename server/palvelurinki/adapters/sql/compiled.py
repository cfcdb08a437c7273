"""Statements in the words of a driver.

SQLAlchemy builds statements and knows how each database spells them and its types; a driver wants a text and a tuple.
The way from the one to the other is gone once for each wording, and what is left for each execution is a tuple.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias, cast

from pydantic_core import to_json
from sqlalchemy import Delete, Executable, Insert, Table, Update
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.dialects.sqlite import aiosqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler

DialectName: TypeAlias = Literal["postgresql", "sqlite"]
Row: TypeAlias = Mapping[str, Any]
Values: TypeAlias = dict[str, Any]
Arguments: TypeAlias = tuple[Any, ...]

CLOCK: Final = "clock_"
"""The column in which a statement brings the database's time along."""


def _json(value: object) -> str:
    return to_json(value).decode()


UNMET: Final = "palvelurinki: what this rests on has moved on; it is tried again"
"""How PostgreSQL's log tells of a write that was needed and found nothing to change: it is no fault."""

DIALECTS: Final[dict[DialectName, Dialect]] = {
    "postgresql": asyncpg.dialect(json_serializer=_json),  # type: ignore[no-untyped-call]
    "sqlite": aiosqlite.dialect(paramstyle="qmark", json_serializer=_json),
}
_LOCKING = re.compile(r"\bFOR (NO KEY UPDATE|UPDATE|SHARE|KEY SHARE)\b|\bpg_advisory_xact_lock\(")
_PARAMETER = re.compile(r"\$(\d+)")


class Compiled:
    """One statement for one driver.

    `tables`: those that it reads or writes; `changes`: the one that it writes. `claims`: whether it locks or
    writes, and so belongs into a transaction. `tells_clock`: whether its rows bring the time along.
    """

    def __init__(self, statement: Executable, dialect: DialectName, keys: Sequence[str] | None) -> None:
        spoken = DIALECTS[dialect]
        # "for_executemany" keeps SQLAlchemy from having new keys returned, which nobody asks for here.
        compiled: Any = cast("Any", statement).compile(dialect=spoken, column_keys=keys, for_executemany=True)
        if not isinstance(compiled, SQLCompiler) or compiled.post_compile_params:
            msg = "a list that is written out anew for each length has no text of its own: use Wording.is_one_of"
            raise TypeError(msg)
        self.text: str = compiled.string
        self.dialect: DialectName = dialect
        self.tables = frozenset(
            element.name for element in visitors.iterate(cast("Any", statement)) if isinstance(element, Table)
        )
        changes = isinstance(statement, Insert | Update | Delete)
        self.changes: str = getattr(statement, "table").name if changes else ""  # noqa: B009  # a Table, not any clause
        self.claims = changes or _LOCKING.search(self.text) is not None
        columns = compiled._result_columns  # noqa: SLF001  # no public name tells the columns' types
        self._arguments = [_argument(compiled, name) for name in compiled.positiontup or ()]
        self.tells_clock = any(column.keyname == CLOCK for column in columns)
        # PostgreSQL's driver knows times and JSON itself; SQLite's knows texts and numbers.
        self._columns = [
            (column.keyname, column.type.dialect_impl(spoken).result_processor(spoken, None))
            for column in (columns if dialect == "sqlite" else ())
        ]

    def arguments(self, values: Values) -> Arguments:
        """What the driver is given for these values. Raises KeyError when one is missing."""
        return tuple(
            [
                fixed if name is None else values[name] if process is None else process(values[name])
                for name, process, fixed in self._arguments
            ]
        )

    def rows(self, raw: Sequence[Sequence[Any]]) -> list[Row]:
        """What the rows of SQLite's driver say; PostgreSQL's need no translation."""
        columns = self._columns
        return [
            {
                name: value if process is None else process(value)
                for (name, process), value in zip(columns, values, strict=True)
            }
            for values in raw
        ]

    def numbered_from(self, first: int) -> str:
        """PostgreSQL's text with its parameters counted from `first`, which stands for 1."""
        return _PARAMETER.sub(lambda found: f"${int(found[1]) + first - 1}", self.text)

    @property
    def parameters(self) -> int:
        """How many arguments it takes."""
        return len(self._arguments)


def _argument(compiled: SQLCompiler, name: str) -> tuple[str | None, Callable[[Any], Any] | None, Any]:
    """A value to be given, by its name; or one that stands in the statement itself, such as a limit."""
    parameter = compiled.binds[name]
    process: Any = compiled._bind_processors.get(name)  # noqa: SLF001  # no public name for one of them
    if parameter.required:
        return name, process, None
    fixed = parameter.value
    return None, None, fixed if process is None or fixed is None else process(fixed)


@lru_cache(maxsize=1024)
def composed(parts: tuple[tuple[Compiled, bool], ...]) -> str:
    """PostgreSQL alone: writes as one statement, which gives one row with how many rows each of them changed.

    They are done in their order: each count is asked for in its turn. All see the database as it was before the first
    of them, so no two of them may touch the same row. Of one that is needed (the second of each pair) the row says 1;
    when it changed nothing, the statement fails with UNMET for a number, and so does nothing at all.
    """
    pieces = []
    counts = []
    first = 1
    for number, (part, needed) in enumerate(parts):
        returning = " RETURNING 1" if part.changes else ""
        pieces.append(f"w{number} AS ({part.numbered_from(first)}{returning})")
        count = f"CAST(CASE count(*) WHEN 0 THEN '{UNMET}' ELSE '1' END AS integer)" if needed else "count(*)"
        # SQLAlchemy made the pieces; what is put between them is numbers.
        counts.append(f"(SELECT {count} FROM w{number})")  # noqa: S608
        first += part.parameters
    return f"WITH {', '.join(pieces)} SELECT {', '.join(counts)}"
