"""Worlds on SQLite and on PostgreSQL, each on a copy of one migrated database."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from palvelurinki.adapters.sql.migrate import upgrade
from tests.simulation.on_postgresql import postgresql_world
from tests.simulation.on_sqlite import migrated, sqlite_world
from tests.simulation.world import World
from tests.support.postgres import Postgres


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Awaitable[Path]]:
    directory = tmp_path_factory.mktemp("simulation")

    async def made() -> Path:
        path = directory / "migrated.db"
        return path if path.exists() else await migrated(directory)

    return made


@pytest.fixture
async def world(template: Callable[[], Awaitable[Path]]) -> AsyncIterator[World]:
    """A configured world with one node, in which nothing has happened; at its end no fault may have shown."""
    async with sqlite_world(0, await template()) as made:
        await made.configure()
        await made.start_node()
        yield made
        await made.check()
        assert not made.faults


@pytest.fixture
async def crowd_url(postgres: Postgres) -> AsyncIterator[str]:
    """A migrated database on PostgreSQL."""
    async with postgres.database(template=await postgres.template("migrated", upgrade)) as url:
        yield url


@pytest.fixture
async def crowd(crowd_url: str) -> AsyncIterator[World]:
    """A configured world on PostgreSQL with three nodes."""
    async with postgresql_world(crowd_url) as made:
        yield made
