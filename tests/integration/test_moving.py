"""A contact moves to another terminal of its point: its place and its call are kept, and one terminal has it."""

import asyncio

import pytest

from palvelurinki.client import CommandRefused
from palvelurinki.domain.situation import LineFault
from palvelurinki.protocol.client import Candidate
from palvelurinki.protocol.server import Signalled
from palvelurinki.protocol.situation import SisterTerminalView
from palvelurinki.protocol.views import BoardTerminalView, StaffSnapshot, TerminalSnapshot
from tests.support.demo_configuration import demo_with, ring
from tests.support.scenes import HOUSING, Console, Kiosk, connected, ringing
from tests.support.server import Ground, ServerThread
from tests.support.waiting import call_in, contact_in, offer_in, ring_with, seen

KIOSK, ROOM, DESK = "mikkeli-kioski", "mikkeli-huone", "mikkeli-tiski"
ADVISOR, FIRST, SECOND = "mikkeli-neuvoja", "kela-asiantuntija-1", "kela-asiantuntija-2"


async def refused(console: Console, contact: str, seen_at: str, to: str) -> str:
    """By which code the move is."""
    with pytest.raises(CommandRefused) as refusal:
        await console.move_contact(contact, seen_at, to)
    return refusal.value.code


def on_board(snapshot: StaffSnapshot, terminal: str) -> BoardTerminalView:
    """The terminal on the point's board."""
    [point] = snapshot.points
    return next(each for each in point.terminals if each.terminal.id == terminal)


async def at(console: Console, terminal: str, contact: str) -> BoardTerminalView:
    """The terminal on the board, once the contact is there."""

    def there(snapshot: StaffSnapshot) -> bool:
        view = on_board(snapshot, terminal)
        return view.connected and view.contact is not None and view.contact.id == contact

    return on_board(await seen(console, there), terminal)


async def cleared(kiosk: Kiosk) -> TerminalSnapshot:
    """The terminal, once it has nothing."""
    return await seen(kiosk, lambda snapshot: snapshot.contact is None and snapshot.call is None)


def sisters(snapshot: StaffSnapshot) -> dict[str, SisterTerminalView]:
    assert snapshot.call
    assert snapshot.call.brief
    return {each.id: each for each in snapshot.call.brief.terminals}


async def test_a_waiting_contact_keeps_its_place_and_rings_once_the_other_terminal_can_call(
    server: ServerThread,
) -> None:
    async with (
        server.advisor(ADVISOR) as advisor,
        server.terminal(KIOSK) as kiosk,
        server.terminal(ROOM) as room,
        server.terminal("parainen-kioski") as elsewhere,
        server.staff("kela-esihenkilo") as supervisor,
    ):
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        assert contact
        later = (await elsewhere.request_contact(HOUSING, "fi")).contact
        await ring_with(supervisor, lambda view: len(view.waiting) == 2)
        before = await at(advisor, KIOSK, contact)
        assert before.contact
        assert before.contact.queue
        await advisor.move_contact(contact, KIOSK, ROOM)
        await cleared(kiosk)
        moved = await contact_in(room, "waiting", lambda view: view.queue is not None)
        assert moved.id == contact
        assert moved.matter
        assert moved.queue
        assert moved.situation
        assert (moved.matter.language, moved.matter.terminal.id, moved.queue.place) == ("fi", ROOM, 1)
        assert moved.situation.line.state == "unproven"
        view = await at(advisor, ROOM, contact)
        assert view.contact
        assert view.contact.queue
        assert (view.contact.queue.place, view.contact.queue.waiting) == (1, 2)
        assert on_board(advisor.snapshot, KIOSK).contact is None
        # The first in the queue is not put to anybody yet; who came later is.
        async with server.expert(FIRST) as expert:
            assert (await offer_in(expert, "ringing")).contact == later
            async with server.expert(SECOND) as second:
                await room.report_line(contact)
                assert (await offer_in(second, "ringing")).contact == contact


async def test_whoever_it_rings_at_is_left_in_peace(server: ServerThread) -> None:
    async with (
        server.advisor(ADVISOR) as advisor,
        server.terminal(KIOSK) as kiosk,
        server.terminal(ROOM) as room,
        server.expert(FIRST) as expert,
    ):
        contact, offer = await ringing(kiosk, expert)
        await advisor.move_contact(contact, KIOSK, ROOM)
        withdrawn = await offer_in(expert, "withdrawn")
        assert (withdrawn.id, withdrawn.reason) == (offer, "moved")
        await room.report_line(contact, [LineFault.CAMERA_DARK])
        failed = await contact_in(room, "waiting", lambda v: v.situation is not None and v.situation.line.faults != [])
        assert failed.situation
        assert failed.situation.line.faults == [LineFault.CAMERA_DARK]
        await room.report_line(contact)
        assert (await offer_in(expert, "ringing", other_than=offer)).contact == contact


async def test_a_call_goes_on_in_the_other_room_with_one_record(server: ServerThread, ground: Ground) -> None:
    async with (
        server.advisor(ADVISOR) as advisor,
        server.terminal(KIOSK) as kiosk,
        server.terminal(ROOM) as room,
        server.expert(FIRST) as expert,
    ):
        call = await connected(kiosk, expert)
        contact = expert.snapshot.call.contact if expert.snapshot.call else ""
        await seen(expert, lambda snapshot: sisters(snapshot)[ROOM].free)
        free = sisters(expert.snapshot)
        assert {name for name, each in free.items() if each.free} == {ROOM}
        await advisor.move_contact(contact, KIOSK, ROOM)
        await cleared(kiosk)
        # The expert sees that the customer is on the way.
        moving = await call_in(expert, "connected", lambda view: view.peers == [])
        assert [(seat.kind, seat.state) for seat in moving.seats] == [("expert", "joined"), ("terminal", "joining")]
        here = await call_in(room, "connected")
        assert (here.id, here.me) == (call, moving.seats[1].id)
        await room.join_call(call)
        for_expert = await call_in(expert, "connected", lambda view: len(view.peers) == 1)
        for_room = await call_in(room, "connected", lambda view: len(view.peers) == 1)
        assert for_expert.matter
        assert for_expert.matter.terminal.id == ROOM
        [ours], [theirs] = for_expert.peers, for_room.peers
        assert (ours.seat, theirs.seat) == (for_room.me, for_expert.me)
        assert (ours.offers_first, theirs.offers_first) == (False, True)
        assert ours.generation == theirs.generation
        # What the expert says is for the new seat.
        events = room.events()
        await expert.suggest(call, ours.seat, ours.generation, Candidate(candidate=""))
        heard = await anext(event async for event in events if isinstance(event, Signalled))
        assert heard.sender == for_expert.me
        with pytest.raises(CommandRefused):
            await kiosk.leave_call(call)
        await room.leave_call(call)
        await contact_in(room, "ended")
    [event] = await ground.service_events()
    assert (event.call, event.terminal, event.channel, event.outcome) == (call, ROOM, "private_room", "served")


async def test_it_moves_back_to_the_first_terminal(server: ServerThread, ground: Ground) -> None:
    async with (
        server.advisor(ADVISOR) as advisor,
        server.terminal(KIOSK) as kiosk,
        server.terminal(ROOM) as room,
        server.expert(FIRST) as expert,
    ):
        call = await connected(kiosk, expert)
        contact = expert.snapshot.call.contact if expert.snapshot.call else ""
        await advisor.move_contact(contact, KIOSK, ROOM)
        await call_in(room, "connected")
        await advisor.move_contact(contact, ROOM, KIOSK)
        await cleared(room)
        await call_in(kiosk, "connected", lambda view: view.peers == [])
        await kiosk.join_call(call)
        await call_in(expert, "connected", lambda view: len(view.peers) == 1 and len(view.seats) == 2)
        await expert.leave_call(call)
        await contact_in(kiosk, "ended")
    [event] = await ground.service_events()
    assert event.terminal == KIOSK


async def test_a_dead_kiosks_contact_is_saved_by_a_move(server: ServerThread) -> None:
    async with server.advisor(ADVISOR) as advisor, server.terminal(ROOM) as room:
        async with server.terminal(KIOSK) as kiosk:
            contact = (await kiosk.request_contact(HOUSING, "fi")).contact
            assert contact
            await at(advisor, KIOSK, contact)
        held = await seen(advisor, lambda snapshot: on_board(snapshot, KIOSK).contact_state == "held")
        assert not on_board(held, KIOSK).connected
        await advisor.move_contact(contact, KIOSK, ROOM)
        await contact_in(room, "waiting")
        # When it comes back it has nothing to do with it.
        async with server.terminal(KIOSK) as again:
            assert again.snapshot.contact is None


async def test_of_two_advisors_one_moves_it_and_the_other_is_told(server: ServerThread) -> None:
    async with (
        server.advisor(ADVISOR) as advisor,
        server.terminal(KIOSK) as kiosk,
        server.terminal(ROOM) as room,
        server.terminal(DESK) as desk,
    ):
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        assert contact
        done = await asyncio.gather(
            advisor.move_contact(contact, KIOSK, ROOM),
            advisor.move_contact(contact, KIOSK, DESK),
            return_exceptions=True,
        )
        [why] = [each for each in done if isinstance(each, CommandRefused)]
        assert why.code == "contact.elsewhere"
        states = [each.snapshot.contact.id for each in (room, desk) if each.snapshot.contact]
        assert states in ([], [contact])
        await cleared(kiosk)


async def test_a_room_that_is_taken_or_away_or_elsewhere_takes_no_contact(server: ServerThread) -> None:
    async with server.advisor(ADVISOR) as advisor, server.terminal(KIOSK) as kiosk:
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        assert contact
        assert await refused(advisor, contact, KIOSK, ROOM) == "terminal.away"
        assert await refused(advisor, contact, KIOSK, "parainen-kioski") == "thing.unknown"
        assert await refused(advisor, contact, KIOSK, KIOSK) == "terminal.busy"
        async with server.terminal(ROOM) as room:
            other = (await room.request_contact(HOUSING, "fi")).contact
            assert other
            assert await refused(advisor, contact, KIOSK, ROOM) == "terminal.busy"
            assert await refused(advisor, other, KIOSK, DESK) in {"contact.elsewhere", "terminal.away"}
            await room.leave_contact(other)
            await advisor.move_contact(contact, KIOSK, ROOM)
            await contact_in(room, "waiting")
            assert await refused(advisor, contact, KIOSK, ROOM) == "contact.elsewhere"
            await room.leave_contact(contact)
        assert await refused(advisor, contact, ROOM, KIOSK) == "contact.over"


async def test_when_the_expert_leaves_while_the_customer_moves_it_ends_once(
    server: ServerThread, ground: Ground
) -> None:
    async with (
        server.advisor(ADVISOR) as advisor,
        server.terminal(KIOSK) as kiosk,
        server.terminal(ROOM) as room,
        server.expert(FIRST) as expert,
    ):
        call = await connected(kiosk, expert)
        contact = expert.snapshot.call.contact if expert.snapshot.call else ""
        done = await asyncio.gather(
            advisor.move_contact(contact, KIOSK, ROOM), expert.leave_call(call), return_exceptions=True
        )
        refusals = [each.code for each in done if isinstance(each, CommandRefused)]
        assert refusals in ([], ["contact.over"])
        where = room if not refusals else kiosk
        assert (await contact_in(where, "ended")).outcome == "served"
    assert len(await ground.service_events()) == 1


@pytest.mark.parametrize("accepts_first", [True, False])
async def test_it_is_accepted_and_moved_at_the_same_instant(server: ServerThread, *, accepts_first: bool) -> None:
    async with (
        server.advisor(ADVISOR) as advisor,
        server.terminal(KIOSK) as kiosk,
        server.terminal(ROOM) as room,
        server.expert(FIRST) as expert,
    ):
        contact, offer = await ringing(kiosk, expert)
        accepting, moving = expert.accept_offer(offer), advisor.move_contact(contact, KIOSK, ROOM)
        both = (accepting, moving) if accepts_first else (moving, accepting)
        done = await asyncio.gather(*both, return_exceptions=True)
        refusals = [each.code for each in done if isinstance(each, CommandRefused)]
        # The move is always done: of a contact that rings, or of its call.
        if refusals:
            assert refusals == ["offer.closed"]
            await contact_in(room, "waiting")
        else:
            here = await contact_in(room, "in_call")
            assert here.id == contact
            await call_in(room, "opening")
        await cleared(kiosk)


async def test_power_lost_in_the_room_right_after_the_move_ends_the_call_after_its_grace(
    server: ServerThread, ground: Ground
) -> None:
    await ground.configure(demo_with(ring("kela", grace_s=1)))
    async with server.advisor(ADVISOR) as advisor, server.terminal(KIOSK) as kiosk, server.expert(FIRST) as expert:
        await connected(kiosk, expert)
        contact = expert.snapshot.call.contact if expert.snapshot.call else ""
        async with server.terminal(ROOM):
            await advisor.move_contact(contact, KIOSK, ROOM)
        away = await call_in(expert, "connected", lambda view: view.seats[-1].state == "away")
        assert away.seats[-1].kind == "terminal"
        ended = await call_in(expert, "ended")
        assert ended.outcome == "interrupted"
        await cleared(kiosk)
    [event] = await ground.service_events()
    assert (event.terminal, event.outcome) == (ROOM, "interrupted")
