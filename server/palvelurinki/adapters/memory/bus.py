"""The bus of a node that is alone: what is published reaches the subscriptions of this process."""

from collections.abc import AsyncIterator, Callable

from palvelurinki.adapters.mailbox import Mailbox
from palvelurinki.ports import Subscription


class MemorySubscription:
    """The port `Subscription`. What arrives waits here until it is read."""

    def __init__(self, bus: "MemoryBus", channels: tuple[str, ...]) -> None:
        self._bus = bus
        self._channels = set(channels)
        self._arrived = Mailbox()

    async def __aiter__(self) -> AsyncIterator[tuple[str, str]]:
        """(channel, text) as they arrive, until closed."""
        async for message in self._arrived:
            yield message

    async def add(self, channel: str) -> None:
        """Listen to one more channel."""
        self._channels.add(channel)

    async def remove(self, channel: str) -> None:
        """Listen to it no more."""
        self._channels.discard(channel)

    async def close(self) -> None:
        """End the iteration, after what has arrived."""
        self._bus.forget(self)
        self._arrived.close()

    def offer(self, channel: str, text: str) -> None:
        """Take the message when it is for this subscription."""
        if channel in self._channels:
            self._arrived.put(channel, text)


class MemoryBus:
    """The port `Bus`, within one process."""

    def __init__(self) -> None:
        self._subscriptions: set[MemorySubscription] = set()

    async def publish(self, channel: str, text: str) -> None:
        """Tell whoever listens now."""
        for subscription in tuple(self._subscriptions):
            subscription.offer(channel, text)

    async def subscribe(self, *channels: str, missed: Callable[[], None] | None = None) -> Subscription:  # noqa: ARG002
        """Listen from now on. Nothing is ever missed."""
        subscription = MemorySubscription(self, channels)
        self._subscriptions.add(subscription)
        return subscription

    async def ping(self) -> None:
        """It always answers."""

    async def close(self) -> None:
        """End all subscriptions."""
        for subscription in tuple(self._subscriptions):
            await subscription.close()

    def forget(self, subscription: MemorySubscription) -> None:
        """The subscription was closed."""
        self._subscriptions.discard(subscription)
