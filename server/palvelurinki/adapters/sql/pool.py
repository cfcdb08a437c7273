"""Connections that are kept open and lent out, one borrower at a time."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Generic, Protocol, TypeVar


class Poolable(Protocol):
    """A connection as the pool sees it."""

    @property
    def usable(self) -> bool:
        """Whether it can be lent out: it is open, and in no transaction."""

    async def close(self) -> None:
        """Let go of it, whatever it is doing. Raises nothing."""


Connection = TypeVar("Connection", bound=Poolable)


class Pool(Generic[Connection]):
    """At most `size` connections. The one that came back last is lent out first, so that the rest may stay idle.

    Whoever comes when all are out waits, for at most `wait_s` seconds.
    """

    def __init__(self, connect: Callable[[], Awaitable[Connection]], *, size: int, wait_s: float) -> None:
        self._connect = connect
        self._idle: deque[Connection] = deque()
        self._free = asyncio.Semaphore(size)
        self._wait_s = wait_s
        self._closing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Connection]:
        """A connection, for as long as the block runs. Raises TimeoutError, and what connecting raises."""
        await self._wait()
        try:
            connection = self._idle_one() or await self._connect()
            try:
                yield connection
            finally:
                if connection.usable:
                    self._idle.append(connection)
                else:
                    self._let_go(connection)
        finally:
            self._free.release()

    async def close(self) -> None:
        """Close all that are idle, and wait for those that are being let go of."""
        while self._idle:
            self._let_go(self._idle.pop())
        if self._closing:
            await asyncio.wait(self._closing)

    async def _wait(self) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        async with asyncio.timeout(self._wait_s):
            await self._free.acquire()

    def _idle_one(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            # The server may have gone meanwhile: its connections are then known to be closed, without asking.
            if connection.usable:
                return connection
            self._let_go(connection)
        return None

    def _let_go(self, connection: Connection) -> None:
        # In a task of its own: who was cancelled in the middle of a statement does not wait for its end.
        task = asyncio.create_task(connection.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
