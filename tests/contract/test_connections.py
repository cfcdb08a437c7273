"""Which session speaks for whom, and whose node has died."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from palvelurinki.ports import Connection, Store, Transaction
from tests.contract.conftest import START, ManualClock

WHO = "terminal:kiosk-1"
KEPT = timedelta(seconds=60)


async def test_first_session_replaces_none(timed: Store) -> None:
    async with timed.transaction() as tx:
        assert await tx.connections.get(WHO) is None
        assert await tx.connections.open(WHO, "s1", "n1", "ts1") is None
    async with timed.reading() as tx:
        assert await tx.connections.get(WHO) == Connection(WHO, "s1", "n1", START, None, "ts1")
        assert await tx.connections.get("terminal:other") is None


async def test_newest_session_speaks_and_the_replaced_one_is_told(timed: Store, clock: ManualClock) -> None:
    async with timed.transaction() as tx:
        await tx.connections.open(WHO, "s1", "n1", "ts1")
    clock.advance(seconds=5)
    async with timed.transaction() as tx:
        assert await tx.connections.open(WHO, "s2", "n2", "ts2") == Connection(WHO, "s1", "n1", START, None, "ts1")
        assert not await tx.connections.lose(WHO, "ts1")
        assert not await tx.connections.restore(WHO, "ts1")
        assert not await tx.connections.resume(WHO, "n1", "ts1", "later")
    async with timed.reading() as tx:
        assert await tx.connections.get(WHO) == Connection(WHO, "s2", "n2", START + timedelta(seconds=5), None, "ts2")


async def test_session_that_opens_again_replaces_none(timed: Store) -> None:
    async with timed.transaction() as tx:
        await tx.connections.open(WHO, "s1", "n1", "ts1")
        assert await tx.connections.open(WHO, "s1", "n2", "ts1") is None
        found = await tx.connections.get(WHO)
        assert found is not None
        assert found.node == "n2"


async def test_lost_session_comes_back_on_another_node(timed: Store, clock: ManualClock) -> None:
    async with timed.transaction() as tx:
        await tx.connections.open(WHO, "s1", "n1", "one")
    clock.advance(seconds=7)
    async with timed.transaction() as tx:
        assert await tx.connections.lose(WHO, "one")
        assert not await tx.connections.lose(WHO, "one")
    async with timed.reading() as tx:
        lost = await tx.connections.get(WHO)
        assert lost == Connection(WHO, "s1", "n1", START, START + timedelta(seconds=7), "one")
    async with timed.transaction() as tx:
        assert await tx.connections.resume(WHO, "n2", "one", "two")
    async with timed.reading() as tx:
        assert await tx.connections.get(WHO) == Connection(WHO, "s1", "n2", START, None, "two", "one")


async def test_token_is_good_until_the_one_that_it_brought_is_used(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.connections.beat("n1")
        await tx.connections.open(WHO, "s1", "n1", "one")
        # The answers with "two" and "three" are lost on the way.
        assert await tx.connections.resume(WHO, "n1", "one", "two")
        assert await tx.connections.resume(WHO, "n1", "one", "three")
        assert await tx.connections.resume(WHO, "n1", "one", "four")
        assert await tx.connections.resumable("two", KEPT) is None
        assert await tx.connections.resumable("one", KEPT) is not None
        assert await tx.connections.resume(WHO, "n1", "four", "five")
        for dead in ("one", "two", "three"):
            assert await tx.connections.resumable(dead, KEPT) is None
            assert not await tx.connections.resume(WHO, "n1", dead, "six")
        found = await tx.connections.resumable("five", KEPT)
        assert found is not None
        assert (found.session, found.token, found.token_before) == ("s1", "five", "four")


async def test_session_is_kept_for_a_while(timed: Store, clock: ManualClock) -> None:
    async with timed.transaction() as tx:
        await tx.connections.beat("n1")
        await tx.connections.open(WHO, "s1", "n1", "one")
        assert await tx.connections.resumable("unknown", KEPT) is None
    clock.advance(seconds=30)
    async with timed.transaction() as tx:
        await tx.connections.lose(WHO, "one")
    clock.advance(seconds=60)
    async with timed.reading() as tx:
        assert await tx.connections.resumable("one", KEPT) is not None
    clock.advance(microseconds=1)
    async with timed.reading() as tx:
        assert await tx.connections.resumable("one", KEPT) is None


async def test_session_of_a_node_that_died_without_a_word_is_kept_as_long(timed: Store, clock: ManualClock) -> None:
    async with timed.transaction() as tx:
        await tx.connections.open(WHO, "s1", "n1", "one")
        # A node that has never shown life has nothing to give over.
        assert await tx.connections.resumable("one", KEPT) is None
        await tx.connections.beat("n1")
    clock.advance(seconds=60)
    async with timed.reading() as tx:
        assert await tx.connections.resumable("one", KEPT) is not None
    clock.advance(microseconds=1)
    async with timed.reading() as tx:
        assert await tx.connections.resumable("one", KEPT) is None


async def test_loss_of_one_socket_is_not_that_of_the_next(store: Store) -> None:
    """It may be told late: by a node that waits for the database, or by one that found the holder dead."""
    async with store.transaction() as tx:
        await tx.connections.open(WHO, "s1", "n1", "one")
        await tx.connections.resume(WHO, "n1", "one", "two")
        assert not await tx.connections.lose(WHO, "one")
        assert not await tx.connections.restore(WHO, "one")
        assert await tx.connections.is_there(WHO)


async def test_socket_that_was_taken_for_lost_is_there_again(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.connections.open(WHO, "s1", "n1", "one")
        await tx.connections.lose(WHO, "one")
        assert await tx.connections.restore(WHO, "one")
        assert await tx.connections.is_there(WHO)


async def test_nobody_resumes_what_was_revoked(timed: Store, clock: ManualClock) -> None:
    async with timed.transaction() as tx:
        assert not await tx.connections.revoke(WHO)
        await tx.connections.beat("n1")
        await tx.connections.open(WHO, "s1", "n1", "one")
        await tx.connections.resume(WHO, "n1", "one", "two")
        assert await tx.connections.revoke(WHO)
    clock.advance(seconds=1)
    async with timed.transaction() as tx:
        assert await tx.connections.revoke(WHO)
        for token in ("one", "two"):
            assert await tx.connections.resumable(token, KEPT) is None
            assert not await tx.connections.resume(WHO, "n1", token, "three")
        # Away since the first time.
        assert await tx.connections.get(WHO) == Connection(WHO, "s1", "n1", START, START)


async def test_lost_session_is_replaced_like_any_other(timed: Store) -> None:
    async with timed.transaction() as tx:
        await tx.connections.open(WHO, "s1", "n1", "one")
        await tx.connections.lose(WHO, "one")
        assert await tx.connections.open(WHO, "s2", "n1", "two") == Connection(WHO, "s1", "n1", START, START, "one")
        found = await tx.connections.get(WHO)
        assert found is not None
        assert found.lost_at is None


async def test_unknown_principal_has_nothing_to_lose(store: Store) -> None:
    async with store.transaction() as tx:
        assert not await tx.connections.lose(WHO, "one")
        assert not await tx.connections.restore(WHO, "one")
        assert not await tx.connections.resume(WHO, "n1", "one", "two")


async def test_newest_sessions_of_several(timed: Store) -> None:
    async with timed.transaction() as tx:
        for name in ("a", "b"):
            await tx.connections.open(f"staff:{name}", f"s-{name}", "n1", f"t-{name}")
    async with timed.reading() as tx:
        found = await tx.connections.of(["staff:a", "staff:b", "staff:unknown"])
        assert {principal: each.session for principal, each in found.items()} == {"staff:a": "s-a", "staff:b": "s-b"}
        assert await tx.connections.of([]) == {}


async def test_connected_are_those_whose_socket_is_there(store: Store) -> None:
    async with store.transaction() as tx:
        for name in ("a", "b", "c"):
            await tx.connections.open(f"staff:{name}", f"s-{name}", "n1", f"t-{name}")
        await tx.connections.lose("staff:b", "t-b")
    async with store.reading() as tx:
        asked = ["staff:a", "staff:b", "staff:unknown"]
        assert await tx.connections.connected(asked) == frozenset({"staff:a"})
        assert await tx.connections.connected([]) == frozenset()


async def test_principal_is_there_until_the_loss_is_written(locking_store: Store) -> None:
    async with locking_store.transaction() as tx:
        assert not await tx.connections.is_there(WHO)
        await tx.connections.open(WHO, "s1", "n1", "ts1")
        assert await tx.connections.is_there(WHO)
        await tx.connections.lose(WHO, "ts1")
        assert not await tx.connections.is_there(WHO)


async def test_principal_is_there_in_its_newest_session_alone(locking_store: Store) -> None:
    async with locking_store.transaction() as tx:
        await tx.connections.open(WHO, "s1", "n1", "ts1")
        assert await tx.connections.is_there(WHO, "s1")
        await tx.connections.open(WHO, "s2", "n1", "ts2")
        assert not await tx.connections.is_there(WHO, "s1")
        assert await tx.connections.is_there(WHO, "s2")
        assert await tx.connections.is_there(WHO)
        await tx.connections.lose(WHO, "ts2")
        assert not await tx.connections.is_there(WHO, "s2")


async def _is_there(tx: Transaction) -> bool:
    return await tx.connections.is_there(WHO)


async def _held(tx: Transaction) -> bool:
    found = await tx.connections.hold(WHO)
    assert found == await tx.connections.get(WHO)
    return found is not None


async def test_of_who_never_had_a_session_there_is_nothing_to_hold(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.connections.hold(WHO) is None


@pytest.mark.parametrize("look", [_is_there, _held])
async def test_loss_waits_for_those_who_saw_the_principal_there(
    locking_store: Store, look: Callable[[Transaction], Awaitable[bool]]
) -> None:
    """Two may look at the same time; what they then write is seen by whoever deals with the loss."""
    async with locking_store.transaction() as tx:
        await tx.connections.open(WHO, "s1", "n1", "ts1")
    order: list[str] = []
    looked = asyncio.Event()

    async def lose() -> None:
        await looked.wait()
        async with locking_store.transaction() as tx:
            assert await tx.connections.lose(WHO, "ts1")
            order.append("lost")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(lose())
        async with locking_store.transaction() as tx:
            assert await look(tx)
            looked.set()
            for _ in range(20):
                await tx.connections.get(WHO)
            order.append("looked")
    assert order == ["looked", "lost"]


async def test_connections_of_nodes_that_stopped_beating_or_never_beat(timed: Store, clock: ManualClock) -> None:
    async with timed.transaction() as tx:
        await tx.connections.beat("silent")
        await tx.connections.beat("alive")
        for node in ("silent", "alive", "unheard"):
            await tx.connections.open(f"staff:{node}", node, node, node)
        await tx.connections.open("staff:lost", "lost", "silent", "lost")
        await tx.connections.lose("staff:lost", "lost")
        assert [each.node for each in await tx.connections.of_dead_nodes(timedelta(seconds=2), 9)] == ["unheard"]
    clock.advance(seconds=2)
    async with timed.transaction() as tx:
        await tx.connections.beat("alive")
        # Longer than that, not as long as that.
        assert [each.node for each in await tx.connections.of_dead_nodes(timedelta(seconds=2), 9)] == ["unheard"]
    clock.advance(microseconds=1)
    async with timed.reading() as tx:
        dead = await tx.connections.of_dead_nodes(timedelta(seconds=2), 9)
        assert dead == [
            Connection("staff:silent", "silent", "silent", START, None, "silent"),
            Connection("staff:unheard", "unheard", "unheard", START, None, "unheard"),
        ]
        assert await tx.connections.of_dead_nodes(timedelta(seconds=2), 1) == dead[:1]
