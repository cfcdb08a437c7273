"""One history: a seed, a number of steps, a store; what came of it."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine

from palvelurinki.adapters.sql.migrate import upgrade
from palvelurinki.adapters.sql.store import SqlStore
from tests.simulation import endings
from tests.simulation.actions import ACTIONS, connect_all
from tests.simulation.tables import Tables, read
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


async def play(world: World, steps: int) -> None:
    """Live through `steps` actions and an end; faults are in `world.faults`, the history in `world.log`."""
    await world.configure()
    for _ in range(2):
        await world.start_node()
    actions = list(ACTIONS)
    # Each seed has a temper of its own: some worlds are calm and busy, others lose their nodes all the time.
    weights = [weight * world.chance.choice([0.3, 1.0, 1.0, 2.0]) for weight in ACTIONS.values()]
    await connect_all(world, await world.tables())
    seen = await world.tables()
    for world.steps in range(1, steps + 1):
        now = await world.tables()
        while True:
            action = world.chance.choices(actions, weights)[0]
            world.note(action.__name__)
            # People act on what they saw a moment ago, which is not always what is.
            if await action(world, seen if world.chance.random() < 0.1 else now):
                break
            world.log.pop()
        seen = now
        await world.check()
    world.note("the end")
    await endings.calm(world)
    if world.chance.random() < 0.6:
        await endings.everybody_is_served(world)
    await endings.everybody_goes(world)
