"""When the clients of a node that is leaving, or is cut off, are to come back: not all in the same moment.

They come back to the same address, where the proxy sends them to another node, and each costs that node a transaction
or two. They are spread evenly over a time in proportion to their number, and no longer than a customer or an expert
would hardly notice: whoever waits for video waits for the signalling only.
"""

from collections.abc import Iterator
from typing import Final, TypeVar

from palvelurinki.web.socket.errors import ServerCutOff, ServerStopping

RETURNS_PER_S: Final = 250.0
LONGEST_S: Final = 8.0


Leaving = TypeVar("Leaving", ServerStopping, ServerCutOff)


def farewells(kind: type[Leaving], why: str, clients: int) -> Iterator[Leaving]:
    """What each of so many clients is told; all are told another time to come back."""
    apart_s = min(1 / RETURNS_PER_S, LONGEST_S / max(clients, 1))
    for number in range(clients):
        farewell = kind(f"{why}: come back to the same address")
        farewell.retry_after_s = round(number * apart_s, 4)
        yield farewell
