"""Clients that take nothing: what is kept for them is bounded, and the others are served as ever."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from palvelurinki.client import Client
from palvelurinki.protocol.client import Description
from palvelurinki.protocol.views import StaffSnapshot
from palvelurinki.web.socket.session import KEPT_BYTES
from tests.support.large_configuration import SERVICE, configuration, expert, terminal
from tests.support.server import Ground, ServerCommand
from tests.support.waiting import call_in, offer_in
from tests.support.wire import Wire, raw

DEAF_IN_CALLS, DEAF = 20, 180
TERMINALS = DEAF_IN_CALLS + DEAF + 1
SIGNALS = 200
BEATS = 150
BIG = Description(type="offer", sdp="x" * 47 * 1024)
# What a connection's transport keeps before it says that it is full, and what may be written at once beyond that.
WRITE_BUFFER = 64 * 1024
# A kept signal is an object with its text, then the text of its message, then a copy on its way out.
COPIES = 3
KIB_EACH = 256


@pytest.fixture
async def server(postgresql_ground: Ground, tmp_path: Path) -> AsyncIterator[ServerCommand]:
    await postgresql_ground.configure(configuration(terminals=TERMINALS, experts=DEAF_IN_CALLS))
    # Nobody here beats: with this nobody is sent away for it, however slow the machine is.
    server = ServerCommand(postgresql_ground.settings(heartbeat_s=60), tmp_path / "server.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def terminals(server: ServerCommand, postgresql_ground: Ground) -> AsyncIterator[list[Wire]]:
    """Sockets of all terminals after their welcome, with small buffers. At the end they go without a word."""
    tickets = await postgresql_ground.tickets([f"terminal:{terminal(number)}" for number in range(TERMINALS)])
    async with AsyncExitStack() as stack:
        wires = []
        for ticket in tickets:
            wire = await stack.enter_async_context(raw(server, ticket, sock=ears(server)))
            assert (await wire.hello(ticket=ticket))["type"] == "welcome"
            stack.callback(wire.cut)
            wires.append(wire)
        yield wires


def resident(server: ServerCommand) -> int:
    """Bytes of memory that the server's process holds."""
    for line in Path(f"/proc/{server.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("the server is gone")


def ears(server: ServerCommand) -> socket.socket:
    """A connection with a small buffer, so that little has to be sent before nothing more is taken."""
    small = socket.create_connection(("127.0.0.1", server.port))
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    return small


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose kiosk reads nothing any more."""

    id: str
    kiosk_seat: str
    console: Client[StaffSnapshot]


async def deaf_call(server: ServerCommand, stack: AsyncExitStack, kiosk: Wire, number: int) -> Call:
    """The only expert who is ready takes the call; then the kiosk goes deaf."""
    console = await stack.enter_async_context(server.expert(expert(number)))
    await kiosk.ask("request_contact", service=SERVICE, language="fi")
    identifier = (await console.accept_offer((await offer_in(console, "ringing")).id)).call
    assert identifier
    await kiosk.ask("join_call", call=identifier)
    await console.join_call(identifier)
    seen = await call_in(console, "opening", lambda view: len(view.peers) == 1)
    kiosk.socket.transport.pause_reading()
    return Call(identifier, seen.peers[0].seat, console)


async def signal_until_away(call: Call) -> None:
    """Send what would fill a hundred buffers, until the server has given the kiosk's socket up."""
    for _ in range(SIGNALS):
        await call.console.describe(call.id, call.kiosk_seat, 2, BIG)
        seen = call.console.snapshot.call
        if seen is not None and "away" in {seat.state for seat in seen.seats}:
            break
    await call_in(call.console, "opening", lambda view: "away" in {seat.state for seat in view.seats})


async def beat(deaf: Wire) -> None:
    """Ask for as many answers as may be had at once, none of which is read."""
    # Who reads nothing answers no ping either, and is cut off sooner or later.
    with suppress(ConnectionClosed):
        for number in range(BEATS):
            await deaf.send({"id": f"unheard-{number:05}", "type": "heartbeat", "seq": 0})


async def most_resident(server: ServerCommand, neighbour: Wire, done: asyncio.Event) -> int:
    """The most memory that the server held until `done`. The neighbour is answered all the while."""
    most = 0
    while not done.is_set():
        assert (await neighbour.ask("heartbeat", seq=0))["type"] == "ack"
        most = max(most, resident(server))
        with suppress(TimeoutError):
            async with asyncio.timeout(0.1):
                await done.wait()
    return most


@pytest.mark.timeout(180)
async def test_two_hundred_clients_that_never_read_cost_no_more_than_the_limits_say(
    server: ServerCommand, terminals: list[Wire]
) -> None:
    neighbour, deaf = terminals[-1], terminals[DEAF_IN_CALLS:-1]
    async with AsyncExitStack() as stack:
        calls = [await deaf_call(server, stack, terminals[number], number) for number in range(DEAF_IN_CALLS)]
        for wire in deaf:
            wire.socket.transport.pause_reading()
        before, done = resident(server), asyncio.Event()
        most = asyncio.create_task(most_resident(server, neighbour, done))
        async with asyncio.TaskGroup() as group:
            for call in calls:
                group.create_task(signal_until_away(call))
            for wire in deaf:
                group.create_task(beat(wire))
        done.set()
        limit = DEAF_IN_CALLS * (COPIES * KEPT_BYTES + WRITE_BUFFER) + (DEAF_IN_CALLS + DEAF) * KIB_EACH * 1024
        assert await most - before < limit
        assert all(call.console.online for call in calls)
