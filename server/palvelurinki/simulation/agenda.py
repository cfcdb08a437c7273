"""What is still to happen, in order of time; of what happens at one moment, in the order in which it was entered."""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import TypeAlias

Doing: TypeAlias = Callable[[], None]


class Agenda:
    """Virtual time. `now_s` goes from one entry to the next."""

    def __init__(self, now_s: float) -> None:
        self.now_s = now_s
        self._entries: list[tuple[float, int, Doing]] = []
        self._numbers = count()

    def enter(self, at_s: float, doing: Doing) -> None:
        """Have `doing` called at that time, or now if it is past."""
        heappush(self._entries, (max(at_s, self.now_s), next(self._numbers), doing))

    def next(self) -> Doing | None:
        """Move to the next entry and take it; None when nothing is left."""
        if not self._entries:
            return None
        self.now_s, _, doing = heappop(self._entries)
        return doing
