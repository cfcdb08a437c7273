"""What every response carries and every request must: security headers, and an Origin that is ours.

Plain ASGI, for Starlette's own middlewares skip WebSockets.
"""

from collections.abc import Collection
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from palvelurinki.web.errors import body

log = structlog.get_logger(__name__)

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

# Scripts and styles come from files only. styled-components puts an empty style element into the page and fills it
# by script, which is allowed by the hash of the empty text.
EMPTY_STYLE: Final = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
CONTENT_SECURITY_POLICY: Final = (
    f"default-src 'self'; style-src 'self' {EMPTY_STYLE}; img-src 'self' data: blob:; media-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "permissions-policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Guard:
    """Sets the headers; refuses a request that changes something, or a socket, from a foreign or unnamed origin."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if self._must_name_origin(scope) and Headers(scope=scope).get("origin") not in self._origins:
            await self._refuse(scope, receive, send)
            return
        if scope["type"] == "http":
            await self._answer(scope, receive, self._with_headers(send))
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception:
            # Starlette's own answer to a failure would come from outside this guard: without headers, as plain text.
            log.exception("http.failed", method=scope["method"], path=scope["path"])
            if begun:
                raise
            failure = body(500, "internal", "the server failed at this; try again")
            await failure(scope, receive, send)

    def _must_name_origin(self, scope: Scope) -> bool:
        return scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            # Closed before it is accepted: the handshake is answered with 403.
            await send({"type": "websocket.close", "code": 1008})
            return
        refusal = body(403, "origin.refused", "this origin may not ask this server to do things")
        await refusal(scope, receive, self._with_headers(send))

    @staticmethod
    def _with_headers(send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        return sending
