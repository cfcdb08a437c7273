"""Sign-ins, the tickets of those who are signed in, and browsers that are at an issuer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from palvelurinki.domain.directory import Role
from palvelurinki.ports import Attempt, SignIn, Store
from tests.contract.builders import signed_in
from tests.contract.conftest import START, ManualClock

ANNAS = "staff:anna"
BERTS = replace(signed_in("berts"), principal="staff:bert")
HALF_AN_HOUR = timedelta(minutes=30)


async def add(store: Store, *sign_ins: SignIn) -> None:
    async with store.transaction() as tx:
        for each in sign_ins:
            await tx.credentials.add_sign_in(each)


async def alive(store: Store, principal: str = ANNAS) -> list[str]:
    async with store.reading() as tx:
        return [each.digest for each in await tx.credentials.sign_ins_of(principal)]


# ---- Tickets -------------------------------------------------------------------------------------------------


async def test_ticket_is_used_once(timed: Store) -> None:
    async with timed.transaction() as tx:
        await tx.credentials.add_ticket("digest", "sign-in", START + timedelta(seconds=30))
    async with timed.transaction() as tx:
        assert await tx.credentials.use_ticket("other") is None
        assert await tx.credentials.use_ticket("digest") == "sign-in"
        assert await tx.credentials.use_ticket("digest") is None
    async with timed.transaction() as tx:
        assert await tx.credentials.use_ticket("digest") is None


async def test_ticket_is_too_old_at_its_expiry(timed: Store, clock: ManualClock) -> None:
    async with timed.transaction() as tx:
        await tx.credentials.add_ticket("digest", "sign-in", START + timedelta(seconds=30))
    clock.advance(seconds=30)
    async with timed.transaction() as tx:
        assert await tx.credentials.use_ticket("digest") is None
    clock.advance(microseconds=-1)
    async with timed.transaction() as tx:
        assert await tx.credentials.use_ticket("digest") == "sign-in"


# ---- Sign-ins ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("roles", [None, frozenset[Role](), frozenset({Role.EXPERT, Role.SUPERVISOR})])
async def test_sign_in_is_found_as_it_was_made(timed: Store, roles: frozenset[Role] | None) -> None:
    made = SignIn("one", ANNAS, START, START + HALF_AN_HOUR, START + timedelta(hours=10), roles, "kela")
    await add(timed, made)
    async with timed.reading() as tx:
        assert await tx.credentials.sign_in("one") == made
        assert await tx.credentials.sign_in("two") is None
        assert await tx.credentials.sign_ins_of(ANNAS) == [made]
    async with timed.transaction() as tx:
        assert await tx.credentials.sign_in("one") == made


async def test_database_decides_what_has_ended_when_no_clock_is_given(store: Store) -> None:
    async with store.transaction() as tx:
        now = await tx.now()
        await tx.credentials.add_ticket("old", "sign-in", now - timedelta(seconds=1))
        await tx.credentials.add_ticket("fresh", "sign-in", now + timedelta(hours=1))
        await tx.credentials.add_sign_in(signed_in("old", now, timedelta(seconds=-1)))
        await tx.credentials.add_sign_in(signed_in("fresh", now))
        assert await tx.credentials.use_ticket("old") is None
        assert await tx.credentials.use_ticket("fresh") == "sign-in"
        assert await tx.credentials.sign_in("old") is None
        assert await tx.credentials.sign_in("fresh") is not None
        assert [each.digest for each in await tx.credentials.end_expired_sign_ins_of(ANNAS)] == ["old"]


async def test_sign_in_lasts_until_its_end_or_the_sign_out(timed: Store, clock: ManualClock) -> None:
    await add(timed, signed_in("one"), signed_in("two"))
    async with timed.transaction() as tx:
        assert await tx.credentials.end_sign_in("one") == signed_in("one")
        assert await tx.credentials.end_sign_in("one") is None
    assert await alive(timed) == ["two"]
    clock.advance(hours=8)
    assert await alive(timed) == []
    async with timed.transaction() as tx:
        # It is there until somebody has dealt with its end.
        assert await tx.credentials.end_sign_in("two") == signed_in("two")


async def test_use_puts_the_end_off_but_for_the_last_one(timed: Store, clock: ManualClock) -> None:
    most = START + timedelta(hours=1)
    await add(timed, SignIn("one", ANNAS, START, START + HALF_AN_HOUR, most), signed_in("other"))
    clock.advance(minutes=10)
    async with timed.transaction() as tx:
        assert await tx.credentials.extend_sign_ins([], clock() + HALF_AN_HOUR) == 0
        assert await tx.credentials.extend_sign_ins(["one", "unknown"], clock() + HALF_AN_HOUR) == 1
        found = await tx.credentials.sign_in("one")
        assert found is not None
        assert found.expires_at == START + timedelta(minutes=40)
        # What would end later does not end sooner for having been used.
        assert await tx.credentials.extend_sign_ins(["one"], START + HALF_AN_HOUR) == 0
    clock.advance(minutes=25)
    async with timed.transaction() as tx:
        assert await tx.credentials.extend_sign_ins(["one"], clock() + HALF_AN_HOUR) == 1
        found = await tx.credentials.sign_in("one")
        assert found is not None
        assert found.expires_at == most
    async with timed.reading() as tx:
        assert await tx.credentials.sign_in("other") == signed_in("other")


async def test_what_has_ended_does_not_begin_again_by_use(timed: Store, clock: ManualClock) -> None:
    await add(timed, SignIn("one", ANNAS, START, START + HALF_AN_HOUR, START + timedelta(hours=1)))
    clock.advance(minutes=30)
    async with timed.transaction() as tx:
        assert await tx.credentials.extend_sign_ins(["one"], clock() + HALF_AN_HOUR) == 0
        assert await tx.credentials.sign_in("one") is None


async def test_all_of_a_person_end_and_nobody_elses(timed: Store) -> None:
    await add(timed, signed_in("one"), signed_in("two"), BERTS)
    async with timed.transaction() as tx:
        ended = await tx.credentials.end_sign_ins_of(ANNAS)
        assert {each.digest for each in ended} == {"one", "two"}
    assert await alive(timed) == []
    assert await alive(timed, "staff:bert") == ["berts"]


async def test_only_those_end_whose_time_is_up(timed: Store, clock: ManualClock) -> None:
    await add(timed, signed_in("one", life=HALF_AN_HOUR), signed_in("two"), replace(BERTS, expires_at=START))
    clock.advance(minutes=30)
    async with timed.transaction() as tx:
        assert [each.digest for each in await tx.credentials.end_expired_sign_ins_of(ANNAS)] == ["one"]
        assert await tx.credentials.end_expired_sign_ins_of(ANNAS) == []
    assert await alive(timed) == ["two"]


async def test_all_of_an_issuer_end(timed: Store) -> None:
    await add(timed, replace(signed_in("one"), issuer="kela"), replace(signed_in("two"), issuer="other"), BERTS)
    async with timed.transaction() as tx:
        assert [each.digest for each in await tx.credentials.end_sign_ins_at("kela")] == ["one"]
    assert await alive(timed) == ["two"]
    assert await alive(timed, "staff:bert") == ["berts"]


# ---- Sessions that end with one ------------------------------------------------------------------------------


async def test_session_ends_with_its_own_sign_in_alone(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.connections.open(ANNAS, "s1", "n1", "token", "one")
        assert not await tx.connections.revoke(ANNAS, "two")
        found = await tx.connections.get(ANNAS)
        assert found is not None
        assert found.sign_in == "one"
        assert await tx.connections.connected([ANNAS]) == {ANNAS}
        assert await tx.connections.revoke(ANNAS, "one")
        assert await tx.connections.connected([ANNAS]) == set()
        assert not await tx.connections.resume(ANNAS, "n1", "token", "next")
        # The next one belongs to whatever it was begun with.
        await tx.connections.open(ANNAS, "s2", "n1", "token", "two")
        assert not await tx.connections.revoke(ANNAS, "one")


# ---- Attempts ------------------------------------------------------------------------------------------------


async def test_attempt_is_used_once_and_by_its_own_browser(timed: Store, clock: ManualClock) -> None:
    attempt = Attempt("state", "browser", "kela", START + timedelta(minutes=10))
    async with timed.transaction() as tx:
        await tx.credentials.add_attempt(attempt)
    async with timed.transaction() as tx:
        assert await tx.credentials.use_attempt("state", "another") is None
        assert await tx.credentials.use_attempt("another", "browser") is None
        assert await tx.credentials.use_attempt("state", "browser") == attempt
        assert await tx.credentials.use_attempt("state", "browser") is None
        await tx.credentials.add_attempt(attempt)
    clock.advance(minutes=10)
    async with timed.transaction() as tx:
        assert await tx.credentials.use_attempt("state", "browser") is None
