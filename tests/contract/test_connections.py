"""Which session speaks for whom, and whose node has died."""

import asyncio
from datetime import timedelta

from palvelurinki.ports import Connection, Store
from tests.contract.conftest import START, ManualClock

WHO = "terminal:kiosk-1"


async def test_first_session_replaces_none(timed: Store) -> None:
    async with timed.transaction() as tx:
        assert await tx.connections.get(WHO) is None
        assert await tx.connections.open(WHO, "s1", "n1") is None
    async with timed.reading() as tx:
        assert await tx.connections.get(WHO) == Connection(WHO, "s1", "n1", START, None)
        assert await tx.connections.get("terminal:other") is None


async def test_newest_session_speaks_and_the_replaced_one_is_told(timed: Store, clock: ManualClock) -> None:
    async with timed.transaction() as tx:
        await tx.connections.open(WHO, "s1", "n1")
    clock.advance(seconds=5)
    async with timed.transaction() as tx:
        assert await tx.connections.open(WHO, "s2", "n2") == Connection(WHO, "s1", "n1", START, None)
        assert not await tx.connections.lose(WHO, "s1")
        assert not await tx.connections.restore(WHO, "s1", "n1")
    async with timed.reading() as tx:
        assert await tx.connections.get(WHO) == Connection(WHO, "s2", "n2", START + timedelta(seconds=5), None)


async def test_session_that_opens_again_replaces_none(timed: Store) -> None:
    async with timed.transaction() as tx:
        await tx.connections.open(WHO, "s1", "n1")
        assert await tx.connections.open(WHO, "s1", "n2") is None
        found = await tx.connections.get(WHO)
        assert found is not None
        assert found.node == "n2"


async def test_lost_session_comes_back_on_another_node(timed: Store, clock: ManualClock) -> None:
    async with timed.transaction() as tx:
        await tx.connections.open(WHO, "s1", "n1")
    clock.advance(seconds=7)
    async with timed.transaction() as tx:
        assert await tx.connections.lose(WHO, "s1")
        assert not await tx.connections.lose(WHO, "s1")
    async with timed.reading() as tx:
        lost = await tx.connections.get(WHO)
        assert lost == Connection(WHO, "s1", "n1", START, START + timedelta(seconds=7))
    async with timed.transaction() as tx:
        assert await tx.connections.restore(WHO, "s1", "n2")
        assert await tx.connections.restore(WHO, "s1", "n2")
    async with timed.reading() as tx:
        assert await tx.connections.get(WHO) == Connection(WHO, "s1", "n2", START, None)


async def test_lost_session_is_replaced_like_any_other(timed: Store) -> None:
    async with timed.transaction() as tx:
        await tx.connections.open(WHO, "s1", "n1")
        await tx.connections.lose(WHO, "s1")
        assert await tx.connections.open(WHO, "s2", "n1") == Connection(WHO, "s1", "n1", START, START)
        found = await tx.connections.get(WHO)
        assert found is not None
        assert found.lost_at is None


async def test_unknown_principal_has_nothing_to_lose(store: Store) -> None:
    async with store.transaction() as tx:
        assert not await tx.connections.lose(WHO, "s1")
        assert not await tx.connections.restore(WHO, "s1", "n1")


async def test_connected_are_those_whose_socket_is_there(store: Store) -> None:
    async with store.transaction() as tx:
        for name in ("a", "b", "c"):
            await tx.connections.open(f"staff:{name}", f"s-{name}", "n1")
        await tx.connections.lose("staff:b", "s-b")
    async with store.reading() as tx:
        asked = ["staff:a", "staff:b", "staff:unknown"]
        assert await tx.connections.connected(asked) == frozenset({"staff:a"})
        assert await tx.connections.connected([]) == frozenset()


async def test_principal_is_there_until_the_loss_is_written(store: Store) -> None:
    async with store.transaction() as tx:
        assert not await tx.connections.is_there(WHO)
        await tx.connections.open(WHO, "s1", "n1")
        assert await tx.connections.is_there(WHO)
        await tx.connections.lose(WHO, "s1")
        assert not await tx.connections.is_there(WHO)


async def test_loss_waits_for_those_who_saw_the_principal_there(store: Store) -> None:
    """Two may look at the same time; what they then write is seen by whoever deals with the loss."""
    async with store.transaction() as tx:
        await tx.connections.open(WHO, "s1", "n1")
    order: list[str] = []
    looked = asyncio.Event()

    async def lose() -> None:
        await looked.wait()
        async with store.transaction() as tx:
            assert await tx.connections.lose(WHO, "s1")
            order.append("lost")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(lose())
        async with store.transaction() as tx:
            assert await tx.connections.is_there(WHO)
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
            await tx.connections.open(f"staff:{node}", node, node)
        await tx.connections.open("staff:lost", "lost", "silent")
        await tx.connections.lose("staff:lost", "lost")
        assert [each.node for each in await tx.connections.of_dead_nodes(timedelta(seconds=2))] == ["unheard"]
    clock.advance(seconds=2)
    async with timed.transaction() as tx:
        await tx.connections.beat("alive")
        # Longer than that, not as long as that.
        assert [each.node for each in await tx.connections.of_dead_nodes(timedelta(seconds=2))] == ["unheard"]
    clock.advance(microseconds=1)
    async with timed.reading() as tx:
        dead = await tx.connections.of_dead_nodes(timedelta(seconds=2))
        assert dead == [
            Connection("staff:silent", "silent", "silent", START, None),
            Connection("staff:unheard", "unheard", "unheard", START, None),
        ]


async def test_what_a_node_has_lost_is_its_own_and_not_what_came_back(timed: Store) -> None:
    async with timed.transaction() as tx:
        for who, node in (("terminal:a", "n1"), ("terminal:b", "n1"), ("terminal:c", "n2"), ("terminal:d", "n1")):
            await tx.connections.open(who, f"session-of-{who}", node)
            if who != "terminal:d":
                await tx.connections.lose(who, f"session-of-{who}")
        await tx.connections.restore("terminal:b", "session-of-terminal:b", "n1")
    async with timed.reading() as tx:
        assert [each.principal for each in await tx.connections.lost_at_node("n1")] == ["terminal:a"]
