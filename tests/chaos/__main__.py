"""`make chaos`: troubles under load, and the checker's word. See docs/testing.md.

    scripts/in-loopback-namespace python -m tests.chaos [NAME …] [--seed N] [--long]

The last line counts the faults by kind; the exit code is 1 when there is any.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.chaos.checker import told
from tests.chaos.report import report
from tests.chaos.run import play
from tests.chaos.scenarios import SCENARIOS
from tests.support.namespace import only_loopback


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*SCENARIOS, []], help="scenarios; all without any")
    parser.add_argument("--seed", type=int, default=1, help="what is left to chance, in load and troubles")
    parser.add_argument("--long", action="store_true", help="longer and more often")
    arguments = parser.parse_args()
    if os.geteuid() != 0 or not only_loopback():
        sys.stderr.write("The chaos runs cut lines between network namespaces: run `make chaos` as root\n")
        return 2
    directory = Path(tempfile.mkdtemp(prefix="palvelurinki-chaos-"))
    chosen = [SCENARIOS[name] for name in arguments.names or SCENARIOS]
    outcome = asyncio.run(play(chosen, directory, arguments.seed, long=arguments.long))
    for line in report(outcome, arguments.seed):
        sys.stdout.write(f"{line}\n")
    if outcome.faults:
        sys.stdout.write(f"all logs: {directory}\n")
    else:
        shutil.rmtree(directory)
    sys.stdout.write(f"{told(outcome.faults)}\n")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
