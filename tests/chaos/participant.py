"""What kiosks and experts have in common: a client on the real wire that knows all nodes, and a log of its own.

Whatever it asks, it writes down first; whatever it is told, it writes down before it acts on it. A command whose fate
is unknown (no answer, or "internal": the server failed at it, perhaps after its commit) is sent again with the same id
until it is told one or the other, as the protocol says; now and then one is sent again after its answer.
"""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final, Generic, Literal

from palvelurinki.client import Client, ClientError, CommandRefused, News, NotAnswered, Options
from palvelurinki.client.asking import AGAIN_AT_LEAST_S
from palvelurinki.client.backoff import backoff_s
from palvelurinki.client.snapshot import S
from palvelurinki.protocol.base import WireModel
from palvelurinki.protocol.client import Command
from palvelurinki.protocol.server import Ack, Welcome
from palvelurinki.protocol.views import StaffSnapshot, TerminalSnapshot
from tests.chaos.logs import Log

# A command is given up, and counted as stuck, when a whole world has not told its fate for so long.
GIVE_UP_S: Final = 90.0
ANSWER_WITHIN_S: Final = 10.0
CONNECT_WITHIN_S: Final = 3.0
LONGEST_PAUSE_S: Final = 1.0
# The server says so when it failed, perhaps after the commit: whether the command was done is not known.
FATE_UNKNOWN: Final = frozenset({"internal", "conflict", "rate.exceeded", "server.busy"})
REPEATED_SHARE: Final = 0.1


async def _pause(seconds: float) -> None:
    await asyncio.sleep(min(seconds, LONGEST_PAUSE_S))


class Gone(Exception):
    """The session has ended for good; a new one must be opened."""


@dataclass(slots=True)
class Setting:
    """What a participant is given."""

    # Where the nodes are: name by address.
    nodes: dict[str, str]
    secret: str
    log: Log
    chance: Random
    # Set when nobody begins anything new.
    closing: asyncio.Event


class Participant(ABC, Generic[S]):
    """One terminal or one expert, again and again until the setting closes."""

    audience: Literal["terminal", "staff"]

    def __init__(self, identifier: str, setting: Setting) -> None:
        self.identifier = identifier
        self.urls = list(setting.nodes)
        self.nodes = {url.replace("https://", "wss://") + "/ws/v1": name for url, name in setting.nodes.items()}
        self.secret = setting.secret
        self.log = setting.log
        self.chance = setting.chance
        self.closing = setting.closing
        self._operations = 0

    @abstractmethod
    async def live(self, client: Client[S]) -> None:
        """What it does in one session, until it closes it of its own accord."""

    async def run(self) -> None:
        """Session after session until the setting closes."""
        while not self.closing.is_set():
            with suppress(Gone):
                async with self._session() as client:
                    await self.live(client)

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[Client[S]]:
        options = Options(
            answer_within_s=ANSWER_WITHIN_S,
            open_within_s=CONNECT_WITHIN_S,
            connect_within_s=CONNECT_WITHIN_S,
            chance=self.chance.random,
            pause=_pause,
        )
        self.log.write("back")
        try:
            async with self._client(options) as client:
                watching = asyncio.create_task(self._watch(client), name=f"watching {self.identifier}")
                try:
                    yield client
                finally:
                    self.log.write("away")
                    await client.close()
                    await watching
        except ClientError as error:
            self.log.write("ended", code=getattr(error, "code", type(error).__name__), why=str(error))
            raise Gone from error

    @abstractmethod
    def _client(self, options: Options) -> Client[S]:
        """A client of its kind."""

    # ---- Asking ----------------------------------------------------------------------------------------------

    def operation(self) -> str:
        """A new operation id."""
        self._operations += 1
        return f"{self.identifier}-{self._operations:06}"

    async def ask(self, client: Client[S], command: Command) -> Ack | None:
        """Have it done or refused, however often the answer is lost. None when it was refused."""
        asked = command.model_dump(exclude={"id", "type"}, exclude_none=True)
        self.log.write("asked", op=command.id, command=getattr(command, "type", ""), **asked)
        began = time.monotonic()
        unknown = 0
        while time.monotonic() - began < GIVE_UP_S:
            try:
                ack = await client.command(command)
            except CommandRefused as error:
                if error.code not in FATE_UNKNOWN:
                    self.log.write("refused", op=command.id, code=error.code)
                    return None
                self.log.write("unanswered", op=command.id, why=error.code)
                await _pause(AGAIN_AT_LEAST_S + backoff_s(unknown, self.chance.random()))
                unknown += 1
            except NotAnswered as error:
                self.log.write("unanswered", op=command.id, why=str(error))
            else:
                self.log.write("acked", op=command.id, contact=ack.contact, call=ack.call)
                if self.chance.random() < REPEATED_SHARE:
                    await self._repeat(client, command)
                return ack
        self.log.write("gave_up", op=command.id)
        return None

    async def _repeat(self, client: Client[S], command: Command) -> None:
        with suppress(NotAnswered):
            try:
                ack = await client.command(command)
            except CommandRefused as error:
                if error.code not in FATE_UNKNOWN:
                    self.log.write("repeated", op=command.id, code=error.code)
            else:
                self.log.write("repeated", op=command.id, contact=ack.contact, call=ack.call)

    def drop(self, client: Client[S]) -> None:
        """Lose the line, and let the client come back."""
        self.log.write("dropped")
        client.drop()

    async def within(self, seconds: float, client: Client[S], holds: Callable[[S], bool]) -> S | None:
        """The snapshot for which it holds, or None when none came in time."""
        try:
            # In a task of its own: on Python 3.11 a timeout in a task that is being cancelled may swallow that.
            async with asyncio.timeout(seconds):
                return await client.until(holds)
        except TimeoutError:
            return None

    async def idle(self, shortest_s: float, longest_s: float) -> None:
        """Do nothing for a while, or until the setting closes."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.chance.uniform(shortest_s, longest_s)):
                await self.closing.wait()

    # ---- Seeing ----------------------------------------------------------------------------------------------

    async def _watch(self, client: Client[S]) -> None:
        with client.events() as stream:
            self._see(client.welcome, client)
            async for news in stream:
                self._see(news, client)

    def _see(self, news: News | None, client: Client[S]) -> None:
        match news:
            case None:
                return
            case Welcome():
                self.log.write("welcome", session=news.session, node=self.nodes[client.address], resumed=news.resumed)
                self._saw(client.snapshot)
            case _ if news.type in {"contact", "offer", "call", "presence", "snapshot"}:
                self._saw(client.snapshot, None if news.type == "snapshot" else news.type)
            case _:
                return

    def _saw(self, snapshot: TerminalSnapshot | StaffSnapshot, only: str | None = None) -> None:
        for part, fields in _parts(snapshot).items():
            if only in {None, part}:
                self.log.write("saw", part=part, **fields)


def _parts(snapshot: TerminalSnapshot | StaffSnapshot) -> dict[str, dict[str, object]]:
    """What the checker wants to know of a snapshot, by part."""
    seen: dict[str, dict[str, object]] = {}
    if snapshot.call is not None:
        seen["call"] = _fields(snapshot.call, "id", "state", "contact")
    if isinstance(snapshot, TerminalSnapshot):
        if snapshot.contact is not None:
            seen["contact"] = _fields(snapshot.contact, "id", "state", "outcome")
        return seen
    if snapshot.offer is not None:
        seen["offer"] = _fields(snapshot.offer, "id", "state", "contact", "opened_at", "expires_at")
    if snapshot.presence is not None:
        seen["presence"] = _fields(snapshot.presence, "state", "reason")
    return seen


def _fields(view: WireModel, *names: str) -> dict[str, object]:
    values = {name: getattr(view, name) for name in names}
    return {name: value.timestamp() if isinstance(value, datetime) else value for name, value in values.items()}
