"""What a dead node holds in PostgreSQL is taken from it, whenever it began."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import make_url

from palvelurinki.adapters.sql.postgresql import PostgresqlDriver
from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.adapters.system import HmacPseudonyms, SystemIds
from palvelurinki.application import connections
from palvelurinki.application.changes import Changes
from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Context
from palvelurinki.domain.directory import Directory
from palvelurinki.domain.presence import Presence
from tests.contract.builders import ANNA

ANNAS = str(Principal.staff(ANNA))


async def _nobody(_changes: Changes) -> None:
    """Tells nobody."""


async def test_what_it_had_only_just_begun_is_ended_once_it_has_been_waited_for(postgresql_url: str) -> None:
    """Too young at the look that finds the node dead, for a node that is slow may be in the middle of its beat."""
    store = SqlStore(PostgresqlDriver(make_url(postgresql_url), node="alive"))
    ids, pseudonyms = SystemIds(), HmacPseudonyms("a secret of the test's")
    context = Context(store, ids, pseudonyms, "alive", Directory(revision=0), _nobody)
    async with store.transaction() as tx:
        await tx.presences.save(await tx.presences.load(ANNA))
        await tx.presences.save(Presence(ANNA, misses=1))
        await tx.connections.open(ANNAS, "session", "dead", "token")
        await tx.connections.beat("dead")
        await tx.housekeeping.declare_dead("dead", await tx.now() - 2 * context.node_timeout)
    stuck = await asyncpg.connect(
        postgresql_url.replace("+asyncpg", ""), server_settings={"application_name": "palvelurinki dead"}
    )
    await stuck.execute("BEGIN; SELECT FROM presence FOR UPDATE")
    # At work as PostgreSQL sees it, so no time limit for idle ones ends it.
    at_work = asyncio.create_task(stuck.execute("SELECT pg_sleep(600)"))
    assert await connections.lose_dead_nodes(context) == 1
    with pytest.raises(asyncpg.PostgresConnectionError):
        await at_work
    async with store.reading() as tx:
        lost = await tx.connections.get(ANNAS)
    assert lost is not None
    assert lost.lost_at is not None
    await store.close()
