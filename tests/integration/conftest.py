"""The real server on each store: SQLite alone, and PostgreSQL with Redis."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from palvelurinki.adapters.sql.migrate import upgrade
from tests.support.demo_configuration import demo_with
from tests.support.postgres import Postgres
from tests.support.redis import RedisServer
from tests.support.server import Ground, ServerCommand, ServerThread, start_together
from tests.support.terminals import administrator, browser

DEMO = demo_with()

StartServer = Callable[..., Awaitable[ServerThread]]


async def _with_demo(url: str) -> None:
    await upgrade(url)
    await Ground(url, None).configure(DEMO)


@pytest.fixture(scope="session")
def sqlite_with_demo(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Awaitable[Path]]:
    path = tmp_path_factory.mktemp("sqlite") / "demo.db"

    async def prepared() -> Path:
        if not path.exists():
            await _with_demo(f"sqlite+aiosqlite:///{path}")
        return path

    return prepared


@pytest.fixture
async def sqlite_ground(sqlite_with_demo: Callable[[], Awaitable[Path]], tmp_path: Path) -> Ground:
    """The demo on SQLite, one node."""
    copy = shutil.copy(await sqlite_with_demo(), tmp_path / "palvelurinki.db")
    return Ground(f"sqlite+aiosqlite:///{copy}", None)


@pytest.fixture
async def postgresql_ground(postgres: Postgres, redis_server: RedisServer) -> AsyncIterator[Ground]:
    """The demo on PostgreSQL and Redis."""
    redis_server.flush()
    async with postgres.database(template=await postgres.template("with_demo", _with_demo)) as url:
        yield Ground(url, redis_server.url)


@pytest.fixture
async def stoppable_ground(own_postgres: Postgres, own_redis: RedisServer) -> AsyncIterator[Ground]:
    """The demo on a database that is up until the test stops it; it is up again afterwards."""
    async with own_postgres.database() as url:
        await upgrade(url)
        ground = Ground(url, own_redis.url)
        await ground.configure(DEMO)
        try:
            yield ground
        finally:
            if own_postgres.pid is None:
                own_postgres.start()


@pytest.fixture(params=["sqlite", "postgresql"])
def ground(request: pytest.FixtureRequest) -> Ground:
    """Either of the two."""
    found: Ground = request.getfixturevalue(f"{request.param}_ground")
    return found


@pytest.fixture
def start_server(ground: Ground) -> Iterator[StartServer]:
    """Starts servers on the ground, perhaps with another configuration or settings; they are stopped at the end."""
    with ExitStack() as stack:

        async def start(configuration: str | None = None, **settings: object) -> ServerThread:
            if configuration is not None:
                await ground.configure(configuration)
            server = ServerThread(ground.settings(**settings))
            server.start()
            stack.callback(server.stop)
            return server

        yield start


@pytest.fixture
async def server(start_server: StartServer) -> ServerThread:
    """The demo, running."""
    return await start_server()


@pytest.fixture
def two_nodes(postgresql_ground: Ground, tmp_path: Path) -> Iterator[tuple[ServerCommand, ServerCommand]]:
    """Two servers over one PostgreSQL and one Redis, each a process of its own."""
    with ExitStack() as stack:
        nodes = [ServerCommand(postgresql_ground.settings(), tmp_path / f"node-{name}.log") for name in "ab"]
        start_together(nodes, stack)
        yield nodes[0], nodes[1]


@pytest.fixture
async def http(server: ServerThread) -> AsyncIterator[httpx2.AsyncClient]:
    """Requests of a page of the server's, without cookies."""
    async with browser(server) as client:
        yield client


@pytest.fixture
async def desk(server: ServerThread) -> AsyncIterator[httpx2.AsyncClient]:
    """Requests of the console of the administrator who approves terminals."""
    async with administrator(server) as client:
        yield client


# ---- One server for a module: tests of single messages leave nothing behind ----------------------------------


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The demo on either store, for the tests of a module."""
    # A loop of its own: the tests' loops end with each test.
    with asyncio.Runner() as runner:
        if request.param == "sqlite":
            ground = Ground(f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('shared') / 'palvelurinki.db'}", None)
            runner.run(_with_demo(ground.database_url))
            yield ground
            return
        postgres: Postgres = request.getfixturevalue("postgres")
        redis_server: RedisServer = request.getfixturevalue("redis_server")
        database = postgres.database()
        url = runner.run(database.__aenter__())
        try:
            runner.run(_with_demo(url))
            yield Ground(url, redis_server.url)
        finally:
            runner.run(database.__aexit__(None, None, None))


@pytest.fixture(scope="module")
def shared_server(shared_ground: Ground) -> Iterator[ServerThread]:
    """The demo, running for the tests of a module; each must leave it as it found it."""
    server = ServerThread(shared_ground.settings())
    server.start()
    yield server
    server.stop()
