"""Nobody falls into another's contact: in a new session of a terminal a contact goes on only when somebody says so."""

import asyncio
from contextlib import AbstractAsyncContextManager

import pytest

from palvelurinki.client import CommandRefused
from palvelurinki.client.commands import new_operation
from palvelurinki.protocol.client import (
    Candidate,
    Command,
    ContinueContact,
    JoinCall,
    LeaveCall,
    ReportMedia,
    SetLanguage,
    Signal,
)
from palvelurinki.protocol.views import CallView, ContactView, TerminalSnapshot
from tests.integration.conftest import StartServer
from tests.support.demo_configuration import demo_with, ring
from tests.support.line import Line
from tests.support.scenes import HOUSING, Kiosk, connected, ringing
from tests.support.server import Ground, ServerThread
from tests.support.waiting import call_in, contact_in, offer_in, ring_with, seen

KIOSK, FIRST = "mikkeli-kioski", "kela-asiantuntija-1"
SHORT_GRACE = demo_with(ring("kela", grace_s=1))


def page(server: ServerThread) -> AbstractAsyncContextManager[Kiosk]:
    """The kiosk's page, loaded anew: another session, which takes over from the one before."""
    return server.terminal(KIOSK)


async def refused(kiosk: Kiosk, command: Command) -> str:
    """By which code it is."""
    with pytest.raises(CommandRefused) as refusal:
        await kiosk.command(command)
    return refusal.value.code


async def asked(kiosk: Kiosk) -> ContactView:
    """The contact that this page is to say of whether it goes on, with the end of its time."""

    def is_asked(snapshot: TerminalSnapshot) -> bool:
        contact = snapshot.contact
        return contact is not None and contact.to_continue is not None and contact.to_continue.until is not None

    contact = (await seen(kiosk, is_asked)).contact
    assert contact
    return contact


def nothing_is_told(contact: ContactView, call: CallView | None) -> None:
    assert (contact.matter, contact.queue, contact.outcome, call) == (None, None, None, None)


async def test_a_new_page_is_asked_and_is_told_nothing_of_the_matter(server: ServerThread) -> None:
    async with server.staff("kela-esihenkilo") as supervisor, page(server) as first:
        contact = (await first.request_contact(HOUSING, "fi")).contact
        assert contact
        await ring_with(supervisor, lambda view: len(view.waiting) == 1)
        async with page(server) as second:
            # From its first look on, also before the contact is held.
            assert second.snapshot.contact
            nothing_is_told(second.snapshot.contact, second.snapshot.call)
            held = await asked(second)
            nothing_is_told(held, second.snapshot.call)
            assert (held.id, held.state) == (contact, "held")
            await ring_with(supervisor, lambda view: [each.state for each in view.waiting] == ["held"])


async def test_it_keeps_its_place_and_goes_on_when_it_is_continued(server: ServerThread) -> None:
    async with server.terminal("parainen-kioski") as later, server.staff(FIRST) as expert, page(server) as first:
        contact = (await first.request_contact(HOUSING, "fi")).contact
        assert contact
        await later.request_contact(HOUSING, "fi")
        async with page(server) as second:
            await asked(second)
            assert (await contact_in(later, "waiting", lambda view: view.queue is not None)).queue
            # Pressed twice: the second time there is nothing left to do.
            assert (await second.continue_contact(contact)).contact == contact
            assert (await second.continue_contact(contact)).contact == contact
            again = await contact_in(second, "waiting", lambda view: view.queue is not None)
            assert again.queue
            assert again.matter
            assert (again.to_continue, again.queue.place) == (None, 1)
            await expert.make_ready()
            assert (await offer_in(expert, "ringing")).contact == contact


async def test_whoever_starts_over_ends_it_and_asks_for_something_else(server: ServerThread) -> None:
    async with page(server) as first:
        contact = (await first.request_contact(HOUSING, "fi")).contact
        assert contact
        async with page(server) as second:
            await asked(second)
            await second.leave_contact(contact)
            assert (await contact_in(second, "ended")).outcome == "customer_left"
            assert (await second.request_contact(HOUSING, "sv")).contact != contact


async def test_it_ends_by_itself_when_nobody_says_anything(start_server: StartServer) -> None:
    server = await start_server(SHORT_GRACE)
    async with page(server) as first:
        contact = (await first.request_contact(HOUSING, "fi")).contact
        async with page(server) as second:
            ended = await contact_in(second, "ended")
            assert (ended.id, ended.outcome, ended.to_continue) == (contact, "terminal_lost", None)


async def test_ringing_stops_at_once_and_is_no_missed_call(server: ServerThread, ground: Ground) -> None:
    async with server.expert(FIRST) as expert, page(server) as first:
        contact, _ = await ringing(first, expert)
        async with page(server) as second:
            withdrawn = await offer_in(expert, "withdrawn")
            assert (withdrawn.contact, withdrawn.reason) == (contact, "terminal_away")
            await asked(second)
            await second.continue_contact(contact)
            again = await offer_in(expert, "ringing")
            assert again.contact == contact
            assert expert.snapshot.presence
            assert expert.snapshot.presence.state == "ready"
    assert (await ground.presence(FIRST)).misses == 0


async def test_a_page_whose_line_blinks_before_the_press_is_asked_all_the_same(server: ServerThread) -> None:
    line = Line()
    async with server.staff("kela-esihenkilo") as supervisor, page(server) as first:
        contact = (await first.request_contact(HOUSING, "fi")).contact
        assert contact
        async with server.terminal(KIOSK, line.options) as second:
            until = (await asked(second)).to_continue
            with second.events() as events:
                line.cut(second)
                line.mend()
                welcome = await anext(events)
                assert welcome.type == "welcome"
                assert welcome.resumed
            # The place is kept no longer for it either.
            assert (await asked(second)).to_continue == until
            await ring_with(supervisor, lambda view: [each.state for each in view.waiting] == ["held"])


async def test_its_own_page_goes_on_by_itself_when_its_line_blinks(server: ServerThread) -> None:
    line = Line()
    async with server.staff("kela-esihenkilo") as supervisor, server.terminal(KIOSK, line.options) as kiosk:
        await kiosk.request_contact(HOUSING, "fi")
        line.cut(kiosk)
        await ring_with(supervisor, lambda view: [each.state for each in view.waiting] == ["held"])
        line.mend()
        assert (await contact_in(kiosk, "waiting")).to_continue is None


async def test_in_a_call_the_seat_stays_away_until_it_is_continued(server: ServerThread, ground: Ground) -> None:
    async with server.expert(FIRST) as expert, page(server) as first:
        call = await connected(first, expert)
        assert first.snapshot.contact
        contact = first.snapshot.contact.id
        async with page(server) as second:
            nothing_is_told(await asked(second), second.snapshot.call)
            away = await call_in(expert, "connected", lambda view: view.seats[0].state == "away")
            held = await asked(second)
            assert held.to_continue
            # The expert is told how long the place is kept, as the customer is.
            assert away.seats[0].away_until == held.to_continue.until
            for command in _in_call(call, away.seats[1].id):
                assert await refused(second, command) in {"contact.not_continued", "call.not_in"}
            spoken = SetLanguage(id=new_operation(), contact=contact, language="sv")
            assert await refused(second, spoken) == "contact.not_continued"

            await second.continue_contact(contact)
            mine = await call_in(second, "connected")
            assert mine.id == call
            await second.join_call(call)
            back = await call_in(expert, "connected", lambda view: view.peers[0].generation == 3)
            assert (back.seats[0].state, back.seats[0].away_until) == ("joined", None)
            await second.leave_call(call)
            await call_in(expert, "ended")
    assert [event.outcome for event in await ground.service_events()] == ["served"]


def _in_call(call: str, to: str) -> list[Command]:
    return [
        JoinCall(id=new_operation(), call=call),
        ReportMedia(id=new_operation(), call=call),
        LeaveCall(id=new_operation(), call=call),
        Signal(id=new_operation(), call=call, to=to, generation=2, candidate=Candidate(candidate="")),
    ]


async def test_whoever_starts_over_interrupts_the_call_of_the_one_before(server: ServerThread, ground: Ground) -> None:
    async with server.expert(FIRST) as expert, page(server) as first:
        await connected(first, expert)
        async with page(server) as second:
            contact = await asked(second)
            await second.leave_contact(contact.id)
            assert (await call_in(expert, "ended")).outcome == "interrupted"
            assert (await contact_in(second, "ended")).outcome == "call_failed"
            assert second.snapshot.call is None
    assert [event.outcome for event in await ground.service_events()] == ["interrupted"]


async def test_a_press_that_comes_too_late_is_told_so(server: ServerThread) -> None:
    async with server.expert(FIRST) as expert, page(server) as first:
        call = await connected(first, expert)
        async with page(server) as second:
            contact = (await asked(second)).id
            await expert.leave_call(call)
            assert (await contact_in(second, "ended")).to_continue is None
            too_late = ContinueContact(id=new_operation(), contact=contact)
            assert await refused(second, too_late) == "state.refused"


async def test_the_expert_goes_on_by_themselves_in_a_new_page(server: ServerThread) -> None:
    async with page(server) as kiosk, server.expert(FIRST) as expert:
        call = await connected(kiosk, expert)
        async with server.staff(FIRST) as again:
            view = await call_in(again, "connected")
            assert view.id == call
            await again.join_call(call)
            seat = next(each for each in view.seats if each.id == view.me)
            await call_in(kiosk, "connected", lambda view: view.peers[0].generation == 3)
            assert seat.kind == "expert"


async def test_the_customer_sees_how_long_the_expert_is_waited_for(start_server: StartServer) -> None:
    server = await start_server(demo_with(ring("kela", grace_s=30)))
    async with page(server) as kiosk, server.expert(FIRST) as expert:
        await connected(kiosk, expert)
        await expert.close()
        view = await call_in(kiosk, "connected", lambda view: view.seats[1].away_until is not None)
        assert view.seats[1].state == "away"


async def test_two_pages_press_at_the_same_moment(server: ServerThread) -> None:
    """The older of two pages is told that another one speaks; what it pressed on its last breath helps nobody in."""
    async with page(server) as first:
        contact = (await first.request_contact(HOUSING, "fi")).contact
        assert contact
        async with page(server) as second:
            await asked(second)
            pressed = asyncio.create_task(second.continue_contact(contact))
            async with page(server) as third:
                await asyncio.wait([pressed])
                held = await asked(third)
                nothing_is_told(held, third.snapshot.call)
                assert held.state == "held"
