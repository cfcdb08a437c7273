"""Any number of histories: `python -m tests.simulation.soak 5000`. The last line counts the faults by kind.

A history that shows a fault is printed with its seed, which replays it exactly: `… soak 1 --first SEED`.
"""

import argparse
import sys
from collections import Counter
from typing import Final

from tests.simulation.faults import KINDS
from tests.simulation.seeds import ENGINES, Engine, outcomes

STEPS: Final = 250
PROGRESS_EVERY: Final[dict[Engine, int]] = {"memory": 500, "sqlite": 10}
# Histories that are told in full; of the others only the seed is.
MOST_TOLD: Final = 5


def soak(seeds: range, steps: int, engine: Engine) -> tuple[Counter[str], Counter[str]]:
    """Play the histories; returns how many faults there were of each kind, and how often each trouble was met."""
    faults: Counter[str] = Counter()
    met: Counter[str] = Counter()
    told = 0
    for number, outcome in enumerate(outcomes(seeds, steps, engine), start=1):
        met.update(outcome.met)
        faults.update(fault.kind for fault in outcome.faults)
        faults["error"] += outcome.error is not None
        if not outcome.is_sound:
            told += 1
            say(outcome.told() if told <= MOST_TOLD else f"---- seed {outcome.seed}: {outcome.faults[:1]}")
        if number % PROGRESS_EVERY[engine] == 0:
            say(f"{number} of {len(seeds)} histories, {faults.total()} faults")
    return faults, met


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
    parser.add_argument("--engine", choices=ENGINES, default="memory", help="the store that they are played on")
    arguments = parser.parse_args()
    seeds = range(arguments.first, arguments.first + arguments.seeds)
    faults, met = soak(seeds, arguments.steps, arguments.engine)
    say("met: " + ", ".join(f"{trouble} {count}" for trouble, count in sorted(met.items())))
    say(", ".join(f"{kind} {faults[kind]}" for kind in (*KINDS, "error")))
    return 1 if faults.total() else 0


if __name__ == "__main__":
    sys.exit(main())
