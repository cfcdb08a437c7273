"""`make soak`: simulated histories, then chaos runs; both are told as they go, and the last line is their sum.

python -m tests.soak --seeds 5000 --first 1 --engine memory --chaos 30
"""

import argparse
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_IN_NAMESPACE: Final = Path(__file__).parents[1] / "scripts" / "in-loopback-namespace"
KINDS: Final = ("lost", "doubled", "stuck", "early", "late")


def counted(line: str) -> Counter[str]:
    """What a last line counts: "lost 0, doubled 1, …", perhaps with kinds of its own."""
    return Counter({kind: int(number) for kind, number in re.findall(r"(\w+) (\d+)", line)})


def run(argv: Sequence[str]) -> tuple[Counter[str], bool]:
    """Run it, pass on what it says, and read its last line; False when it ended with an error."""
    last = ""
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            last = line
    return counted(last), process.returncode == 0


def main() -> int:
    """The command line. Returns 1 when there was a fault, or one of the two could not be run to its end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5000, help="how many simulated histories")
    parser.add_argument("--first", type=int, default=1, help="the first seed, of histories and of chaos runs")
    parser.add_argument("--engine", default="memory", help="the store that the histories are played on")
    parser.add_argument("--chaos", type=float, default=30, help="minutes of chaos runs")
    arguments = parser.parse_args()
    first = str(arguments.first)
    simulation = ["-m", "tests.simulation.soak", str(arguments.seeds), "--first", first, "--engine", arguments.engine]
    chaos = ["-m", "tests.chaos", "--seed", first, "--minutes", str(arguments.chaos)]
    played, sound = run([sys.executable, *simulation])
    suffered, whole = run([str(_IN_NAMESPACE), sys.executable, *chaos]) if arguments.chaos else (Counter[str](), True)
    total = played + suffered
    sys.stdout.write(", ".join(f"{kind} {total[kind]}" for kind in KINDS) + "\n")
    return 0 if sound and whole else 1


if __name__ == "__main__":
    sys.exit(main())
