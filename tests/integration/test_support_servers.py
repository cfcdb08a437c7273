"""The throwaway servers themselves: they start, answer, keep or lose what they should, and leave nobody behind."""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pytest
import redis
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from tests.support import turn as turns
from tests.support.coturn import Coturn, throwaway_coturn
from tests.support.namespace import in_loopback_namespace
from tests.support.ports import free_port
from tests.support.postgres import Postgres, throwaway_postgres
from tests.support.redis import RedisServer, throwaway_redis
from tests.support.server_process import ServerFailedError, ServerProcess
from tests.support.turn import TurnClient


class Running(Protocol):
    @property
    def pid(self) -> int | None: ...


def family(pid: int) -> set[int]:
    """The process and all its descendants."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found = {pid}
    while True:
        children = {child for child, parent in parents.items() if parent in found} - found
        if not children:
            return found
        found |= children


def is_alive(pid: int) -> bool:
    return Path("/proc", str(pid)).exists()


# ---- All of them ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("throwaway", [throwaway_postgres, throwaway_redis, throwaway_coturn])
def test_a_server_leaves_no_process_behind(throwaway: Callable[[], AbstractContextManager[Running]]) -> None:
    with throwaway() as server:
        assert server.pid is not None
        processes = family(server.pid)
        assert all(is_alive(pid) for pid in processes)
    assert not [pid for pid in processes if is_alive(pid)]


def test_a_server_that_dies_while_starting_is_told_with_its_last_words(tmp_path: Path) -> None:
    server = ServerProcess(["sh", "-c", "echo no such luck; exit 1"], ready="never", log=tmp_path / "log")
    with pytest.raises(ServerFailedError, match="no such luck"):
        server.start()
    assert server.pid is None


def test_a_server_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    """A test run that is killed cleans up nothing: the kernel does."""
    program = f"""
import os, pathlib, signal
from tests.support.server_process import ServerProcess
server = ServerProcess(
    ["sh", "-c", "echo ready; exec tail -f /dev/null"], ready="ready", log=pathlib.Path({str(tmp_path / "log")!r})
)
server.start()
print(server.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    try:
        orphan = os.pidfd_open(int(killed.stdout))
    except ProcessLookupError:
        return  # gone already
    try:
        ended, _, _ = select.select([orphan], [], [], 10)
        assert ended
    finally:
        os.close(orphan)


# ---- PostgreSQL ----------------------------------------------------------------------------------------------


async def scalar(url: str, statement: str) -> object:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return (await connection.execute(text(statement))).scalar_one()
    finally:
        await engine.dispose()


async def test_each_database_is_empty_and_apart(postgres: Postgres) -> None:
    async with postgres.database() as one, postgres.database() as other:
        assert one != other
        assert await scalar(one, "SELECT count(*) FROM pg_stat_user_tables") == 0
    with pytest.raises(DBAPIError, match="does not exist"):
        await scalar(one, "SELECT 1")


async def test_a_template_is_prepared_once_and_copied_each_time(postgres: Postgres) -> None:
    prepared: list[str] = []

    async def prepare(url: str) -> None:
        prepared.append(url)
        engine = create_async_engine(url)
        async with engine.begin() as connection:
            await connection.execute(text("CREATE TABLE contact (id integer PRIMARY KEY)"))
        await engine.dispose()

    for _ in range(2):
        template = await postgres.template("support_test", prepare)
        async with postgres.database(template=template) as url:
            assert await scalar(url, "INSERT INTO contact VALUES (1) RETURNING id") == 1
    assert len(prepared) == 1


async def test_a_durable_cluster_keeps_its_commits_through_an_immediate_stop() -> None:
    with throwaway_postgres() as cluster:
        async with cluster.database() as url:
            assert await scalar(url, "SHOW fsync") == "on"
            engine = create_async_engine(url)
            async with engine.begin() as connection:
                await connection.execute(text("CREATE TABLE contact AS SELECT 7 AS id"))
            await engine.dispose()

            cluster.stop_immediate()
            with pytest.raises(OSError, match="No such file"):
                await scalar(url, "SELECT 1")
            cluster.start()

            assert await scalar(url, "SELECT id FROM contact") == 7


# ---- Redis ---------------------------------------------------------------------------------------------------


def test_redis_answers_and_forgets(redis_server: RedisServer) -> None:
    with redis.Redis.from_url(redis_server.url) as client:
        client.set("key", "value")
        redis_server.flush()
        assert client.get("key") is None


def test_redis_is_gone_while_stopped_and_empty_after() -> None:
    with throwaway_redis() as server, redis.Redis.from_url(server.url, retry=None) as client:
        client.set("key", "value")
        server.stop()
        with pytest.raises(redis.ConnectionError):
            client.get("key")
        server.start()
        assert client.get("key") is None


# ---- coturn: STUN is RFC 8489, TURN is RFC 8656 --------------------------------------------------------------


@pytest.fixture
def turn(coturn: Coturn) -> Iterator[TurnClient]:
    """A client of the TURN server."""
    with TurnClient.to(coturn.host, coturn.port) as client:
        yield client


def test_coturn_answers_a_binding_request(turn: TurnClient) -> None:
    assert turn.ask(turns.BINDING).kind == turns.BINDING | turns.SUCCESS


def test_coturn_gives_no_relay_without_credentials(turn: TurnClient) -> None:
    answer = turn.ask(turns.ALLOCATE, turns.attribute(turns.REQUESTED_TRANSPORT, turns.UDP))
    assert answer.kind == turns.ALLOCATE | turns.ERROR
    assert answer.found[turns.REALM] == b"palvelurinki.test"


def test_coturn_relays_for_signed_credentials(turn: TurnClient, coturn: Coturn) -> None:
    answer = turn.allocate(*coturn.credentials("expert-1", int(time.time()) + 300))
    assert answer.kind == turns.ALLOCATE | turns.SUCCESS


def test_coturn_refuses_credentials_that_have_expired(turn: TurnClient, coturn: Coturn) -> None:
    answer = turn.allocate(*coturn.credentials("expert-1", int(time.time()) - 300))
    assert answer.kind == turns.ALLOCATE | turns.ERROR
    assert b"Unauthorized" in answer.found[turns.ERROR_CODE]


# ---- Namespaces and ports ------------------------------------------------------------------------------------


def test_a_loopback_namespace_has_loopback_up_and_nothing_else() -> None:
    program = (
        "import socket;"
        "server = socket.create_server(('127.0.0.1', 0));"
        "socket.create_connection(server.getsockname()).close();"
        "print(socket.if_nameindex())"
    )
    command = in_loopback_namespace([sys.executable, "-c", program])
    inside = subprocess.run(command, capture_output=True, text=True, check=True)
    assert inside.stdout.strip() == "[(1, 'lo')]"


def test_a_process_in_a_namespace_reaches_postgres_by_its_socket(postgres: Postgres) -> None:
    program = (
        "import asyncio, asyncpg, sys;"
        "connect = lambda: asyncpg.connect(host=sys.argv[1], user='postgres', database='postgres');"
        "print(asyncio.run(connect()).get_server_version().major)"
    )
    command = in_loopback_namespace([sys.executable, "-c", program, str(postgres.directory)])
    inside = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(inside.stdout) >= 15


def test_a_free_port_can_be_listened_on() -> None:
    with socket.create_server(("127.0.0.1", free_port())) as listener:
        assert listener.getsockname()[1] > 0
