"""Contacts as they are written, changed and refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from palvelurinki.domain.commands import ContinueContact, EndQuiet, QuietUntilRetry, SetLanguage
from palvelurinki.domain.contact import Contact, ContactId, SessionId
from palvelurinki.domain.errors import Conflict, StaffBusy, TerminalBusy
from palvelurinki.ports import Store
from tests.contract.builders import (
    ANNA,
    BERT,
    KIOSK,
    OTHER_KIOSK,
    accepted,
    declined,
    joined,
    left,
    offered,
    save,
    store_in_call,
    then,
    waiting,
)
from tests.contract.conftest import FAULTS, START, ManualClock


async def _load(store: Store, name: str = "c1") -> Contact | None:
    async with store.reading() as tx:
        return await tx.contacts.load(ContactId(name))


async def test_unknown_contact_is_none(store: Store) -> None:
    assert await _load(store) is None
    async with store.transaction() as tx:
        assert await tx.contacts.load(ContactId("c1")) is None


async def test_new_contact_comes_back_as_it_was(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
    assert await _load(store) == waiting()
    async with store.transaction() as tx:
        assert await tx.contacts.load(ContactId("c1")) == waiting()


async def test_whole_life_of_a_contact_comes_back_step_by_step(store: Store) -> None:
    now = START
    expected = waiting()
    async with store.transaction() as tx:
        await tx.contacts.add(expected)
    steps: list[Callable[[Contact], Contact]] = [
        lambda contact: offered(contact, ANNA, "o1", now),
        lambda contact: declined(contact, now + timedelta(seconds=3)),
        lambda contact: then(contact, QuietUntilRetry(30), now),
        lambda contact: then(contact, EndQuiet(), now),
        lambda contact: then(contact, SetLanguage("sv"), now),
        lambda contact: then(contact, ContinueContact(SessionId("s2")), now),
        # At the same instant as the first offer, and with an id that sorts before it: still the latest.
        lambda contact: offered(contact, BERT, "a-later-offer", now),
        lambda contact: accepted(contact, now + timedelta(seconds=9)),
        lambda contact: joined(contact, KIOSK),
        lambda contact: joined(contact, BERT),
        lambda contact: joined(contact, BERT),
        lambda contact: left(contact, now + timedelta(minutes=5, microseconds=7)),
    ]
    for step in steps:
        async with store.transaction() as tx:
            before = await tx.contacts.load(ContactId("c1"))
            assert before is not None
            expected = await save(tx, step(before))
            assert await tx.contacts.load(ContactId("c1")) == expected
        assert await _load(store) == expected
    assert expected.version == len(steps)


async def test_several_steps_fit_in_one_transaction(store: Store) -> None:
    async with store.transaction() as tx:
        in_call = await store_in_call(tx)
    assert await _load(store) == in_call


async def test_saving_what_did_not_change_changes_nothing(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
    async with store.transaction() as tx:
        contact = await tx.contacts.load(ContactId("c1"))
        assert contact is not None
        await tx.contacts.save(contact)
    assert await _load(store) == waiting()


async def test_only_the_contact_that_is_saved_changes(store: Store) -> None:
    other = waiting("c2", OTHER_KIOSK)
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
        await tx.contacts.add(other)
    async with store.transaction() as tx:
        await tx.contacts.save(offered(waiting()))
    assert await _load(store, "c2") == other


async def test_stale_contact_is_refused(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
    async with store.transaction() as tx:
        await tx.contacts.save(offered(waiting()))
    with pytest.raises(Conflict):
        async with store.transaction() as tx:
            await tx.contacts.save(then(waiting(), SetLanguage("sv")))
    saved = await _load(store)
    assert saved is not None
    assert saved.language == "fi"


async def test_second_save_needs_a_second_load(store: Store) -> None:
    """What was saved is no longer what the caller holds: its version has moved on, also within the transaction."""
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())

    async def save_twice() -> None:
        async with store.transaction() as tx:
            await tx.contacts.save(then(waiting(), SetLanguage("sv")))
            await tx.contacts.save(then(waiting(), SetLanguage("en")))

    with pytest.raises(Conflict):
        await save_twice()
    async with store.transaction() as tx:
        await tx.contacts.save(then(waiting(), SetLanguage("sv")))
        again = await tx.contacts.load(ContactId("c1"))
        assert again is not None
        await tx.contacts.save(then(again, SetLanguage("en")))
    saved = await _load(store)
    assert saved is not None
    assert (saved.language, saved.version) == ("en", 2)


async def test_contact_that_was_never_added_cannot_be_saved(store: Store) -> None:
    with pytest.raises(Conflict):
        async with store.transaction() as tx:
            await tx.contacts.save(offered(waiting()))


async def test_terminal_has_one_live_contact(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
    with pytest.raises(TerminalBusy):
        async with store.transaction() as tx:
            await tx.contacts.add(waiting("c2"))
    assert await _load(store, "c2") is None
    async with store.transaction() as tx:
        await tx.contacts.save(left(waiting()))
        await tx.contacts.add(waiting("c2"))
    assert await _load(store, "c2") == waiting("c2")


async def test_id_that_is_taken_is_a_fault_and_no_refusal(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
    with pytest.raises(FAULTS):
        async with store.transaction() as tx:
            await tx.contacts.add(waiting("c1", OTHER_KIOSK))


async def test_contact_has_one_open_offer(store: Store) -> None:
    """A caller who opens a second offer without closing the first is stopped by the index (I1)."""
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
    async with store.transaction() as tx:
        await save(tx, offered(waiting()))
    doubled = replace(offered(waiting(), BERT, "o2"), version=1)
    with pytest.raises(Conflict):
        async with store.transaction() as tx:
            await tx.contacts.save(doubled)


async def test_person_has_one_open_offer(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
        await tx.contacts.add(waiting("c2", OTHER_KIOSK))
        await tx.contacts.save(offered(waiting()))
    with pytest.raises(StaffBusy):
        async with store.transaction() as tx:
            await tx.contacts.save(offered(waiting("c2", OTHER_KIOSK), ANNA, "o2"))
    assert await _load(store, "c2") == waiting("c2", OTHER_KIOSK)


async def test_offer_is_not_accepted_after_its_expiry_whatever_was_decided(timed: Store, clock: ManualClock) -> None:
    """The decision was made in time, the transaction came too late: the store's own clock has the last word (I2)."""
    async with timed.transaction() as tx:
        await tx.contacts.add(waiting())
        ringing = await save(tx, offered(waiting()))
    assert ringing.offer is not None
    clock.at = ringing.offer.expires_at
    with pytest.raises(Conflict):
        async with timed.transaction() as tx:
            await tx.contacts.save(accepted(ringing))
    assert await _load(timed) == ringing
    clock.advance(microseconds=-1)
    async with timed.transaction() as tx:
        await tx.contacts.save(accepted(ringing))


async def test_person_has_one_live_seat(store: Store) -> None:
    """Also when nobody asked for the claim, and the earlier offer is no longer open."""
    async with store.transaction() as tx:
        await store_in_call(tx)
        other = waiting("c2", OTHER_KIOSK)
        await tx.contacts.add(other)
        other = await save(tx, offered(other, ANNA, "o2"))
    with pytest.raises(StaffBusy):
        async with store.transaction() as tx:
            await tx.contacts.save(accepted(other))


async def test_terminal_has_one_live_seat(store: Store) -> None:
    async with store.transaction() as tx:
        contact = await store_in_call(tx)
        other = waiting("c2", OTHER_KIOSK)
        await tx.contacts.add(other)
        other = await save(tx, offered(other, BERT, "o2"))
    assert contact.call is not None
    in_wrong_place = replace(accepted(other), terminal=KIOSK)
    assert in_wrong_place.call is not None
    terminal_seat, expert_seat = in_wrong_place.call.seats
    seats = (replace(terminal_seat, terminal=KIOSK), expert_seat)
    with pytest.raises(TerminalBusy):
        async with store.transaction() as tx:
            await tx.contacts.save(
                replace(in_wrong_place, terminal=OTHER_KIOSK, call=replace(in_wrong_place.call, seats=seats))
            )


async def test_person_holds_one_contact(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
        await tx.contacts.add(waiting("c2", OTHER_KIOSK))
        await tx.contacts.claim(ANNA, ContactId("c1"))
    for contact in ("c1", "c2"):
        with pytest.raises(StaffBusy):
            async with store.transaction() as tx:
                await tx.contacts.claim(ANNA, ContactId(contact))
    async with store.reading() as tx:
        assert await tx.contacts.live_of_staff(ANNA) == "c1"


async def test_person_comes_free_of_the_contact_they_hold_and_no_other(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
        await tx.contacts.add(waiting("c2", OTHER_KIOSK))
        await tx.contacts.claim(ANNA, ContactId("c1"))
        await tx.contacts.free(ANNA, ContactId("c2"))
        await tx.contacts.free(BERT, ContactId("c1"))
        assert await tx.contacts.live_of_staff(ANNA) == "c1"
        await tx.contacts.free(ANNA, ContactId("c1"))
        await tx.contacts.free(ANNA, ContactId("c1"))
        assert await tx.contacts.live_of_staff(ANNA) is None
        await tx.contacts.claim(ANNA, ContactId("c2"))


async def test_claim_of_a_contact_that_is_not_there_is_a_fault(store: Store) -> None:
    with pytest.raises(FAULTS):
        async with store.transaction() as tx:
            await tx.contacts.claim(ANNA, ContactId("none"))


async def test_state_that_the_domain_does_not_know_is_refused_by_the_database(store: Store) -> None:
    without_outcome = replace(left(waiting()), outcome=None)
    with pytest.raises(FAULTS):
        async with store.transaction() as tx:
            await tx.contacts.add(without_outcome)
