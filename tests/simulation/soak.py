"""Any number of histories: `python -m tests.simulation.soak 500`. The last line counts the faults by kind.

A history that shows a fault is printed with its seed, which replays it exactly: `… soak 1 --first SEED`.
"""

import argparse
import asyncio
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.simulation.checker import KINDS
from tests.simulation.history import migrated, play, sqlite_world
from tests.simulation.world import World

STEPS = 250
PROGRESS_EVERY = 10


async def soak(seeds: int, first: int, steps: int) -> Counter[str]:
    """Play the histories of `seeds` seeds from `first` on; returns how many faults of each kind there were."""
    faults: Counter[str] = Counter()
    with TemporaryDirectory(prefix="palvelurinki-soak-") as directory:
        template = await migrated(Path(directory))
        for number, seed in enumerate(range(first, first + seeds), start=1):
            async with sqlite_world(seed, template) as world:
                try:
                    await play(world, steps)
                except BaseException:
                    tell(seed, world)
                    raise
                if world.faults:
                    tell(seed, world)
                faults.update(fault.kind for fault in world.faults)
            if number % PROGRESS_EVERY == 0:
                say(f"{number} of {seeds} histories, {faults.total()} faults")
    return faults


def tell(seed: int, world: World) -> None:
    """Print a history."""
    say(f"---- seed {seed}", *world.log)


def say(*lines: str) -> None:
    """To whoever runs this, at once."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def main() -> int:
    """The command line. Returns 1 when there was a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", type=int, help="how many histories")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--steps", type=int, default=STEPS, help="actions in each")
    arguments = parser.parse_args()
    faults = asyncio.run(soak(arguments.seeds, arguments.first, arguments.steps))
    say(", ".join(f"{kind} {faults[kind]}" for kind in KINDS))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
