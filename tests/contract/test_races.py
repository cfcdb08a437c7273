"""Races for the same thing: exactly one wins, whichever engine settles it.

On SQLite writers queue, so the later one simply finds what the earlier one did; on PostgreSQL locks, versions and
indexes decide. The tests say what must come out, which is the same.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from palvelurinki.domain.commands import SetLanguage
from palvelurinki.domain.contact import ContactId, ContactState
from palvelurinki.domain.directory import StaffId, TerminalId
from palvelurinki.domain.errors import Conflict, OfferClosed, StaffBusy, TerminalBusy
from palvelurinki.domain.offer import RingingState
from palvelurinki.domain.presence import Presence, arrive
from palvelurinki.ports import EventFilter, Store, Transaction
from tests.contract.builders import (
    ANNA,
    KIOSK,
    OTHER_KIOSK,
    accepted,
    event,
    offered,
    peek,
    save,
    store_in_call,
    then,
    waiting,
)
from tests.contract.conftest import START
from tests.support.postgres import until_someone_waits

WON = "won"


async def race(*contestants: Callable[[], Awaitable[object]]) -> Counter[str]:
    """Start all at once; tells how many won, and how the others lost."""
    start = asyncio.Barrier(len(contestants))

    async def run(contestant: Callable[[], Awaitable[object]]) -> str:
        await start.wait()
        try:
            await contestant()
        except (Conflict, StaffBusy, TerminalBusy, OfferClosed) as lost:
            return type(lost).__name__
        return WON

    return Counter(await asyncio.gather(*(run(contestant) for contestant in contestants)))


def transacting(store: Store, act: Callable[[Transaction], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        async with store.transaction() as tx:
            await act(tx)

    return run


async def _ringing(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
        await save(tx, offered(waiting()))
        await tx.contacts.claim(ANNA, ContactId("c1"))


async def test_offer_is_accepted_once(store: Store) -> None:
    """Both load, decide and save, as the use case does: the second sees that the offer is no longer open."""
    await _ringing(store)

    async def accept(tx: Transaction) -> None:
        contact = await tx.contacts.load(ContactId("c1"))
        assert contact is not None
        if contact.state is not ContactState.OFFERED:
            raise OfferClosed("accepted before")
        await tx.contacts.save(accepted(contact))

    outcome = await race(*[transacting(store, accept)] * 4)
    assert outcome[WON] == 1
    # Who locked it, or came late, has seen that it is closed; who only assumed that nobody else would come has not.
    assert outcome["OfferClosed"] + outcome["Conflict"] == 3


async def test_contact_that_was_read_without_a_lock_is_saved_once(store: Store) -> None:
    await _ringing(store)
    async with store.reading() as tx:
        contact = await tx.contacts.load(ContactId("c1"))
    assert contact is not None
    outcome = await race(*[transacting(store, lambda tx: tx.contacts.save(accepted(contact)))] * 4)
    assert outcome == {WON: 1, "Conflict": 3}


async def test_load_that_waited_sees_the_contact_whole(postgresql_url: str, postgresql_store: Store) -> None:
    """The offer, the call and the seats must be of the same moment as the contact that was waited for."""
    store = postgresql_store
    await _ringing(store)
    loading = asyncio.Event()

    async def load_while_locked() -> object:
        async with store.transaction() as tx:
            await tx.now()
            loading.set()
            return await tx.contacts.load(ContactId("c1"))

    async with asyncio.TaskGroup() as tasks, store.transaction() as tx:
        contact = await tx.contacts.load(ContactId("c1"))
        assert contact is not None
        waiter = tasks.create_task(load_while_locked())
        await loading.wait()
        await until_someone_waits(postgresql_url)
        await tx.contacts.save(accepted(contact))
    assert waiter.result() == replace(accepted(contact), version=contact.version + 1)


async def test_person_is_claimed_once(store: Store) -> None:
    terminals = [TerminalId(f"kiosk-{number}") for number in range(4)]
    async with store.transaction() as tx:
        for terminal in terminals:
            await tx.contacts.add(waiting(f"c-{terminal}", terminal))

    def claim(terminal: TerminalId) -> Callable[[], Awaitable[None]]:
        return transacting(store, lambda tx: tx.contacts.claim(ANNA, ContactId(f"c-{terminal}")))

    assert await race(*(claim(terminal) for terminal in terminals)) == {WON: 1, "StaffBusy": 3}


async def test_offer_that_rings_at_several_is_accepted_by_one_of_them(store: Store) -> None:
    """All press at once; the offer has one winner, and its record says of everybody what became of it (I2)."""
    everybody = [StaffId(f"staff-{number}") for number in range(5)]
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
        await tx.contacts.save(offered(waiting(), tuple(everybody)))
        for staff in everybody:
            await tx.contacts.claim(staff, ContactId("c1"))
    winners: list[StaffId] = []

    def accept(staff: StaffId) -> Callable[[], Awaitable[None]]:
        async def act(tx: Transaction) -> None:
            contact = await tx.contacts.load(ContactId("c1"))
            assert contact is not None
            await tx.contacts.save(accepted(contact, staff=staff))
            for other in everybody:
                if other != staff:
                    await tx.contacts.free(other, contact.id)

        async def press() -> None:
            await transacting(store, act)()
            winners.append(staff)

        return press

    results = await race(*(accept(staff) for staff in everybody))
    # Who locked it, or came late, has seen that it is closed; who only assumed that nobody else would come has not.
    assert results[WON] == 1
    assert results["OfferClosed"] + results["Conflict"] == 4
    async with store.reading() as tx:
        contact = await tx.contacts.load(ContactId("c1"))
        held = [staff for staff in everybody if await tx.contacts.live_of_staff(staff)]
    assert contact is not None
    assert contact.offer is not None
    assert held == winners == [contact.offer.accepted_by]
    assert Counter(each.state for each in contact.offer.ringings) == {
        RingingState.ACCEPTED: 1,
        RingingState.WITHDRAWN: 4,
    }


async def test_it_rings_at_nobody_for_two_contacts(store: Store) -> None:
    """Offers that share experts, each in another order, are made at once: I1 holds, and none waits for ever."""
    terminals = [TerminalId(f"kiosk-{number}") for number in range(6)]
    shared = [StaffId(f"staff-{number}") for number in range(3)]
    async with store.transaction() as tx:
        for terminal in terminals:
            await tx.contacts.add(waiting(f"c-{terminal}", terminal))

    def offer(number: int, terminal: TerminalId) -> Callable[[], Awaitable[None]]:
        turned = (*shared[number % 3 :], *shared[: number % 3])
        asked = (*(turned if number % 2 else reversed(turned)), StaffId(f"own-{terminal}"))

        async def act(tx: Transaction) -> None:
            await tx.contacts.save(offered(waiting(f"c-{terminal}", terminal), tuple(asked), f"o-{terminal}"))
            for staff in sorted(asked):
                await tx.contacts.claim(staff, ContactId(f"c-{terminal}"))

        return transacting(store, act)

    outcome = await race(*(offer(number, terminal) for number, terminal in enumerate(terminals)))
    assert outcome == {WON: 1, "StaffBusy": 5}
    async with store.reading() as tx:
        contacts = await tx.contacts.live_at(terminals)
        ringing = [each.staff for contact in contacts if contact.offer for each in contact.offer.still_ringing]
        held = [staff for staff in shared if await tx.contacts.live_of_staff(staff)]
    assert sorted(ringing)[-3:] == shared
    assert len(ringing) == 4
    assert held == shared


async def test_person_is_rung_by_one_of_many_offers_that_have_others_too(store: Store) -> None:
    """Anna is in every offer, in a place of its own each time; the others are not."""
    terminals = [TerminalId(f"kiosk-{number}") for number in range(4)]
    async with store.transaction() as tx:
        for terminal in terminals:
            await tx.contacts.add(waiting(f"c-{terminal}", terminal))

    def offer(place: int, terminal: TerminalId) -> Callable[[], Awaitable[None]]:
        asked = [StaffId(f"{terminal}-{number}") for number in range(4)]
        asked.insert(place, ANNA)
        contact = offered(waiting(f"c-{terminal}", terminal), tuple(asked), f"o-{terminal}")
        return transacting(store, lambda tx: tx.contacts.save(contact))

    outcome = await race(*(offer(place, terminal) for place, terminal in enumerate(terminals)))
    assert outcome == {WON: 1, "StaffBusy": 3}
    async with store.reading() as tx:
        contacts = await tx.contacts.live_at(terminals)
    assert [bool(contact.offer) for contact in contacts].count(True) == 1


async def test_person_gets_one_open_offer(store: Store) -> None:
    terminals = [TerminalId(f"kiosk-{number}") for number in range(4)]
    async with store.transaction() as tx:
        for terminal in terminals:
            await tx.contacts.add(waiting(f"c-{terminal}", terminal))

    def offer(terminal: TerminalId) -> Callable[[], Awaitable[None]]:
        contact = offered(waiting(f"c-{terminal}", terminal), ANNA, f"o-{terminal}")
        return transacting(store, lambda tx: tx.contacts.save(contact))

    assert await race(*(offer(terminal) for terminal in terminals)) == {WON: 1, "StaffBusy": 3}


async def test_claim_that_is_given_up_leaves_the_person_to_the_next(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
        await tx.contacts.add(waiting("c2", OTHER_KIOSK))
    claimed, coming = asyncio.Event(), asyncio.Event()

    async def claim_and_fail() -> None:
        async with store.transaction() as tx:
            await tx.contacts.claim(ANNA, ContactId("c1"))
            claimed.set()
            await coming.wait()
            raise RuntimeError("crash")

    async def claim_next() -> None:
        await claimed.wait()
        coming.set()
        async with store.transaction() as tx:
            await tx.contacts.claim(ANNA, ContactId("c2"))

    failed, _ = await asyncio.gather(claim_and_fail(), claim_next(), return_exceptions=True)
    assert isinstance(failed, RuntimeError)
    async with store.reading() as tx:
        assert await tx.contacts.live_of_staff(ANNA) == "c2"


async def test_terminal_asks_once(store: Store) -> None:
    """A double click makes one contact."""
    asks = [
        transacting(store, lambda tx, name=name: tx.contacts.add(waiting(name)))  # type: ignore[misc]
        for name in ("c1", "c2", "c3")
    ]
    assert await race(*asks) == {WON: 1, "TerminalBusy": 2}
    async with store.reading() as tx:
        assert len(await tx.contacts.live_at([KIOSK])) == 1


async def test_operation_is_recorded_once(store: Store) -> None:
    act = transacting(store, lambda tx: tx.operations.record("staff:anna", "op1", {}))
    assert await race(*[act] * 4) == {WON: 1, "Conflict": 3}


async def test_presence_is_saved_once(store: Store) -> None:
    """Also the first time, when there is no row to lock."""
    act = transacting(store, lambda tx: tx.presences.save(arrive(Presence(ANNA), START)))
    assert await race(*[act] * 4) == {WON: 1, "Conflict": 3}


async def test_presences_that_are_loaded_first_are_saved_one_after_the_other(locking_store: Store) -> None:
    async with locking_store.transaction() as tx:
        await tx.presences.save(Presence(ANNA))

    async def count_a_miss(tx: Transaction) -> None:
        before = await tx.presences.load(ANNA)
        await tx.presences.save(replace(before, misses=before.misses + 1))

    assert await race(*[transacting(locking_store, count_a_miss)] * 5) == {WON: 5}
    async with locking_store.reading() as tx:
        assert (await peek(tx, ANNA)).misses == 5


async def test_each_of_many_first_sessions_learns_whom_it_replaces(store: Store) -> None:
    """All but the very first replace exactly one other: a chain, in which nobody is forgotten."""
    replaced: list[str | None] = []

    def open_one(session: str) -> Callable[[], Awaitable[None]]:
        async def act(tx: Transaction) -> None:
            before = await tx.connections.open("staff:anna", session, "n1", session)
            replaced.append(None if before is None else before.session)

        return transacting(store, act)

    sessions = [f"s{number}" for number in range(5)]
    assert await race(*(open_one(session) for session in sessions)) == {WON: 5}
    async with store.reading() as tx:
        last = await tx.connections.get("staff:anna")
    assert last is not None
    assert sorted([*filter(None, replaced), last.session]) == sessions
    assert replaced.count(None) == 1


async def test_call_is_recorded_once(store: Store) -> None:
    acts = [
        transacting(store, lambda tx, name=name: tx.service_events.add(event(name)))  # type: ignore[misc]
        for name in ("e1", "e2", "e3")
    ]
    assert await race(*acts) == {WON: 1, "Conflict": 2}
    async with store.reading() as tx:
        assert len(await tx.service_events.list(EventFilter())) == 1


async def test_configuration_moves_on_once(store: Store) -> None:
    act = transacting(store, lambda tx: tx.configurations.add("{}", "cli", expected=0))
    assert await race(*[act] * 4) == {WON: 1, "Conflict": 3}


async def test_ticket_is_used_once(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.credentials.add_ticket("digest", "sign-in", await tx.now() + timedelta(hours=1))
    answers: list[str | None] = []

    async def use(tx: Transaction) -> None:
        answers.append(await tx.credentials.use_ticket("digest"))

    await race(*[transacting(store, use)] * 4)
    assert sorted(answers, key=str) == [None, None, None, "sign-in"]


async def test_two_that_wait_for_each_other_end_with_one_to_be_run_again(postgresql_store: Store) -> None:
    store = postgresql_store
    async with store.transaction() as tx:
        await tx.contacts.add(waiting())
        await tx.contacts.add(waiting("c2", OTHER_KIOSK))
    both_hold_one = asyncio.Barrier(2)

    def lock_both(names: Sequence[str]) -> Callable[[], Awaitable[None]]:
        async def act(tx: Transaction) -> None:
            await tx.contacts.load(ContactId(names[0]))
            await both_hold_one.wait()
            await tx.contacts.load(ContactId(names[1]))

        return transacting(store, act)

    assert await race(lock_both(["c1", "c2"]), lock_both(["c2", "c1"])) == {WON: 1, "Conflict": 1}


async def test_contact_changed_by_many_keeps_every_change(locking_store: Store) -> None:
    writers = 8
    async with locking_store.transaction() as tx:
        await store_in_call(tx)

    def add_language(number: int) -> Callable[[], Awaitable[None]]:
        async def act(tx: Transaction) -> None:
            contact = await tx.contacts.load(ContactId("c1"))
            assert contact is not None
            await tx.contacts.save(then(contact, SetLanguage(f"{contact.language},{number}")))

        return transacting(locking_store, act)

    assert await race(*(add_language(number) for number in range(writers))) == {WON: writers}
    async with locking_store.reading() as tx:
        contact = await tx.contacts.load(ContactId("c1"))
    assert contact is not None
    assert sorted(contact.language.split(",")[1:]) == [str(number) for number in range(writers)]
