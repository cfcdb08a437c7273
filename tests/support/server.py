"""The real server beside a test: the real application under uvicorn, with the limits that production has.

`ServerThread` runs in this process, so a test can shorten a limit that no setting shortens; `ServerCommand` is a
process of its own, which a test can kill. Both run on a `Ground`: a migrated database and, or not, a Redis.
"""

import json
import secrets
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

import uvicorn
from pydantic import SecretStr

from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.application import credentials
from palvelurinki.application.configuration import apply
from palvelurinki.client import Client, Options, open_demo
from palvelurinki.client.tickets import COOKIES
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.presence import Presence
from palvelurinki.domain.record import ServiceEvent
from palvelurinki.ports import EventFilter, SignIn, Transaction
from palvelurinki.protocol.views import StaffSnapshot, TerminalSnapshot
from palvelurinki.serving import make_server
from palvelurinki.settings import DEMO_SECRET, Settings
from tests.support.ports import free_port
from tests.support.server_command import COMMAND
from tests.support.server_process import ServerProcess

START_WITHIN_S = 20.0
STOP_WITHIN_S = 20.0
# What the command says once it serves.
SERVES = "Palvelurinki serves"
# No test waits as long as this for anything that happens; it bounds how long a failing one takes.
PATIENT = Options(answer_within_s=10.0, connect_within_s=10.0, chance=lambda: 0.1)


async def ticket_for(tx: Transaction, principal: str) -> str:
    """A ticket of somebody who is signed in by the very same secret, for half an hour."""
    ticket = secrets.token_urlsafe(32)
    await sign_in_with(tx, principal, ticket, timedelta(minutes=30))
    await tx.credentials.add_ticket(
        credentials.digest(ticket), credentials.digest(ticket), await tx.now() + timedelta(minutes=30)
    )
    return ticket


async def sign_in_with(tx: Transaction, principal: str, secret: str, life: timedelta) -> None:
    """Whoever has this secret is the principal from now on."""
    now = await tx.now()
    await tx.credentials.add_sign_in(SignIn(credentials.digest(secret), principal, now, now + life, now + life))


def cookie_for(ticket: str) -> str:
    """The cookies of whoever a `ticket_for` was made for, whichever kind they are."""
    return "; ".join(f"{name}={ticket}" for name in COOKIES.values())


@dataclass(frozen=True, slots=True)
class Ground:
    """What servers stand on: a migrated database, and the Redis by which several of them hear of each other."""

    database_url: str
    redis_url: str | None

    @asynccontextmanager
    async def store(self) -> AsyncIterator[SqlStore]:
        """The truth, beside the servers that stand on it."""
        store = SqlStore(self.database_url)
        try:
            yield store
        finally:
            await store.close()

    async def configure(self, text: str) -> None:
        """Put the configuration in force."""
        async with self.store() as store:
            await apply(store, text, "test.yaml", applied_by="test")

    async def tickets(self, principals: Sequence[str]) -> list[str]:
        """A ticket for each (`terminal:ID`, `staff:ID`), as from another node where they have signed in.

        The handshake is to carry `cookie_for` it.
        """
        async with self.store() as store, store.transaction() as tx:
            return [await ticket_for(tx, principal) for principal in principals]

    async def service_events(self) -> list[ServiceEvent]:
        """The record, newest first."""
        async with self.store() as store, store.reading() as tx:
            return list(await tx.service_events.list(EventFilter()))

    async def presence(self, staff: str) -> Presence:
        """A person's stored status; how many offers in a row were missed is on no screen."""
        async with self.store() as store, store.reading() as tx:
            [(presence, _, _)] = await tx.presences.of([StaffId(staff)])
            return presence

    def settings(self, **changes: object) -> Settings:
        """The demo's settings on this ground, at a free port."""
        return Settings.model_validate(
            {
                "database_url": self.database_url,
                "redis_url": self.redis_url,
                "port": free_port(),
                "demo": True,
                "secret": SecretStr(DEMO_SECRET),
                # A process more for each server, which few tests have a use for.
                "line_checks_most": 0,
                **changes,
            }
        )


class Server:
    """A server by its address."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    @property
    def socket_url(self) -> str:
        """Where its socket is."""
        return f"ws://127.0.0.1:{self.port}/ws/v1"

    @asynccontextmanager
    async def terminal(self, identifier: str, options: Options = PATIENT) -> AsyncIterator[Client[TerminalSnapshot]]:
        """A demo terminal, connected."""
        secret = await open_demo(self.url, "terminal", identifier)
        async with Client(self.url, "terminal", secret, options) as client:
            yield client

    @asynccontextmanager
    async def staff(self, identifier: str, options: Options = PATIENT) -> AsyncIterator[Client[StaffSnapshot]]:
        """A demo member of staff, connected."""
        secret = await open_demo(self.url, "staff", identifier)
        async with Client(self.url, "staff", secret, options) as client:
            yield client

    def advisor(
        self, identifier: str = "mikkeli-neuvoja", options: Options = PATIENT
    ) -> AbstractAsyncContextManager[Client[StaffSnapshot]]:
        """An advisor's desk: the console of somebody who takes no calls."""
        return self.staff(identifier, options)

    @asynccontextmanager
    async def expert(self, identifier: str, options: Options = PATIENT) -> AsyncIterator[Client[StaffSnapshot]]:
        """A demo expert, ready to take calls."""
        async with self.staff(identifier, options) as client:
            await client.make_ready()
            yield client


class ServerThread(Server):
    """A server in a thread of this process."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.port)
        self._started = threading.Event()
        self._settings = settings
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start it and wait until it listens."""
        self._started.clear()
        self._server = make_server(self._settings, self._started.set, log_level="warning")
        self._thread = threading.Thread(target=self._server.run, name=f"server {self.port}", daemon=True)
        self._thread.start()
        if not self._started.wait(START_WITHIN_S):
            message = f"no server at {self.url} within {START_WITHIN_S:.0f} s"
            raise TimeoutError(message)

    def stop(self) -> None:
        """Stop it in order; does nothing when it does not run."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join(STOP_WITHIN_S)
        assert not self._thread.is_alive(), f"the server at {self.url} did not stop"
        self._server = self._thread = None


class ServerCommand(Server):
    """A server as an operator runs it, in a process of its own; `log` is its output."""

    def __init__(self, settings: Settings, log: Path, ready: str = SERVES) -> None:
        super().__init__(settings.port)
        self.log = log
        environment = {
            "PALVELURINKI_DATABASE_URL": settings.database_url,
            "PALVELURINKI_REDIS_URL": settings.redis_url,
            "PALVELURINKI_PORT": str(settings.port),
            "PALVELURINKI_DEMO": str(settings.demo).lower(),
            "PALVELURINKI_SECRET": settings.secret.get_secret_value(),
            "PALVELURINKI_HEARTBEAT_S": str(settings.heartbeat_s),
            "PALVELURINKI_SESSION_KEPT_S": str(settings.session_kept_s),
            "PALVELURINKI_ORIGINS": json.dumps(settings.origins),
            "PALVELURINKI_STATIC_DIR": str(settings.static_dir),
            "PALVELURINKI_MESSAGES_PER_S": str(settings.messages_per_s),
            "PALVELURINKI_LINE_CHECKS_MOST": str(settings.line_checks_most),
            "PALVELURINKI_LINE_CHECKS_PER_MINUTE": str(settings.line_checks_per_minute),
            "PALVELURINKI_LINE_CHECK_ADDRESSES": json.dumps([str(each) for each in settings.line_check_addresses]),
            "PALVELURINKI_ISSUER_CA": str(settings.issuer_ca) if settings.issuer_ca else None,
            "PALVELURINKI_ISSUER_SECRETS": json.dumps(
                {issuer: secret.get_secret_value() for issuer, secret in settings.issuer_secrets.items()}
            ),
        }
        assignments = [f"{name}={value}" for name, value in environment.items() if value is not None]
        self._process = ServerProcess(["env", *assignments, str(COMMAND), "serve"], ready=ready, log=log)

    @property
    def pid(self) -> int | None:
        """Its process while it runs."""
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it serves, or says what else it was to be waited for."""
        self._process.start()

    def begin(self) -> None:
        """Start it without waiting."""
        self._process.begin()

    def wait(self) -> None:
        """Wait until it serves, or says what else it was to be waited for."""
        self._process.wait()

    def said(self, words: str) -> str:
        """Wait until it says these words, or has said them; returns the line."""
        return self._process.said(words)

    def send(self, how: Signals) -> None:
        """Send it a signal, and go on."""
        self._process.send(how)

    def ended(self) -> int:
        """Wait until it has ended; returns its exit code."""
        return self._process.ended()

    def stop(self) -> None:
        """Stop it in order; does nothing when it does not run."""
        self._process.stop(SIGTERM)

    def kill(self) -> None:
        """Take it away as a crash does."""
        self._process.stop(SIGKILL)


def start_together(nodes: Sequence[ServerCommand], stack: ExitStack) -> None:
    """Start them at once and wait for each; `stack` stops them."""
    for node in nodes:
        node.begin()
        stack.callback(node.stop)
    for node in nodes:
        node.wait()
