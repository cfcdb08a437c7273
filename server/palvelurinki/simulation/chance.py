"""Chance in the simulation: distributions of durations, and a stream of random numbers for each purpose.

Every purpose has a stream of its own, seeded by its name (A. M. Law, Simulation Modeling and Analysis, 5th ed., section
11.2: common random numbers). So a second expert in one ring does not change who comes to another one, and two
scenarios that differ in one thing are compared on the same customers.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import exp, log, sqrt
from random import Random
from statistics import fmean, pstdev


class DistributionKind(StrEnum):
    """The distributions that a scenario may name."""

    EXPONENTIAL = "exponential"
    LOGNORMAL = "lognormal"
    DETERMINISTIC = "deterministic"
    EMPIRICAL = "empirical"


@dataclass(frozen=True, slots=True)
class Distribution:
    """Durations in seconds. `sd_s` is used by lognormal, `values_s` by empirical, where each value is as likely."""

    kind: DistributionKind
    mean_s: float = 0.0
    sd_s: float = 0.0
    values_s: tuple[float, ...] = ()

    def draw(self, random: Random) -> float:
        """One duration in seconds."""
        match self.kind:
            case DistributionKind.EXPONENTIAL:
                return random.expovariate(1 / self.mean_s)
            case DistributionKind.LOGNORMAL:
                # The normal's variance and mean that give the lognormal its own: s² = ln(1 + sd²/m²), μ = ln m - s²/2.
                variance = log(1 + (self.sd_s / self.mean_s) ** 2)
                return exp(random.gauss(log(self.mean_s) - variance / 2, sqrt(variance)))
            case DistributionKind.DETERMINISTIC:
                return self.mean_s
            case DistributionKind.EMPIRICAL:
                return random.choice(self.values_s)

    @property
    def mean(self) -> float:
        """The mean in seconds."""
        return fmean(self.values_s) if self.kind is DistributionKind.EMPIRICAL else self.mean_s

    @property
    def deviation(self) -> float:
        """The standard deviation in seconds."""
        match self.kind:
            case DistributionKind.EXPONENTIAL:
                return self.mean_s
            case DistributionKind.LOGNORMAL:
                return self.sd_s
            case DistributionKind.DETERMINISTIC:
                return 0.0
            case DistributionKind.EMPIRICAL:
                return pstdev(self.values_s)


NOTHING = Distribution(DistributionKind.DETERMINISTIC)


class Streams:
    """The streams of one run of a scenario: `of("handling", point, service)` is always the same stream."""

    def __init__(self, seed: int, run: int) -> None:
        self._prefix = f"{seed}/{run}/"

    def of(self, *purpose: str) -> Random:
        """A new stream for the purpose. Asked for twice, it begins anew: keep it."""
        return Random(self._prefix + "/".join(purpose))
