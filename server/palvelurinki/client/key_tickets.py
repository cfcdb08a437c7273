"""A terminal with a key of its own: it is enrolled once, and then signs in by itself whenever its token has ended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

import httpx2

from palvelurinki.client.errors import SignInRefused, TicketUnavailable
from palvelurinki.client.terminal_key import TerminalKey
from palvelurinki.client.tickets import PASSING, TIMEOUT_S, CookieTickets, cookie_name, http_client, origin_of, refusal
from palvelurinki.protocol.base import WireModel
from palvelurinki.protocol.enrolment import (
    ASSERTION_TYPE,
    ENROLMENTS_PATH,
    KEY_PATH,
    TOKEN_PATH,
    EnrolmentView,
    KeyWithProof,
    TerminalAssertion,
    TerminalTokenView,
)

# A new token is had so long before the old one ends.
AHEAD_S: Final = 30.0
ASK_EVERY_S: Final = 3.0

log = logging.getLogger(__name__)


def system_time() -> datetime:
    """What this machine's clock says, which is what an assertion is to tell."""
    return datetime.now(UTC)  # noqa: TID251


class KeyTickets:
    """Tickets for the terminal whose key this is.

    It signs in anew when its token has ended, and changes the key when told. A clock that is wrong is made good for by
    what the server says the time is. Raises SignInRefused: by `terminal.not_enrolled` when the key must be approved
    first (`enrol`), by `terminal.revoked` or `terminal.quarantined` when it never will be good again and another one
    must be made.
    """

    def __init__(
        self,
        base_url: str,
        key: TerminalKey,
        http: httpx2.AsyncClient | None = None,
        now: Callable[[], datetime] = system_time,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._origin = origin_of(base_url)
        self._key = key
        self._http = http
        self._now = now
        self._ahead = timedelta()
        self._secret: str | None = None
        self._until = 0.0

    @property
    def cookie(self) -> str | None:
        """What the socket's handshake is to show beside the ticket."""
        return None if self._secret is None else f"{cookie_name(self._base_url, 'terminal')}={self._secret}"

    async def __call__(self) -> str:
        """A fresh ticket. Raises SignInRefused, TicketUnavailable."""
        loop = asyncio.get_running_loop()
        fresh = self._secret is None or loop.time() > self._until
        if fresh:
            await self.sign_in()
        try:
            return await self._ticket()
        except SignInRefused:
            if fresh:
                raise
        # The token ended before its time: the key may be good still.
        await self.sign_in()
        return await self._ticket()

    async def superseded(self) -> None:
        """Another one speaks for this terminal: sign in at once, so that the server sees whether two hold the key."""
        await self.sign_in()

    async def sign_in(self) -> str:
        """Sign in by the key, whatever token there is; returns the terminal's id. Raises as calling does."""
        self._secret = None
        view, response = await self._asserted()
        secret = response.cookies.get(cookie_name(self._base_url, "terminal"))
        if secret is None:
            raise TicketUnavailable(f"{self._base_url}{TOKEN_PATH}: no token came")
        self._secret = secret
        self._until = asyncio.get_running_loop().time() + view.expires_in_s - AHEAD_S
        if view.rotate_key:
            await self._change_key()
        return view.terminal

    async def ask(self) -> EnrolmentView:
        """Ask for the key to be approved: a code to show, good for some minutes."""
        proof = await asyncio.to_thread(self._key.proof, self._origin + ENROLMENTS_PATH, self._time())
        key = await asyncio.to_thread(lambda: self._key.public)
        response = await self._post(ENROLMENTS_PATH, KeyWithProof(key=key, proof=proof))
        if self._correct_clock(response):
            return await self.ask()
        return EnrolmentView.model_validate_json(_accepted(response, HTTPStatus.CREATED).content)

    async def _ticket(self) -> str:
        return await CookieTickets(self._base_url, "terminal", self._secret or "", self._http)()

    async def _asserted(self) -> tuple[TerminalTokenView, httpx2.Response]:
        response = await self._assert()
        # The clock was wrong, or somewhere in between it was sent twice and seen before: one that is made anew will do.
        if self._correct_clock(response) or _code(response) == "assertion.invalid":
            response = await self._assert()
        return TerminalTokenView.model_validate_json(_accepted(response, HTTPStatus.OK).content), response

    async def _assert(self) -> httpx2.Response:
        assertion = await asyncio.to_thread(self._key.assertion, self._origin + TOKEN_PATH, self._time())
        asked = TerminalAssertion(client_assertion_type=ASSERTION_TYPE, client_assertion=assertion)
        return await self._post(TOKEN_PATH, asked)

    async def _change_key(self) -> None:
        change = await asyncio.to_thread(self._key.next, self._origin + KEY_PATH, self._time())
        try:
            _accepted(await self._post(KEY_PATH, change), HTTPStatus.NO_CONTENT)
        except (SignInRefused, TicketUnavailable) as error:
            # The present one goes on being good, and the server says so again at the next sign-in.
            log.warning("the terminal's key was not changed: %s", error)
        else:
            await asyncio.to_thread(self._key.adopt_next)

    def _time(self) -> datetime:
        return self._now() + self._ahead

    def _correct_clock(self, response: httpx2.Response) -> bool:
        """Take over the server's time when it says that ours is wrong; False when that is no news."""
        if _code(response) != "assertion.expired":
            return False
        told = refusal(response).details.get("server_time")
        ahead = datetime.fromisoformat(str(told)) - self._now()
        news = abs(ahead - self._ahead) > timedelta(seconds=5)
        self._ahead = ahead
        return news

    async def _post(self, path: str, body: WireModel) -> httpx2.Response:
        headers = {"origin": self._origin, "content-type": "application/json"}
        if self.cookie is not None:
            headers["cookie"] = self.cookie
        url = self._base_url + path
        async with http_client(self._http) as http:
            try:
                return await http.post(url, content=body.model_dump_json(), headers=headers, timeout=TIMEOUT_S)
            except httpx2.TransportError as error:
                raise TicketUnavailable(f"{url}: {error!r}") from error


async def enrol(
    base_url: str,
    key: TerminalKey,
    show: Callable[[EnrolmentView], None],
    http: httpx2.AsyncClient | None = None,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> str:
    """Ask for the key to be approved, `show` code and fingerprint, and wait until somebody has; the terminal's id.

    A code that has run out is followed by another one. Raises SignInRefused for a key that never will be good.
    """
    tickets = KeyTickets(base_url, key, http)
    loop = asyncio.get_running_loop()
    until = 0.0
    while True:
        try:
            return await tickets.sign_in()
        except SignInRefused as refused:
            if refused.code != "terminal.not_enrolled":
                raise
            if loop.time() > until:
                asked = await tickets.ask()
                until = loop.time() + asked.expires_in_s
                show(asked)
        except TicketUnavailable as away:
            log.warning("waiting for the server: %s", away)
        await pause(ASK_EVERY_S)


def _code(response: httpx2.Response) -> str | None:
    return refusal(response).code if response.is_client_error else None


def _accepted(response: httpx2.Response, expected: int) -> httpx2.Response:
    if response.status_code == expected:
        return response
    if response.is_client_error and response.status_code not in PASSING:
        told = refusal(response)
        if told.code == "assertion.expired":
            # It was late, or the clock has just been put right: another one will do.
            raise TicketUnavailable(told.message)
        raise SignInRefused(told.code, told.message)
    raise TicketUnavailable(f"answered {response.status_code}")
