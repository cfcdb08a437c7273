"""When estimates are made, by whom, of what, and what is remembered of them."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from palvelurinki.application import estimating
from palvelurinki.domain.brokering import decide
from palvelurinki.domain.commands import LeaveContact, MakeOffer
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import RingId, StaffId, TerminalId
from palvelurinki.domain.offer import OfferId
from palvelurinki.domain.waiting.telling import Prediction, ToldEstimate
from palvelurinki.ports import Outcome, Transaction
from tests.unit.application.past import RING, Office, call
from tests.unit.domain.routing.pools import NOW, directory, overflow, ring
from tests.unit.domain.waiting.pictures import contact, services

OTHER = RingId("other")
HERE = services(directory(ring("ring", "anna"), ring("other", "bengt")), service=("ring", 0), tax=("other", 0))
POOLED = services(
    directory(ring("ring", "anna", overflow=(overflow("other", 60),)), ring("other", "bengt")), service=("ring", 0)
)
LONG = (NOW - timedelta(days=1), NOW + timedelta(days=1), None)


async def told(office: Office, *rings: RingId) -> dict[str, ToldEstimate]:
    async with office.store.reading() as tx:
        return {str(key): each for key, each in (await tx.estimates.of(rings or (RING, OTHER))).items()}


async def foretold(office: Office) -> list[tuple[Prediction, Outcome]]:
    async with office.store.reading() as tx:
        return list(await tx.estimates.outcomes(*LONG))


async def leave(office: Office, identifier: str) -> None:
    async with office.store.transaction() as tx:
        loaded = await tx.contacts.load(ContactId(identifier))
        assert loaded is not None
        await tx.contacts.save(decide(loaded, LeaveContact(), office.clock()).contact)


async def test_where_nobody_waits_nothing_is_made() -> None:
    office = Office(HERE)
    await office.ready("anna")
    assert await office.estimator.estimate_waiting() == 0
    assert office.told == []


async def test_whoever_waits_is_told_and_their_ring_is_shown_anew() -> None:
    office = Office(HERE)
    await office.wait(contact("c1", 30), contact("c2", 10, terminal=TerminalId("kiosk-2")))
    assert await office.estimator.estimate_waiting() == 1
    estimates = await told(office)
    assert {key: (each.cannot, each.made_at, each.ring) for key, each in estimates.items()} == {
        "c1": ("nobody_on_duty", NOW, RING),
        "c2": ("nobody_on_duty", NOW, RING),
    }
    assert office.told == [frozenset({"estimates:ring"})]


async def test_an_estimate_is_made_anew_when_it_is_old_or_somebody_new_waits() -> None:
    office = Office(HERE)
    await office.wait(contact("c1"))
    assert await office.estimator.estimate_waiting() == 1
    office.clock.advance(5)
    assert await office.estimator.estimate_waiting() == 0
    # Somebody on duty is no reason by itself; time is.
    await office.ready("anna")
    assert await office.estimator.estimate_waiting() == 0
    office.clock.advance(5.001)
    assert await office.estimator.estimate_waiting() == 1
    known = (await told(office))["c1"]
    assert known.p50_s is not None
    office.clock.advance(2)
    await office.wait(contact("c2", terminal=TerminalId("kiosk-2")))
    assert await office.estimator.estimate_waiting() == 1
    assert {each.made_at for each in (await told(office)).values()} == {office.clock()}


async def test_of_two_nodes_one_gets_the_turn() -> None:
    office = Office(HERE)
    other_node = office.another_node()
    await office.wait(contact("c1"))
    made = await asyncio.gather(office.estimator.estimate_waiting(), other_node.estimate_waiting())
    assert sorted(made) == [0, 1]
    # A turn is over soon, for a node that dies in the middle of it.
    async with office.store.transaction() as tx:
        await tx.estimates.replace([RING], [])
    assert await other_node.estimate_waiting() == 0
    office.clock.advance(1)
    assert await other_node.estimate_waiting() == 1


async def test_rings_that_share_experts_are_estimated_together() -> None:
    office = Office(POOLED)
    await office.wait(contact("c1", 5), contact("c2", 5, ring=OTHER, terminal=TerminalId("kiosk-2")))
    assert await office.estimator.estimate_waiting() == 1
    assert set(await told(office)) == {"c1", "c2"}
    assert office.told == [frozenset({"estimates:ring", "estimates:other"})]

    apart = Office(HERE)
    await apart.wait(contact("c1", 5), contact("c2", 5, ring=OTHER, terminal=TerminalId("kiosk-2")))
    assert await apart.estimator.estimate_waiting() == 2


async def test_who_leaves_while_the_forecast_runs_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(HERE)
    await office.wait(contact("c1", 30), contact("c2", 10, terminal=TerminalId("kiosk-2")))

    async def meanwhile(tx: Transaction, ring_id: RingId) -> float | None:
        found = await last_wait(tx, ring_id)
        await leave(office, "c1")
        return found

    last_wait = estimating._last_wait  # noqa: SLF001
    monkeypatch.setattr(estimating, "_last_wait", meanwhile)
    assert await office.estimator.estimate_waiting() == 1
    assert set(await told(office)) == {"c2"}


async def test_the_first_word_is_remembered_and_the_estimate_is_replaced() -> None:
    office = Office(HERE)
    await office.wait(contact("c1"))
    await office.estimator.estimate_waiting()
    await office.ready("anna")
    office.clock.advance(20)
    await office.estimator.estimate_waiting()
    assert (await told(office))["c1"].p50_s is not None
    office.clock.advance(10)
    await leave(office, "c1")
    [(first, outcome)] = await foretold(office)
    assert (first.made_at, first.p50_s, outcome) == (NOW, None, Outcome(30, left=True))


async def test_the_past_is_looked_up_anew_in_time() -> None:
    office = Office(HERE)
    await office.ready("anna")
    waits = [contact(f"c{n}", 100 - n, terminal=TerminalId(f"kiosk-{n}")) for n in range(2)]
    await office.wait(*waits)
    await office.estimator.estimate_waiting()
    before = (await told(office))["c1"].p50_s
    async with office.store.transaction() as tx:
        for number in range(100):
            await tx.service_events.add(call(number, 7000 + number % 5))
    office.clock.advance(60)
    await office.estimator.estimate_waiting()
    same = (await told(office))["c1"].p50_s
    office.clock.advance(600)
    await office.estimator.estimate_waiting()
    after = (await told(office))["c1"].p50_s
    assert before is not None
    assert same is not None
    assert after is not None
    # Without a past calls are taken to last a quarter of an hour; now it is known that they last two hours.
    assert same == pytest.approx(before)
    assert after > 6000


async def test_a_contact_whose_terminal_is_away_keeps_its_place_in_the_forecast() -> None:
    office = Office(HERE)
    await office.ready("anna")
    held = replace(contact("held", 100), terminal=TerminalId("kiosk-2"))
    await office.wait(contact("c1", 10), held)
    await office.estimator.estimate_waiting()
    estimates = await told(office)
    first, second = estimates["held"].p50_s, estimates["c1"].p50_s
    assert first is not None
    assert second is not None
    assert first < second


async def test_one_that_was_told_of_nobody_is_told_anew_while_it_rings() -> None:
    office = Office(HERE)
    await office.wait(contact("c1"))
    await office.estimator.estimate_waiting()
    await office.ready("anna")
    async with office.store.transaction() as tx:
        loaded = await tx.contacts.load(ContactId("c1"))
        assert loaded is not None
        offered = decide(loaded, MakeOffer(OfferId("offer"), (StaffId("anna"),), timeout_s=20), office.clock())
        await tx.contacts.claim(StaffId("anna"), loaded.id)
        await tx.contacts.save(offered.contact)
    office.clock.advance(11)
    await office.estimator.estimate_waiting()
    estimate = (await told(office))["c1"]
    assert estimate.cannot is None
    assert estimate.p50_s is not None
