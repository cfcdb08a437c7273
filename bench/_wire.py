"""A WebSocket client that costs next to nothing, so that a benchmark measures the server.

No task, no queue and no parser object a connection: frames are cut from what the transport brings and handed to
`heard`. It masks with a key of zeros, which is legal and free.
"""

import asyncio
import base64
import json
import os
import struct
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from typing_extensions import override

WITHIN_S: Final = 60.0
_TEXT, _CLOSE, _PING, _PONG = 0x1, 0x8, 0x9, 0xA

Message = dict[str, Any]
Heard = Callable[[bytes], None]


class Socket(asyncio.Protocol):
    """One connection. Until `heard` is set, what comes is kept for `receive`; `lost` is called when it is gone."""

    __slots__ = ("_buffer", "_inbox", "_opened", "_request", "_waiter", "close_code", "heard", "lost", "transport")

    def __init__(self, request: bytes, opened: "asyncio.Future[Socket]") -> None:
        self.heard: Heard = self._keep
        self.lost: Callable[[], None] | None = None
        self.close_code: int | None = None
        self.transport: asyncio.Transport
        self._request = request
        self._opened: asyncio.Future[Socket] | None = opened
        self._buffer = b""
        self._inbox: deque[bytes] = deque()
        self._waiter: asyncio.Future[None] | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self._request)
        self._request = b""

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits is told."""
        gone = ConnectionError(f"closed with {self.close_code}: {exc}")
        if self._opened is not None and not self._opened.done():
            self._opened.set_exception(gone)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(gone)
        if self.lost is not None:
            self.lost()

    @override
    def data_received(self, data: bytes) -> None:
        """Cut frames."""
        buffer = self._buffer + data if self._buffer else data
        if self._opened is not None:
            head, end, buffer = buffer.partition(b"\r\n\r\n")
            if not end:
                self._buffer = head
                return
            opened, self._opened = self._opened, None
            if not head.startswith(b"HTTP/1.1 101"):
                opened.set_exception(ConnectionError(head.decode()))
                return
            opened.set_result(self)
        self._buffer = self._frames(buffer)

    def send(self, text: bytes) -> None:
        """Send a text frame."""
        self._write(_TEXT, text)

    def ping(self) -> None:
        """Ask for a sign of life, which is then heard as a message without text."""
        self._write(_PING, b"")

    def say(self, message: Mapping[str, object]) -> None:
        """Send a message as JSON."""
        self.send(json.dumps(message).encode())

    async def receive(self) -> Message:
        """The next message. Raises ConnectionError, TimeoutError."""
        async with asyncio.timeout(WITHIN_S):
            while not self._inbox:
                self._waiter = asyncio.get_running_loop().create_future()
                await self._waiter
        message: Message = json.loads(self._inbox.popleft())
        return message

    async def until(self, holds: Callable[[Message], bool]) -> Message:
        """The next message for which `holds`; those before it are passed over."""
        while True:
            message = await self.receive()
            if message.get("type") in {"error", "closing"}:
                raise AssertionError(message)
            if holds(message):
                return message

    def close(self) -> None:
        """Cut the line."""
        self.transport.abort()

    def _keep(self, text: bytes) -> None:
        self._inbox.append(text)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _frames(self, buffer: bytes) -> bytes:
        while len(buffer) >= 2:
            start, length = 2, buffer[1]
            if length == 126:
                start = 4
                if len(buffer) < start:
                    break
                (length,) = struct.unpack_from("!H", buffer, 2)
            elif length == 127:
                start = 10
                if len(buffer) < start:
                    break
                (length,) = struct.unpack_from("!Q", buffer, 2)
            end = start + length
            if len(buffer) < end:
                break
            self._frame(buffer[0] & 0x0F, buffer[start:end])
            buffer = buffer[end:]
        return buffer

    def _frame(self, opcode: int, payload: bytes) -> None:
        if opcode == _TEXT:
            self.heard(payload)
        elif opcode == _PING:
            self._write(_PONG, payload)
        elif opcode == _PONG:
            self.heard(payload)
        elif opcode == _CLOSE:
            self.close_code = struct.unpack("!H", payload[:2])[0] if payload else 1005
            self._write(_CLOSE, payload)

    def _write(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB4x", 0x80 | opcode, 0x80 | size)
        else:
            head = struct.pack("!BBH4x", 0x80 | opcode, 0x80 | 126, size)
        self.transport.write(head + payload)


async def connect(port: int, path: str, *, source: str = "127.0.0.1", cookie: str = "none=") -> Socket:
    """A connection to a server on loopback, after the upgrade. `source`: an address of 127/8, for more ports."""
    loop = asyncio.get_running_loop()
    opened: asyncio.Future[Socket] = loop.create_future()
    key = base64.b64encode(os.urandom(16)).decode()
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
        f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    ).encode()
    await loop.create_connection(
        lambda: Socket(request, opened), "127.0.0.1", port, local_addr=(source, 0) if source != "127.0.0.1" else None
    )
    async with asyncio.timeout(WITHIN_S):
        return await opened
