"""How long the nodes waited for a core: what a machine that has too little to give makes late is not the product's.

The kernel counts, for each process, the nanoseconds for which it ran, and those for which it could have run and had no
core (`/proc/PID/schedstat`). The second's share of both is what was withheld of the time that the process asked for.
Where something was withheld even from the node that fared best of those that had work to do, that share of the time
counts as time in which nothing could work, and is told. On a machine of its own it hardly ever does.
"""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.chaos.logs import Log
from tests.chaos.world import World

EVERY_S: Final = 0.5
# Who asked for less than this share of the time says nothing about how much there was to have.
ASKED_AT_LEAST: Final = 0.05
# Processes that share two cores wait for each other now and then.
USUAL: Final = 0.2


class Pressure:
    """Sampled while a world runs, and written down where it counts."""

    def __init__(self, world: World, log: Log) -> None:
        self._world = world
        self._log = log
        self._seen: dict[int, tuple[int, int]] = {}

    async def watch(self) -> None:
        """Sample until cancelled."""
        begin = time.time()
        while True:
            await asyncio.sleep(EVERY_S)
            end = time.time()
            withheld = self._withheld(end - begin)
            if withheld > USUAL:
                self._log.write("down", why="no core", begin=end - withheld * (end - begin), end=end)
            begin = end

    def _withheld(self, seconds: float) -> float:
        """The share of the time asked for that even the best-served node did not get."""
        shares = []
        for pid, ran, waited in self._samples():
            before = self._seen.get(pid)
            self._seen[pid] = ran, waited
            if before is not None and (asked := ran - before[0] + waited - before[1]) > ASKED_AT_LEAST * seconds * 1e9:
                shares.append((waited - before[1]) / asked)
        return min(shares, default=0.0)

    def _samples(self) -> Iterator[tuple[int, int, int]]:
        for node in self._world.nodes.values():
            if not node.runs:
                continue
            try:
                ran, waited, _ = Path(f"/proc/{node.pid}/schedstat").read_text().split()
            except FileNotFoundError:
                # It was killed between the two looks, as nodes are here.
                continue
            yield node.pid, int(ran), int(waited)
