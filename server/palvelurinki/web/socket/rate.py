"""A limit on how fast one connection may send."""

from collections.abc import Callable
from typing import Final

from palvelurinki.web.socket.errors import RateExceeded

# A call's negotiation is the busiest that an honest client is: some dozens of candidates a peer within a second.
RATE: Final = 50.0
BURSTS: Final = 4


class TokenBucket:
    """`rate` messages a second in the long run, BURSTS times as many at once. `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float], rate: float = RATE) -> None:
        self._rate = rate
        self._burst = burst = rate * BURSTS
        self._clock = clock
        self._tokens = burst
        self._at = clock()

    def take(self) -> None:
        """Count one more message. Raises RateExceeded when it is over the limit."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            raise RateExceeded("too many messages", per_second=int(self._rate))
        self._tokens -= 1
