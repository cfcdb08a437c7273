"""How long to wait before the next attempt to connect. Pure."""

from typing import Final

BASE_S: Final = 0.5
CAP_S: Final = 15.0
# However long a server asks for: people wait at both ends.
LONGEST_ASKED_S: Final = 30.0
# Beyond this the cap holds anyway, and the power would only grow.
_DOUBLINGS: Final = 10


def backoff_s(tries: int, chance: float, cap_s: float = CAP_S) -> float:
    """Seconds to wait after `tries` failures, `cap_s` at most; `chance` is uniform in [0, 1).

    Exponential with full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter): many
    clients that lost the same server do not come back at the same moment. It is what the browsers' clients do too.
    """
    return chance * min(cap_s, BASE_S * 2.0 ** min(tries, _DOUBLINGS))


def asked_delay_s(retry_after_s: float | None) -> float:
    """How long the server asks us to stay away, in seconds, within bounds."""
    return min(max(retry_after_s or 0.0, 0.0), LONGEST_ASKED_S)
