"""Rings that ring at several experts at once: the first to accept gets the contact, the others are free again."""

import asyncio

import pytest

from palvelurinki.client import CommandRefused, new_operation
from palvelurinki.domain.offer import DeclineReason
from palvelurinki.protocol.client import AcceptOffer, DeclineOffer, Description, JoinCall, Signal
from palvelurinki.protocol.server import Ack
from tests.integration.conftest import StartServer
from tests.support.demo_configuration import demo_with, ring
from tests.support.scenes import HOUSING, Console, Kiosk
from tests.support.server import Ground, ServerThread
from tests.support.waiting import call_in, contact_in, offer_in, ring_with, seen
from tests.support.wire import wired

FIRST, SECOND = "kela-asiantuntija-1", "kela-asiantuntija-2"
TWO_AT_ONCE = demo_with(ring("kela", ring_at_once=2, wrap_up_s=0))


@pytest.fixture
async def server(start_server: StartServer) -> ServerThread:
    """The demo, where Kela's ring rings at two."""
    return await start_server(TWO_AT_ONCE)


async def ringing_at_both(kiosk: Kiosk, first: Console, second: Console) -> tuple[str, str]:
    """The kiosk's contact rings at both; returns contact and offer."""
    contact = (await kiosk.request_contact(HOUSING, "fi")).contact
    assert contact
    offers = [await offer_in(console, "ringing") for console in (first, second)]
    assert {offer.contact for offer in offers} == {contact}
    assert [offer.others for offer in offers] == [1, 1]
    assert offers[0].id == offers[1].id
    return contact, offers[0].id


async def test_the_first_to_accept_wins_and_the_other_is_free_without_blame(
    server: ServerThread, ground: Ground
) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.terminal("parainen-kioski") as other_kiosk,
        server.expert(FIRST) as first,
        server.expert(SECOND) as second,
        server.staff("kela-esihenkilo") as supervisor,
    ):
        before = await ground.presence(SECOND)
        _, offer = await ringing_at_both(kiosk, first, second)
        await ring_with(supervisor, lambda view: view.offered == 2)

        await first.accept_offer(offer)
        lost = await offer_in(second, "withdrawn")
        assert (lost.id, lost.reason, lost.matter, lost.why, lost.others) == (
            offer,
            "answered_elsewhere",
            None,
            None,
            0,
        )
        await offer_in(first, "accepted")
        await ring_with(supervisor, lambda view: (view.offered, view.in_call, view.ready) == (0, 1, 1))
        after = await ground.presence(SECOND)
        assert (after.state, after.misses, after.idle_since) == ("ready", 0, before.idle_since)

        # Free at once: the next contact rings there, and only there.
        again = (await other_kiosk.request_contact(HOUSING, "fi")).contact
        at_second = await offer_in(second, "ringing")
        assert (at_second.contact, at_second.others) == (again, 0)


async def test_nothing_of_the_call_reaches_who_did_not_get_it(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert(FIRST) as first,
        server.expert(SECOND) as second,
    ):
        _, offer = await ringing_at_both(kiosk, first, second)
        with second.events() as overheard:
            call = (await first.accept_offer(offer)).call
            assert call
            await kiosk.join_call(call)
            await first.join_call(call)
            at_first = await call_in(first, "opening", lambda view: len(view.peers) == 1)
            assert {seat.kind for seat in at_first.seats} == {"terminal", "expert"}
            sdp = Description(type="offer", sdp="v=0")
            await first.describe(call, at_first.peers[0].seat, 2, sdp)
            for seat in at_first.seats:
                for command in (
                    Signal(id=new_operation(), call=call, to=seat.id, generation=2, description=sdp),
                    JoinCall(id=new_operation(), call=call),
                ):
                    with pytest.raises(CommandRefused) as refused:
                        await second.command(command)
                    assert refused.value.code == "call.not_in"
            await first.leave_call(call)
            await call_in(kiosk, "ended")
            await ring_with(second, lambda view: view.ready == 2)
        assert second.snapshot.call is None
        assert {news.type async for news in overheard} <= {"offer", "ring", "presence"}


async def test_of_two_who_accept_at_the_same_time_one_gets_the_call(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert(FIRST) as first,
        server.expert(SECOND) as second,
    ):
        _, offer = await ringing_at_both(kiosk, first, second)
        consoles = {first: second, second: first}
        answers = dict(
            zip(
                consoles,
                await asyncio.gather(*(each.accept_offer(offer) for each in consoles), return_exceptions=True),
                strict=True,
            )
        )
        winner = next(console for console, answer in answers.items() if isinstance(answer, Ack))
        refused = answers[consoles[winner]]
        assert isinstance(refused, CommandRefused)
        assert (refused.code, refused.details["state"]) == ("offer.closed", "withdrawn")
        view = await call_in(kiosk, "opening")
        assert (await call_in(winner, "opening")).id == view.id
        assert (await offer_in(consoles[winner], "withdrawn")).reason == "answered_elsewhere"
        assert consoles[winner].snapshot.call is None


async def test_when_one_declines_it_rings_on_at_the_other(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert(FIRST) as first,
        server.expert(SECOND) as second,
    ):
        contact, offer = await ringing_at_both(kiosk, first, second)
        await first.decline_offer(offer, DeclineReason.NOT_MY_FIELD)
        assert (await offer_in(first, "declined")).reason == "not_my_field"
        await seen(second, lambda s: s.offer is not None and s.offer.state == "ringing" and s.offer.others == 0)
        assert (await contact_in(kiosk, "offered")).id == contact
        for command in (
            AcceptOffer(id=new_operation(), offer=offer),
            DeclineOffer(id=new_operation(), offer=offer, reason=DeclineReason.OTHER),
        ):
            with pytest.raises(CommandRefused) as refused:
                await first.command(command)
            assert (refused.value.code, refused.value.details["state"]) == ("offer.closed", "declined")
        await second.accept_offer(offer)
        await contact_in(kiosk, "in_call")
        assert first.snapshot.call is None


async def test_when_all_decline_the_contact_waits(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert(FIRST) as first,
        server.expert(SECOND) as second,
        server.staff("kela-esihenkilo") as supervisor,
    ):
        contact, offer = await ringing_at_both(kiosk, first, second)
        for console in (first, second):
            await console.decline_offer(offer, DeclineReason.BUSY_ELSEWHERE)
        board = await ring_with(supervisor, lambda view: any(each.resting for each in view.waiting))
        assert (board.offered, board.ready, [each.contact for each in board.waiting]) == (0, 2, [contact])


async def test_when_one_console_is_lost_it_rings_on_at_the_other(server: ServerThread) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(SECOND) as second:
        async with wired(server, "staff", FIRST) as (console, _):
            await console.ask("make_ready")
            await ring_with(second, lambda view: view.ready == 2)
            contact = (await kiosk.request_contact(HOUSING, "fi")).contact
            offer = (await console.next("offer"))["offer"]
            assert (offer["state"], offer["others"]) == ("ringing", 1)
            console.cut()
            await seen(second, lambda s: s.offer is not None and s.offer.state == "ringing" and s.offer.others == 0)
        async with server.staff(FIRST) as back:
            lost = await offer_in(back, "withdrawn")
            assert (lost.id, lost.reason) == (offer["id"], "console_lost")
            assert (await contact_in(kiosk, "offered")).id == contact
            await second.accept_offer(offer["id"])
            await contact_in(kiosk, "in_call")


async def test_every_waiting_contact_gets_one_expert_before_any_gets_two(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.terminal("parainen-kioski") as other_kiosk,
        server.expert(FIRST) as first,
        server.expert(SECOND) as second,
    ):
        for console in (first, second):
            await console.pause("break")
        contacts = [(await each.request_contact(HOUSING, "fi")).contact for each in (kiosk, other_kiosk)]
        # Both waited before anybody was there; who comes first is rung with who came first, alone.
        await second.make_ready()
        at_second = await offer_in(second, "ringing")
        await first.make_ready()
        at_first = await offer_in(first, "ringing")
        assert [at_second.contact, at_first.contact] == contacts
        assert (at_second.others, at_first.others) == (0, 0)


async def test_what_both_let_ring_out_is_missed_by_both(start_server: StartServer, ground: Ground) -> None:
    server = await start_server(demo_with(ring("kela", ring_at_once=2, offer_timeout_s=1)))
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert(FIRST) as first,
        server.expert(SECOND) as second,
    ):
        contact, offer = await ringing_at_both(kiosk, first, second)
        for console in (first, second):
            assert (await offer_in(console, "missed")).id == offer
        assert [(await ground.presence(each)).misses for each in (FIRST, SECOND)] == [1, 1]
        assert (await contact_in(kiosk, "waiting")).id == contact
