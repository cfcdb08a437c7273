"""A raw socket, for saying what no client of ours says, and for seeing what exactly comes back."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from palvelurinki.client import CookieTickets, open_demo
from palvelurinki.client.tickets import Audience
from tests.support.server import Server, cookie_for

WITHIN_S = 10.0

Frame = dict[str, Any]


# Whoever speaks for a principal, by whatever socket: an id is good for one command.
_ids: Final = itertools.count(1)


class Wire:
    """One socket; each wait is bounded by WITHIN_S."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: list[Frame] = []

    async def send(self, frame: str | bytes | Mapping[str, object]) -> None:
        """Send a frame as it stands, or a message as JSON."""
        await self.socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def receive(self) -> Frame:
        """The next frame. Raises ConnectionClosed, TimeoutError."""
        async with asyncio.timeout(WITHIN_S):
            frame: Frame = json.loads(await self.socket.recv())
        self.seen.append(frame)
        return frame

    async def next(self, kind: str) -> Frame:
        """The next frame of this type; those before it are passed over."""
        while True:
            frame = await self.receive()
            if frame["type"] == kind:
                return frame

    async def answer(self, identifier: str | None) -> Frame:
        """The ack or error that answers the message of this id."""
        while True:
            frame = await self.receive()
            if frame["type"] in {"ack", "error"} and frame["re"] == identifier:
                return frame

    async def ask(self, kind: str, **fields: object) -> Frame:
        """Send a command, with an id of its own unless one is given, and return its answer."""
        identifier = str(fields.pop("id", None) or f"operation-{next(_ids):04}")
        await self.send({"id": identifier, "type": kind, **fields})
        return await self.answer(identifier)

    async def hello(self, **fields: object) -> Frame:
        """Say hello; returns the first answer."""
        await self.send({"type": "hello", "version": 1, **fields})
        return await self.receive()

    async def closed(self) -> int | None:
        """Wait until the server has closed; returns its code."""
        async with asyncio.timeout(WITHIN_S):
            try:
                while True:
                    self.seen.append(json.loads(await self.socket.recv()))
            except ConnectionClosed:
                return self.socket.close_code

    def cut(self) -> None:
        """Lose the socket without a word."""
        self.socket.transport.abort()


class Ticket(str):
    """A ticket, with the cookie of the browser that took it."""

    __slots__ = ("cookie",)

    cookie: str


@asynccontextmanager
async def raw(
    server: Server,
    ticket: str | None = None,
    **connect_options: Any,  # noqa: ANN401 - websockets' own
) -> AsyncIterator[Wire]:
    """A socket before its hello, of the browser that took the ticket."""
    options = {"origin": server.url, "compression": None, "max_size": None, "close_timeout": 1, **connect_options}
    if ticket is not None:
        cookie = ticket.cookie if isinstance(ticket, Ticket) else cookie_for(ticket)
        options["additional_headers"] = {"cookie": cookie}
    async with connect(server.socket_url, **options) as socket:
        yield Wire(socket)


async def ticket_of(server: Server, audience: Audience, identifier: str) -> Ticket:
    """A fresh ticket of a demo person or terminal."""
    return await ticket_by(server, audience, await open_demo(server.url, audience, identifier))


async def ticket_by(server: Server, audience: Audience, secret: str) -> Ticket:
    """A fresh ticket of whoever is signed in by the secret."""
    source = CookieTickets(server.url, audience, secret)
    ticket = Ticket(await source())
    ticket.cookie = source.cookie
    return ticket


@asynccontextmanager
async def wired(
    server: Server,
    audience: Audience,
    identifier: str,
    **connect_options: Any,  # noqa: ANN401 - websockets' own
) -> AsyncIterator[tuple[Wire, Frame]]:
    """A socket after its welcome, which comes with it."""
    ticket = await ticket_of(server, audience, identifier)
    async with raw(server, ticket, **connect_options) as wire:
        welcome = await wire.hello(ticket=ticket)
        assert welcome["type"] == "welcome", welcome
        yield wire, welcome
