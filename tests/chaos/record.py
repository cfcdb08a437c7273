"""The checker's evidence: what the database says at the end, by plain SQL, and what the participants wrote down."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import asyncpg

from tests.chaos.logs import Entry

Row: TypeAlias = Mapping[str, Any]

TABLES: Final = (
    *("contact", "offer", "ringing", "call", "seat", "engagement", "presence", "connection", "deadline"),
    *("operation", "outbox", "service_event"),
)


@dataclass(slots=True)
class Evidence:
    """The rows by table, the entries of all logs, and the time at which the rows were read (the database's)."""

    rows: dict[str, list[Row]]
    entries: list[Entry]
    read_at: float
    by_what: dict[str, list[Entry]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_what = {}
        for entry in self.entries:
            self.by_what.setdefault(entry["what"], []).append(entry)

    def keyed(self, table: str, column: str = "id") -> dict[str, Row]:
        """The rows of a table by a column that tells them apart."""
        return {row[column]: row for row in self.rows[table]}

    def of(self, *whats: str) -> list[Entry]:
        """The entries of these kinds, in the order of their time within a kind."""
        return [entry for what in whats for entry in self.by_what.get(what, ())]


async def read_rows(host: str, database: str) -> tuple[dict[str, list[Row]], float]:
    """All rows of all tables in one state of the database, and its time. Times are seconds since 1970."""
    connection = await asyncpg.connect(host=host, user="postgres", database=database)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            rows = {table: _plain(await connection.fetch(f'SELECT * FROM "{table}"')) for table in TABLES}  # noqa: S608
            now = await connection.fetchval("SELECT clock_timestamp()")
    finally:
        await connection.close()
    return rows, now.timestamp()


def _plain(records: Iterable[Mapping[str, Any]]) -> list[Row]:
    return [{key: _value(key, value) for key, value in record.items()} for record in records]


def _value(key: str, value: object) -> object:
    if key in {"answer", "payload", "topics"} and isinstance(value, str):
        return json.loads(value)
    # Times are compared with those of the logs.
    return value.timestamp() if hasattr(value, "timestamp") else value
