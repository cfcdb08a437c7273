"""The configuration while it is used: what is about to go away is not put to use at the same moment."""

import asyncio
from contextlib import suppress

from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.domain.errors import Conflict
from palvelurinki.ports import Store
from tests.contract.builders import KIOSK, waiting
from tests.support.postgres import until_someone_waits


async def replace_unless_used(store: Store) -> bool:
    """A new revision without the kiosk, unless it has a contact: as `application.configuration` applies one."""
    async with store.transaction() as tx:
        await tx.configurations.hold(alone=True)
        if await tx.contacts.live_at([KIOSK]):
            return False
        await tx.configurations.add("{}", "x", await tx.configurations.latest_number())
        return True


async def request(store: Store, known: int) -> bool:
    """A contact at the kiosk, if the revision that is known is still in force: as `application.contacts` asks.

    One that only assumes so may be in conflict, which is no as well.
    """
    with suppress(Conflict):
        return await _request(store, known)
    return False


async def _request(store: Store, known: int) -> bool:
    async with store.transaction() as tx:
        await tx.configurations.hold()
        if await tx.configurations.latest_number() != known:
            return False
        await tx.contacts.add(waiting())
        return True


async def test_either_the_request_or_the_removal(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.configurations.add("{}", "x", 0)
    assert sorted(await asyncio.gather(request(store, 1), replace_unless_used(store))) == [False, True]


async def test_a_removal_waits_for_a_request_that_is_under_way_and_then_sees_it(
    postgresql_url: str, postgresql_store: SqlStore
) -> None:
    store = postgresql_store
    async with asyncio.TaskGroup() as tasks, store.transaction() as tx:
        await tx.configurations.hold()
        assert await tx.configurations.latest_number() == 0
        removal = tasks.create_task(replace_unless_used(store))
        await until_someone_waits(postgresql_url)
        await tx.contacts.add(waiting())
    assert removal.result() is False


async def test_a_request_waits_for_a_removal_that_is_under_way_and_then_knows_of_it(
    postgresql_url: str, postgresql_store: SqlStore
) -> None:
    store = postgresql_store
    async with asyncio.TaskGroup() as tasks, store.transaction() as tx:
        await tx.configurations.hold(alone=True)
        assert not await tx.contacts.live_at([KIOSK])
        asked = tasks.create_task(request(store, 0))
        await until_someone_waits(postgresql_url)
        await tx.configurations.add("{}", "x", 0)
    assert asked.result() is False


async def test_requests_do_not_wait_for_each_other(postgresql_store: SqlStore) -> None:
    async with postgresql_store.transaction() as one, postgresql_store.transaction() as other:
        await one.configurations.hold()
        await other.configurations.hold()
        assert await other.configurations.latest_number() == await one.configurations.latest_number() == 0


async def test_a_removal_waits_also_for_who_keeps_it_in_force_in_the_middle_of_a_transaction(
    postgresql_url: str, postgresql_store: SqlStore
) -> None:
    store = postgresql_store
    async with store.transaction() as tx:
        await tx.configurations.add("{}", "x", 0)
    async with asyncio.TaskGroup() as tasks, store.transaction() as tx:
        assert await tx.connections.connected(["terminal:kiosk-1"]) == frozenset()
        assert not await tx.configurations.keep_in_force(2)
        assert await tx.configurations.keep_in_force(1)
        removal = tasks.create_task(replace_unless_used(store))
        await until_someone_waits(postgresql_url)
        await tx.contacts.add(waiting())
    assert removal.result() is False


async def test_either_what_is_kept_in_force_or_the_removal(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.configurations.add("{}", "x", 0)

    async def begin() -> bool:
        with suppress(Conflict):
            async with store.transaction(assuming=True) as tx:
                if not await tx.configurations.keep_in_force(1):
                    return False
                await tx.contacts.add(waiting())
            return True
        return False

    assert sorted(await asyncio.gather(begin(), replace_unless_used(store))) == [False, True]
