"""Waiting, foretold: the pool's present state is run forward many times, and each waiting contact's waits are kept.

One forecast serves every waiting contact of the pool at once. Who wants to know before entering is put into the state
as one more waiting contact. Give each forecast chance of its own; the same seed and state give the same forecast.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, inf, isinf

from palvelurinki.domain.waiting.chance import Chance
from palvelurinki.domain.waiting.run import Run
from palvelurinki.domain.waiting.state import PoolState
from palvelurinki.domain.waiting.world import World

RUNS = 200


@dataclass(frozen=True, slots=True)
class Forecast:
    """The waits of each waiting contact, in the state's order: one of each run, ascending, in seconds from now.

    A wait ends with acceptance. It is infinite where the contact was not served before the closing or the horizon.
    A contact with patience has the wait it would have if it stayed.
    """

    waits: tuple[tuple[float, ...], ...]

    def percentile(self, contact: int, share: float) -> float:
        """The wait that is not exceeded with this probability, 0 < share < 1; infinite when it is not served so often.

        Definition 6 of Hyndman & Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996):
        interpolated at rank share × (runs + 1). A new draw falls below the k-th of n with probability k / (n + 1),
        so on average exactly `share` of what comes stays within, however few the runs.
        """
        return percentile(self.waits[contact], share)

    def chance_of_service(self, contact: int) -> float:
        """The share of the runs in which the contact is served before closing (and horizon), if it stays."""
        waits = self.waits[contact]
        return sum(1 for wait in waits if wait < inf) / len(waits)


def percentile(ascending: Sequence[float], share: float) -> float:
    """As `Forecast.percentile`, of any ascending samples; ends are held."""
    rank = share * (len(ascending) + 1)
    below = floor(rank)
    if below < 1:
        return ascending[0]
    if below >= len(ascending):
        return ascending[-1]
    low, high = ascending[below - 1], ascending[below]
    if rank == below or low == high:
        return low
    return inf if isinf(high) else low + (high - low) * (rank - below)


def forecast(state: PoolState, chance: Chance, runs: int = RUNS) -> Forecast:
    """Run the state forward `runs` times (at least one). Costs about 4 µs for each service start of each run."""
    world = World(state, chance)
    outcomes = [Run(world).waits() for _ in range(runs)]
    return Forecast(tuple(tuple(sorted(waits)) for waits in zip(*outcomes, strict=True)))
