"""A throwaway PostgreSQL cluster on a Unix socket: up in under a second, with as many databases as tests ask for.

    with throwaway_postgres() as postgres:
        async with postgres.database() as url: ...                       # empty
        async with postgres.database(template=await postgres.template("migrated", migrate)) as url: ...

A template is prepared once, and each database made from it is a copy of its files: milliseconds, not migrations.
Unix sockets are reached across network namespaces, and nothing else on the machine can take the port.
"""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg

from tests.support.server_process import ServerProcess, as_user

SUPERUSER = "postgres"


def _program(name: str) -> str:
    """A PostgreSQL program; Debian keeps those of the server outside the PATH, one folder a version."""
    on_path = shutil.which(name)
    if on_path is not None:
        return on_path
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    if not found:
        message = f"PostgreSQL's {name} is not installed: run scripts/system-packages"
        raise FileNotFoundError(message)
    return str(found[-1])


class Postgres:
    """A cluster in its own directory. `durable=False` turns fsync off, which only a power cut would notice.

    `network` (like "10.77.0.0/16") is served by TCP too, on all of this namespace's addresses.
    """

    def __init__(self, directory: Path, *, durable: bool = True, network: str | None = None) -> None:
        self.directory = directory
        self._names = itertools.count(1)
        self._templates: set[str] = set()
        data = directory / "data"
        subprocess.run(
            as_user(
                SUPERUSER,
                [
                    _program("initdb"),
                    f"--pgdata={data}",
                    f"--username={SUPERUSER}",
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--no-sync",
                ],
            ),
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
        )
        if network is not None:
            with (data / "pg_hba.conf").open("a") as rules:
                rules.write(f"host all all {network} trust\n")
        settings = {
            "listen_addresses": "" if network is None else "*",
            "unix_socket_directories": str(directory),
            "fsync": "on" if durable else "off",
            "max_connections": "200",
            "timezone": "UTC",
        }
        options = [option for key, value in settings.items() for option in ("-c", f"{key}={value}")]
        self._server = ServerProcess(
            [_program("postgres"), "-D", str(data), *options],
            ready="database system is ready to accept connections",
            log=directory / "log",
            user=SUPERUSER,
        )

    @property
    def pid(self) -> int | None:
        """The process id of the postmaster while it runs."""
        return self._server.pid

    def start(self) -> None:
        """Start the server, after a stop of either kind too; it recovers first when it must."""
        self._server.start()

    def stop(self) -> None:
        """Stop in order: sessions are closed, and what is committed is on disk."""
        self._server.stop(signal.SIGINT)

    def stop_immediate(self) -> None:
        """Stop as a crash would: no checkpoint, so the next start recovers from the log."""
        self._server.stop(signal.SIGQUIT)

    def url(self, database: str, host: str | None = None) -> str:
        """SQLAlchemy's address of a database here; `host` is one of the served network's."""
        if host is not None:
            return f"postgresql+asyncpg://{SUPERUSER}@{host}/{database}"
        return f"postgresql+asyncpg://{SUPERUSER}@/{database}?host={self.directory}"

    async def template(self, name: str, prepare: Callable[[str], Awaitable[None]]) -> str:
        """Make the template database `name` by `prepare(url)`, the first time it is asked for; returns the name.

        `prepare` must leave no connection open: PostgreSQL copies only databases that nobody uses.
        """
        if name not in self._templates:
            await self._execute(f"CREATE DATABASE {name}")
            await prepare(self.url(name))
            self._templates.add(name)
        return name

    @asynccontextmanager
    async def database(self, template: str = "template1") -> AsyncIterator[str]:
        """A new database, empty or a copy of `template`, dropped afterwards with whatever is still connected."""
        name = f"test_{next(self._names)}"
        await self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            await self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    async def create(self, database: str) -> None:
        """Make an empty database, which is gone with the cluster."""
        await self._execute(f"CREATE DATABASE {database}")

    async def set_up(self, setting: str, value: str) -> None:
        """Change a setting of the running cluster."""
        await self._execute(f"ALTER SYSTEM SET {setting} = {value}")
        await self._execute("SELECT pg_reload_conf()")

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(host=str(self.directory), user=SUPERUSER, database="postgres")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


async def until_someone_waits(url: str) -> None:
    """Ask the server until it says that a transaction in this database waits for a lock."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        while not await connection.fetchval(waits):
            pass
    finally:
        await connection.close()


@contextmanager
def throwaway_postgres(*, durable: bool = True, network: str | None = None) -> Iterator[Postgres]:
    """A running cluster in a temporary directory; stopped and removed afterwards."""
    # Not under pytest's tmp_path: that is closed to other users, and PostgreSQL refuses to run as root.
    directory = Path(tempfile.mkdtemp(prefix="palvelurinki-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(directory, SUPERUSER, SUPERUSER)
        postgres = Postgres(directory, durable=durable, network=network)
        postgres.start()
        try:
            yield postgres
        finally:
            postgres.stop()
    finally:
        shutil.rmtree(directory)
