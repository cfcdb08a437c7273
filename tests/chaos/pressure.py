"""How long the nodes waited for a core: on a machine that has too little to give, everything is late.

The kernel counts, for each process, the nanoseconds for which it could have run and had no core (the second number of
`/proc/PID/schedstat`). It excuses nothing in the checker; it is told, so that a reader of late faults knows.
"""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tests.chaos.world import World

EVERY_S: Final = 0.5


class Pressure:
    """Sampled while a world runs; `taken` gives and forgets what was waited since it was last asked."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen: dict[int, int] = {}
        self._waited_ns = 0

    async def watch(self) -> None:
        """Sample until cancelled."""
        while True:
            self._sample()
            await asyncio.sleep(EVERY_S)

    def taken(self) -> float:
        """Seconds that all nodes together have waited since."""
        self._sample()
        waited, self._waited_ns = self._waited_ns, 0
        return waited / 1e9

    def _sample(self) -> None:
        for pid in self._pids():
            try:
                waited = int(Path(f"/proc/{pid}/schedstat").read_text().split()[1])
            except FileNotFoundError:
                # It was killed between the two looks, as nodes are here.
                continue
            self._waited_ns += waited - self._seen.get(pid, 0)
            self._seen[pid] = waited

    def _pids(self) -> Iterable[int]:
        return [node.pid for node in self._world.nodes.values() if node.runs]
