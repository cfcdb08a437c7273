"""Operations, service events, configurations, and their clearing away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from palvelurinki.domain.call import CallId
from palvelurinki.domain.directory import OrganisationId, PointId
from palvelurinki.domain.effects import Afterword
from palvelurinki.domain.errors import Conflict, OperationReused
from palvelurinki.domain.situation import FollowUp, Resolution
from palvelurinki.ports import Attempt, ConfigurationRevision, EventFilter, Store
from tests.contract.builders import event, signed_in
from tests.contract.conftest import FAULTS, START, ManualClock

# ---- Operations ----------------------------------------------------------------------------------------------


async def test_operation_is_answered_as_it_was_the_first_time(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.operations.answer("staff:anna", "op1") is None
        await tx.operations.record("staff:anna", "op1", {"call": "c1"})
        assert await tx.operations.answer("staff:anna", "op1") == {"call": "c1"}
    async with store.reading() as tx:
        assert await tx.operations.answer("staff:anna", "op1") == {"call": "c1"}
        assert await tx.operations.answer("staff:bert", "op1") is None
        assert await tx.operations.answer("staff:anna", "op2") is None


async def test_operation_without_an_answer_was_done_all_the_same(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.operations.record("staff:anna", "op1", {})
        assert await tx.operations.answer("staff:anna", "op1") == {}


async def test_operation_is_done_once(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.operations.record("staff:anna", "op1", {"n": "1"})
        await tx.operations.record("staff:bert", "op1", {"n": "1"})
    with pytest.raises(Conflict):
        async with store.transaction() as tx:
            await tx.operations.record("staff:anna", "op1", {"n": "2"})
    async with store.reading() as tx:
        assert await tx.operations.answer("staff:anna", "op1") == {"n": "1"}


async def test_operation_says_which_command_it_was(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.operations.record("staff:anna", "op1", {"n": "1"}, "pause lunch")
        await tx.operations.record("staff:anna", "op2", {"n": "2"})
    async with store.reading() as tx:
        assert await tx.operations.answer("staff:anna", "op1", "pause lunch") == {"n": "1"}
        assert await tx.operations.answer("staff:anna", "op1") == {"n": "1"}
        # A program of before has not written it down.
        assert await tx.operations.answer("staff:anna", "op2", "pause lunch") == {"n": "2"}
        assert await tx.operations.answer("staff:anna", "op3", "pause lunch") is None
        with pytest.raises(OperationReused):
            await tx.operations.answer("staff:anna", "op1", "pause break")


# ---- Service events ------------------------------------------------------------------------------------------


async def test_service_event_comes_back_as_it_was(store: Store) -> None:
    whole = event()
    bare = replace(event("e2", "call-2", START - timedelta(hours=1)), municipality_code=None, connected_at=START)
    async with store.transaction() as tx:
        await tx.service_events.add(whole)
        await tx.service_events.add(bare)
    async with store.reading() as tx:
        assert await tx.service_events.list(EventFilter()) == [whole, bare]


async def test_call_leaves_one_service_event(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.service_events.add(event())
    with pytest.raises(Conflict):
        async with store.transaction() as tx:
            await tx.service_events.add(event("e2"))
    with pytest.raises(FAULTS):
        async with store.transaction() as tx:
            await tx.service_events.add(event("e1", "call-2"))


async def test_service_events_are_narrowed_and_come_newest_first(store: Store) -> None:
    def day(number: int) -> datetime:
        return datetime(2026, 4, number, 12, tzinfo=UTC)

    events = [event(f"e{number}", f"call-{number}", day(number)) for number in range(1, 6)]
    events[0] = replace(events[0], provider=OrganisationId("vero"))
    events[1] = replace(events[1], host=OrganisationId("oulu"))
    events[2] = replace(events[2], point=PointId("kiiminki"))
    async with store.transaction() as tx:
        for each in events:
            await tx.service_events.add(each)

    async def ids(narrowed: EventFilter) -> str:
        async with store.reading() as tx:
            return " ".join(each.id for each in await tx.service_events.list(narrowed))

    assert await ids(EventFilter()) == "e5 e4 e3 e2 e1"
    assert await ids(EventFilter(provider="vero")) == "e1"
    assert await ids(EventFilter(host="mikkeli-kaupunki")) == "e5 e4 e3 e1"
    assert await ids(EventFilter(point="kiiminki")) == "e3"
    assert await ids(EventFilter(provider="kela", host="oulu")) == "e2"
    assert await ids(EventFilter(first=day(2), last=day(4))) == "e4 e3 e2"
    assert await ids(EventFilter(limit=2)) == "e5 e4"
    assert await ids(EventFilter(provider="nobody")) == ""


async def test_what_is_known_afterwards_completes_the_event_of_its_call(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.service_events.add(event())
        await tx.service_events.add(event("e2", "call-2", START - timedelta(hours=1)))
    async with store.transaction() as tx:
        await tx.service_events.complete(CallId("call-1"), Afterword(Resolution.STARTED, (), expert_after_s=61))
        await tx.service_events.complete(CallId("call-1"), Afterword(satisfaction=5))
        await tx.service_events.complete(CallId("call-1"), Afterword(advisor_after_s=0))
        # Of a call without a record, or whose record is no longer kept.
        await tx.service_events.complete(CallId("call-9"), Afterword(satisfaction=1))
    async with store.transaction() as tx:
        follow_ups = (FollowUp.BOOK_TIME, FollowUp.BRING_DOCUMENTS)
        await tx.service_events.complete(CallId("call-1"), Afterword(Resolution.SETTLED, follow_ups, expert_after_s=70))
    async with store.reading() as tx:
        whole, bare = await tx.service_events.list(EventFilter())
    assert whole == replace(
        event(),
        resolution=Resolution.SETTLED,
        follow_ups=follow_ups,
        expert_after_s=70,
        advisor_after_s=0,
        satisfaction=5,
    )
    assert bare == event("e2", "call-2", START - timedelta(hours=1))


# ---- Configurations ------------------------------------------------------------------------------------------


async def test_revisions_of_the_configuration_grow_from_one(timed: Store, clock: ManualClock) -> None:
    async with timed.transaction() as tx:
        assert await tx.configurations.latest() is None
        assert await tx.configurations.latest_number() == 0
        assert await tx.configurations.add('{"a": 1}', "cli", expected=0) == 1
    clock.advance(days=1)
    async with timed.transaction() as tx:
        assert await tx.configurations.add('{"a": 2}', "cli", expected=1) == 2
    async with timed.reading() as tx:
        assert await tx.configurations.latest_number() == 2
        assert await tx.configurations.latest() == ConfigurationRevision(
            2, '{"a": 2}', START + timedelta(days=1), "cli"
        )


@pytest.mark.parametrize("expected", [0, 2])
async def test_revision_after_another_than_the_latest_is_refused(store: Store, expected: int) -> None:
    async with store.transaction() as tx:
        await tx.configurations.add("{}", "cli", expected=0)
    with pytest.raises(Conflict):
        async with store.transaction() as tx:
            await tx.configurations.add("{}", "cli", expected=expected)


# ---- Housekeeping --------------------------------------------------------------------------------------------


async def test_purge_removes_what_is_over_and_nothing_else(timed: Store, clock: ManualClock) -> None:
    async def leave_traces(name: str) -> None:
        async with timed.transaction() as tx:
            now = await tx.now()
            await tx.operations.record("staff:anna", name, {})
            await tx.outbox.add(None, name, {}, ())
            await tx.credentials.add_ticket(name, name, now + timedelta(seconds=30))
            await tx.credentials.add_sign_in(signed_in(name, now, timedelta(hours=8)))
            await tx.credentials.add_attempt(Attempt(name, name, "kela", now + timedelta(minutes=10)))
            await tx.connections.beat(name)

    await leave_traces("old")
    async with timed.transaction() as tx:
        await tx.service_events.add(event())
        await tx.configurations.add("{}", "cli", expected=0)
        await tx.connections.open("staff:anna", "s1", "old", "t1")
    clock.advance(days=1)
    await leave_traces("new")
    async with timed.transaction() as tx:
        assert await tx.housekeeping.purge(START) == 0
        assert await tx.housekeeping.purge(START + timedelta(hours=23)) == 6
        assert await tx.housekeeping.purge(START + timedelta(hours=23)) == 0
    async with timed.transaction() as tx:
        assert await tx.operations.answer("staff:anna", "old") is None
        assert await tx.operations.answer("staff:anna", "new") == {}
        assert await tx.credentials.use_ticket("new") == "new"
        assert await tx.credentials.sign_in("new") is not None
        assert await tx.credentials.use_attempt("new", "new") is not None
        assert [each.id for each in await tx.service_events.list(EventFilter())] == ["e1"]
        assert await tx.configurations.latest_number() == 1
        # A node that is gone takes nothing with it: its connections are those of a dead node.
        assert [each.node for each in await tx.connections.of_dead_nodes(timedelta(days=30), 9)] == ["old"]
