"""Both buses; and the one on Redis when Redis comes and goes."""

import asyncio
import itertools
import os
import signal
from collections.abc import AsyncIterator

import pytest
import structlog
from redis.exceptions import RedisError

from palvelurinki.adapters.redis.bus import RedisBus
from palvelurinki.ports import Bus, Subscription
from tests.support.redis import RedisServer


async def take(subscription: Subscription, count: int) -> list[tuple[str, str]]:
    taken = []
    if count:
        async for message in subscription:
            taken.append(message)
            if len(taken) == count:
                break
    return taken


# ---- What every bus does -------------------------------------------------------------------------------------


async def test_message_reaches_every_subscription_of_its_channel(bus: Bus) -> None:
    one, two, other = await bus.subscribe("a", "b"), await bus.subscribe("a"), await bus.subscribe("c")
    await bus.publish("a", "first")
    await bus.publish("b", "ääkköset \U0001f4de")
    await bus.publish("c", "third")
    await bus.publish("a", "fourth")
    assert await take(one, 3) == [("a", "first"), ("b", "ääkköset \U0001f4de"), ("a", "fourth")]
    assert await take(two, 2) == [("a", "first"), ("a", "fourth")]
    assert await take(other, 1) == [("c", "third")]


async def test_nobody_needs_to_listen(bus: Bus) -> None:
    await bus.publish("a", "unheard")
    subscription = await bus.subscribe("a")
    await bus.publish("a", "heard")
    assert await take(subscription, 1) == [("a", "heard")]


async def test_channels_are_added_and_removed_while_it_is_read(bus: Bus) -> None:
    subscription = await bus.subscribe()
    await bus.publish("a", "too early")
    await subscription.add("a")
    await subscription.add("b")
    await bus.publish("a", "one")
    assert await take(subscription, 1) == [("a", "one")]
    await subscription.remove("a")
    await bus.publish("a", "too late")
    await bus.publish("b", "two")
    assert await take(subscription, 1) == [("b", "two")]
    await subscription.add("a")
    await bus.publish("a", "three")
    assert await take(subscription, 1) == [("a", "three")]


async def test_closing_ends_the_iteration_after_what_has_arrived(bus: Bus) -> None:
    subscription, witness = await bus.subscribe("a"), await bus.subscribe("a")
    await bus.publish("a", "one")
    assert await take(witness, 1) == [("a", "one")]
    assert await take(subscription, 1) == [("a", "one")]
    await subscription.close()
    assert [message async for message in subscription] == []


async def test_reader_that_waits_is_released_by_closing(bus: Bus) -> None:
    subscription = await bus.subscribe("a")

    async def read() -> list[tuple[str, str]]:
        return [message async for message in subscription]

    async with asyncio.TaskGroup() as tasks:
        reader = tasks.create_task(read())
        await asyncio.sleep(0)
        await subscription.close()
    assert reader.result() == []


async def test_closing_the_bus_ends_every_subscription(bus: Bus) -> None:
    one, two = await bus.subscribe("a"), await bus.subscribe("b")
    await bus.close()
    assert [message async for message in one] == [message async for message in two] == []


# ---- Redis away ----------------------------------------------------------------------------------------------


class Pauses:
    """Pauses between attempts to connect that last until the test ends them."""

    def __init__(self) -> None:
        self.lengths: list[float] = []
        self._begun = asyncio.Event()
        self._ended = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.lengths.append(seconds)
        self._begun.set()
        await self._ended.wait()
        self._ended.clear()

    async def begun(self) -> None:
        await self._begun.wait()
        self._begun.clear()

    def end(self) -> None:
        self._ended.set()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def own_bus(own_redis: RedisServer, pauses: Pauses) -> AsyncIterator[RedisBus]:
    bus = RedisBus(own_redis.url, pauses)
    yield bus
    await bus.close()


async def test_a_bus_that_is_away_does_not_answer_and_does_again_when_it_is_back(
    own_redis: RedisServer, own_bus: RedisBus
) -> None:
    answered = []
    for change in (None, own_redis.stop, own_redis.start):
        if change is not None:
            change()
        try:
            await own_bus.ping()
        except (RedisError, OSError) as error:
            answered.append(type(error).__name__)
        else:
            answered.append("yes")
    assert answered == ["yes", "ConnectionError", "yes"]


async def test_outage_costs_messages_and_nothing_else(
    own_redis: RedisServer, own_bus: RedisBus, pauses: Pauses
) -> None:
    missed: list[str] = []
    subscription = await own_bus.subscribe("a", missed=lambda: missed.append("something"))
    with structlog.testing.capture_logs() as logs:
        own_redis.stop()
        await pauses.begun()
        for _ in range(3):
            await own_bus.publish("a", "lost")
        pauses.end()
        await pauses.begun()
        pauses.end()
        await pauses.begun()
        with pytest.raises(RedisError):
            await own_bus.ping()
        # A channel that is asked for meanwhile is asked of Redis when it is back.
        await subscription.add("b")
        own_redis.start()
        pauses.end()
        await subscription.settled()  # type: ignore[attr-defined]
        await _reaches(own_bus, subscription, "a")
        await _reaches(own_bus, subscription, "b")
    assert missed == ["something"]
    assert pauses.lengths == [0.05, 0.1, 0.2]
    assert [entry["event"] for entry in logs] == ["bus.away", "bus.back"]


async def _reaches(bus: Bus, subscription: Subscription, channel: str) -> None:
    """Publish until a message arrives: how soon after its return Redis hears us is not for us to say."""

    async def publish() -> None:
        for number in itertools.count():
            await bus.publish(channel, str(number))

    publishing = asyncio.create_task(publish())
    async for heard, _ in subscription:
        if heard == channel:
            break
    publishing.cancel()
    await asyncio.gather(publishing, return_exceptions=True)


async def test_node_starts_without_redis(own_redis: RedisServer, own_bus: RedisBus, pauses: Pauses) -> None:
    own_redis.stop()
    subscription = await own_bus.subscribe("a")
    await subscription.add("b")
    await subscription.remove("b")
    await own_bus.publish("a", "lost")
    await pauses.begun()
    own_redis.start()
    pauses.end()
    await _reaches(own_bus, subscription, "a")


async def test_server_that_hangs_is_asked_once_and_then_left_alone(own_redis: RedisServer, own_bus: RedisBus) -> None:
    """Whoever publishes must not wait for it each time."""
    assert own_redis.pid is not None
    await own_bus.ping()
    os.kill(own_redis.pid, signal.SIGSTOP)
    try:
        await own_bus.publish("a", "lost")
        async with asyncio.timeout(0.2):
            for _ in range(100):
                await own_bus.publish("a", "lost")
    finally:
        os.kill(own_redis.pid, signal.SIGCONT)
