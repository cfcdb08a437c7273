"""A connection to PostgreSQL that is lost in a transaction: before the commit nothing was done, and that is said."""

import asyncpg
import pytest

from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.domain.errors import Conflict
from tests.contract.builders import waiting

_END_THE_OTHERS = """
    SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'palvelurinki'
"""


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


async def test_a_loss_while_only_reading_stays_what_it_is(postgresql_url: str) -> None:
    store = SqlStore(postgresql_url)
    try:
        with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError, asyncpg.InterfaceError)):
            await look_after_a_loss(store, postgresql_url)
    finally:
        await store.close()
