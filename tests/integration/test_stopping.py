"""A node that is asked to leave: its clients are told when to come back, what runs is finished, and it is gone soon."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from signal import SIGINT, SIGTERM, Signals
from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlalchemy import select
from websockets import Origin
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.engine import make_engine
from palvelurinki.adapters.sql.types import DatabaseNow
from palvelurinki.application import presence
from palvelurinki.client import CookieTickets, open_demo
from palvelurinki.web.socket import connection, hub
from tests.integration.conftest import StartServer
from tests.support.demo_configuration import demo_with
from tests.support.scenes import HOUSING
from tests.support.server import Ground, ServerCommand
from tests.support.wire import Frame, Wire, raw, ticket_of, wired

FIRST = "kela-asiantuntija-1"
# What the issue promises.
LEAVES_WITHIN_S = 10.0
SILENT = [f"katsoja-{number:03}" for number in range(200)]


@pytest.fixture
def node(ground: Ground, tmp_path: Path) -> Iterator[ServerCommand]:
    """One server, in a process of its own."""
    with ExitStack() as stack:
        node = ServerCommand(ground.settings(), tmp_path / "node.log")
        node.start()
        stack.callback(node.stop)
        yield node


@asynccontextmanager
async def several(node: ServerCommand, people: list[str]) -> AsyncIterator[list[Wire]]:
    """Sockets of these members of staff, after their welcomes."""
    async with AsyncExitStack() as stack:
        yield [(await stack.enter_async_context(wired(node, "staff", each)))[0] for each in people]


async def farewell(wire: Wire) -> Frame:
    closing = await wire.next("closing")
    assert (closing["code"], closing["resumable"]) == ("server.stopping", True)
    assert await wire.closed() == 1013
    return closing


@pytest.mark.parametrize("how", [SIGTERM, SIGINT])
async def test_clients_are_told_to_come_back_each_at_another_time(node: ServerCommand, how: Signals) -> None:
    people = [FIRST, "kela-asiantuntija-2", "kela-esihenkilo", "mikkeli-neuvoja", "kela-paakayttaja"]
    async with several(node, people) as wires:
        node.send(how)
        told = [await farewell(wire) for wire in wires]
    delays = [closing["retry_after_s"] for closing in told]
    assert len(set(delays)) == len(people)
    assert all(0 <= delay < 1 for delay in delays)
    assert await asyncio.to_thread(node.ended) == 0


async def silent_socket(node: ServerCommand, name: str, http: AsyncClient) -> ClientConnection:
    """A socket whose client reads its welcome and nothing more."""
    tickets = CookieTickets(node.url, "staff", await open_demo(node.url, "staff", name, http), http)
    ticket = await tickets()
    # Without the manager: leaving that would wait for the other end's close.
    headers = {"cookie": tickets.cookie}
    socket = await connect(node.socket_url, origin=Origin(node.url), additional_headers=headers, compression=None)
    await socket.send(json.dumps({"type": "hello", "version": 1, "ticket": ticket}))
    await socket.recv()
    socket.transport.pause_reading()
    return socket


async def test_whoever_never_reads_does_not_keep_it(postgresql_ground: Ground, tmp_path: Path) -> None:
    ground = postgresql_ground

    def onlookers(document: dict[str, Any]) -> None:
        for name in SILENT:
            document["staff"][name] = {"organisation": "kela", "name": f"Koe {name}", "roles": ["supervisor"]}

    await ground.configure(demo_with(onlookers))
    node = ServerCommand(ground.settings(), tmp_path / "node.log")
    node.start()
    async with AsyncClient() as http:
        sockets = await asyncio.gather(*(silent_socket(node, each, http) for each in SILENT))
    asked = time.monotonic()
    node.send(SIGTERM)
    assert await asyncio.to_thread(node.ended) == 0
    assert time.monotonic() - asked < LEAVES_WITHIN_S
    for socket in sockets:
        socket.transport.abort()
        await socket.wait_closed()
    # By its own hand they are lost, or it is gone itself: no other node has to wait until it counts as dead.
    engine = make_engine(ground.database_url)
    async with engine.connect() as database:
        present = select(t.connection.c.principal).join(t.node, t.node.c.id == t.connection.c.node)
        now = (await database.execute(select(DatabaseNow()))).scalar_one()
        alive = t.node.c.beat_at >= now - timedelta(seconds=2)
        assert (await database.execute(present.where(t.connection.c.lost_at.is_(None), alive))).all() == []
    await engine.dispose()


async def test_a_second_signal_ends_it_at_once(node: ServerCommand) -> None:
    async with several(node, [FIRST, "kela-esihenkilo"]) as (reads, silent):
        # Its socket is not closed from the other end, for which the node waits a while.
        silent.socket.transport.pause_reading()
        node.send(SIGTERM)
        await reads.next("closing")
        node.send(SIGTERM)
        assert await asyncio.to_thread(node.ended) == 128 + SIGTERM
        silent.cut()


@pytest.fixture
def slow_pause(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Pausing takes as long as the test likes: it tells when it is under way, and is told to go on."""
    under_way, go_on = threading.Event(), threading.Event()
    pause = presence.pause

    async def slow(*given: Any) -> Any:  # noqa: ANN401  # as the original
        under_way.set()
        await asyncio.to_thread(go_on.wait)
        return await pause(*given)

    monkeypatch.setattr(presence, "pause", slow)
    # However slow the machine is just now.
    monkeypatch.setattr(connection, "FINISH_WITHIN_S", 30)
    monkeypatch.setattr(hub, "STOP_WITHIN_S", 30)
    return under_way, go_on


async def test_what_is_under_way_is_done_and_answered_and_nobody_new_is_let_in(
    start_server: StartServer, ground: Ground, slow_pause: tuple[threading.Event, threading.Event]
) -> None:
    under_way, go_on = slow_pause
    server = await start_server()
    ticket = await ticket_of(server, "terminal", "mikkeli-kioski")
    async with (
        wired(server, "staff", FIRST) as (wire, _),
        wired(server, "staff", "kela-esihenkilo") as (onlooker, _),
        raw(server) as late,
        AsyncClient(base_url=server.url) as http,
    ):
        await wire.ask("make_ready")
        asked = asyncio.create_task(wire.ask("pause", reason="lunch"))
        assert await asyncio.to_thread(under_way.wait, 10)
        stopping = asyncio.create_task(asyncio.to_thread(server.stop))
        await farewell(onlooker)

        ready = await http.get("/health/ready")
        assert (ready.status_code, ready.json()["phase"]) == (503, "stopping")
        assert (await http.get("/health/live")).status_code == 200
        page = await http.get("/kiosk/")
        assert (page.status_code, page.json()["code"]) == (503, "server.stopping")
        # Its socket was there before, its hello comes too late.
        assert (await late.hello(ticket=ticket))["code"] == "server.stopping"
        with pytest.raises(InvalidStatus):
            await raw(server).__aenter__()

        assert not asked.done()
        go_on.set()
        assert (await asked)["type"] == "ack"
        await farewell(wire)
        await stopping
    assert (await ground.presence(FIRST)).reason == "lunch"


async def test_whoever_waits_keeps_the_place_over_a_restart(node: ServerCommand) -> None:
    async with node.terminal("mikkeli-kioski") as kiosk:
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        with kiosk.events() as events:
            node.send(SIGTERM)
            assert await asyncio.to_thread(node.ended) == 0
            node.start()
            async with asyncio.timeout(20):
                while (await anext(events)).type != "welcome":
                    pass
        seen = await kiosk.until(lambda s: s.contact is not None and s.contact.state == "waiting")
        assert seen.contact
        assert seen.contact.id == contact
