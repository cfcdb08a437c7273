"""Commands that are refused: each with its own code, and nothing changes by them."""

import asyncio
import threading
from datetime import datetime, timedelta

import pytest

from palvelurinki.client import CommandRefused, new_operation
from palvelurinki.domain.hours import HELSINKI
from palvelurinki.domain.offer import DeclineReason
from palvelurinki.protocol.client import (
    AcceptOffer,
    Command,
    ContinueContact,
    DeclineOffer,
    Description,
    ExtendWrapUp,
    JoinCall,
    LeaveCall,
    LeaveContact,
    MakeReady,
    Pause,
    ReportMedia,
    RequestContact,
    SetLanguage,
    Signal,
)
from tests.integration.conftest import StartServer
from tests.support.demo_configuration import Change, demo_with, ring
from tests.support.scenes import HOUSING, Console, Kiosk, connected, in_call, ringing
from tests.support.server import Ground, ServerThread
from tests.support.waiting import WITHIN_S, call_in, contact_in, offer_in, seen

FIRST, SECOND = "kela-asiantuntija-1", "kela-asiantuntija-2"
SDP = Description(type="offer", sdp="v=0")


async def refusal(client: Kiosk | Console, command: Command) -> CommandRefused:
    with pytest.raises(CommandRefused) as refused:
        await client.command(command)
    return refused.value


# ---- Who may say what (I7) -----------------------------------------------------------------------------------

OF_TERMINALS: list[Command] = [
    RequestContact(id="operation-1", service=HOUSING, language="fi"),
    SetLanguage(id="operation-2", contact="contact-1", language="fi"),
    LeaveContact(id="operation-3", contact="contact-1"),
    ContinueContact(id="operation-4", contact="contact-1"),
]
OF_STAFF: list[Command] = [
    MakeReady(id="operation-1"),
    Pause(id="operation-2", reason="break"),
    ExtendWrapUp(id="operation-5"),
    AcceptOffer(id="operation-3", offer="offer-1"),
    DeclineOffer(id="operation-4", offer="offer-1", reason=DeclineReason.OTHER),
]


async def test_a_terminal_may_not_speak_as_staff(shared_server: ServerThread) -> None:
    async with shared_server.terminal("mikkeli-kioski") as kiosk:
        assert [(await refusal(kiosk, command)).code for command in OF_STAFF] == ["access.denied"] * len(OF_STAFF)


async def test_staff_may_not_speak_as_a_terminal(shared_server: ServerThread) -> None:
    async with shared_server.staff(FIRST) as expert:
        codes = [(await refusal(expert, command)).code for command in OF_TERMINALS]
        assert codes == ["access.denied"] * len(OF_TERMINALS)


@pytest.mark.parametrize("who", ["kela-esihenkilo", "kela-paakayttaja", "mikkeli-neuvoja", "tulkki-1"])
async def test_only_an_expert_takes_calls(shared_server: ServerThread, who: str) -> None:
    async with shared_server.staff(who) as person:
        assert (await refusal(person, MakeReady(id=new_operation()))).code == "access.denied"
        assert (await refusal(person, OF_STAFF[1])).code == "access.denied"
        assert person.snapshot.presence is None


# ---- Asking for a service ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terminal", "service", "code"),
    [
        pytest.param("mikkeli-kioski", "kela-kuutamo", "thing.unknown", id="no such service"),
        pytest.param("mikkeli-kioski", "poliisi-passi", "service.not_remote", id="never remote"),
        pytest.param("parainen-kioski", "mikkeli-paivahoito", "service.not_remote", id="not at this point"),
        pytest.param("mikkeli-kioski", "poliisi-ajokortti", "service.not_remote", id="no longer in force"),
    ],
)
async def test_a_service_that_is_not_to_be_had(
    shared_server: ServerThread, terminal: str, service: str, code: str
) -> None:
    async with shared_server.terminal(terminal) as kiosk:
        refused = await refusal(kiosk, RequestContact(id=new_operation(), service=service, language="fi"))
        assert refused.code == code
        assert kiosk.snapshot.contact is None


def closed_now() -> tuple[Change, datetime]:
    """Hours of the ring `kela` that are closed whenever the test runs, and when they next open."""
    # The test needs to know which hour of the day is not now.
    now = datetime.now(HELSINKI)
    opens = (now + timedelta(hours=12)).replace(minute=0, second=0, microsecond=0)
    hours = {
        "every_day": [f"{opens:%H}:00-{opens:%H}:30"],
        "closed_on_public_holidays": False,
    }
    return ring("kela", hours=hours), opens


async def test_a_closed_ring_says_when_it_opens(start_server: StartServer) -> None:
    closed, opens = closed_now()
    server = await start_server(demo_with(closed))
    async with server.terminal("mikkeli-kioski") as kiosk:
        refused = await refusal(kiosk, RequestContact(id=new_operation(), service=HOUSING, language="fi"))
        assert refused.code == "ring.closed"
        assert refused.details["ring"] == "kela"
        told = refused.details["opens_at"]
        assert isinstance(told, str)
        assert datetime.fromisoformat(told) == opens


async def test_a_terminal_has_one_contact_at_a_time(server: ServerThread) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk:
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        refused = await refusal(kiosk, RequestContact(id=new_operation(), service="kela-elake", language="fi"))
        assert refused.code == "terminal.busy"
        assert (await contact_in(kiosk, "waiting")).id == contact


async def test_the_same_request_twice_is_one_contact(server: ServerThread) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk:
        request = RequestContact(id=new_operation(), service=HOUSING, language="fi")
        first = await kiosk.command(request)
        kiosk.drop()
        second = await kiosk.command(request)
        assert first.contact
        assert first.contact == second.contact


async def test_another_terminals_contact_is_unknown(server: ServerThread) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.terminal("parainen-kioski") as stranger:
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        assert contact
        for identifier in (contact, "no-such-contact"):
            assert (await refusal(stranger, ContinueContact(id=new_operation(), contact=identifier))).code == (
                "thing.unknown"
            )
            assert (await refusal(stranger, LeaveContact(id=new_operation(), contact=identifier))).code == (
                "thing.unknown"
            )
        await contact_in(kiosk, "waiting")


async def test_leaving_twice_is_refused(server: ServerThread) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk:
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        assert contact
        await kiosk.leave_contact(contact)
        refused = await refusal(kiosk, LeaveContact(id=new_operation(), contact=contact))
        assert (refused.code, refused.details["state"]) == ("state.refused", "ended")


# ---- Answering an offer (I1, I2) -----------------------------------------------------------------------------


async def test_a_second_acceptance_is_refused_and_a_repeated_one_answered_alike(server: ServerThread) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        _, offer = await ringing(kiosk, expert)
        accept = AcceptOffer(id=new_operation(), offer=offer)
        first = await expert.command(accept)
        again = await refusal(expert, AcceptOffer(id=new_operation(), offer=offer))
        assert (again.code, again.details) == ("offer.closed", {"offer": offer, "state": "accepted"})
        expert.drop()
        repeated = await expert.command(accept)
        assert first.call
        assert (repeated.call, repeated.contact) == (first.call, first.contact)


async def test_an_acceptance_that_comes_too_late(start_server: StartServer) -> None:
    server = await start_server(demo_with(ring("kela", offer_timeout_s=1)))
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        _, offer = await ringing(kiosk, expert)
        await offer_in(expert, "missed")
        refused = await refusal(expert, AcceptOffer(id=new_operation(), offer=offer))
        assert (refused.code, refused.details["state"]) == ("offer.closed", "missed")
        assert expert.snapshot.call is None
        assert kiosk.snapshot.call is None


async def test_an_acceptance_after_the_expiry_that_nobody_has_swept_yet(
    start_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = threading.Event()

    async def not_swept(*_: object) -> None:
        due.set()

    monkeypatch.setattr("palvelurinki.application.offers.expire_offer", not_swept)
    server = await start_server(demo_with(ring("kela", offer_timeout_s=1)))
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        _, offer = await ringing(kiosk, expert)
        assert await asyncio.to_thread(due.wait, WITHIN_S)
        assert (await refusal(expert, AcceptOffer(id=new_operation(), offer=offer))).code == "offer.expired"
        assert kiosk.snapshot.call is None


async def test_somebody_elses_offer_is_not_yours(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert(FIRST) as expert,
        server.staff(SECOND) as colleague,
    ):
        _, offer = await ringing(kiosk, expert)
        assert (await refusal(colleague, AcceptOffer(id=new_operation(), offer=offer))).code == "offer.not_yours"
        decline = DeclineOffer(id=new_operation(), offer=offer, reason=DeclineReason.OTHER)
        assert (await refusal(colleague, decline)).code == "offer.not_yours"
        await offer_in(expert, "ringing")
        await expert.accept_offer(offer)


async def test_an_offer_is_declined_once(server: ServerThread) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        _, offer = await ringing(kiosk, expert)
        decline = DeclineOffer(id=new_operation(), offer=offer, reason=DeclineReason.OTHER)
        first = await expert.command(decline)
        again = DeclineOffer(id=new_operation(), offer=offer, reason=DeclineReason.OTHER)
        assert (await refusal(expert, again)).code == "offer.closed"
        assert (await refusal(expert, AcceptOffer(id=new_operation(), offer=offer))).code == "offer.closed"
        expert.drop()
        assert (await expert.command(decline)).contact == first.contact


async def test_an_unknown_offer(server: ServerThread) -> None:
    async with server.expert(FIRST) as expert:
        refused = await refusal(expert, AcceptOffer(id=new_operation(), offer="no-such-offer"))
        assert (refused.code, refused.details) == ("thing.unknown", {"kind": "offer", "id": "no-such-offer"})


# ---- In a call -----------------------------------------------------------------------------------------------


async def test_hanging_up_twice(server: ServerThread, ground: Ground) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        call = await connected(kiosk, expert)
        await kiosk.leave_call(call)
        for participant in (kiosk, expert):
            assert (await refusal(participant, LeaveCall(id=new_operation(), call=call))).code == "call.ended"
            assert (await refusal(participant, JoinCall(id=new_operation(), call=call))).code == "call.ended"
    assert len(await ground.service_events()) == 1


async def test_media_cannot_flow_before_joining(server: ServerThread) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        _, offer = await ringing(kiosk, expert)
        call = (await expert.accept_offer(offer)).call
        assert call
        assert (await refusal(expert, ReportMedia(id=new_operation(), call=call))).code == "call.not_joined"


async def test_strangers_have_no_seat(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert(FIRST) as expert,
        server.staff(SECOND) as colleague,
        server.terminal("parainen-kioski") as stranger,
    ):
        call = await in_call(kiosk, expert)
        assert kiosk.snapshot.call
        seat = kiosk.snapshot.call.me
        for outsider in (colleague, stranger):
            for command in (
                JoinCall(id=new_operation(), call=call),
                LeaveCall(id=new_operation(), call=call),
                ReportMedia(id=new_operation(), call=call),
                Signal(id=new_operation(), call=call, to=seat, generation=2, description=SDP),
            ):
                assert (await refusal(outsider, command)).code == "call.not_in"
        assert kiosk.snapshot.call.state == "opening"


async def test_signals_go_to_other_seats_of_ones_own_live_call(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert(FIRST) as expert,
        server.terminal("parainen-kioski") as other_kiosk,
        server.expert(SECOND) as other_expert,
    ):
        call = await in_call(kiosk, expert)
        other_call = await in_call(other_kiosk, other_expert)
        assert kiosk.snapshot.call
        assert expert.snapshot.call
        assert other_expert.snapshot.call
        me, peer = kiosk.snapshot.call.me, expert.snapshot.call.me
        stranger = other_expert.snapshot.call.me

        def signal(in_call: str, to: str) -> Signal:
            return Signal(id=new_operation(), call=in_call, to=to, generation=2, description=SDP)

        with other_expert.events() as overheard:
            assert (await refusal(kiosk, signal(call, stranger))).code == "call.not_in"
            assert (await refusal(kiosk, signal(other_call, stranger))).code == "call.not_in"
            assert (await refusal(kiosk, signal(call, me))).code == "call.not_in"
            assert (await refusal(kiosk, signal(call, "no-such-seat"))).code == "call.not_in"
            assert (await refusal(kiosk, signal("no-such-call", peer))).code == "call.not_in"
            await kiosk.command(signal(call, peer))

            await expert.leave_call(call)
            await call_in(kiosk, "ended")
            assert (await refusal(kiosk, signal(call, peer))).code == "call.ended"
            await other_kiosk.leave_call(other_call)
            await call_in(other_expert, "ended")
        assert [news.type async for news in overheard if news.type == "signal"] == []


async def test_a_seat_that_has_not_joined_cannot_signal(server: ServerThread) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        _, offer = await ringing(kiosk, expert)
        await expert.accept_offer(offer)
        view = await call_in(kiosk, "opening")
        other = next(seat.id for seat in view.seats if seat.id != view.me)
        command = Signal(id=new_operation(), call=view.id, to=other, generation=0, description=SDP)
        assert (await refusal(kiosk, command)).code == "call.not_in"
        await seen(expert, lambda s: s.call is not None)
