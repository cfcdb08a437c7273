"""Chance for tests: the same number for ever, and the band of a binomial count."""

from dataclasses import dataclass
from math import sqrt

Z_999 = 3.2905
"""A normal variable is within so many standard deviations with a probability of 99.9 %."""


@dataclass
class Always:
    """Chance that always gives `number`."""

    number: float

    def random(self) -> float:
        return self.number


def share_is(hits: int, trials: int, expected: float) -> bool:
    """Whether the share lies in the 99.9 % band of a binomial count with this expectation."""
    return abs(hits / trials - expected) <= Z_999 * sqrt(expected * (1 - expected) / trials)
