"""The process in which forecasts are computed: `python -m palvelurinki.adapters.forecasts.worker`.

Reads tasks from its input and writes what comes of each to its output, pickled, each behind its length in four bytes.
It ends when its input does, and so with the node that started it, however that ends.
"""

import os
import pickle
import sys
from typing import Any, BinaryIO, Final

from palvelurinki.adapters.system import chance
from palvelurinki.domain.waiting.estimate import estimates

LENGTH_BYTES: Final = 4
# Whoever is waited for by a person goes first.
NICENESS: Final = 5


def framed(message: object) -> bytes:
    """The message as it goes over the pipe."""
    pickled = pickle.dumps(message)
    return len(pickled).to_bytes(LENGTH_BYTES, "big") + pickled


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
        sys.stdout.buffer.write(framed(answer))
        sys.stdout.buffer.flush()


def _read(source: BinaryIO) -> Any:  # noqa: ANN401  # whatever was sent; None at the end
    length = source.read(LENGTH_BYTES)
    if len(length) < LENGTH_BYTES:
        return None
    # From the process that started this one, and from nobody else.
    return pickle.loads(source.read(int.from_bytes(length, "big")))  # noqa: S301


if __name__ == "__main__":
    main()
