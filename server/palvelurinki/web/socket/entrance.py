"""The socket's own way in, past the layers that requests go through.

A socket lives for hours, and each layer that calls the next one keeps its part of the stack for as long. So whoever the
layers would let through is served here, below all of them; whoever they would refuse goes to them and is refused as
ever. The same questions are asked: is it the socket's address, from an origin of ours, at a host name of ours, and is
the server serving.

How many sockets a node takes is bounded here too, in all and from one address. What is over the bound is answered
before it is a socket and costs next to nothing: with 503, which a proxy takes as a reason to ask another node, or with
429, which it does not.
"""

import resource
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from palvelurinki.settings import Settings
from palvelurinki.web.cookies import Cookies
from palvelurinki.web.errors import body, refuse
from palvelurinki.web.life import Life
from palvelurinki.web.limits import Kind, Limits, too_many
from palvelurinki.web.socket import line
from palvelurinki.web.socket.census import Census
from palvelurinki.web.socket.connection import Connection
from palvelurinki.web.socket.line import Line
from palvelurinki.web.socket.rounds import Rounds

PATH: Final = "/ws/v1"
# Open files that are no sockets of clients: the database, the bus, HTTP, what is being accepted.
OTHER_FILES: Final = 500
# Sockets that have not been welcomed yet. Each is gone or welcomed after a few seconds.
UNWELCOMED_MOST: Final = 4_000
RETRY_AFTER_S: Final = 5


class Entrance:
    """Serves the sockets that `admits` lets through itself, and leaves all else to `app`."""

    def __init__(
        self, app: ASGIApp, life: Life, settings: Settings, admits: Callable[[Scope], bool], limits: Limits
    ) -> None:
        self._app = app
        self._life = life
        self._settings = settings
        self._admits = admits
        self._limits = limits
        self._cookies = Cookies(settings)
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self._most = settings.sockets_most
        if files != resource.RLIM_INFINITY:
            self._most = max(1, min(self._most, files - OTHER_FILES))
        self._census = Census(Rounds(min(settings.heartbeat_s, line.SILENT_S)))

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """ASGI. No coroutine of its own: it would be one more that waits for as long as the socket is there."""
        if scope["type"] != "websocket" or scope["path"] != PATH or not self._admits(scope):
            return self._app(scope, receive, send)
        if self._census.sockets >= self._most or self._census.unwelcomed >= UNWELCOMED_MOST:
            full = body(503, "server.full", "this node has as many sockets as it takes; try again")
            full.headers["retry-after"] = str(RETRY_AFTER_S)
            return refuse(full, scope, receive, send)
        address = self._limits.address_of(scope)
        wait_s = self._limits.wait_s(Kind.SOCKET, address, self._census.of(address))
        if wait_s:
            return refuse(too_many(wait_s), scope, receive, send)
        server = self._life.server
        connection = Connection(Line.of(scope), server.hub, server.ice_servers, self._settings, self._census, address)
        return connection.serve(self._cookies.shown(scope))
