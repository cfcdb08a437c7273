"""More than one process: two nodes over one database, one that dies, one that is started again."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from signal import SIGCONT, SIGSTOP

import asyncpg
import pytest

from palvelurinki.client import SessionEnded
from palvelurinki.protocol.client import Description
from palvelurinki.protocol.server import Signalled
from tests.support.scenes import HOUSING, connected, in_call, ringing
from tests.support.server import Ground, ServerCommand
from tests.support.waiting import WITHIN_S, call_in, contact_in, offer_in, ring_with, seen
from tests.support.wire import wired

FIRST, SECOND = "kela-asiantuntija-1", "kela-asiantuntija-2"
Nodes = tuple[ServerCommand, ServerCommand]
# A node that has not shown life for 2 s is dead; others look once a second. The rest is for a slow machine.
DEAD_WITHIN_S = 5.0


async def test_a_whole_call_across_two_nodes(two_nodes: Nodes, postgresql_ground: Ground) -> None:
    one, other = two_nodes
    async with (
        one.terminal("mikkeli-kioski") as kiosk,
        other.expert(FIRST) as expert,
        one.staff("kela-esihenkilo") as supervisor,
    ):
        call = await in_call(kiosk, expert)
        assert kiosk.snapshot.call
        assert expert.snapshot.call
        with kiosk.events() as at_kiosk, expert.events() as at_expert:
            for number in range(20):
                sdp = Description(type="offer", sdp=f"{number}")
                await expert.describe(call, kiosk.snapshot.call.me, 2, sdp)
                await kiosk.describe(call, expert.snapshot.call.me, 2, sdp)
            for stream in (at_kiosk, at_expert):
                heard: list[str] = []
                async with asyncio.timeout(WITHIN_S):
                    while len(heard) < 20:
                        news = await anext(stream)
                        if isinstance(news, Signalled) and news.description:
                            heard.append(news.description.sdp)
                assert heard == [f"{number}" for number in range(20)]
        await ring_with(supervisor, lambda view: view.in_call == 1)
        await kiosk.report_media(call)
        await expert.report_media(call)
        await call_in(kiosk, "connected")
        await kiosk.leave_call(call)
        assert (await call_in(expert, "ended")).outcome == "served"
        await ring_with(supervisor, lambda view: view.wrap_up == 1)
    assert [event.call for event in await postgresql_ground.service_events()] == [call]


async def test_the_newest_connection_wins_across_nodes(two_nodes: Nodes) -> None:
    one, other = two_nodes
    async with one.staff(FIRST) as older, other.staff(FIRST) as newer:
        async with asyncio.timeout(WITHIN_S):
            with pytest.raises(SessionEnded) as ended:
                await older.until(lambda _: False)
        assert ended.value.code == "session.superseded"
        await newer.make_ready()


async def test_a_node_that_dies_takes_no_contact_with_it(two_nodes: Nodes) -> None:
    one, other = two_nodes
    async with (
        one.terminal("mikkeli-kioski") as kiosk,
        one.terminal("parainen-kioski") as waiting,
        one.staff("kela-esihenkilo") as supervisor,
        other.expert(FIRST) as expert,
    ):
        contact, offer = await ringing(kiosk, expert)
        other_contact = (await waiting.request_contact(HOUSING, "sv")).contact
        assert other_contact
        await contact_in(waiting, "waiting")
        await ring_with(supervisor, lambda view: view.offered == 1)

        died = time.monotonic()
        other.kill()
        again = await contact_in(kiosk, "waiting")
        assert time.monotonic() - died < DEAD_WITHIN_S
        assert again.id == contact
        await ring_with(supervisor, lambda view: view.ready == 0 and view.offered == 0)

        # A colleague at the node that is left takes it over.
        async with one.expert(SECOND) as colleague:
            assert (await offer_in(colleague, "ringing")).contact == contact
            # And the one who was rung is back at the other node, without blame. Nobody waits for them meanwhile, so
            # that no new offer takes the place of the old one before it is seen.
            await waiting.leave_contact(other_contact)
            other.start()
            back = await seen(expert, lambda s: s.offer is not None and s.offer.state == "withdrawn")
            assert back.offer
            assert (back.offer.id, back.offer.reason) == (offer, "console_lost")
            assert back.presence
            assert back.presence.state == "ready"


async def test_a_terminal_of_a_dead_node_keeps_its_place(two_nodes: Nodes) -> None:
    one, other = two_nodes
    async with one.staff("kela-esihenkilo") as supervisor, other.terminal("mikkeli-kioski") as kiosk:
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        assert contact
        await ring_with(supervisor, lambda view: len(view.waiting) == 1)
        other.kill()
        await ring_with(supervisor, lambda view: [each.state for each in view.waiting] == ["held"])
        other.start()
        board = await ring_with(supervisor, lambda view: [each.state for each in view.waiting] == ["waiting"])
        assert board.waiting[0].contact == contact


# ---- A server that stands still ------------------------------------------------------------------------------

# Where a node has locked a person's row, and waits to have its next statement prepared.
HALFWAY = """
    SELECT session.pid FROM pg_stat_activity AS session
    JOIN pg_locks AS has ON has.pid = session.pid AND has.granted AND has.relation = 'presence'::regclass
    JOIN pg_locks AS wants ON wants.pid = session.pid AND NOT wants.granted AND wants.relation = 'outbox'::regclass
    WHERE session.datname = current_database() AND has.mode = 'RowShareLock'
"""
STATE = "SELECT state, wait_event FROM pg_stat_activity WHERE pid = $1"


async def test_what_a_node_that_stands_still_has_locked_is_free_once_it_counts_as_dead(
    two_nodes: Nodes, postgresql_ground: Ground
) -> None:
    """Stopped while a statement is being prepared: for PostgreSQL its session is then not idle, however long."""
    one, other = two_nodes
    async with AsyncExitStack() as stack:
        # One locks, one looks on: in a transaction PostgreSQL shows sessions as they were at the first look.
        locking, beside = [
            await asyncpg.connect(postgresql_ground.database_url.replace("+asyncpg", "")) for _ in range(2)
        ]
        for connection in (locking, beside):
            stack.push_async_callback(connection.close)
        wire, _ = await stack.enter_async_context(wired(other, "staff", FIRST))
        async with locking.transaction():
            await locking.execute("LOCK TABLE outbox")
            await wire.send({"id": "operation-half-done", "type": "make_ready"})
            async with asyncio.timeout(WITHIN_S):
                while (session := await beside.fetchval(HALFWAY)) is None:
                    pass
            other.send(SIGSTOP)
            stack.callback(other.send, SIGCONT)
        async with asyncio.timeout(WITHIN_S):
            while (await beside.fetchrow(STATE, session))[1] != "ClientRead":
                pass
        # The person's row is locked by a session that no time limit ends.
        assert (await beside.fetchrow(STATE, session))[0] == "active"
        expert = await stack.enter_async_context(one.expert(FIRST))
        kiosk = await stack.enter_async_context(one.terminal("mikkeli-kioski"))
        await in_call(kiosk, expert)
        assert await beside.fetchrow(STATE, session) is None
    # It wakes, and serves on.
    async with other.terminal("parainen-kioski") as awake:
        await awake.request_contact(HOUSING, "fi")


# ---- A server that is started again in the middle of a call --------------------------------------------------


@pytest.fixture
def only_node(ground: Ground, tmp_path: Path) -> Iterator[ServerCommand]:
    """One server, in a process of its own."""
    with ExitStack() as stack:
        node = ServerCommand(ground.settings(), tmp_path / "node.log")
        node.start()
        stack.callback(node.stop)
        yield node


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_a_call_survives_its_servers_restart(only_node: ServerCommand, ground: Ground, how: str) -> None:
    async with only_node.terminal("mikkeli-kioski") as kiosk, only_node.expert(FIRST) as expert:
        call = await connected(kiosk, expert)
        before = [client.welcome.session for client in (kiosk, expert) if client.welcome]
        with kiosk.events() as at_kiosk, expert.events() as at_expert:
            if how == "stop":
                only_node.stop()
            else:
                only_node.kill()
            only_node.start()
            for stream in (at_kiosk, at_expert):
                async with asyncio.timeout(WITHIN_S):
                    while (await anext(stream)).type != "welcome":
                        pass
        for participant in (kiosk, expert):
            view = await call_in(
                participant, "connected", lambda view: {seat.state for seat in view.seats} == {"joined"}
            )
            # The peer connections of before are still the present ones: media went on all the time (I10).
            assert (view.id, [peer.generation for peer in view.peers]) == (call, [2])
        after = [client.welcome.session for client in (kiosk, expert) if client.welcome]
        # The store knew their sessions: nobody had to begin anew.
        assert after == before
        await expert.leave_call(call)
        assert (await call_in(kiosk, "ended")).outcome == "served"
    assert [(event.call, event.outcome) for event in await ground.service_events()] == [(call, "served")]


async def test_a_command_given_while_the_server_is_away_is_done_once_it_is_back(only_node: ServerCommand) -> None:
    async with only_node.terminal("mikkeli-kioski") as kiosk:
        only_node.kill()
        asked = asyncio.create_task(kiosk.request_contact(HOUSING, "fi"))
        only_node.start()
        contact = (await asked).contact
        assert (await contact_in(kiosk, "waiting")).id == contact
