"""The bus between nodes, on Redis publish/subscribe. It may be away at any time: that costs time, never truth.

Each subscription has a connection of its own and a task that keeps it: when the connection is lost it is made anew,
at growing intervals, and the channels are asked for again. What was published meanwhile is gone, which the port
allows; whoever subscribed is told. An outage is logged once when it begins and once when it ends.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, TypeAlias

import structlog
from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from palvelurinki.adapters.mailbox import Mailbox
from palvelurinki.ports import Subscription

# How long Redis may take to connect or to answer before it counts as away.
TIMEOUT_S: Final = 1.0
# How long nothing is published after an answer that did not come: nobody is to wait for a server that hangs.
SILENCE_S: Final = 1.0
# A subscription that hears nothing for this long asks whether anybody is there.
QUIET_S: Final = 5.0
FIRST_PAUSE_S: Final = 0.05
LONGEST_PAUSE_S: Final = 2.0

# Every subscription listens here too, so that it always listens to something; nobody publishes here.
_ALWAYS: Final = "palvelurinki:always"

_AWAY: Final = (exceptions.RedisError, OSError)

Pause: TypeAlias = Callable[[float], Awaitable[None]]

log = structlog.get_logger(__name__)


class _Outage:
    """Tells of an outage once, however many notice it."""

    def __init__(self) -> None:
        self._away = False

    def begins(self, error: BaseException) -> None:
        if not self._away:
            self._away = True
            log.warning("bus.away", error=f"{type(error).__name__}: {error}")

    def ends(self) -> None:
        if self._away:
            self._away = False
            log.info("bus.back")


class RedisSubscription:
    """The port `Subscription`. `add` returns when Redis listens for us, or at once while it is away."""

    def __init__(
        self,
        client: Redis,
        channels: tuple[str, ...],
        outage: _Outage,
        pause: Pause,
        missed: Callable[[], None] | None,
    ) -> None:
        self._client = client
        self._missed = missed
        self._wanted = {_ALWAYS, *channels}
        self._heard: set[str] = set()
        self._outage = outage
        self._pause = pause
        self._arrived = Mailbox()
        self._pubsub: PubSub | None = None
        # The first command makes the connection: two at once would make two.
        self._telling = asyncio.Lock()
        self._away = False
        self._changed = asyncio.Event()
        self._keeper = asyncio.create_task(self._keep(), name="redis subscription")
        self._keeper.add_done_callback(self._end)

    async def __aiter__(self) -> AsyncIterator[tuple[str, str]]:
        """(channel, text) as they arrive, until closed."""
        async for message in self._arrived:
            yield message
        if not self._keeper.cancelled():
            self._keeper.result()

    async def add(self, channel: str) -> None:
        """Listen to one more channel."""
        self._wanted.add(channel)
        if self._pubsub is not None:
            await self._tell(self._pubsub.subscribe, channel)
        await self.settled()

    async def remove(self, channel: str) -> None:
        """Listen to it no more."""
        self._wanted.discard(channel)
        self._heard.discard(channel)
        if self._pubsub is not None:
            await self._tell(self._pubsub.unsubscribe, channel)

    async def close(self) -> None:
        """End the iteration, after what has arrived."""
        self._keeper.cancel()
        await asyncio.gather(self._keeper, return_exceptions=True)

    async def settled(self) -> None:
        """Wait until Redis listens for us on every channel, or is away, or we are closed."""
        while not (self._wanted <= self._heard or self._away or self._keeper.done()):
            self._changed.clear()
            await self._changed.wait()

    async def _tell(self, command: Callable[..., Awaitable[None]], *channels: str) -> None:
        try:
            async with asyncio.timeout(TIMEOUT_S), self._telling:
                await command(*channels)
        except _AWAY as error:
            # The keeper finds its connection lost too, makes a new one, and asks for all channels there.
            self._outage.begins(error)
            self._away = True

    async def _keep(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            self._pubsub = self._client.pubsub()
            try:
                async with asyncio.timeout(TIMEOUT_S), self._telling:
                    await self._pubsub.subscribe(*self._wanted)
                asked = False
                while True:
                    asked = await self._hear(self._pubsub, asked=asked)
                    pause = FIRST_PAUSE_S
            except _AWAY as error:
                self._outage.begins(error)
                self._away = True
            finally:
                lost, self._pubsub = self._pubsub, None
                self._heard.clear()
                self._changed.set()
                await lost.aclose()  # type: ignore[no-untyped-call]  # redis-py has left it so
            await self._pause(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def _hear(self, pubsub: PubSub, *, asked: bool) -> bool:
        """Take what arrives next. Returns whether we have just asked if anybody is there."""
        message = await pubsub.get_message(timeout=TIMEOUT_S if asked else QUIET_S)
        if message is None:
            if asked:
                raise exceptions.ConnectionError("nobody answers")
            await pubsub.ping()
            return True
        match message["type"]:
            case "subscribe":
                self._heard.add(message["channel"])
                if self._wanted <= self._heard:
                    if self._away and self._missed is not None:
                        self._missed()
                    self._away = False
                    self._outage.ends()
                    self._changed.set()
            case "message" if message["channel"] in self._wanted:
                self._arrived.put(message["channel"], message["data"])
        return False

    def _end(self, _keeper: "asyncio.Task[None]") -> None:
        self._changed.set()
        self._arrived.close()


class RedisBus:
    """The port `Bus`. `url` is `redis://…`, `rediss://…` or `unix://…`; `pause` waits between attempts to connect."""

    def __init__(self, url: str, pause: Pause = asyncio.sleep) -> None:
        self._client: Redis = Redis.from_url(
            url,
            decode_responses=True,
            # Every wait is bounded here, by asyncio.timeout: redis-py's own bound on writing is an asyncio.wait_for,
            # which on Python 3.11 loses a cancellation that comes as the write ends.
            socket_timeout=None,
            socket_connect_timeout=TIMEOUT_S,
            # Once more, for a connection that an idle pool has kept past the server's restart.
            retry=Retry(NoBackoff(), 1),
        )
        self._pause = pause
        self._outage = _Outage()
        self._silent_until = 0.0
        self._subscriptions: list[RedisSubscription] = []

    async def publish(self, channel: str, text: str) -> None:
        """Tell whoever listens now. A Redis that is away is logged, once an outage."""
        clock = asyncio.get_running_loop().time
        if clock() < self._silent_until:
            return
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await self._client.publish(channel, text)
        except _AWAY as error:
            self._outage.begins(error)
            if isinstance(error, TimeoutError):
                self._silent_until = clock() + SILENCE_S
        else:
            self._outage.ends()

    async def subscribe(self, *channels: str, missed: Callable[[], None] | None = None) -> Subscription:
        """Listen from now on, or from when Redis is back. `missed` is called each time that it is back."""
        subscription = RedisSubscription(self._client, channels, self._outage, self._pause, missed)
        self._subscriptions.append(subscription)
        await subscription.settled()
        return subscription

    async def ping(self) -> None:
        """Raises redis.exceptions.RedisError or OSError when Redis does not answer."""
        async with asyncio.timeout(TIMEOUT_S):
            await self._client.ping()

    async def close(self) -> None:
        """End all subscriptions and let go of the connections."""
        for subscription in self._subscriptions:
            await subscription.close()
        await self._client.aclose()
