"""Confidence intervals of a mean from independent replications or batches, by Student's t.

W. S. Gosset ("Student"), The probable error of a mean, Biometrika 6 (1908). The quantile is found by halving on the
distribution function, which is Simpson's rule on the density: a few numbers a table are asked for, not millions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import atan, cos, exp, lgamma, log, pi, sqrt
from statistics import fmean, stdev

_PIECES = 400
_HALVINGS = 60
_FURTHEST = 700.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the half width of its interval; the half width is None from a single value, which tells nothing."""

    mean: float
    half_width: float | None

    def holds(self, value: float) -> bool:
        """Whether `value` lies within."""
        return self.half_width is not None and abs(value - self.mean) <= self.half_width


def interval(values: Sequence[float], level: float = 0.95) -> Interval:
    """The interval of the mean of `values`, which are independent and about normal. At least one value."""
    if len(values) == 1:
        return Interval(values[0], None)
    quantile = student_quantile((1 + level) / 2, len(values) - 1)
    return Interval(fmean(values), quantile * stdev(values) / sqrt(len(values)))


@lru_cache(maxsize=64)
def student_quantile(share: float, freedom: int) -> float:
    """The value that Student's t with `freedom` degrees stays below with probability `share`, 0.5 ≤ share < 1."""
    low, high = 0.0, _FURTHEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if 0.5 + _density_up_to(middle, freedom) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _density_up_to(end: float, freedom: int) -> float:
    # By the angle a = atan(t / √freedom) the density becomes cos(a)^(freedom - 1): smooth, and on a bounded stretch.
    scale = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(pi)
    angle = atan(end / sqrt(freedom))
    step = angle / _PIECES

    def density(at: float) -> float:
        cosine = cos(at)
        return exp((freedom - 1) * log(cosine)) if cosine > 0 else 0.0

    inner = sum((4 if piece % 2 else 2) * density(piece * step) for piece in range(1, _PIECES))
    return scale * step / 3 * (density(0) + inner + density(angle))
