"""Where a server is found: one address, or those of several nodes, of which one after the other is tried."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from palvelurinki.client.errors import ClientError, SessionEnded, SignInRefused, TicketUnavailable
from palvelurinki.client.tickets import Audience, CookieTickets, TicketSource, origin_of

SUPERSEDED: Final = "session.superseded"


@dataclass(frozen=True, slots=True)
class Address:
    """A node: where its socket is, as which origin it is opened, and where the ticket for it comes from."""

    socket: str
    origin: str
    ticket: TicketSource

    @property
    def headers(self) -> dict[str, str]:
        """What the socket's handshake says beside."""
        cookie: str | None = getattr(self.ticket, "cookie", None)
        return {} if cookie is None else {"cookie": cookie}

    async def why(self, ended: ClientError) -> ClientError:
        """Why a client ends. One that was superseded and signs in by a key does that once more, at once.

        Should another one hold a copy of the key, the server sees it by that, and neither is let in any more.
        """
        superseded: Callable[[], Awaitable[None]] | None = getattr(self.ticket, "superseded", None)
        if superseded is None or not isinstance(ended, SessionEnded) or ended.code != SUPERSEDED:
            return ended
        try:
            await superseded()
        except SignInRefused as refused:
            return refused
        except TicketUnavailable:
            # The server is away. It will hear from one of the two when it is back.
            return ended
        return ended


class Addresses:
    """All of them, one of which is the present one. Raises ValueError when there is none."""

    def __init__(self, base_urls: str | Sequence[str], audience: Audience, sign_in: str | TicketSource) -> None:
        urls = [base_urls] if isinstance(base_urls, str) else base_urls
        if not urls:
            raise ValueError("a client needs the address of a server")
        self._all = [_address(url, audience, sign_in) for url in urls]
        self._at = 0

    @property
    def present(self) -> Address:
        """Where to connect now."""
        return self._all[self._at]

    def go_on(self) -> None:
        """This one failed: the next, and after the last the first again."""
        self._at = (self._at + 1) % len(self._all)


def _address(base_url: str, audience: Audience, sign_in: str | TicketSource) -> Address:
    parts = urlsplit(base_url)
    scheme = "wss" if parts.scheme == "https" else "ws"
    return Address(
        socket=parts._replace(scheme=scheme, path=parts.path.rstrip("/") + "/ws/v1").geturl(),
        origin=origin_of(base_url),
        ticket=CookieTickets(base_url, audience, sign_in) if isinstance(sign_in, str) else sign_in,
    )
