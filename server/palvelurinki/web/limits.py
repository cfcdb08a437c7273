"""How much may be asked from one address: attempts to sign in and to be enrolled, requests, sockets.

An address stands for a person or a whole service point behind one, so the limits are wide: they keep guessing and
flooding from being worth while, and honest people never meet them. Each node counts for itself, in memory, and no
address is written anywhere (I8).

Whoever comes straight from a trusted proxy's own address, without saying for whom, is no customer but the machine's own
upkeep, and is not counted.
"""

import asyncio
import math
from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from fastapi.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from palvelurinki.settings import Settings
from palvelurinki.web.errors import body

MINUTE_S: Final = 60.0
# Addresses that are remembered at once; past that the one that was quiet longest is forgotten.
ADDRESSES_MOST: Final = 100_000
# So much of the newer addresses a household or an office may be given, and chooses within it as it likes.
OWN_PREFIX: Final = 56


class Kind(StrEnum):
    """What is counted by itself."""

    SIGN_IN = "sign_in"
    ENROLMENT = "enrolment"
    KEY = "key"
    SOCKET = "socket"
    REQUEST = "request"


_PATHS: Final = {
    "/sign-in/start": Kind.SIGN_IN,
    "/sign-in/callback": Kind.SIGN_IN,
    "/api/v1/terminal/enrolments": Kind.ENROLMENT,
    "/api/v1/administration/enrolments/look-up": Kind.ENROLMENT,
    "/api/v1/terminal/token": Kind.KEY,
    "/api/v1/terminal/key": Kind.KEY,
}
_COUNTED: Final = ("/api/", "/sign-in/")
SIGN_INS_EXCEEDED: Final = "sign_in.too_many"
# Below this a wait is what floats cannot tell from none.
_NOTHING_S: Final = 1e-6


class Pace:
    """At most `per_minute` within any minute, spread or at once, for each key.

    The generic cell rate algorithm (ITU-T I.371): all that is kept of a key is when it would be at rest again.
    """

    def __init__(self, per_minute: float, clock: Callable[[], float]) -> None:
        self._every_s = MINUTE_S / per_minute
        self._clock = clock
        self._at_rest: OrderedDict[str, float] = OrderedDict()

    def wait_s(self, key: str) -> float:
        """Count one more, and 0; or, uncounted when it is one too many, after how many seconds it will not be."""
        now = self._clock()
        at_rest = max(self._at_rest.get(key, now), now) + self._every_s
        over = at_rest - now - MINUTE_S
        if over > _NOTHING_S:
            return over
        self._at_rest[key] = at_rest
        self._at_rest.move_to_end(key)
        if len(self._at_rest) > ADDRESSES_MOST:
            self._at_rest.popitem(last=False)
        return 0.0


class Limits:
    """What this node has counted."""

    def __init__(self, settings: Settings, clock: Callable[[], float] | None = None) -> None:
        clock = clock or (lambda: asyncio.get_running_loop().time())
        self._trusted = tuple(ip_network(each) for each in settings.trusted_proxies)
        requests = settings.requests_per_minute
        self._paces = {
            Kind.SIGN_IN: Pace(settings.sign_ins_per_minute, clock),
            Kind.ENROLMENT: Pace(settings.enrolments_per_minute, clock),
            Kind.KEY: Pace(requests, clock),
            Kind.SOCKET: Pace(requests, clock),
            Kind.REQUEST: Pace(requests, clock),
        }
        self._line_checks = Pace(settings.line_checks_per_minute, clock)
        self._sockets_most = settings.sockets_per_address

    def wait_s(self, kind: Kind, address: str | None, sockets: int = 0) -> float:
        """Count one more from there, and 0; or, when it is one too many, after how many seconds it may not be.

        `sockets`: how many come from there already.
        """
        if address is None:
            return 0.0
        if sockets >= self._sockets_most:
            return MINUTE_S
        return self._paces[kind].wait_s(address)

    def line_check_wait_s(self, terminal: str) -> float:
        """Likewise for a terminal that wants to prove its line: counted by the terminal, wherever it asks from."""
        return self._line_checks.wait_s(terminal)

    def address_of(self, scope: Scope) -> str | None:
        """By what the client is counted; None for whoever is not."""
        client = scope.get("client")
        if client is None:
            return None
        try:
            address = ip_address(client[0])
        except ValueError:
            # A trusted proxy said so: whatever it means, it is somebody.
            return str(client[0])
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if any(address.version == network.version and address in network for network in self._trusted):
            return None
        if isinstance(address, IPv6Address):
            return str(ip_network((int(address), OWN_PREFIX), strict=False))
        return str(address)


class Paced:
    """Lets requests in while their address has not sent too many. Sockets are counted at their own entrance."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        kind = _kind_of(scope)
        wait_s = self._limits.wait_s(kind, self._limits.address_of(scope)) if kind is not None else 0.0
        if not wait_s:
            await self._app(scope, receive, send)
        elif kind is Kind.SIGN_IN:
            # A person looks at the answer.
            await RedirectResponse(f"/console/#sign-in-refused={SIGN_INS_EXCEEDED}", 303)(scope, receive, send)
        else:
            await too_many(wait_s)(scope, receive, send)


def too_many(
    wait_s: float, why: str = "too many requests come from this address; wait, then ask again"
) -> JSONResponse:
    """The answer to one request too many."""
    response = body(429, "rate.exceeded", why)
    response.headers["retry-after"] = str(math.ceil(wait_s))
    return response


def _kind_of(scope: Scope) -> Kind | None:
    if scope["type"] != "http":
        return None
    path: str = scope["path"]
    return _PATHS.get(path, Kind.REQUEST) if path.startswith(_COUNTED) else None
