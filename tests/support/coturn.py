"""A throwaway TURN server on loopback, with credentials that the test signs.

TURN speaks UDP and TCP, not Unix sockets: whoever talks to it must be in the same network namespace.
"""

import base64
import hmac
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.ports import free_port
from tests.support.server_process import ServerProcess

REALM = "palvelurinki.test"


class Coturn:
    """A server in its own directory; `secret` is what it and the application share."""

    def __init__(self, directory: Path) -> None:
        self.host = "127.0.0.1"
        self.port = free_port()
        self.secret = "a-secret-of-the-tests"
        options = {
            "--listening-ip": self.host,
            "--relay-ip": self.host,
            "--listening-port": str(self.port),
            "--realm": REALM,
            "--static-auth-secret": self.secret,
            "--pidfile": str(directory / "pid"),
            "--userdb": str(directory / "users"),
            "--log-file": "stdout",
        }
        switches = [
            "-n",  # no configuration file
            "--use-auth-secret",
            "--allow-loopback-peers",
            "--no-cli",
            "--no-tls",
            "--no-dtls",
            "--simple-log",
        ]
        self._server = ServerProcess(
            ["turnserver", *switches, *(word for option in options.items() for word in option)],
            ready="IO method (admin thread)",  # the last of its threads; the listeners came before
            log=directory / "log",
        )

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._server.pid

    @property
    def urls(self) -> list[str]:
        """Its addresses as a browser takes them in `iceServers`."""
        return [f"turn:{self.host}:{self.port}?transport={transport}" for transport in ("udp", "tcp")]

    def credentials(self, identifier: str, expires_at: int) -> tuple[str, str]:
        """Username and password by the TURN REST convention.

        They hold until `expires_at`, in seconds since 1970; coturn 4.6 takes what lies past 2038 for expired.
        """
        username = f"{expires_at}:{identifier}"
        digest = hmac.digest(self.secret.encode(), username.encode(), "sha1")
        return username, base64.b64encode(digest).decode()

    def start(self) -> None:
        """Start the server; returns when it listens."""
        self._server.start()

    def stop(self) -> None:
        """Stop the server; every relayed call through it breaks."""
        self._server.stop()


@contextmanager
def throwaway_coturn() -> Iterator[Coturn]:
    """A running server; stopped afterwards."""
    with tempfile.TemporaryDirectory(prefix="palvelurinki-coturn-") as directory:
        server = Coturn(Path(directory))
        server.start()
        try:
            yield server
        finally:
            server.stop()
