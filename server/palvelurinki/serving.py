"""Running the web application under uvicorn: its limits, and how the process ends.

The first signal asks it to leave, which takes at most LEAVE_WITHIN_S whatever the clients, the database or the bus do.
A second one ends it at once, as a crash would: nothing that was acknowledged is lost by that either.
"""

import gc
import os
import socket
import threading
from collections.abc import Callable, MutableMapping
from types import FrameType
from typing import Any, Final

import structlog
import uvicorn
from fastapi import FastAPI
from typing_extensions import override

from palvelurinki.bootstrap import build_app
from palvelurinki.settings import Settings
from palvelurinki.web.life import Life, Phase
from palvelurinki.web.socket.line import Line

# Frames between the protocol's 64 KiB and this are answered with an error of their own; larger ones close the socket.
TRANSPORT_FRAME_LIMIT: Final = 256 * 1024
# What the line and the headers of a request may take: cookies are the longest that an honest client sends.
HEADERS_MOST: Final = 16 * 1024
# How long requests and sockets may take to end once their clients have been told.
END_WITHIN_S: Final = 2
# No end takes longer than this. The steps before it have bounds of their own, which add up to less.
LEAVE_WITHIN_S: Final = 9.5
# New objects after which the collector looks for rings of unused ones. Its default, 700, is a few dozens of signals.
COLLECT_AFTER: Final = 20_000
# As a shell says of a program that a signal ended.
KILLED_BY: Final = 128

log = structlog.get_logger(__name__)


class AnnouncingServer(uvicorn.Server):
    """Calls `on_started` once it serves and listens, and sends the clients away before it stops."""

    def __init__(self, app: FastAPI, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self.life: Life = app.state.life
        self.life.on_serving = self._announce
        self.life.on_failure = self._fail
        self._on_started = on_started

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen. What is behind may be there before, or come later."""
        await super().startup(sockets)
        self._announce()

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take nothing new, tell the clients when to come back, then stop."""
        await self.life.stop_serving()
        await super().shutdown(sockets)

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Leave in order at the first signal, at once at the second. The exit code of the former is 0."""
        if self.should_exit:
            os._exit(KILLED_BY + sig)
        self.should_exit = True
        overdue = threading.Timer(LEAVE_WITHIN_S, _give_up)
        overdue.daemon = True
        overdue.start()

    def _announce(self) -> None:
        # Whichever comes second says it.
        if self.started and self.life.phase is Phase.SERVING:
            self._on_started()

    def _fail(self) -> None:
        self.should_exit = True


def _give_up() -> None:
    # Something does not end that was to, a thread perhaps. The truth is in the database, and others see that we are
    # gone; waiting on would only keep the service manager from starting us again.
    log.error("server.left_by_force", after_s=LEAVE_WITHIN_S)
    os._exit(1)


def in_one_line(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Write what would end a line, or steer whoever looks at it, by its number: nobody adds a line to the log."""
    for name, value in event.items():
        if isinstance(value, str) and not value.isprintable():
            event[name] = "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in value)
    return event


def configure_logging() -> None:
    """Log a failure with its traceback and nothing more.

    structlog's default draws every variable of every frame: that would write tickets and session descriptions down
    (I8), and it takes seconds, during which nobody is served.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            in_one_line,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        cache_logger_on_first_use=False,
    )


def serve(settings: Settings, on_started: Callable[[], None], log_level: str = "info") -> bool:
    """Serve until a signal comes; returns whether the server had started.

    Raises what kept it from ever serving: StoreUnavailable for a database that waiting will not bring.
    """

    def started() -> None:
        _settle()
        on_started()

    server = make_server(settings, started, log_level)
    server.run()
    if server.life.failure is not None:
        raise server.life.failure
    return server.started


def _settle() -> None:
    # What is there when it begins to serve stays for as long as it serves: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


def make_server(settings: Settings, on_started: Callable[[], None], log_level: str = "info") -> AnnouncingServer:
    """The server, not yet running. Outside the main thread no signal ends it: set its `should_exit`."""
    configure_logging()
    app = build_app(settings)
    config = uvicorn.Config(
        app.state.entrance,
        interface="asgi3",
        host=settings.host,
        port=settings.port,
        ws=Line,
        # It bounds what it keeps of a request whose headers do not end; httptools does not.
        http="h11",
        h11_max_incomplete_event_size=HEADERS_MOST,
        ws_max_size=TRANSPORT_FRAME_LIMIT,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=END_WITHIN_S,
        log_level=log_level,
        # The access log would write addresses of people; what matters is logged by the application itself (I8).
        access_log=False,
        server_header=False,
        # Of whom a proxy says that they ask, and by which scheme.
        forwarded_allow_ips=list(settings.trusted_proxies),
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
    )
    return AnnouncingServer(app, config, on_started)
