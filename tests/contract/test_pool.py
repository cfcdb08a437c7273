"""A database's connections: how long one is waited for, and that none is left when they have been closed."""

import asyncio

import asyncpg
import pytest

from palvelurinki.adapters.sql import postgresql, sqlite
from palvelurinki.adapters.sql.drivers import make_driver
from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.domain.errors import Busy
from tests.support.waiting import WITHIN_S

_SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


async def test_whoever_finds_all_lent_out_is_told_so_and_is_served_later(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (postgresql, sqlite):
        monkeypatch.setattr(module, "CONNECTIONS", 1)
        monkeypatch.setattr(module, "LOCK_WAIT_S", 0.1)
    store = SqlStore(url)
    try:
        async with store.looking() as only:
            await only.now()
            with pytest.raises(Busy, match="no connection to the database was free"):
                await store.ping()
        await store.ping()
    finally:
        await store.close()


async def test_closing_waits_for_whoever_was_just_told_to_stop(url: str) -> None:
    driver = make_driver(url)
    holds = asyncio.Event()

    async def hold() -> None:
        async with driver.writing():
            holds.set()
            await asyncio.Event().wait()

    # One gives its connection back in order, one is cancelled with it in hand.
    async with driver.looking():
        pass
    task = asyncio.create_task(hold())
    await holds.wait()
    task.cancel()
    await driver.close()
    assert task.cancelled()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_closing_ends_what_nobody_gives_back(postgresql_url: str) -> None:
    driver = make_driver(postgresql_url)
    holds, may_end = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with driver.looking():
            holds.set()
            await may_end.wait()

    task = asyncio.create_task(hold())
    await holds.wait()
    await driver.close()
    beside = await asyncpg.connect(postgresql_url.replace("+asyncpg", ""))
    try:
        async with asyncio.timeout(WITHIN_S):
            # The server notices the end of a connection by itself.
            while await beside.fetchval(_SESSIONS):
                pass
    finally:
        await beside.close()
    may_end.set()
    await task
    assert asyncio.all_tasks() == {asyncio.current_task()}
