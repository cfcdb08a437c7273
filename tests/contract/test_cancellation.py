"""A task that is cancelled in a transaction, at whatever moment, has done all of it or nothing, and leaves no lock."""

import asyncio
import random

import pytest

from palvelurinki.ports import Store

ROUNDS = 60
# A lock that is left behind shows as a Conflict after the engine's lock wait; this is far less.
FREE_WITHIN_S = 3.0
# Two rows of one transaction, and what of them is looked at.
PAIR = ("terminal:mikkeli-kioski", "terminal:parainen-kioski")


async def write(store: Store, session: str) -> None:
    async with store.transaction() as tx:
        for principal in PAIR:
            await tx.connections.open(principal, session, "node", f"{session} of {principal}")
            await tx.now()


async def written(store: Store) -> set[str]:
    """The sessions of the two: one when what was written last was written whole."""
    async with store.reading() as tx:
        return {connection.session for connection in (await tx.connections.of(PAIR)).values()}


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_cancelled_transaction_is_whole_or_nothing_and_holds_nobody_up(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    await write(store, "before")
    undone = 0
    for number in range(ROUNDS):
        [before] = await written(store)
        task = asyncio.create_task(write(store, f"cancelled {number}"))
        # A store in memory is done after a few turns, a database after many.
        for _ in range(chance.randrange(chance.choice([4, 60]))):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        found = await written(store)
        assert found in ({before}, {f"cancelled {number}"})
        undone += found == {before}
        async with asyncio.timeout(FREE_WITHIN_S):
            await write(store, f"next {number}")
        assert await written(store) == {f"next {number}"}
    # Else nothing was cancelled in time, and nothing was shown.
    assert undone > 0
