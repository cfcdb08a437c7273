"""The peer: nextcloud-spreed-signaling, a signalling server in Go, where the Debian package is installed.

Its clients are "internal" ones, who sign in with an HMAC instead of by a Nextcloud behind it.
"""

import hashlib
import hmac
import json
import secrets
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench._servers import Running
from bench._wire import Socket, connect
from tests.support.ports import free_port
from tests.support.server_process import ServerProcess

PROGRAM = "nextcloud-spreed-signaling-server"
ABSENT = f"{PROGRAM} is not installed, so there is no peer: apt-get install nextcloud-spreed-signaling"
LISTENS_WITHIN_S = 5
_SECRET = "a-secret-between-the-benchmark-and-its-peer"  # noqa: S105  (of a server that lives for a minute)


def installed() -> bool:
    """Whether there is a peer to be measured."""
    return shutil.which(PROGRAM) is not None


@contextmanager
def peer() -> Iterator[Running]:
    """The peer, alone: its bus within the process, no media server."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="palvelurinki-bench-") as name:
        directory = Path(name)
        (directory / "server.conf").write_text(
            f"[http]\nlisten = 127.0.0.1:{port}\n"
            f"[sessions]\nhashkey = {secrets.token_hex(32)}\nblockkey = {secrets.token_hex(16)}\n"
            f"[clients]\ninternalsecret = {_SECRET}\n"
            f"[backend]\nallowall = true\nsecret = {secrets.token_hex(16)}\n"
            "[nats]\nurl = :loopback:\n"
        )
        process = ServerProcess(
            [PROGRAM, "-config", str(directory / "server.conf")], ready="Listening on", log=directory / "log"
        )
        process.start()
        try:
            assert process.pid is not None
            _await_listening(port)
            yield Running(port, process.pid)
        finally:
            process.stop()


def _await_listening(port: int) -> None:
    """It says that it listens a moment before it does."""
    for _ in range(LISTENS_WITHIN_S * 100):
        with suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port)).close()
            return
        time.sleep(0.01)
    raise TimeoutError(f"{PROGRAM} does not listen")


async def open_session(port: int, *, source: str = "127.0.0.1") -> tuple[Socket, str]:
    """A socket that has said hello, and the id of its session."""
    opened = await connect(port, "/spreed", source=source)
    random = secrets.token_hex(32)
    token = hmac.new(_SECRET.encode(), random.encode(), hashlib.sha256).hexdigest()
    params = {"random": random, "token": token, "backend": "http://127.0.0.1/"}
    opened.say(
        {"id": "1", "type": "hello", "hello": {"version": "1.0", "auth": {"type": "internal", "params": params}}}
    )
    welcome = await opened.until(lambda message: message["type"] == "hello")
    return opened, welcome["hello"]["sessionid"]


def message(to: str, data: object) -> bytes:
    """A message for one other session."""
    return json.dumps(
        {"type": "message", "message": {"recipient": {"type": "session", "sessionid": to}, "data": data}}
    ).encode()
