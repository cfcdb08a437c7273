"""What hastens the truth between nodes."""

from collections.abc import AsyncIterator
from typing import Protocol


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

    async def subscribe(self, *channels: str) -> Subscription:
        """Listen from now on."""

    async def ping(self) -> None:
        """Raises when the bus does not answer."""

    async def close(self) -> None:
        """Let go of the connections."""
