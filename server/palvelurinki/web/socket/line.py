"""The line: uvicorn's end of a WebSocket, as lean as ten thousand of them need it.

Messages are handed to a listener as they are cut, without a queue and a task between; texts are written at once. A
line is asked for a sign of life only when nothing has come for a while, which heartbeats spare. What the handshake
needed is let go of after it. Whole texts, which is nearly all that ever comes, are cut here; all else that makes
WebSocket what it is stays with uvicorn and websockets.

[Decision 14](../../../../docs/decisions/0014-a-socket-is-served-by-callbacks.md).
"""

import logging
import struct
from collections.abc import Iterable, MutableMapping
from typing import Any, Final, cast
from typing import Protocol as Interface

from typing_extensions import override
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.frames import CloseCode, Frame, Opcode, apply_mask  # type: ignore[attr-defined]  # whichever it has
from websockets.http11 import Request
from websockets.protocol import Protocol, State
from websockets.streams import StreamReader

from palvelurinki.web.socket.rounds import Rounds

# "connection open" ten thousand times tells nobody anything; what is wrong is told.
_log: Final = logging.getLogger("palvelurinki.line")
_log.setLevel(logging.WARNING)

# Where the endpoint finds its line in the ASGI scope.
LINE: Final = "palvelurinki.line"
# Longer than between two heartbeats: a client that shows life by itself is not asked for it. With the second until the
# next round, and the time that an answer may take, a line that was cut without a word is noticed within 20 s.
SILENT_S: Final = 11.0
ANSWER_WITHIN_S: Final = 8.0
# How long a client may take to close its end once it was told to.
CLOSE_WITHIN_S: Final = 5.0
# Browsers send a message in one frame, proxies may cut it. Empty fragments would otherwise cost without limit.
FRAGMENTS_MOST: Final = 64
# How a text begins that is whole, and what the next byte says of one that is masked.
_WHOLE_TEXT: Final = 0x81
_MASKED: Final = 0x80
# Instead of a length: it follows in two bytes.
_IN_TWO: Final = 126
_FIRST_BYTE: Final = StreamReader.at_eof.__code__
_HEAD: Final = 2
_LENGTH: Final = 2
_KEY: Final = 4


class Listener(Interface):
    """Who takes what comes on a line. Nothing here may raise."""

    def heard(self, frame: tuple[bytes, bool]) -> None:
        """A whole message: its bytes, and whether it came as text."""

    def pinged(self) -> bool:
        """The client asks for a sign of life; False when it asks too often to get one."""

    def may_write(self) -> None:
        """The line takes more again."""

    def may_not_write(self) -> None:
        """The line is full: what is written now is kept in memory."""

    def watch(self, now: float) -> None:
        """Nothing has come for a while (the loop's clock, s)."""

    def gone(self) -> None:
        """The line is closed."""


class _Nowhere:
    """Stands in for what uvicorn keeps for ASGI's `receive` and `send` once the listener has taken over."""

    def put_nowait(self, _message: object) -> None:
        """Nobody waits for it."""

    def set(self) -> None:
        """As above."""

    def clear(self) -> None:
        """As above."""


_NOWHERE: Final[Any] = _Nowhere()


class Line(WebSocketsSansIOProtocol):
    """One socket, given to uvicorn as its `ws` protocol."""

    full = False
    heard_at = 0.0
    # Whether nothing has come since the last ping. Times would not do: the loop's clock may stand still that long.
    _asked = False
    # Whether something came before the handshake was answered, which the parser may have begun to read.
    _early = False
    _listener: Listener | None = None
    _rounds: Rounds | None = None

    @classmethod
    def of(cls, scope: MutableMapping[str, Any]) -> "Line":
        """The line of an ASGI scope. Raises KeyError under a server that was not given this protocol."""
        return cast("Line", scope["extensions"][LINE])

    # ---- What the endpoint asks ------------------------------------------------------------------------------

    def accept(self, listener: Listener, rounds: Rounds) -> None:
        """Finish the handshake; all that comes goes to the listener, and the rounds lead by here from now on.

        uvicorn's own way would write the client's address to the log (I8).
        """
        self._listener = listener
        self.queue = self.writable = _NOWHERE
        self.handshake_complete = True
        self.conn.logger = _log
        self.conn.send_response(self.response)
        self._send_out()
        del self.request, self.response, self.scope
        if not self._early:
            # The parser would keep the request, with all that a browser says in it. Another one goes on from here.
            self.conn.parser = Protocol.parse(self.conn)
            next(self.conn.parser)
        self.heard_at = self.loop.time()
        self._rounds = rounds
        rounds.add(self)

    def write(self, texts: Iterable[bytes]) -> None:
        """Send messages of JSON, in one go. On a line that is closing they are lost, as on one that was cut."""
        if self.close_sent or self.transport.is_closing() or self.conn.state is not State.OPEN:
            return
        self.transport.write(b"".join([Frame(Opcode.TEXT, text).serialize(mask=False) for text in texts]))

    def end(self, code: int) -> None:
        """Close with this code; a client that does not close its end is cut off."""
        if self.close_sent or self.transport.is_closing():
            return
        self.stop_keepalive()
        try:
            self.conn.send_close(code)
        except InvalidState:
            return
        self._send_out()
        self.close_sent = True
        self.listen()
        self._cut_later()

    def fail(self, code: int, reason: str) -> None:
        """Close because what the client sent is no WebSocket as it should be."""
        self.conn.fail(code, reason)
        self.handle_parser_exception()

    def cut(self) -> None:
        """Close without a word, and without sending what is still kept."""
        self.transport.abort()

    def wait(self) -> None:
        """Read nothing until `listen`: whoever sends faster is held back by TCP."""
        if not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    def listen(self) -> None:
        """Read on."""
        if self.read_paused:
            self.read_paused = False
            if not self.transport.is_closing():
                self.transport.resume_reading()

    # ---- What uvicorn and the transport tell -----------------------------------------------------------------

    @override
    def handle_connect(self, event: Request) -> None:
        # uvicorn's own would write the address of whoever is refused to the log (I8).
        self.logger = self.conn.logger = _log
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"][LINE] = cast("dict[object, object]", self)

    @override
    async def send(self, message: ASGISendEvent) -> None:
        """Of a handshake that is refused; all else is written by `accept` and `write`."""
        await super().send(message)
        # uvicorn forgets that a refusal is an answer, too, and logs an error for each (its pull request 3138).
        self.handshake_complete = self.handshake_complete or self.close_sent

    @override
    def data_received(self, data: bytes) -> None:
        self.heard_at = self.loop.time()
        self._asked = False
        self._early = self.handshake_initiated and not self.handshake_complete
        if self._listener is not None and self._between_messages:
            data = self._cut_texts(self._listener, data)
        if data:
            super().data_received(data)

    @property
    def _between_messages(self) -> bool:
        """Whether websockets waits for the first byte of a frame, and that is the first of a message."""
        waiting_for = getattr(self.conn.parser, "gi_yieldfrom", None)
        return getattr(waiting_for, "gi_code", None) is _FIRST_BYTE and self.conn.current_size is None

    def _cut_texts(self, listener: Listener, data: bytes) -> bytes:
        """Hand over the whole texts with which the data begin; returns the rest, which is for websockets.

        That is all other frames, what is not there in whole, and what comes after a closing.
        """
        place, size = 0, len(data)
        while size - place >= _HEAD and data[place] == _WHOLE_TEXT and self.conn.state is State.OPEN:
            length = data[place + 1] - _MASKED
            key = place + _HEAD
            if length == _IN_TWO and size - place >= _HEAD + _LENGTH:
                (length,) = struct.unpack_from("!H", data, key)
                key += _LENGTH
            elif not 0 <= length < _IN_TWO:
                break
            text = key + _KEY
            if text + length > size:
                break
            place = text + length
            listener.heard((apply_mask(data[text:place], data[key:text]), True))
        return data[place:] if place else data

    @override
    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= FRAGMENTS_MOST:
            self.fail(CloseCode.POLICY_VIOLATION, "too many fragments")
            return
        super().handle_cont(event)

    @override
    def send_receive_event_to_app(self) -> None:
        if self._listener is None:
            super().send_receive_event_to_app()
            return
        data = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
        self.frames = []
        if not self.close_sent:
            self._listener.heard((data, self.curr_msg_data_type == "text"))

    @override
    def handle_ping(self) -> None:
        if self._listener is None or self._listener.pinged():
            super().handle_ping()
        else:
            # The answer that websockets has made is not sent.
            self.conn.data_to_send()

    @override
    def pause_writing(self) -> None:
        self.full = True
        super().pause_writing()
        if self._listener is not None:
            self._listener.may_not_write()

    @override
    def resume_writing(self) -> None:
        self.full = False
        super().resume_writing()
        if self._listener is not None:
            self._listener.may_write()

    @override
    def handle_parser_exception(self) -> None:
        super().handle_parser_exception()
        self._cut_later()

    @override
    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self._cut_later()

    @override
    def handle_pong(self, event: Frame) -> None:
        """Whatever comes is a sign of life; `data_received` has noted it."""

    @override
    def keepalive_timeout(self) -> None:
        self.pong_timer = None
        if self._asked:
            # Nobody is there to read a closing; waiting for what is kept to be sent would take minutes.
            self.cut()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._rounds is not None:
            self._rounds.remove(self)
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.gone()

    def watch(self, now: float) -> None:
        """Nothing has come for a while (see `Rounds`)."""
        if self.close_sent or self._listener is None:
            return
        self._listener.watch(now)
        if self.pong_timer is None and now - self.heard_at >= SILENT_S:
            self.conn.send_ping(b"")
            self._send_out()
            self._asked = True
            self.pong_timer = self.loop.call_later(ANSWER_WITHIN_S, self.keepalive_timeout)

    # ---- Within ----------------------------------------------------------------------------------------------

    def _send_out(self) -> None:
        self.transport.write(b"".join(self.conn.data_to_send()))

    def _cut_later(self) -> None:
        if self.close_timer is None and not self.disconnected:
            self.close_timer = self.loop.call_later(CLOSE_WITHIN_S, self.cut)
