"""The audit log on every store: notes, the chain made of them, and what is kept of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.adapters.system import HmacSeals
from palvelurinki.application.audit_verifying import verify
from palvelurinki.application.auditing import AT_ONCE, Anchor, Chainer, resume
from palvelurinki.domain.audit import NODE, AuditAct, AuditRow
from palvelurinki.ports import AuditFilter, Store
from tests.contract.conftest import START, ManualClock
from tests.contract.tampering import execute, unguard

SEALS = HmacSeals("a secret of at least thirty-two characters")
NEWER = HmacSeals("another secret of thirty-two characters and more", ["a secret of at least thirty-two characters"])


@pytest.fixture
async def sql_store(url: str) -> AsyncIterator[SqlStore]:
    """A store on either database, whose rows a test may get at."""
    store = SqlStore(url)
    yield store
    await store.close()


async def note_some(store: Store, count: int, first: int = 0) -> None:
    """Each in a transaction of its own, as they come."""
    for number in range(first, first + count):
        async with store.transaction() as tx:
            await tx.audit.note("staff:anna", AuditAct.CONTACT_SHOWN, f"contact:c{number}", "offer", "kela")


async def rows_of(store: Store) -> list[AuditRow]:
    async with store.reading() as tx:
        return list(await tx.audit.rows(0, 1_000_000))


async def faults_of(store: Store, expected: Anchor | None = None, seals: HmacSeals = SEALS) -> list[str]:
    return [fault.code for fault in (await verify(store, seals, expected)).faults]


async def test_notes_become_rows_in_the_order_of_their_coming(timed: Store, clock: ManualClock) -> None:
    async with timed.transaction() as tx:
        await tx.audit.note("staff:anna", AuditAct.CONTACT_SHOWN, "contact:c1", "offer", "kela", {"place": 1})
        await tx.audit.note(NODE, AuditAct.DATA_PURGED)
    clock.advance(seconds=1)
    await note_some(timed, 3, first=2)
    assert await Chainer(timed, SEALS).chain() == 5
    rows = await rows_of(timed)
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    first = rows[0]
    assert (first.actor, first.act, first.about, first.why) == ("staff:anna", "contact.shown", "contact:c1", "offer")
    assert (first.organisation, first.details, first.at) == ("kela", '{"place":1}', "2093-03-02T09:00:00.000000+00:00")
    assert (rows[1].organisation, rows[1].details, rows[1].about) == (None, "{}", "")
    assert [row.about for row in rows[2:]] == ["contact:c2", "contact:c3", "contact:c4"]
    verdict = await verify(timed, SEALS, None)
    assert (verdict.rows, verdict.faults, verdict.head.seq) == (5, [], 5)
    async with timed.looking() as tx:
        assert not await tx.audit.waits()


async def test_note_of_a_transaction_that_fails_was_never_made(store: Store) -> None:
    async def fail() -> None:
        async with store.transaction() as tx:
            await tx.audit.note("staff:anna", AuditAct.CONTACT_SHOWN)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await Chainer(store, SEALS).chain() == 0
    assert await rows_of(store) == []


async def test_empty_log_is_sound(store: Store) -> None:
    assert await Chainer(store, SEALS).chain() == 0
    assert await faults_of(store) == []
    # What waits is not a part of the chain yet.
    await note_some(store, 2)
    assert await faults_of(store) == []


async def test_more_than_a_batch_is_chained_at_once(store: Store) -> None:
    async with store.transaction() as tx:
        for number in range(AT_ONCE * 2 + 1):
            await tx.audit.note(NODE, AuditAct.DATA_PURGED, f"number:{number}")
    assert await Chainer(store, SEALS).chain() == AT_ONCE * 2 + 1
    assert [row.about for row in await rows_of(store)] == [f"number:{number}" for number in range(AT_ONCE * 2 + 1)]
    assert await faults_of(store) == []


async def test_several_chainers_chain_each_note_once(store: Store) -> None:
    chainers = [Chainer(store, SEALS) for _ in range(3)]

    async def go_on(chainer: Chainer, noting: "asyncio.Task[None]") -> None:
        while not noting.done():
            await chainer.chain()

    noting = asyncio.create_task(note_some(store, 60))
    await asyncio.gather(noting, *(go_on(chainer, noting) for chainer in chainers))
    await chainers[0].chain()
    rows = await rows_of(store)
    assert sorted(row.about for row in rows) == sorted(f"contact:c{number}" for number in range(60))
    assert await faults_of(store) == []


async def test_whoever_finds_the_ends_taken_leaves_it_to_the_other(postgresql_store: SqlStore) -> None:
    await note_some(postgresql_store, 1)
    async with postgresql_store.transaction() as tx:
        assert await tx.audit.take_ends() is not None
        assert await Chainer(postgresql_store, SEALS).chain() == 0
    assert await Chainer(postgresql_store, SEALS).chain() == 1


async def test_note_that_is_committed_late_comes_after_those_that_were_chained_before(
    postgresql_store: SqlStore,
) -> None:
    chainer = Chainer(postgresql_store, SEALS)
    async with postgresql_store.transaction() as late:
        await late.audit.note(NODE, AuditAct.DATA_PURGED, "late")
        # It is written, and so has its number, before the others have theirs.
        assert await late.audit.waits()
        await note_some(postgresql_store, 2)
        assert await chainer.chain() == 2
    assert await chainer.chain() == 1
    assert [row.about for row in await rows_of(postgresql_store)] == ["contact:c0", "contact:c1", "late"]
    assert await faults_of(postgresql_store) == []


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        (AuditFilter(), ["c", "b", "a"]),
        (AuditFilter(limit=2), ["c", "b"]),
        (AuditFilter(actor="staff:anna"), ["b", "a"]),
        (AuditFilter(act="data.purged"), ["c"]),
        (AuditFilter(about="b"), ["b"]),
        (AuditFilter(organisation="kela"), ["a"]),
        (AuditFilter(first=START + timedelta(seconds=1)), ["c", "b"]),
        (AuditFilter(last=START + timedelta(seconds=1)), ["b", "a"]),
    ],
)
async def test_rows_are_found_by_what_they_say(
    timed: Store, clock: ManualClock, narrowed: AuditFilter, found: list[str]
) -> None:
    for actor, act, about, organisation in (
        ("staff:anna", AuditAct.CONTACT_SHOWN, "a", "kela"),
        ("staff:anna", AuditAct.CONTACT_SHOWN, "b", "vero"),
        (NODE, AuditAct.DATA_PURGED, "c", None),
    ):
        async with timed.transaction() as tx:
            await tx.audit.note(actor, act, about, organisation=organisation)
        clock.advance(seconds=1)
    await Chainer(timed, SEALS).chain()
    async with timed.reading() as tx:
        assert [row.about for row in await tx.audit.find(narrowed)] == found


async def test_rows_sealed_by_a_former_secret_still_verify(store: Store) -> None:
    await note_some(store, 2)
    await Chainer(store, SEALS).chain()
    assert await faults_of(store, seals=NEWER) == ["start.former_key", "head.former_key"]
    await note_some(store, 2, first=2)
    await Chainer(store, NEWER).chain()
    assert await faults_of(store, seals=NEWER) == []
    assert len({row.key for row in await rows_of(store)}) == 2
    # Whoever has lost the former one is told so, and not that all is well.
    without = HmacSeals("another secret of thirty-two characters and more")
    assert await faults_of(store, seals=without) == ["row.altered", "row.altered"]


async def test_rows_of_a_former_secret_do_not_come_after_newer_ones(store: Store) -> None:
    """Whoever has come by a secret that was given up for that reason adds nothing to the chain."""
    await note_some(store, 1)
    await Chainer(store, NEWER).chain()
    await note_some(store, 1)
    with capture_logs() as logs:
        await Chainer(store, SEALS).chain()
    assert "audit.halted" in [each["event"] for each in logs]
    # Were it to set the chain going by itself, it would be seen.
    await resume(store, SEALS, "command:intruder", "")
    await Chainer(store, SEALS).chain()
    assert "row.former_key" in await faults_of(store, seals=NEWER)


async def test_head_is_told_once_a_day(timed: Store, clock: ManualClock) -> None:
    chainer = Chainer(timed, SEALS)
    with capture_logs() as logs:
        await chainer.chain()
        assert logs == []
        for _ in range(3):
            clock.advance(days=1)
            await note_some(timed, 1)
            await chainer.chain()
            await note_some(timed, 1)
            await chainer.chain()
    heads = [(each["event"], each["seq"]) for each in logs]
    assert heads == [("audit.head", 1), ("audit.head", 3), ("audit.head", 5)]
    rows = await rows_of(timed)
    anchors = [Anchor(int(each["seq"]), str(each["hash"])) for each in logs]
    assert anchors == [Anchor(row.seq, row.hash) for row in rows[::2]]
    for anchor in anchors:
        assert await faults_of(timed, anchor) == []


# ---- The database keeps the rows itself ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'staff:bert' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit",
    ],
)
async def test_database_refuses_to_change_rows(sql_store: SqlStore, url: str, statement: str) -> None:
    await note_some(sql_store, 3)
    await Chainer(sql_store, SEALS).chain()
    before = await rows_of(sql_store)
    with pytest.raises(DBAPIError, match="kept as they are"):
        await execute(url, statement)
    assert await rows_of(sql_store) == before


async def test_postgresql_refuses_to_empty_the_table(postgresql_url: str, postgresql_store: SqlStore) -> None:
    await note_some(postgresql_store, 1)
    await Chainer(postgresql_store, SEALS).chain()
    with pytest.raises(DBAPIError, match="kept as they are"):
        await execute(postgresql_url, "TRUNCATE audit")


# ---- A chain whose ends are not as they were left ---------------------------------------------------------------


async def test_nobody_goes_on_from_ends_that_somebody_else_made(sql_store: SqlStore, url: str) -> None:
    await note_some(sql_store, 3)
    await Chainer(sql_store, SEALS).chain()
    rows = await rows_of(sql_store)
    await execute(url, "UPDATE audit_mark SET seq = 2, hash = :hash WHERE name = 'head'", hash=rows[1].hash)
    await note_some(sql_store, 1, first=3)
    chainer = Chainer(sql_store, SEALS)
    with capture_logs() as logs:
        assert await chainer.chain() == await chainer.chain() == 0
    # Told once, not each time.
    assert [each["event"] for each in logs if each["log_level"] == "error"] == ["audit.halted"]
    assert await rows_of(sql_store) == rows
    # What was noted meanwhile waits, and is chained once somebody has looked.
    assert await resume(sql_store, SEALS, "command:op", "INC-1") == 3
    assert await resume(sql_store, SEALS, "command:op", "INC-1") is None
    assert await chainer.chain() == 2
    assert [row.act for row in (await rows_of(sql_store))[3:]] == ["contact.shown", "audit.resumed"]
    assert await faults_of(sql_store) == []


async def test_node_that_has_seen_more_does_not_go_on_from_less(sql_store: SqlStore, url: str) -> None:
    """The whole log put back to what it was: its seals fit, but this node knows better."""
    chainer = Chainer(sql_store, SEALS)
    await note_some(sql_store, 2)
    await chainer.chain()
    async with sql_store.reading() as tx:
        head = (await tx.audit.ends()).head
    await note_some(sql_store, 2, first=2)
    await chainer.chain()
    anchor = Anchor(4, (await rows_of(sql_store))[3].hash)
    await unguard(url)
    await execute(url, "DELETE FROM audit WHERE seq > 2")
    back = {"hash": head.hash, "seal": head.seal}
    await execute(url, "UPDATE audit_mark SET seq = 2, hash = :hash, seal = :seal WHERE name = 'head'", **back)
    guards = ["guard.missing"] * 2
    assert await faults_of(sql_store) == guards
    assert await faults_of(sql_store, anchor) == [*guards, "anchor.missing"]
    await note_some(sql_store, 1, first=4)
    with capture_logs() as logs:
        await chainer.chain()
    assert "audit.halted" in [each["event"] for each in logs]
