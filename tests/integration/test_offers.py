"""How an offer finds its expert, and what becomes of it when somebody does not answer or goes."""

from datetime import timedelta

from palvelurinki.domain.offer import DeclineReason
from palvelurinki.protocol.views import OfferView
from tests.integration.conftest import StartServer
from tests.support.demo_configuration import demo_with, ring
from tests.support.scenes import HOUSING, connected, ringing
from tests.support.server import Ground, ServerThread
from tests.support.waiting import contact_in, offer_in, ring_with, seen
from tests.support.wire import wired

FIRST, SECOND = "kela-asiantuntija-1", "kela-asiantuntija-2"
CLOCKS_AGREE_TO = timedelta(milliseconds=100)


async def test_the_expert_who_is_idle_longest_is_asked_first(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert(SECOND) as idle_longer,
        server.expert(FIRST) as idle_shorter,
    ):
        await ringing(kiosk, idle_longer)
        assert idle_shorter.snapshot.offer is None


async def test_a_declined_offer_goes_to_the_other_expert(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert(FIRST) as first,
        server.expert(SECOND) as second,
    ):
        contact, offer = await ringing(kiosk, first)
        await first.decline_offer(offer, DeclineReason.NOT_MY_FIELD)
        assert (await offer_in(first, "declined")).reason == "not_my_field"
        assert (await offer_in(second, "ringing")).contact == contact


async def test_who_declined_goes_to_the_end_of_the_order(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert(FIRST) as first,
        server.expert(SECOND) as second,
    ):
        contact, offer = await ringing(kiosk, first)
        await first.decline_offer(offer, DeclineReason.BUSY_ELSEWHERE)
        withdrawn = await offer_in(second, "ringing")
        await kiosk.leave_contact(contact)
        await offer_in(second, "withdrawn")

        await kiosk.request_contact(HOUSING, "fi")
        # A withdrawn offer does not cost the place, a declined one does.
        await offer_in(second, "ringing", other_than=withdrawn.id)
        assert first.snapshot.offer
        assert first.snapshot.offer.id == offer


async def test_a_lone_expert_is_not_rung_at_once_for_what_they_declined(start_server: StartServer) -> None:
    server = await start_server(demo_with(ring("kela", retry_after_s=1)))
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        contact, offer = await ringing(kiosk, expert)
        declined = await expert.decline_offer(offer, DeclineReason.OTHER)
        again = await offer_in(expert, "ringing", other_than=offer)
        assert again.contact == contact
        # The ack's time is the node's idea of the database's clock.
        assert again.opened_at - declined.server_time > timedelta(seconds=1) - CLOCKS_AGREE_TO


async def test_two_missed_offers_in_a_row_pause_the_expert(start_server: StartServer) -> None:
    server = await start_server(demo_with(ring("kela", offer_timeout_s=1, retry_after_s=1)))
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        _, offer = await ringing(kiosk, expert)
        await offer_in(expert, "missed")
        assert expert.snapshot.presence
        assert expert.snapshot.presence.state == "ready"

        second = await offer_in(expert, "ringing", other_than=offer)
        await offer_in(expert, "missed", other_than=offer)
        paused = await seen(expert, lambda s: s.presence is not None and s.presence.state == "paused")
        assert paused.presence
        assert paused.presence.reason == "missed"
        assert second.contact == (await contact_in(kiosk, "waiting")).id

        await expert.make_ready()
        third = await offer_in(expert, "ringing", other_than=second.id)
        await expert.accept_offer(third.id)
        await contact_in(kiosk, "in_call")


async def test_an_offer_that_rings_out_goes_to_the_other_expert(start_server: StartServer) -> None:
    server = await start_server(demo_with(ring("kela", offer_timeout_s=1)))
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert(FIRST) as first,
        server.expert(SECOND) as second,
    ):
        contact, _ = await ringing(kiosk, first)
        assert (await offer_in(second, "ringing")).contact == contact
        await offer_in(first, "missed")


async def test_an_answered_offer_begins_the_count_of_misses_anew(start_server: StartServer, ground: Ground) -> None:
    server = await start_server(demo_with(ring("kela", offer_timeout_s=1, retry_after_s=1)))
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        _, missed = await ringing(kiosk, expert)
        await offer_in(expert, "missed")
        assert (await ground.presence(FIRST)).misses == 1
        offer = await offer_in(expert, "ringing", other_than=missed)
        await expert.decline_offer(offer.id, DeclineReason.TECHNICAL)
        assert (await ground.presence(FIRST)).misses == 0


async def test_ringing_stops_when_the_customer_goes(server: ServerThread) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        contact, offer = await ringing(kiosk, expert)
        await kiosk.leave_contact(contact)
        withdrawn = await offer_in(expert, "withdrawn")
        assert (withdrawn.id, withdrawn.reason, withdrawn.matter) == (offer, "customer_left", None)
        assert (await contact_in(kiosk, "ended")).outcome == "customer_left"


async def test_a_console_that_dies_loses_the_offer_at_once_and_without_blame(
    server: ServerThread, ground: Ground
) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.staff(SECOND) as second:
        async with wired(server, "staff", FIRST) as (console, _):
            await console.ask("make_ready")
            await second.make_ready()
            before = await ground.presence(FIRST)
            contact = (await kiosk.request_contact(HOUSING, "fi")).contact
            offer = (await console.next("offer"))["offer"]
            assert offer["state"] == "ringing"
            console.cut()
            assert (await offer_in(second, "ringing")).contact == contact

        after = await ground.presence(FIRST)
        assert (after.state, after.misses, after.idle_since) == ("ready", 0, before.idle_since)
        async with server.staff(FIRST) as back:
            lost = await offer_in(back, "withdrawn")
            assert (lost.id, lost.reason) == (offer["id"], "console_lost")


async def test_an_expert_who_pauses_in_a_call_is_asked_no_more(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.terminal("parainen-kioski") as other_kiosk,
        server.expert(FIRST) as expert,
        server.staff("kela-esihenkilo") as supervisor,
    ):
        call = await connected(kiosk, expert)
        await other_kiosk.request_contact(HOUSING, "sv")
        await expert.pause("lunch")
        await kiosk.leave_call(call)
        # Before the call they were paused too, so the board of then will not do.
        await ring_with(
            supervisor,
            lambda view: (view.paused, view.in_call) == (1, 0) and [each.state for each in view.waiting] == ["waiting"],
        )
        assert expert.snapshot.offer
        assert expert.snapshot.offer.state == "accepted"


async def test_contacts_are_served_in_order_of_arrival(start_server: StartServer) -> None:
    server = await start_server(demo_with(ring("kela", wrap_up_s=0)))
    async with (
        server.terminal("mikkeli-kioski") as one,
        server.terminal("parainen-kioski") as two,
        server.terminal("kiiminki-kioski") as three,
        server.staff(FIRST) as expert,
    ):
        kiosks = [one, two, three]
        contacts = [(await kiosk.request_contact(HOUSING, "fi")).contact for kiosk in kiosks]
        for place, kiosk in enumerate(kiosks, 1):
            view = await seen(
                kiosk,
                lambda s: (
                    s.contact is not None and s.contact.queue is not None and s.contact.queue.waiting == len(kiosks)
                ),
            )
            assert view.contact
            assert view.contact.queue
            assert view.contact.queue.place == place

        await expert.make_ready()
        served: list[OfferView] = []
        for _ in kiosks:
            offer = await offer_in(expert, "ringing", other_than=served[-1].id if served else None)
            served.append(offer)
            call = (await expert.accept_offer(offer.id)).call
            assert call
            await expert.leave_call(call)
        assert [offer.contact for offer in served] == contacts
