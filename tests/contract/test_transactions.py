"""What a transaction is: all or nothing, one clock, and one state for whoever only reads."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest

from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.errors import Conflict, StaffBusy
from palvelurinki.ports import Deadline, Store
from tests.contract.builders import ANNA, BERT, KIOSK, OTHER_KIOSK, left, waiting
from tests.contract.conftest import START, ManualClock

# ---- All or nothing ------------------------------------------------------------------------------------------


async def test_transaction_that_fails_leaves_nothing(store: Store) -> None:
    _, cursor = await store.outbox_since(None)

    async def fail() -> None:
        async with store.transaction() as tx:
            await tx.contacts.add(waiting())
            await tx.contacts.claim(ANNA, ContactId("c1"))
            await tx.deadlines.set(Deadline(DeadlineKind.OFFER_EXPIRY, "o1", START))
            await tx.outbox.add(None, "never", {}, ())
            await tx.operations.record("staff:anna", "op1", {})
            raise RuntimeError("crash")

    with pytest.raises(RuntimeError):
        await fail()
    async with store.reading() as tx:
        assert await tx.contacts.load(ContactId("c1")) is None
        assert await tx.contacts.live_of_staff(ANNA) is None
        assert await tx.deadlines.next_due() is None
        assert await tx.operations.answer("staff:anna", "op1") is None
    assert (await store.outbox_since(cursor))[0] == []


async def test_refusal_that_the_caller_swallows_does_not_pass_for_success(store: Store) -> None:
    """PostgreSQL answers the commit of a failed transaction with a silent rollback: that must not look like success."""
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
        await tx.contacts.add(waiting("c2", OTHER_KIOSK))
        await tx.contacts.claim(ANNA, ContactId("c1"))

    async def swallow() -> None:
        async with store.transaction() as tx:
            await tx.contacts.claim(BERT, ContactId("c2"))
            with suppress(StaffBusy):
                await tx.contacts.claim(ANNA, ContactId("c2"))
            # A store that puts writes off carries them out before it is asked what they are about.
            with suppress(StaffBusy):
                await tx.contacts.live_of_staff(ANNA)

    with pytest.raises(Conflict):
        await swallow()
    async with store.reading() as tx:
        assert await tx.contacts.live_of_staff(BERT) is None


async def test_cancelled_transaction_leaves_nothing_and_keeps_nobody_waiting(store: Store) -> None:
    begun = asyncio.Event()

    async def begin_and_hang() -> None:
        async with store.transaction() as tx:
            await tx.contacts.add(waiting())
            begun.set()
            await asyncio.Event().wait()

    hanging = asyncio.create_task(begin_and_hang())
    await begun.wait()
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    async with store.transaction() as tx:
        assert await tx.contacts.load(ContactId("c1")) is None
        await tx.contacts.add(waiting())


async def test_transaction_cancelled_while_it_queues_keeps_nobody_waiting(store: Store) -> None:
    async def write(name: str) -> None:
        async with store.transaction() as tx:
            await tx.operations.record("staff:anna", name, {})

    async with store.transaction() as tx:
        await tx.operations.record("staff:anna", "first", {})
        queued = asyncio.create_task(write("cancelled"))
        await asyncio.sleep(0)
        queued.cancel()
        with pytest.raises(asyncio.CancelledError):
            await queued
    await write("last")
    async with store.reading() as tx:
        assert await tx.operations.answer("staff:anna", "cancelled") is None
        assert await tx.operations.answer("staff:anna", "last") == {}


# ---- Reading -------------------------------------------------------------------------------------------------


async def test_reading_sees_one_state_throughout(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
    async with store.reading() as tx:
        before = await tx.contacts.load(ContactId("c1"))
        async with store.transaction() as other:
            await other.contacts.save(left(waiting()))
        assert await tx.contacts.load(ContactId("c1")) == before
    async with store.reading() as tx:
        assert await tx.contacts.load(ContactId("c1")) != before


async def test_looking_sees_what_is_newest(postgresql_store: Store) -> None:
    store = postgresql_store
    async with store.looking() as tx:
        assert await tx.contacts.load(ContactId("c1")) is None
        async with store.transaction() as other:
            await other.contacts.add(waiting())
        assert await tx.contacts.load(ContactId("c1")) == waiting()


async def test_what_was_written_is_read_within_the_transaction(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
        assert [each.id for each in await tx.contacts.live_at([KIOSK])] == ["c1"]
        await tx.contacts.claim(ANNA, ContactId("c1"))
        assert await tx.contacts.live_of_staff(ANNA) == "c1"
        await tx.contacts.free(ANNA, ContactId("c1"))
        await tx.contacts.claim(ANNA, ContactId("c1"))
        assert await tx.contacts.live_of_staff(ANNA) == "c1"
        await tx.operations.record("staff:anna", "op1", {"contact": "c1"})
        assert await tx.operations.answer("staff:anna", "op1") == {"contact": "c1"}


async def test_reading_does_not_wait_for_writing(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
        async with store.reading() as other:
            assert await other.contacts.load(ContactId("c1")) is None


async def test_reading_cannot_write(postgresql_store: Store) -> None:
    with pytest.raises(RuntimeError):
        async with postgresql_store.reading() as tx:
            await tx.contacts.add(waiting())


# ---- Time ----------------------------------------------------------------------------------------------------


async def test_database_tells_the_time_in_utc_and_goes_on_telling_it(store: Store) -> None:
    async with store.transaction() as tx:
        first = await tx.now()
        assert first.utcoffset() == timedelta(0)
        assert abs(first - datetime.now(UTC)) < timedelta(minutes=1)
        later = await tx.now()
        while later == first:
            later = await tx.now()
        assert later > first


async def test_clock_that_is_given_takes_the_databases_place(timed: Store, clock: ManualClock) -> None:
    async with timed.transaction() as tx:
        assert await tx.now() == START
        clock.advance(seconds=1)
        assert await tx.now() == START + timedelta(seconds=1)


@pytest.mark.parametrize("microsecond", [0, 1, 999_999])
async def test_instants_come_back_to_the_microsecond_and_in_utc(store: Store, microsecond: int) -> None:
    instant = START.replace(microsecond=microsecond)
    in_helsinki = instant.astimezone(timezone(timedelta(hours=2)))
    async with store.transaction() as tx:
        await tx.contacts.add(waiting(requested_at=in_helsinki))
    async with store.reading() as tx:
        contact = await tx.contacts.load(ContactId("c1"))
        assert contact is not None
        assert contact.requested_at == instant
        assert contact.requested_at.utcoffset() == timedelta(0)


async def test_time_goes_on_from_a_look_that_brought_it(store: Store) -> None:
    """Whatever told the time first: it is the store's, and never goes back."""
    async with store.transaction() as tx:
        assert await tx.operations.answer("staff:anna", "op1") is None
        told = [await tx.now()]
        assert await tx.deadlines.next_due() is None
        told.append(await tx.now())
        assert await tx.deadlines.take_due() is None
        told.append(await tx.now())
    async with store.looking() as tx:
        told.append(await tx.now())
    assert abs(told[0] - datetime.now(UTC)) < timedelta(minutes=1)
    assert told == sorted(told)


async def test_time_does_not_go_back_from_one_transaction_to_the_next(store: Store) -> None:
    told = []
    for _ in range(200):
        async with store.looking() as tx:
            told += [await tx.now(), await tx.now()]
    assert told == sorted(told)


async def test_naive_datetime_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="naive"):
        async with store.transaction() as tx:
            await tx.contacts.add(waiting(requested_at=START.replace(tzinfo=None)))
