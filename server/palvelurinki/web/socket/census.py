"""The census: what is known of a node's sockets as a whole."""

from palvelurinki.web.socket.rounds import Rounds


class Census:
    """How many sockets there are, how many of them have not been welcomed yet, and the rounds that lead by all."""

    __slots__ = ("rounds", "sockets", "unwelcomed")

    def __init__(self, rounds: Rounds) -> None:
        self.sockets = 0
        self.unwelcomed = 0
        self.rounds = rounds
