"""Who is let in: nobody while the server is starting or stopping, except whoever asks how it is.

A request, and a socket before it is one, is answered with 503 and a stable code. A proxy takes that for a reason to
ask another node, which it would not for a socket that is accepted and then closed. Where a server cannot answer a
handshake by HTTP, the socket is closed with 1013, "try again later".

Plain ASGI, for Starlette's own middlewares skip WebSockets.
"""

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from palvelurinki.web.errors import UNAVAILABLE, body
from palvelurinki.web.life import Life, Phase

TRY_AGAIN_LATER: Final = 1013

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
        refusal = _REFUSALS.get(self._life.phase)
        if refusal is None or scope["type"] == "lifespan" or scope["path"].startswith("/health/"):
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
            return
        await body(UNAVAILABLE, *refusal)(scope, receive, send)
