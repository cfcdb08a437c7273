"""Whoever has the database, and not the server's secret, changes nothing of the audit log unseen.

On both engines, with all that the owner of the database may do. What this cannot find has tests of its own: an anchor
that is kept elsewhere is needed against putting everything back to what it was.
"""

import random
from collections.abc import AsyncIterator
from dataclasses import fields

import pytest

from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.adapters.system import HmacSeals
from palvelurinki.application.audit_verifying import verify
from palvelurinki.application.auditing import Anchor, Chainer, chained
from palvelurinki.domain.audit import AuditAct, AuditMark, AuditNote, AuditRow
from tests.contract.conftest import START
from tests.contract.tampering import execute, unguard

SEALS = HmacSeals("a secret of at least thirty-two characters")
FOREIGN = HmacSeals("what an intruder makes up, who knows no better")
ROWS = 12
COLUMNS = [each.name for each in fields(AuditRow)]


@pytest.fixture
async def log(url: str) -> AsyncIterator[SqlStore]:
    """A store whose log has rows, and no guards."""
    store = SqlStore(url)
    for number in range(ROWS):
        async with store.transaction() as tx:
            await tx.audit.note(
                f"staff:s{number}", AuditAct.CONTACT_SHOWN, f"contact:c{number}", "offer", "kela", {"n": 1}
            )
        if number % 4 == 3:
            await Chainer(store, SEALS).chain()
    await unguard(url)
    yield store
    await store.close()


async def found_in(store: SqlStore, expected: Anchor | None = None) -> dict[int, set[str]]:
    """The codes of what is found, by row; that the fixture took the guards away is found each time, and left out."""
    faults = (await verify(store, SEALS, expected)).faults
    assert [fault.code for fault in faults[:2]] == ["guard.missing", "guard.missing"]
    found: dict[int, set[str]] = {}
    for fault in faults[2:]:
        found.setdefault(fault.seq, set()).add(fault.code)
    return found


async def rows_of(store: SqlStore) -> list[AuditRow]:
    async with store.reading() as tx:
        return list(await tx.audit.rows(0, 1000))


async def head_of(store: SqlStore) -> AuditMark:
    async with store.reading() as tx:
        return (await tx.audit.ends()).head


async def test_untouched_log_is_sound(log: SqlStore) -> None:
    assert await found_in(log) == {}
    verdict = await verify(log, SEALS, Anchor(5, (await rows_of(log))[4].hash))
    assert (verdict.rows, {fault.code for fault in verdict.faults}) == (ROWS, {"guard.missing"})


@pytest.mark.parametrize("seq", [1, 6, ROWS])
@pytest.mark.parametrize("column", [name for name in COLUMNS if name != "seq"])
async def test_altered_column_is_found(log: SqlStore, url: str, column: str, seq: int) -> None:
    await execute(url, f"UPDATE audit SET {column} = {column} || '.' WHERE seq = :seq", seq=seq)  # noqa: S608  # ours
    found = await found_in(log)
    assert "row.altered" in found[seq]
    assert set(found) <= {seq, seq + 1}


async def test_altered_organisation_that_becomes_none_is_found(log: SqlStore, url: str) -> None:
    await execute(url, "UPDATE audit SET organisation = NULL WHERE seq = 3")
    assert await found_in(log) == {3: {"row.altered"}}


@pytest.mark.parametrize("seed", range(12))
async def test_any_alteration_of_any_text_is_found(log: SqlStore, url: str, seed: int) -> None:
    """One character of one text: another one, one more, one less."""
    chance = random.Random(seed)
    row = chance.choice(await rows_of(log))
    column = chance.choice([name for name in COLUMNS if name != "seq" and getattr(row, name)])
    text = getattr(row, column)
    place = chance.randrange(len(text))
    other = chance.choice("0aZé ")
    altered = chance.choice(
        [
            text[:place] + other + text[place + 1 :],
            text[:place] + other + text[place:],
            text[:place] + text[place + 1 :],
        ]
    )
    if altered == text:
        altered += "x"
    await execute(url, f"UPDATE audit SET {column} = :text WHERE seq = :seq", text=altered, seq=row.seq)  # noqa: S608
    assert "row.altered" in (await found_in(log))[row.seq]


@pytest.mark.parametrize("seq", [1, 2, 7, ROWS - 1])
async def test_removed_row_is_found(log: SqlStore, url: str, seq: int) -> None:
    await execute(url, "DELETE FROM audit WHERE seq = :seq", seq=seq)
    assert await found_in(log) == {seq + 1: {"row.removed"}}


async def test_removed_row_is_found_when_the_rest_closes_up(log: SqlStore, url: str) -> None:
    await execute(url, "DELETE FROM audit WHERE seq = 5")
    for seq in range(6, ROWS + 1):
        await execute(url, "UPDATE audit SET seq = seq - 1 WHERE seq = :seq", seq=seq)
    found = await found_in(log)
    assert {5, ROWS - 1} <= set(found)
    assert "tail.cut" in found[ROWS - 1]


@pytest.mark.parametrize("left", [0, 1, ROWS - 1])
async def test_cut_tail_is_found(log: SqlStore, url: str, left: int) -> None:
    await execute(url, "DELETE FROM audit WHERE seq > :left", left=left)
    assert await found_in(log) == {left: {"tail.cut"}}


async def test_cut_tail_is_found_when_the_head_is_moved(log: SqlStore, url: str) -> None:
    rows = await rows_of(log)
    await execute(url, "DELETE FROM audit WHERE seq > 9")
    await execute(url, "UPDATE audit_mark SET seq = 9, hash = :hash WHERE name = 'head'", hash=rows[8].hash)
    assert await found_in(log) == {9: {"head.altered"}}


async def test_swapped_rows_are_found(log: SqlStore, url: str) -> None:
    for one, other in ((4, -1), (8, 4), (-1, 8)):
        await execute(url, "UPDATE audit SET seq = :other WHERE seq = :one", one=one, other=other)
    found = await found_in(log)
    assert "row.altered" in found[4]
    assert "row.altered" in found[8]


async def test_inserted_row_is_found(log: SqlStore, url: str) -> None:
    """At the end, where it follows what is there; between two, where the others make room; before the first."""
    rows = await rows_of(log)
    note = AuditNote(START, "staff:nobody", None, AuditAct.SIGN_IN_DONE, "", "")
    head = await head_of(log)
    [after] = chained(head, [note], FOREIGN)
    await _insert(url, after)
    assert await found_in(log) == {ROWS + 1: {"row.altered", "row.beyond_head"}}
    await execute(url, "DELETE FROM audit WHERE seq > :last", last=ROWS)

    for seq in range(ROWS, 6, -1):
        await execute(url, "UPDATE audit SET seq = seq + 1 WHERE seq = :seq", seq=seq)
    [between] = chained(AuditMark(head.name, 6, rows[5].hash, "", ""), [note], FOREIGN)
    await _insert(url, between)
    found = await found_in(log)
    assert "row.altered" in found[7]
    assert "row.beyond_head" in found[ROWS + 1]


async def test_row_before_the_start_is_found(log: SqlStore, url: str) -> None:
    note = AuditNote(START, "staff:nobody", None, AuditAct.SIGN_IN_DONE, "", "")
    [row] = chained(AuditMark((await head_of(log)).name, -6, "", "", ""), [note], FOREIGN)
    await _insert(url, row)
    assert await found_in(log) == {-5: {"row.inserted"}}


async def test_copied_row_is_found(log: SqlStore, url: str) -> None:
    """A true row of the log once more: its seal is right, and its place is not."""
    copied = (await rows_of(log))[3]
    await execute(url, "DELETE FROM audit WHERE seq = 8")
    await _insert(url, copied, seq=8)
    found = await found_in(log)
    assert "row.altered" in found[8]


@pytest.mark.parametrize("column", ["seq", "hash", "key", "seal"])
@pytest.mark.parametrize("name", ["start", "head"])
async def test_altered_ends_are_found(log: SqlStore, url: str, name: str, column: str) -> None:
    changed = f"{column} + 1" if column == "seq" else f"{column} || '0'"
    await execute(url, f"UPDATE audit_mark SET {column} = {changed} WHERE name = :name", name=name)  # noqa: S608  # ours
    found = {code for codes in (await found_in(log)).values() for code in codes}
    assert f"{name}.altered" in found


async def test_start_that_is_moved_over_removed_rows_is_found(log: SqlStore, url: str) -> None:
    rows = await rows_of(log)
    await execute(url, "DELETE FROM audit WHERE seq <= 4")
    await execute(url, "UPDATE audit_mark SET seq = 4, hash = :hash WHERE name = 'start'", hash=rows[3].hash)
    assert await found_in(log) == {4: {"start.altered"}}


async def test_head_that_is_put_back_is_found_by_the_rows_beyond_it(url: str, log: SqlStore) -> None:
    old = await head_of(log)
    async with log.transaction() as tx:
        await tx.audit.note("staff:late", AuditAct.SIGN_IN_DONE)
    await Chainer(log, SEALS).chain()
    await _put_back(url, old)
    assert await found_in(log) == {ROWS + 1: {"row.beyond_head"}}


async def test_log_that_is_put_back_as_a_whole_is_found_by_an_anchor_alone(url: str, log: SqlStore) -> None:
    """What the chain by itself cannot tell; `palvelurinki audit verify` says so."""
    old = await head_of(log)
    async with log.transaction() as tx:
        await tx.audit.note("staff:late", AuditAct.SIGN_IN_DONE)
    await Chainer(log, SEALS).chain()
    anchor = Anchor(ROWS + 1, (await rows_of(log))[-1].hash)
    await _put_back(url, old)
    await execute(url, "DELETE FROM audit WHERE seq > :last", last=ROWS)
    assert await found_in(log) == {}
    assert await found_in(log, anchor) == {ROWS: {"anchor.missing"}}
    # And so is another row in its place, which the node itself has chained since.
    async with log.transaction() as tx:
        await tx.audit.note("staff:other", AuditAct.SIGN_IN_DONE)
    await Chainer(log, SEALS).chain()
    assert await found_in(log, anchor) == {ROWS + 1: {"anchor.differs"}}


async def test_wiped_log_looks_like_a_new_one_but_for_an_anchor(url: str, log: SqlStore) -> None:
    anchor = Anchor(1, (await rows_of(log))[0].hash)
    await execute(url, "DELETE FROM audit")
    await execute(url, "UPDATE audit_mark SET seq = 0, hash = :hash, key = '', seal = ''", hash="0" * 64)
    assert await found_in(log) == {}
    assert await found_in(log, anchor) == {0: {"anchor.missing"}}


async def test_log_that_somebody_has_sealed_with_a_key_of_their_own_is_found(url: str, log: SqlStore) -> None:
    notes = [AuditNote(START, "staff:nobody", None, AuditAct.SIGN_IN_DONE, "", "") for _ in range(ROWS)]
    await execute(url, "DELETE FROM audit")
    head = await head_of(log)
    for row in chained(AuditMark(head.name, 0, "0" * 64, "", ""), notes, FOREIGN):
        await _insert(url, row)
    found = await found_in(log)
    assert all("row.altered" in found[seq] for seq in range(1, ROWS + 1))


async def test_what_waits_does_not_mislead(url: str, log: SqlStore) -> None:
    async with log.transaction() as tx:
        for number in range(5):
            await tx.audit.note("staff:late", AuditAct.SIGN_IN_DONE, f"{number}")
    assert await found_in(log) == {}
    await execute(url, "DELETE FROM audit WHERE seq = :last", last=ROWS)
    assert await found_in(log) == {ROWS - 1: {"tail.cut"}}


async def _insert(url: str, row: AuditRow, **changed: object) -> None:
    values = {name: getattr(row, name) for name in COLUMNS} | changed
    names = ", ".join(COLUMNS)
    given = ", ".join(f":{name}" for name in COLUMNS)
    await execute(url, f"INSERT INTO audit ({names}) VALUES ({given})", **values)  # noqa: S608  # our own names


async def _put_back(url: str, head: AuditMark) -> None:
    values = {"seq": head.seq, "hash": head.hash, "key": head.key, "seal": head.seal}
    statement = "UPDATE audit_mark SET seq = :seq, hash = :hash, key = :key, seal = :seal WHERE name = 'head'"
    await execute(url, statement, **values)
