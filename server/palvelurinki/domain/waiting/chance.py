"""The chance that is passed in: the domain draws no random numbers of its own."""

from typing import Protocol


class Chance(Protocol):
    """A source of independent numbers, uniform on [0, 1). `random.Random(seed)` is one."""

    def random(self) -> float:
        """The next number."""
        ...
