"""Deadlines: set, cleared, and each taken once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.ports import Deadline, Store
from tests.contract.conftest import START, ManualClock


def due(subject: str, after_s: float = 0, kind: DeadlineKind = DeadlineKind.OFFER_EXPIRY) -> Deadline:
    return Deadline(kind, subject, START + timedelta(seconds=after_s))


def overdue(subject: str, after_s: float = 0) -> Deadline:
    """Due by every clock that there is."""
    return replace(due(subject), due=datetime(2026, 3, 2, tzinfo=UTC) + timedelta(seconds=after_s))


async def _set(store: Store, *deadlines: Deadline) -> None:
    async with store.transaction() as tx:
        for deadline in deadlines:
            await tx.deadlines.set(deadline)


async def _next_due(store: Store) -> datetime | None:
    async with store.reading() as tx:
        return await tx.deadlines.next_due()


async def _take(store: Store) -> Deadline | None:
    async with store.transaction() as tx:
        return await tx.deadlines.take_due()


async def _take_all(store: Store) -> list[str]:
    taken = []
    while (deadline := await _take(store)) is not None:
        taken.append(deadline.subject)
    return taken


async def test_times_of_several_are_told_and_taken_from_nobody(timed: Store) -> None:
    kind = DeadlineKind.OCCUPANT_GRACE
    await _set(timed, due("kiosk", 60, kind), due("anna", 30, kind), due("kiosk", 5), due("other", 10, kind))
    async with timed.transaction() as tx:
        await tx.deadlines.set(due("bert", 40, kind))
        found = await tx.deadlines.due_of(kind, ["kiosk", "anna", "bert", "unknown"])
    after_s = {"kiosk": 60, "anna": 30, "bert": 40}
    assert found == {subject: START + timedelta(seconds=seconds) for subject, seconds in after_s.items()}
    async with timed.reading() as tx:
        assert await tx.deadlines.due_of(kind, []) == {}
        assert set(await tx.deadlines.due_of(kind, ["kiosk"])) == {"kiosk"}


async def test_deadlines_are_taken_when_due_oldest_first_and_once(timed: Store, clock: ManualClock) -> None:
    await _set(timed, due("late", 3), due("early", 1), due("far", 60))
    assert await _take(timed) is None
    assert await _next_due(timed) == START + timedelta(seconds=1)
    clock.advance(seconds=3)
    assert await _take(timed) == due("early", 1)
    assert await _take(timed) == due("late", 3)
    assert await _take(timed) is None
    assert await _next_due(timed) == START + timedelta(seconds=60)


async def test_deadline_is_due_at_its_very_instant_by_the_stores_clock(timed: Store, clock: ManualClock) -> None:
    await _set(timed, due("o1", 1))
    clock.advance(seconds=1, microseconds=-1)
    assert await _take(timed) is None
    clock.advance(microseconds=1)
    assert await _take(timed) == due("o1", 1)


async def test_database_decides_what_is_due_when_no_clock_is_given(store: Store) -> None:
    async with store.reading() as tx:
        now = await tx.now()
    past = Deadline(DeadlineKind.OFFER_EXPIRY, "past", now - timedelta(hours=1))
    future = Deadline(DeadlineKind.OFFER_EXPIRY, "future", now + timedelta(hours=1))
    await _set(store, past, future)
    assert await _take_all(store) == ["past"]
    assert await _next_due(store) == future.due


async def test_deadline_of_the_same_kind_and_subject_is_replaced(timed: Store) -> None:
    await _set(timed, due("o1", 1), due("o1", 1, DeadlineKind.OCCUPANT_GRACE))
    await _set(timed, due("o1", 9))
    await _set(timed, due("o1", 5, DeadlineKind.OCCUPANT_GRACE), due("o1", 7, DeadlineKind.OCCUPANT_GRACE))
    async with timed.transaction() as tx:
        assert await tx.deadlines.next_due() == START + timedelta(seconds=7)
        await tx.deadlines.clear(DeadlineKind.OCCUPANT_GRACE, "o1")
        assert await tx.deadlines.next_due() == START + timedelta(seconds=9)


async def test_cleared_deadline_never_falls_due(timed: Store) -> None:
    await _set(timed, due("o1"), due("o2"), due("o3"))
    async with timed.transaction() as tx:
        await tx.deadlines.clear(DeadlineKind.OFFER_EXPIRY, "o1")
        await tx.deadlines.clear(DeadlineKind.OFFER_EXPIRY, "o3")
        await tx.deadlines.clear(DeadlineKind.OFFER_EXPIRY, "never-set")
        await tx.deadlines.clear(DeadlineKind.CONTACT_RETRY, "o2")
    assert await _take_all(timed) == ["o2"]


async def test_last_word_within_a_transaction_counts(timed: Store) -> None:
    async with timed.transaction() as tx:
        await tx.deadlines.set(due("cleared"))
        await tx.deadlines.clear(DeadlineKind.OFFER_EXPIRY, "cleared")
        await tx.deadlines.clear(DeadlineKind.OFFER_EXPIRY, "set")
        await tx.deadlines.set(due("set"))
    assert await _take_all(timed) == ["set"]


async def test_what_a_transaction_sets_it_can_take(timed: Store) -> None:
    async with timed.transaction() as tx:
        await tx.deadlines.set(due("o1"))
        assert await tx.deadlines.take_due() == due("o1")
        assert await tx.deadlines.take_due() is None
    assert await _next_due(timed) is None


async def test_deadline_is_due_again_when_its_handling_fails(timed: Store) -> None:
    await _set(timed, due("o1"))

    async def fail() -> None:
        async with timed.transaction() as tx:
            await tx.deadlines.take_due()
            raise RuntimeError("crash")

    with pytest.raises(RuntimeError):
        await fail()
    assert await _take(timed) == due("o1")


async def test_many_workers_take_each_deadline_once(timed: Store) -> None:
    subjects = {f"o{number:02}" for number in range(40)}
    await _set(timed, *(due(subject) for subject in subjects))
    taken = await asyncio.gather(*(_take_all(timed) for _ in range(4)))
    assert sorted(subject for each in taken for subject in each) == sorted(subjects)


async def test_worker_skips_what_another_holds(postgresql_store: Store) -> None:
    """Nodes do not wait for each other: one deadline that takes long to handle keeps no other from being handled."""
    store = postgresql_store
    await _set(store, overdue("o1", 0), overdue("o2", 1))

    async def fail_while_another_works() -> None:
        async with store.transaction() as tx:
            assert await tx.deadlines.take_due() == overdue("o1", 0)
            assert await _take(store) == overdue("o2", 1)
            assert await _take(store) is None
            raise RuntimeError("crash")

    with pytest.raises(RuntimeError):
        await fail_while_another_works()
    assert await _take(store) == overdue("o1", 0)


async def test_clearing_does_not_wait_for_a_worker_that_has_just_taken_it(postgresql_store: Store) -> None:
    """Or the two would wait for each other: who clears holds the contact that the worker is about to load."""
    store = postgresql_store
    await _set(store, overdue("o1"), overdue("o2"))
    async with store.transaction() as worker:
        assert await worker.deadlines.take_due() == overdue("o1")
        async with store.transaction() as answer:
            await answer.deadlines.clear(DeadlineKind.OFFER_EXPIRY, "o1")
            await answer.deadlines.clear(DeadlineKind.OFFER_EXPIRY, "o2")
    assert await _next_due(store) is None


async def test_deadline_set_while_a_worker_holds_it_is_kept(postgresql_store: Store) -> None:
    store = postgresql_store
    await _set(store, overdue("o1"))
    async with asyncio.TaskGroup() as tasks, store.transaction() as worker:
        await worker.deadlines.take_due()
        tasks.create_task(_set(store, overdue("o1", 30)))
    assert await _next_due(store) == overdue("o1", 30).due
