"""Finishing a call, pausing, and coming back after missed offers: what experts say of themselves."""

from datetime import timedelta

import pytest

from palvelurinki.client import CommandRefused, new_operation
from palvelurinki.domain.offer import DeclineReason
from palvelurinki.protocol.client import ExtendWrapUp, Pause
from palvelurinki.protocol.views import PresenceView, WrapUpView
from tests.integration.conftest import StartServer
from tests.support.demo_configuration import demo_with, ring
from tests.support.scenes import HOUSING, Console, connected, ringing
from tests.support.server import ServerThread
from tests.support.waiting import contact_in, offer_in, ring_of, ring_with, seen

FIRST, SECOND = "kela-asiantuntija-1", "kela-asiantuntija-2"
# What the demo says of Kela's ring.
WRAP_UP, MOST = timedelta(seconds=30), timedelta(seconds=300)
EXTENSION = timedelta(seconds=60)


async def finishing(expert: Console, until: str = "") -> WrapUpView:
    """The expert's wrap-up, once there is one; another one than `until` when that is given."""
    found = await seen(
        expert,
        lambda s: (
            s.presence is not None and s.presence.wrap_up is not None and s.presence.wrap_up.until.isoformat() != until
        ),
    )
    assert found.presence
    assert found.presence.wrap_up
    return found.presence.wrap_up


async def paused(expert: Console, reason: str) -> PresenceView:
    """The expert's status, once they are paused for this."""
    found = await seen(expert, lambda s: s.presence is not None and s.presence.reason == reason)
    assert found.presence
    assert found.presence.state == "paused"
    return found.presence


async def refusal(expert: Console, command: ExtendWrapUp | Pause) -> CommandRefused:
    with pytest.raises(CommandRefused) as refused:
        await expert.command(command)
    return refused.value


# ---- Finishing a call ----------------------------------------------------------------------------------------


async def test_who_is_finishing_a_call_is_not_rung_until_they_say_so(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.terminal("parainen-kioski") as other_kiosk,
        server.expert(FIRST) as expert,
        server.staff("kela-esihenkilo") as supervisor,
    ):
        call = await connected(kiosk, expert)
        waiting = (await other_kiosk.request_contact(HOUSING, "fi")).contact
        answered = await offer_in(expert, "accepted")
        await kiosk.leave_call(call)

        wrap_up = await finishing(expert)
        assert (wrap_up.until - wrap_up.since, wrap_up.most - wrap_up.since) == (WRAP_UP, MOST)
        board = await ring_with(supervisor, lambda view: view.wrap_up == 1)
        assert (board.ready, board.in_call, board.offered) == (0, 0, 0)
        assert board.members
        assert [each.activity for each in board.members] == ["wrap_up"]
        # Who waits still has somebody on duty, but nobody free.
        await contact_in(
            other_kiosk,
            "waiting",
            lambda view: view.queue is not None and (view.queue.ready, view.queue.on_duty) == (0, 1),
        )
        assert expert.snapshot.offer == answered

        await expert.make_ready()
        offer = await offer_in(expert, "ringing")
        assert offer.contact == waiting
        assert expert.snapshot.presence
        assert expert.snapshot.presence.wrap_up is None


async def test_the_next_one_rings_when_the_time_for_finishing_is_over(start_server: StartServer) -> None:
    server = await start_server(demo_with(ring("kela", wrap_up_s=1)))
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.terminal("parainen-kioski") as other_kiosk,
        server.expert(FIRST) as expert,
    ):
        call = await connected(kiosk, expert)
        waiting = (await other_kiosk.request_contact(HOUSING, "fi")).contact
        await expert.leave_call(call)
        wrap_up = await finishing(expert)
        offer = await offer_in(expert, "ringing")
        assert offer.contact == waiting
        assert offer.opened_at >= wrap_up.until
        assert offer.why
        assert offer.why.idle_since == wrap_up.until
        await seen(expert, lambda s: s.presence is not None and s.presence.wrap_up is None)


async def test_finishing_is_extended_up_to_what_the_ring_allows(server: ServerThread) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        assert (await refusal(expert, ExtendWrapUp(id=new_operation()))).code == "wrap_up.over"
        call = await connected(kiosk, expert)
        assert (await refusal(expert, ExtendWrapUp(id=new_operation()))).code == "wrap_up.over"
        await expert.leave_call(call)
        before = await finishing(expert)
        untils = [before.until]
        for _ in range(5):
            await expert.extend_wrap_up()
            untils.append((await finishing(expert, untils[-1].isoformat())).until)
        assert untils == [min(before.until + number * EXTENSION, before.most) for number in range(6)]
        assert untils[-1] == before.most
        # No further, and no fault either.
        await expert.extend_wrap_up()
        assert (await finishing(expert)).until == before.most

        await expert.make_ready()
        await seen(expert, lambda s: s.presence is not None and s.presence.wrap_up is None)
        assert (await refusal(expert, ExtendWrapUp(id=new_operation()))).code == "wrap_up.over"


async def test_the_same_extension_twice_is_one(server: ServerThread) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        call = await connected(kiosk, expert)
        await expert.leave_call(call)
        before = await finishing(expert)
        extension = ExtendWrapUp(id=new_operation())
        await expert.command(extension)
        expert.drop()
        await expert.command(extension)
        assert (await finishing(expert, before.until.isoformat())).until == before.until + EXTENSION


# ---- Pausing -------------------------------------------------------------------------------------------------


async def test_a_pause_in_a_call_is_kept_and_needs_no_time_for_finishing(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert(FIRST) as expert,
        server.staff("kela-esihenkilo") as supervisor,
    ):
        call = await connected(kiosk, expert)
        await expert.pause("training")
        await paused(expert, "training")
        await ring_with(supervisor, lambda view: view.in_call == 1)
        await expert.leave_call(call)
        board = await ring_with(supervisor, lambda view: view.paused == 1)
        assert board.members
        member = board.members[0]
        assert (member.activity, member.reason_names and member.reason_names.fi) == ("paused", "Koulutus")
        presence = await paused(expert, "training")
        assert presence.wrap_up is None
        assert presence.reason_names
        assert (presence.reason_names.fi, presence.reason_names.en) == ("Koulutus", "Training")


async def test_a_pause_ends_the_time_for_finishing(server: ServerThread) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        call = await connected(kiosk, expert)
        await expert.leave_call(call)
        await finishing(expert)
        await expert.pause("paperwork")
        assert (await paused(expert, "paperwork")).wrap_up is None
        assert (await refusal(expert, ExtendWrapUp(id=new_operation()))).code == "wrap_up.over"


async def test_a_pause_is_for_a_reason_of_the_providers_own_list(server: ServerThread) -> None:
    async with server.expert(FIRST) as expert, server.expert("mikkeli-asiantuntija-1") as other_providers:
        assert [each.id for each in expert.snapshot.staff.pause_reasons] == [
            "break",
            "lunch",
            "paperwork",
            "training",
            "meeting",
        ]
        for console in (expert, other_providers):
            await seen(console, lambda s: s.presence is not None and s.presence.state == "ready")
        # Words of nobody's, of another provider's list, and of the server's.
        for console, reason in (
            (expert, "golf"),
            (expert, "other_work"),
            (other_providers, "training"),
            (expert, "missed"),
            (expert, "arrived"),
        ):
            refused = await refusal(console, Pause(id=new_operation(), reason=reason))
            assert (refused.code, refused.details) == ("pause.unknown_reason", {"reason": reason})
            assert console.snapshot.presence
            assert console.snapshot.presence.state == "ready"
        await other_providers.pause("other_work")
        assert (await paused(other_providers, "other_work")).reason_names


# ---- Coming back ---------------------------------------------------------------------------------------------

# A contact that everybody has passed by rests for longer than any test takes.
LONG_REST = 600


async def test_who_missed_two_and_comes_back_is_rung_with_what_waits_at_once(start_server: StartServer) -> None:
    server = await start_server(demo_with(ring("kela", offer_timeout_s=1, retry_after_s=LONG_REST)))
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.terminal("parainen-kioski") as other_kiosk,
        server.expert(FIRST) as expert,
        server.staff("kela-esihenkilo") as supervisor,
    ):
        contact, offer = await ringing(kiosk, expert)
        assert (await offer_in(expert, "missed")).matter is None
        await ring_with(supervisor, lambda view: any(each.resting for each in view.waiting))
        other = (await other_kiosk.request_contact(HOUSING, "fi")).contact
        again = await offer_in(expert, "missed", other_than=offer)
        assert again.contact == other
        await paused(expert, "missed")

        await expert.make_ready()
        rung = await seen(
            expert, lambda s: s.offer is not None and s.offer.state == "ringing" and s.offer.id not in {offer, again.id}
        )
        assert rung.offer
        assert rung.offer.contact == contact
        await expert.accept_offer(rung.offer.id)
        await contact_in(kiosk, "in_call")


async def test_who_declined_and_comes_back_is_not_rung_with_it_again(start_server: StartServer) -> None:
    server = await start_server(demo_with(ring("kela", retry_after_s=LONG_REST)))
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.terminal("parainen-kioski") as other_kiosk,
        server.expert(FIRST) as expert,
        server.staff("kela-esihenkilo") as supervisor,
    ):
        contact, offer = await ringing(kiosk, expert)
        await expert.decline_offer(offer, DeclineReason.NOT_MY_FIELD)
        await ring_with(supervisor, lambda view: any(each.resting for each in view.waiting))
        await expert.pause("break")
        await paused(expert, "break")
        await expert.make_ready()
        # The declined one came first, so it would ring first.
        other = (await other_kiosk.request_contact(HOUSING, "fi")).contact
        assert (await offer_in(expert, "ringing")).contact == other
        board = ring_of(supervisor.snapshot)
        assert [(each.contact, each.resting) for each in board.waiting][:1] == [(contact, True)]


async def test_a_lone_expert_who_declines_is_not_rung_in_a_loop(start_server: StartServer) -> None:
    server = await start_server(demo_with(ring("kela", retry_after_s=2)))
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        _, first = await ringing(kiosk, expert)
        opened = []
        offer = first
        for _ in range(2):
            declined = await expert.decline_offer(offer, DeclineReason.OTHER)
            again = await offer_in(expert, "ringing", other_than=offer)
            opened.append(again.opened_at - declined.server_time)
            offer = again.id
        # The ack's time is the node's idea of the database's clock.
        assert min(opened) > timedelta(seconds=1.9)


async def test_a_colleague_who_comes_on_duty_is_asked_about_what_rests(start_server: StartServer) -> None:
    server = await start_server(demo_with(ring("kela", retry_after_s=LONG_REST)))
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert(FIRST) as expert,
        server.staff(SECOND) as colleague,
    ):
        contact, offer = await ringing(kiosk, expert)
        await expert.decline_offer(offer, DeclineReason.OTHER)
        await ring_with(colleague, lambda view: any(each.resting for each in view.waiting))
        await colleague.make_ready()
        assert (await offer_in(colleague, "ringing")).contact == contact
