"""Signals on their way, in memory and in Redis; and what becomes of them while Redis is away."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest
import structlog

from palvelurinki.adapters.memory.signals import MemorySignals
from palvelurinki.adapters.redis.bus import RedisBus
from palvelurinki.adapters.redis.signals import RedisSignals
from palvelurinki.ports import SIGNALS_CHANNEL, SIGNALS_KEPT, SIGNALS_SIZE, Bus, Signals, Subscription
from tests.support.redis import RedisServer

WHO, OTHER = "terminal:kiosk-1", "staff:anna"


@pytest.fixture
async def signals(request: pytest.FixtureRequest, bus: Bus) -> AsyncIterator[Signals]:
    """Of the bus's kind."""
    if isinstance(bus, RedisBus):
        server: RedisServer = request.getfixturevalue("redis_server")
        made: Signals = RedisSignals(server.url, kept_s=60)
    else:
        made = MemorySignals(bus)
    yield made
    await made.close()


async def take(subscription: Subscription, count: int) -> list[str]:
    taken: list[str] = []
    async for _, text in subscription:
        taken.append(text)
        if len(taken) == count:
            break
    return taken


async def settled(signals: Signals, recipient: str, wanted: list[str]) -> None:
    """What is written without waiting is written before what is kept next."""
    await signals.keep("settled", "s", "s")
    assert list(await signals.kept(recipient)) == wanted


# ---- What every buffer does ----------------------------------------------------------------------------------


async def test_signals_are_kept_in_order_for_each_recipient(signals: Signals) -> None:
    for number in range(12):
        await signals.keep(WHO, f"id-{number}", f"text {number} ääkköset")
    await signals.keep(OTHER, "id-1", "another")
    assert list(await signals.kept(WHO)) == [f"text {number} ääkköset" for number in range(12)]
    assert list(await signals.kept(OTHER)) == ["another"]
    assert list(await signals.kept("terminal:unknown")) == []


async def test_what_is_acknowledged_is_kept_no_more(signals: Signals) -> None:
    for number in range(4):
        await signals.keep(WHO, f"id-{number}", f"{number}")
    signals.acknowledged(WHO, ["id-0", "id-2", "id-unknown"])
    signals.acknowledged(OTHER, ["id-1"])
    signals.acknowledged(WHO, [])
    await settled(signals, WHO, ["1", "3"])
    await signals.keep(WHO, "id-4", "4")
    assert list(await signals.kept(WHO)) == ["1", "3", "4"]


async def test_what_is_forgotten_is_gone(signals: Signals) -> None:
    await signals.keep(WHO, "id-1", "1")
    await signals.keep(OTHER, "id-1", "2")
    signals.forget(WHO)
    await settled(signals, WHO, [])
    await settled(signals, OTHER, ["2"])


async def test_the_same_signal_twice_is_kept_once_and_told_twice(signals: Signals, bus: Bus) -> None:
    subscription = await bus.subscribe(SIGNALS_CHANNEL)
    await signals.keep(WHO, "id-1", "first", tell=True)
    await signals.keep(WHO, "id-2", "second", tell=True)
    await signals.keep(WHO, "id-1", "first", tell=True)
    await signals.keep(WHO, "id-3", "not told")
    await signals.keep(WHO, "id-4", "fourth", tell=True)
    assert await take(subscription, 4) == [f"{WHO} {text}" for text in ("first", "second", "first", "fourth")]
    assert list(await signals.kept(WHO)) == ["first", "second", "not told", "fourth"]


async def test_a_recipient_that_falls_too_far_behind_has_lost_them(signals: Signals) -> None:
    for number in range(SIGNALS_KEPT):
        await signals.keep(WHO, f"id-{number}", f"{number}")
    assert len(await signals.kept(WHO)) == SIGNALS_KEPT
    await signals.keep(WHO, "one-more", "newest")
    assert list(await signals.kept(WHO)) == ["newest"]


async def test_what_is_kept_for_a_recipient_is_bounded_in_size_too(signals: Signals) -> None:
    big = "x" * (SIGNALS_SIZE // 4)
    for number in range(4):
        await signals.keep(WHO, f"id-{number}", big)
    # What was let go of makes room.
    signals.acknowledged(WHO, ["id-0", "id-1", "id-2"])
    for number in range(4, 7):
        await signals.keep(WHO, f"id-{number}", big)
    assert len(await signals.kept(WHO)) == 4
    await signals.keep(WHO, "one-more", "newest")
    assert list(await signals.kept(WHO)) == ["newest"]


# ---- Redis away ----------------------------------------------------------------------------------------------


@pytest.fixture
async def own_signals(own_redis: RedisServer) -> AsyncIterator[RedisSignals]:
    signals = RedisSignals(own_redis.url, kept_s=60)
    yield signals
    await signals.close()


@pytest.fixture
async def own_bus(own_redis: RedisServer) -> AsyncIterator[RedisBus]:
    bus = RedisBus(own_redis.url)
    yield bus
    await bus.close()


async def test_signals_wait_for_redis_in_order_and_are_told_when_it_is_back(
    own_redis: RedisServer, own_signals: RedisSignals, own_bus: RedisBus
) -> None:
    await own_signals.keep(WHO, "before", "before")
    with structlog.testing.capture_logs() as logs:
        own_redis.stop()
        for number in range(5):
            await own_signals.keep(WHO, f"id-{number}", f"{number}", tell=True)
        assert list(await own_signals.kept(WHO)) == []
        own_redis.start()
        subscription = await own_bus.subscribe(SIGNALS_CHANNEL)
        await own_signals.keep(WHO, "last", "last", tell=True)
        await own_signals.written()
        heard = await take(subscription, 1)
        while heard[-1] != f"{WHO} last":
            heard += await take(subscription, 1)
    # What Redis held is gone with it; what waited here is not.
    assert list(await own_signals.kept(WHO)) == [*map(str, range(5)), "last"]
    assert heard == [f"{WHO} {text}" for text in (*range(5), "last")][-len(heard) :]
    assert [entry["event"] for entry in logs if entry["event"].startswith("signals.")] == [
        "signals.away",
        "signals.back",
    ]


async def test_flushing_loses_what_was_kept_and_nothing_else(own_redis: RedisServer, own_signals: RedisSignals) -> None:
    await own_signals.keep(WHO, "id-1", "1")
    own_redis.flush()
    assert list(await own_signals.kept(WHO)) == []
    await own_signals.keep(WHO, "id-2", "2")
    assert list(await own_signals.kept(WHO)) == ["2"]


async def test_redis_that_hangs_is_waited_for_once_and_finds_all_when_it_goes_on(
    own_redis: RedisServer, own_signals: RedisSignals
) -> None:
    assert own_redis.pid is not None
    await own_signals.keep(WHO, "before", "before")
    os.kill(own_redis.pid, signal.SIGSTOP)
    try:
        await own_signals.kept(WHO)
        async with asyncio.timeout(0.2):
            for number in range(100):
                await own_signals.keep(WHO, f"id-{number}", f"{number}")
                assert list(await own_signals.kept(WHO)) == []
    finally:
        os.kill(own_redis.pid, signal.SIGCONT)
    await own_signals.written()
    assert list(await own_signals.kept(WHO)) == ["before", *map(str, range(100))]


async def test_what_waits_is_bounded(own_redis: RedisServer, own_signals: RedisSignals) -> None:
    own_redis.stop()
    await own_signals.keep(WHO, "first", "first")
    for number in range(600):
        await own_signals.keep(f"staff:{number}", "big", "x" * 48 * 1024)
    own_redis.start()
    await own_signals.written()
    assert list(await own_signals.kept("staff:599")) == ["x" * 48 * 1024]
    # The oldest were given up.
    assert list(await own_signals.kept(WHO)) == []
    assert list(await own_signals.kept("staff:100")) == []
