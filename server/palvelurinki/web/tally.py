"""Refusals in the log: that there are some, of which code, and how many; never whose, and never a flood of lines."""

import asyncio
from collections import Counter
from typing import Final

import structlog

# Of one code so often at most. What comes meanwhile is counted, and told with the next line.
EVERY_S: Final = 60.0

log = structlog.get_logger(__name__)


class Tally:
    """Counts refusals by their stable codes, and logs them as `event`."""

    __slots__ = ("_event", "_next", "_times")

    def __init__(self, event: str) -> None:
        self._event = event
        self._times: Counter[str] = Counter()
        self._next: dict[str, float] = {}

    def note(self, code: str) -> None:
        """One more."""
        self._times[code] += 1
        now = asyncio.get_running_loop().time()
        if now >= self._next.get(code, now):
            self._next[code] = now + EVERY_S
            log.info(self._event, code=code, times=self._times.pop(code))
