"""The server as a person runs it: the real command in a process of its own, on a database of the test's."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from palvelurinki.store_settings import DEMO_SECRET
from tests.support.ports import free_port
from tests.support.server_process import ServerProcess

COMMAND = Path(sys.executable).parent / "palvelurinki"


@contextmanager
def demo_on_sqlite(directory: Path) -> Iterator[str]:
    """What `make run` starts; gives its address."""
    port = free_port()
    process = ServerProcess(
        [str(COMMAND), "demo", "--port", str(port), "--data", str(directory)],
        ready="The demo is ready",
        log=directory / "server.log",
    )
    with _running(process):
        yield f"http://localhost:{port}"


@contextmanager
def demo_on(database_url: str, redis_url: str, directory: Path, port: int | None = None) -> Iterator[str]:
    """A server on PostgreSQL and Redis with the demo's people; the configuration has been applied before."""
    port = port or free_port()
    environment = {
        **store_environment(database_url),
        "PALVELURINKI_REDIS_URL": redis_url,
        "PALVELURINKI_PORT": str(port),
        "PALVELURINKI_DEMO": "true",
        "PALVELURINKI_SECRET": DEMO_SECRET,
    }
    assignments = [f"{name}={value}" for name, value in environment.items()]
    process = ServerProcess(
        ["env", *assignments, str(COMMAND), "serve"],
        ready="Palvelurinki serves",
        log=directory / "server.log",
    )
    with _running(process):
        yield f"http://localhost:{port}"


def store_environment(database_url: str) -> Mapping[str, str]:
    """What the command line needs to reach a store."""
    return {"PALVELURINKI_DATABASE_URL": database_url}


@contextmanager
def _running(process: ServerProcess) -> Iterator[None]:
    process.start()
    try:
        yield
    finally:
        process.stop()
