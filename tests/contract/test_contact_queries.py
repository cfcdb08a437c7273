"""How contacts are found."""

from datetime import timedelta

from palvelurinki.domain.call import CallId
from palvelurinki.domain.commands import LoseOccupant, QuietUntilRetry
from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.directory import RingId, StaffId, TerminalId
from palvelurinki.domain.offer import OfferId
from palvelurinki.ports import Store, Transaction
from tests.contract.builders import (
    ANNA,
    BERT,
    KIOSK,
    OTHER_KIOSK,
    RING,
    accepted,
    declined,
    left,
    offered,
    save,
    store_in_call,
    then,
    waiting,
)
from tests.contract.conftest import START

CARLA = StaffId("carla")
DORA = StaffId("dora")


def at(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)


async def _end(tx: Transaction, name: str, after_s: int) -> Contact:
    contact = await tx.contacts.load(ContactId(name))
    assert contact is not None
    await tx.contacts.free(ANNA, contact.id)
    return await save(tx, left(contact, START + at(after_s)))


async def test_contact_of_an_offer_and_of_a_call(store: Store) -> None:
    async with store.transaction() as tx:
        await store_in_call(tx)
    async with store.reading() as tx:
        assert await tx.contacts.load_of_offer(OfferId("c1-offer")) == await tx.contacts.load(ContactId("c1"))
        assert await tx.contacts.load_of_call(CallId("c1-call")) == await tx.contacts.load(ContactId("c1"))
        assert await tx.contacts.load_of_offer(OfferId("c1-call")) is None
        assert await tx.contacts.load_of_call(CallId("c1-offer")) is None


async def test_live_contact_of_a_terminal(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.contacts.live_of_terminal(KIOSK) is None
        await tx.contacts.add(waiting())
        assert await tx.contacts.live_of_terminal(KIOSK) == "c1"
        assert await tx.contacts.live_of_terminal(OTHER_KIOSK) is None
        await _end(tx, "c1", 1)
        assert await tx.contacts.live_of_terminal(KIOSK) is None


async def test_latest_contact_of_a_terminal_whether_it_has_ended_or_not(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.contacts.latest_of_terminals([KIOSK]) == {}
        await store_in_call(tx, "c2", now=START)
        earlier = await _end(tx, "c2", 60)
    async with store.reading() as tx:
        assert await tx.contacts.latest_of_terminals([KIOSK, OTHER_KIOSK]) == {KIOSK: earlier}
    async with store.transaction() as tx:
        later = await store_in_call(tx, "c1", now=START + at(120))
    async with store.reading() as tx:
        assert await tx.contacts.latest_of_terminals([KIOSK, OTHER_KIOSK]) == {KIOSK: later}
    async with store.transaction() as tx:
        elsewhere = waiting("c3", OTHER_KIOSK)
        await tx.contacts.add(elsewhere)
    async with store.reading() as tx:
        both = {KIOSK: later, OTHER_KIOSK: elsewhere}
        assert await tx.contacts.latest_of_terminals([OTHER_KIOSK, KIOSK, TerminalId("none")]) == both
        assert await tx.contacts.latest_of_terminals([]) == {}


async def test_latest_offer_of_a_person_with_its_contact(store: Store) -> None:
    """The contact comes with its own latest offer, which may be another person's by now."""
    async with store.transaction() as tx:
        assert await tx.contacts.latest_offers_of([ANNA]) == {}
        await tx.contacts.add(waiting())
        contact = await save(tx, offered(waiting(), ANNA, "o1", START))
        contact = await save(tx, declined(contact, START + at(2)))
        passed_by = contact.offer
        contact = await save(tx, offered(contact, BERT, "o2", START + at(3)))
    async with store.reading() as tx:
        both = await tx.contacts.latest_offers_of([BERT, ANNA])
        assert both == {ANNA: (contact, passed_by), BERT: (contact, contact.offer)}
    async with store.transaction() as tx:
        other = waiting("c2", OTHER_KIOSK)
        await tx.contacts.add(other)
        other = await save(tx, offered(other, ANNA, "a-third", START + at(4)))
    async with store.reading() as tx:
        asked = [ANNA, StaffId("nobody")]
        assert await tx.contacts.latest_offers_of(asked) == {ANNA: (other, other.offer)}
        assert await tx.contacts.latest_offers_of([]) == {}


async def test_latest_offer_of_each_of_several_at_whom_it_rang(store: Store) -> None:
    """Whoever declined was asked all the same; the offer comes with what became of it at everybody."""
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
        contact = await save(tx, offered(waiting(), (CARLA, ANNA, BERT), "o1", START))
        contact = await save(tx, declined(contact, START + at(1), ANNA))
        contact = await save(tx, accepted(contact, START + at(2), BERT))
    async with store.reading() as tx:
        asked = (ANNA, BERT, CARLA)
        assert await tx.contacts.latest_offers_of(asked) == dict.fromkeys(asked, (contact, contact.offer))


async def test_offer_is_found_with_its_contact_also_when_it_is_not_the_latest(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
        contact = await save(tx, offered(waiting(), (ANNA, BERT), "o1", START))
        contact = await save(tx, declined(contact, START + at(1), BERT))
        contact = await save(tx, declined(contact, START + at(2), ANNA))
        first = contact.offer
        contact = await save(tx, offered(contact, CARLA, "o2", START + at(3)))
    async with store.reading() as tx:
        assert await tx.contacts.find_offer(OfferId("o1")) == (contact, first)
        assert await tx.contacts.find_offer(OfferId("o2")) == (contact, contact.offer)
        assert await tx.contacts.find_offer(OfferId("o3")) is None


async def test_recent_offers_of_a_ring_newest_first_each_with_its_contact_as_it_is_now(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
        await tx.contacts.add(waiting("c2", OTHER_KIOSK))
        await tx.contacts.add(waiting("c3", TerminalId("t3"), RingId("other-ring")))
        one = await save(tx, offered(waiting(), (BERT, ANNA), "o1", START))
        one = await save(tx, declined(one, START + at(1), ANNA))
        one = await save(tx, declined(one, START + at(2), BERT))
        first = one.offer
        two = await save(tx, offered(waiting("c2", OTHER_KIOSK), ANNA, "o2", START + at(3)))
        # At the same instant as the one before: the id settles it.
        one = await save(tx, offered(one, (CARLA, BERT), "o3", START + at(3)))
        two = await save(tx, accepted(two, START + at(4)))
        three = await save(tx, offered(waiting("c3", TerminalId("t3"), RingId("other-ring")), DORA, "o4", START))
    async with store.reading() as tx:
        assert await tx.contacts.recent_offers(RING, 9) == [(one, one.offer), (two, two.offer), (one, first)]
        assert await tx.contacts.recent_offers(RING, 2) == [(one, one.offer), (two, two.offer)]
        assert await tx.contacts.recent_offers(RingId("other-ring"), 9) == [(three, three.offer)]
        assert await tx.contacts.recent_offers(RingId("empty-ring"), 9) == []


async def test_when_people_were_last_rung_whatever_became_of_it(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.contacts.asked_at([ANNA, BERT]) == {}
        await tx.contacts.add(waiting())
        await tx.contacts.add(waiting("c2", OTHER_KIOSK))
        contact = await save(tx, offered(waiting(), (ANNA, BERT), "o1", START))
        contact = await save(tx, declined(contact, START + at(1), ANNA))
        await tx.contacts.save(accepted(contact, START + at(2), BERT))
        await tx.contacts.save(offered(waiting("c2", OTHER_KIOSK), (CARLA, ANNA), "a-second", START + at(60)))
    async with store.reading() as tx:
        asked = await tx.contacts.asked_at([DORA, CARLA, BERT, ANNA])
        assert asked == {ANNA: START + at(60), BERT: START, CARLA: START + at(60)}
        assert await tx.contacts.asked_at(frozenset({BERT})) == {BERT: START}
        assert await tx.contacts.asked_at([]) == {}


async def test_how_many_offers_people_have_accepted_since_an_instant(store: Store) -> None:
    """What they declined, missed or somebody else took does not count; one that rang before the instant does."""
    async with store.transaction() as tx:
        for number, (who, rung_s, taken_s) in enumerate([(ANNA, 0, 9), (ANNA, 10, 20), (BERT, 20, 21), (ANNA, 30, 31)]):
            before = waiting(f"taken-{number}", TerminalId(f"t{number}"))
            await tx.contacts.add(before)
            ringing = await save(tx, offered(before, (ANNA, BERT, CARLA), f"o{number}", START + at(rung_s)))
            taken = await save(tx, accepted(ringing, START + at(taken_s), who))
            await tx.contacts.save(left(taken, START + at(taken_s)))
        await tx.contacts.add(waiting())
        contact = await save(tx, offered(waiting(), (ANNA, DORA), "o9", START + at(60)))
        await tx.contacts.save(declined(contact, START + at(61), DORA))
    everybody = [ANNA, BERT, CARLA, DORA]
    async with store.reading() as tx:
        assert await tx.contacts.calls_since(everybody, START) == {ANNA: 3, BERT: 1}
        assert await tx.contacts.calls_since(everybody, START + at(20)) == {ANNA: 2, BERT: 1}
        assert await tx.contacts.calls_since(everybody, START + at(20) + timedelta(microseconds=1)) == {
            ANNA: 1,
            BERT: 1,
        }
        assert await tx.contacts.calls_since([BERT], START) == {BERT: 1}
        assert await tx.contacts.calls_since(everybody, START + at(32)) == {}
        assert await tx.contacts.calls_since([], START) == {}


async def test_contacts_that_people_hold(store: Store) -> None:
    async with store.transaction() as tx:
        in_call = await store_in_call(tx, "c1", KIOSK, ANNA)
        await tx.contacts.add(waiting("c2", OTHER_KIOSK))
        ringing = await save(tx, offered(waiting("c2", OTHER_KIOSK), (BERT, CARLA), "o2"))
        for staff in (BERT, CARLA):
            await tx.contacts.claim(staff, ringing.id)
    async with store.reading() as tx:
        held = await tx.contacts.held_by([CARLA, BERT, ANNA, DORA])
        assert held == {ANNA: in_call, BERT: ringing, CARLA: ringing}
        assert await tx.contacts.held_by([DORA]) == {}
        assert await tx.contacts.held_by([]) == {}


async def test_latest_call_of_a_person_with_its_contact(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.contacts.latest_calls_of([ANNA]) == {}
        await store_in_call(tx, "c2", now=START)
        ended = await _end(tx, "c2", 60)
    async with store.reading() as tx:
        assert await tx.contacts.latest_calls_of([BERT, ANNA]) == {ANNA: (ended, ended.call)}
    async with store.transaction() as tx:
        running = await store_in_call(tx, "c1", now=START + at(120))
    async with store.reading() as tx:
        assert await tx.contacts.latest_calls_of([ANNA]) == {ANNA: (running, running.call)}
    async with store.transaction() as tx:
        other = await store_in_call(tx, "c3", OTHER_KIOSK, BERT, START + at(180))
    async with store.reading() as tx:
        both_calls = {ANNA: (running, running.call), BERT: (other, other.call)}
        assert await tx.contacts.latest_calls_of([BERT, ANNA]) == both_calls
        assert await tx.contacts.latest_calls_of([]) == {}


async def test_queue_of_rings_in_order_of_arrival(store: Store) -> None:
    async with store.transaction() as tx:
        late = waiting("c1", TerminalId("t1"), requested_at=START + at(9))
        same_moment_b = waiting("cb", TerminalId("t2"), requested_at=START + at(5))
        same_moment_a = waiting("ca", TerminalId("t3"), requested_at=START + at(5))
        ringing = waiting("c4", TerminalId("t4"), requested_at=START + at(1))
        held = waiting("c5", TerminalId("t5"), requested_at=START)
        elsewhere = waiting("c6", TerminalId("t6"), ring=RingId("other-ring"))
        gone = waiting("c7", TerminalId("t7"))
        for contact in (late, same_moment_b, same_moment_a, ringing, held, elsewhere, gone):
            await tx.contacts.add(contact)
        ringing = await save(tx, offered(ringing, BERT, "o4"))
        held = await save(tx, then(held, LoseOccupant(TerminalId("t5"), grace_s=60)))
        await save(tx, left(gone))
        await store_in_call(tx, "c8", TerminalId("t8"), ANNA)
    async with store.reading() as tx:
        assert await tx.contacts.queued([RING]) == [held, ringing, same_moment_a, same_moment_b, late]
        assert await tx.contacts.queued({RingId("other-ring")}) == [elsewhere]
        assert await tx.contacts.queued([RingId("empty-ring")]) == []
        assert await tx.contacts.queued([]) == []
        assert (
            await tx.contacts.waiting([RING])
            == [each for each in await tx.contacts.queued([RING]) if each.state == "waiting"]
            == [same_moment_a, same_moment_b, late]
        )
        assert await tx.contacts.waiting([]) == []
        both = await tx.contacts.queued(frozenset({RING, RingId("other-ring"), RingId("empty-ring")}))
        assert both == [held, elsewhere, ringing, same_moment_a, same_moment_b, late]


async def test_rings_in_which_somebody_waits(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.contacts.rings_with_waiting() == []
        for name, ring in (("c1", "a"), ("c2", "a"), ("c3", "b"), ("c4", "quiet"), ("c5", "ringing")):
            await tx.contacts.add(waiting(name, TerminalId(name), RingId(ring)))
        await tx.contacts.save(then(waiting("c4", TerminalId("c4"), RingId("quiet")), QuietUntilRetry(30)))
        await tx.contacts.save(offered(waiting("c5", TerminalId("c5"), RingId("ringing"))))
    async with store.reading() as tx:
        assert await tx.contacts.rings_with_waiting() == ["a", "b", "quiet"]
        assert await tx.contacts.rings_with_queue() == ["a", "b", "quiet", "ringing"]


async def test_live_contacts_of_terminals(store: Store) -> None:
    async with store.transaction() as tx:
        in_call = await store_in_call(tx, "c1", KIOSK, now=START + at(1))
        other = waiting("c2", OTHER_KIOSK)
        await tx.contacts.add(other)
        ended = waiting("c3", TerminalId("kiosk-3"))
        await tx.contacts.add(ended)
        await tx.contacts.save(left(ended))
    async with store.reading() as tx:
        all_three = [KIOSK, OTHER_KIOSK, TerminalId("kiosk-3")]
        assert await tx.contacts.live_at(all_three) == [other, in_call]
        assert await tx.contacts.live_at([KIOSK]) == [in_call]
        assert await tx.contacts.live_at([]) == []


async def test_accepted_contact_keeps_its_offer(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
        ringing = await save(tx, offered(waiting()))
        await tx.contacts.save(accepted(ringing))
    async with store.reading() as tx:
        found = (await tx.contacts.latest_of_terminals([KIOSK]))[KIOSK]
        assert found.offer == accepted(ringing).offer
        assert found.call == accepted(ringing).call
