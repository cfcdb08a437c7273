"""Terminals' keys, requests to approve one, and used tokens, on every store."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest
from sqlalchemy import make_url

from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.domain.directory import TerminalId
from palvelurinki.domain.enrolment import EnrolmentRequest, KeyState, KeyTrigger, PublicKey, TerminalKey, Use
from palvelurinki.domain.errors import Conflict
from palvelurinki.ports import Store
from tests.contract.builders import KIOSK, OTHER_KIOSK
from tests.contract.conftest import START, ManualClock

WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE NOT granted AND datname = current_database()
"""
LATER = START + timedelta(minutes=1)


def key(name: str = "k1", terminal: TerminalId = KIOSK, **changed: object) -> TerminalKey:
    made = TerminalKey(PublicKey(name, f"x-{name}", f"y-{name}"), terminal, KeyState.ACTIVE, START, "staff:anna", LATER)
    return replace(made, **changed)  # type: ignore[arg-type]  # whichever are named


def request(name: str = "k1", code: str = "c1", after_s: int = 0) -> EnrolmentRequest:
    at = START + timedelta(seconds=after_s)
    return EnrolmentRequest(PublicKey(name, "x", "y"), code, at, at + timedelta(minutes=15))


async def put(store: Store, *keys: TerminalKey) -> None:
    async with store.transaction() as tx:
        for each in keys:
            await tx.terminal_keys.add(each)


# ---- Keys ----------------------------------------------------------------------------------------------------


async def test_key_comes_back_as_it_was(store: Store) -> None:
    whole = key(count=7, made_at=START, used_at=LATER, state=KeyState.REVOKED, ended_at=LATER)
    await put(store, whole, key("k2"))
    async with store.reading() as tx:
        assert await tx.terminal_keys.get("k1") == whole
        assert await tx.terminal_keys.get("k2") == key("k2")
        assert await tx.terminal_keys.get("k3") is None


async def test_what_became_of_a_key_is_kept(store: Store) -> None:
    await put(store, key())
    used = key().used(Use(2**53 - 1, START), LATER).after(KeyTrigger.REVOKE, LATER)
    async with store.transaction() as tx:
        await tx.terminal_keys.hold(KIOSK)
        await tx.terminal_keys.save(used)
        assert await tx.terminal_keys.get("k1") == used
    async with store.reading() as tx:
        assert await tx.terminal_keys.get("k1") == used


async def test_keys_of_terminals_come_newest_first_and_without_the_retired(store: Store) -> None:
    old = key("old", state=KeyState.REVOKED, bound_at=START, ended_at=LATER)
    retired = key("gone", state=KeyState.RETIRED, ended_at=LATER)
    others = key("others", OTHER_KIOSK)
    await put(store, old, key(), retired, others)
    async with store.reading() as tx:
        assert await tx.terminal_keys.of([KIOSK]) == [key(), old]
        assert await tx.terminal_keys.of([OTHER_KIOSK, TerminalId("none")]) == [others]
        assert await tx.terminal_keys.of([]) == []


@pytest.mark.parametrize("state", [KeyState.ACTIVE, KeyState.RETIRING])
async def test_terminal_has_one_key_of_a_good_state(store: Store, state: KeyState) -> None:
    await put(store, key(state=state), key("k2", OTHER_KIOSK, state=state), key("k3", state=KeyState.REVOKED))
    with pytest.raises(Conflict):
        await put(store, key("k4", state=state))
    with pytest.raises(Conflict):
        async with store.transaction() as tx:
            await tx.terminal_keys.save(key("k3", state=state))


async def test_key_is_one_terminals_for_ever(store: Store) -> None:
    await put(store, key(state=KeyState.REVOKED))
    with pytest.raises(Conflict):
        await put(store, key(terminal=OTHER_KIOSK))


async def test_who_holds_a_terminals_keys_holds_them_alone(postgresql_store: SqlStore, postgresql_url: str) -> None:
    """The second waits until the first has ended, also when there was no key to be locked before; others do not."""
    order: list[str] = []
    holds = asyncio.Event()

    async def second() -> None:
        await holds.wait()
        async with postgresql_store.transaction() as tx:
            await tx.terminal_keys.hold(OTHER_KIOSK)
            order.append("other")
        async with postgresql_store.transaction() as tx:
            await tx.terminal_keys.hold(KIOSK)
            order.append(f"second sees {len(await tx.terminal_keys.of([KIOSK]))}")

    async def first() -> None:
        async with postgresql_store.transaction() as tx:
            await tx.terminal_keys.hold(KIOSK)
            holds.set()
            await somebody_waits(postgresql_url)
            order.append("first")
            await tx.terminal_keys.add(key())

    async with asyncio.timeout(20):
        await asyncio.gather(first(), second())
    assert order == ["other", "first", "second sees 1"]


async def somebody_waits(url: str) -> None:
    """Return when a session of this database waits for a lock."""
    parsed = make_url(url)
    asking = await asyncpg.connect(host=parsed.query["host"], user=parsed.username, database=parsed.database)
    try:
        # Each question is a trip to the database, so this is no busy loop.
        while True:
            if await asking.fetchval(WAITING):
                return
    finally:
        await asking.close()


# ---- Used tokens ---------------------------------------------------------------------------------------------


async def test_token_is_used_once_by_a_key(timed: Store) -> None:
    until = START + timedelta(minutes=2)
    async with timed.transaction() as tx:
        assert await tx.terminal_keys.add_use("k1", "j1", Use(3, START), until)
        assert not await tx.terminal_keys.add_use("k1", "j1", Use(4, START), until)
        assert await tx.terminal_keys.add_use("k2", "j1", Use(9, LATER), until)
        assert await tx.terminal_keys.add_use("k1", "proof", Use(0, START), until)
    async with timed.reading() as tx:
        assert await tx.terminal_keys.uses("k1") == [Use(3, START)]
        assert await tx.terminal_keys.uses("k2") == [Use(9, LATER)]


async def test_uses_are_cleared_away_when_they_are_kept_no_longer(timed: Store, clock: ManualClock) -> None:
    until = START + timedelta(minutes=2)
    async with timed.transaction() as tx:
        for number in range(1, 6):
            assert await tx.terminal_keys.add_use("k1", f"j{number}", Use(number, START), until)
    clock.advance(seconds=119)
    async with timed.transaction() as tx:
        assert not await tx.terminal_keys.add_use("k1", "j1", Use(1, START), until)
        assert await tx.terminal_keys.add_use("k2", "j1", Use(1, START), until)
    async with timed.reading() as tx:
        assert len(await tx.terminal_keys.uses("k1")) == 5
    clock.advance(seconds=2)
    async with timed.transaction() as tx:
        assert await tx.terminal_keys.add_use("k3", "j1", Use(1, LATER), until + timedelta(minutes=2))
    async with timed.reading() as tx:
        assert await tx.terminal_keys.uses("k1") == []
        assert await tx.terminal_keys.uses("k3") == [Use(1, LATER)]


async def test_of_two_that_use_a_token_at_once_one_does(postgresql_store: SqlStore) -> None:
    async def use() -> bool:
        async with postgresql_store.transaction() as tx:
            return await tx.terminal_keys.add_use("k1", "j1", Use(3, START), START)

    assert sorted(await asyncio.gather(*(use() for _ in range(4)))) == [False, False, False, True]


# ---- Requests ------------------------------------------------------------------------------------------------


async def test_request_is_found_by_its_code_until_it_runs_out(timed: Store, clock: ManualClock) -> None:
    async with timed.transaction() as tx:
        await tx.enrolments.add(request(), 10)
        await tx.enrolments.add(request("k2", "c2", after_s=5), 10)
    async with timed.reading() as tx:
        assert await tx.enrolments.find("c1") == request()
        assert await tx.enrolments.find("c3") is None
    clock.advance(minutes=15)
    async with timed.transaction() as tx:
        assert await tx.enrolments.find("c1") is None
        assert await tx.enrolments.take("c1", "k1") is None
        assert await tx.enrolments.take("c2", "k2") == request("k2", "c2", after_s=5)


async def test_code_is_used_once_and_for_its_key_alone(timed: Store) -> None:
    async with timed.transaction() as tx:
        await tx.enrolments.add(request(), 10)
        assert await tx.enrolments.take("c1", "k2") is None
        assert await tx.enrolments.take("c1", "k1") == request()
        assert await tx.enrolments.take("c1", "k1") is None
    async with timed.reading() as tx:
        assert await tx.enrolments.find("c1") is None


async def test_newer_request_of_a_key_takes_the_place_of_the_older(timed: Store) -> None:
    async with timed.transaction() as tx:
        await tx.enrolments.add(request(), 10)
    async with timed.transaction() as tx:
        await tx.enrolments.add(request(code="c2"), 10)
        assert await tx.enrolments.find("c1") is None
        assert await tx.enrolments.find("c2") == request(code="c2")


async def test_of_too_many_requests_the_oldest_gives_way(timed: Store) -> None:
    async with timed.transaction() as tx:
        for number in range(5):
            await tx.enrolments.add(request(f"k{number}", f"c{number}", after_s=number), 3)
    async with timed.reading() as tx:
        left = [number for number in range(5) if await tx.enrolments.find(f"c{number}") is not None]
    assert left == [2, 3, 4]


async def test_two_requests_have_no_code_in_common(timed: Store) -> None:
    async with timed.transaction() as tx:
        await tx.enrolments.add(request(), 10)
    with pytest.raises(Conflict):
        async with timed.transaction() as tx:
            await tx.enrolments.add(request("k2"), 10)


async def test_of_several_that_take_a_code_at_once_one_gets_it(postgresql_store: SqlStore) -> None:
    async with postgresql_store.transaction() as tx:
        await tx.enrolments.add(request(), 10)

    async def take() -> bool:
        async with postgresql_store.transaction() as tx:
            return await tx.enrolments.take("c1", "k1") is not None

    assert sorted(await asyncio.gather(*(take() for _ in range(4)))) == [False, False, False, True]


# ---- Clearing away -------------------------------------------------------------------------------------------


async def test_what_has_run_out_and_retired_keys_are_purged_and_no_others(timed: Store, clock: ManualClock) -> None:
    retired = key("gone", state=KeyState.RETIRED, ended_at=LATER)
    revoked = key("revoked", state=KeyState.REVOKED, ended_at=LATER)
    async with timed.transaction() as tx:
        await tx.enrolments.add(request(), 10)
        for each in (retired, revoked, key()):
            await tx.terminal_keys.add(each)
        assert await tx.housekeeping.purge(LATER) == 0
    clock.advance(days=2)
    async with timed.transaction() as tx:
        assert await tx.housekeeping.purge(clock()) == 2
        assert await tx.terminal_keys.get("gone") is None
        assert await tx.terminal_keys.of([KIOSK]) == [key(), revoked]
