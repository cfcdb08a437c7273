"""What a line hands over, however the stream of a client is cut on its way, whether cut here or by websockets."""

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send
from typing_extensions import override
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from palvelurinki.serving import TRANSPORT_FRAME_LIMIT
from palvelurinki.web.socket.line import Line, Listener
from palvelurinki.web.socket.rounds import Rounds

HANDSHAKE = (
    b"GET /ws/v1 HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Heard(Listener):
    """Notes what it is handed."""

    def __init__(self) -> None:
        self.messages: list[tuple[bytes, bool]] = []
        self.pings = 0

    @override
    def heard(self, frame: tuple[bytes, bool]) -> None:
        self.messages.append(frame)

    @override
    def pinged(self) -> bool:
        self.pings += 1
        return True

    @override
    def may_write(self) -> None: ...

    @override
    def may_not_write(self) -> None: ...

    @override
    def watch(self, now: float) -> None: ...

    @override
    def gone(self) -> None: ...


@asynccontextmanager
async def accepted() -> AsyncIterator[tuple[Line, Heard]]:
    """A line after its handshake."""
    heard, ready, over = Heard(), asyncio.Event(), asyncio.Event()

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        Line.of(scope).accept(heard, Rounds(60))
        ready.set()
        await over.wait()

    config = uvicorn.Config(app, interface="asgi3", ws=Line, ws_max_size=TRANSPORT_FRAME_LIMIT, lifespan="off")
    config.load()
    ours, theirs = socket.socketpair()
    made = Line(config, ServerState(), {})
    with theirs:
        transport, line = await asyncio.get_running_loop().connect_accepted_socket(lambda: made, ours)
        line.data_received(HANDSHAKE)
        await ready.wait()
        try:
            yield line, heard
        finally:
            over.set()
            transport.abort()


def framed(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    """A client's frame. Its mask is zero, so what it carries stands in the stream as it is."""
    plain = Frame(opcode, data, fin=fin).serialize(mask=False)
    head = plain[: len(plain) - len(data)]
    return bytes((head[0], head[1] | 0x80)) + head[2:] + bytes(4) + data


# Looks like a text of its own, again and again, to whoever begins in the middle.
MISLEADING = framed(Opcode.TEXT, b"")

# What a part of a stream holds: messages, whether they came as text; how many pings; the frames.
Part = tuple[list[tuple[bytes, bool]], int, bytes]

SIZES = st.sampled_from([0, 1, 5, 125, 126, 127, 300, 65_535, 65_536, 70_000])
TEXTS = SIZES.map(lambda size: (MISLEADING * (size // len(MISLEADING) + 1))[:size])
WHOLE = TEXTS.map(lambda text: ([(text, True)], 0, framed(Opcode.TEXT, text)))
BINARY = TEXTS.map(lambda data: ([(data, False)], 0, framed(Opcode.BINARY, data)))
PING: st.SearchStrategy[Part] = st.just(([], 1, framed(Opcode.PING, b"?")))
IN_PARTS = st.tuples(TEXTS, TEXTS).map(
    lambda parts: (
        [(b"".join(parts), True)],
        1,
        # A control frame may stand between the parts of a message.
        framed(Opcode.TEXT, parts[0], fin=False) + framed(Opcode.PING, b"") + framed(Opcode.CONT, parts[1]),
    )
)


# A cut is so far from the beginning of a part, whichever that is.
CUTS = st.lists(st.tuples(st.integers(0, 8), st.integers(-8, 8) | st.integers(0, 200) | st.integers(0, 70_000)))


@settings(deadline=None, max_examples=200)
@given(st.lists(WHOLE | WHOLE | BINARY | PING | IN_PARTS, max_size=8), CUTS)
def test_messages_are_the_same_however_the_stream_is_cut(sent: list[Part], cuts: list[tuple[int, int]]) -> None:
    begins = list(itertools.accumulate((len(frames) for _, _, frames in sent), initial=0))
    stream = b"".join(frames for _, _, frames in sent)
    cut = {begins[part] + off for part, off in cuts if part < len(begins)}
    places = sorted({0, len(stream), *(place for place in cut if 0 < place < len(stream))})

    async def run() -> None:
        async with accepted() as (line, heard):
            for start, end in itertools.pairwise(places):
                line.data_received(stream[start:end])
            assert heard.messages == [message for messages, _, _ in sent for message in messages]
            assert heard.pings == sum(pings for _, pings, _ in sent)

    asyncio.run(run())


def test_a_stream_may_be_cut_at_any_byte() -> None:
    texts = [MISLEADING, MISLEADING * 21, b""]
    stream = b"".join(framed(Opcode.TEXT, text) for text in texts)

    async def run() -> None:
        async with accepted() as (line, heard):
            for place in range(len(stream)):
                line.data_received(stream[:place])
                line.data_received(stream[place:])
                assert heard.messages == [(text, True) for text in texts]
                heard.messages.clear()

    asyncio.run(run())


def test_nothing_is_handed_over_after_the_client_has_closed() -> None:
    async def run() -> None:
        async with accepted() as (line, heard):
            texts = [framed(Opcode.TEXT, b"one"), framed(Opcode.CLOSE, b"\x03\xe8"), framed(Opcode.TEXT, b"two")]
            line.data_received(b"".join(texts))
            line.data_received(texts[-1])
            assert heard.messages == [(b"one", True)]

    asyncio.run(run())


def test_a_text_that_is_not_masked_closes_the_line() -> None:
    async def run() -> None:
        async with accepted() as (line, heard):
            line.data_received(Frame(Opcode.TEXT, b"one").serialize(mask=False))
            line.data_received(framed(Opcode.TEXT, b"two"))
            assert heard.messages == []
            assert line.conn.close_sent
            assert line.conn.close_sent.code == 1002

    asyncio.run(run())


def test_a_text_amid_the_parts_of_another_closes_the_line() -> None:
    async def run() -> None:
        async with accepted() as (line, heard):
            line.data_received(framed(Opcode.TEXT, b"one", fin=False))
            line.data_received(framed(Opcode.TEXT, b"two"))
            assert heard.messages == []
            assert line.conn.close_sent
            assert line.conn.close_sent.code == 1002

    asyncio.run(run())


def test_a_whole_text_is_cut_without_websockets(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        async with accepted() as (line, heard):
            monkeypatch.setattr(line.conn, "receive_data", None)
            line.data_received(framed(Opcode.TEXT, b"one") + framed(Opcode.TEXT, b"two"))
            assert heard.messages == [(b"one", True), (b"two", True)]

    asyncio.run(run())
