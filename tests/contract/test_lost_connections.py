"""A connection to PostgreSQL that is lost in a transaction: before the commit nothing was done, and that is said."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg
import pytest
from sqlalchemy import make_url

from palvelurinki.adapters.sql.postgresql import PostgresqlDriver
from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.domain.commands import SetLanguage
from palvelurinki.domain.errors import Busy, Conflict
from palvelurinki.ports import OutcomeUnknown
from tests.contract.builders import then, waiting
from tests.support.postgres import until_someone_waits

_END_THE_OTHERS = """
    SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'palvelurinki'
"""

_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'palvelurinki'"
)


async def end_sessions(url: str) -> None:
    """End all of the store's sessions, and wait until they have ended."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        assert await connection.fetchval(_END_THE_OTHERS) > 0
    finally:
        await connection.close()


async def add_after_a_loss(store: SqlStore, url: str) -> None:
    async with store.transaction() as tx:
        # What is locked has begun a transaction.
        await tx.contacts.load(waiting().id)
        await end_sessions(url)
        await tx.contacts.add(waiting())


async def look_after_a_loss(store: SqlStore, url: str) -> None:
    async with store.reading() as tx:
        await end_sessions(url)
        await tx.contacts.load(waiting().id)


async def test_a_loss_before_the_commit_is_a_conflict_and_the_next_try_works(postgresql_url: str) -> None:
    store = SqlStore(postgresql_url)
    try:
        with pytest.raises(Conflict):
            await add_after_a_loss(store, postgresql_url)
        async with store.transaction() as tx:
            assert await tx.contacts.load(waiting().id) is None
            await tx.contacts.add(waiting())
        async with store.reading() as tx:
            assert await tx.contacts.load(waiting().id) is not None
    finally:
        await store.close()


async def test_a_loss_while_only_reading_may_be_asked_again(postgresql_url: str) -> None:
    store = SqlStore(postgresql_url)
    try:
        with pytest.raises(Busy) as told:
            await look_after_a_loss(store, postgresql_url)
        reason = told.value.__cause__
        assert isinstance(reason, asyncpg.PostgresConnectionError | asyncpg.AdminShutdownError | asyncpg.InterfaceError)
        async with store.reading() as tx:
            assert await tx.contacts.load(waiting().id) is None
    finally:
        await store.close()


async def _impatient(driver: Any) -> None:  # noqa: ANN401  # asyncpg has no types
    await driver.execute("SET idle_in_transaction_session_timeout = '20ms'")


async def _until_there_is_none(url: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        while await connection.fetchval(_OTHERS):
            pass
    finally:
        await connection.close()


async def _meanwhile_here(url: str) -> None:
    await _until_there_is_none(url)


async def _with_this_loop_held_up(url: str) -> None:
    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, _until_there_is_none(url)).result()


PAUSES = [_meanwhile_here, _with_this_loop_held_up]


@pytest.mark.parametrize("pause", PAUSES)
async def test_a_transaction_that_paused_for_too_long_is_a_conflict_at_its_commit(
    postgresql_url: str, pause: Callable[[str], Awaitable[None]]
) -> None:
    """The server has ended its session, and with it the transaction: of this commit it is known that it was none."""
    store = SqlStore(PostgresqlDriver(make_url(postgresql_url), _impatient))

    async def add_slowly() -> None:
        async with store.transaction() as tx:
            await tx.contacts.load(waiting().id)
            await tx.contacts.add(waiting())
            # What was put off is written before this: only the commit is left.
            assert not await tx.connections.lose("terminal:nobody", "no token")
            await pause(postgresql_url)

    try:
        with pytest.raises(Conflict):
            await add_slowly()
        async with store.reading() as tx:
            assert await tx.contacts.load(waiting().id) is None
    finally:
        await store.close()


@pytest.mark.parametrize("pause", PAUSES)
async def test_what_was_read_before_too_long_a_pause_was_read(
    postgresql_url: str, pause: Callable[[str], Awaitable[None]]
) -> None:
    store = SqlStore(PostgresqlDriver(make_url(postgresql_url), _impatient))
    try:
        async with store.reading() as tx:
            assert await tx.contacts.load(waiting().id) is None
            await pause(postgresql_url)
        await store.ping()
    finally:
        await store.close()


async def test_of_a_commit_in_the_middle_of_which_the_server_went_away_nobody_knows(postgresql_url: str) -> None:
    """Writes that are their own commit wait for a lock when the session ends."""
    store = SqlStore(postgresql_url)
    blocker = await asyncpg.connect(postgresql_url.replace("+asyncpg", ""))
    try:
        async with store.transaction() as tx:
            await tx.contacts.add(waiting())
        await blocker.execute("BEGIN; SELECT FROM contact FOR UPDATE")

        async def save() -> None:
            async with store.transaction(assuming=True) as tx:
                contact = await tx.contacts.load(waiting().id)
                assert contact is not None
                await tx.contacts.save(then(contact, SetLanguage("sv")))

        saving = asyncio.create_task(save())
        await until_someone_waits(postgresql_url)
        await end_sessions(postgresql_url)
        with pytest.raises(OutcomeUnknown):
            await saving
    finally:
        await blocker.close()
        await store.close()
