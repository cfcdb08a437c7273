"""Handoff notes: there while their contact is open, or is to come next, and destroyed with it (I8)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from palvelurinki.domain.brokering import decide
from palvelurinki.domain.commands import LeaveContact
from palvelurinki.domain.directory import ServiceId
from palvelurinki.domain.situation import FurtherMatter, Handoff, Situation
from palvelurinki.ports import Store
from tests.contract.builders import OTHER_KIOSK, waiting
from tests.contract.conftest import START

NOTE = Handoff("Asumistuen muutos", "Haku verkossa ei onnistu", "Päätös liitteistä")
SHORT = Handoff("Muuta")


async def keep(store: Store, **notes: Handoff) -> None:
    async with store.transaction() as tx:
        for contact, note in notes.items():
            await tx.handoffs.keep(contact, note)


async def kept(store: Store, *contacts: str) -> dict[str, Handoff]:
    async with store.reading() as tx:
        return dict(await tx.handoffs.of(contacts))


async def orphans(store: Store) -> int:
    async with store.transaction() as tx:
        return await tx.handoffs.drop_orphans()


async def test_a_note_comes_back_as_it_was_and_gives_way_to_another(store: Store) -> None:
    await keep(store, c1=NOTE, c2=SHORT)
    assert await kept(store, "c1", "c2", "c3") == {"c1": NOTE, "c2": SHORT}
    assert await kept(store) == {}
    await keep(store, c1=SHORT)
    assert await kept(store, "c1") == {"c1": SHORT}


async def test_a_note_that_is_written_and_dropped_in_one_transaction_is_gone(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.handoffs.keep("c1", NOTE)
        await tx.handoffs.drop(["c1"])
    assert await kept(store, "c1") == {}


async def test_dropped_notes_are_gone_and_others_stay(store: Store) -> None:
    await keep(store, c1=NOTE, c2=SHORT, c3=NOTE)
    async with store.transaction() as tx:
        await tx.handoffs.drop(["c1", "c3", "c4"])
        assert await tx.handoffs.of(["c1", "c2", "c3"]) == {"c2": SHORT}
    assert await kept(store, "c1", "c2", "c3") == {"c2": SHORT}


async def test_a_note_is_written_with_the_rest_of_its_transaction_or_not_at_all(store: Store) -> None:
    async def crash() -> None:
        async with store.transaction() as tx:
            await tx.handoffs.keep("c1", NOTE)
            raise RuntimeError("crash")

    with pytest.raises(RuntimeError):
        await crash()
    assert await kept(store, "c1") == {}


async def test_orphans_are_those_of_contacts_that_have_ended_or_never_come(store: Store) -> None:
    matter = FurtherMatter("c9", ServiceId("housing"), START, noted=True)
    open_one = replace(waiting("c1"), situation=Situation(noted=True, further=(matter,)))
    over = decide(waiting("c2", OTHER_KIOSK), LeaveContact(), START + timedelta(seconds=1)).contact
    async with store.transaction() as tx:
        await tx.contacts.add(open_one)
        await tx.contacts.add(waiting("c2", OTHER_KIOSK))
        await tx.contacts.save(over)
    await keep(store, c1=NOTE, c2=NOTE, c9=SHORT, never=NOTE)
    assert await orphans(store) == 2
    assert await kept(store, "c1", "c2", "c9", "never") == {"c1": NOTE, "c9": SHORT}
    assert await orphans(store) == 0
