"""The cookies by which a browser is known: one of staff and one of the terminal, so that both can stand side by side.

Behind TLS their names begin with `__Host-`: the browser then takes them from this very host alone, over TLS alone, and
no other host of the domain can put one of its own in their place.
"""

from typing import Final

from fastapi import Response
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope

from palvelurinki.application.credentials import digest
from palvelurinki.application.principals import PrincipalKind
from palvelurinki.settings import Settings

NAMES: Final = {PrincipalKind.STAFF: "palvelurinki_staff", PrincipalKind.TERMINAL: "palvelurinki_terminal"}
# Of a browser that is at an issuer. It comes back from another site, so this one alone is sent along then.
ATTEMPT: Final = "palvelurinki_attempt"
HOST_ALONE: Final = "__Host-"


class Cookies:
    """What the cookies are called here, and how they are set."""

    def __init__(self, settings: Settings) -> None:
        self._secure = settings.behind_tls

    def name(self, kind: PrincipalKind) -> str:
        """The cookie of a member of staff, or of a terminal."""
        return self._named(NAMES[kind])

    @property
    def attempt(self) -> str:
        """The cookie of an attempt to sign in."""
        return self._named(ATTEMPT)

    def sign_in(self, response: Response, kind: PrincipalKind, secret: str, life_s: int) -> None:
        """Sign the browser in. The cookie is for this browser's requests to this origin, and no script sees it."""
        response.set_cookie(
            self.name(kind), secret, max_age=life_s, httponly=True, secure=self._secure, samesite="strict"
        )

    def sign_out(self, response: Response, kind: PrincipalKind) -> None:
        """The browser forgets it."""
        response.delete_cookie(self.name(kind), httponly=True, secure=self._secure, samesite="strict")

    def begin_attempt(self, response: Response, secret: str, life_s: int) -> None:
        """The browser goes to an issuer, and is known by this when it comes back."""
        response.set_cookie(self.attempt, secret, max_age=life_s, httponly=True, secure=self._secure, samesite="lax")

    def end_attempt(self, response: Response) -> None:
        """It has come back."""
        response.delete_cookie(self.attempt, httponly=True, secure=self._secure, samesite="lax")

    def shown(self, scope: Scope) -> frozenset[str]:
        """The digests of the sign-ins that a request or a handshake shows."""
        found = cookie_parser("; ".join(Headers(scope=scope).getlist("cookie")))
        return frozenset(digest(found[name]) for kind in NAMES if (name := self.name(kind)) in found)

    def _named(self, name: str) -> str:
        return HOST_ALONE + name if self._secure else name
