"""Who is let in: nobody while the server is starting or stopping, except whoever asks how it is.

A request, and a socket before it is one, is answered with 503 and a stable code. A proxy takes that for a reason to
ask another node, which it would not for a socket that is accepted and then closed. The sockets that are let in do not
come by here (`web.socket.entrance`); those that do have the wrong address.

Plain ASGI, for Starlette's own middlewares skip WebSockets.
"""

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from palvelurinki.web.errors import UNAVAILABLE, body, refuse
from palvelurinki.web.life import Life, Phase

_REFUSALS: Final = {
    Phase.STARTING: ("server.starting", "this node is waiting for what it needs; try again soon"),
    Phase.STOPPING: ("server.stopping", "this node is leaving; try again"),
}


class Gate:
    """Open while the server serves."""

    def __init__(self, app: ASGIApp, life: Life) -> None:
        self._app = app
        self._life = life

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refusal = _REFUSALS.get(self._life.phase)
        if refusal is not None and not scope["path"].startswith("/health/"):
            await refuse(body(UNAVAILABLE, *refusal), scope, receive, send)
        elif scope["type"] == "websocket":
            await refuse(body(404, "http.404", "no socket is opened here"), scope, receive, send)
        else:
            await self._app(scope, receive, send)
