"""Shortly before closing nobody new is let in, and what becomes of those who wait when the ring closes."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx2
import pytest

from palvelurinki.client import CommandRefused, open_demo
from palvelurinki.client.tickets import COOKIES
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.hours import HELSINKI
from palvelurinki.ports import Deadline
from palvelurinki.protocol.http import Catalogue, CatalogueRing
from tests.integration.conftest import StartServer
from tests.support.demo_configuration import Change, demo_with, ring
from tests.support.scenes import HOUSING, ringing
from tests.support.server import Ground, Server
from tests.support.waiting import WITHIN_S, contact_in, offer_in, ring_with, seen

EXPERT = "kela-asiantuntija-1"
MIDNIGHT = "24:00"


def closing_soon(**settings: object) -> tuple[Change, datetime]:
    """Hours of the ring `kela` that are open now and close in ten to eleven minutes, and when that is."""
    # The test needs to know the time of day that soon is, and on which day.
    now = datetime.now(HELSINKI)
    closes = now.replace(second=0, microsecond=0) + timedelta(minutes=11)
    today, last_day = now.date(), closes.date()
    exceptions = {last_day: [f"00:00-{closes:%H:%M}"] if closes.time() != datetime.min.time() else []}
    if last_day != today:
        exceptions[today] = [f"00:00-{MIDNIGHT}"]
    hours = {"closed_on_public_holidays": False, "every_day": [f"00:00-{MIDNIGHT}"], "exceptions": exceptions}
    return ring("kela", hours=hours, **settings), closes


def closed_now() -> Change:
    """Hours of the ring `kela` that are closed whenever the test runs."""
    opens = datetime.now(HELSINKI) + timedelta(hours=12)
    return ring("kela", hours={"closed_on_public_holidays": False, "every_day": [f"{opens:%H}:00-{opens:%H}:30"]})


async def kela_in_the_catalogue(server: Server) -> CatalogueRing:
    secret = await open_demo(server.url, "terminal", "mikkeli-kioski")
    async with httpx2.AsyncClient() as client:
        answer = await client.get(
            f"{server.url}/api/v1/terminal/catalogue", headers={"cookie": f"{COOKIES['terminal']}={secret}"}
        )
    catalogue = Catalogue.model_validate_json(answer.content)
    return next(each for each in catalogue.rings if each.id == "kela")


async def closing_has_come(ground: Ground, contact: str) -> None:
    """The contact's ring closes just now, as far as the deadlines go."""
    async with ground.store() as store, store.transaction() as tx:
        await tx.deadlines.set(Deadline(DeadlineKind.CLOSING, contact, await tx.now()))


async def due_when(ground: Ground, holds: Callable[[datetime, datetime], bool]) -> None:
    """Wait until `holds` of when the next deadline falls due, and of the present. Deadlines tell nobody of it."""
    async with ground.store() as store, asyncio.timeout(WITHIN_S):
        while True:
            async with store.reading() as tx:
                due = await tx.deadlines.next_due()
                if due is not None and holds(due, await tx.now()):
                    return
            await asyncio.sleep(0.05)


# ---- The last entry ------------------------------------------------------------------------------------------


async def test_shortly_before_closing_nobody_new_is_let_in(start_server: StartServer) -> None:
    soon, closes = closing_soon(last_entry_s=3600)
    server = await start_server(demo_with(soon))
    told = await kela_in_the_catalogue(server)
    assert (told.open, told.closes_at) == (False, closes)
    async with server.terminal("mikkeli-kioski") as kiosk, server.staff("kela-esihenkilo") as supervisor:
        with pytest.raises(CommandRefused) as refused:
            await kiosk.request_contact(HOUSING, "fi")
        assert refused.value.code == "ring.closed"
        assert (refused.value.details["ring"], refused.value.details["closing"]) == ("kela", True)
        assert kiosk.snapshot.contact is None
        # The ring itself still serves.
        board = supervisor.snapshot.rings[0]
        assert (board.open, board.closes_at) == (True, closes)


async def test_before_the_last_entry_one_is_let_in(start_server: StartServer) -> None:
    soon, closes = closing_soon(last_entry_s=60)
    server = await start_server(demo_with(soon))
    told = await kela_in_the_catalogue(server)
    assert (told.open, told.closes_at) == (True, closes)
    async with server.terminal("mikkeli-kioski") as kiosk:
        await kiosk.request_contact(HOUSING, "fi")
        queue = (await contact_in(kiosk, "waiting", lambda view: view.queue is not None)).queue
        assert queue
        assert queue.closing
        assert (queue.closing.at, queue.closing.served, queue.closing.chance) == (closes, True, None)


async def test_a_ring_that_is_closed_is_not_called_closing(start_server: StartServer) -> None:
    server = await start_server(demo_with(closed_now(), ring("kela", last_entry_s=600)))
    assert not (await kela_in_the_catalogue(server)).open
    async with server.terminal("mikkeli-kioski") as kiosk:
        with pytest.raises(CommandRefused) as refused:
            await kiosk.request_contact(HOUSING, "fi")
        assert (refused.value.code, refused.value.details["closing"]) == ("ring.closed", False)


# ---- Who waits at closing ------------------------------------------------------------------------------------


async def test_a_ring_that_ends_what_waits_at_closing(start_server: StartServer, ground: Ground) -> None:
    soon, closes = closing_soon(at_closing="end")
    server = await start_server(demo_with(soon))
    async with server.terminal("mikkeli-kioski") as kiosk, server.staff("kela-esihenkilo") as supervisor:
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        assert contact
        async with ground.store() as store, store.reading() as tx:
            assert await tx.deadlines.next_due() == closes
        told = await seen(
            kiosk,
            lambda s: (
                s.contact is not None
                and s.contact.queue is not None
                and s.contact.queue.closing is not None
                and s.contact.queue.closing.chance is not None
            ),
        )
        assert told.contact
        assert told.contact.queue
        assert told.contact.queue.closing
        # Nobody is on duty: it will hardly be answered before.
        assert (told.contact.queue.closing.served, told.contact.queue.closing.chance) == (False, 0.0)

        await ground.configure(demo_with(closed_now(), ring("kela", at_closing="end")))
        await ring_with(supervisor, lambda view: not view.open)
        await closing_has_come(ground, contact)
        ended = await contact_in(kiosk, "ended")
        assert (ended.id, ended.outcome, ended.queue, ended.matter) == (contact, "ring_closed", None, None)
        await ring_with(supervisor, lambda view: view.waiting == [])
    assert await ground.service_events() == []


async def test_an_offer_that_rings_at_closing_may_still_be_accepted(start_server: StartServer, ground: Ground) -> None:
    soon, _ = closing_soon(at_closing="end")
    server = await start_server(demo_with(soon))
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(EXPERT) as expert:
        contact, offer = await ringing(kiosk, expert)
        await ground.configure(demo_with(closed_now(), ring("kela", at_closing="end")))
        await ring_with(expert, lambda view: not view.open)
        await closing_has_come(ground, contact)
        # The question is put off: nothing is due any more.
        await due_when(ground, lambda due, now: due > now)
        assert (await offer_in(expert, "ringing")).id == offer
        call = (await expert.accept_offer(offer)).call
        assert call
        await contact_in(kiosk, "in_call")
        # The call is not ended by the closing either.
        await expert.leave_call(call)
        assert (await contact_in(kiosk, "ended")).outcome == "call_failed"


async def test_hours_that_were_changed_meanwhile_put_the_end_off(start_server: StartServer, ground: Ground) -> None:
    soon, closes = closing_soon(at_closing="end")
    server = await start_server(demo_with(soon))
    async with server.terminal("mikkeli-kioski") as kiosk:
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        assert contact
        # As if it had been let in under hours that ended now.
        await closing_has_come(ground, contact)
        await due_when(ground, lambda due, _now: due == closes)
        assert (await contact_in(kiosk, "waiting")).id == contact


async def test_a_ring_that_serves_what_waits_goes_on_after_closing(start_server: StartServer, ground: Ground) -> None:
    soon, _ = closing_soon()
    server = await start_server(demo_with(soon))
    async with server.terminal("mikkeli-kioski") as kiosk, server.staff(EXPERT) as expert:
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        assert contact
        await ground.configure(demo_with(closed_now()))
        await ring_with(expert, lambda view: not view.open)
        await closing_has_come(ground, contact)
        await expert.make_ready()
        offer = await offer_in(expert, "ringing")
        assert offer.contact == contact
        await expert.accept_offer(offer.id)
        await contact_in(kiosk, "in_call")
