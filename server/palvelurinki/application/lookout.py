"""The lookout: tells the other nodes whether this one reaches the database, hears it of them, and says what follows."""

import asyncio
import json
from collections.abc import Callable
from typing import Final

import structlog

from palvelurinki.application.reach import Reach, Standing
from palvelurinki.ports import Bus

CHANNEL: Final = "reach"
LOOK_EVERY_S: Final = 0.5

log = structlog.get_logger(__name__)


class Lookout:
    """`on_cut_off` are called when the node is cut off from a database that others reach. `run` until cancelled.

    Whoever has something for the database that can wait waits for `there`, instead of asking it again and again.
    """

    def __init__(self, bus: Bus, node: str) -> None:
        self.reach = Reach(node, asyncio.get_running_loop().time())
        self.on_cut_off: list[Callable[[], None]] = []
        self.there = asyncio.Event()
        self.there.set()
        self._bus = bus
        self._node = node

    @property
    def standing(self) -> Standing:
        """How this node stands to its database."""
        return self.reach.standing

    def missed(self) -> None:
        """This node's sign of life could not be written."""
        self.reach.missed(asyncio.get_running_loop().time())

    def reached(self) -> None:
        """This node's sign of life was written."""
        before = self.standing
        self.reach.reached()
        self.there.set()
        if before is Standing.CUT_OFF:
            log.warning("node.serves_again", node=self._node)

    async def run(self) -> None:
        """Tell, hear and look."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._telling(), name="telling-reach")
            group.create_task(self._hearing(), name="hearing-reach")
            group.create_task(self._looking(), name="looking-out")

    async def _telling(self) -> None:
        while True:
            await self._bus.publish(CHANNEL, json.dumps({"node": self._node, "reaches": self.reach.reaches}))
            await asyncio.sleep(LOOK_EVERY_S)

    async def _hearing(self) -> None:
        async for _, text in await self._bus.subscribe(CHANNEL):
            told = json.loads(text)
            self.reach.heard(told["node"], asyncio.get_running_loop().time(), reaches=told["reaches"])

    async def _looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            before, now = self.standing, self.reach.look(asyncio.get_running_loop().time())
            if now is before:
                continue
            # `reached` alone says that it is there again.
            self.there.clear()
            if now is Standing.CUT_OFF:
                log.warning("node.cut_off", node=self._node)
                for send_away in self.on_cut_off:
                    send_away()
