"""A session that survives its sockets.

One task connects, serves the socket, and connects again: with the resume token while the server keeps the session,
with a fresh ticket when it no longer does. Events are taken in order and once; a gap means that something was lost,
so the socket is given up and the session resumed. Commands keep their id over all of this and are sent again until
they are answered, which the server answers as it did the first time; also those that it could not do just then.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Final, Generic, Literal, Self, TypeAlias, overload

from typing_extensions import override
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from palvelurinki.client.addresses import Address, Addresses
from palvelurinki.client.asking import Asked
from palvelurinki.client.backoff import asked_delay_s, backoff_s
from palvelurinki.client.commands import Commands, new_operation
from palvelurinki.client.errors import (
    ClientClosed,
    ClientError,
    ClientFailed,
    CommandRefused,
    NotAnswered,
    NotUnderstood,
    SessionEnded,
    TicketUnavailable,
)
from palvelurinki.client.messages import read
from palvelurinki.client.options import PATIENCE, Options
from palvelurinki.client.progress import EventsMissing, Progress
from palvelurinki.client.snapshot import S
from palvelurinki.client.streams import EventStream
from palvelurinki.client.tickets import Audience, TicketSource
from palvelurinki.protocol.base import VERSION
from palvelurinki.protocol.client import Command, Heartbeat, Hello
from palvelurinki.protocol.server import Ack, Closing, ErrorMessage, ServerEvent, ServerMessage, Welcome
from palvelurinki.protocol.views import StaffSnapshot, TerminalSnapshot

News: TypeAlias = ServerEvent | Welcome
"""An event, or the welcome of a connection: with a snapshot when a new session began."""

# A heartbeat that is not answered for this many intervals means that the socket is dead.
SILENT_HEARTBEATS: Final = 1.5
# The server keeps a bounded number of unacknowledged events: in a storm of them, do not wait for the next heartbeat.
ACKNOWLEDGE_AFTER: Final = 100
CLOSE_WITHIN_S: Final = 2.0
FINAL_CODES: Final = frozenset({"session.superseded", "version.unsupported"})
_SNAPSHOTS: Final[dict[Audience, type[TerminalSnapshot | StaffSnapshot]]] = {
    "terminal": TerminalSnapshot,
    "staff": StaffSnapshot,
}

log = logging.getLogger(__name__)


class _Lost(Exception):
    """The socket is gone, or did not come: try again after `delay_s` and the back-off, or at once."""

    def __init__(self, why: str, delay_s: float = 0.0, *, at_once: bool = False) -> None:
        super().__init__(why)
        self.delay_s = delay_s
        self.at_once = at_once


class Client(Commands, Generic[S]):
    """A terminal's or a member of staff's session at the server of `base_url` (http:// or https://).

    Of several addresses, those of a server's nodes, the next one is tried whenever a socket is lost or does not come.
    `sign_in` is the secret of a sign-in (the value of its cookie) or anything that gives tickets. Use it as
    `async with`: it enters once the first snapshot is there, however long the server is away, and raises
    SignInRefused, SessionEnded or NotUnderstood when it never will be.
    """

    @overload
    def __init__(
        self: "Client[TerminalSnapshot]",
        base_url: str | Sequence[str],
        audience: Literal["terminal"],
        sign_in: str | TicketSource,
        options: Options = ...,
    ) -> None: ...
    @overload
    def __init__(
        self: "Client[StaffSnapshot]",
        base_url: str | Sequence[str],
        audience: Literal["staff"],
        sign_in: str | TicketSource,
        options: Options = ...,
    ) -> None: ...
    def __init__(
        self,
        base_url: str | Sequence[str],
        audience: Audience,
        sign_in: str | TicketSource,
        options: Options = PATIENCE,
    ) -> None:
        self._addresses = Addresses(base_url, audience, sign_in)
        self._options = options
        self._progress: Progress[S] = Progress(_SNAPSHOTS[audience])  # type: ignore[arg-type]  # the overloads pair them
        self._asked: dict[str, Asked] = {}
        self._waiting: dict[asyncio.Future[S], Callable[[S], bool]] = {}
        self._streams: set[EventStream[News]] = set()
        self._acknowledged = 0
        self._acknowledge = asyncio.Event()
        self._tries = 0
        self._socket: ClientConnection | None = None
        self._welcome: Welcome | None = None
        self._ended: ClientError | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name=f"client of {self.address}")
        try:
            await self.until(lambda _: True)
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # ---- What is known ---------------------------------------------------------------------------------------

    @property
    def snapshot(self) -> S:
        """All that the server has told so far; while disconnected, as it was last known."""
        if self._progress.snapshot is None:
            raise RuntimeError("enter the client first: there is no snapshot before its welcome")
        return self._progress.snapshot

    @property
    def online(self) -> bool:
        """Whether a socket is there and welcomed."""
        return self._socket is not None

    @property
    def address(self) -> str:
        """The socket's address: of the connection that is there, or else of the next attempt."""
        return self._addresses.present.socket

    @property
    def welcome(self) -> Welcome | None:
        """The latest welcome: ICE servers, the server's time then, how often it wants a heartbeat."""
        return self._welcome

    @property
    def last_seq(self) -> int:
        """The number of the last event that was taken."""
        return self._progress.last_seq

    @property
    def ended(self) -> ClientError | None:
        """Why the client has stopped for good, if it has."""
        return self._ended

    async def until(self, holds: Callable[[S], bool]) -> S:
        """The first snapshot for which `holds`, now or later; no state in between is passed over.

        Raises what ended the client for good.
        """
        if self._ended is not None:
            raise self._ended
        if self._progress.snapshot is not None and holds(self._progress.snapshot):
            return self._progress.snapshot
        future: asyncio.Future[S] = asyncio.get_running_loop().create_future()
        self._waiting[future] = holds
        try:
            return await future
        finally:
            self._waiting.pop(future, None)

    def events(self) -> EventStream[News]:
        """Everything that comes from now on, signals among it."""
        stream: EventStream[News] = EventStream(self._streams.discard)
        if self._ended is None:
            self._streams.add(stream)
        else:
            stream.end(None if isinstance(self._ended, ClientClosed) else self._ended)
        return stream

    # ---- What is asked ---------------------------------------------------------------------------------------

    @override
    async def command(self, command: Command) -> Ack:
        """Send the command, again after each reconnection until it is answered, and while the server is busy.

        Raises CommandRefused; NotAnswered, after which the same message may be sent again; what ended the client. Also
        after a refusal with `server.busy` it may be: nothing was done for as long as `Options.answer_within_s`.
        """
        return await self._ask(Asked(command), self._options.answer_within_s)

    def drop(self) -> None:
        """Lose the socket without a word, as a cut line does. The client comes back by itself."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def close(self) -> None:
        """Close the socket in order and stop. The server keeps the session for a while; nothing is left undone here."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._end(ClientClosed("the client was closed"))

    async def _ask(self, asked: Asked, within_s: float) -> Ack:
        if self._ended is not None:
            raise self._ended
        if asked.message.id in self._asked:
            raise ValueError(f"operation {asked.message.id!r} is under way")
        self._asked[asked.message.id] = asked
        try:
            async with asyncio.timeout(within_s):
                return await asked.answered(self._send_now, self._options)
        except TimeoutError:
            raise asked.refusal or NotAnswered(f"no answer within {within_s:.0f} s") from None
        finally:
            del self._asked[asked.message.id]

    async def _send_now(self, message: Command) -> None:
        if self._socket is not None:
            await self._send(self._socket, message)

    async def _send(self, socket: ClientConnection, message: Command | Hello) -> None:
        # On a socket that is closing nothing is lost: whoever serves it notices, and sends again on the next.
        with suppress(ConnectionClosed):
            await socket.send(message.model_dump_json(exclude_none=True))

    # ---- Connecting ------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            while True:
                try:
                    await self._connect_and_serve(self._addresses.present)
                except _Lost as lost:
                    log.info("disconnected: %s", lost)
                    if lost.at_once:
                        continue
                    self._addresses.go_on()
                    await self._options.pause(lost.delay_s + backoff_s(self._tries, self._options.chance()))
                    self._tries += 1
        except ClientError as error:
            self._end(await self._addresses.present.why(error))
        except Exception as error:  # noqa: BLE001
            # A fault of this program or of the caller's ticket source: whoever waits or asks is told.
            failed = ClientFailed(repr(error))
            failed.__cause__ = error
            self._end(failed)

    async def _connect_and_serve(self, address: Address) -> None:
        hello = self._progress.resume()
        try:
            if hello is None:
                hello = Hello(version=VERSION, ticket=await address.ticket())
            async with connect(
                address.socket,
                origin=address.origin,  # type: ignore[arg-type]  # a NewType of str
                additional_headers=address.headers,
                compression=None,
                open_timeout=self._options.open_within_s,
                close_timeout=CLOSE_WITHIN_S,
                # Heartbeats do what pings would, and acknowledge as they do.
                ping_interval=None,
            ) as socket:
                await self._send(socket, hello)
                async with asyncio.timeout(self._options.connect_within_s):
                    first = read(str(await socket.recv()))
                await self._serve(socket, self._welcomed(first))
        except InvalidStatus as error:
            status = error.response.status_code
            if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise SessionEnded("socket.refused", f"the server refused the socket with status {status}") from error
            raise _Lost(f"status {status}") from error
        except (OSError, TimeoutError, InvalidHandshake, ConnectionClosed, TicketUnavailable, EventsMissing) as error:
            raise _Lost(repr(error)) from error

    def _welcomed(self, message: ServerMessage | int | None) -> Welcome:
        if isinstance(message, Closing):
            raise self._closing(message)
        if not isinstance(message, Welcome):
            raise NotUnderstood("the first message was no welcome")
        self._progress.welcomed(message)
        self._welcome = message
        self._acknowledged = self._progress.last_seq
        return message

    def _closing(self, closing: Closing) -> Exception:
        if closing.code in FINAL_CODES:
            return SessionEnded(closing.code, closing.message)
        resuming = self._progress.token is not None
        if not closing.resumable:
            self._progress.forget()
        # Only the session is gone: a fresh ticket makes a new one without waiting.
        at_once = closing.code == "session.unknown" and resuming
        return _Lost(closing.code, asked_delay_s(closing.retry_after_s), at_once=at_once)

    # ---- Online ----------------------------------------------------------------------------------------------

    async def _serve(self, socket: ClientConnection, welcome: Welcome) -> None:
        self._socket = socket
        self._tell(welcome)
        keeping = asyncio.create_task(self._keep(socket, welcome.heartbeat_s), name="keeping")
        try:
            async for text in socket:
                self._take(read(str(text)))
        finally:
            self._socket = None
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            # Left to itself, the socket would take the end of this task for a failure and close with 1011.
            await socket.close()
        raise _Lost(f"closed with {socket.close_code}")

    async def _keep(self, socket: ClientConnection, heartbeat_s: float) -> None:
        """Repeat what was not answered, then acknowledge and see that the server is there."""
        for asked in [asked for asked in self._asked.values() if asked.repeated]:
            await self._send(socket, asked.message)
        while True:
            # Not wait_for: on Python 3.11 it loses a cancellation that comes together with what it waits for.
            with suppress(TimeoutError):
                async with asyncio.timeout(heartbeat_s):
                    await self._acknowledge.wait()
            self._acknowledge.clear()
            self._acknowledged = self._progress.last_seq
            beat = Heartbeat(id=new_operation(), seq=self._acknowledged)
            try:
                await self._ask(Asked(beat, repeated=False), heartbeat_s * SILENT_HEARTBEATS)
            except NotAnswered:
                # The line is cut, or the server hangs: waiting for the system to notice would take minutes.
                socket.transport.abort()
                return
            except CommandRefused as error:
                log.warning("heartbeat refused: %s", error)

    def _take(self, message: ServerMessage | int | None) -> None:
        match message:
            case Ack() | ErrorMessage():
                self._answered(message)
            case Closing():
                raise self._closing(message)
            case Welcome():
                raise NotUnderstood("a second welcome")
            case int():
                self._progress.count(message)
            case None:
                pass
            case _:
                if self._progress.take(message):
                    self._tell(message)
        if self._progress.last_seq - self._acknowledged >= ACKNOWLEDGE_AFTER:
            self._acknowledge.set()

    def _answered(self, message: Ack | ErrorMessage) -> None:
        self._tries = 0
        asked = None if message.re is None else self._asked.get(message.re)
        if asked is None:
            if isinstance(message, ErrorMessage):
                log.warning("the server could not read a message: %s: %s", message.code, message.message)
        elif asked.answer.done():
            return
        elif isinstance(message, Ack):
            asked.answer.set_result(message)
        else:
            asked.answer.set_exception(CommandRefused(message.code, message.message, message.details))

    def _tell(self, news: News) -> None:
        for stream in self._streams:
            stream.put(news)
        for future, holds in list(self._waiting.items()):
            if not future.done() and holds(self.snapshot):
                future.set_result(self.snapshot)

    def _end(self, error: ClientError) -> None:
        if self._ended is not None:
            return
        self._ended = error
        for asked in self._asked.values():
            if not asked.answer.done():
                asked.answer.set_exception(error)
        for future in self._waiting:
            if not future.done():
                future.set_exception(error)
        for stream in self._streams:
            stream.end(None if isinstance(error, ClientClosed) else error)
        self._streams.clear()
