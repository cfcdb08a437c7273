"""The store in memory and on both databases, each test on one of its own, and both buses."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from typing_extensions import override

from palvelurinki.adapters.memory.bus import MemoryBus
from palvelurinki.adapters.memory.store import MemoryStore
from palvelurinki.adapters.memory.table import BrokenRule
from palvelurinki.adapters.redis.bus import RedisBus
from palvelurinki.adapters.sql.migrate import upgrade
from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.ports import Bus, Store, Transaction
from tests.support.postgres import Postgres
from tests.support.redis import RedisServer

# Far ahead, so that what is made at START has not run out by any database's own clock either.
START = datetime(2093, 3, 2, 9, 0, tzinfo=UTC)

# What a store raises for a row that no decision makes: each engine has a word of its own, and no caller asks for it.
FAULTS = (asyncpg.IntegrityConstraintViolationError, sqlite3.IntegrityError, BrokenRule)

MakeStore = Callable[[Callable[[], datetime] | None], Store]


@dataclass(slots=True)
class ManualClock:
    """A clock that stands still until it is moved."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Awaitable[Path]]:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"

    async def migrated() -> Path:
        if not path.exists():
            await upgrade(f"sqlite:///{path}")
        return path

    return migrated


@pytest.fixture
async def sqlite_url(sqlite_template: Callable[[], Awaitable[Path]], tmp_path: Path) -> str:
    """A migrated SQLite database."""
    return f"sqlite:///{shutil.copy(await sqlite_template(), tmp_path / 'store.db')}"


@pytest.fixture
async def postgresql_url(postgres: Postgres) -> AsyncIterator[str]:
    """A migrated PostgreSQL database."""
    async with postgres.database(template=await postgres.template("migrated", upgrade)) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database, for tests of what databases alone have."""
    chosen: str = request.param
    return chosen


@pytest.fixture
def url(request: pytest.FixtureRequest, kind: str) -> str:
    """A migrated database of that kind."""
    found: str = request.getfixturevalue(f"{kind}_url")
    return found


@pytest.fixture
async def empty_url(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database of that kind."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    async with postgres.database() as url:
        yield url


class AssumingStore(SqlStore):
    """A store whose transactions all assume: what they promise they promise no less."""

    @override
    @asynccontextmanager
    async def transaction(self, *, assuming: bool = True) -> AsyncIterator[Transaction]:
        """One that assumes."""
        async with super().transaction(assuming=assuming) as tx:
            yield tx


@pytest.fixture(params=["memory", "sqlite", "postgresql", "postgresql assuming"])
def make_store(request: pytest.FixtureRequest) -> MakeStore:
    """An empty store of each kind, on the clock that is given or on its own."""
    return _kind_of_store(request, request.param)


def _kind_of_store(request: pytest.FixtureRequest, name: str) -> MakeStore:
    if name == "memory":
        return lambda clock: MemoryStore(clock or (lambda: datetime.now(UTC)))
    engine, _, assuming = name.partition(" ")
    url: str = request.getfixturevalue(f"{engine}_url")
    kind = AssumingStore if assuming else SqlStore
    return lambda clock: kind(url, clock)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def make_locking_store(request: pytest.FixtureRequest) -> MakeStore:
    """The same, but no transaction assumes anything."""
    return _kind_of_store(request, request.param)


@pytest.fixture
async def locking_store(make_locking_store: MakeStore) -> AsyncIterator[Store]:
    """A store whose transactions lock what they read; on its own clock."""
    store = make_locking_store(None)
    yield store
    await store.close()


@pytest.fixture
async def locking_timed(make_locking_store: MakeStore, clock: ManualClock) -> AsyncIterator[Store]:
    """The same, on `clock`."""
    store = make_locking_store(clock)
    yield store
    await store.close()


@pytest.fixture
async def store(make_store: MakeStore) -> AsyncIterator[Store]:
    """A store on its own clock."""
    store = make_store(None)
    yield store
    await store.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def timed(make_store: MakeStore, clock: ManualClock) -> AsyncIterator[Store]:
    """A store on `clock`."""
    store = make_store(clock)
    yield store
    await store.close()


@pytest.fixture
async def postgresql_store(postgresql_url: str) -> AsyncIterator[SqlStore]:
    """A store on PostgreSQL alone, for what only transactions side by side can show."""
    store = SqlStore(postgresql_url)
    yield store
    await store.close()


@pytest.fixture(params=["memory", "redis"])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    """A bus of either kind."""
    if request.param == "memory":
        made: Bus = MemoryBus()
    else:
        server: RedisServer = request.getfixturevalue("redis_server")
        server.flush()
        made = RedisBus(server.url)
    yield made
    await made.close()
