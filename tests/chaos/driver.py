"""What a scenario has in its hands: the world, chance, and the log in which troubles are told to the checker."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from random import Random

from tests.chaos.logs import Log
from tests.chaos.world import NODES, Node, World


@dataclass(slots=True)
class Driver:
    """`long` is for the long form: the same troubles, for longer and more often."""

    world: World
    log: Log
    chance: Random
    long: bool

    def some_node(self) -> Node:
        """One of them, by chance."""
        return self.world.nodes[self.chance.choice(NODES)]

    async def do(self, work: Callable[[], object]) -> None:
        """Do what blocks, beside the load."""
        await self.world.do(work)

    async def for_s(self, seconds: float) -> None:
        """Let the load go on for so long."""
        await asyncio.sleep(seconds)

    async def for_a_while(self, shortest_s: float, longest_s: float) -> None:
        """Let the load go on."""
        await asyncio.sleep(self.chance.uniform(shortest_s, longest_s))

    def trouble(self, name: str, *nodes: Node) -> AbstractAsyncContextManager[None]:
        """Tell of a trouble at these nodes; at the others nothing may be noticed."""
        return self._told("trouble", name=name, nodes=[node.name for node in nodes])

    def slower(self, name: str) -> AbstractAsyncContextManager[None]:
        """Tell of a trouble that only costs time, at no node more than at another."""
        return self._told("trouble", name=name, nodes=[])

    def nothing_works(self, why: str) -> AbstractAsyncContextManager[None]:
        """Tell of a time in which nobody could do anything: nothing that falls due in it can be done in it."""
        return self._told("down", why=why)

    @asynccontextmanager
    async def _told(self, what: str, **fields: object) -> AsyncIterator[None]:
        begin = time.time()
        try:
            yield
        finally:
            self.log.write(what, begin=begin, end=time.time(), **fields)
