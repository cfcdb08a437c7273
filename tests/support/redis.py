"""A throwaway Redis on a Unix socket, which keeps nothing."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.support.server_process import ServerProcess


class RedisServer:
    """A server in its own directory. What it held is gone after a stop, as with a lost node.

    `port` serves it by TCP too, on all of this namespace's addresses.
    """

    def __init__(self, directory: Path, port: int = 0) -> None:
        self._socket = directory / "redis.sock"
        options = {
            "--port": str(port),
            "--protected-mode": "no",
            "--unixsocket": str(self._socket),
            "--dir": str(directory),
            "--save": "",
            "--appendonly": "no",
        }
        self._server = ServerProcess(
            ["redis-server", *(word for option in options.items() for word in option)],
            ready="ready to accept connections at",
            log=directory / "log",
        )

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._server.pid

    @property
    def url(self) -> str:
        """The address for redis-py."""
        return f"unix://{self._socket}"

    def start(self) -> None:
        """Start the server, empty."""
        self._server.start()

    def stop(self) -> None:
        """Stop the server; every client loses its connection."""
        self._server.stop()

    def flush(self) -> None:
        """Forget everything, for the next test."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()


@contextmanager
def throwaway_redis(port: int = 0) -> Iterator[RedisServer]:
    """A running server in a temporary directory; stopped and removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="palvelurinki-redis-") as directory:
        server = RedisServer(Path(directory), port)
        server.start()
        try:
            yield server
        finally:
            server.stop()
