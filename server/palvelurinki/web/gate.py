"""Who is let in: nobody while the server is starting, cut off or stopping, except whoever asks how it is.

While the database is away and nobody is known to reach it, pages are still given out, and whatever would need it is
refused without asking it.

A request, and a socket before it is one, is answered with 503 and a stable code. A proxy takes that for a reason to
ask another node, which it would not for a socket that is accepted and then closed. The sockets that are let in do not
come by here (`web.socket.entrance`); those that do have the wrong address.

Plain ASGI, for Starlette's own middlewares skip WebSockets.
"""

from typing import Final

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from palvelurinki.web.errors import UNAVAILABLE, body, refuse
from palvelurinki.web.life import Life, Phase

_REFUSALS: Final = {
    Phase.STARTING: ("server.starting", "this node is waiting for what it needs; try again soon"),
    Phase.CUT_OFF: ("server.cut_off", "this node does not reach the database; try again"),
    Phase.STOPPING: ("server.stopping", "this node is leaving; try again"),
}
_AWAY: Final = ("server.busy", "the database does not answer just now; try again")
# All that needs no database is elsewhere.
_API: Final = "/api/"


def refusal(life: Life, scope: Scope) -> JSONResponse | None:
    """The answer for a request or a handshake that comes at the wrong time; None when it is let in."""
    told = _REFUSALS.get(life.phase)
    if told is None and life.lacks_database and (scope["type"] == "websocket" or scope["path"].startswith(_API)):
        told = _AWAY
    if told is None or scope["path"].startswith("/health/"):
        return None
    return body(UNAVAILABLE, *told)


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
        refused = refusal(self._life, scope)
        if refused is not None:
            await refuse(refused, scope, receive, send)
        elif scope["type"] == "websocket":
            await refuse(body(404, "http.404", "no socket is opened here"), scope, receive, send)
        else:
            await self._app(scope, receive, send)
