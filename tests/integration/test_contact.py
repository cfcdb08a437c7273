"""A whole contact, from the request to the record, as its participants see it."""

import asyncio
import json
import os
import subprocess
from itertools import pairwise

import pytest

from palvelurinki.client import EventStream, News
from palvelurinki.protocol.client import Candidate, Description
from palvelurinki.protocol.server import PresenceChanged, Signalled
from tests.integration.conftest import StartServer
from tests.support.demo_configuration import demo_with, ring
from tests.support.scenes import HOUSING, connected, in_call, ringing
from tests.support.server import Ground, ServerThread
from tests.support.server_command import COMMAND
from tests.support.waiting import WITHIN_S, call_in, contact_in, offer_in, ring_with, seen

ANSWER = Description(type="answer", sdp="v=0 from the kiosk")
OFFER = Description(type="offer", sdp="v=0 from the expert")
CANDIDATE = Candidate(candidate="candidate:1 1 udp 1 127.0.0.1 9 typ host", sdp_mid="0", sdp_m_line_index=0)


async def next_signal(stream: EventStream[News]) -> Signalled:
    async with asyncio.timeout(WITHIN_S):
        async for news in stream:
            if isinstance(news, Signalled):
                return news
    raise AssertionError("the stream ended")


async def test_the_request_rings_and_each_side_sees_who_it_is(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert("kela-asiantuntija-1") as expert,
        server.staff("kela-esihenkilo") as supervisor,
    ):
        contact, _ = await ringing(kiosk, expert)

        offer = expert.snapshot.offer
        assert offer
        assert offer.matter
        assert (offer.contact, offer.matter.service.id, offer.matter.language) == (contact, HOUSING, "fi")
        assert (offer.matter.point.id, offer.matter.terminal.id) == ("mikkeli", "mikkeli-kioski")
        assert (offer.expires_at - offer.opened_at).total_seconds() == 20

        # A board that many see may follow a moment later than what is one's own.
        waiting = await contact_in(kiosk, "offered", lambda contact: contact.queue is not None)
        assert waiting.queue
        assert (waiting.queue.place, waiting.queue.waiting, waiting.queue.on_duty) == (1, 1, 1)
        board = await ring_with(supervisor, lambda ring: ring.offered == 1)
        assert [(each.contact, each.state) for each in board.waiting] == [(contact, "offered")]
        assert supervisor.snapshot.offer is None


async def test_acceptance_makes_one_call_that_both_see(server: ServerThread) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert("kela-asiantuntija-1") as expert:
        call = await in_call(kiosk, expert)

        at_kiosk, at_expert = kiosk.snapshot.call, expert.snapshot.call
        assert at_kiosk
        assert at_expert
        assert at_kiosk.id == at_expert.id == call
        assert at_kiosk.me == at_expert.peers[0].seat
        assert at_expert.me == at_kiosk.peers[0].seat
        assert at_kiosk.peers[0].generation == at_expert.peers[0].generation == 2
        assert (at_kiosk.peers[0].polite, at_kiosk.peers[0].offers_first) == (True, False)
        assert (at_expert.peers[0].polite, at_expert.peers[0].offers_first) == (False, True)
        await offer_in(expert, "accepted")
        assert (await contact_in(kiosk, "in_call")).queue is None


async def test_joining_again_raises_the_generation_for_both(server: ServerThread) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert("kela-asiantuntija-1") as expert:
        call = await in_call(kiosk, expert)
        await kiosk.join_call(call)
        for participant in (kiosk, expert):
            view = await call_in(participant, "opening", lambda view: view.peers[0].generation == 3)
            assert [seat.epoch for seat in view.seats] == [2, 1]


async def test_signals_go_both_ways_and_to_nobody_else(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert("kela-asiantuntija-1") as expert,
        server.staff("kela-asiantuntija-2") as colleague,
    ):
        with kiosk.events() as at_kiosk, expert.events() as at_expert, colleague.events() as at_colleague:
            call = await in_call(kiosk, expert)
            assert kiosk.snapshot.call
            assert expert.snapshot.call
            seat_of_kiosk, seat_of_expert = kiosk.snapshot.call.me, expert.snapshot.call.me

            await expert.describe(call, seat_of_kiosk, 2, OFFER)
            heard = await next_signal(at_kiosk)
            assert (heard.call, heard.sender, heard.generation) == (call, seat_of_expert, 2)
            assert (heard.description, heard.candidate) == (OFFER, None)

            await kiosk.describe(call, seat_of_expert, 2, ANSWER)
            await kiosk.suggest(call, seat_of_expert, 2, CANDIDATE)
            assert (await next_signal(at_expert)).description == ANSWER
            assert (await next_signal(at_expert)).candidate == CANDIDATE

            await colleague.make_ready()
            async with asyncio.timeout(WITHIN_S):
                async for news in at_colleague:
                    assert not isinstance(news, Signalled)
                    if isinstance(news, PresenceChanged):
                        break


async def test_the_call_is_connected_once_both_report_media(server: ServerThread) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert("kela-asiantuntija-1") as expert:
        call = await in_call(kiosk, expert)
        await kiosk.report_media(call)
        assert kiosk.snapshot.call
        assert kiosk.snapshot.call.connected_at is None
        await expert.report_media(call)
        view = await call_in(kiosk, "connected")
        assert view.connected_at
        assert view.started_at <= view.connected_at


async def test_hanging_up_ends_it_for_both_and_frees_the_expert(start_server: StartServer) -> None:
    server = await start_server(demo_with(ring("kela", wrap_up_s=0)))
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.terminal("parainen-kioski") as other_kiosk,
        server.expert("kela-asiantuntija-1") as expert,
    ):
        call = await connected(kiosk, expert)
        await other_kiosk.request_contact(HOUSING, "sv")
        await contact_in(other_kiosk, "waiting")

        await kiosk.leave_call(call)

        ended = await contact_in(kiosk, "ended")
        assert (ended.outcome, ended.matter, ended.queue) == ("served", None, None)
        for participant in (kiosk, expert):
            view = await call_in(participant, "ended")
            assert (view.id, view.outcome, view.matter, view.peers) == (call, "served", None, [])
            assert view.ended_at
        next_offer = await seen(expert, lambda s: s.offer is not None and s.offer.state == "ringing")
        assert next_offer.offer
        assert next_offer.offer.matter
        assert next_offer.offer.matter.point.id == "parainen"
        assert next_offer.presence
        assert next_offer.presence.state == "ready"


async def test_the_record_has_one_event_with_all_its_times(server: ServerThread, ground: Ground) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert("kela-asiantuntija-1") as expert:
        call = await connected(kiosk, expert)
        contact = kiosk.snapshot.contact
        assert contact
        assert await ground.service_events() == []
        await expert.leave_call(call)
        view = await call_in(kiosk, "ended")

    events = await ground.service_events()
    assert len(events) == 1
    event = events[0]
    assert (event.call, event.contact) == (call, contact.id)
    assert (event.provider, event.ring, event.service) == ("kela", "kela", HOUSING)
    assert (event.point, event.terminal, event.channel) == ("mikkeli", "mikkeli-kioski", "kiosk")
    assert (event.host, event.municipality_code) == ("mikkeli", "491")
    assert (event.language, event.outcome) == ("fi", "served")
    assert "asiantuntija" not in event.staff_pseudonym
    times = [event.requested_at, event.offered_at, event.accepted_at, event.connected_at, event.ended_at]
    assert all(earlier and later and earlier <= later for earlier, later in pairwise(times))
    assert (view.started_at, view.connected_at, view.ended_at) == tuple(times[2:])


async def test_a_call_without_media_is_recorded_as_not_connected(server: ServerThread, ground: Ground) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert("kela-asiantuntija-1") as expert:
        call = await in_call(kiosk, expert)
        await expert.leave_call(call)
        assert (await contact_in(kiosk, "ended")).outcome == "call_failed"
    assert [(each.outcome, each.connected_at) for each in await ground.service_events()] == [("not_connected", None)]


async def test_a_contact_without_a_call_leaves_no_event(server: ServerThread, ground: Ground) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert("kela-asiantuntija-1") as expert:
        contact, _ = await ringing(kiosk, expert)
        await kiosk.leave_contact(contact)
        await contact_in(kiosk, "ended")
    assert await ground.service_events() == []


def list_events(ground: Ground, *arguments: str) -> str:
    environment = {**os.environ, "PALVELURINKI_DATABASE_URL": ground.database_url, "COLUMNS": "200"}
    done = subprocess.run(
        [COMMAND, "events", "list", *arguments], env=environment, check=True, capture_output=True, text=True, timeout=30
    )
    return done.stdout


@pytest.mark.timeout(180)  # bounded by what is done, which a busy machine does slowly
async def test_the_command_line_lists_the_event(server: ServerThread, ground: Ground) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert("kela-asiantuntija-1") as expert:
        call = await connected(kiosk, expert)
        await kiosk.leave_call(call)

    listed = json.loads(list_events(ground, "--format", "json"))
    assert [(each["call"], each["outcome"], each["service"]) for each in listed] == [(call, "served", HOUSING)]
    table = list_events(ground, "--provider", "kela")
    assert HOUSING in table
    assert "mikkeli 491" in table
