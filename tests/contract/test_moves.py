"""Contacts that move from terminal to terminal: what each terminal has, and what the indexes hold."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from palvelurinki.domain.call import SeatId, SeatState
from palvelurinki.domain.commands import Move
from palvelurinki.domain.contact import Contact, SessionId
from palvelurinki.domain.directory import TerminalId
from palvelurinki.domain.errors import Conflict, TerminalBusy
from palvelurinki.ports import Store
from tests.contract.builders import KIOSK, OTHER_KIOSK, joined, left, save, store_in_call, then, waiting
from tests.contract.conftest import START

LATER = START + timedelta(minutes=5)


def moved(contact: Contact, to: TerminalId = OTHER_KIOSK, seat: str = "moved-seat") -> Contact:
    return then(contact, Move(contact.terminal, to, SessionId(f"session of {to}"), SeatId(seat)), LATER)


async def test_a_moved_contact_comes_back_as_it_was_saved(store: Store) -> None:
    async with store.transaction() as tx:
        contact = await store_in_call(tx)
        contact = await save(tx, joined(contact, KIOSK))
        contact = await save(tx, moved(contact))
    async with store.reading() as tx:
        assert await tx.contacts.load(contact.id) == contact
    assert contact.placed_at == LATER


async def test_it_is_the_other_terminals_newest_though_it_was_requested_before_that_ones_last(store: Store) -> None:
    async with store.transaction() as tx:
        last = waiting("c2", OTHER_KIOSK, requested_at=START + timedelta(minutes=1))
        await tx.contacts.add(last)
        await save(tx, left(last, START + timedelta(minutes=2)))
        first = waiting("c0", KIOSK, requested_at=START - timedelta(hours=1))
        await tx.contacts.add(first)
        first = await save(tx, left(first))
        await tx.contacts.add(waiting())
    async with store.transaction() as tx:
        contact = await tx.contacts.load(waiting().id)
        assert contact is not None
        contact = await save(tx, moved(contact))
        assert await tx.contacts.live_of_terminal(KIOSK) is None
        assert await tx.contacts.live_of_terminal(OTHER_KIOSK) == contact.id
    async with store.reading() as tx:
        assert await tx.contacts.latest_of_terminals([KIOSK, OTHER_KIOSK]) == {KIOSK: first, OTHER_KIOSK: contact}
    # Also once it has ended there.
    async with store.transaction() as tx:
        ended = await save(tx, replace(left(contact, LATER + timedelta(minutes=1))))
    async with store.reading() as tx:
        assert (await tx.contacts.latest_of_terminals([OTHER_KIOSK]))[OTHER_KIOSK] == ended


async def test_it_moves_there_and_back_in_a_call(store: Store) -> None:
    async with store.transaction() as tx:
        contact = await save(tx, joined(await store_in_call(tx), KIOSK))
    for number, to in enumerate((OTHER_KIOSK, KIOSK, OTHER_KIOSK)):
        async with store.transaction() as tx:
            loaded = await tx.contacts.load(contact.id)
            assert loaded is not None
            contact = await save(tx, moved(loaded, to, f"seat-{number}"))
    async with store.reading() as tx:
        assert await tx.contacts.load(contact.id) == contact
    assert contact.call is not None
    live = [seat.id for seat in contact.call.seats if seat.terminal is not None and seat.state is not SeatState.LEFT]
    assert live == ["seat-2"]


async def test_two_contacts_change_places_by_an_empty_terminal(store: Store) -> None:
    """In one transaction each is written after the other has made room."""
    room = TerminalId("room")
    async with store.transaction() as tx:
        one = await store_in_call(tx)
        two = waiting("c2", OTHER_KIOSK)
        await tx.contacts.add(two)
    async with store.transaction() as tx:
        loaded = await tx.contacts.load(one.id)
        assert loaded is not None
        away = await save(tx, moved(loaded, room, "seat-1"))
        there = await tx.contacts.load(two.id)
        assert there is not None
        await save(tx, moved(there, KIOSK))
        await save(tx, moved(away, OTHER_KIOSK, "seat-2"))
    async with store.reading() as tx:
        assert await tx.contacts.live_of_terminal(KIOSK) == two.id
        assert await tx.contacts.live_of_terminal(OTHER_KIOSK) == one.id
        assert await tx.contacts.live_of_terminal(room) is None


async def test_the_terminal_that_has_a_contact_takes_no_other(store: Store) -> None:
    async with store.transaction() as tx:
        contact = await store_in_call(tx)
        await tx.contacts.add(waiting("c2", OTHER_KIOSK))
    with pytest.raises(TerminalBusy):  # noqa: PT012  (on PostgreSQL it comes with the commit)
        async with store.transaction() as tx:
            await tx.contacts.load(contact.id)
            await tx.contacts.save(moved(contact))
    async with store.reading() as tx:
        assert await tx.contacts.load(contact.id) == contact


async def test_moves_at_once_leave_it_at_one_of_the_terminals(store: Store) -> None:
    async with store.transaction() as tx:
        contact = await store_in_call(tx)

    async def move(to: str) -> str:
        async with store.transaction(assuming=True) as tx:
            loaded = await tx.contacts.load(contact.id)
            assert loaded is not None
            await tx.contacts.save(moved(loaded, TerminalId(to), f"seat-{to}"))
        return to

    done = await asyncio.gather(*(move(to) for to in ("room-1", "room-2", "room-3")), return_exceptions=True)
    winners = [each for each in done if isinstance(each, str)]
    async with store.reading() as tx:
        after = await tx.contacts.load(contact.id)
    assert after is not None
    assert after.terminal in winners
    assert all(isinstance(each, Conflict | str) for each in done)
    assert after.call is not None
    live = [
        seat.terminal for seat in after.call.seats if seat.terminal is not None and seat.state is not SeatState.LEFT
    ]
    assert live == [after.terminal]
