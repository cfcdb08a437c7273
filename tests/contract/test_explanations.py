"""Why offers were made as they were: kept for a time, then cleared away."""

from dataclasses import replace
from datetime import timedelta

import pytest

from palvelurinki.domain.directory import LanguageRule, Step, Strategy, UnitId, UnitRule
from palvelurinki.domain.offer import OfferId
from palvelurinki.domain.retention import Kept
from palvelurinki.domain.routing import Candidate, Grounds, Overtaken, Policy, WaitingContact, replay
from palvelurinki.ports import Store
from tests.contract.builders import ANNA, BERT, OTHER_KIOSK, RING, offered, waiting
from tests.contract.conftest import FAULTS, START, ManualClock

OFFER = OfferId("o1")
CANDIDATE = Candidate(
    staff=ANNA,
    ring=RING,
    hop=0,
    place=1,
    level=1,
    languages=("fi", "sv"),
    unit=UnitId("east"),
    skill=2,
    breadth=3,
    idle_since=START - timedelta(minutes=4, microseconds=1),
    asked_at=START - timedelta(minutes=5),
    calls_today=6,
    free=True,
)
GROUNDS = Grounds(
    at=START,
    contact=WaitingContact.of(replace(waiting(), unit=UnitId("east"), head_start_s=900, passed_by=frozenset({BERT}))),
    policy=Policy(
        Strategy.BEST_SKILL,
        ring_at_once=1,
        steps=(Step(unit=UnitRule.SERVING, level=1, skill=2), Step(60, language=LanguageRule.ANY)),
        relax_when_unstaffed=True,
    ),
    step=0,
    candidates=(
        CANDIDATE,
        replace(CANDIDATE, staff=BERT, hop=None, unit=None, asked_at=None, free=False, taken=True),
    ),
    ahead=(Overtaken(waiting("c0").id, START - timedelta(hours=1)),),
    ahead_count=7,
    chosen=(ANNA,),
)


async def _offer(store: Store, name: str = "o1") -> None:
    """An offer of that name, to somebody else than the others'."""
    contact = waiting() if name == "o1" else waiting("c2", OTHER_KIOSK)
    async with store.transaction() as tx:
        await tx.contacts.add(contact)
        await tx.contacts.save(offered(contact, ANNA if name == "o1" else BERT, name))


async def test_grounds_come_back_as_they_were_and_give_the_same_choice(store: Store) -> None:
    await _offer(store)
    async with store.transaction() as tx:
        assert await tx.explanations.of([OFFER]) == {}
        await tx.explanations.add(OFFER, GROUNDS)
        assert await tx.explanations.of([OFFER]) == {OFFER: GROUNDS}
    async with store.reading() as tx:
        kept = (await tx.explanations.of([OFFER]))[OFFER]
        assert await tx.explanations.of([OfferId("none")]) == {}
    assert kept == GROUNDS
    assert replay(kept) == (ANNA,)


async def test_grounds_are_written_with_their_offer_or_not_at_all(store: Store) -> None:
    async def crash() -> None:
        async with store.transaction() as tx:
            await tx.contacts.add(waiting())
            await tx.contacts.save(offered(waiting()))
            await tx.explanations.add(OFFER, GROUNDS)
            raise RuntimeError("crash")

    with pytest.raises(RuntimeError):
        await crash()
    async with store.reading() as tx:
        assert await tx.explanations.of([OFFER]) == {}


async def test_grounds_of_an_offer_that_is_not_there_are_a_fault(store: Store) -> None:
    with pytest.raises(FAULTS):
        async with store.transaction() as tx:
            await tx.explanations.add(OFFER, GROUNDS)


async def test_grounds_are_cleared_away_by_a_time_of_their_own(timed: Store, clock: ManualClock) -> None:
    """What else is kept for a day leaves without them, and the offer stays."""
    await _offer(timed, "o1")
    await _offer(timed, "o2")
    clock.advance(days=100)
    async with timed.transaction() as tx:
        await tx.explanations.add(OFFER, GROUNDS)
        await tx.explanations.add(OfferId("o2"), replace(GROUNDS, at=START + timedelta(days=1)))
        assert await tx.retaining.remove(Kept.EXPLANATIONS, START, 1000) == 0
        assert await tx.retaining.remove(Kept.EXPLANATIONS, START + timedelta(days=1), 1000) == 1
    async with timed.reading() as tx:
        assert await tx.explanations.of([OFFER]) == {}
        assert await tx.explanations.of([OFFER, OfferId("o2")])
        assert (await tx.contacts.load_of_offer(OFFER)) is not None
