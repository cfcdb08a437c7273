"""Connections that are kept open and lent out, one borrower at a time."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final, Generic, Protocol, TypeVar

from palvelurinki.domain.errors import Busy

# When the pool is closed, those who work with its connections have been told to stop.
COME_BACK_WITHIN_S: Final = 1.0


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
        self._lent: set[Connection] = set()
        self._closing: set[asyncio.Task[None]] = set()
        # Once the pool is being closed: done when nothing is lent out any more.
        self._all_back: asyncio.Future[None] | None = None

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Connection]:
        """A connection, for as long as the block runs. Raises Busy, and what connecting raises."""
        await self._wait()
        try:
            connection = self._idle_one() or await self._connect()
            self._lent.add(connection)
            try:
                yield connection
            finally:
                self._take_back(connection)
        finally:
            self._free.release()

    async def close(self) -> None:
        """Close all: the idle ones, those that come back meanwhile, and at last those that do not."""
        self._all_back = asyncio.get_running_loop().create_future()
        while self._idle:
            self._let_go(self._idle.pop())
        if self._lent:
            await asyncio.wait([self._all_back], timeout=COME_BACK_WITHIN_S)
        while self._lent:
            self._let_go(self._lent.pop())
        while self._closing:
            await asyncio.wait(self._closing)

    async def _wait(self) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        try:
            async with asyncio.timeout(self._wait_s):
                await self._free.acquire()
        except TimeoutError as error:
            raise Busy(f"no connection to the database was free for {self._wait_s:g} s") from error

    def _take_back(self, connection: Connection) -> None:
        if connection not in self._lent:
            # The pool was closed, and did not wait for it any longer.
            return
        self._lent.discard(connection)
        if connection.usable and self._all_back is None:
            self._idle.append(connection)
        else:
            self._let_go(connection)
        if not (self._lent or self._all_back is None or self._all_back.done()):
            self._all_back.set_result(None)

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
