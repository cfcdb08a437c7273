"""The outbox: nothing is missed and nothing comes twice, whatever order transactions commit in."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from palvelurinki.adapters.sql.outbox import PAGE
from palvelurinki.domain.contact import ContactId
from palvelurinki.ports import OutboxEntry, Store
from tests.contract.builders import waiting
from tests.contract.conftest import START


async def _write(store: Store, *kinds: str) -> None:
    async with store.transaction() as tx:
        for kind in kinds:
            await tx.outbox.add(None, kind, {}, ())


async def _since(store: Store, cursor: str) -> tuple[list[str], str]:
    entries, cursor = await store.outbox_since(cursor)
    return [entry.kind for entry in entries], cursor


async def test_entries_come_with_all_they_tell(timed: Store) -> None:
    _, cursor = await timed.outbox_since(None)
    payload: dict[str, object] = {"offer": "o1", "reason": None, "count": 3, "nested": {"text": "ääkköset"}}
    async with timed.transaction() as tx:
        await tx.outbox.add(ContactId("c1"), "OfferClosed", payload, ["ring:b", "contact:c1"])
        await tx.outbox.add(None, "Touched", {}, set())
    entries, _ = await timed.outbox_since(cursor)
    first, second = entries
    assert first == OutboxEntry(first.id, START, ContactId("c1"), "OfferClosed", payload, ("contact:c1", "ring:b"))
    assert second == OutboxEntry(second.id, START, None, "Touched", {}, ())
    assert first.id < second.id


async def test_reader_begins_now_and_sees_each_entry_once(store: Store) -> None:
    await _write(store, "before")
    entries, cursor = await store.outbox_since(None)
    assert entries == []
    assert await _since(store, cursor) == ([], cursor)
    await _write(store, "one", "two")
    await _write(store, "three")
    told, cursor = await _since(store, cursor)
    assert told == ["one", "two", "three"]
    told, cursor = await _since(store, cursor)
    assert told == []
    await _write(store, "four")
    assert (await _since(store, cursor))[0] == ["four"]


async def test_readers_do_not_disturb_each_other(store: Store) -> None:
    _, early = await store.outbox_since(None)
    await _write(store, "one")
    _, late = await store.outbox_since(None)
    await _write(store, "two")
    assert (await _since(store, early))[0] == ["one", "two"]
    assert (await _since(store, late))[0] == ["two"]
    assert (await _since(store, early))[0] == ["one", "two"]


async def test_what_is_rolled_back_is_never_told(store: Store) -> None:
    _, cursor = await store.outbox_since(None)

    async def fail() -> None:
        async with store.transaction() as tx:
            await tx.outbox.add(None, "never", {}, ())
            raise RuntimeError("crash")

    with pytest.raises(RuntimeError):
        await fail()
    await _write(store, "after")
    assert (await _since(store, cursor))[0] == ["after"]


async def test_purged_entries_are_not_numbered_anew(store: Store) -> None:
    """A reader that has seen entry 1 must see the next one, though entry 1 is gone."""
    _, cursor = await store.outbox_since(None)
    await _write(store, "one")
    told, cursor = await _since(store, cursor)
    assert told == ["one"]
    async with store.transaction() as tx:
        assert await tx.housekeeping.purge(await tx.now() + timedelta(hours=1)) == 1
    _, fresh = await store.outbox_since(None)
    await _write(store, "two")
    assert (await _since(store, cursor))[0] == ["two"]
    assert (await _since(store, fresh))[0] == ["two"]


async def test_many_writers_and_a_reader(store: Store) -> None:
    _, cursor = await store.outbox_since(None)
    kinds = [f"{number:02}" for number in range(30)]
    writers = asyncio.gather(*(_write(store, kind) for kind in kinds))
    seen: list[str] = []
    while not writers.done():
        told, cursor = await _since(store, cursor)
        seen += told
    await writers
    told, cursor = await _since(store, cursor)
    assert sorted(seen + told) == kinds


async def test_a_long_absence_is_read_in_pages_each_entry_once(store: Store) -> None:
    _, cursor = await store.outbox_since(None)
    kinds = [f"{number:05}" for number in range(2 * PAGE + PAGE // 2)]
    # One transaction writes more than a page, others a few.
    await _write(store, *kinds[: PAGE + 10])
    for first in range(PAGE + 10, len(kinds), 199):
        await _write(store, *kinds[first : first + 199])
    told: list[str] = []
    while True:
        page, cursor = await _since(store, cursor)
        if not page:
            break
        told += page
    assert sorted(told) == kinds
    await _write(store, "after")
    assert (await _since(store, cursor))[0] == ["after"]


async def test_transaction_that_began_first_and_commits_last_is_not_missed(postgresql_store: Store) -> None:
    store = postgresql_store
    _, cursor = await store.outbox_since(None)
    told: list[Sequence[str]] = []
    async with store.transaction() as slow:
        # Writing gives the transaction its number, smaller than that of the one which overtakes it.
        await slow.contacts.add(waiting())
        await slow.outbox.add(None, "slow", {}, ())
        await _write(store, "quick")
        kinds, cursor = await _since(store, cursor)
        told.append(kinds)
        kinds, cursor = await _since(store, cursor)
        told.append(kinds)
    for _ in range(2):
        kinds, cursor = await _since(store, cursor)
        told.append(kinds)
    assert told == [["quick"], [], ["slow"], []]


async def test_reader_that_begins_while_another_writes_hears_what_commits_later(postgresql_store: Store) -> None:
    store = postgresql_store
    async with store.transaction() as slow:
        await slow.contacts.add(waiting())
        await slow.outbox.add(None, "slow", {}, ())
        await _write(store, "already there")
        _, cursor = await store.outbox_since(None)
    assert (await _since(store, cursor))[0] == ["slow"]


async def test_cursor_forgets_what_it_needs_no_more(postgresql_store: Store) -> None:
    """Once no older transaction runs, nothing has to be remembered one by one."""
    store = postgresql_store
    _, cursor = await store.outbox_since(None)
    await _write(store, *(f"{number}" for number in range(50)))
    _, cursor = await _since(store, cursor)
    _, cursor = await _since(store, cursor)
    assert len(cursor) < 100
