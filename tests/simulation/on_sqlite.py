"""Worlds on SQLite, and the rows of any SQL store, read by a connection that the store knows nothing of."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Executable, create_engine, select

from palvelurinki.adapters.sql import record_tables
from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.migrate import upgrade
from palvelurinki.adapters.sql.situation_tables import handoff
from palvelurinki.adapters.sql.store import SqlStore
from tests.simulation.tables import Row, Tables
from tests.simulation.world import Clock, World


@asynccontextmanager
async def sqlite_world(seed: int, template: Path) -> AsyncIterator[World]:
    """A world on a fresh copy of the migrated SQLite database `template`."""
    with TemporaryDirectory(prefix="palvelurinki-simulation-") as directory:
        path = Path(directory) / "store.db"
        shutil.copy(template, path)
        clock = Clock()
        store = SqlStore(f"sqlite:///{path}", clock)
        reader = Reader(path)
        try:
            yield World(store, reader.look, clock, seed)
        finally:
            reader.close()
            await store.close()


class Reader:
    """Reads the tables by a connection of its own, where nothing is that is not committed."""

    def __init__(self, path: Path) -> None:
        self._engine = create_engine(f"sqlite:///{path}", isolation_level="AUTOCOMMIT")
        self._connection = self._engine.connect()
        self._version: int | None = None
        self._known: Tables | None = None

    async def look(self) -> Tables:
        """The tables now. Nothing is read again before another connection has committed."""
        version = self._connection.exec_driver_sql("PRAGMA data_version").scalar_one()
        if self._known is None or version != self._version:
            self._known, self._version = read(self._connection, self._known), version
        return self._known

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()
        self._engine.dispose()


async def migrated(directory: Path) -> Path:
    """An empty SQLite database with the schema, to be copied."""
    path = directory / "migrated.db"
    await upgrade(f"sqlite:///{path}")
    return path


def read(connection: Connection, known: Tables | None = None) -> Tables:
    """Read everything; the connection's transaction decides whether it is of one instant.

    `known` is an earlier reading of the same database: what is only ever added to is read on from there.
    """
    outbox = [] if known is None else list(known.outbox)
    last = outbox[-1]["id"] if outbox else 0
    rows = {
        table.name: _all(connection, select(table))
        for table in (
            t.contact,
            t.offer,
            t.call,
            t.engagement,
            t.presence,
            t.connection,
            t.deadline,
            t.operation,
        )
    }
    return Tables(
        contacts={row["id"]: row for row in rows["contact"]},
        offers={row["id"]: row for row in rows["offer"]},
        ringings=_all(connection, select(t.ringing).order_by(t.ringing.c.offer, t.ringing.c.place)),
        explained=[row["offer"] for row in _all(connection, select(t.explanation.c.offer))],
        calls={row["id"]: row for row in rows["call"]},
        seats=_all(connection, select(t.seat).order_by(t.seat.c.call, t.seat.c.place)),
        engagements={row["staff"]: row["contact"] for row in rows["engagement"]},
        presences={row["staff"]: row for row in rows["presence"]},
        connections={row["principal"]: row for row in rows["connection"]},
        deadlines={(row["kind"], row["subject"]): row["due"] for row in rows["deadline"]},
        operations={(row["principal"], row["operation"]): row["answer"] for row in rows["operation"]},
        notes={row["contact"] for row in _all(connection, select(handoff.c.contact))},
        service_events=_all(connection, select(record_tables.service_event)),
        outbox=[
            *outbox,
            *_all(connection, select(t.outbox).where(t.outbox.c.id > last).order_by(t.outbox.c.id)),
        ],
    )


def _all(connection: Connection, statement: Executable) -> list[Row]:
    return [dict(row) for row in connection.execute(statement).mappings()]
