"""What is past its time goes, all that belongs to it too, and nothing else: on every store."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select
from structlog.testing import capture_logs

from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.adapters.sql.tables import metadata
from palvelurinki.adapters.system import HmacSeals
from palvelurinki.application.audit_verifying import verify
from palvelurinki.application.auditing import Anchor, Chainer
from palvelurinki.application.purging import AT_ONCE, EVERY, over, purge, purge_daily
from palvelurinki.domain.audit import NODE, AuditAct, AuditRow
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import ServiceId, TerminalId
from palvelurinki.domain.offer import OfferId
from palvelurinki.domain.retention import BOUNDS, Kept, Retention
from palvelurinki.domain.waiting.telling import Prediction
from palvelurinki.ports import EventFilter, Store
from tests.contract.builders import ANNA, RING, event, left, save, store_in_call, waiting
from tests.contract.conftest import START, ManualClock
from tests.contract.schema import on_database
from tests.contract.tampering import execute, unguard
from tests.contract.test_explanations import GROUNDS

SEALS = HmacSeals("a secret of at least thirty-two characters")
RETENTION = Retention()
LONG_AGO = datetime(2000, 1, 1, tzinfo=START.tzinfo)


@pytest.fixture
async def sql_store(url: str, clock: ManualClock) -> AsyncIterator[SqlStore]:
    """A store on either database, on `clock`, whose rows a test may get at."""
    store = SqlStore(url, clock)
    yield store
    await store.close()


async def served(store: Store, clock: ManualClock, name: str, at: datetime) -> None:
    """A contact that was rung, called and ended at `at`, with all that it leaves behind."""
    now, clock.at = clock.at, at
    async with store.transaction() as tx:
        contact = await store_in_call(tx, name, now=at)
        await tx.explanations.add(OfferId(f"{name}-offer"), replace(GROUNDS, at=at))
        await tx.contacts.free(ANNA, contact.id)
        await save(tx, left(contact, at))
        await tx.service_events.add(event(f"{name}-event", f"{name}-call", at))
        told = Prediction(ContactId(name), RING, ServiceId("housing"), at, 1.0, 2.0, 1.0, 1.0, 1.0)
        await tx.estimates.foretell([told])
    clock.at = now


async def left_of(store: Store, *names: str) -> Mapping[str, str]:
    """Of each what is there: c(ontact), o(ffer), g(rounds), p(rediction), e(vent)."""
    async with store.reading() as tx:
        events = {each.id for each in await tx.service_events.list(EventFilter())}
        foretold = {
            told.contact for told, _ in await tx.estimates.outcomes(LONG_AGO, START + timedelta(days=9999), None)
        }
        found = {}
        for name in names:
            offer = OfferId(f"{name}-offer")
            there = {
                "c": await tx.contacts.load(ContactId(name)) is not None,
                "o": await tx.contacts.find_offer(offer) is not None,
                "g": bool(await tx.explanations.of([offer])),
                "p": name in foretold,
                "e": f"{name}-event" in events,
            }
            found[name] = "".join(letter for letter, is_there in there.items() if is_there)
        return found


async def test_each_kind_goes_when_its_time_is_over_and_not_before(timed: Store, clock: ManualClock) -> None:
    ages = {"new": 1, "c6": 179, "c7": 181, "g8": 89, "g9": 91, "old": 2600}
    for name, days in ages.items():
        await served(timed, clock, name, START - timedelta(days=days))
    removed = await purge(timed, RETENTION, SEALS, NODE, "retention")
    assert removed == {Kept.CONTACTS: 2, Kept.EXPLANATIONS: 2, Kept.SERVICE_EVENTS: 1}
    assert await left_of(timed, *ages) == {
        "new": "cogpe",
        "c6": "cope",
        "c7": "e",
        "g8": "cogpe",
        "g9": "cope",
        "old": "",
    }
    # Nothing is left to do, and nothing is noted of it.
    assert await purge(timed, RETENTION, SEALS, NODE, "retention") == {}
    clock.advance(days=92)
    assert (await over(timed, RETENTION))[Kept.CONTACTS] == 3


async def test_what_has_not_ended_never_goes(timed: Store, clock: ManualClock) -> None:
    async with timed.transaction() as tx:
        await tx.contacts.add(waiting("waits", TerminalId("kiosk-9")))
        await store_in_call(tx, "talks")
    clock.advance(days=4000)
    assert sum((await over(timed, RETENTION)).values()) == 0
    assert await purge(timed, RETENTION, SEALS, NODE, "retention") == {}
    assert await left_of(timed, "waits", "talks") == {"waits": "c", "talks": "co"}


async def test_record_of_the_time_that_is_kept_stays_the_same(timed: Store, clock: ManualClock) -> None:
    for days in (1, 200, 400, 2000, 2556):
        await served(timed, clock, f"kept-{days}", START - timedelta(days=days))
    for days in (2558, 3000, 4000):
        await served(timed, clock, f"over-{days}", START - timedelta(days=days))
    since = START - timedelta(days=BOUNDS[Kept.SERVICE_EVENTS].default)
    async with timed.reading() as tx:
        before = await tx.service_events.list(EventFilter(first=since))
    assert len(before) == 5
    await purge(timed, RETENTION, SEALS, NODE, "retention")
    async with timed.reading() as tx:
        assert await tx.service_events.list(EventFilter()) == before


async def test_more_than_a_batch_goes_in_one_purge(timed: Store) -> None:
    count = AT_ONCE + 3
    async with timed.transaction() as tx:
        for number in range(count):
            await tx.service_events.add(event(f"e{number}", f"call-{number}", START - timedelta(days=3000)))
    assert await purge(timed, RETENTION, SEALS, NODE, "retention") == {Kept.SERVICE_EVENTS: count}


async def test_what_went_is_noted(timed: Store, clock: ManualClock) -> None:
    await served(timed, clock, "old", START - timedelta(days=200))
    await purge(timed, RETENTION, SEALS, "command:operator", "INC-3")
    await Chainer(timed, SEALS).chain()
    async with timed.reading() as tx:
        [row] = await tx.audit.rows(0, 10)
    assert (row.actor, row.act, row.why, row.details) == (
        "command:operator",
        AuditAct.DATA_PURGED,
        "INC-3",
        '{"contacts":1}',
    )


async def test_one_node_purges_a_day(timed: Store, clock: ManualClock) -> None:
    await served(timed, clock, "old", START - timedelta(days=200))
    assert await purge_daily(timed, RETENTION, SEALS) == {Kept.CONTACTS: 1}
    await served(timed, clock, "older", START - timedelta(days=300))
    assert await purge_daily(timed, RETENTION, SEALS) == {}
    clock.at += EVERY
    assert await purge_daily(timed, RETENTION, SEALS) == {Kept.CONTACTS: 1}


async def test_other_periods_are_kept_to(timed: Store, clock: ManualClock) -> None:
    days = {kind: bounds.default for kind, bounds in BOUNDS.items()} | {Kept.CONTACTS: 30}
    await served(timed, clock, "month", START - timedelta(days=31))
    assert await purge(timed, Retention(tuple(days.items())), SEALS, NODE, "retention") == {Kept.CONTACTS: 1}
    assert await left_of(timed, "month") == {"month": "e"}


async def test_nothing_refers_to_what_is_gone(sql_store: SqlStore, url: str, clock: ManualClock) -> None:
    for number, days in enumerate((10, 200, 300, 2700)):
        await served(sql_store, clock, f"c{number}", START - timedelta(days=days))
    await purge(sql_store, RETENTION, SEALS, NODE, "retention")
    assert await left_of(sql_store, "c0", "c1", "c2", "c3") == {"c0": "cogpe", "c1": "e", "c2": "e", "c3": ""}
    assert await on_database(url, _orphans) == []


def _orphans(connection: Connection) -> list[str]:
    """Rows that refer to what is not there, by their tables."""
    found: list[str] = []
    for table in metadata.sorted_tables:
        for foreign in table.foreign_keys:
            there = select(foreign.column)
            column = foreign.parent
            missing = select(column).where(column.is_not(None), column.not_in(there))
            found.extend(f"{table.name}.{column.name} {row[0]}" for row in connection.execute(missing))
    return found


# ---- The audit log ----------------------------------------------------------------------------------------------


async def noted(store: Store, clock: ManualClock, count: int, days_apart: float) -> None:
    chainer = Chainer(store, SEALS)
    for number in range(count):
        async with store.transaction() as tx:
            await tx.audit.note(NODE, AuditAct.CONTACT_SHOWN, f"{number}")
        await chainer.chain()
        clock.advance(days=days_apart)


async def rows_of(store: Store) -> list[AuditRow]:
    async with store.reading() as tx:
        return list(await tx.audit.rows(0, 10_000))


async def test_audit_log_is_cut_from_its_old_end_and_the_rest_verifies(timed: Store, clock: ManualClock) -> None:
    await noted(timed, clock, 10, 365)
    before = await rows_of(timed)
    removed = await purge(timed, RETENTION, SEALS, NODE, "retention")
    assert removed == {Kept.AUDIT: 5}
    rows = await rows_of(timed)
    assert rows == before[5:]
    verdict = await verify(timed, SEALS, Anchor(5, before[4].hash))
    assert (verdict.faults, verdict.start.seq, verdict.head.seq) == ([], 5, 10)
    [fault] = (await verify(timed, SEALS, Anchor(3, before[2].hash))).faults
    assert fault.code == "anchor.too_old"
    # It goes on, and the purge is the next thing in it.
    await Chainer(timed, SEALS).chain()
    assert [row.act for row in (await rows_of(timed))[-1:]] == [AuditAct.DATA_PURGED]
    assert (await verify(timed, SEALS, None)).faults == []


async def test_whole_audit_log_may_be_past_its_time(timed: Store, clock: ManualClock) -> None:
    await noted(timed, clock, 3, 1)
    clock.advance(days=4000)
    await purge(timed, RETENTION, SEALS, NODE, "retention")
    assert await rows_of(timed) == []
    assert (await verify(timed, SEALS, None)).faults == []
    await Chainer(timed, SEALS).chain()
    assert [row.seq for row in await rows_of(timed)] == [4]
    assert (await verify(timed, SEALS, None)).faults == []


async def test_nobody_purges_the_audit_log_without_seals(timed: Store, clock: ManualClock) -> None:
    await noted(timed, clock, 2, 4000)
    assert await purge(timed, RETENTION, None, NODE, "retention") == {}


@pytest.mark.parametrize("column", ["actor", "hash"])
async def test_row_that_was_altered_is_not_purged(
    sql_store: SqlStore, url: str, clock: ManualClock, column: str
) -> None:
    """Purging it would hide what was done to it, or seal it."""
    await noted(sql_store, clock, 4, 1)
    clock.advance(days=4000)
    await unguard(url)
    await execute(url, f"UPDATE audit SET {column} = {column} || '0' WHERE seq = 4")  # noqa: S608  # ours
    with capture_logs() as logs:
        await purge(sql_store, RETENTION, SEALS, NODE, "retention")
    assert "audit.not_purged" in [each["event"] for each in logs]
    assert len(await rows_of(sql_store)) == 4
