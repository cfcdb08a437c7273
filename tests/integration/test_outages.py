"""The database or Redis goes away and comes back: nothing is lost, and everything goes on (I3).

The servers are started and stopped from the test's own thread: they end with the thread that started them.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import httpx2
import pytest

from palvelurinki.adapters.sql.migrate import upgrade
from palvelurinki.client import Options, open_demo
from palvelurinki.client.tickets import COOKIES
from palvelurinki.protocol.client import Candidate
from tests.integration.conftest import DEMO
from tests.support.postgres import Postgres
from tests.support.redis import RedisServer
from tests.support.scenes import HOUSING, in_call
from tests.support.server import PATIENT, Ground, ServerThread
from tests.support.waiting import WITHIN_S, call_in, contact_in, offer_in, ring_with
from tests.support.wire import wired

FIRST = "kela-asiantuntija-1"


@pytest.fixture
async def ground(own_postgres: Postgres, own_redis: RedisServer) -> AsyncIterator[Ground]:
    async with own_postgres.database() as url:
        ground = Ground(url, own_redis.url)
        await upgrade(url)
        await ground.configure(DEMO)
        yield ground


@pytest.fixture
def server(ground: Ground) -> Iterator[ServerThread]:
    server = ServerThread(ground.settings())
    server.start()
    yield server
    server.stop()


async def test_sockets_outlive_the_database(server: ServerThread, own_postgres: Postgres) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        welcomes = kiosk.welcome, expert.welcome
        own_postgres.stop_immediate()
        own_postgres.start()
        await kiosk.request_contact(HOUSING, "fi")
        await offer_in(expert, "ringing")
        assert (kiosk.welcome, expert.welcome) == welcomes


async def test_who_asks_while_the_database_is_away_is_told_to_ask_again(
    server: ServerThread, own_postgres: Postgres
) -> None:
    async with wired(server, "terminal", "mikkeli-kioski") as (wire, _), httpx2.AsyncClient() as http:
        secret = await open_demo(server.url, "staff", FIRST)
        own_postgres.stop_immediate()
        request = {"id": "operation-1", "type": "request_contact", "service": HOUSING, "language": "fi"}
        await wire.send(request)
        refused = await wire.answer("operation-1")
        headers = {"cookie": f"{COOKIES['staff']}={secret}", "origin": server.url}
        response = await http.post(f"{server.url}/api/v1/staff/ticket", headers=headers)
        own_postgres.start()
        assert refused["code"] == "server.busy"
        assert (response.status_code, response.json()["code"]) == (503, "server.busy")
        assert int(response.headers["retry-after"]) > 0
        # Nothing was done, so the same operation is done now, as soon as the database lets somebody in again.
        async with asyncio.timeout(WITHIN_S):
            while refused["type"] == "error":
                assert refused["code"] == "server.busy"
                await asyncio.sleep(0.05)
                await wire.send(request)
                refused = await wire.answer("operation-1")
        assert refused["contact"]


def impatient() -> tuple[Options, asyncio.Event]:
    """Options of a client, and what says when it waits to ask again what could not be done."""
    refused = asyncio.Event()

    async def pause(seconds: float) -> None:
        refused.set()
        await asyncio.sleep(seconds)

    return replace(PATIENT, answer_within_s=30.0, pause=pause), refused


async def test_what_a_client_asked_while_the_database_was_away_is_done_once_when_it_is_back(
    server: ServerThread, own_postgres: Postgres, ground: Ground
) -> None:
    options, refused = impatient()
    async with server.terminal("mikkeli-kioski", options) as kiosk, server.expert(FIRST) as expert:
        own_postgres.stop_immediate()
        asking = asyncio.create_task(kiosk.request_contact(HOUSING, "fi"))
        await refused.wait()
        own_postgres.start()
        contact = (await asking).contact
        offer = await offer_in(expert, "ringing")
        assert offer.contact == contact
        call = (await expert.accept_offer(offer.id)).call
        assert call
        await call_in(kiosk, "opening")
        await kiosk.join_call(call)
        own_postgres.stop_immediate()
        refused.clear()
        hanging_up = asyncio.create_task(kiosk.leave_call(call))
        await refused.wait()
        # The line is cut meanwhile, too: the hang-up goes on over the resume.
        kiosk.drop()
        own_postgres.start()
        await hanging_up
        await call_in(expert, "ended")
    assert [event.contact for event in await ground.service_events()] == [contact]


async def test_a_terminal_that_is_lost_during_the_outage_is_held_after_it(
    server: ServerThread, own_postgres: Postgres
) -> None:
    async with server.staff("kela-esihenkilo") as supervisor:
        async with wired(server, "terminal", "mikkeli-kioski") as (wire, _):
            contact = (await wire.ask("request_contact", service=HOUSING, language="fi"))["contact"]
            await ring_with(supervisor, lambda view: len(view.waiting) == 1)
            own_postgres.stop_immediate()
            wire.cut()
        own_postgres.start()
        board = await ring_with(supervisor, lambda view: [each.state for each in view.waiting] == ["held"])
        assert board.waiting[0].contact == contact


async def test_a_call_goes_on_over_the_databases_crash(server: ServerThread, own_postgres: Postgres) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        call = await in_call(kiosk, expert)
        own_postgres.stop_immediate()
        assert kiosk.snapshot.call
        peer = kiosk.snapshot.call.peers[0]
        with expert.events() as at_expert:
            # Signals need no database.
            await kiosk.suggest(call, peer.seat, peer.generation, Candidate(candidate=""))
            async with asyncio.timeout(WITHIN_S):
                while (await anext(at_expert)).type != "signal":
                    pass
        own_postgres.start()
        await kiosk.report_media(call)
        await expert.report_media(call)
        await call_in(kiosk, "connected")
        await expert.leave_call(call)
        await contact_in(kiosk, "ended")


async def test_redis_may_go_and_come_back(server: ServerThread, own_redis: RedisServer) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        own_redis.stop()
        call = await in_call(kiosk, expert)
        own_redis.start()
        await kiosk.leave_call(call)
        await call_in(expert, "ended")
