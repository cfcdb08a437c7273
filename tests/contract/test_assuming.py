"""Transactions that assume: PostgreSQL lets others in between, and then nothing of them is done.

What holds for every transaction, these too, is in the other tests: `conftest.AssumingStore` runs them once more.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.domain.commands import SetLanguage
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.errors import Conflict, StaffBusy
from palvelurinki.domain.presence import wrap_up
from palvelurinki.ports import Transaction
from tests.contract.assuming import (
    BELLA,
    C1,
    MARK,
    TERMINAL,
    Act,
    assume,
    conflicts,
    is_marked,
    pause_expert,
    prepare,
    save_contact,
)
from tests.contract.builders import ANNA, OTHER_KIOSK, accepted, offered, save, then, waiting
from tests.support.postgres import until_someone_waits


@pytest.fixture
async def store(postgresql_store: SqlStore) -> SqlStore:
    """A store with a contact in a call, an expert who is ready at her console, and a kiosk."""
    await prepare(postgresql_store)
    return postgresql_store


async def _load_contact(tx: Transaction) -> None:
    assert await tx.contacts.load(C1) is not None


async def _see_contact_in_call(tx: Transaction) -> None:
    contact = await tx.contacts.load(C1)
    assert contact is not None
    assert contact.call is not None
    assert await tx.contacts.load_of_call(contact.call.id) == contact


async def _load_presence(tx: Transaction) -> None:
    assert (await tx.presences.load(BELLA)).state == "ready"


async def _wrap_up(tx: Transaction) -> None:
    before = await tx.presences.load(BELLA)
    now = await tx.now()
    await tx.presences.save(wrap_up(before, now, timedelta(hours=1), timedelta(hours=2)))


async def _lose_console(tx: Transaction) -> None:
    assert await tx.connections.lose("staff:bella", "t-bella")


async def _ring(tx: Transaction) -> None:
    assert await tx.presences.may_be_rung([BELLA]) == {BELLA}


async def _terminal_is_there(tx: Transaction) -> None:
    assert await tx.connections.is_there(TERMINAL)


async def _session_is_there(tx: Transaction) -> None:
    assert await tx.connections.is_there(TERMINAL, "s-kiosk")


async def _lose_terminal(tx: Transaction) -> None:
    assert await tx.connections.lose(TERMINAL, "t-kiosk")


async def _open_terminal(tx: Transaction) -> None:
    assert await tx.connections.open(TERMINAL, "another", "n1", "t-another") is not None


async def _rest_on_configuration(tx: Transaction) -> None:
    await tx.configurations.hold()
    assert await tx.operations.answer("staff:x", "an operation") is None
    assert await tx.configurations.latest_number() == 1


async def _configure(tx: Transaction) -> None:
    await tx.configurations.hold(alone=True)
    assert await tx.configurations.add("{}", "x", 1) == 2


BETWEEN = [
    pytest.param(_load_contact, save_contact, id="a contact that was loaded"),
    pytest.param(_see_contact_in_call, save_contact, id="a contact found by its call"),
    pytest.param(save_contact, save_contact, id="a contact that is saved"),
    pytest.param(_load_presence, pause_expert, id="a status that was loaded"),
    pytest.param(pause_expert, _wrap_up, id="a status that is saved"),
    pytest.param(_ring, pause_expert, id="whom it rings pauses"),
    pytest.param(_ring, _wrap_up, id="whom it rings wraps up"),
    pytest.param(_ring, _lose_console, id="whom it rings is lost"),
    pytest.param(_terminal_is_there, _lose_terminal, id="the terminal is lost"),
    pytest.param(_session_is_there, _lose_terminal, id="the session is lost"),
    pytest.param(_session_is_there, _open_terminal, id="another session speaks"),
    pytest.param(_rest_on_configuration, _configure, id="another configuration"),
]


@pytest.mark.parametrize(("rests_on", "meanwhile"), BETWEEN)
async def test_when_what_it_rests_on_is_changed_meanwhile_nothing_is_done(
    store: SqlStore, rests_on: Act, meanwhile: Act
) -> None:
    async def act(tx: Transaction) -> None:
        await rests_on(tx)
        await tx.deadlines.set(MARK)
        # It holds nobody up: this one does not wait.
        async with store.transaction() as other:
            await meanwhile(other)

    await conflicts(store, act)
    assert not await is_marked(store)


@pytest.mark.parametrize("rests_on", dict.fromkeys(case.values[0] for case in BETWEEN))
async def test_when_nobody_comes_between_it_is_done(store: SqlStore, rests_on: Act) -> None:
    async with store.transaction(assuming=True) as tx:
        await rests_on(tx)
        await tx.deadlines.set(MARK)
    assert await is_marked(store)


@pytest.mark.parametrize(("rests_on", "meanwhile"), BETWEEN)
async def test_whoever_is_in_the_middle_is_waited_for(
    store: SqlStore, postgresql_url: str, rests_on: Act, meanwhile: Act
) -> None:
    """The other one has written, but not committed: only its end tells."""
    written, end = asyncio.Event(), asyncio.Event()

    async def other() -> None:
        async with store.transaction() as tx:
            await meanwhile(tx)
            # What was put off is written before the table is read.
            await tx.contacts.load(C1)
            await tx.presences.load(BELLA)
            await tx.connections.get(TERMINAL)
            await tx.configurations.latest()
            written.set()
            await end.wait()

    async def assume() -> None:
        async with store.transaction(assuming=True) as tx:
            await rests_on(tx)
            await tx.deadlines.set(MARK)
            others.append(asyncio.create_task(other()))
            await written.wait()

    others: list[asyncio.Task[None]] = []
    assuming = asyncio.create_task(assume())
    await written.wait()
    await until_someone_waits(postgresql_url)
    end.set()
    await others[0]
    with pytest.raises(Conflict):
        await assuming
    assert not await is_marked(store)


async def test_what_only_reads_is_never_in_conflict(store: SqlStore) -> None:
    async with store.transaction(assuming=True) as tx:
        await _load_contact(tx)
        await _terminal_is_there(tx)
        async with store.transaction() as other:
            await save_contact(other)
            await _lose_terminal(other)
    async with store.looking() as tx:
        contact = await tx.contacts.load(C1)
    assert contact is not None
    assert contact.language.endswith("!")


async def test_what_it_wrote_before_a_look_is_undone_too(store: SqlStore) -> None:
    async def act(tx: Transaction) -> None:
        await _load_contact(tx)
        await tx.deadlines.set(MARK)
        # Read from the table that was to be written: the transaction has begun now.
        assert await tx.deadlines.next_due() == MARK.due
        async with store.transaction() as other:
            await save_contact(other)

    await conflicts(store, act)
    assert not await is_marked(store)


async def test_a_contact_seen_in_a_queue_is_loaded_as_it_was_seen(store: SqlStore) -> None:
    contact = waiting("w1", OTHER_KIOSK)
    async with store.transaction() as tx:
        await tx.contacts.add(contact)

    async def act(tx: Transaction) -> None:
        [seen] = await tx.contacts.waiting([contact.ring])
        async with store.transaction() as other:
            await save(other, then(contact, SetLanguage("sv")))
        assert await tx.contacts.load(seen.id) == seen
        await tx.contacts.save(offered(seen, BELLA))

    await conflicts(store, act)
    async with store.transaction(assuming=True) as tx:
        [seen] = await tx.contacts.waiting([contact.ring])
        assert await tx.contacts.load(seen.id) == seen
        await tx.contacts.save(offered(seen, BELLA))
    async with store.looking() as tx:
        now = await tx.contacts.load(contact.id)
    assert now is not None
    assert now.language == "sv"
    assert now.offer is not None


async def test_a_person_who_holds_a_contact_cannot_be_claimed(store: SqlStore) -> None:
    async def act(tx: Transaction) -> None:
        contact = waiting("w1", OTHER_KIOSK)
        await tx.contacts.add(contact)
        await tx.contacts.claim(ANNA, contact.id)

    with pytest.raises(StaffBusy):
        await assume(store, act)
    async with store.looking() as tx:
        assert await tx.contacts.load(ContactId("w1")) is None


async def test_an_offer_that_has_run_out_is_not_accepted_whatever_was_decided(postgresql_url: str) -> None:
    # By the clock that decides it has not; by the database's, which is asked as it is written, long since.
    past = datetime(2024, 3, 2, 9, 0, tzinfo=UTC)
    store = SqlStore(postgresql_url)
    contact = waiting(requested_at=past)
    async with store.transaction() as tx:
        await tx.contacts.add(contact)
        await save(tx, offered(contact, now=past))

    async def act(tx: Transaction) -> None:
        loaded = await tx.contacts.load(contact.id)
        assert loaded is not None
        await tx.contacts.save(accepted(loaded, past + timedelta(seconds=5)))

    await conflicts(store, act)
    async with store.looking() as tx:
        still = await tx.contacts.load(contact.id)
    assert still is not None
    assert still.call is None
    await store.close()
