"""Histories by chance. A seed that fails prints its history, and replays exactly.

`SIMULATION_SEED=17 pytest tests/simulation` plays that seed alone, `SIMULATION_SEEDS=100` the first hundred.
"""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import pytest

from tests.simulation.history import play, sqlite_world

STEPS: Final = 150
SEEDS: Final = 12


def seeds() -> list[int]:
    """The seeds to play, as the environment has them."""
    alone = os.environ.get("SIMULATION_SEED")
    if alone is not None:
        return [int(alone)]
    return list(range(1, int(os.environ.get("SIMULATION_SEEDS", str(SEEDS))) + 1))


@pytest.mark.parametrize("seed", seeds())
async def test_nothing_is_lost_doubled_or_stuck(seed: int, template: Callable[[], Awaitable[Path]]) -> None:
    async with sqlite_world(seed, await template()) as world:
        await play(world, STEPS)
        assert not world.faults, "\n".join([f"seed {seed}", *world.log])


async def test_a_seed_gives_one_history(template: Callable[[], Awaitable[Path]]) -> None:
    logs = []
    for _ in range(2):
        async with sqlite_world(1, await template()) as world:
            await play(world, 60)
            logs.append(world.log)
    assert logs[0] == logs[1]
