"""Troubles under load, and the checker's word: `make chaos`. docs/testing.md says how to read what it prints.

    scripts/in-loopback-namespace python -m tests.chaos [NAME …] [--seed N] [--minutes N]

With `--minutes` the long form: every trouble lasts longer and comes oftener, in an order of chance, in one world after
the other, until the time is over. The last line counts the faults by kind; the exit code is 1 when there is any,
or when bad clients broke a bound.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from tests.chaos.checker import told
from tests.chaos.faults import Fault
from tests.chaos.report import report
from tests.chaos.run import Outcome, Plan, play
from tests.chaos.scenarios import SCENARIOS, Scenario
from tests.support.namespace import only_loopback

ENDED_FROM_OUTSIDE = 130


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"all without any; one of {', '.join(SCENARIOS)}")
    parser.add_argument("--seed", type=int, default=1, help="what is left to chance, in load and troubles")
    parser.add_argument("--minutes", type=float, default=0.0, help="the long form, for so long")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in SCENARIOS]:
        parser.error(f"no such scenario: {', '.join(unknown)}; there are {', '.join(SCENARIOS)}")
    if os.geteuid() != 0 or not only_loopback():
        parser.error("lines between network namespaces are cut: run `make chaos` as root")
    chosen = [SCENARIOS[name] for name in arguments.names or SCENARIOS]
    faults: list[Fault] = []
    sound = True
    for plan in _plans(chosen, arguments.seed, arguments.minutes):
        outcome = asyncio.run(_play(plan))
        if outcome is None:
            say("ended from outside")
            return ENDED_FROM_OUTSIDE
        say(*report(outcome, plan.seed))
        if outcome.faults or outcome.breaches:
            say(f"all logs: {plan.directory}")
        faults += outcome.faults
        sound = sound and not outcome.breaches
    say(told(faults))
    return 0 if sound and not faults else 1


def _plans(scenarios: Sequence[Scenario], seed: int, minutes: float) -> Iterator[Plan]:
    if not minutes:
        yield Plan(scenarios, _directory(), seed)
        return
    until = time.monotonic() + minutes * 60
    while time.monotonic() < until:
        shuffled = Random(seed).sample(scenarios, len(scenarios))
        yield Plan(shuffled, _directory(), seed, until)
        seed += 1


def _directory() -> Path:
    """A new one for what the participants write; it stays for whoever wants to read it."""
    directory = Path(tempfile.mkdtemp(prefix="palvelurinki-chaos-"))
    # What a client thinks of a server that goes and comes is no news here.
    logging.basicConfig(
        filename=directory / "clients.log", level=logging.INFO, format="%(asctime)s %(message)s", force=True
    )
    return directory


async def _play(plan: Plan) -> Outcome | None:
    """None when this process was told to end."""
    playing = asyncio.create_task(play(plan))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, playing.cancel)
    await asyncio.wait([playing])
    return None if playing.cancelled() else playing.result()


def say(*lines: str) -> None:
    """To whoever runs this, at once."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
