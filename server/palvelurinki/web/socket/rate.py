"""How much one connection may send. Pure: `now` is any clock that only grows, in seconds."""

from typing import Final

# A call's negotiation is the busiest that an honest client is: some dozens of candidates a peer within a second.
RATE: Final = 50.0
BURSTS: Final = 4
# So many refusals at once are an accident and are answered; with more than that, somebody floods. Who was patient long
# enough has all of them again.
REFUSALS: Final = 500
REFUSALS_PER_S: Final = 10.0


class Allowance:
    """`rate` messages a second in the long run, BURSTS times as many at once."""

    __slots__ = ("_at", "_messages", "_rate", "_refusals")

    def __init__(self, rate: float, now: float) -> None:
        self._rate = rate
        self._messages = rate * BURSTS
        self._refusals = float(REFUSALS)
        self._at = now

    def admits(self, now: float) -> bool:
        """Count one more message; whether it is within the limit."""
        passed, self._at = now - self._at, now
        self._messages = min(self._rate * BURSTS, self._messages + passed * self._rate)
        self._refusals = min(REFUSALS, self._refusals + passed * REFUSALS_PER_S)
        if self._messages < 1:
            self._refusals -= 1
            return False
        self._messages -= 1
        return True

    @property
    def exhausted(self) -> bool:
        """Whether so much was refused that the connection is to end."""
        return self._refusals < 1
