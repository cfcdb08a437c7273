"""A node that starts before PostgreSQL or Redis: it listens, says what it waits for, and goes on when that comes."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from signal import SIGTERM
from typing import Any

import asyncpg
import httpx2
import pytest
from sqlalchemy import make_url
from uvicorn.lifespan.on import LifespanOn
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from palvelurinki.adapters.sql.engine import make_engine
from palvelurinki.protocol.http import ErrorBody, Missing, ReadyView, ServerPhase
from palvelurinki.serving import make_server
from tests.support.postgres import Postgres
from tests.support.redis import RedisServer
from tests.support.scenes import HOUSING
from tests.support.server import Ground, ServerCommand
from tests.support.waiting import contact_in

WAITS = "server.waits"
LISTENS = "Uvicorn running"
# What a node that migrates holds.
ADVISORY_LOCK = 7_042_015
SECRET = "a-password-that-no-log-may-show"


@pytest.fixture
def nodes() -> Iterator[ExitStack]:
    """Stops what a test has started."""
    with ExitStack() as stack:
        yield stack


def started(nodes: ExitStack, node: ServerCommand) -> ServerCommand:
    node.start()
    nodes.callback(node.stop)
    return node


async def got(node: ServerCommand, path: str) -> httpx2.Response:
    async with httpx2.AsyncClient(base_url=node.url) as client:
        return await client.get(path)


async def readiness(node: ServerCommand) -> tuple[int, ReadyView]:
    answer = await got(node, "/health/ready")
    return answer.status_code, ReadyView.model_validate_json(answer.content)


# ---- PostgreSQL ----------------------------------------------------------------------------------------------


async def test_without_its_database_it_lives_and_is_not_ready(
    stoppable_ground: Ground, own_postgres: Postgres, nodes: ExitStack, tmp_path: Path
) -> None:
    own_postgres.stop()
    node = started(nodes, ServerCommand(stoppable_ground.settings(), tmp_path / "node.log", ready=LISTENS))
    node.said(WAITS)
    assert (await got(node, "/health/live")).status_code == 200
    code, told = await readiness(node)
    assert (code, told.ok, told.phase, told.missing) == (503, False, ServerPhase.STARTING, [Missing.DATABASE])

    refused = await got(node, "/kiosk/")
    assert (refused.status_code, ErrorBody.model_validate_json(refused.content).code) == (503, "server.starting")
    assert int(refused.headers["retry-after"]) > 0
    assert "content-security-policy" in refused.headers
    with pytest.raises(InvalidStatus) as handshake:
        # Refused by HTTP, not accepted and closed: a proxy then asks the next node.
        async with connect(node.socket_url, origin=node.url):  # type: ignore[arg-type]  # a NewType of str
            pass
    assert handshake.value.response.status_code == 503

    own_postgres.start()
    node.said("Palvelurinki serves")
    code, told = await readiness(node)
    assert (code, told.ok, told.missing, told.bus) == (200, True, [], True)
    async with node.terminal("mikkeli-kioski") as kiosk:
        await kiosk.request_contact(HOUSING, "fi")
        await contact_in(kiosk, "waiting")
    lines = [line for line in node.log.read_text().splitlines() if WAITS in line]
    # Once for each reason: that nobody is there, and perhaps that it is starting.
    assert 1 <= len(lines) <= 2
    assert str(own_postgres.directory) in lines[0]


async def test_it_leaves_in_order_while_it_waits(
    stoppable_ground: Ground, own_postgres: Postgres, nodes: ExitStack, tmp_path: Path
) -> None:
    own_postgres.stop()
    node = ServerCommand(stoppable_ground.settings(), tmp_path / "node.log", ready=WAITS)
    started(nodes, node)
    node.send(SIGTERM)
    assert node.ended() == 0


async def test_a_node_waits_while_another_migrates_for_long(
    own_postgres: Postgres, nodes: ExitStack, tmp_path: Path
) -> None:
    """Longer than a lock may be waited for: the node does not take that for the end."""
    async with own_postgres.database() as url:
        database = make_url(url).database
        holder = await asyncpg.connect(host=str(own_postgres.directory), user="postgres", database=database)
        try:
            await holder.execute("SELECT pg_advisory_lock($1)", ADVISORY_LOCK)
            node = ServerCommand(Ground(url, None).settings(), tmp_path / "node.log", ready=LISTENS)
            started(nodes, node)
            node.said(WAITS)
        finally:
            await holder.close()
        node.said("Palvelurinki serves")


# ---- What waiting cannot mend ---------------------------------------------------------------------------------


async def gave_up(ground: Ground, log: Path, **settings: Any) -> str:  # noqa: ANN401  # settings
    node = ServerCommand(ground.settings(**settings), log, ready="store.unavailable")
    node.start()
    assert node.ended() == 1
    return log.read_text()


async def test_a_schema_that_is_newer_than_the_program_is_left_alone(stoppable_ground: Ground, tmp_path: Path) -> None:
    async with make_engine(stoppable_ground.database_url).begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert "newer than this program" in await gave_up(stoppable_ground, tmp_path / "node.log")


async def test_a_database_that_is_none_of_the_clusters_ends_it(stoppable_ground: Ground, tmp_path: Path) -> None:
    url = stoppable_ground.database_url.replace("/test_", "/no_such_")
    assert "does not exist" in await gave_up(Ground(url, None), tmp_path / "node.log")


async def test_a_wrong_password_ends_it_and_is_in_no_log(own_postgres: Postgres, tmp_path: Path) -> None:
    async with own_postgres.database() as url:
        server = await asyncpg.connect(host=str(own_postgres.directory), user="postgres", database="postgres")
        await server.execute("CREATE ROLE joined LOGIN PASSWORD 'another one'")
        rules = own_postgres.directory / "data" / "pg_hba.conf"
        before = rules.read_text()
        rules.write_text("local all joined scram-sha-256\n" + before)
        await server.execute("SELECT pg_reload_conf()")
        try:
            parsed = make_url(url).set(username="joined", password=SECRET)
            text = await gave_up(Ground(parsed.render_as_string(hide_password=False), None), tmp_path / "node.log")
            assert "password authentication failed" in text
            assert SECRET not in text
        finally:
            rules.write_text(before)
            await server.execute("SELECT pg_reload_conf()")
            await server.execute("DROP ROLE joined")
            await server.close()


async def test_a_file_that_is_no_database_ends_it(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("no database at all, but long enough to be looked at as one" * 20)
    text = await gave_up(Ground(f"sqlite+aiosqlite:///{tmp_path / 'notes.db'}", None), tmp_path / "node.log")
    assert "not a database" in text


# ---- Redis ---------------------------------------------------------------------------------------------------


async def test_without_redis_it_serves_and_says_so(
    stoppable_ground: Ground, own_redis: RedisServer, nodes: ExitStack, tmp_path: Path
) -> None:
    own_redis.stop()
    node = started(nodes, ServerCommand(stoppable_ground.settings(), tmp_path / "node.log"))
    code, told = await readiness(node)
    assert (code, told.ok, told.missing, told.bus) == (200, True, [], False)
    async with node.terminal("mikkeli-kioski") as kiosk:
        await kiosk.request_contact(HOUSING, "fi")
        await contact_in(kiosk, "waiting")
        own_redis.start()
        # Its subscriptions say when they have found it.
        node.said("bus.back")
        assert (await readiness(node))[1].bus is True


# ---- Both ----------------------------------------------------------------------------------------------------


async def test_it_says_that_it_serves_when_it_listens_and_not_before(
    sqlite_ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is told may come at once: systemd, a proxy, a test."""
    settings = sqlite_ground.settings()
    said: list[bool] = []
    told, behind = asyncio.Event(), asyncio.Event()

    def tell() -> None:
        said.append(is_listening(settings.port))
        told.set()

    server = make_server(settings, tell, log_level="warning")
    announce, begin = server.life.on_serving, LifespanOn.startup

    def serves() -> None:
        announce()
        behind.set()

    async def begin_slowly(lifespan: LifespanOn) -> None:
        await begin(lifespan)
        # All that is behind the web server is there before it listens.
        await behind.wait()

    server.life.on_serving = serves
    monkeypatch.setattr(LifespanOn, "startup", begin_slowly)
    serving = asyncio.create_task(server.serve())
    await told.wait()
    server.should_exit = True
    await serving
    assert said == [True]


def is_listening(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0
