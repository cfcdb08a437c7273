"""What somebody has made unreadable, or taken away altogether: it is told as such, and hides nothing else.

On both engines, as far as each lets the owner of the database go: SQLite keeps any value in any column.
"""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.adapters.system import HmacSeals
from palvelurinki.application.audit_verifying import verify
from palvelurinki.application.auditing import Chainer, resume
from palvelurinki.application.purging import purge
from palvelurinki.domain.audit import NODE, UNREADABLE, AuditAct, AuditRow
from palvelurinki.domain.retention import Retention
from palvelurinki.ports import AuditDamaged, AuditFilter
from tests.contract.conftest import ManualClock
from tests.contract.tampering import DROP, execute, unguard

SEALS = HmacSeals("a secret of at least thirty-two characters")
ROWS = 5
GUARDS = [(0, "guard.missing")] * 2
TEXTS = ["at", "actor", "organisation", "act", "about", "why", "details", "key", "previous", "hash"]
REMOVE_MARK = "DELETE FROM audit_mark WHERE name = :name"


@pytest.fixture
async def log(url: str, clock: ManualClock) -> AsyncIterator[SqlStore]:
    """A store whose log has rows, and guards."""
    store = SqlStore(url, clock)
    await note(store, ROWS)
    await Chainer(store, SEALS).chain()
    yield store
    await store.close()


@pytest.fixture
async def sqlite_log(sqlite_url: str, clock: ManualClock) -> AsyncIterator[SqlStore]:
    """The same on SQLite alone."""
    store = SqlStore(sqlite_url, clock)
    await note(store, ROWS)
    await Chainer(store, SEALS).chain()
    yield store
    await store.close()


async def note(store: SqlStore, count: int) -> None:
    async with store.transaction() as tx:
        for number in range(count):
            await tx.audit.note("staff:anna", AuditAct.CONTACT_SHOWN, f"contact:{number}", "ääkköset", "kela")


async def found_in(store: SqlStore) -> list[tuple[int, str]]:
    return [(fault.seq, fault.code) for fault in (await verify(store, SEALS, None)).faults]


async def rows_of(store: SqlStore) -> list[AuditRow]:
    async with store.reading() as tx:
        return list(await tx.audit.rows(0, 1000))


async def halts(store: SqlStore) -> str:
    """A node's chainer that comes by again and again says once why it stands still; returns why."""
    chainer = Chainer(store, SEALS)
    await note(store, 1)
    with capture_logs() as logs:
        assert [await chainer.chain() for _ in range(5)] == [0] * 5
    [told] = [each for each in logs if each["log_level"] == "error"]
    assert told["event"] == "audit.halted"
    return str(told["why"])


# ---- Rows ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["cast(x'fffe' AS TEXT)", "x'fffe'", "CAST({column} AS BLOB)"])
@pytest.mark.parametrize("column", TEXTS)
async def test_row_that_cannot_be_read_hides_no_other(
    sqlite_log: SqlStore, sqlite_url: str, column: str, value: str
) -> None:
    await unguard(sqlite_url)
    await execute(sqlite_url, f"UPDATE audit SET {column} = {value.format(column=column)} WHERE seq = 3")  # noqa: S608
    await execute(sqlite_url, "UPDATE audit SET actor = 'staff:bert' WHERE seq = 5")
    found = await found_in(sqlite_log)
    assert {(3, "row.altered"), (5, "row.altered")} <= set(found)
    assert {seq for seq, _ in found} <= {0, 3, 4, 5}
    rows = await rows_of(sqlite_log)
    assert [row.is_readable for row in rows] == [True, True, False, True, True]
    assert str(getattr(rows[2], column)).startswith(UNREADABLE)
    assert rows[0].why == "ääkköset"
    async with sqlite_log.reading() as tx:
        assert list(await tx.audit.find(AuditFilter())) == rows[::-1]


async def test_log_goes_on_after_a_newest_row_that_cannot_be_read(sqlite_log: SqlStore, sqlite_url: str) -> None:
    await unguard(sqlite_url)
    await execute(sqlite_url, "UPDATE audit SET hash = cast(x'fffe' AS TEXT) WHERE seq = :last", last=ROWS)
    assert "row 5" in await halts(sqlite_log)
    assert await resume(sqlite_log, SEALS, "command:op", "INC-1") == ROWS
    assert await Chainer(sqlite_log, SEALS).chain() == 2
    assert await found_in(sqlite_log) == [*GUARDS, (ROWS, "row.altered")]


# ---- Ends ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["start", "head"])
async def test_end_that_is_missing_is_told_and_the_rest_is_checked(log: SqlStore, url: str, name: str) -> None:
    await unguard(url)
    await execute(url, REMOVE_MARK, name=name)
    assert await found_in(log) == [*GUARDS, (0, f"{name}.missing")]
    await execute(url, "UPDATE audit SET actor = 'staff:bert' WHERE seq = 2")
    assert await found_in(log) == [*GUARDS, (0, f"{name}.missing"), (2, "row.altered")]


@pytest.mark.parametrize("names", [["start"], ["head"], ["start", "head"]])
async def test_log_whose_end_is_missing_halts_and_can_be_set_going(log: SqlStore, url: str, names: list[str]) -> None:
    for name in names:
        await execute(url, REMOVE_MARK, name=name)
    before = await rows_of(log)
    assert f"the {names[0]} of the chain is missing" in await halts(log)
    assert await rows_of(log) == before
    assert await resume(log, SEALS, "command:op", "INC-1") == ROWS
    assert await resume(log, SEALS, "command:op", "INC-1") is None
    assert await Chainer(log, SEALS).chain() == 2
    assert [row.act for row in (await rows_of(log))[ROWS:]] == ["contact.shown", "audit.resumed"]
    assert await found_in(log) == []


async def test_missing_start_does_not_hide_rows_that_were_removed_with_it(log: SqlStore, url: str) -> None:
    await unguard(url)
    await execute(url, "DELETE FROM audit WHERE seq <= 2")
    await execute(url, REMOVE_MARK, name="start")
    await resume(log, SEALS, "command:op", "INC-1")
    assert await found_in(log) == [*GUARDS, (3, "row.removed")]


async def test_nothing_is_purged_from_a_log_whose_end_is_missing(log: SqlStore, url: str, clock: ManualClock) -> None:
    await execute(url, REMOVE_MARK, name="start")
    clock.at += timedelta(days=4000)
    with capture_logs() as logs:
        await purge(log, Retention(), SEALS, NODE, "retention")
    assert "audit.not_purged" in [each["event"] for each in logs]
    assert len(await rows_of(log)) == ROWS


@pytest.mark.parametrize("value", ["'x'", "1.5", "x'05'", "cast(x'fffe' AS TEXT)"])
@pytest.mark.parametrize("name", ["start", "head"])
async def test_end_without_a_number_is_altered(sqlite_log: SqlStore, sqlite_url: str, name: str, value: str) -> None:
    await execute(sqlite_url, f"UPDATE audit_mark SET seq = {value} WHERE name = :name", name=name)  # noqa: S608  # ours
    assert await found_in(sqlite_log) == [(0, f"{name}.altered")]
    assert f"the {name} is not sealed" in await halts(sqlite_log)
    assert await resume(sqlite_log, SEALS, "command:op", "INC-1") == ROWS
    assert await Chainer(sqlite_log, SEALS).chain() == 2
    assert await found_in(sqlite_log) == []


# ---- The table, and what guards it ---------------------------------------------------------------------------------


async def test_log_whose_table_is_gone_halts(log: SqlStore, url: str, kind: str) -> None:
    await execute(url, DROP[kind])
    with pytest.raises(AuditDamaged, match="audit"):
        await verify(log, SEALS, None)
    with pytest.raises(AuditDamaged):
        await resume(log, SEALS, "command:op", "INC-1")
    assert "not as the server left it" in await halts(log)
    with capture_logs() as logs:
        await purge(log, Retention(), SEALS, NODE, "retention")
    assert [each["event"] for each in logs] == ["audit.not_purged"]


async def test_guards_that_are_gone_are_told(log: SqlStore, url: str) -> None:
    assert await found_in(log) == []
    await unguard(url)
    assert await found_in(log) == GUARDS


async def test_guard_that_is_disabled_is_told(postgresql_url: str) -> None:
    store = SqlStore(postgresql_url)
    await execute(postgresql_url, "ALTER TABLE audit DISABLE TRIGGER audit_kept")
    assert [fault.message for fault in (await verify(store, SEALS, None)).faults if "audit_kept" in fault.message]
    assert await found_in(store) == [(0, "guard.missing")]
    await store.close()


async def test_log_that_was_wiped_is_told_by_the_configuration(log: SqlStore, url: str) -> None:
    """As far as it can be: what a new database has is no configuration, or one whose note waits."""
    async with log.transaction() as tx:
        await tx.configurations.add("document", "anna", 0)
    await unguard(url)
    await execute(url, "DELETE FROM audit")
    await execute(url, "UPDATE audit_mark SET seq = 0, hash = :hash, key = '', seal = ''", hash="0" * 64)
    assert await found_in(log) == [*GUARDS, (0, "log.wiped")]
    # What a node has noted since does not make up for it; the note of a configuration is what a new log begins with.
    await note(log, 1)
    assert await found_in(log) == [*GUARDS, (0, "log.wiped")]
    async with log.transaction() as tx:
        await tx.audit.note("command:op", AuditAct.CONFIGURATION_CHANGED, "configuration:1")
    assert await found_in(log) == GUARDS
