"""A task that is cancelled in the middle of a transaction, at whatever moment, leaves no lock behind."""

import asyncio
import random

import pytest

from palvelurinki.ports import Store

ROUNDS = 60
# A lock that is left behind shows as a Conflict after the engine's lock wait; this is far less.
FREE_WITHIN_S = 3.0


async def beat(store: Store, node: str) -> None:
    async with store.transaction() as tx:
        await tx.connections.beat(node)
        await tx.now()


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_cancelled_transaction_holds_nobody_up(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(ROUNDS):
        task = asyncio.create_task(beat(store, f"node-{number}"))
        for _ in range(chance.randrange(60)):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(FREE_WITHIN_S):
            await beat(store, "another")
