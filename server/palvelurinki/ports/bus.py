"""What hastens the truth between nodes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from typing import Final, Protocol


class Subscription(Protocol):
    """What arrives for a set of channels, changed at will while it is being read."""

    def __aiter__(self) -> AsyncIterator[tuple[str, str]]:
        """(channel, text) as they arrive, until closed."""

    async def add(self, channel: str) -> None:
        """Listen to one more channel."""

    async def remove(self, channel: str) -> None:
        """Listen to it no more."""

    async def close(self) -> None:
        """End the iteration."""


class Bus(Protocol):
    """Hastens what the store decides: wake-ups with topics only, and signals between seats. It may lose anything."""

    async def publish(self, channel: str, text: str) -> None:
        """Tell whoever listens now. Never raises for a bus that is away: the loss costs time, not truth."""

    async def subscribe(self, *channels: str, missed: Callable[[], None] | None = None) -> Subscription:
        """Listen from now on. `missed` is called whenever something may have been, once it is listened to again."""

    async def ping(self) -> None:
        """Raises when the bus does not answer."""

    async def close(self) -> None:
        """Let go of the connections."""


class Signals(Protocol):
    """Signals between seats on their way: kept for each recipient until its client has acknowledged them.

    Signals are the only events that no snapshot restores. Whoever takes a session over sends what is kept here again,
    so a signal may come twice, and its id says so. At most SIGNALS_KEPT of SIGNALS_SIZE characters in all are kept for
    a recipient, and for a while after the newest; whoever falls further behind has lost all before. It may lose
    anything: clients then renew what they miss.
    """

    def keep(self, recipient: str, identifier: str, text: str, *, tell: bool = False) -> "asyncio.Future[None]":
        """Keep one; with `tell`, also tell it on the bus, on SIGNALS_CHANNEL, as "RECIPIENT TEXT".

        The future, which never fails, is done when that is, or after a short while when it is not yet: then it is done
        later, in order. The same identifier once more replaces nothing and is told again.
        """

    async def kept(self, recipient: str) -> Sequence[str]:
        """The texts that are kept for the recipient, oldest first; none while nobody can be asked."""

    def acknowledged(self, recipient: str, identifiers: Collection[str]) -> None:
        """These need not be kept any more. Does not wait."""

    def forget(self, recipient: str) -> None:
        """Nothing needs to be kept for the recipient: its session has ended. Does not wait."""

    async def written(self) -> None:
        """Return when all that was to be written has been, however long that is not possible."""

    async def close(self) -> None:
        """Let go of the connections."""


SIGNALS_CHANNEL: Final = "signals"
SIGNALS_KEPT: Final = 512
SIGNALS_SIZE: Final = 1024 * 1024
