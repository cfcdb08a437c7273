"""Statuses of staff, and who is free."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.domain.directory import RingId, StaffId
from palvelurinki.domain.errors import Conflict
from palvelurinki.domain.presence import Presence, arrive, extend_wrap_up, leave, make_ready, miss, pause, wrap_up
from palvelurinki.domain.routing import Expert
from palvelurinki.ports import Store, Transaction
from tests.contract.builders import ANNA, BERT, offered, peek, save, waiting
from tests.contract.conftest import FAULTS, START, ManualClock
from tests.support.postgres import until_someone_waits

CARLA = StaffId("carla")
DORA = StaffId("dora")
EERO = StaffId("eero")


def ready(staff: StaffId, after_s: float = 0) -> Presence:
    at = START + timedelta(seconds=after_s)
    return make_ready(arrive(Presence(staff), at), at)


def stored(presence: Presence) -> Presence:
    return replace(presence, version=presence.version + 1)


async def _connect(tx: Transaction, staff: StaffId) -> None:
    await tx.connections.open(f"staff:{staff}", f"session-{staff}", "node-1", f"token-{staff}")


async def test_nobody_has_the_initial_presence(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.presences.load(ANNA) == Presence(ANNA)
        assert await peek(tx, ANNA) == Presence(ANNA)
    async with store.reading() as tx:
        assert await tx.presences.load(ANNA) == Presence(ANNA)


async def test_presence_comes_back_as_it_was_saved(store: Store) -> None:
    expected = Presence(ANNA)
    steps: list[Callable[[Presence], Presence]] = [
        lambda before: arrive(before, START),
        lambda before: make_ready(before, START),
        lambda before: wrap_up(before, START, timedelta(seconds=30), timedelta(minutes=5, microseconds=1)),
        lambda before: extend_wrap_up(before, START + timedelta(seconds=1)),
        lambda before: make_ready(before, START + timedelta(seconds=2)),
        lambda before: miss(before, 3, START + timedelta(microseconds=5)),
        lambda before: pause(before, "any-reason-of-a-list", START),
        lambda before: leave(before, START),
    ]
    for step in steps:
        async with store.transaction() as tx:
            before = await tx.presences.load(ANNA)
            assert before == expected
            await tx.presences.save(step(before))
            expected = stored(step(before))
            assert await tx.presences.load(ANNA) == expected
            assert await peek(tx, ANNA) == expected
        async with store.reading() as tx:
            assert await peek(tx, ANNA) == expected


async def test_stale_presence_is_refused(store: Store) -> None:
    first = arrive(Presence(ANNA), START)
    async with store.transaction() as tx:
        await tx.presences.save(first)
    with pytest.raises(Conflict):
        async with store.transaction() as tx:
            await tx.presences.save(first)
    async with store.reading() as tx:
        assert await peek(tx, ANNA) == stored(first)


async def test_second_save_needs_a_second_load(store: Store) -> None:
    first = arrive(Presence(ANNA), START)

    async def save_twice() -> None:
        async with store.transaction() as tx:
            await tx.presences.save(first)
            await tx.presences.save(make_ready(first, START))

    with pytest.raises(Conflict):
        await save_twice()


async def test_ready_person_without_a_place_in_the_order_is_a_fault(store: Store) -> None:
    with pytest.raises(FAULTS):
        async with store.transaction() as tx:
            await tx.presences.save(replace(ready(ANNA), idle_since=None))


async def test_on_duty_are_those_who_are_ready_and_connected_whatever_they_hold(store: Store) -> None:
    everybody = [ANNA, BERT, CARLA, DORA, EERO, StaffId("unknown")]
    async with store.transaction() as tx:
        for place, staff in enumerate((DORA, CARLA, BERT, ANNA)):
            await tx.presences.save(ready(staff, place))
            await _connect(tx, staff)
        await tx.presences.save(pause(ready(EERO), "break", START))
        await _connect(tx, EERO)
        await tx.contacts.add(waiting())
        await tx.contacts.claim(CARLA, waiting().id)
        await tx.connections.lose("staff:bert", "token-bert")
    async with store.reading() as tx:
        assert await _on_duty(tx, everybody) == [
            Expert(ANNA, free=True, idle_since=START + timedelta(seconds=3)),
            Expert(CARLA, free=False, idle_since=START + timedelta(seconds=1)),
            Expert(DORA, free=True, idle_since=START),
        ]
        assert await _on_duty(tx, [ANNA, BERT]) == [Expert(ANNA, free=True, idle_since=START + timedelta(seconds=3))]
        assert await _on_duty(tx, []) == []


async def test_person_in_wrap_up_is_on_duty_and_comes_free_when_the_clock_says(
    timed: Store, clock: ManualClock
) -> None:
    """Nobody has to do anything for it: the instant at which it is over is the first at which they are free."""
    finishing = wrap_up(ready(ANNA), START, timedelta(seconds=30), timedelta(minutes=5))
    async with timed.transaction() as tx:
        await tx.presences.save(finishing)
        await _connect(tx, ANNA)

    async def free() -> list[bool]:
        async with timed.reading() as tx:
            return [expert.free for expert in await _on_duty(tx, [ANNA])]

    assert await free() == [False]
    clock.advance(seconds=29, microseconds=999_999)
    assert await free() == [False]
    async with timed.transaction() as tx:
        await tx.presences.save(extend_wrap_up(await tx.presences.load(ANNA), clock()))
    clock.advance(seconds=60)
    assert await free() == [False]
    clock.advance(microseconds=1)
    async with timed.reading() as tx:
        until = START + timedelta(seconds=90)
        assert await _on_duty(tx, [ANNA]) == [Expert(ANNA, free=True, idle_since=until)]


async def test_database_decides_when_a_wrap_up_is_over_when_no_clock_is_given(store: Store) -> None:
    async with store.transaction() as tx:
        now = await tx.now()
        for staff, begun in ((ANNA, now - timedelta(hours=1)), (BERT, now)):
            await tx.presences.save(wrap_up(ready(staff), begun, timedelta(minutes=30), timedelta(minutes=30)))
            await _connect(tx, staff)
    async with store.reading() as tx:
        assert [(each.staff, each.free) for each in await _on_duty(tx, [ANNA, BERT])] == [(ANNA, True), (BERT, False)]


async def test_person_who_holds_a_contact_is_not_free_when_their_wrap_up_is_over(
    timed: Store, clock: ManualClock
) -> None:
    async with timed.transaction() as tx:
        await tx.presences.save(wrap_up(ready(ANNA), START, timedelta(seconds=30), timedelta(seconds=30)))
        await _connect(tx, ANNA)
        await tx.contacts.add(waiting())
        await tx.contacts.claim(ANNA, waiting().id)
    clock.advance(minutes=1)
    async with timed.reading() as tx:
        assert [each.free for each in await _on_duty(tx, [ANNA])] == [False]


async def test_presences_of_many_with_what_is_true_of_them(store: Store) -> None:
    """A terminal of the same name is not the person's console."""
    async with store.transaction() as tx:
        for staff in (ANNA, BERT, CARLA):
            await tx.presences.save(ready(staff))
        await _connect(tx, ANNA)
        await _connect(tx, BERT)
        await tx.connections.lose("staff:bert", "token-bert")
        await tx.connections.open("terminal:carla", "session", "node-1", "token")
        await tx.contacts.add(waiting())
        await tx.contacts.claim(BERT, waiting().id)
    async with store.reading() as tx:
        assert await tx.presences.of([CARLA, BERT, ANNA, StaffId("unknown")]) == [
            (stored(ready(ANNA)), True, False),
            (stored(ready(BERT)), False, True),
            (stored(ready(CARLA)), False, False),
        ]
        assert await tx.presences.of([]) == []


async def test_who_is_on_duty_is_told_with_whether_anybody_waits(store: Store) -> None:
    contact = waiting()
    rings = [contact.ring, RingId("another-ring")]
    async with store.transaction() as tx:
        assert await tx.presences.on_duty_for([ANNA, BERT], rings) == ([], False)
        await tx.contacts.add(contact)
    async with store.transaction() as tx:
        assert await tx.presences.on_duty_for([ANNA, BERT], rings) == ([], True)
        await tx.presences.save(ready(ANNA))
        await _connect(tx, ANNA)
    async with store.transaction() as tx:
        experts, waits = await tx.presences.on_duty_for([ANNA, BERT], rings)
        assert (experts, waits) == (await tx.presences.on_duty([ANNA, BERT]), True)
        assert len(experts) == 1
        assert (await tx.presences.on_duty_for([ANNA], rings[1:]))[1] is False
        await save(tx, offered(contact, BERT))
    async with store.reading() as tx:
        assert (await tx.presences.on_duty_for([ANNA], rings))[1] is False


async def _on_duty(tx: Transaction, staff: Sequence[StaffId]) -> list[Expert]:
    return sorted(await tx.presences.on_duty(staff), key=lambda expert: expert.staff)


# ---- Under their locks -----------------------------------------------------------------------------------------


async def test_who_is_ready_past_their_wrap_up_and_there_may_be_rung(locking_timed: Store, clock: ManualClock) -> None:
    store = locking_timed
    async with store.transaction() as tx:
        for staff in (CARLA, ANNA, DORA):
            await tx.presences.save(ready(staff))
        await tx.presences.save(wrap_up(ready(BERT), START, timedelta(seconds=30), timedelta(minutes=2)))
        await tx.presences.save(pause(ready(EERO), "lunch", START))
        for staff in (ANNA, BERT, CARLA, EERO):
            await _connect(tx, staff)
    async with store.transaction() as tx:
        assert await tx.presences.may_be_rung([CARLA, BERT, ANNA, DORA, EERO]) == {ANNA, CARLA}
        assert await tx.presences.may_be_rung([]) == frozenset()
    clock.advance(seconds=30)
    async with store.transaction() as tx:
        assert await tx.presences.may_be_rung([BERT, CARLA]) == {BERT, CARLA}


async def test_a_console_that_is_just_being_lost_is_waited_for_and_then_not_there(
    postgresql_url: str, postgresql_store: SqlStore
) -> None:
    store = postgresql_store
    async with store.transaction() as tx:
        await tx.presences.save(ready(ANNA))
        await _connect(tx, ANNA)

    async def there() -> frozenset[StaffId]:
        async with store.transaction() as tx:
            return await tx.presences.may_be_rung([ANNA])

    async with asyncio.TaskGroup() as tasks, store.transaction() as tx:
        await tx.presences.load(ANNA)
        asked = tasks.create_task(there())
        await until_someone_waits(postgresql_url)
        await tx.connections.lose(f"staff:{ANNA}", f"token-{ANNA}")
    assert asked.result() == frozenset()
