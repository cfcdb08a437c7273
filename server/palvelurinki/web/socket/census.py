"""The census: what is known of a node's sockets as a whole."""

from palvelurinki.web.socket.rounds import Rounds
from palvelurinki.web.tally import Tally


class Census:
    """How many sockets there are, how many of them have not been welcomed yet, and the rounds that lead by all.

    Those that come from a counted address (`web.limits`) are counted for each of them too.
    """

    __slots__ = ("_of_address", "refusals", "rounds", "sockets", "unwelcomed")

    def __init__(self, rounds: Rounds) -> None:
        self.sockets = 0
        self.unwelcomed = 0
        self.rounds = rounds
        self.refusals = Tally("socket.refused")
        self._of_address: dict[str, int] = {}

    def came(self, address: str | None) -> None:
        """One more socket, not welcomed yet."""
        self.sockets += 1
        self.unwelcomed += 1
        if address is not None:
            self._of_address[address] = self._of_address.get(address, 0) + 1

    def went(self, address: str | None, *, welcomed: bool) -> None:
        """One socket less."""
        self.sockets -= 1
        if not welcomed:
            self.unwelcomed -= 1
        if address is not None:
            left = self._of_address.pop(address) - 1
            if left:
                self._of_address[address] = left

    def of(self, address: str | None) -> int:
        """How many sockets come from that address; 0 for one that is not counted."""
        return self._of_address.get(address, 0) if address is not None else 0
