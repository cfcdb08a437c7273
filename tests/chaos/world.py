"""Three nodes over one PostgreSQL (fsync on) and one Redis, each node a machine of its own on three lines.

Lines of a node: to the database, to the bus, and from the clients. All that starts, stops or cuts something blocks, so
it runs on threads of the world's own, which live as long as the world: what they started ends with them.
"""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from palvelurinki.adapters.sql.migrate import upgrade
from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.application.configuration import apply
from tests.chaos.configuration import EXPERTS, ONLOOKERS, TERMINALS, chaos_configuration
from tests.chaos.network import NETWORK, Line, Machine
from tests.support.certificate import certify
from tests.support.postgres import Postgres, throwaway_postgres
from tests.support.redis import RedisServer, throwaway_redis
from tests.support.server import sign_in_with
from tests.support.server_command import COMMAND
from tests.support.server_process import ServerProcess

NODES: Final = ("a", "b", "c")
DATABASE: Final = "chaos"
PORT: Final = 8080
REDIS_PORT: Final = 6379
SECRET: Final = "a-secret-of-the-chaos-runs-and-of-nothing-else"
# A node's line to strangers, while there are any: this number and the node's place. Each has addresses of its own, for
# the system may take a minute to remove what led to a machine that has vanished.
STREETS: Final = {"street": 50, "alley": 60}
# Longer than any run.
SIGNED_IN_FOR: Final = timedelta(hours=12)
HEARTBEAT_S: Final = 2
SESSION_KEPT_S: Final = 20
# Debian's libfaketime, one folder an architecture; only the wall clock is false, timers go on as they should.
FAKETIME: Final = next((str(path) for path in Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), "")

T = TypeVar("T")


class Node:
    """One server process on a machine of its own. Its methods block."""

    def __init__(self, name: str, directory: Path) -> None:
        number = 10 * (NODES.index(name) + 1)
        self.name = name
        self.machine = Machine(name)
        self.database = Line(f"{name}-database", number + 1, self.machine)
        self.bus = Line(f"{name}-bus", number + 2, self.machine)
        self.clients = Line(f"{name}-clients", number + 3, self.machine)
        self.lines = (self.database, self.bus, self.clients)
        self.url = f"https://{self.clients.there}:{PORT}"
        self.streets = {street: first + NODES.index(name) for street, first in STREETS.items()}
        self._log = directory / f"node-{name}.log"
        self._tls = directory / f"tls-{name}"
        self._tls.mkdir()
        # As in production, with nobody in front: the node itself ends TLS.
        self.certificate = certify(self._tls, (), [self.clients.there, *map(self._street, self.streets)])
        self._process: ServerProcess | None = None

    def street_url(self, street: str) -> str:
        """Where strangers find it."""
        return f"https://{self._street(street)}:{PORT}"

    def _street(self, street: str) -> str:
        return f"10.77.{self.streets[street]}.2"

    @property
    def runs(self) -> bool:
        """Whether there is a process."""
        return self._process is not None and self._process.pid is not None

    @property
    def pid(self) -> int:
        """The server's process."""
        pid = self._process.pid if self._process is not None else None
        if pid is None:
            raise RuntimeError(f"node {self.name} does not run")
        return pid

    def start(self, clock: str | None = None) -> None:
        """Start it; `clock` is what it takes the time for, as libfaketime writes it ("+1h")."""
        environment = {
            "PALVELURINKI_DATABASE_URL": f"postgresql+asyncpg://postgres@{self.database.here}/{DATABASE}",
            "PALVELURINKI_REDIS_URL": f"redis://{self.bus.here}:{REDIS_PORT}",
            "PALVELURINKI_HOST": "0.0.0.0",  # noqa: S104  # all of its own machine's lines
            "PALVELURINKI_PORT": str(PORT),
            "PALVELURINKI_ORIGINS": json.dumps([self.url, *map(self.street_url, self.streets)]),
            "PALVELURINKI_TLS_CERTIFICATE": str(self.certificate),
            "PALVELURINKI_TLS_KEY": str(self._tls / "key.pem"),
            "PALVELURINKI_SECRET": SECRET,
            # Nobody here proves a line, and the cores are for the nodes.
            "PALVELURINKI_LINE_CHECKS_MOST": "0",
            "PALVELURINKI_HEARTBEAT_S": str(HEARTBEAT_S),
            "PALVELURINKI_SESSION_KEPT_S": str(SESSION_KEPT_S),
        }
        if clock is not None:
            environment |= {"LD_PRELOAD": FAKETIME, "FAKETIME": clock, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        assignments = [f"{name}={value}" for name, value in environment.items()]
        self._process = ServerProcess(
            # KILL, for one that stands still would never hear of anything milder.
            ["setpriv", "--pdeathsig", "KILL", *self.machine.inside(["env", *assignments, str(COMMAND), "serve"])],
            ready="Palvelurinki serves",
            log=self._log,
        )
        self._process.start()

    def stop(self) -> None:
        """End it in order; does nothing when it does not run."""
        self._stop(signal.SIGTERM)

    def kill(self) -> None:
        """Take it away."""
        self._stop(signal.SIGKILL)

    def pause(self) -> None:
        """It stands still wherever it is."""
        os.kill(self.pid, signal.SIGSTOP)

    def wake(self) -> None:
        """It goes on, and does not know for how long it stood."""
        os.kill(self.pid, signal.SIGCONT)

    def resident_mib(self) -> float:
        """The memory that it takes now."""
        fields = Path(f"/proc/{self.pid}/status").read_text().split()
        return int(fields[fields.index("VmRSS:") + 1]) / 1024

    def remove(self) -> None:
        """Nothing of it is left."""
        self.kill()
        self.machine.remove()

    def _stop(self, how: signal.Signals) -> None:
        if self._process is not None:
            process, self._process = self._process, None
            process.stop(how)


@dataclass(slots=True)
class World:
    """All of it. `secrets` are the sign-ins of the terminals and experts, by id."""

    directory: Path
    postgres: Postgres
    redis: RedisServer
    nodes: dict[str, Node]
    threads: ThreadPoolExecutor
    secrets: dict[str, str] = field(default_factory=dict)
    # When the nodes must have noticed the last of what happens without a word, by this machine's steady clock.
    settles_at: float = 0.0

    async def do(self, work: Callable[..., T], *arguments: Any) -> T:  # noqa: ANN401 - those of `work`
        """Run what blocks, beside the loop."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work, *arguments)

    @property
    def store_url(self) -> str:
        """The database, for whoever is not a node."""
        return self.postgres.url(DATABASE)

    async def at_once(self, work: Callable[[Node], object]) -> None:
        """Do this with all nodes at the same time."""
        await asyncio.gather(*(self.do(work, node) for node in self.nodes.values()))


@asynccontextmanager
async def running_world(directory: Path) -> AsyncIterator[World]:
    """The world, serving; nothing of it is left afterwards."""
    async with AsyncExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(8, thread_name_prefix="world"))
        loop = asyncio.get_running_loop()

        async def entered(make: Callable[[], Any]) -> Any:  # noqa: ANN401 - what the context gives
            context = make()
            thing = await loop.run_in_executor(threads, context.__enter__)
            stack.push_async_callback(_in_thread, threads, lambda: context.__exit__(None, None, None))
            return thing

        postgres = await entered(lambda: throwaway_postgres(durable=True, network=NETWORK))
        redis = await entered(lambda: throwaway_redis(REDIS_PORT))
        nodes = {}
        for name in NODES:
            node = nodes[name] = await loop.run_in_executor(threads, Node, name, directory)
            stack.push_async_callback(_in_thread, threads, node.remove)
        # Whom this process trusts from now on; it does nothing else than to run this world.
        trusted = directory / "trusted.pem"
        trusted.write_text("".join(node.certificate.read_text() for node in nodes.values()))
        os.environ["SSL_CERT_FILE"] = str(trusted)
        world = World(directory, postgres, redis, nodes, threads)
        await _prepare(world)
        await world.at_once(Node.start)
        yield world


async def _in_thread(threads: ThreadPoolExecutor, leave: Callable[[], object]) -> None:
    await asyncio.get_running_loop().run_in_executor(threads, leave)


async def _prepare(world: World) -> None:
    await world.postgres.create(DATABASE)
    await upgrade(world.store_url)
    store = SqlStore(world.store_url)
    try:
        await apply(store, chaos_configuration(), "chaos.yaml", applied_by="chaos")
        principals = [f"terminal:{each}" for each in TERMINALS]
        principals += [f"staff:{each}" for experts in (*EXPERTS.values(), ONLOOKERS) for each in experts]
        # Sign-in by password or key is not what is tried here: everybody has signed in before.
        async with store.transaction() as tx:
            for principal in principals:
                secret = f"secret-of-{principal.replace(':', '-')}"
                await sign_in_with(tx, principal, secret, SIGNED_IN_FOR)
                world.secrets[principal] = secret
    finally:
        await store.close()
