"""Two ways of loading a system with one thing done again and again: as fast as it goes, and at a given rate."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol


class Cycle(Protocol):
    """Does it once; returns the seconds that are to be reported, counted from `sent`, or from now."""

    def __call__(self, sent: float | None = None) -> Awaitable[float]: ...


@dataclass(frozen=True, slots=True)
class Measured:
    """How many a second were done, and the seconds that each reported."""

    per_s: float
    latencies: list[float]


async def saturated(cycle: Cycle, workers: int, seconds: float) -> Measured:
    """`workers` do it without a pause; what was begun within `seconds` is finished and counts."""
    latencies: list[float] = []
    begun = perf_counter()

    async def work() -> None:
        while perf_counter() - begun < seconds:
            latencies.append(await cycle())

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(work())
    return Measured(len(latencies) / (perf_counter() - begun), latencies)


async def steady(cycle: Cycle, per_s: float, seconds: float) -> Measured:
    """Begin `per_s` a second, evenly, whether or not those before are done; time counts from when each was due.

    So a system that falls behind is not spared what it makes others wait.
    """
    latencies: list[float] = []
    begun = perf_counter()

    async def one(due: float) -> None:
        latencies.append(await cycle(due))

    async with asyncio.TaskGroup() as group:
        for number in range(int(per_s * seconds)):
            due = begun + number / per_s
            await asyncio.sleep(max(due - perf_counter(), 0))
            group.create_task(one(due))
    return Measured(len(latencies) / (perf_counter() - begun), latencies)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
