"""What the past and the present tell a forecast: how long calls took, what experts hold, and an offer by its id."""

from dataclasses import replace
from datetime import timedelta

from palvelurinki.domain.call import CallId
from palvelurinki.domain.contact import ContactId, ContactState
from palvelurinki.domain.directory import RingId, ServiceId, StaffId
from palvelurinki.domain.offer import OfferId, OfferState
from palvelurinki.domain.record import ServiceEventId
from palvelurinki.ports import Handled, Store
from tests.contract.builders import (
    ANNA,
    BERT,
    OTHER_KIOSK,
    RING,
    accepted,
    declined,
    event,
    left,
    offered,
    save,
    store_in_call,
    waiting,
)
from tests.contract.conftest import START

CECILIA = StaffId("cecilia")


# ---- How long calls took -------------------------------------------------------------------------------------


async def test_calls_are_told_newest_first_and_each_ring_has_its_own(store: Store) -> None:
    events = [
        replace(
            event(f"e{number}", f"call-{number}", START + timedelta(minutes=number)),
            offered_at=START + timedelta(minutes=number, seconds=-100),
            accepted_at=START + timedelta(minutes=number, seconds=-90.5),
            language=language,
        )
        for number, language in ((2, "sv"), (1, "fi"), (3, "en"))
    ]
    elsewhere = replace(event("e9", "call-9"), ring=RingId("vero-ring"), service=ServiceId("tax"))
    async with store.transaction() as tx:
        for each in (*events, elsewhere):
            await tx.service_events.add(each)
    async with store.reading() as tx:
        handled = await tx.service_events.handled(RING, 10)
        assert list(handled) == [
            Handled(ServiceId("housing"), language, 9.5, 90.5, START + timedelta(minutes=number))
            for number, language in ((3, "en"), (2, "sv"), (1, "fi"))
        ]
        assert list(await tx.service_events.handled(RING, 2)) == list(handled)[:2]
        assert [each.service for each in await tx.service_events.handled(RingId("vero-ring"), 10)] == ["tax"]
        assert list(await tx.service_events.handled(RingId("none"), 10)) == []


async def test_calls_that_ended_at_the_same_moment_have_an_order(store: Store) -> None:
    async with store.transaction() as tx:
        for name, language in (("e1", "fi"), ("e3", "en"), ("e2", "sv")):
            await tx.service_events.add(
                replace(event(name, f"call-{name}"), id=ServiceEventId(name), language=language, call=CallId(name))
            )
        assert [each.language for each in await tx.service_events.handled(RING, 10)] == ["en", "sv", "fi"]


async def test_a_call_never_took_less_than_no_time(store: Store) -> None:
    """The clock was set back in its course."""
    backwards = replace(event(), offered_at=START, accepted_at=START - timedelta(seconds=5))
    async with store.transaction() as tx:
        await tx.service_events.add(replace(backwards, ended_at=START - timedelta(seconds=9)))
        [handled] = await tx.service_events.handled(RING, 1)
    assert (handled.answered_s, handled.handled_s) == (0.0, 0.0)


# ---- What experts hold ---------------------------------------------------------------------------------------


async def test_what_rings_at_a_person_and_whom_they_talk_to_is_what_they_hold(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.contacts.held_by([ANNA, BERT]) == {}
        assert await tx.contacts.held_by([]) == {}
        talking = await store_in_call(tx, "c1", staff=ANNA)
        contact = waiting("c2", OTHER_KIOSK)
        await tx.contacts.add(contact)
        rung = await save(tx, offered(contact, (BERT, CECILIA), "o2"))
        for staff in (BERT, CECILIA):
            await tx.contacts.claim(staff, rung.id)
    async with store.reading() as tx:
        held = await tx.contacts.held_by([ANNA, BERT, CECILIA, StaffId("nobody")])
        assert {staff: each.id for staff, each in held.items()} == {ANNA: "c1", BERT: "c2", CECILIA: "c2"}
        # Whole: the call and the offer with its ringings.
        assert held[ANNA] == talking
        assert held[BERT] == held[CECILIA] == rung
        assert list(await tx.contacts.held_by([ANNA])) == [ANNA]


async def test_who_was_freed_holds_nothing(store: Store) -> None:
    async with store.transaction() as tx:
        contact = await store_in_call(tx, "c1", staff=ANNA)
        await save(tx, left(contact, START + timedelta(minutes=1)))
        await tx.contacts.free(ANNA, contact.id)
        assert await tx.contacts.held_by([ANNA]) == {}


# ---- An offer by its id --------------------------------------------------------------------------------------


async def test_an_offer_is_found_also_when_the_contact_has_had_another_since(store: Store) -> None:
    async with store.transaction() as tx:
        contact = waiting()
        await tx.contacts.add(contact)
        first = await save(tx, offered(contact, (ANNA, BERT), "o1"))
        passed = await save(tx, declined(declined(first, START + timedelta(seconds=2)), START + timedelta(seconds=3)))
        second = await save(tx, offered(passed, CECILIA, "o2", START + timedelta(seconds=4)))
        await save(tx, accepted(second, START + timedelta(seconds=6)))
    async with store.reading() as tx:
        earlier, latest = [await tx.contacts.find_offer(OfferId(name)) for name in ("o1", "o2")]
        assert await tx.contacts.find_offer(OfferId("none")) is None
    assert earlier is not None
    assert latest is not None
    assert earlier[1] == passed.offer
    assert (earlier[1].state, [each.staff for each in earlier[1].ringings]) == (OfferState.DECLINED, [ANNA, BERT])
    assert (latest[1].id, latest[1].state, latest[1].accepted_by) == ("o2", OfferState.ACCEPTED, CECILIA)
    assert {earlier[0].id, latest[0].id} == {ContactId("c1")}
    assert latest[0].state is ContactState.IN_CALL
