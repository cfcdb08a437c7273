"""Signals on their way, in Redis: any node can take a session over, and finds there what was not acknowledged.

A recipient's signals are a hash from the signal's id to its number and text; the field `#` counts the numbers, `##`
the bytes. One script keeps a signal and tells of it, so that nothing is told that is not kept. All that a node writes
goes through one queue, many at a trip. While Redis is away the queue waits, in order and bounded in bytes and in time:
whoever keeps a signal waits a moment when the outage begins and not at all while it lasts.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

import structlog
from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from palvelurinki.ports import SIGNALS_KEPT, SIGNALS_SIZE

# How long whoever keeps a signal, or asks what is kept, waits for a Redis that does not answer.
PATIENCE_S: Final = 1.0
# How long a trip may take before Redis counts as away.
TIMEOUT_S: Final = 1.0
LINGER_S: Final = 0.002
FIRST_PAUSE_S: Final = 0.05
LONGEST_PAUSE_S: Final = 1.0
AT_ONCE: Final = 256
QUEUE_BYTES: Final = 16 * 1024 * 1024

# KEYS: the hash. ARGV: id, text, how many are kept, of how many bytes, for how many seconds, channel ("" for none),
# what to tell there. A hash that is full is emptied: its session has fallen so far behind that it begins anew with a
# snapshot.
_KEEP: Final = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  local bytes = tonumber(redis.call('HGET', KEYS[1], '##') or 0) + #ARGV[2]
  if redis.call('HLEN', KEYS[1]) - 2 >= tonumber(ARGV[3]) or bytes > tonumber(ARGV[4]) then
    redis.call('DEL', KEYS[1])
  end
  redis.call('HINCRBY', KEYS[1], '##', #ARGV[2])
  redis.call('HSET', KEYS[1], ARGV[1], redis.call('HINCRBY', KEYS[1], '#', 1) .. ' ' .. ARGV[2])
  redis.call('EXPIRE', KEYS[1], ARGV[5])
end
if ARGV[6] ~= '' then redis.call('PUBLISH', ARGV[6], ARGV[7]) end
return 0
"""
# KEYS: the hash. ARGV: ids.
_LET_GO: Final = """
for _, id in ipairs(ARGV) do
  local kept = redis.call('HGET', KEYS[1], id)
  if kept then
    redis.call('HINCRBY', KEYS[1], '##', string.find(kept, ' ') - #kept)
    redis.call('HDEL', KEYS[1], id)
  end
end
return 0
"""
_COUNTERS: Final = frozenset({"#", "##"})
_AWAY: Final = (exceptions.RedisError, OSError)

Pause: TypeAlias = Callable[[float], Awaitable[None]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Write:
    """A command on its way to Redis; `done` when it has been carried out or need not be waited for any more."""

    command: tuple[str | int, ...]
    size: int
    worthless_at: float
    done: "asyncio.Future[None] | None"


class RedisSignals:
    """The port `Signals`. `url` as for `RedisBus`; signals are kept for `kept_s` after a recipient's newest one."""

    def __init__(self, url: str, kept_s: float, pause: Pause = asyncio.sleep) -> None:
        self._client: Redis = Redis.from_url(
            url,
            decode_responses=True,
            # Waits are bounded here, by asyncio.timeout: see `adapters.redis.bus`.
            socket_timeout=None,
            socket_connect_timeout=TIMEOUT_S,
            retry=Retry(NoBackoff(), 1),
        )
        self._kept_s = kept_s
        self._pause = pause
        self._queue: deque[_Write] = deque()
        self._bytes = 0
        self._queued = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._away = False
        self._writer = asyncio.create_task(self._writing(), name="redis signals")

    async def keep(self, recipient: str, identifier: str, text: str, *, channel: str | None = None) -> None:
        """Keep one; with `channel`, also tell whoever listens to it on the bus, as "RECIPIENT TEXT"."""
        told = f"{recipient} {text}" if channel is not None else ""
        seconds = max(1, round(self._kept_s))
        done: asyncio.Future[None] | None = None if self._away else asyncio.get_running_loop().create_future()
        limits = SIGNALS_KEPT, SIGNALS_SIZE, seconds
        self._put(("EVAL", _KEEP, 1, _key(recipient), identifier, text, *limits, channel or "", told), done)
        if done is not None:
            await asyncio.wait((done,), timeout=PATIENCE_S)

    async def kept(self, recipient: str) -> Sequence[str]:
        """The texts that are kept for the recipient, oldest first; none while Redis is away."""
        if self._away:
            return []
        try:
            async with asyncio.timeout(PATIENCE_S):
                found: dict[str, str] = await cast("Awaitable[dict[str, str]]", self._client.hgetall(_key(recipient)))
        except _AWAY as error:
            self._begins(error)
            # Nothing may be under way by which the writer would find that it is back.
            self._put(("PING",), None)
            return []
        numbered = [value.partition(" ") for field, value in found.items() if field not in _COUNTERS]
        return [text for _, _, text in sorted(numbered, key=lambda each: int(each[0]))]

    def acknowledged(self, recipient: str, identifiers: Collection[str]) -> None:
        """These need not be kept any more."""
        if identifiers:
            self._put(("EVAL", _LET_GO, 1, _key(recipient), *identifiers), None)

    def forget(self, recipient: str) -> None:
        """Nothing needs to be kept for the recipient: its session has ended."""
        self._put(("DEL", _key(recipient)), None)

    async def written(self) -> None:
        """Return when all that was to be written has been, however long Redis is away."""
        await self._idle.wait()

    async def close(self) -> None:
        """Let go of the connection. What waits for a Redis that is away is given up."""
        self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)
        await self._client.aclose()

    def _put(self, command: tuple[str | int, ...], done: "asyncio.Future[None] | None") -> None:
        size = sum(len(part) for part in command if isinstance(part, str))
        worthless_at = asyncio.get_running_loop().time() + self._kept_s
        self._queue.append(_Write(command, size, worthless_at, done))
        self._bytes += size
        while self._bytes > QUEUE_BYTES:
            _done(self._take())
        self._queued.set()
        self._idle.clear()

    def _take(self) -> _Write:
        write = self._queue.popleft()
        self._bytes -= write.size
        return write

    async def _writing(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            await self._queued.wait()
            # What else comes in this moment goes along: a trip costs more than all that it carries.
            await asyncio.sleep(LINGER_S)
            writes = self._next()
            try:
                if writes:
                    await self._carry_out(writes)
            except _AWAY as error:
                self._begins(error)
                self._put_back(writes)
                await self._pause(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
            else:
                pause = FIRST_PAUSE_S
                if writes and self._away:
                    self._away = False
                    log.info("signals.back")
                if not self._queue:
                    self._idle.set()
            finally:
                for write in writes:
                    _done(write)

    def _next(self) -> list[_Write]:
        now = asyncio.get_running_loop().time()
        writes: list[_Write] = []
        while self._queue and len(writes) < AT_ONCE:
            write = self._take()
            if write.worthless_at > now:
                writes.append(write)
            else:
                _done(write)
        if not self._queue:
            self._queued.clear()
        return writes

    async def _carry_out(self, writes: Sequence[_Write]) -> None:
        async with asyncio.timeout(TIMEOUT_S), self._client.pipeline(transaction=False) as pipeline:
            for write in writes:
                pipeline.execute_command(*write.command)
            results = await pipeline.execute(raise_on_error=False)
        for result in results:
            if isinstance(result, exceptions.ConnectionError | exceptions.TimeoutError):
                raise result
            if isinstance(result, Exception):
                # Redis is there and refuses: the same again would be refused again.
                log.error("signals.refused", error=repr(result))

    def _put_back(self, writes: Sequence[_Write]) -> None:
        self._queue.extendleft(reversed(writes))
        self._bytes += sum(write.size for write in writes)
        self._queued.set()

    def _begins(self, error: BaseException) -> None:
        if not self._away:
            self._away = True
            log.warning("signals.away", error=f"{type(error).__name__}: {error}")


def _done(write: _Write) -> None:
    if write.done is not None and not write.done.done():
        write.done.set_result(None)


def _key(recipient: str) -> str:
    return f"palvelurinki:signals:{recipient}"
