"""When a socket goes away: what is kept for it, for how long, and that others are told at once."""

import asyncio

import pytest

from tests.integration.conftest import StartServer
from tests.support.demo_configuration import demo_with, ring
from tests.support.line import Line
from tests.support.scenes import HOUSING, connected
from tests.support.server import Ground, ServerThread
from tests.support.waiting import WITHIN_S, call_in, contact_in, offer_in, ring_with, seen
from tests.support.wire import Frame, raw, ticket_of, wired

FIRST, SECOND = "kela-asiantuntija-1", "kela-asiantuntija-2"
SHORT_GRACE = demo_with(ring("kela", grace_s=1))


@pytest.mark.parametrize("how", ["resume", "ticket"])
async def test_a_terminal_that_comes_back_in_time_keeps_its_place(server: ServerThread, how: str) -> None:
    async with (
        server.staff("kela-esihenkilo") as supervisor,
        server.terminal("parainen-kioski") as later,
    ):
        async with wired(server, "terminal", "mikkeli-kioski") as (wire, welcome):
            contact = (await wire.ask("request_contact", service=HOUSING, language="fi"))["contact"]
            await later.request_contact(HOUSING, "sv")
            told: Frame = {}
            while not (told.get("contact") and told["contact"]["queue"] and told["contact"]["queue"]["waiting"] == 2):
                told = await wire.receive()
            wire.cut()

        board = await ring_with(supervisor, lambda view: [each.state for each in view.waiting] == ["held", "waiting"])
        assert board.waiting[0].contact == contact
        behind = await contact_in(later, "waiting", lambda contact: contact.queue is not None)
        assert behind.queue
        assert (behind.queue.place, behind.queue.waiting) == (2, 2)

        ticket = await ticket_of(server, "terminal", "mikkeli-kioski")
        async with raw(server, ticket) as back:
            if how == "resume":
                # Nothing was acknowledged, so all that came before comes again.
                answer = await back.hello(resume={"token": welcome["resume_token"], "last_seq": 0})
                assert (answer["type"], answer["resumed"], answer["snapshot"]) == ("welcome", True, None)
                assert [(await back.receive())["seq"] for _ in range(told["seq"])] == list(range(1, told["seq"] + 1))
            else:
                answer = await back.hello(ticket=ticket)
                assert (answer["type"], answer["resumed"]) == ("welcome", False)
                assert answer["snapshot"]["contact"]["id"] == contact
                await back.ask("continue_contact", id="operation-in-the-new-page", contact=contact)
            board = await ring_with(
                supervisor, lambda view: [each.state for each in view.waiting] == ["waiting", "waiting"]
            )
            assert board.waiting[0].contact == contact


async def test_a_held_contact_is_offered_to_nobody_and_others_are_served(server: ServerThread) -> None:
    async with (
        server.staff(FIRST) as expert,
        server.terminal("parainen-kioski") as later,
    ):
        async with wired(server, "terminal", "mikkeli-kioski") as (wire, _):
            held = (await wire.ask("request_contact", service=HOUSING, language="fi"))["contact"]
            wire.cut()
        await ring_with(expert, lambda view: [each.state for each in view.waiting] == ["held"])
        next_in_line = (await later.request_contact(HOUSING, "sv")).contact
        await expert.make_ready()
        offer = await offer_in(expert, "ringing")
        assert offer.contact == next_in_line
        async with server.terminal("mikkeli-kioski") as back:
            await back.continue_contact(held)
            assert (await contact_in(back, "waiting")).id == held


async def test_ringing_stops_when_the_terminal_is_lost(server: ServerThread) -> None:
    async with server.expert(FIRST) as expert:
        async with wired(server, "terminal", "mikkeli-kioski") as (wire, _):
            contact = (await wire.ask("request_contact", service=HOUSING, language="fi"))["contact"]
            await offer_in(expert, "ringing")
            wire.cut()
        withdrawn = await offer_in(expert, "withdrawn")
        assert (withdrawn.contact, withdrawn.reason) == (contact, "terminal_away")


async def test_a_terminal_that_stays_away_loses_its_place(start_server: StartServer) -> None:
    server = await start_server(SHORT_GRACE)
    async with server.staff("kela-esihenkilo") as supervisor:
        async with wired(server, "terminal", "mikkeli-kioski") as (wire, _):
            contact = (await wire.ask("request_contact", service=HOUSING, language="fi"))["contact"]
            await ring_with(supervisor, lambda view: len(view.waiting) == 1)
            wire.cut()
        await ring_with(supervisor, lambda view: view.waiting == [])
        async with server.terminal("mikkeli-kioski") as back:
            assert back.snapshot.contact
            assert back.snapshot.contact.id == contact
            assert (back.snapshot.contact.state, back.snapshot.contact.outcome) == ("ended", "terminal_lost")
            await back.request_contact(HOUSING, "fi")


async def test_a_call_outlives_the_loss_of_its_terminal(server: ServerThread) -> None:
    line = Line()
    async with server.terminal("mikkeli-kioski", line.options) as kiosk, server.expert(FIRST) as expert:
        call = await connected(kiosk, expert)
        with kiosk.events() as events:
            line.cut(kiosk)
            away = await call_in(expert, "connected", lambda view: view.seats[0].state == "away")
            # Its media goes on, so the expert keeps the connection to it.
            assert [(peer.seat, peer.generation) for peer in away.peers] == [(away.seats[0].id, 2)]
            line.mend()
            async with asyncio.timeout(WITHIN_S):
                welcome = await anext(events)
            assert welcome.type == "welcome"
            assert welcome.resumed
        back = await call_in(expert, "connected", lambda view: view.seats[0].state == "joined")
        assert [peer.generation for peer in back.peers] == [2]
        await kiosk.leave_call(call)


@pytest.mark.parametrize("who", ["terminal", "staff"])
async def test_a_call_ends_when_someone_stays_away(start_server: StartServer, ground: Ground, who: str) -> None:
    server = await start_server(SHORT_GRACE)
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        call = await connected(kiosk, expert)
        if who == "terminal":
            await kiosk.close()
            view = await call_in(expert, "ended")
        else:
            await expert.close()
            view = await call_in(kiosk, "ended")
            assert (await contact_in(kiosk, "ended")).outcome == "call_failed"
        assert (view.id, view.outcome) == (call, "interrupted")
    assert [event.outcome for event in await ground.service_events()] == ["interrupted"]


async def test_the_points_board_shows_which_terminals_are_there(server: ServerThread) -> None:
    async with server.staff("mikkeli-neuvoja") as advisor:

        def connected_terminals() -> list[str]:
            return [each.terminal.id for each in advisor.snapshot.points[0].terminals if each.connected]

        assert [board.point.id for board in advisor.snapshot.points] == ["mikkeli"]
        assert connected_terminals() == []
        async with wired(server, "terminal", "mikkeli-kioski") as (wire, _):
            await seen(advisor, lambda s: s.points[0].terminals[0].connected)
            assert connected_terminals() == ["mikkeli-kioski"]
            wire.cut()
        await seen(advisor, lambda s: not s.points[0].terminals[0].connected)
