"""Kiosks and experts, all at once, until they are told to stop; each has a log and a seed of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random

from tests.chaos.configuration import EXPERTS, TERMINALS
from tests.chaos.experts import Expert
from tests.chaos.kiosks import Customers
from tests.chaos.logs import Log
from tests.chaos.participant import Setting
from tests.chaos.world import World

# How long everybody may take to finish what they are in the middle of, once the world is whole.
FINISH_WITHIN_S = 120.0


@asynccontextmanager
async def running_load(world: World, logs: Path, seed: int) -> AsyncIterator[None]:
    """The load, while the block runs; at its end customers finish first, then experts."""
    async with AsyncExitStack() as stack:
        kiosks_close, experts_close = asyncio.Event(), asyncio.Event()

        def setting(principal: str, closing: asyncio.Event) -> Setting:
            chance = Random(f"{seed} {principal}")
            # Each begins at a node of its own choice.
            nodes = {node.url: node.name for node in chance.sample(list(world.nodes.values()), len(world.nodes))}
            log = stack.enter_context(Log(logs, principal))
            return Setting(nodes, world.secrets[principal], log, chance, closing)

        experts = [
            Expert(each, setting(f"staff:{each}", experts_close)) for group in EXPERTS.values() for each in group
        ]
        kiosks = [Customers(each, setting(f"terminal:{each}", kiosks_close)) for each in TERMINALS]
        async with asyncio.TaskGroup() as group:
            lives = [group.create_task(each.run(), name=each.identifier) for each in kiosks]
            for expert in experts:
                group.create_task(expert.run(), name=expert.identifier)
            # Where the block raises, the group cancels them all.
            yield
            kiosks_close.set()
            await asyncio.wait(lives, timeout=FINISH_WITHIN_S)
            experts_close.set()
