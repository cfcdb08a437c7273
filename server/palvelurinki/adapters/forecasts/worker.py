"""The process in which forecasts are computed: `python -m palvelurinki.adapters.forecasts.worker`.

A worker (`palvelurinki.workers`): reads tasks and writes what comes of each, pickled.
"""

import os
import pickle
import sys
from typing import Any, BinaryIO, Final

from palvelurinki.adapters.system import chance
from palvelurinki.domain.waiting.estimate import estimates
from palvelurinki.workers import LENGTH_BYTES, framed

# Whoever is waited for by a person goes first.
NICENESS: Final = 5


def main() -> None:
    """Serve until the input ends."""
    os.nice(NICENESS)
    while (task := _read(sys.stdin.buffer)) is not None:
        state, seed, runs = task
        answer: object
        try:
            answer = estimates(state, chance(seed), runs)
        except Exception as error:  # noqa: BLE001  # raised again where it was asked for
            answer = error
        sys.stdout.buffer.write(framed(pickle.dumps(answer)))
        sys.stdout.buffer.flush()


def _read(source: BinaryIO) -> Any:  # noqa: ANN401  # whatever was sent; None at the end
    length = source.read(LENGTH_BYTES)
    if len(length) < LENGTH_BYTES:
        return None
    # From the process that started this one, and from nobody else.
    return pickle.loads(source.read(int.from_bytes(length, "big")))  # noqa: S301


if __name__ == "__main__":
    main()
