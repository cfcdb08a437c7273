"""What a node says of itself when it is asked how it is."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import asyncpg
import httpx2
import pytest
from sqlalchemy import make_url

from palvelurinki.adapters.sql.migrate import upgrade
from palvelurinki.application import sweeping
from palvelurinki.client import open_demo
from palvelurinki.client.tickets import COOKIES
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.ports import Deadline
from palvelurinki.protocol.http import LiveView, Missing, ReadyView, ServerPhase
from palvelurinki.web import vitals
from tests.integration.conftest import DEMO, StartServer
from tests.support.postgres import Postgres
from tests.support.server import Ground, Server, ServerThread
from tests.support.waiting import WITHIN_S

# The engine's pool with its overflow; and more who ask than that.
FULL_POOL = 20
CROWD = 30
WAIT_FOR_A_LOCK = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


async def asked(server: Server) -> tuple[int, ReadyView]:
    async with httpx2.AsyncClient(base_url=server.url, timeout=WITHIN_S) as client:
        answer = await client.get("/health/ready")
    return answer.status_code, ReadyView.model_validate_json(answer.content)


async def ready_when(server: Server, holds: Callable[[ReadyView], bool]) -> tuple[int, ReadyView]:
    """What it says once that `holds`."""
    async with asyncio.timeout(WITHIN_S):
        while not holds((told := await asked(server))[1]):
            pass
    return told


async def test_a_node_that_is_well(server: ServerThread) -> None:
    async with httpx2.AsyncClient(base_url=server.url) as client:
        live = await client.get("/health/live")
    assert (live.status_code, LiveView.model_validate_json(live.content).ok) == (200, True)
    code, told = await asked(server)
    assert (code, told.ok, told.phase, told.missing, told.bus) == (200, True, ServerPhase.SERVING, [], True)
    assert told.lag_s == 0
    for since in (told.swept_s, told.looked_s, told.beat_s):
        assert since is not None
        assert 0 <= since < vitals.STILL_AFTER_S


async def test_the_lag_is_that_of_the_most_overdue_deadline(
    start_server: StartServer, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = asyncio.Event()

    async def stuck(_context: object) -> int:
        await never.wait()
        return 0

    monkeypatch.setattr(sweeping, "sweep", stuck)
    server = await start_server()
    assert (await asked(server))[0] == 200
    async with ground.store() as store, store.transaction() as tx:
        now = await tx.now()
        for age_s in (3, 60):
            await tx.deadlines.set(Deadline(DeadlineKind.CONTACT_RETRY, f"c{age_s}", now - timedelta(seconds=age_s)))
    code, told = await asked(server)
    assert (code, told.ok, told.missing) == (503, False, [Missing.SWEEPER])
    assert told.lag_s is not None
    assert 60 <= told.lag_s < 120


@pytest.mark.parametrize(
    ("loop", "missing"), [("sweeping.sweep", Missing.SWEEPER), ("connections.lose_dead_nodes", Missing.LOOK)]
)
async def test_a_loop_that_stands_still_is_told(
    start_server: StartServer, monkeypatch: pytest.MonkeyPatch, loop: str, missing: Missing
) -> None:
    never = asyncio.Event()

    async def stuck(*_given: object) -> int:
        await never.wait()
        return 0

    monkeypatch.setattr(f"palvelurinki.application.{loop}", stuck)
    monkeypatch.setattr(vitals, "STILL_AFTER_S", 1.5)
    server = await start_server()
    code, told = await ready_when(server, lambda view: missing in view.missing)
    assert (code, told.ok) == (503, False)


# ---- PostgreSQL goes away, or hangs --------------------------------------------------------------------------


@pytest.fixture
async def database_url(own_postgres: Postgres) -> AsyncIterator[str]:
    """The demo on that cluster."""
    async with own_postgres.database() as url:
        await upgrade(url)
        await Ground(url, None).configure(DEMO)
        yield url


@pytest.fixture
def on_its_own(database_url: str) -> Iterator[ServerThread]:
    """A server there."""
    server = ServerThread(Ground(database_url, None).settings())
    server.start()
    yield server
    server.stop()


@contextmanager
def paused(postgres: Postgres) -> Iterator[None]:
    """The whole cluster stands still: it takes connections, and answers nothing."""
    assert postgres.pid
    processes = [postgres.pid, *_children(postgres.pid)]
    for each in processes:
        os.kill(each, signal.SIGSTOP)
    try:
        yield
    finally:
        for each in processes:
            os.kill(each, signal.SIGCONT)


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def test_a_database_that_was_stopped_is_missing_until_it_is_back(
    on_its_own: ServerThread, own_postgres: Postgres
) -> None:
    own_postgres.stop_immediate()
    code, told = await asked(on_its_own)
    assert (code, told.lag_s) == (503, None)
    assert Missing.DATABASE in told.missing
    own_postgres.start()
    assert (await ready_when(on_its_own, lambda view: view.ok))[0] == 200


async def test_a_database_that_hangs_is_missing_and_keeps_no_check_waiting(
    on_its_own: ServerThread, own_postgres: Postgres
) -> None:
    with paused(own_postgres):
        # So many at once get the same answer, together.
        async with asyncio.timeout(WITHIN_S):
            answers = await asyncio.gather(*(asked(on_its_own) for _ in range(CROWD)))
        assert {code for code, _ in answers} == {503}
        assert all(Missing.DATABASE in told.missing for _, told in answers)
    assert (await ready_when(on_its_own, lambda view: view.ok))[0] == 200


async def test_a_full_pool_keeps_no_check_waiting(
    on_its_own: ServerThread, own_postgres: Postgres, database_url: str
) -> None:
    secret = await open_demo(on_its_own.url, "terminal", "mikkeli-kioski")
    cookie = {"cookie": f"{COOKIES['terminal']}={secret}"}
    database = make_url(database_url).database
    reached = {"host": str(own_postgres.directory), "user": "postgres", "database": database}
    holder, onlooker = await asyncpg.connect(**reached), await asyncpg.connect(**reached)
    async with httpx2.AsyncClient(base_url=on_its_own.url, timeout=WITHIN_S) as client:
        async with holder.transaction():
            await holder.execute("LOCK TABLE sign_in IN ACCESS EXCLUSIVE MODE")
            waiting = [
                asyncio.create_task(client.get("/api/v1/terminal/catalogue", headers=cookie)) for _ in range(CROWD)
            ]
            async with asyncio.timeout(WITHIN_S):
                while await onlooker.fetchval(WAIT_FOR_A_LOCK) < FULL_POOL:
                    pass
            _, told = await asked(on_its_own)
            assert Missing.DATABASE not in told.missing
            assert told.lag_s is not None
        await asyncio.gather(*waiting)
    await holder.close()
    await onlooker.close()
