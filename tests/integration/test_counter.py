"""At the counter: the advisor beside the customer, asked to come, and what is said of a contact when it is over."""

from collections.abc import Callable

import pytest

from palvelurinki.client import CommandRefused
from palvelurinki.domain.situation import AskedBy, FollowUp, Resolution
from palvelurinki.protocol.client import RequestForCustomer
from palvelurinki.protocol.situation import BoardContactView, BriefView, CustomerSideView
from palvelurinki.protocol.views import StaffSnapshot, TerminalSnapshot
from tests.support.scenes import HOUSING, Console, connected, in_call, ringing
from tests.support.server import Ground, ServerThread
from tests.support.waiting import call_in, contact_in, offer_in, seen

KIOSK, ROOM = "mikkeli-kioski", "mikkeli-huone"
FIRST = "kela-asiantuntija-1"
ELSEWHERE = "kiiminki-neuvoja"


def contact_of(snapshot: StaffSnapshot, terminal: str = KIOSK) -> BoardContactView | None:
    """What the point's board says of the terminal's contact."""
    return next(each.contact for point in snapshot.points for each in point.terminals if each.terminal.id == terminal)


def side_of(snapshot: TerminalSnapshot) -> CustomerSideView:
    assert snapshot.contact
    assert snapshot.contact.situation
    return snapshot.contact.situation


def brief_of(snapshot: StaffSnapshot) -> BriefView:
    assert snapshot.call
    assert snapshot.call.brief
    return snapshot.call.brief


async def on_board(advisor: Console, state: str) -> BoardContactView:
    """The kiosk's contact on the board, once it is in this state."""

    def there(snapshot: StaffSnapshot) -> bool:
        contact = contact_of(snapshot)
        return contact is not None and contact.state == state

    contact = contact_of(await seen(advisor, there))
    assert contact
    return contact


async def test_everybody_is_shown_whether_the_advisor_is_there(server: ServerThread) -> None:
    async with server.advisor() as advisor, server.terminal(KIOSK) as kiosk, server.expert(FIRST) as expert:
        await connected(kiosk, expert)
        contact = (await on_board(advisor, "in_call")).id
        await advisor.attend_contact(contact)
        await seen(kiosk, lambda snapshot: side_of(snapshot).attending_since is not None)
        await seen(expert, lambda snapshot: brief_of(snapshot).attending_since is not None)
        view = contact_of(await seen(advisor, lambda s: (c := contact_of(s)) is not None and c.attending is not None))
        assert view
        assert (view.attending, view.attending_name is None) == ("mikkeli-neuvoja", False)
        await advisor.attend_contact(contact, present=False)
        await seen(kiosk, lambda snapshot: side_of(snapshot).attending_since is None)
        await seen(expert, lambda snapshot: brief_of(snapshot).attending_since is None)


async def test_the_advisor_is_called_by_the_customer_or_the_expert_and_comes(server: ServerThread) -> None:
    async with server.advisor() as advisor, server.terminal(KIOSK) as kiosk, server.expert(FIRST) as expert:
        contact, offer = await ringing(kiosk, expert)
        await kiosk.call_advisor(contact)

        def called(by: AskedBy | None) -> Callable[[StaffSnapshot], bool]:
            return lambda s: (c := contact_of(s)) is not None and (c.called.by if c.called else None) == by

        await seen(advisor, called(AskedBy.CUSTOMER))
        await kiosk.call_advisor(contact, wanted=False)
        await seen(advisor, called(None))
        await expert.accept_offer(offer)
        await call_in(expert, "opening")
        await expert.call_advisor(contact)
        await seen(advisor, called(AskedBy.EXPERT))
        await seen(kiosk, lambda s: (c := side_of(s).called) is not None and c.by == AskedBy.EXPERT)
        await seen(expert, lambda s: brief_of(s).called is not None)
        await advisor.attend_contact(contact)
        await seen(advisor, called(None))
        await seen(expert, lambda s: brief_of(s).called is None and brief_of(s).attending_since is not None)


async def test_the_advisor_closes_it_for_a_customer_who_has_gone(server: ServerThread, ground: Ground) -> None:
    async with server.advisor() as advisor, server.terminal(KIOSK) as kiosk, server.expert(FIRST) as expert:
        contact, offer = await ringing(kiosk, expert)
        await advisor.close_contact(contact)
        assert (await offer_in(expert, "withdrawn")).id == offer
        assert (await contact_in(kiosk, "ended")).outcome == "customer_left"
        with pytest.raises(CommandRefused, match=r"contact\.over"):
            await advisor.close_contact(contact)
        await connected(kiosk, expert)
        await advisor.close_contact((await on_board(advisor, "in_call")).id)
        await call_in(expert, "ended")
        assert (await contact_in(kiosk, "ended")).outcome == "served"
    assert len(await ground.service_events()) == 1


async def test_what_comes_after_the_call_completes_its_record(server: ServerThread, ground: Ground) -> None:
    async with server.advisor() as advisor, server.terminal(KIOSK) as kiosk, server.expert(FIRST) as expert:
        request = RequestForCustomer(
            id="operation-1", terminal=KIOSK, service=HOUSING, language="fi", prepared_s=75, visit=None
        )
        contact = (await advisor.request_for_customer(request)).contact
        assert contact
        await contact_in(kiosk, "waiting")
        await kiosk.report_line(contact)
        call = (await expert.accept_offer((await offer_in(expert, "ringing")).id)).call
        assert call
        await kiosk.join_call(call)
        await expert.leave_call(call)
        await call_in(expert, "ended")
        # It stays on the board, for the advisor has something to do yet.
        assert (await on_board(advisor, "ended")).asked_by == "mikkeli-neuvoja"
        follow_ups = [FollowUp.BOOK_TIME, FollowUp.BRING_DOCUMENTS]
        await expert.conclude_call(call, Resolution.STARTED, follow_ups)
        concluded = await seen(expert, lambda s: brief_of(s).conclusion is not None)
        assert brief_of(concluded).handoff is None
        shown = side_of(await seen(kiosk, lambda s: side_of(s).conclusion is not None)).conclusion
        assert shown
        assert (shown.resolution, shown.follow_ups) == (Resolution.STARTED, follow_ups)
        await seen(advisor, lambda s: (c := contact_of(s)) is not None and c.conclusion is not None)
        await kiosk.rate_contact(contact, 5)
        assert side_of(await seen(kiosk, lambda s: side_of(s).rated)).rated
        with pytest.raises(CommandRefused, match=r"contact\.rated"):
            await kiosk.rate_contact(contact, 1)
        await advisor.finish_contact(contact)
        await seen(advisor, lambda s: contact_of(s) is None)
    [event] = await ground.service_events()
    assert (event.call, event.resolution, event.follow_ups) == (call, Resolution.STARTED, tuple(follow_ups))
    assert (event.prepared_s, event.satisfaction) == (75, 5)
    assert event.expert_after_s is not None
    assert event.advisor_after_s is not None
    assert 0 <= event.expert_after_s <= event.advisor_after_s


async def test_what_is_concluded_during_the_call_stands_in_the_record(server: ServerThread, ground: Ground) -> None:
    async with server.terminal(KIOSK) as kiosk, server.expert(FIRST) as expert:
        call = await in_call(kiosk, expert)
        await expert.conclude_call(call, Resolution.ADVICE_GIVEN)
        await seen(expert, lambda s: brief_of(s).conclusion is not None)
        await expert.leave_call(call)
        await contact_in(kiosk, "ended")
    [event] = await ground.service_events()
    assert (event.resolution, event.follow_ups, event.expert_after_s) == (Resolution.ADVICE_GIVEN, (), 0)


async def test_what_goes_on_is_neither_finished_nor_rated(server: ServerThread) -> None:
    async with server.advisor() as advisor, server.terminal(KIOSK) as kiosk:
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        assert contact
        with pytest.raises(CommandRefused, match=r"state\.refused"):
            await advisor.finish_contact(contact)
        with pytest.raises(CommandRefused, match=r"state\.refused"):
            await kiosk.rate_contact(contact, 3)


async def test_a_contact_of_another_point_is_to_an_advisor_as_if_it_were_not_there(server: ServerThread) -> None:
    async with server.advisor(ELSEWHERE) as stranger, server.terminal(KIOSK) as kiosk, server.terminal(ROOM):
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        assert contact
        for ask in (
            stranger.attend_contact(contact),
            stranger.close_contact(contact),
            stranger.move_contact(contact, KIOSK, ROOM),
            stranger.finish_contact(contact),
        ):
            with pytest.raises(CommandRefused, match=r"thing\.unknown"):
                await ask
        assert (await contact_in(kiosk, "waiting")).id == contact


async def test_a_customers_own_contact_leaves_the_board_when_it_ends(server: ServerThread) -> None:
    async with server.advisor() as advisor, server.terminal(KIOSK) as kiosk:
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        assert contact
        waits = await on_board(advisor, "waiting")
        assert waits.queue
        assert (waits.asked_by, waits.queue.place, waits.queue.waiting) == (None, 1, 1)
        await kiosk.leave_contact(contact)
        await seen(advisor, lambda s: contact_of(s) is None)
