"""What every response carries, and every request must: security headers; our origin and host, TLS, a small body.

Plain ASGI, for Starlette's own middlewares skip WebSockets.
"""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import structlog
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from palvelurinki.web.errors import body, refuse
from palvelurinki.web.tally import Tally

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
# All that is posted is small.
BODY_MOST: Final = 64 * 1024
# What is answered about people and things is kept by no cache.
NOT_KEPT: Final = ("/api/", "/sign-in/")
HEALTH: Final = "/health/"
HSTS: Final = "max-age=63072000; includeSubDomains"
_BY_TLS: Final = frozenset({"https", "wss"})
_PORT: Final = re.compile(r":\d+$")
_ANSWERS: Final = frozenset({"http.response.start", "websocket.http.response.start"})


@dataclass(frozen=True, slots=True)
class Known:
    """From where requests may come (`origins`), and by which names of this server (`hosts`).

    `tls`: only by https, as the proxy in front says.
    """

    origins: Collection[str]
    hosts: frozenset[str]
    tls: bool = False

    def refusal(self, scope: Scope) -> JSONResponse | None:
        """The answer for a request or a handshake that is not let in; None when it is.

        Whoever changes something, or opens a socket, must come from an origin of ours.
        """
        headers = Headers(scope=scope)
        # There may be several, of which who stands between might believe another one than we do.
        named = {host_of(host) for host in headers.getlist("host")}
        # Outside the demo, whoever looks after the server may ask how it is by any name, and beside TLS.
        looked_after = self.tls and scope["path"].startswith(HEALTH)
        if not looked_after and not (named and named <= self.hosts):
            return body(400, "host.refused", "this server is not known by that name")
        if not looked_after and self.tls and scope["scheme"] not in _BY_TLS:
            return body(403, "tls.required", "ask by https: the proxy in front says that this came without")
        names_origin = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        origins = headers.getlist("origin")
        if names_origin and not (len(origins) == 1 and origins[0] in self.origins):
            return body(403, "origin.refused", "this origin may not ask this server to do things")
        if "transfer-encoding" in headers:
            return body(411, "http.411", "say how long the body is")
        if not headers.get("content-length", "0").isdecimal() or int(headers.get("content-length", "0")) > BODY_MOST:
            return body(413, "http.413", f"a body has at most {BODY_MOST} bytes")
        return None


def host_of(address: str) -> str:
    """The name in a Host header, or in an origin after its scheme: without the port."""
    return _PORT.sub("", address.lower())


class Guard:
    """Sets the headers, and refuses whoever is not known."""

    def __init__(self, app: ASGIApp, known: Known) -> None:
        self._app = app
        self._known = known
        self._refusals = Tally("http.refused")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refusal = self._known.refusal(scope)
        if refusal is not None:
            self._refusals.note(json.loads(bytes(refusal.body))["code"])
            await refuse(refusal, scope, receive, self._with_headers(scope, send))
        elif scope["type"] == "http":
            await self._answer(scope, receive, self._with_headers(scope, send))
        else:
            await self._app(scope, receive, self._with_headers(scope, send))

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

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        kept_by_none = scope["path"].startswith(NOT_KEPT)

        async def sending(message: Message) -> None:
            if message["type"] in _ANSWERS:
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self._known.tls:
                    headers.setdefault("strict-transport-security", HSTS)
                if kept_by_none:
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        return sending
