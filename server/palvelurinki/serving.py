"""Running the web application under uvicorn, with the limits that its defaults lack."""

import socket
from collections.abc import Callable
from typing import Final

import structlog
import uvicorn
from fastapi import FastAPI
from typing_extensions import override

from palvelurinki.bootstrap import build_app
from palvelurinki.settings import Settings

# Frames between the protocol's 64 KiB and this are answered with an error of their own; larger ones close the socket.
TRANSPORT_FRAME_LIMIT: Final = 256 * 1024
PING_EVERY_S: Final = 10
PING_WITHIN_S: Final = 10
STOP_WITHIN_S: Final = 10


class AnnouncingServer(uvicorn.Server):
    """Calls `on_started` once it listens, and tells the clients before it stops."""

    def __init__(self, app: FastAPI, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._app = app
        self._on_started = on_started

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell."""
        await super().startup(sockets)
        if self.started:
            self._on_started()

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell the clients to come back, then stop."""
        await self._app.state.server.hub.stop()
        await super().shutdown(sockets)


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
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        cache_logger_on_first_use=False,
    )


def serve(settings: Settings, on_started: Callable[[], None], log_level: str = "info") -> bool:
    """Serve until a signal comes; returns whether the server had started."""
    server = make_server(settings, on_started, log_level)
    server.run()
    return server.started


def make_server(settings: Settings, on_started: Callable[[], None], log_level: str = "info") -> AnnouncingServer:
    """The server, not yet running. Outside the main thread no signal ends it: set its `should_exit`."""
    configure_logging()
    app = build_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        ws="websockets-sansio",
        ws_max_size=TRANSPORT_FRAME_LIMIT,
        # A line that was cut without a word is noticed by these: a browser answers them even in a hidden page.
        ws_ping_interval=PING_EVERY_S,
        ws_ping_timeout=PING_WITHIN_S,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        log_level=log_level,
        # The access log would write addresses of people; what matters is logged by the application itself (I8).
        access_log=False,
        server_header=False,
    )
    return AnnouncingServer(app, config, on_started)
