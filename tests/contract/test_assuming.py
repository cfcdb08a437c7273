"""Transactions that assume: PostgreSQL lets others in between, and then nothing of them is done.

What holds for every transaction, these too, is in the other tests: `conftest.AssumingStore` runs them once more.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.adapters.system import HmacPseudonyms, SystemIds
from palvelurinki.application import contacts
from palvelurinki.application.changes import Changes
from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Context
from palvelurinki.domain.commands import SetLanguage
from palvelurinki.domain.contact import Contact, ContactId, SessionId
from palvelurinki.domain.directory import Directory, StaffId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.errors import Conflict, StaffBusy
from palvelurinki.domain.presence import Presence, arrive, make_ready, pause, wrap_up
from palvelurinki.ports import Deadline, Transaction
from tests.contract.builders import ANNA, KIOSK, OTHER_KIOSK, accepted, offered, save, store_in_call, then, waiting
from tests.contract.conftest import START
from tests.support.postgres import until_someone_waits

Act = Callable[[Transaction], Awaitable[object]]

C1 = ContactId("c1")
SESSION = SessionId("a session")
TERMINAL = f"terminal:{KIOSK}"
MARK = Deadline(DeadlineKind.CONTACT_RETRY, "a mark", START)


BELLA = StaffId("bella")


@pytest.fixture
async def store(postgresql_store: SqlStore) -> SqlStore:
    """A store with a contact in a call, an expert who is ready at her console, and a kiosk."""
    async with postgresql_store.transaction() as tx:
        await store_in_call(tx)
        await tx.presences.save(make_ready(arrive(Presence(BELLA), START), START))
        await tx.connections.open("staff:bella", "s-bella", "n1", "t-bella")
        await tx.connections.open(TERMINAL, "s-kiosk", "n1", "t-kiosk")
        await tx.configurations.add("{}", "x", 0)
    return postgresql_store


async def _load_contact(tx: Transaction) -> None:
    assert await tx.contacts.load(C1) is not None


async def _see_contact_in_call(tx: Transaction) -> None:
    contact = await tx.contacts.load(C1)
    assert contact is not None
    assert contact.call is not None
    assert await tx.contacts.load_of_call(contact.call.id) == contact


async def _save_contact(tx: Transaction) -> None:
    contact = await tx.contacts.load(C1)
    assert contact is not None
    await tx.contacts.save(then(contact, SetLanguage(f"{contact.language}!")))


async def _load_presence(tx: Transaction) -> None:
    assert (await tx.presences.load(BELLA)).state == "ready"


async def _pause(tx: Transaction) -> None:
    await tx.presences.save(pause(await tx.presences.load(BELLA), "lunch", START))


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
    pytest.param(_load_contact, _save_contact, id="a contact that was loaded"),
    pytest.param(_see_contact_in_call, _save_contact, id="a contact found by its call"),
    pytest.param(_save_contact, _save_contact, id="a contact that is saved"),
    pytest.param(_load_presence, _pause, id="a status that was loaded"),
    pytest.param(_pause, _wrap_up, id="a status that is saved"),
    pytest.param(_ring, _pause, id="whom it rings pauses"),
    pytest.param(_ring, _wrap_up, id="whom it rings wraps up"),
    pytest.param(_ring, _lose_console, id="whom it rings is lost"),
    pytest.param(_terminal_is_there, _lose_terminal, id="the terminal is lost"),
    pytest.param(_session_is_there, _lose_terminal, id="the session is lost"),
    pytest.param(_session_is_there, _open_terminal, id="another session speaks"),
    pytest.param(_rest_on_configuration, _configure, id="another configuration"),
]


async def _assume(store: SqlStore, act: Act) -> None:
    async with store.transaction(assuming=True) as tx:
        await act(tx)


async def _conflicts(store: SqlStore, act: Act) -> None:
    with pytest.raises(Conflict):
        await _assume(store, act)


async def _is_marked(store: SqlStore) -> bool:
    async with store.looking() as tx:
        return await tx.deadlines.next_due() == MARK.due


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

    await _conflicts(store, act)
    assert not await _is_marked(store)


@pytest.mark.parametrize("rests_on", dict.fromkeys(case.values[0] for case in BETWEEN))
async def test_when_nobody_comes_between_it_is_done(store: SqlStore, rests_on: Act) -> None:
    async with store.transaction(assuming=True) as tx:
        await rests_on(tx)
        await tx.deadlines.set(MARK)
    assert await _is_marked(store)


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
    assert not await _is_marked(store)


async def test_what_only_reads_is_never_in_conflict(store: SqlStore) -> None:
    async with store.transaction(assuming=True) as tx:
        await _load_contact(tx)
        await _terminal_is_there(tx)
        async with store.transaction() as other:
            await _save_contact(other)
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
            await _save_contact(other)

    await _conflicts(store, act)
    assert not await _is_marked(store)


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

    await _conflicts(store, act)
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
        await _assume(store, act)
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

    await _conflicts(store, act)
    async with store.looking() as tx:
        still = await tx.contacts.load(contact.id)
    assert still is not None
    assert still.call is None
    await store.close()


# ---- What is recalled --------------------------------------------------------------------------------------------


async def _now(store: SqlStore) -> tuple[Contact, Presence]:
    async with store.looking() as tx:
        contact = await tx.contacts.load(C1)
        assert contact is not None
        return contact, await tx.presences.load(BELLA)


async def test_what_is_recalled_and_stands_so_is_saved_without_being_loaded(store: SqlStore) -> None:
    contact, presence = await _now(store)
    async with store.transaction(assuming=True) as tx:
        assert tx.contacts.recall(contact)
        assert tx.presences.recall(presence)
        assert await tx.contacts.load(C1) is contact
        assert await tx.presences.load(BELLA) is presence
        await tx.contacts.save(then(contact, SetLanguage("sv")))
        await tx.presences.save(pause(presence, "lunch", START))
    after, paused = await _now(store)
    assert after == replace(contact, language="sv", version=contact.version + 1)
    assert (paused.state, paused.version) == ("paused", presence.version + 1)


@pytest.mark.parametrize("meanwhile", [_save_contact, _pause])
async def test_what_is_recalled_and_has_moved_on_is_a_conflict(store: SqlStore, meanwhile: Act) -> None:
    contact, presence = await _now(store)
    async with store.transaction() as tx:
        await meanwhile(tx)

    async def rest_on_both(tx: Transaction) -> None:
        assert tx.contacts.recall(contact)
        assert tx.presences.recall(presence)
        await tx.deadlines.set(MARK)

    async def save_both(tx: Transaction) -> None:
        await rest_on_both(tx)
        await tx.contacts.save(then(contact, SetLanguage("sv")))
        await tx.presences.save(make_ready(presence, START))

    await _conflicts(store, rest_on_both)
    await _conflicts(store, save_both)
    assert not await _is_marked(store)


async def test_what_a_transaction_holds_it_does_not_recall(store: SqlStore) -> None:
    contact, presence = await _now(store)
    async with store.transaction(assuming=True) as tx:
        await tx.contacts.load(C1)
        await tx.presences.load(BELLA)
        assert not tx.contacts.recall(contact)
        assert not tx.presences.recall(presence)
    async with store.transaction() as tx:
        assert not tx.contacts.recall(contact)
        assert not tx.presences.recall(presence)


async def test_a_contact_that_is_recalled_cannot_be_offered_for_its_offers_are_not_counted(store: SqlStore) -> None:
    contact = waiting("w1", OTHER_KIOSK)
    async with store.transaction() as tx:
        await tx.contacts.add(contact)

    async def offer(tx: Transaction) -> None:
        assert tx.contacts.recall(contact)
        await tx.contacts.save(offered(contact, BELLA))

    await _conflicts(store, offer)


# ---- The time ----------------------------------------------------------------------------------------------------


async def test_the_time_goes_on_from_what_the_database_said_before(store: SqlStore) -> None:
    async with store.transaction(assuming=True) as tx:
        first = await tx.now()
    async with store.transaction(assuming=True) as tx:
        second = await tx.now()
    async with store.looking() as tx:
        third = await tx.now()
    assert first <= second <= third


# ---- A command, by what its node shows ---------------------------------------------------------------------------


class Shown:
    """What a node shows a terminal."""

    def __init__(self, *contacts: Contact) -> None:
        self._contacts = contacts

    def contacts(self, principal: Principal) -> Collection[Contact]:
        """These, to whomever they belong."""
        return [each for each in self._contacts if str(principal) == f"terminal:{each.terminal}"]

    def presence(self, _staff: StaffId) -> Presence | None:
        """Nobody's."""
        return None


async def _nobody(_changes: Changes) -> None:
    """Tells nobody."""


async def _set_language(store: SqlStore, shown: Contact) -> None:
    context = Context(
        store,
        SystemIds(),
        HmacPseudonyms("a secret of the test's"),
        "n1",
        Directory(revision=1),
        _nobody,
        recollection=Shown(shown),
    )
    await contacts.set_language(context, shown.terminal, SESSION, "an operation", shown.id, "sv")


@pytest.fixture
async def shown(store: SqlStore) -> Contact:
    """A contact that waits, as it stands."""
    contact = replace(waiting("w1", OTHER_KIOSK), session=SESSION)
    async with store.transaction() as tx:
        await tx.contacts.add(contact)
    return contact


async def test_a_command_goes_on_from_what_is_shown_and_asks_nobody(
    store: SqlStore, shown: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        # Whoever loads it fails.
        patched.setattr("palvelurinki.adapters.sql.contact_statements.LOAD", None)
        await _set_language(store, shown)
    async with store.looking() as tx:
        after = await tx.contacts.load(shown.id)
    assert after == replace(shown, language="sv", version=shown.version + 1)


async def test_a_command_is_done_when_what_is_shown_is_of_before(store: SqlStore, shown: Contact) -> None:
    async with store.transaction() as tx:
        moved = await save(tx, then(shown, SetLanguage("en", SESSION)))
    await _set_language(store, shown)
    async with store.looking() as tx:
        after = await tx.contacts.load(shown.id)
    assert after == replace(moved, language="sv", version=moved.version + 1)
