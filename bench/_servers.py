"""The servers that are measured: ours as an operator runs it, and the two that stand beside it in the same run."""

import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from palvelurinki.adapters.sql.migrate import upgrade
from tests.support.ports import free_port
from tests.support.postgres import throwaway_postgres
from tests.support.redis import throwaway_redis
from tests.support.server import Ground, ServerCommand
from tests.support.server_process import ServerProcess

REPOSITORY = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Running:
    """A server by its port and its process."""

    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Ours(Running):
    """`palvelurinki serve`, and what it stands on."""

    ground: Ground

    async def tickets(self, principals: Sequence[str]) -> list[str]:
        """A ticket for each, as a signed-in page of another node would get it: what signing in costs is not asked."""
        return await self.ground.tickets(principals)


@contextmanager
def ours(configuration: str, **settings: object) -> Iterator[Ours]:
    """The real server on a PostgreSQL that syncs to disk, and Redis."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="palvelurinki-bench-")))
        postgres = stack.enter_context(throwaway_postgres(durable=True))
        redis = stack.enter_context(throwaway_redis())
        database = postgres.url("postgres")
        ground = Ground(database, redis.url)
        asyncio.run(_prepare(ground, configuration))
        server = ServerCommand(ground.settings(**settings), directory / "server.log")
        server.start()
        stack.callback(server.stop)
        assert server.pid is not None
        yield Ours(server.port, server.pid, ground)


async def _prepare(ground: Ground, configuration: str) -> None:
    await upgrade(ground.database_url)
    await ground.configure(configuration)


@contextmanager
def bare() -> Iterator[Running]:
    """The bare FastAPI relay."""
    with tempfile.TemporaryDirectory(prefix="palvelurinki-bench-") as directory:
        port = free_port()
        process = ServerProcess(
            ["env", f"PYTHONPATH={REPOSITORY}", sys.executable, "-m", "bench._bare", str(port)],
            ready="serves",
            log=Path(directory) / "log",
        )
        process.start()
        try:
            assert process.pid is not None
            yield Running(port, process.pid)
        finally:
            process.stop()
