"""Sessions that go on at another node than before: with the bus, without it, and when the node before is gone."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path

import pytest
from httpx2 import AsyncClient

from palvelurinki.client import SessionEnded, open_demo
from palvelurinki.client.tickets import COOKIES
from palvelurinki.ports import Connection
from palvelurinki.protocol.client import Candidate
from tests.support.redis import RedisServer
from tests.support.scenes import HOUSING, Console
from tests.support.server import Ground, Server, ServerCommand, ServerThread, start_together
from tests.support.waiting import WITHIN_S, call_in, offer_in, seen
from tests.support.wire import Frame, Wire, raw, ticket_by, wired

KIOSK, FIRST = "mikkeli-kioski", "kela-asiantuntija-1"

Nodes = tuple[ServerThread, ServerThread]


@pytest.fixture
def own_ground(postgresql_ground: Ground, own_redis: RedisServer) -> Ground:
    """The demo on PostgreSQL and that Redis."""
    return Ground(postgresql_ground.database_url, own_redis.url)


@pytest.fixture
def nodes(own_ground: Ground) -> Iterator[Nodes]:
    """Two nodes of this process."""
    with ExitStack() as stack:
        both = []
        for _ in range(2):
            node = ServerThread(own_ground.settings())
            node.start()
            stack.callback(node.stop)
            both.append(node)
        yield both[0], both[1]


@pytest.fixture(params=["with Redis", "Redis flushed", "Redis gone"])
def trouble(request: pytest.FixtureRequest, own_redis: RedisServer) -> Callable[[], None]:
    """What happens to Redis in the middle of it."""
    kinds: dict[str, Callable[[], None]] = {
        "with Redis": lambda: None,
        "Redis flushed": own_redis.flush,
        "Redis gone": own_redis.stop,
    }
    return kinds[request.param]


async def connection_of(ground: Ground, principal: str) -> Connection:
    async with ground.store() as store, store.reading() as tx:
        found = await tx.connections.get(principal)
    assert found is not None
    return found


async def resumed(wire: Wire, token: str, last_seq: int) -> Frame:
    return await wire.hello(resume={"token": token, "last_seq": last_seq})


def last_of(wire: Wire) -> int:
    """The number of the last event that the wire has brought."""
    return max((frame["seq"] for frame in wire.seen if "seq" in frame and frame["type"] != "welcome"), default=0)


@asynccontextmanager
async def called(kiosk_at: Server, expert_at: Server) -> AsyncIterator[tuple[Wire, Frame, Console, str, str]]:
    """A kiosk on a bare wire and an expert's client have joined a call: wire, welcome, expert, call, kiosk's seat."""
    async with AsyncExitStack() as stack:
        wire, welcome = await stack.enter_async_context(wired(kiosk_at, "terminal", KIOSK))
        expert = await stack.enter_async_context(expert_at.expert(FIRST))
        await wire.ask("request_contact", service=HOUSING, language="fi")
        call = (await expert.accept_offer((await offer_in(expert, "ringing")).id)).call
        assert call
        while (await wire.next("call"))["call"] is None:
            pass
        await wire.ask("join_call", call=call)
        await expert.join_call(call)
        view = await call_in(expert, "opening", lambda view: len(view.peers) == 1)
        while len((await wire.next("call"))["call"]["peers"]) != 1:
            pass
        yield wire, welcome, expert, call, view.peers[0].seat


async def send(expert: Console, call: str, seat: str, marks: Iterator[int], count: int) -> list[str]:
    """Send numbered signals; returns what they carry."""
    sent = [f"candidate {next(marks)}" for _ in range(count)]
    for text in sent:
        await expert.suggest(call, seat, 2, Candidate(candidate=text))
    return sent


async def heard(wire: Wire, count: int) -> list[Frame]:
    """The next signals, of which none comes twice."""
    return [await wire.next("signal") for _ in range(count)]


def texts(signals: list[Frame]) -> list[str]:
    return [signal["candidate"]["candidate"] for signal in signals]


# ---- Taking a session over -----------------------------------------------------------------------------------


async def test_a_session_goes_on_at_another_node_with_a_snapshot_and_its_signals(nodes: Nodes) -> None:
    one, other = nodes
    marks = itertools.count()
    async with called(one, other) as (wire, welcome, expert, call, seat):
        acknowledged = await send(expert, call, seat, marks, 2)
        assert texts(await heard(wire, 2)) == acknowledged
        await wire.ask("heartbeat", seq=last_of(wire))
        sent = await send(expert, call, seat, marks, 3)
        signals = await heard(wire, 3)
        last = last_of(wire)
        wire.cut()
        # One that comes while nobody is there.
        sent += await send(expert, call, seat, marks, 1)
        async with raw(other) as back:
            again = await resumed(back, welcome["resume_token"], last)
            assert (again["resumed"], again["session"], again["seq"]) == (True, welcome["session"], last)
            assert (again["snapshot"], again["resume_token"] == welcome["resume_token"]) == (None, False)
            whole = await back.receive()
            assert (whole["type"], whole["seq"]) == ("snapshot", last + 1)
            assert whole["snapshot"]["call"]["id"] == call
            # At least once: by their ids a client knows those that it has handled.
            replayed = await heard(back, 4)
            assert texts(replayed) == sent
            assert [signal["id"] for signal in replayed[:3]] == [signal["id"] for signal in signals]
            # And everything goes on from there, in order.
            sent = await send(expert, call, seat, marks, 2)
            assert texts(await heard(back, 2)) == sent
            numbers = [frame["seq"] for frame in back.seen if "seq" in frame and frame["type"] != "welcome"]
            assert numbers == list(range(last + 1, last + 1 + len(numbers)))
            assert (await back.ask("report_media", call=call))["type"] == "ack"


async def test_a_client_acts_once_on_a_signal_that_comes_twice(nodes: Nodes) -> None:
    one, other = nodes
    marks = itertools.count()
    async with called(one, other) as (wire, _, expert, call, seat):
        assert expert.snapshot.call
        await wire.ask("signal", call=call, to=expert.snapshot.call.me, generation=2, candidate={"candidate": "once"})
        operation = "operation-twice"
        with expert.events() as news:
            for _ in range(2):
                await wire.ask(
                    "signal",
                    id=operation,
                    call=call,
                    to=expert.snapshot.call.me,
                    generation=2,
                    candidate={"candidate": "twice"},
                )
            await wire.ask(
                "signal", call=call, to=expert.snapshot.call.me, generation=2, candidate={"candidate": "last"}
            )
            carried = []
            async with asyncio.timeout(WITHIN_S):
                while "last" not in carried:
                    event = await anext(news)
                    if event.type == "signal" and event.candidate is not None:
                        carried.append(event.candidate.candidate)
        assert carried[-2:] == ["twice", "last"]
        assert carried.count("twice") == 1
        assert await send(expert, call, seat, marks, 1)


async def test_a_session_goes_on_whatever_becomes_of_redis(
    nodes: Nodes, own_ground: Ground, trouble: Callable[[], None]
) -> None:
    """The old socket is still open: its node hears by the outbox that another socket has come."""
    one, other = nodes
    async with wired(one, "terminal", KIOSK) as (wire, welcome), other.expert(FIRST) as expert:
        contact = (await wire.ask("request_contact", service=HOUSING, language="fi"))["contact"]
        offer = await offer_in(expert, "ringing")
        trouble()
        async with raw(other) as back:
            again = await resumed(back, welcome["resume_token"], last_of(wire))
            assert (again["type"], again["resumed"], again["session"]) == ("welcome", True, welcome["session"])
            whole = await back.next("snapshot")
            assert whole["snapshot"]["contact"]["id"] == contact
            assert await wire.closed() == 4001
            # The old node's loss is void: nothing was held, and the offer rings on.
            call = (await expert.accept_offer(offer.id)).call
            while (event := await back.next("call"))["call"] is None:
                pass
            assert event["call"]["id"] == call
            assert (await connection_of(own_ground, f"terminal:{KIOSK}")).lost_at is None


async def test_a_session_comes_and_goes_between_nodes(nodes: Nodes) -> None:
    one, other = nodes
    async with wired(one, "terminal", KIOSK) as (wire, welcome):
        contact = (await wire.ask("request_contact", service=HOUSING, language="fi"))["contact"]
        last, token = last_of(wire), welcome["resume_token"]
        wire.cut()
    for turn, node in enumerate([other, one, other, other, one]):
        async with raw(node) as back:
            again = await resumed(back, token, last)
            assert (again["type"], again["session"]) == ("welcome", welcome["session"]), turn
            assert (await back.ask("set_language", contact=contact, language=["sv", "en"][turn % 2]))["type"] == "ack"
            last, token = last_of(back), again["resume_token"]
            back.cut()


# ---- Tokens --------------------------------------------------------------------------------------------------


async def test_tokens_rotate_across_nodes_and_old_ones_are_worth_nothing(nodes: Nodes) -> None:
    one, other = nodes
    async with wired(one, "terminal", KIOSK) as (wire, welcome):
        wire.cut()
    first = welcome["resume_token"]
    # Two welcomes that are lost on the way, at both nodes: the client still has the token before them.
    for node in (other, one):
        async with raw(node) as lost:
            assert (await resumed(lost, first, 0))["type"] == "welcome"
            lost.cut()
    async with raw(other) as back:
        second = (await resumed(back, first, 0))["resume_token"]
        back.cut()
    async with raw(one) as back:
        third = (await resumed(back, second, 0))["resume_token"]
        back.cut()
    for node in nodes:
        async with raw(node) as thief:
            assert (await resumed(thief, first, 0))["code"] == "session.unknown"
    async with raw(other) as back:
        assert (await resumed(back, third, 0))["type"] == "welcome"


# ---- Only one speaks for a principal -------------------------------------------------------------------------


async def test_the_newest_session_wins_whatever_becomes_of_redis(nodes: Nodes, trouble: Callable[[], None]) -> None:
    one, other = nodes
    async with one.staff(FIRST) as older:
        trouble()
        async with other.staff(FIRST) as newer:
            async with asyncio.timeout(WITHIN_S):
                with pytest.raises(SessionEnded) as ended:
                    await older.until(lambda _: False)
            assert ended.value.code == "session.superseded"
            await newer.make_ready()


async def test_signing_out_ends_the_session_at_whichever_node(nodes: Nodes, trouble: Callable[[], None]) -> None:
    one, other = nodes
    secret = await open_demo(other.url, "staff", FIRST)
    ticket = await ticket_by(other, "staff", secret)
    async with raw(one, ticket) as wire, AsyncClient() as http:
        welcome = await wire.hello(ticket=ticket)
        trouble()
        answer = await http.post(
            f"{other.url}/api/v1/staff/sign-out",
            headers={"origin": other.url, "cookie": f"{COOKIES['staff']}={secret}"},
        )
        assert answer.status_code == 200
        assert (await wire.next("closing"))["code"] == "session.signed_out"
        for node in nodes:
            async with raw(node) as again:
                assert (await resumed(again, welcome["resume_token"], 0))["code"] == "session.unknown"


# ---- Signals while Redis is away -----------------------------------------------------------------------------


async def test_signals_to_another_node_wait_for_redis(nodes: Nodes, own_redis: RedisServer) -> None:
    one, other = nodes
    marks = itertools.count()
    async with called(one, other) as (wire, _, expert, call, seat):
        own_redis.stop()
        sent = await send(expert, call, seat, marks, 5)
        own_redis.start()
        sent += await send(expert, call, seat, marks, 1)
        assert texts(await heard(wire, len(sent))) == sent


# ---- The node that held it is gone ---------------------------------------------------------------------------


@pytest.fixture
def processes(own_ground: Ground, tmp_path: Path) -> Iterator[tuple[ServerCommand, ServerCommand]]:
    """Two nodes that can be killed."""
    with ExitStack() as stack:
        both = [ServerCommand(own_ground.settings(), tmp_path / f"node-{name}.log") for name in "ab"]
        start_together(both, stack)
        yield both[0], both[1]


async def test_a_session_survives_its_node(
    processes: tuple[ServerCommand, ServerCommand], own_redis: RedisServer, own_ground: Ground
) -> None:
    one, other = processes
    marks = itertools.count()
    async with called(one, other) as (wire, welcome, expert, call, seat):
        sent = await send(expert, call, seat, marks, 2)
        await heard(wire, 2)
        last = last_of(wire)
        one.kill()
        sent += await send(expert, call, seat, marks, 2)
        async with raw(other) as back:
            again = await resumed(back, welcome["resume_token"], last)
            assert (again["resumed"], again["session"]) == (True, welcome["session"])
            assert (await back.receive())["type"] == "snapshot"
            assert texts(await heard(back, 4)) == sent
            # It stays, however late the dead node's connections are dealt with.
            await seen(expert, lambda s: s.call is not None and {seat.state for seat in s.call.seats} == {"joined"})
            assert (await connection_of(own_ground, f"terminal:{KIOSK}")).lost_at is None
            # And without what Redis had kept.
            own_redis.flush()
            last = last_of(back)
            back.cut()
        async with raw(other) as third:
            assert (await resumed(third, again["resume_token"], last))["resumed"]
            sent = await send(expert, call, seat, marks, 1)
            assert texts(await heard(third, 1)) == sent
