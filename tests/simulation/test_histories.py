"""Histories by chance. A seed that fails prints its history, and replays exactly.

Most are played in memory, so many that rare meetings of faults come up; some on SQLite, where a commit is a commit.
`SIMULATION_SEED=17 pytest tests/simulation` plays that seed alone on both, `SIMULATION_SEEDS=5000` so many in memory.
"""

import os
from collections import Counter
from typing import Final

import pytest

from tests.simulation.crashing import Fate
from tests.simulation.history import play
from tests.simulation.on_memory import memory_world
from tests.simulation.seeds import Engine, Outcome, outcomes

STEPS: Final = 150
SEEDS: Final[dict[Engine, int]] = {"memory": 1000, "sqlite": 12}
# Histories that are told in full.
MOST_TOLD: Final = 3

# A thousand histories in which one of these never came up would say nothing about it.
TROUBLES: Final = (
    "request lost",
    "answer lost",
    "command repeated",
    "wake-up lost",
    "staff dead while ringing",
    "staff dead while in a call",
    "terminal dead while waiting",
    "terminal dead while in a call",
    "dead and unnoticed",
    "node killed",
    "node silent",
    "contact for a customer",
    "further matter begun",
    "clock set forward",
    "clock set back",
    *Fate,
    "offer at several",
    "offer answered elsewhere",
    "ringing accepted",
    "ringing declined",
    "ringing missed",
    "ringing withdrawn",
    "offer past its ring",
    "offer past the language",
    "contact rested",
    "contact reconsidered",
    "contact continued",
    "contact moved",
    "moved while waiting",
    "moved while held",
    "moved while offered",
    "moved while in_call",
    "contact sent away at closing",
    "wrap-up extended",
    "wrap-up cut short",
)


def seeds(engine: Engine) -> range:
    """The seeds to play, as the environment has them."""
    alone = os.environ.get("SIMULATION_SEED")
    if alone is not None:
        return range(int(alone), int(alone) + 1)
    wanted = os.environ.get("SIMULATION_SEEDS") if engine == "memory" else None
    return range(1, 1 + (SEEDS[engine] if wanted is None else int(wanted)))


def played(engine: Engine) -> list[Outcome]:
    """Every history of the engine. Fails with those that showed a fault, each with what plays it again."""
    done = list(outcomes(seeds(engine), STEPS, engine))
    unsound = sorted((each for each in done if not each.is_sound), key=lambda each: each.seed)
    if unsound:
        told = "\n".join(each.told() for each in unsound[:MOST_TOLD])
        pytest.fail(f"{told}\n{len(unsound)} of {len(done)} seeds: {[each.seed for each in unsound]}", pytrace=False)
    return done


@pytest.mark.timeout(900)  # bounded by what is done, which a busy machine does slowly
def test_nothing_is_lost_doubled_or_stuck_in_a_thousand_histories() -> None:
    done = played("memory")
    met = sum((each.met for each in done), Counter[str]())
    rare = {trouble: met[trouble] for trouble in TROUBLES if met[trouble] < len(done) / 100}
    assert len(done) < SEEDS["memory"] or not rare


@pytest.mark.timeout(300)
def test_nothing_is_lost_doubled_or_stuck_on_sqlite() -> None:
    played("sqlite")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("fate", [Fate.CRASH_BEFORE_COMMIT, Fate.CRASH_AFTER_COMMIT])
async def test_a_history_survives_a_crash_at_each_of_its_transactions(fate: Fate) -> None:
    """Not by chance: one history again and again, each time cut at the next transaction."""
    whole = memory_world(1)
    await play(whole, 40)
    for number in range(1, whole.ledger.transactions + 1):
        world = memory_world(1)
        world.ledger.cut = (number, fate)
        await play(world, 40)
        assert not world.faults, "\n".join([f"cut at transaction {number}", *world.log])


async def test_a_seed_gives_one_history() -> None:
    logs = []
    for _ in range(2):
        world = memory_world(1)
        await play(world, 100)
        logs.append(world.log)
    assert logs[0] == logs[1]
