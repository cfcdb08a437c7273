"""Network namespaces with nothing but loopback.

The browser tests run inside one as a whole (`scripts/in-loopback-namespace`, see there why); other tests put single
processes into one. PostgreSQL and Redis are reached from inside by their Unix sockets.
"""

import socket
from collections.abc import Sequence
from pathlib import Path

_SCRIPT = Path(__file__).parents[2] / "scripts" / "in-loopback-namespace"


def in_loopback_namespace(argv: Sequence[str]) -> list[str]:
    """The command that runs `argv` in a namespace of its own, which is gone when the command ends."""
    return [str(_SCRIPT), *argv]


def only_loopback() -> bool:
    """Whether this process sees no network card besides loopback."""
    return [name for _, name in socket.if_nameindex()] == ["lo"]
