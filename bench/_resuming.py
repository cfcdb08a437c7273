"""A client that loses its node and comes back to another one, as lean as the benchmark's other clients.

It keeps its snapshot up to date as JSON, counts its events, acknowledges, repeats commands until they are answered, and
handles each signal once: what the clients of this repository do, without their comfort.
"""

import asyncio
import itertools
import json
import random
from collections.abc import Callable, Sequence
from time import perf_counter

from bench._wire import Message, Socket, connect
from palvelurinki.client.backoff import backoff_s
from palvelurinki.domain.contact import SessionId
from tests.support.server import cookie_for

PARTS = {"contact", "call", "offer", "presence"}
ACKNOWLEDGE_AFTER = 100


class Resuming:
    """A terminal or a member of staff. `ports` are of nodes; it begins at the first and tries the next after a loss."""

    def __init__(self, principal: str, ports: Sequence[int], chance: random.Random) -> None:
        self.principal = principal
        self.session = SessionId("")
        self.snapshot: Message = {}
        self.handled: list[str] = []
        self.faults: list[str] = []
        self.port = ports[0]
        self.back_at: float | None = None
        self._ports = itertools.cycle(ports)
        self._chance = chance
        self._token = ""
        self._last_seq = self._acknowledged = 0
        self._socket: Socket | None = None
        self._welcomed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._signals: set[str] = set()
        self._asked: dict[str, tuple[Message, Callable[[Message], None]]] = {}
        self._numbers = itertools.count(1)
        self._returning: asyncio.Task[None] | None = None
        self._over = False

    async def open(self, tickets: Sequence[str]) -> None:
        """The first session, at the first node. Raises ConnectionError when none of the tickets brings it."""
        first = next(self._ports)
        for tries, ticket in enumerate(tickets):
            try:
                await self._hello({"ticket": ticket}, first)
            except (OSError, TimeoutError):
                await asyncio.sleep(backoff_s(tries, self._chance.random()))
            else:
                return
        message = f"{self.principal}: not let in with {len(tickets)} tickets"
        raise ConnectionError(message)

    def ask(self, kind: str, **fields: object) -> "asyncio.Future[Message]":
        """Repeat the command on every new socket until it is answered; the ack or error is the result."""
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        message = {"id": f"operation-{next(self._numbers):06}", "type": kind, **fields}
        self._asked[str(message["id"])] = message, answer.set_result
        if self._socket is not None:
            self._socket.say(message)
        return answer

    def acknowledge(self) -> None:
        """A heartbeat."""
        if self._socket is not None:
            self._acknowledged = self._last_seq
            self._socket.say({"id": f"heartbeat-{self._last_seq}", "type": "heartbeat", "seq": self._last_seq})

    def close(self) -> None:
        """For good."""
        self._over = True
        if self._returning is not None:
            self._returning.cancel()
        if self._socket is not None:
            self._socket.close()

    async def _hello(self, how: Message, port: int) -> None:
        self.port = port
        socket = await connect(port, "/ws/v1", cookie=cookie_for(how.get("ticket", "")))
        self._welcomed = asyncio.get_running_loop().create_future()
        socket.heard = self._hear
        socket.lost = lambda: self._lose(socket)
        socket.say({"type": "hello", "version": 1, **how})
        await self._welcomed
        self._socket = socket
        for message, _ in self._asked.values():
            socket.say(message)

    def _lose(self, socket: Socket) -> None:
        if not self._welcomed.done():
            self._welcomed.set_exception(ConnectionError("closed before the welcome"))
        elif self._socket is socket and not self._over:
            self._socket = None
            self.back_at = None
            self._returning = asyncio.get_running_loop().create_task(self._return())

    async def _return(self) -> None:
        for tries in itertools.count():
            await asyncio.sleep(backoff_s(tries, self._chance.random()))
            try:
                await self._hello({"resume": {"token": self._token, "last_seq": self._last_seq}}, next(self._ports))
            except (OSError, TimeoutError):
                continue
            self.back_at = perf_counter()
            return

    def _hear(self, text: bytes) -> None:
        message: Message = json.loads(text)
        match message["type"]:
            case "welcome":
                self._take_welcome(message)
            case "ack" | "error":
                _, answered = self._asked.pop(message["re"], (None, None))
                if answered is not None:
                    answered(message)
            case "closing":
                self.faults.append(f"{self.principal}: {message['code']}")
            case _:
                self._take(message)
        if self._last_seq - self._acknowledged >= ACKNOWLEDGE_AFTER:
            self.acknowledge()

    def _take_welcome(self, welcome: Message) -> None:
        if welcome["snapshot"] is not None:
            if self._token:
                self.faults.append(f"{self.principal}: had to begin anew")
            self.snapshot = welcome["snapshot"]
            self._last_seq = welcome["seq"]
        elif welcome["session"] != self.session or welcome["seq"] != self._last_seq:
            self.faults.append(f"{self.principal}: resumed something else")
        self.session, self._token = SessionId(welcome["session"]), welcome["resume_token"]
        self._welcomed.set_result(None)

    def _take(self, event: Message) -> None:
        kind, seq = event["type"], event["seq"]
        if seq <= self._last_seq:
            return
        if seq > self._last_seq + 1 and kind != "snapshot":
            self.faults.append(f"{self.principal}: event {seq} after {self._last_seq}")
        self._last_seq = seq
        if kind == "snapshot":
            self.snapshot = event["snapshot"]
        elif kind in PARTS:
            self.snapshot[kind] = event[kind]
        elif kind == "signal":
            if event["id"] not in self._signals:
                self._signals.add(event["id"])
                self.handled.append(event["candidate"]["candidate"])
        else:
            boards = self.snapshot[f"{kind}s"]
            place = next(at for at, board in enumerate(boards) if board[kind]["id"] == event[kind][kind]["id"])
            boards[place] = event[kind]
