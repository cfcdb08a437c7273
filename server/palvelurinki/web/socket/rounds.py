"""Rounds: all lines of a node are looked at once a second, instead of a timer for each that is hardly ever of use."""

import asyncio
from typing import Final, Protocol

EVERY_S: Final = 1.0


class Watched(Protocol):
    """A line, as far as rounds are concerned."""

    heard_at: float
    """When something came last (the loop's clock, s)."""

    def watch(self, now: float) -> None:
        """Nothing has come for a while."""


class Rounds:
    """Calls `watch` of lines on which nothing has come for `quiet_s`, each second until something comes."""

    def __init__(self, quiet_s: float) -> None:
        self._quiet_s = quiet_s
        self._lines: set[Watched] = set()
        self._next: asyncio.TimerHandle | None = None

    def add(self, line: Watched) -> None:
        """Look at it, too."""
        self._lines.add(line)
        if self._next is None:
            self._next = asyncio.get_running_loop().call_later(EVERY_S, self._go)

    def remove(self, line: Watched) -> None:
        """It is gone."""
        self._lines.discard(line)
        if not self._lines and self._next is not None:
            self._next.cancel()
            self._next = None

    def _go(self) -> None:
        loop = asyncio.get_running_loop()
        self._next = loop.call_later(EVERY_S, self._go)
        now = loop.time()
        latest = now - self._quiet_s
        for line in [line for line in self._lines if line.heard_at <= latest]:
            line.watch(now)
