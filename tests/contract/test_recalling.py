"""What a node recalls from before: a transaction that assumes goes on from it, and asks only if it still stands."""

from collections.abc import Collection
from dataclasses import replace

import pytest

from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.adapters.system import HmacPseudonyms, SystemIds
from palvelurinki.application import contacts
from palvelurinki.application.changes import Changes
from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Context
from palvelurinki.domain.commands import SetLanguage
from palvelurinki.domain.contact import Contact, SessionId
from palvelurinki.domain.directory import Directory, StaffId
from palvelurinki.domain.presence import Presence, make_ready, pause
from palvelurinki.ports import Transaction
from tests.contract.assuming import BELLA, C1, MARK, Act, conflicts, is_marked, pause_expert, prepare, save_contact
from tests.contract.builders import OTHER_KIOSK, offered, save, then, waiting
from tests.contract.conftest import START

SESSION = SessionId("a session")


@pytest.fixture
async def store(postgresql_store: SqlStore) -> SqlStore:
    """A store with a contact in a call, an expert who is ready at her console, and a kiosk."""
    await prepare(postgresql_store)
    return postgresql_store


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


@pytest.mark.parametrize("meanwhile", [save_contact, pause_expert])
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

    await conflicts(store, rest_on_both)
    await conflicts(store, save_both)
    assert not await is_marked(store)


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

    await conflicts(store, offer)


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
