"""Forecasts at once, in the test's own thread: what they say is tested, and not where they are computed."""

from collections.abc import Sequence
from random import Random

from palvelurinki.domain.waiting.estimate import Prospect, estimates
from palvelurinki.domain.waiting.state import PoolState


async def forecasts_here(state: PoolState, seed: str, runs: int) -> Sequence[Prospect]:
    """`application.estimating.Forecasts`."""
    return estimates(state, Random(seed), runs)
