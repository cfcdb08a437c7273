"""Where the parts are wired together. Tests wire their own here, through the same functions."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Final

import structlog
from fastapi import FastAPI

from palvelurinki.adapters.forecasts.process import ForecastProcess
from palvelurinki.adapters.key_tokens import JoseKeyTokens
from palvelurinki.adapters.memory.bus import MemoryBus
from palvelurinki.adapters.memory.signals import MemorySignals
from palvelurinki.adapters.oidc.issuers import OidcIssuers
from palvelurinki.adapters.redis.bus import RedisBus
from palvelurinki.adapters.redis.signals import RedisSignals
from palvelurinki.adapters.sql.probe import SqlProbe
from palvelurinki.adapters.sql.store import beside, open_store
from palvelurinki.adapters.system import HmacPseudonyms, SystemIds
from palvelurinki.application.configuration import load_directory
from palvelurinki.application.estimating import Estimator
from palvelurinki.application.node import UPKEEP, LoadDirectory, Node
from palvelurinki.application.work import Context
from palvelurinki.domain.directory import Directory
from palvelurinki.media.checks import EchoChecks
from palvelurinki.opening import nobody, seals_of, told_of_store
from palvelurinki.ports import Bus, Signals, Store
from palvelurinki.settings import Settings
from palvelurinki.web.app import create_app
from palvelurinki.web.ice import IceServers
from palvelurinki.web.server import Server
from palvelurinki.web.socket.hub import Hub
from palvelurinki.web.vitals import Vitals

SIGNALS_OUTLAST_S: Final = 15.0

log = structlog.get_logger(__name__)


def build_app(settings: Settings) -> FastAPI:
    """The web application on the real adapters."""
    return create_app(settings, open_server)


@asynccontextmanager
async def open_server(settings: Settings) -> AsyncIterator[Server]:
    """A server whose database is up to date and whose configuration is loaded; closed in order at the end.

    Raises StoreAway when waiting may bring the database, StoreUnavailable when it will not.
    """
    async with AsyncExitStack() as stack:
        with told_of_store(settings):
            server = await _opened(settings, stack)
        yield server


def open_bus(settings: Settings) -> Bus:
    """Redis when there is one, else the process itself."""
    return RedisBus(settings.redis_url) if settings.redis_url else MemoryBus()


def open_signals(settings: Settings, bus: Bus) -> Signals:
    """Signals on their way: in Redis, where every node finds them, or in the process that is alone."""
    if settings.redis_url is None:
        return MemorySignals(bus)
    # A little longer than the sessions: a client that comes back at the last moment is still to find them.
    return RedisSignals(settings.redis_url, settings.session_kept_s + SIGNALS_OUTLAST_S)


def loading(settings: Settings) -> LoadDirectory:
    """Loads the configuration in force, and logs ids in the settings that are of none of its issuers."""

    async def load(store: Store) -> Directory:
        directory = await load_directory(store)
        unknown = sorted(settings.issuer_secrets.keys() - directory.issuers.keys())
        # Before the first configuration there is no issuer at all, and nothing is amiss.
        if unknown and directory.revision:
            log.warning("settings.issuer_secrets_of_unknown_issuers", issuers=unknown, revision=directory.revision)
        return directory

    return load


async def _opened(settings: Settings, stack: AsyncExitStack) -> Server:
    ids = SystemIds()
    name = ids.new()
    store = await open_store(settings.database_url, node=name)
    stack.push_async_callback(store.close)
    upkeep = beside(store, settings.database_url, name, UPKEEP)
    stack.push_async_callback(upkeep.close)
    probe = SqlProbe(settings.database_url)
    stack.push_async_callback(probe.close)
    bus = open_bus(settings)
    stack.push_async_callback(bus.close)
    signals = open_signals(settings, bus)
    stack.push_async_callback(signals.close)
    context = Context(
        store=store,
        ids=ids,
        pseudonyms=HmacPseudonyms(settings.secret.get_secret_value()),
        node=name,
        directory=Directory(revision=0),
        notify=nobody,
        upkeep=upkeep,
        seals=seals_of(settings),
        sign_in_idle=timedelta(seconds=settings.sign_in_idle_s),
        sign_in_most=timedelta(seconds=settings.sign_in_most_s),
    )
    forecasts = ForecastProcess()
    stack.push_async_callback(forecasts.close)
    issuers = OidcIssuers(settings.issuer_secrets, settings.issuer_ca)
    stack.push_async_callback(issuers.close)
    node = Node(context, bus, loading(settings), Estimator(context, forecasts))
    await node.start()
    turn_secret = settings.turn_secret.get_secret_value() if settings.turn_secret else None
    ice_servers = IceServers(settings.turn_urls, turn_secret)
    line_checks = EchoChecks(
        settings.line_checks_most,
        [str(address) for address in settings.line_check_addresses],
        lambda: ice_servers.for_session(node.now(), name),
    )
    stack.push_async_callback(line_checks.close)
    line_checks.start()
    return Server(
        settings=settings,
        store=store,
        bus=bus,
        context=context,
        node=node,
        hub=Hub(node, signals, settings.session_kept_s),
        ice_servers=ice_servers,
        vitals=Vitals(node, bus, probe),
        key_tokens=JoseKeyTokens(),
        issuers=issuers,
        line_checks=line_checks,
    )
