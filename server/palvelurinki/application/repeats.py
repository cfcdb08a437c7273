"""What is said again and again is said once a minute, with how often it was."""

from collections import OrderedDict
from typing import Final

EVERY_S: Final = 60.0
# So many are remembered; past that the one that was quiet longest is forgotten.
MOST: Final = 10_000


class Repeats:
    """Counts what is the same. `now` is any clock that only grows, in seconds."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, ...], tuple[float, int]] = OrderedDict()

    def times(self, *what: str, now: float) -> int:
        """How often it has been since it was last said, this time included; 0 when it is not to be said now."""
        said_at, unsaid = self._known.get(what, (now - EVERY_S, 0))
        due = now - said_at >= EVERY_S
        self._known[what] = (now, 0) if due else (said_at, unsaid + 1)
        self._known.move_to_end(what)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return unsaid + 1 if due else 0
