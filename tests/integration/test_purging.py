"""A node removes what is past its time by itself, and a command tells and does the same."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.domain.audit import AuditAct, AuditRow
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.retention import BOUNDS, Kept
from palvelurinki.ports import AuditFilter, EventFilter
from tests.contract.builders import ANNA, event, left, save, store_in_call
from tests.integration.conftest import StartServer
from tests.support.command_line import DEMO_SEALS, run_on
from tests.support.server import Ground

WITHIN_S = 20.0


@pytest.fixture
async def aged_ground(ground: Ground) -> Ground:
    """One contact that is past its time and one that is not; of the record, too, one row each."""
    now = datetime.now(UTC)
    old, older = (BOUNDS[kind].default + 2 for kind in (Kept.CONTACTS, Kept.SERVICE_EVENTS))
    await _leave(ground, "young", now - timedelta(days=10), now)
    await _leave(ground, "old", now - timedelta(days=old), now - timedelta(days=older))
    return ground


async def _leave(ground: Ground, name: str, at: datetime, recorded: datetime) -> None:
    store = SqlStore(ground.database_url, lambda: at)
    async with store.transaction() as tx:
        contact = await store_in_call(tx, name, now=at)
        await tx.contacts.free(ANNA, contact.id)
        await save(tx, left(contact, at))
        await tx.service_events.add(event(name, f"{name}-call", recorded))
    await store.close()


async def there(ground: Ground) -> tuple[list[str], list[str]]:
    """Of both names, those whose contact, and those whose event, is there."""
    async with ground.store() as store, store.reading() as tx:
        contacts = [name for name in ("young", "old") if await tx.contacts.load(ContactId(name)) is not None]
        return contacts, [each.id for each in await tx.service_events.list(EventFilter())]


async def test_a_node_purges_by_itself_and_notes_it(aged_ground: Ground, start_server: StartServer) -> None:
    assert await there(aged_ground) == (["young", "old"], ["young", "old"])
    await start_server()
    purged = AuditFilter(act=AuditAct.DATA_PURGED.value)
    async with asyncio.timeout(WITHIN_S), aged_ground.store() as store:
        rows: list[AuditRow] = []
        while not rows:
            async with store.reading() as tx:
                rows = list(await tx.audit.find(purged))
    assert await there(aged_ground) == (["young"], ["young"])
    assert [(row.actor, row.why, row.details) for row in rows] == [
        ("node", "retention", '{"contacts":1,"service_events":1}')
    ]


async def test_the_command_tells_first_and_does_when_told_why(aged_ground: Ground) -> None:
    told, refused = await asyncio.gather(
        asyncio.to_thread(run_on, aged_ground, "purge", "--dry-run"), asyncio.to_thread(run_on, aged_ground, "purge")
    )
    assert (told.returncode, told.stdout.splitlines()[0]) == (0, "contacts: 1 older than 180 days")
    assert "Nothing was removed" in told.stdout
    assert await there(aged_ground) == (["young", "old"], ["young", "old"])
    assert refused.returncode == 2
    done = await asyncio.to_thread(run_on, aged_ground, "purge", "--why", "INC-9", settings=DEMO_SEALS)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Removed."), done.stderr
    assert await there(aged_ground) == (["young"], ["young"])
