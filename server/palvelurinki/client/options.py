"""How patient a client is."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Options:
    """How patient a client is; `chance` and `pause` are what a test replaces.

    `answer_within_s`: how long a command is repeated. `open_within_s`: how long a node may take to open a socket, for
    which it asks nobody; one that stands still takes the connection and then nothing comes. `connect_within_s`: how
    long it may then take to welcome us, for which it asks its database.
    """

    answer_within_s: float = 15.0
    open_within_s: float = 5.0
    connect_within_s: float = 10.0
    chance: Callable[[], float] = random.random
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


PATIENCE: Final = Options()
