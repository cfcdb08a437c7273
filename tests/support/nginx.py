"""A throwaway nginx in front of two nodes, with the configuration that deploy/ offers; only addresses are changed."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import which

from typing_extensions import override

from tests.support.certificate import certify
from tests.support.ports import free_port
from tests.support.server import Server
from tests.support.server_process import ServerProcess

OFFERED = Path(__file__).parents[2] / "deploy" / "nginx" / "palvelurinki.conf"


class Proxy(Server):
    """nginx, with TLS; `certificate` is what clients must trust. At `plain_port` it is asked without TLS."""

    def __init__(self, directory: Path, port: int, nodes: Sequence[Server]) -> None:
        super().__init__(port)
        self.url = f"https://localhost:{port}"
        self.certificate = certify(directory)
        self.plain_port = free_port()
        (directory / "site.conf").write_text(_placed(OFFERED.read_text(), directory, (port, self.plain_port), nodes))
        (directory / "nginx.conf").write_text(_around(directory))
        program = which("nginx") or "/usr/sbin/nginx"
        self._process = ServerProcess(
            [program, "-p", str(directory), "-c", str(directory / "nginx.conf"), "-g", "daemon off;"],
            ready="start worker process ",
            log=directory / "log",
        )

    @property
    @override
    def socket_url(self) -> str:
        """Where the socket is."""
        return f"wss://localhost:{self.port}/ws/v1"

    def start(self) -> None:
        """Start it and wait until it listens."""
        self._process.start()

    def stop(self) -> None:
        """Stop it; every client loses its connection."""
        self._process.stop()


def _placed(offered: str, directory: Path, ports: tuple[int, int], nodes: Sequence[Server]) -> str:
    port, plain_port = ports
    changes = {
        # The doors, where they listen and where they are named.
        "18081": str(free_port()),
        "18082": str(free_port()),
        "127.0.0.1:8081": f"127.0.0.1:{nodes[0].port}",
        "127.0.0.1:8082": f"127.0.0.1:{nodes[1].port}",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "listen 80;": f"listen 127.0.0.1:{plain_port};",
        "server_name palvelu.example.fi": "server_name localhost",
        "/etc/ssl/palvelurinki": str(directory),
        "/var/log/nginx": str(directory),
    }
    for there, here in changes.items():
        assert there in offered, there
        offered = offered.replace(there, here)
    return offered


def _around(directory: Path) -> str:
    """What the system's own nginx.conf is otherwise."""
    user = "user root;" if os.geteuid() == 0 else ""
    places = " ".join(
        f"{name}_temp_path {directory}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"{user} pid {directory}/pid; error_log stderr notice; worker_processes 2;\n"
        f"events {{ worker_connections 1024; }}\n"
        f"http {{ {places}\n include {directory}/site.conf; }}\n"
    )


@contextmanager
def throwaway_proxy(port: int, nodes: Sequence[Server]) -> Iterator[Proxy]:
    """A running proxy in a temporary directory; stopped and removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="palvelurinki-nginx-") as directory:
        proxy = Proxy(Path(directory), port, nodes)
        proxy.start()
        try:
            yield proxy
        finally:
            proxy.stop()
