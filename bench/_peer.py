"""The peer: nextcloud-spreed-signaling, a signalling server in Go, where the Debian package is installed.

Its clients are "internal" ones, who sign in with an HMAC instead of by a Nextcloud behind it.
"""

import hashlib
import hmac
import json
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench._servers import Running
from bench._wire import Socket, connect
from tests.support.ports import free_port
from tests.support.server_process import ServerProcess

PROGRAM = "nextcloud-spreed-signaling-server"
ABSENT = f"{PROGRAM} is not installed, so there is no peer: apt-get install nextcloud-spreed-signaling"
_SECRET = "a-secret-between-the-benchmark-and-its-peer"  # noqa: S105  (of a server that lives for a minute)
# What it answers without relaying it: leaving a room that the session is not in.
HEARTBEAT = b'{"id":"beat-%08d","type":"room","room":{"roomid":""}}'


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
            yield Running(port, process.pid)
        finally:
            process.stop()


async def open_session(port: int, *, source: str = "127.0.0.1") -> tuple[Socket, str]:
    """A socket that has said hello, and the id of its session."""
    socket = await connect(port, "/spreed", source=source)
    random = secrets.token_hex(32)
    token = hmac.new(_SECRET.encode(), random.encode(), hashlib.sha256).hexdigest()
    params = {"random": random, "token": token, "backend": "http://127.0.0.1/"}
    socket.say(
        {"id": "1", "type": "hello", "hello": {"version": "1.0", "auth": {"type": "internal", "params": params}}}
    )
    welcome = await socket.until(lambda message: message["type"] == "hello")
    return socket, welcome["hello"]["sessionid"]


def message(to: str, data: object) -> bytes:
    """A message for one other session."""
    return json.dumps(
        {"type": "message", "message": {"recipient": {"type": "session", "sessionid": to}, "data": data}}
    ).encode()
