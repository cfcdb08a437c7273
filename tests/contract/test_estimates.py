"""What those who wait are told, whose turn it is to work it out, and what came of what was foretold."""

from dataclasses import replace
from datetime import timedelta

import pytest

from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.directory import RingId, ServiceId, TerminalId
from palvelurinki.domain.waiting.estimate import Cause, Growth, Obstacle
from palvelurinki.domain.waiting.telling import Baseline, Prediction, ToldEstimate
from palvelurinki.ports import Handled, Outcome, Store
from tests.contract.builders import ANNA, KIOSK, OTHER_KIOSK, RING, accepted, event, left, offered, save, waiting
from tests.contract.conftest import FAULTS, START, ManualClock

OTHER_RING = RingId("other-ring")
TURN = timedelta(seconds=1)


def told(contact: str = "c1", ring: RingId = RING) -> ToldEstimate:
    return ToldEstimate(
        contact=ContactId(contact),
        ring=ring,
        made_at=START,
        p50_s=60.5,
        p80_s=240.25,
        cannot=None,
        chance_before_closing=0.75,
        grew=Cause(next(iter(Growth)), 2),
        baseline=Baseline(START, 1.5, 30.0, frozenset({"anna"}), frozenset({"c9"}), frozenset()),
    )


def foretold(contact: str = "c1", ring: RingId = RING, after_s: float = 0) -> Prediction:
    made_at = START + timedelta(seconds=after_s)
    return Prediction(ContactId(contact), ring, ServiceId("housing"), made_at, 60.5, 240.25, None, 30.0, 0.0)


async def _wait(store: Store, *contacts: Contact) -> None:
    async with store.transaction() as tx:
        for contact in contacts:
            await tx.contacts.add(contact)


async def test_turn_is_taken_by_one_until_it_is_over(timed: Store, clock: ManualClock) -> None:
    async with timed.transaction() as tx:
        assert await tx.estimates.take_turn(RING, TURN)
        assert await tx.estimates.take_turn(OTHER_RING, TURN)
    clock.advance(seconds=1, microseconds=-1)
    async with timed.transaction() as tx:
        assert not await tx.estimates.take_turn(RING, TURN)
    clock.advance(microseconds=1)
    async with timed.transaction() as tx:
        assert await tx.estimates.take_turn(RING, TURN)
        assert not await tx.estimates.take_turn(RING, TURN)


async def test_estimates_come_back_as_they_were_told(store: Store) -> None:
    unknown = replace(told("c2"), p50_s=None, p80_s=None, cannot=next(iter(Obstacle)), grew=None, baseline=None)
    elsewhere = told("c3", OTHER_RING)
    kiosk_3 = waiting("c3", TerminalId("kiosk-3"), OTHER_RING)
    await _wait(store, waiting(), waiting("c2", OTHER_KIOSK), kiosk_3)
    async with store.transaction() as tx:
        assert await tx.estimates.of([RING]) == {}
        await tx.estimates.replace([RING], [told(), unknown])
        await tx.estimates.replace([OTHER_RING], [elsewhere])
    async with store.reading() as tx:
        assert await tx.estimates.of([RING]) == {"c1": told(), "c2": unknown}
        assert await tx.estimates.of([OTHER_RING]) == {"c3": elsewhere}
        assert await tx.estimates.of([]) == {}


async def test_newer_estimates_take_the_place_of_all_of_their_rings(store: Store) -> None:
    await _wait(store, waiting(), waiting("c2", OTHER_KIOSK))
    async with store.transaction() as tx:
        await tx.estimates.replace([RING], [told(), told("c2")])
        newer = replace(told(), p50_s=30.0)
        await tx.estimates.replace([RING, OTHER_RING], [newer])
    async with store.transaction() as tx:
        assert await tx.estimates.of([RING]) == {"c1": newer}
        await tx.estimates.replace([OTHER_RING], [])
        assert await tx.estimates.of([RING]) == {"c1": newer}
        await tx.estimates.replace([RING], [])
        assert await tx.estimates.of([RING]) == {}


async def test_estimate_of_a_contact_that_is_not_there_is_a_fault(store: Store) -> None:
    with pytest.raises(FAULTS):
        async with store.transaction() as tx:
            await tx.estimates.replace([RING], [told("none")])


async def test_first_word_stays_and_is_compared_with_what_came(store: Store) -> None:
    still, answered, gone = waiting(), waiting("c2", OTHER_KIOSK), waiting("c3", TerminalId("kiosk-3"))
    await _wait(store, still, answered, gone)
    async with store.transaction() as tx:
        await tx.estimates.foretell([foretold(), foretold("c2"), foretold("c3", after_s=5)])
        await tx.estimates.foretell([replace(foretold("c2"), p50_s=1.0)])
        ringing = await save(tx, offered(answered, ANNA, "o1", START + timedelta(seconds=2)))
        await save(tx, accepted(ringing, START + timedelta(seconds=9)))
        await save(tx, left(gone, START + timedelta(seconds=12)))
    last = START + timedelta(seconds=6)
    async with store.reading() as tx:
        both = [(foretold("c2"), Outcome(9.0, left=False)), (foretold("c3", after_s=5), Outcome(7.0, left=True))]
        assert await tx.estimates.outcomes(START, last, None) == both
        assert await tx.estimates.outcomes(START, last, RING) == both
        assert await tx.estimates.outcomes(START, last, OTHER_RING) == []
        assert await tx.estimates.outcomes(START, START + timedelta(seconds=5), None) == both[:1]
        assert await tx.estimates.outcomes(START + timedelta(microseconds=1), last, None) == both[1:]


async def test_latest_calls_of_a_ring_and_how_long_they_took(store: Store) -> None:
    async with store.transaction() as tx:
        for number in (1, 3, 2):
            await tx.service_events.add(event(f"e{number}", f"call-{number}", START + timedelta(minutes=number)))
        await tx.service_events.add(replace(event("e9", "call-9"), ring=OTHER_RING, terminal=KIOSK))
    async with store.reading() as tx:
        handled = await tx.service_events.handled(RING, 2)
        assert handled == [
            Handled(ServiceId("housing"), "fi", 0.0, 540.0, START + timedelta(minutes=3)),
            Handled(ServiceId("housing"), "fi", 0.0, 540.0, START + timedelta(minutes=2)),
        ]
        assert await tx.service_events.handled(RingId("empty"), 5) == []
