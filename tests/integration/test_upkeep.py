"""What a node must do at all times does not wait behind what people ask of it.

On SQLite nobody waits for somebody else's lock while others write, and there is no other node.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx2
import pytest

from palvelurinki.adapters.sql.connecting import APPLICATION, POSTGRESQL_SETTINGS
from palvelurinki.adapters.sql.postgresql import CONNECTIONS
from palvelurinki.client import open_demo
from palvelurinki.client.tickets import COOKIES
from tests.integration.conftest import StartServer
from tests.support.server import Ground, ServerThread

# More than the pool has connections.
CROWD = CONNECTIONS + 10
BEATS = 3
# Only a failing test waits so long.
PATIENCE_S = 45
# What each of them reads first.
HOLD = "LOCK TABLE sign_in IN ACCESS EXCLUSIVE MODE"
# Who waits for it, and since when: those who ask, not the upkeep.
STUCK = """
    SELECT pid, query_start FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%sign_in%'
"""

Answers = list["asyncio.Task[httpx2.Response]"]


@pytest.fixture
def ground(postgresql_ground: Ground) -> Ground:
    return postgresql_ground


@asynccontextmanager
async def session(ground: Ground, name: str) -> AsyncIterator[Any]:
    """A session in the database, of this name; asyncpg has no types for it."""
    connection = await asyncpg.connect(
        ground.database_url.replace("+asyncpg", ""), server_settings={"application_name": name}
    )
    try:
        yield connection
    finally:
        connection.terminate()


@asynccontextmanager
async def full_pool(server: ServerThread, ground: Ground, holder: Any) -> AsyncIterator[tuple[Answers, Any]]:  # noqa: ANN401
    """The holder keeps all whom the pool serves waiting; gives what they are answered, and an onlooker."""
    secret = await open_demo(server.url, "terminal", "mikkeli-kioski")
    cookie = {"cookie": f"{COOKIES['terminal']}={secret}"}
    async with (
        session(ground, "onlooker") as onlooker,
        httpx2.AsyncClient(base_url=server.url, headers=cookie, timeout=PATIENCE_S) as client,
        asyncio.timeout(PATIENCE_S),
    ):
        await holder.execute(f"BEGIN; {HOLD}")
        answers = [asyncio.create_task(client.get("/api/v1/terminal/catalogue")) for _ in range(CROWD)]
        while len(await stuck(onlooker)) < CONNECTIONS:
            pass
        yield answers, onlooker
        await asyncio.gather(*answers)


async def stuck(onlooker: Any) -> set[tuple[object, ...]]:  # noqa: ANN401
    """Who waits, and since when. Asked without haste: the server computes in this process, too."""
    await onlooker.execute("SELECT pg_sleep(0.02)")
    return {tuple(row) for row in await onlooker.fetch(STUCK)}


async def test_a_node_whose_pool_is_full_goes_on_showing_life(
    start_server: StartServer, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody is refused a lock, and so frees a place in the pool, before enough has been seen.
    monkeypatch.setitem(POSTGRESQL_SETTINGS, "lock_timeout", f"{PATIENCE_S}s")
    server = await start_server()
    async with session(ground, "holder") as holder, full_pool(server, ground, holder) as (_, onlooker):
        full = await stuck(onlooker)
        beats: set[object] = set()
        # Until one of these goes on, nothing in the pool is free.
        while len(beats) <= BEATS and full <= await stuck(onlooker):
            beats.add(await onlooker.fetchval("SELECT max(beat_at) FROM node"))
        await holder.execute("ROLLBACK")
        assert len(beats) > BEATS


async def test_whoever_waits_for_a_dead_nodes_lock_does_not_keep_it_from_being_fenced(
    server: ServerThread, ground: Ground
) -> None:
    """The dead node's lock fills the pool of the one that is to end its session, and nobody is refused for it."""
    async with session(ground, f"{APPLICATION} dead") as dead:
        await dead.execute("INSERT INTO node (id, beat_at) VALUES ('dead', now() - interval '1 minute')")
        async with full_pool(server, ground, dead) as (answers, _):
            assert {answer.status_code for answer in await asyncio.gather(*answers)} == {200}
