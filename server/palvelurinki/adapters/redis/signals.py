"""Signals on their way, in Redis: any node can take a session over, and finds there what was not acknowledged.

A recipient's signals are a hash from the signal's id to its number and text; the field `#` counts the numbers, `##`
the bytes. All that a node writes goes through one queue, many at a trip, by one script that keeps a signal before it
tells of it, so that nothing is told that is not kept. While Redis is away the queue waits, in order and bounded in
bytes and in time: whoever keeps a signal waits a moment when the outage begins and not at all while it lasts.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

import structlog
from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from palvelurinki.ports import SIGNALS_CHANNEL, SIGNALS_KEPT, SIGNALS_SIZE

# How long whoever keeps a signal, or asks what is kept, waits for a Redis that does not answer.
PATIENCE_S: Final = 1.0
# How long a trip may take before Redis counts as away.
TIMEOUT_S: Final = 1.0
# Between two trips: a trip costs more than what it carries.
APART_S: Final = 0.004
FIRST_PAUSE_S: Final = 0.05
LONGEST_PAUSE_S: Final = 1.0
AT_ONCE: Final = 256
QUEUE_BYTES: Final = 16 * 1024 * 1024

# ARGV: how many are kept for a recipient, of how many bytes, for how many seconds, and the channel; then four for each
# thing to do: what it is, for whom, a signal's id, its text. A hash that is full is emptied: its session has fallen so
# far behind that it begins anew with a snapshot.
_CARRY_OUT: Final = """
local most, size, seconds, channel = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4]
for at = 5, #ARGV, 4 do
  local what, id, text = ARGV[at], ARGV[at + 2], ARGV[at + 3]
  local key = 'palvelurinki:signals:' .. ARGV[at + 1]
  if what == 'forget' then
    redis.call('DEL', key)
  elseif what == 'let go' then
    local kept = redis.call('HGET', key, id)
    if kept then
      redis.call('HINCRBY', key, '##', string.find(kept, ' ') - #kept)
      redis.call('HDEL', key, id)
    end
  else
    local known = redis.call('HMGET', key, id, '#', '##')
    if not known[1] then
      local number, bytes = tonumber(known[2] or 0) + 1, tonumber(known[3] or 0) + #text
      if redis.call('HLEN', key) - 2 >= most or bytes > size then
        redis.call('DEL', key)
        bytes = #text
      end
      redis.call('HSET', key, id, number .. ' ' .. text, '#', number, '##', bytes)
      redis.call('EXPIRE', key, seconds)
    end
    if what == 'tell' then redis.call('PUBLISH', channel, ARGV[at + 1] .. ' ' .. text) end
  end
end
return 0
"""
_COUNTERS: Final = frozenset({"#", "##"})
_AWAY: Final = (exceptions.RedisError, OSError)

Pause: TypeAlias = Callable[[float], Awaitable[None]]

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Write:
    """Parts of the script's ARGV on their way; `done` when they need not be waited for any more."""

    parts: tuple[str, ...]
    size: int
    put_at: float
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
        self._script = self._client.register_script(_CARRY_OUT)
        self._bounds = str(SIGNALS_KEPT), str(SIGNALS_SIZE), str(max(1, round(kept_s))), SIGNALS_CHANNEL
        self._kept_s = kept_s
        self._pause = pause
        self._clock = asyncio.get_running_loop().time
        self._queue: deque[_Write] = deque()
        self._bytes = 0
        self._queued = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._away = False
        self._writer = asyncio.create_task(self._writing(), name="redis signals")

    def keep(self, recipient: str, identifier: str, text: str, *, tell: bool = False) -> "asyncio.Future[None]":
        """Keep one; with `tell`, also tell it on the bus, as "RECIPIENT TEXT"."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._put(("tell" if tell else "keep", recipient, identifier, text), done)
        if self._away:
            done.set_result(None)
        return done

    async def kept(self, recipient: str) -> Sequence[str]:
        """The texts that are kept for the recipient, oldest first; none while Redis is away."""
        if self._away:
            return []
        key = f"palvelurinki:signals:{recipient}"
        try:
            async with asyncio.timeout(PATIENCE_S):
                found: dict[str, str] = await cast("Awaitable[dict[str, str]]", self._client.hgetall(key))
        except _AWAY as error:
            self._begins(error)
            # Nothing may be under way by which the writer would find that it is back.
            self._put(())
            return []
        numbered = [value.partition(" ") for field, value in found.items() if field not in _COUNTERS]
        return [text for _, _, text in sorted(numbered, key=lambda each: int(each[0]))]

    def acknowledged(self, recipient: str, identifiers: Collection[str]) -> None:
        """These need not be kept any more."""
        if identifiers:
            self._put(tuple(part for each in identifiers for part in ("let go", recipient, each, "")))

    def forget(self, recipient: str) -> None:
        """Nothing needs to be kept for the recipient: its session has ended."""
        self._put(("forget", recipient, "", ""))

    async def written(self) -> None:
        """Return when all that was to be written has been, however long Redis is away."""
        await self._idle.wait()

    async def close(self) -> None:
        """Let go of the connection. What waits for a Redis that is away is given up."""
        self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)
        await self._client.aclose()

    def _put(self, parts: tuple[str, ...], done: "asyncio.Future[None] | None" = None) -> None:
        write = _Write(parts, sum(map(len, parts)), self._clock(), done)
        self._queue.append(write)
        self._bytes += write.size
        while self._bytes > QUEUE_BYTES:
            _release(self._take())
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
            writes = self._next()
            try:
                if writes:
                    await self._carry_out(writes)
            except _AWAY as error:
                self._put_back(writes)
                self._begins(error)
                await self._pause(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
                continue
            pause = FIRST_PAUSE_S
            if writes and self._away:
                self._away = False
                log.info("signals.back")
            for write in writes:
                _release(write)
            self._release_until(self._clock() - PATIENCE_S)
            if not self._queue:
                self._idle.set()
            await asyncio.sleep(APART_S)

    def _next(self) -> list[_Write]:
        worthless = self._clock() - self._kept_s
        writes: list[_Write] = []
        while self._queue and len(writes) < AT_ONCE:
            write = self._take()
            if write.put_at > worthless:
                writes.append(write)
            else:
                _release(write)
        if not self._queue:
            self._queued.clear()
        return writes

    async def _carry_out(self, writes: Iterable[_Write]) -> None:
        arguments = [*self._bounds, *(part for write in writes for part in write.parts)]
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await self._script(args=arguments)
        except exceptions.ResponseError as error:
            # Redis is there and refuses: the same again would be refused again.
            log.error("signals.refused", error=repr(error))  # noqa: TRY400  (a traceback tells nothing more)

    def _put_back(self, writes: Sequence[_Write]) -> None:
        self._queue.extendleft(reversed(writes))
        self._bytes += sum(write.size for write in writes)
        self._queued.set()

    def _begins(self, error: BaseException) -> None:
        self._release_until(self._clock())
        if not self._away:
            self._away = True
            log.warning("signals.away", error=f"{type(error).__name__}: {error}")

    def _release_until(self, at: float) -> None:
        """Whoever waits for what was put then or before waits no longer."""
        for write in self._queue:
            if write.put_at > at:
                break
            _release(write)


def _release(write: _Write) -> None:
    if write.done is not None and not write.done.done():
        write.done.set_result(None)
