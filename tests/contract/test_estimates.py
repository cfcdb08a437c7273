"""How long those who wait are told that they will: whose turn it is, what is told now, and what was foretold first."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.directory import RingId, ServiceId, TerminalId
from palvelurinki.domain.waiting.estimate import Cause, Growth, Obstacle
from palvelurinki.domain.waiting.telling import Baseline, Prediction, ToldEstimate
from palvelurinki.ports import Outcome, Store
from tests.contract.builders import ANNA, KIOSK, OTHER_KIOSK, RING, accepted, left, offered, save, waiting
from tests.contract.conftest import FAULTS, START, ManualClock

OTHER_RING = RingId("vero-ring")
TURN = timedelta(seconds=0.9)
TOLD = ToldEstimate(
    contact=ContactId("c1"),
    ring=RING,
    made_at=START + timedelta(seconds=3, microseconds=1),
    p50_s=12.25,
    p80_s=40.5,
    cannot=None,
    chance_before_closing=0.875,
    grew=Cause(Growth.LONG_CALLS, 2),
    baseline=Baseline(
        told_at=START - timedelta(seconds=50, microseconds=7),
        waited_s=10.5,
        p50_s=9.25,
        on_duty=frozenset({"anna", "bert"}),
        calls=frozenset({"c7", "c8"}),
        long_calls=frozenset({"c8"}),
    ),
)
NOTHING_TOLD = replace(
    TOLD,
    contact=ContactId("c2"),
    p50_s=None,
    p80_s=None,
    cannot=Obstacle.NOBODY_CAN_TAKE,
    chance_before_closing=0.0,
    grew=None,
    baseline=None,
)
FORETOLD = Prediction(
    contact=ContactId("c1"),
    ring=RING,
    service=ServiceId("housing"),
    made_at=START,
    p50_s=60.5,
    p80_s=None,
    ql_s=50.25,
    les_s=None,
    hol_s=0.0,
)
LONG = (START - timedelta(days=1), START + timedelta(days=1), None)


async def add(store: Store, *contacts: Contact) -> None:
    async with store.transaction() as tx:
        for contact in contacts:
            await tx.contacts.add(contact)


async def takes_turn(store: Store, pool: RingId = RING) -> bool:
    async with store.transaction() as tx:
        return await tx.estimates.take_turn(pool, TURN)


# ---- Turns ---------------------------------------------------------------------------------------------------


async def test_a_turn_is_taken_once_in_its_time(timed: Store, clock: ManualClock) -> None:
    assert await takes_turn(timed)
    assert not await takes_turn(timed)
    assert await takes_turn(timed, OTHER_RING)
    clock.advance(seconds=0.8)
    assert not await takes_turn(timed)
    clock.advance(seconds=0.1)
    assert await takes_turn(timed)
    # Asking in vain does not put the next turn off; taking one does.
    clock.advance(seconds=0.5)
    assert not await takes_turn(timed)
    assert await takes_turn(timed, OTHER_RING)


@pytest.mark.parametrize("before", [False, True], ids=["never estimated", "estimated before"])
async def test_of_many_who_ask_at_once_one_gets_the_turn(timed: Store, clock: ManualClock, before: bool) -> None:  # noqa: FBT001
    if before:
        assert await takes_turn(timed)
        clock.advance(seconds=60)
    asked = await asyncio.gather(*(takes_turn(timed) for _ in range(8)))
    assert sorted(asked) == [False] * 7 + [True]


async def test_a_turn_that_was_not_committed_was_not_taken(timed: Store) -> None:
    async def crash() -> None:
        async with timed.transaction() as tx:
            assert await tx.estimates.take_turn(RING, TURN)
            raise RuntimeError("crash")

    with pytest.raises(RuntimeError):
        await crash()
    assert await takes_turn(timed)


# ---- What is told now ----------------------------------------------------------------------------------------


async def test_many_who_tell_of_one_pool_at_once_are_none_refused(store: Store) -> None:
    await add(store, waiting("c1"), waiting("c2", OTHER_KIOSK))

    async def tell(number: int) -> None:
        told = [replace(TOLD, p50_s=float(number)), replace(NOTHING_TOLD, chance_before_closing=number / 8)]
        async with store.transaction() as tx:
            await tx.estimates.replace([RING], told[:: 1 if number % 2 else -1])

    await asyncio.gather(*(tell(number) for number in range(8)))
    async with store.reading() as tx:
        found = await tx.estimates.of([RING])
    # What one of them told stands whole.
    assert found.keys() == {ContactId("c1"), ContactId("c2")}
    assert found[ContactId("c1")].p50_s == 8 * (found[ContactId("c2")].chance_before_closing or 0)


async def test_estimates_come_back_as_they_were(store: Store) -> None:
    await add(store, waiting(), waiting("c2", OTHER_KIOSK))
    async with store.transaction() as tx:
        assert await tx.estimates.of([RING]) == {}
        await tx.estimates.replace([RING], [TOLD, NOTHING_TOLD])
        assert await tx.estimates.of([RING]) == {"c1": TOLD, "c2": NOTHING_TOLD}
    async with store.reading() as tx:
        assert await tx.estimates.of([RING, OTHER_RING]) == {"c1": TOLD, "c2": NOTHING_TOLD}
        assert await tx.estimates.of([OTHER_RING]) == {}
        assert await tx.estimates.of([]) == {}


async def test_new_estimates_take_the_place_of_all_of_their_rings(store: Store) -> None:
    await add(store, waiting(), waiting("c2", OTHER_KIOSK), waiting("c3", TerminalId("kiosk-3"), OTHER_RING))
    elsewhere = replace(TOLD, contact=ContactId("c3"), ring=OTHER_RING)
    later = replace(TOLD, made_at=TOLD.made_at + timedelta(seconds=10), p50_s=2.5, grew=None)
    async with store.transaction() as tx:
        await tx.estimates.replace([RING, OTHER_RING], [TOLD, NOTHING_TOLD, elsewhere])
    async with store.transaction() as tx:
        # The other one has gone meanwhile.
        await tx.estimates.replace([RING], [later])
        assert await tx.estimates.of([RING, OTHER_RING]) == {"c1": later, "c3": elsewhere}
        await tx.estimates.replace([RING], [])
        await tx.estimates.replace([], [])
    async with store.reading() as tx:
        assert await tx.estimates.of([RING, OTHER_RING]) == {"c3": elsewhere}


async def test_an_estimate_of_no_contact_is_a_fault(store: Store) -> None:
    with pytest.raises(FAULTS):
        async with store.transaction() as tx:
            await tx.estimates.replace([RING], [TOLD])


# ---- What was foretold ---------------------------------------------------------------------------------------


async def test_the_first_word_stays(store: Store) -> None:
    await add(store, waiting(), waiting("c2", OTHER_KIOSK))
    other = replace(FORETOLD, contact=ContactId("c2"), made_at=START + timedelta(seconds=1), les_s=4.5, hol_s=None)
    async with store.transaction() as tx:
        await tx.estimates.foretell([])
        await tx.estimates.foretell([FORETOLD])
    async with store.transaction() as tx:
        await tx.estimates.foretell([replace(FORETOLD, p50_s=1.0, made_at=START + timedelta(hours=1)), other])
    async with store.transaction() as tx:
        for name in ("c1", "c2"):
            contact = await tx.contacts.load(ContactId(name))
            assert contact is not None
            await save(tx, left(contact, START + timedelta(seconds=30)))
    async with store.reading() as tx:
        assert await tx.estimates.outcomes(*LONG) == [
            (FORETOLD, Outcome(30.0, left=True)),
            (other, Outcome(29.0, left=True)),
        ]


async def test_what_came_is_known_once_somebody_answered_or_the_contact_ended(store: Store) -> None:
    await add(store, waiting())
    async with store.transaction() as tx:
        await tx.estimates.foretell([FORETOLD])
        assert await tx.estimates.outcomes(*LONG) == []
        contact = await tx.contacts.load(ContactId("c1"))
        assert contact is not None
        rung = await save(tx, offered(contact, now=START + timedelta(seconds=5)))
        assert await tx.estimates.outcomes(*LONG) == []
        answered = await save(tx, accepted(rung, START + timedelta(seconds=8)))
        assert await tx.estimates.outcomes(*LONG) == [(FORETOLD, Outcome(8.0, left=False))]
        # The wait was over when it was answered, however long the call lasts.
        await save(tx, left(answered, START + timedelta(hours=1)))
    async with store.reading() as tx:
        assert await tx.estimates.outcomes(*LONG) == [(FORETOLD, Outcome(8.0, left=False))]


async def test_outcomes_are_narrowed_by_time_and_ring(store: Store) -> None:
    await add(store, waiting(), waiting("c2", OTHER_KIOSK, OTHER_RING))
    later = replace(FORETOLD, contact=ContactId("c2"), ring=OTHER_RING, made_at=START + timedelta(minutes=1))
    async with store.transaction() as tx:
        await tx.estimates.foretell([later, FORETOLD])
        for name in ("c1", "c2"):
            contact = await tx.contacts.load(ContactId(name))
            assert contact is not None
            await save(tx, left(contact, START + timedelta(minutes=2)))
    first, end = START, START + timedelta(minutes=1)
    async with store.reading() as tx:

        async def found(*narrowed: object) -> list[str]:
            return [foretold.contact for foretold, _ in await tx.estimates.outcomes(*narrowed)]  # type: ignore[arg-type]

        assert await found(first, end + timedelta(seconds=1), None) == ["c1", "c2"]
        assert await found(first, end, None) == ["c1"]
        assert await found(first + timedelta(seconds=1), end + timedelta(seconds=1), None) == ["c2"]
        assert await found(first, end + timedelta(seconds=1), OTHER_RING) == ["c2"]
        assert await found(first, end + timedelta(seconds=1), RingId("none")) == []


async def test_a_wait_is_never_negative(store: Store) -> None:
    """The clock was set back between the word and the answer."""
    await add(store, waiting())
    async with store.transaction() as tx:
        await tx.estimates.foretell([replace(FORETOLD, made_at=START + timedelta(seconds=9))])
        contact = await tx.contacts.load(ContactId("c1"))
        assert contact is not None
        rung = await save(tx, offered(contact, ANNA))
        await save(tx, accepted(rung, START + timedelta(seconds=2)))
        [(_, outcome)] = await tx.estimates.outcomes(*LONG)
    assert outcome == Outcome(0.0, left=False)


async def test_a_terminal_that_is_foretold_something_twice_is_two_contacts(store: Store) -> None:
    await add(store, waiting())
    async with store.transaction() as tx:
        await tx.estimates.foretell([FORETOLD])
        contact = await tx.contacts.load(ContactId("c1"))
        assert contact is not None
        await save(tx, left(contact, START + timedelta(seconds=4)))
        await tx.contacts.add(waiting("c2", KIOSK, requested_at=START + timedelta(seconds=5)))
        await tx.estimates.foretell([replace(FORETOLD, contact=ContactId("c2"))])
        assert [foretold.contact for foretold, _ in await tx.estimates.outcomes(*LONG)] == ["c1"]
