"""Where the parts are wired together. Tests wire their own here, through the same functions."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from fastapi import FastAPI
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from palvelurinki.adapters.memory.bus import MemoryBus
from palvelurinki.adapters.redis.bus import RedisBus
from palvelurinki.adapters.sql.store import SqlStore, open_store
from palvelurinki.adapters.system import HmacPseudonyms, SystemIds, chance
from palvelurinki.application.configuration import load_directory
from palvelurinki.application.estimating import Estimator
from palvelurinki.application.node import Node
from palvelurinki.application.work import Context
from palvelurinki.domain.directory import Directory
from palvelurinki.domain.errors import PalvelurinkiError
from palvelurinki.ports import Bus
from palvelurinki.settings import Settings, StoreSettings
from palvelurinki.web.app import create_app
from palvelurinki.web.ice import IceServers
from palvelurinki.web.server import Server
from palvelurinki.web.socket.hub import Hub


def build_app(settings: Settings) -> FastAPI:
    """The web application on the real adapters."""
    return create_app(settings, open_server)


@asynccontextmanager
async def open_server(settings: Settings) -> AsyncIterator[Server]:
    """A server whose database is up to date and whose configuration is loaded; closed in order at the end."""
    store = await open_store(settings.database_url)
    try:
        bus = open_bus(settings)
        try:
            yield await _server(settings, store, bus)
        finally:
            await bus.close()
    finally:
        await store.close()


class StoreUnavailable(PalvelurinkiError):
    """The database is not there, not reached, or not one of ours."""

    code = "store.unavailable"


@asynccontextmanager
async def open_store_from(settings: StoreSettings, *, must_exist: bool = True) -> AsyncIterator[SqlStore]:
    """The store alone, up to date, for the command line.

    With `must_exist` an SQLite file that is missing is not made: who asks for what is there gets no empty answer.
    Raises StoreUnavailable.
    """
    try:
        if must_exist:
            _require_file(settings)
        store = await open_store(settings.database_url)
    except (SQLAlchemyError, OSError, asyncpg.PostgresError) as error:
        first_line = str(error).partition("\n")[0]
        raise StoreUnavailable(f"PALVELURINKI_DATABASE_URL leads to no usable database: {first_line}") from error
    try:
        yield store
    finally:
        await store.close()


def _require_file(settings: StoreSettings) -> None:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        raise StoreUnavailable(f"there is no database at {url.database}: set PALVELURINKI_DATABASE_URL to where it is")


def open_bus(settings: Settings) -> Bus:
    """Redis when there is one, else the process itself."""
    return RedisBus(settings.redis_url) if settings.redis_url else MemoryBus()


async def _server(settings: Settings, store: SqlStore, bus: Bus) -> Server:
    ids = SystemIds()
    context = Context(
        store=store,
        ids=ids,
        pseudonyms=HmacPseudonyms(settings.secret.get_secret_value()),
        node=ids.new(),
        directory=Directory(revision=0),
        notify=_nobody,
    )
    node = Node(context, bus, load_directory, Estimator(context, chance))
    await node.start()
    turn_secret = settings.turn_secret.get_secret_value() if settings.turn_secret else None
    return Server(
        settings=settings,
        store=store,
        bus=bus,
        context=context,
        node=node,
        hub=Hub(node, settings.session_kept_s),
        ice_servers=IceServers(settings.turn_urls, turn_secret),
    )


async def _nobody(_touched: Collection[str]) -> None:
    """Nobody is told before the node takes over."""
