"""A server that does what a test tells it: for what the real one does only when something is wrong."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from palvelurinki.client import Client, Options
from palvelurinki.protocol.base import WireModel
from palvelurinki.protocol.client import RequestContact
from palvelurinki.protocol.server import Ack, Closing, ContactChanged, ErrorMessage, SnapshotEvent, Welcome
from palvelurinki.protocol.views import TerminalSnapshot
from tests.support.examples import example

WITHIN_S = 10.0
WELCOME = example(Welcome)
NOW = WELCOME.server_time
TERMINAL = example(SnapshotEvent).snapshot
assert isinstance(TERMINAL, TerminalSnapshot)
CONTACT = example(ContactChanged).contact
EMPTY = TERMINAL.model_copy(update={"contact": None})
REQUEST = RequestContact(id="operation-1", service="kela-asumistuki", language="fi")


class Accepted:
    """One socket that a client has opened."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket

    async def receive(self, kind: str) -> dict[str, Any]:
        """The next message of this type; heartbeats are passed over unless asked for."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                message: dict[str, Any] = json.loads(await self.socket.recv())
                if message["type"] == kind:
                    return message
                assert message["type"] == "heartbeat", message

    async def send(self, message: WireModel | str) -> None:
        await self.socket.send(message if isinstance(message, str) else message.model_dump_json())

    async def ack(self, identifier: str) -> None:
        await self.send(Ack(re=identifier, server_time=NOW))

    async def refuse(self, identifier: str, code: str) -> None:
        await self.send(ErrorMessage(re=identifier, code=code, message="no"))

    async def welcome(self, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - a welcome's fields
        """Take the hello and welcome the client; returns the hello."""
        hello = await self.receive("hello")
        fields = {"snapshot": TERMINAL, "heartbeat_s": 30, "resume_token": "t" * 16, **changes}
        await self.send(WELCOME.model_copy(update=fields))
        return hello

    async def close(self, **closing: Any) -> None:  # noqa: ANN401 - a closing's fields
        """Say why, and close."""
        await self.send(Closing.model_validate({"message": "", "resumable": False, **closing}))
        await self.socket.close(4000)

    async def closed(self) -> int | None:
        """Wait until the client has closed; returns its code."""
        async with asyncio.timeout(WITHIN_S):
            await self.socket.wait_closed()
        return self.socket.close_code


class Script:
    """A listening server: `await script.accept()` for each socket that the client opens."""

    def __init__(self, url: str, sockets: "asyncio.Queue[ServerConnection]") -> None:
        self.url = url
        self.tickets: list[str | Exception] = []
        self.waits: list[float] = []
        self._sockets = sockets
        self.options = Options(
            answer_within_s=WITHIN_S, connect_within_s=WITHIN_S, chance=lambda: 0.5, pause=self._pause
        )

    async def accept(self) -> Accepted:
        async with asyncio.timeout(WITHIN_S):
            return Accepted(await self._sockets.get())

    def none_came(self) -> bool:
        """Whether no further socket has been opened."""
        return self._sockets.empty()

    def client(self) -> Client[TerminalSnapshot]:
        return Client(self.url, "terminal", self._ticket, self.options)

    @asynccontextmanager
    async def connected(self, **welcome: Any) -> AsyncIterator[tuple[Client[TerminalSnapshot], Accepted]]:  # noqa: ANN401
        """A client after its welcome."""
        client = self.client()
        entering = asyncio.create_task(client.__aenter__())
        socket = await self.accept()
        await socket.welcome(**welcome)
        await entering
        try:
            yield client, socket
        finally:
            await client.close()

    async def _ticket(self) -> str:
        given = self.tickets.pop(0) if self.tickets else f"ticket-number-{len(self.waits):04}"
        if isinstance(given, Exception):
            raise given
        return given

    async def _pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
async def script() -> AsyncIterator[Script]:
    """A server that waits for the test's word."""
    sockets: asyncio.Queue[ServerConnection] = asyncio.Queue()

    async def handle(socket: ServerConnection) -> None:
        sockets.put_nowait(socket)
        await socket.wait_closed()

    async with serve(handle, "127.0.0.1", 0, compression=None, close_timeout=1) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield Script(f"http://127.0.0.1:{port}", sockets)
