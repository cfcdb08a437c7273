"""Clients that do what none should, in a process and on a machine of their own.

    deaf        many signed-in consoles that never read, with small receive buffers; each comes back when it is closed
    flood       a console that sends 1,000 messages a second
    oversized   frames of 64 KiB and one byte, one after the other
    compressed  a console that asks for compression, and compresses although it was not granted
    silent      many signed-in consoles that do nothing; their line is then cut, and nobody ever hears of them again

`python -m tests.chaos.hostile URL KIND=SECRET,SECRET,…` says `ready` once all are there (or 20 s are over), goes on
until its standard input ends, and then prints what came of it as a line of JSON.
"""

import asyncio
import json
import os
import socket
import sys
import traceback
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.frames import Frame, Opcode

from palvelurinki.client import ClientError, CookieTickets

RECEIVE_BUFFER: Final = 4096
FRAME_LIMIT: Final = 64 * 1024
FLOOD_PER_S: Final = 1000
BURST: Final = 20
# The bit of a frame's first byte that says so (RSV1, RFC 7692).
COMPRESSED: Final = 0x40
AGAIN_AFTER_S: Final = 0.5
# A node may be slow to let them all in; how many came is counted.
ARRIVE_WITHIN_S: Final = 20.0
# So many sign in at the same time.
ARRIVING: Final = asyncio.Semaphore(16)


class Stranger:
    """One signed-in member of staff who behaves badly at one node."""

    def __init__(self, url: str, secret: str, http: httpx2.AsyncClient, came: Counter[str]) -> None:
        self._url = url
        self._tickets = CookieTickets(url, "staff", secret, http)
        self.came = came
        self.arrived = asyncio.Event()

    async def again_and_again(self, behave: "Behaviour") -> None:
        """Behave so on one socket after the other."""
        while True:
            try:
                async with self._socket(compression="deflate" if behave is compressed else None) as connection:
                    self.arrived.set()
                    await behave(self, connection)
            except ConnectionClosed as error:
                self.came[f"closed {error.rcvd.code if error.rcvd else 'without a word'}"] += 1
            except (ClientError, OSError, InvalidHandshake, TimeoutError) as error:
                self.came[type(error).__name__] += 1
            await asyncio.sleep(AGAIN_AFTER_S)

    @asynccontextmanager
    async def _socket(self, **options: Any) -> AsyncIterator[ClientConnection]:  # noqa: ANN401 - websockets' own
        parts = urlsplit(self._url)
        line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        line.setblocking(False)  # noqa: FBT003 - the standard library's own
        async with ARRIVING:
            ticket = await self._tickets()
            await asyncio.get_running_loop().sock_connect(line, (parts.hostname, parts.port))
            connection = await connect(
                f"wss://{parts.netloc}/ws/v1",
                sock=line,
                origin=self._url,  # type: ignore[arg-type]  # a NewType of str
                additional_headers={"cookie": self._tickets.cookie},
                ping_interval=None,
                close_timeout=0.1,
                max_queue=1,
                **options,
            )
            await connection.send(json.dumps({"type": "hello", "version": 1, "ticket": ticket}))
            welcome = json.loads(await connection.recv())
            self.came[welcome["type"]] += 1
        try:
            yield connection
        finally:
            connection.transport.abort()

    async def count_answers(self, connection: ClientConnection) -> None:
        """Read, and count what is answered."""
        async for text in connection:
            message = json.loads(text)
            if message["type"] in {"ack", "error", "closing"}:
                self.came[message.get("code", "ack")] += 1


Behaviour = Callable[[Stranger, ClientConnection], Awaitable[None]]


async def deaf(_stranger: Stranger, connection: ClientConnection) -> None:
    """Take nothing. The library stops reading after one message, and the system after its buffer."""
    await connection.wait_closed()


async def flood(stranger: Stranger, connection: ClientConnection) -> None:
    """As many heartbeats as fit."""
    reading = asyncio.create_task(stranger.count_answers(connection))
    try:
        clock, number = asyncio.get_running_loop().time, 0
        began = clock()
        while not reading.done():
            for _ in range(BURST):
                number += 1
                await connection.send(json.dumps({"type": "heartbeat", "id": f"flood-{number:08}", "seq": 0}))
            stranger.came["sent"] += BURST
            await asyncio.sleep(max(0.0, began + number / FLOOD_PER_S - clock()))
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


async def oversized(stranger: Stranger, connection: ClientConnection) -> None:
    """One byte more than a frame may have."""
    reading = asyncio.create_task(stranger.count_answers(connection))
    try:
        while not reading.done():
            await connection.send("x" * (FRAME_LIMIT + 1))
            stranger.came["sent"] += 1
            await asyncio.sleep(AGAIN_AFTER_S)
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


async def compressed(stranger: Stranger, connection: ClientConnection) -> None:
    """Whether or not it was granted, compress."""
    stranger.came["granted"] += len(connection.protocol.extensions)
    text = json.dumps({"type": "heartbeat", "id": "compressed-1", "seq": 0}).encode()
    deflated = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    data = deflated.compress(text) + deflated.flush(zlib.Z_SYNC_FLUSH)
    frame = Frame(Opcode.TEXT, data[:-4]).serialize(mask=True)
    # The library would not write what was not granted.
    connection.transport.write(bytes([frame[0] | COMPRESSED]) + frame[1:])
    stranger.came["sent"] += 1
    await stranger.count_answers(connection)
    await connection.wait_closed()
    stranger.came[f"closed {connection.close_code}"] += 1


async def silent(_stranger: Stranger, connection: ClientConnection) -> None:
    """Answer pings, and nothing else, until the line is cut."""
    async for _ in connection:
        pass


BEHAVIOURS: Final[dict[str, Behaviour]] = {
    behave.__name__: behave for behave in (deaf, flood, oversized, compressed, silent)
}


async def main(url: str, wanted: list[str]) -> None:
    """Everybody at once, until standard input ends."""
    came: dict[str, Counter[str]] = {}
    limits = httpx2.Limits(max_connections=16)
    async with httpx2.AsyncClient(limits=limits) as http:
        strangers, lives = [], []
        for words in wanted:
            kind, _, secrets = words.partition("=")
            came[kind] = Counter()
            for secret in secrets.split(","):
                strangers.append(Stranger(url, secret, http, came[kind]))
                lives.append(asyncio.create_task(strangers[-1].again_and_again(BEHAVIOURS[kind])))
                lives[-1].add_done_callback(_failed)
        arriving = [asyncio.create_task(stranger.arrived.wait()) for stranger in strangers]
        await asyncio.wait(arriving, timeout=ARRIVE_WITHIN_S)
        say("ready")
        await asyncio.to_thread(sys.stdin.read)
        say(json.dumps({kind: dict(counter) for kind, counter in came.items()}))
        # They leave as they behaved: the system closes their sockets.
        os._exit(0)


def _failed(life: asyncio.Task[None]) -> None:
    """None of them ever ends by itself: it is a mistake in here."""
    if not life.cancelled():
        traceback.print_exception(life.exception())
        os._exit(1)


def say(line: str) -> None:
    """To whoever started this."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
