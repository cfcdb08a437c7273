"""Statuses of staff, and who is free."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.errors import Conflict
from palvelurinki.domain.presence import PauseReason, Presence, arrive, leave, make_ready, miss, pause
from palvelurinki.domain.routing import FreeExpert
from palvelurinki.ports import Store, Transaction
from tests.contract.builders import ANNA, BERT, waiting
from tests.contract.conftest import FAULTS, START

CARLA = StaffId("carla")
DORA = StaffId("dora")


def ready(staff: StaffId, after_s: float = 0) -> Presence:
    at = START + timedelta(seconds=after_s)
    return make_ready(arrive(Presence(staff), at), at)


def stored(presence: Presence) -> Presence:
    return replace(presence, version=presence.version + 1)


async def _connect(tx: Transaction, staff: StaffId) -> None:
    await tx.connections.open(f"staff:{staff}", f"session-{staff}", "node-1")


async def test_nobody_has_the_initial_presence(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.presences.load(ANNA) == Presence(ANNA)
        assert await tx.presences.peek(ANNA) == Presence(ANNA)
    async with store.reading() as tx:
        assert await tx.presences.load(ANNA) == Presence(ANNA)


async def test_presence_comes_back_as_it_was_saved(store: Store) -> None:
    expected = Presence(ANNA)
    steps: list[Callable[[Presence], Presence]] = [
        lambda before: arrive(before, START),
        lambda before: make_ready(before, START),
        lambda before: miss(before, 3, START + timedelta(microseconds=5)),
        lambda before: pause(before, PauseReason.LUNCH, START),
        lambda before: leave(before, START),
    ]
    for step in steps:
        async with store.transaction() as tx:
            before = await tx.presences.load(ANNA)
            assert before == expected
            await tx.presences.save(step(before))
            expected = stored(step(before))
            assert await tx.presences.load(ANNA) == expected
            assert await tx.presences.peek(ANNA) == expected
        async with store.reading() as tx:
            assert await tx.presences.peek(ANNA) == expected


async def test_stale_presence_is_refused(store: Store) -> None:
    first = arrive(Presence(ANNA), START)
    async with store.transaction() as tx:
        await tx.presences.save(first)
    with pytest.raises(Conflict):
        async with store.transaction() as tx:
            await tx.presences.save(first)
    async with store.reading() as tx:
        assert await tx.presences.peek(ANNA) == stored(first)


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


async def test_free_are_those_who_are_ready_connected_and_hold_nothing(store: Store) -> None:
    everybody = [ANNA, BERT, CARLA, DORA, StaffId("eero"), StaffId("unknown")]
    async with store.transaction() as tx:
        for place, staff in enumerate((DORA, CARLA, BERT, ANNA)):
            await tx.presences.save(ready(staff, place))
            await _connect(tx, staff)
        await tx.presences.save(arrive(Presence(StaffId("eero")), START))
        await _connect(tx, StaffId("eero"))
        assert await _free(tx, everybody) == [DORA, CARLA, BERT, ANNA]
        await tx.contacts.add(waiting())
        await tx.contacts.claim(CARLA, waiting().id)
        await tx.connections.lose("staff:bert", "session-bert")
    async with store.reading() as tx:
        assert await tx.presences.free(everybody) == [
            FreeExpert(DORA, START),
            FreeExpert(ANNA, START + timedelta(seconds=3)),
        ]
        assert await _free(tx, [ANNA, CARLA]) == [ANNA]
        assert await tx.presences.free([]) == []


async def test_on_duty_are_those_who_are_ready_and_connected_whatever_they_hold(store: Store) -> None:
    async with store.transaction() as tx:
        for staff in (BERT, ANNA, CARLA):
            await tx.presences.save(ready(staff))
            await _connect(tx, staff)
        await tx.contacts.add(waiting())
        await tx.contacts.claim(ANNA, waiting().id)
        await tx.connections.lose("staff:carla", "session-carla")
        await tx.presences.save(pause(ready(DORA), PauseReason.BREAK, START))
        await _connect(tx, DORA)
    async with store.reading() as tx:
        assert await tx.presences.on_duty([ANNA, BERT, CARLA, DORA]) == [ANNA, BERT]
        assert await tx.presences.on_duty([]) == []


async def test_presences_of_many_with_what_is_true_of_them(store: Store) -> None:
    """A terminal of the same name is not the person's console."""
    async with store.transaction() as tx:
        for staff in (ANNA, BERT, CARLA):
            await tx.presences.save(ready(staff))
        await _connect(tx, ANNA)
        await _connect(tx, BERT)
        await tx.connections.lose("staff:bert", "session-bert")
        await tx.connections.open("terminal:carla", "session", "node-1")
        await tx.contacts.add(waiting())
        await tx.contacts.claim(BERT, waiting().id)
    async with store.reading() as tx:
        assert await tx.presences.of([CARLA, BERT, ANNA, StaffId("unknown")]) == [
            (stored(ready(ANNA)), True, False),
            (stored(ready(BERT)), False, True),
            (stored(ready(CARLA)), False, False),
        ]
        assert await tx.presences.of([]) == []


async def _free(tx: Transaction, staff: Sequence[StaffId]) -> list[StaffId]:
    return [expert.staff for expert in await tx.presences.free(staff)]
