"""One node's line to PostgreSQL, which a test cuts and mends while everybody else's stays whole.

It is a socket of its own that leads to the cluster's. Cut, it swallows what is sent at either end and takes whoever
comes anew without a word, as a network does that drops packets. It has a thread of its own: tests wait for servers.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

SOCKET = ".s.PGSQL.5432"
AT_ONCE = 65536
WITHIN_S = 10.0


class DatabaseLine:
    """`directory` is where the node finds its database; `whole` says whether it does."""

    def __init__(self, directory: Path, cluster: Path) -> None:
        self._directory = directory
        self._cluster = cluster
        self._whole, self._over = asyncio.Event(), asyncio.Event()
        self._thread: threading.Thread | None = None
        self._lost: set[asyncio.StreamWriter] = set()

    def leads(self, url: str) -> str:
        """The same database, by this line."""
        return make_url(url).update_query_dict({"host": str(self._directory)}).render_as_string(hide_password=False)

    def cut(self) -> None:
        """Nothing gets through any more."""
        self._loop.call_soon_threadsafe(self._whole.clear)

    def mend(self) -> None:
        """Who comes now gets through; what was under way is lost."""
        self._loop.call_soon_threadsafe(self._begin_anew)

    def start(self) -> None:
        """Take connections from now on."""
        listening = threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=(self._run(listening),), daemon=True)
        self._thread.start()
        assert listening.wait(WITHIN_S)

    def stop(self) -> None:
        """Take none any more."""
        self._loop.call_soon_threadsafe(self._over.set)
        assert self._thread is not None
        self._thread.join(WITHIN_S)

    async def _run(self, listening: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._whole.set()
        async with await asyncio.start_unix_server(self._serve, str(self._directory / SOCKET)):
            listening.set()
            await self._over.wait()
            self._begin_anew()

    def _begin_anew(self) -> None:
        while self._lost:
            self._lost.pop().transport.abort()
        self._whole.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lost.add(writer)
        try:
            await self._whole.wait()
            there, back = await asyncio.open_unix_connection(str(self._cluster / SOCKET))
            self._lost.add(back)
            await asyncio.gather(self._carry(reader, back), self._carry(there, writer))
        except (OSError, asyncio.CancelledError):
            # Either end has gone, or the line itself: Python 3.11 logs a traceback of a handler that ends cancelled.
            pass
        finally:
            writer.transport.abort()
            self._lost.discard(writer)

    async def _carry(self, come: asyncio.StreamReader, go: asyncio.StreamWriter) -> None:
        try:
            while data := await come.read(AT_ONCE):
                await self._whole.wait()
                go.write(data)
        finally:
            go.transport.abort()
            self._lost.discard(go)


@contextmanager
def database_line(directory: Path, cluster: Path) -> Iterator[DatabaseLine]:
    """A line from a socket in `directory` to the cluster's."""
    line = DatabaseLine(directory, cluster)
    line.start()
    try:
        yield line
    finally:
        line.stop()
