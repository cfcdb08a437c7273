"""When to look at what has changed: one's own things at once, boards that many see not too often. Pure.

A board (a ring's queue, its estimates, a point's terminals) changes with everybody's doings, and each change is shown
to all who watch. So each board has BURST looks in hand and is given another one every `EVERY_S`: in quiet times every
change is shown at once, and however busy the day, a board is read and shown once a second, the newest state last.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Final

from palvelurinki.application.topics import is_board

EVERY_S: Final = 1.0
BURST: Final = 3


class Pacing:
    """Topics that have changed and have not been looked at since. `now` is any clock that only grows, in seconds."""

    def __init__(self, every_s: float = EVERY_S, burst: int = BURST) -> None:
        self._every_s = every_s
        self._burst = burst
        self._waiting: dict[str, float] = {}
        # When each board will have all its looks in hand again; those that have are not kept.
        self._full_at: dict[str, float] = {}

    def touch(self, topics: Iterable[str], now: float) -> None:
        """These have changed."""
        for topic in topics:
            if topic not in self._waiting:
                self._waiting[topic] = self._due_at(topic, now)

    def forget(self, topic: str) -> None:
        """Nobody watches it any more."""
        self._waiting.pop(topic, None)

    def next_at(self) -> float | None:
        """When there is something to look at; None when nothing has changed."""
        return min(self._waiting.values(), default=None)

    def take_due(self, now: float, most: int) -> set[str]:
        """What is to be looked at now, what was touched first before the rest; it counts as looked at."""
        due = set(islice((topic for topic, at in self._waiting.items() if at <= now), most))
        for topic in due:
            del self._waiting[topic]
            if is_board(topic):
                self._full_at[topic] = max(self._full_at.get(topic, now), now) + self._every_s
        self._full_at = {topic: at for topic, at in self._full_at.items() if at > now}
        return due

    def _due_at(self, topic: str, now: float) -> float:
        if not is_board(topic):
            return now
        # One look is in hand as long as it takes no longer than all but one to have them all again.
        return max(now, self._full_at.get(topic, now) - (self._burst - 1) * self._every_s)
