"""Tickets for the socket, by HTTP: with the cookie of a signed-in browser, terminal or demo person."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit

import httpx2
from pydantic import ValidationError

from palvelurinki.client.errors import SignInRefused, TicketUnavailable
from palvelurinki.protocol.http import ErrorBody, TicketView

Audience: TypeAlias = Literal["terminal", "staff"]
TicketSource: TypeAlias = Callable[[], Awaitable[str]]
"""Gives a fresh ticket. Raises SignInRefused when it never will again, TicketUnavailable when it may later.

A ticket is good together with the cookie of the sign-in that took it: a source that has a `cookie` (the header's value)
has it sent with the socket's handshake, as it is after the ticket was given.
"""

COOKIES: Final[dict[Audience, str]] = {"terminal": "palvelurinki_terminal", "staff": "palvelurinki_staff"}
TIMEOUT_S: Final = 10.0
PASSING: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


def origin_of(base_url: str) -> str:
    """The origin of an address: what the server compares with those that it allows."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"


def cookie_name(base_url: str, audience: Audience) -> str:
    """What the cookie is called there: behind TLS it is for that very host alone."""
    return ("__Host-" if urlsplit(base_url).scheme == "https" else "") + COOKIES[audience]


class CookieTickets:
    """Tickets for whoever the sign-in `secret` (the value of the cookie) belongs to.

    Many clients may share one `http` client; without one, a new one is opened for each ticket.
    """

    def __init__(self, base_url: str, audience: Audience, secret: str, http: httpx2.AsyncClient | None = None) -> None:
        self._url = f"{base_url.rstrip('/')}/api/v1/{audience}/ticket"
        self.cookie = f"{cookie_name(base_url, audience)}={secret}"
        self._headers = {"origin": origin_of(base_url), "cookie": self.cookie}
        self._http = http

    async def __call__(self) -> str:
        """A fresh ticket. Raises SignInRefused, TicketUnavailable."""
        async with http_client(self._http) as http:
            try:
                response = await http.post(self._url, headers=self._headers, timeout=TIMEOUT_S)
            except httpx2.TransportError as error:
                raise TicketUnavailable(f"{self._url}: {error!r}") from error
        if response.status_code == HTTPStatus.CREATED:
            return TicketView.model_validate_json(response.content).ticket
        if response.is_client_error and response.status_code not in PASSING:
            told = refusal(response)
            raise SignInRefused(told.code, told.message)
        raise TicketUnavailable(f"{self._url}: answered {response.status_code}")


async def open_demo(base_url: str, audience: Audience, identifier: str, http: httpx2.AsyncClient | None = None) -> str:
    """Sign in as a person or terminal of the demo; returns the secret for CookieTickets.

    Raises SignInRefused when the demo is off or has nobody of that id, TicketUnavailable when the server is away.
    """
    url = f"{base_url.rstrip('/')}/demo/open/{audience}/{identifier}"
    async with http_client(http) as client:
        try:
            response = await client.get(url, follow_redirects=False, timeout=TIMEOUT_S)
        except httpx2.TransportError as error:
            raise TicketUnavailable(f"{url}: {error!r}") from error
    secret = response.cookies.get(cookie_name(base_url, audience))
    if secret is None:
        told = refusal(response)
        raise SignInRefused(told.code, told.message)
    return secret


@asynccontextmanager
async def http_client(shared: httpx2.AsyncClient | None) -> AsyncIterator[httpx2.AsyncClient]:
    """The shared one, which stays open, or one of its own."""
    if shared is not None:
        yield shared
        return
    async with httpx2.AsyncClient() as own:
        yield own


def refusal(response: httpx2.Response) -> ErrorBody:
    """What was refused, in the server's words or, when they are none, in those of HTTP."""
    try:
        return ErrorBody.model_validate_json(response.content)
    except ValidationError:
        # A proxy in between may answer in its own words.
        return ErrorBody(code=f"http.{response.status_code}", message=response.reason_phrase)
