"""Offers that ring at several experts: written, answered, refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from palvelurinki.domain.brokering import decide
from palvelurinki.domain.call import CallId, SeatId
from palvelurinki.domain.commands import AcceptOffer, CloseForToday, ExpireOffer, WithdrawRinging
from palvelurinki.domain.contact import Contact, ContactId, ContactOutcome
from palvelurinki.domain.directory import StaffId, UnitId
from palvelurinki.domain.effects import Claim, Free
from palvelurinki.domain.errors import Conflict, StaffBusy
from palvelurinki.domain.offer import OfferId, OfferState, Ringing, RingingState, WithdrawReason
from palvelurinki.ports import Store, Transaction
from tests.contract.builders import (
    ANNA,
    BERT,
    OTHER_KIOSK,
    accepted,
    declined,
    left,
    offered,
    save,
    then,
    waiting,
)
from tests.contract.conftest import FAULTS, START

CARLA = StaffId("carla")
# Not in the order of their names: the ring puts them so.
ALL = (CARLA, ANNA, BERT)


async def _load(store: Store, name: str = "c1") -> Contact:
    async with store.reading() as tx:
        contact = await tx.contacts.load(ContactId(name))
    assert contact is not None
    return contact


async def _ring(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
        await tx.contacts.save(offered(waiting(), ALL))


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(
            [lambda c: declined(c, staff=ANNA), lambda c: accepted(c, staff=BERT), left],
            id="one declines, one takes it, one falls silent",
        ),
        pytest.param(
            [
                lambda c: then(c, WithdrawRinging(OfferId("o1"), CARLA)),
                lambda c: then(c, ExpireOffer(OfferId("o1")), START + timedelta(seconds=20)),
                lambda c: offered(c, (BERT, CARLA), "o2"),
                left,
            ],
            id="one loses the console, the others let it ring out, two are asked again",
        ),
        pytest.param(
            [partial(declined, staff=staff) for staff in (BERT, CARLA, ANNA)], id="all decline, one after another"
        ),
    ],
)
async def test_offer_at_several_comes_back_step_by_step(
    store: Store, steps: list[Callable[[Contact], Contact]]
) -> None:
    await _ring(store)
    expected = replace(offered(waiting(), ALL), version=1)
    assert await _load(store) == expected
    for step in steps:
        async with store.transaction() as tx:
            before = await tx.contacts.load(ContactId("c1"))
            assert before == expected
            expected = await save(tx, step(before))
            assert await tx.contacts.load(ContactId("c1")) == expected
        assert await _load(store) == expected


async def test_first_to_accept_has_it_and_the_others_are_free(store: Store) -> None:
    """With the claims as the use cases make and give them up, from the effects of the decisions."""

    async def do(tx: Transaction, command: AcceptOffer) -> None:
        before = await tx.contacts.load(ContactId("c1"))
        assert before is not None
        decision = decide(before, command, START)
        await tx.contacts.save(decision.contact)
        for effect in decision.effects:
            if isinstance(effect, Claim):
                await tx.contacts.claim(effect.staff, before.id)
            if isinstance(effect, Free):
                await tx.contacts.free(effect.staff, before.id)

    await _ring(store)
    async with store.transaction() as tx:
        for staff in sorted(ALL):
            await tx.contacts.claim(staff, ContactId("c1"))
    async with store.transaction() as tx:
        await do(tx, AcceptOffer(OfferId("o1"), ANNA, CallId("k1"), SeatId("s1"), SeatId("s2")))
    contact = await _load(store)
    assert contact.offer is not None
    silent = (RingingState.WITHDRAWN, START, WithdrawReason.ANSWERED_ELSEWHERE)
    assert contact.offer.state is OfferState.ACCEPTED
    assert contact.offer.ringings == (
        Ringing(CARLA, *silent),
        Ringing(ANNA, RingingState.ACCEPTED, START),
        Ringing(BERT, *silent),
    )
    async with store.transaction() as tx:
        assert [await tx.contacts.live_of_staff(staff) for staff in ALL] == [None, "c1", None]
        # It rings at them no more, so another contact may be put to them.
        await tx.contacts.add(waiting("c2", OTHER_KIOSK))
        await tx.contacts.save(offered(waiting("c2", OTHER_KIOSK), (BERT, CARLA), "o2"))
        for staff in (BERT, CARLA):
            await tx.contacts.claim(staff, ContactId("c2"))


@pytest.mark.parametrize("staff", ALL)
async def test_it_rings_at_a_person_for_one_contact(store: Store, staff: StaffId) -> None:
    """Whichever place they have in either offer (I1)."""
    await _ring(store)
    second = waiting("c2", OTHER_KIOSK)
    async with store.transaction() as tx:
        await tx.contacts.add(second)
    for asked in ((StaffId("dora"), staff), (staff, StaffId("dora"))):
        with pytest.raises(StaffBusy):
            async with store.transaction() as tx:
                await tx.contacts.save(offered(second, asked, "o2"))
    assert await _load(store, "c2") == second


async def test_who_has_declined_may_be_rung_for_another_while_it_rings_on_at_the_others(store: Store) -> None:
    await _ring(store)
    async with store.transaction() as tx:
        contact = await tx.contacts.load(ContactId("c1"))
        assert contact is not None
        await tx.contacts.save(declined(contact, staff=ANNA))
        await tx.contacts.add(waiting("c2", OTHER_KIOSK))
        await tx.contacts.save(offered(waiting("c2", OTHER_KIOSK), ANNA, "o2"))
    first, second = await _load(store), await _load(store, "c2")
    assert first.offer is not None
    assert second.offer is not None
    assert [each.staff for each in first.offer.still_ringing] == [CARLA, BERT]
    assert [each.staff for each in second.offer.still_ringing] == [ANNA]


async def test_contact_that_rings_at_several_has_one_open_offer(store: Store) -> None:
    await _ring(store)
    doubled = replace(offered(waiting(), (StaffId("dora"), StaffId("eero")), "o2"), version=1)
    with pytest.raises(Conflict):
        async with store.transaction() as tx:
            await tx.contacts.save(doubled)


async def test_unit_head_start_and_who_let_it_ring_out_come_back(store: Store) -> None:
    whole = replace(
        waiting(),
        unit=UnitId("east"),
        head_start_s=900,
        passed_by=frozenset({ANNA, BERT}),
        missed_by=frozenset({BERT}),
        recused=frozenset({ANNA}),
    )
    async with store.transaction() as tx:
        await tx.contacts.add(whole)
    assert await _load(store) == whole


async def test_ring_that_closes_ends_its_contacts(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
        await tx.contacts.save(then(waiting(), CloseForToday()))
    assert (await _load(store)).outcome is ContactOutcome.RING_CLOSED


async def test_ringing_that_ended_without_a_time_is_a_fault(store: Store) -> None:
    ringing = offered(waiting(), ALL)
    assert ringing.offer is not None
    timeless = tuple(replace(each, state=RingingState.MISSED) for each in ringing.offer.ringings)
    with pytest.raises(FAULTS):
        async with store.transaction() as tx:
            await tx.contacts.add(replace(ringing, offer=replace(ringing.offer, ringings=timeless)))
