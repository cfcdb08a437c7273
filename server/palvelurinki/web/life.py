"""The life of the server behind the web application: starting, serving, stopping.

    starting → serving → stopping
        │       ↓↑          ↑
        │     cut off ──────┤
        └───────────────────┘

The web server listens from the first moment to the last, so that whoever looks after it can ask how it is: while the
database is not there yet, or not any more, and while the clients are being sent away. All that needs more than that is
answered by the gate (`web.gate`) meanwhile.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from enum import StrEnum
from typing import Final

import structlog

from palvelurinki.application.reach import Standing
from palvelurinki.domain.errors import PalvelurinkiError
from palvelurinki.ports import StoreAway
from palvelurinki.settings import Settings
from palvelurinki.web.server import Server

FIRST_PAUSE_S: Final = 0.1
LONGEST_PAUSE_S: Final = 2.0
# How long telling the others that this node is gone may take; the database may be what is away.
FAREWELL_WITHIN_S: Final = 1.5
# How long letting go of the database's and the bus's connections may take.
CLOSE_WITHIN_S: Final = 1.0

OpenServer = Callable[[Settings], AbstractAsyncContextManager[Server]]
"""Opens the server's parts. Raises StoreAway when the database is not there now, and may be later."""

log = structlog.get_logger(__name__)


class Phase(StrEnum):
    """Where in its life the server is."""

    STARTING = "starting"
    SERVING = "serving"
    CUT_OFF = "cut_off"
    STOPPING = "stopping"


class NotServing(PalvelurinkiError):
    """The server's parts are not there: it is starting or stopping. The gate lets nobody come so far."""

    code = "server.starting"


class Life:
    """One server's life; `lived` is its course.

    `on_serving` is called when it begins to serve; `on_failure` when it never will, with `failure` set.
    """

    def __init__(self, settings: Settings, open_server: OpenServer) -> None:
        self._phase = Phase.STARTING
        self.failure: BaseException | None = None
        self.on_serving: Callable[[], None] = _nothing
        self.on_failure: Callable[[], None] = _nothing
        self._settings = settings
        self._open_server = open_server
        self._server: Server | None = None
        self._leave = asyncio.Event()

    @property
    def phase(self) -> Phase:
        """Where in its life the server is."""
        cut_off = self._phase is Phase.SERVING and self._standing is Standing.CUT_OFF
        return Phase.CUT_OFF if cut_off else self._phase

    @property
    def lacks_database(self) -> bool:
        """Whether the database has been away for so long that it need not be asked to say so."""
        return self._standing is not Standing.THERE

    @property
    def _standing(self) -> Standing:
        return Standing.THERE if self._server is None else self._server.node.lookout.standing

    @property
    def server(self) -> Server:
        """The server's parts. Raises NotServing while there are none."""
        if self._server is None:
            raise NotServing("this node is not ready yet")
        return self._server

    @property
    def open_server(self) -> Server | None:
        """The server's parts, if they are there."""
        return self._server

    @asynccontextmanager
    async def lived(self) -> AsyncIterator[None]:
        """Begin to live, in the background; at the end, leave. Takes a few seconds at the most, whatever hangs."""
        living = asyncio.create_task(self._live(), name="life")
        living.add_done_callback(self._ended)
        try:
            yield
        finally:
            self._phase = Phase.STOPPING
            if self._server is None:
                living.cancel()
            self._leave.set()
            await _within(living, FAREWELL_WITHIN_S + CLOSE_WITHIN_S)

    async def stop_serving(self) -> None:
        """From now on nothing new is taken; clients are told when to come back. Returns when they are gone, or late."""
        self._phase = Phase.STOPPING
        if self._server is not None:
            await self._server.hub.stop()

    async def _live(self) -> None:
        opened, server = await self._opened()
        try:
            loops = [
                asyncio.create_task(server.node.run(), name="node"),
                asyncio.create_task(server.hub.run(), name="hub"),
            ]
            self._server = server
            if self._phase is Phase.STARTING:
                self._phase = Phase.SERVING
                self.on_serving()
            await self._leave.wait()
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            # Only now: a loop that still ran would show life once more.
            await _within(asyncio.create_task(server.node.leave(), name="farewell"), FAREWELL_WITHIN_S)
        finally:
            await _within(asyncio.create_task(_close(opened), name="closing"), CLOSE_WITHIN_S)

    async def _opened(self) -> tuple[AbstractAsyncContextManager[Server], Server]:
        pause, told = FIRST_PAUSE_S, ""
        while True:
            opening = self._open_server(self._settings)
            try:
                return opening, await opening.__aenter__()
            except StoreAway as away:
                if str(away) != told:
                    told = str(away)
                    log.warning("server.waits", until="the database is there", why=told)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    def _ended(self, living: "asyncio.Task[None]") -> None:
        if not living.cancelled() and living.exception() is not None:
            self.failure = living.exception()
            self.on_failure()


async def _close(opened: AbstractAsyncContextManager[Server]) -> None:
    await opened.__aexit__(None, None, None)


async def _within(task: "asyncio.Task[None]", seconds: float) -> None:
    """Wait for the task no longer than that; then it is cancelled, and told of."""
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if not done:
        task.cancel()
        log.warning("server.left_undone", what=task.get_name(), after_s=seconds)
    elif not task.cancelled() and task.exception() is not None:
        log.warning("server.left_undone", what=task.get_name(), error=repr(task.exception()))


def _nothing() -> None:
    """Nobody has asked to be told."""
