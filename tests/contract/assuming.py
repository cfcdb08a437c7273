"""What the tests of transactions that assume share: a contact, an expert and a kiosk, and what others do meanwhile."""

from collections.abc import Awaitable, Callable

import pytest

from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.domain.commands import SetLanguage
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.errors import Conflict
from palvelurinki.domain.presence import Presence, arrive, make_ready, pause
from palvelurinki.ports import Deadline, Transaction
from tests.contract.builders import KIOSK, store_in_call, then
from tests.contract.conftest import START

Act = Callable[[Transaction], Awaitable[object]]

C1 = ContactId("c1")
TERMINAL = f"terminal:{KIOSK}"
MARK = Deadline(DeadlineKind.CONTACT_RETRY, "a mark", START)
BELLA = StaffId("bella")


async def prepare(store: SqlStore) -> None:
    """A contact in a call, an expert who is ready at her console, and a kiosk."""
    async with store.transaction() as tx:
        await store_in_call(tx)
        await tx.presences.save(make_ready(arrive(Presence(BELLA), START), START))
        await tx.connections.open("staff:bella", "s-bella", "n1", "t-bella")
        await tx.connections.open(TERMINAL, "s-kiosk", "n1", "t-kiosk")
        await tx.configurations.add("{}", "x", 0)


async def save_contact(tx: Transaction) -> None:
    """Its language is another one."""
    contact = await tx.contacts.load(C1)
    assert contact is not None
    await tx.contacts.save(then(contact, SetLanguage(f"{contact.language}!")))


async def pause_expert(tx: Transaction) -> None:
    """The expert goes for lunch."""
    await tx.presences.save(pause(await tx.presences.load(BELLA), "lunch", START))


async def assume(store: SqlStore, act: Act) -> None:
    """Do it in a transaction that assumes."""
    async with store.transaction(assuming=True) as tx:
        await act(tx)


async def conflicts(store: SqlStore, act: Act) -> None:
    """Do it so, in vain."""
    with pytest.raises(Conflict):
        await assume(store, act)


async def is_marked(store: SqlStore) -> bool:
    """Whether the mark was set."""
    async with store.looking() as tx:
        return await tx.deadlines.next_due() == MARK.due
