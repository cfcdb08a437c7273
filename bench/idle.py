"""Ten thousand sockets that show life every ten seconds: what each costs in memory, and all of them in processor time.

Ours, the bare FastAPI socket and nextcloud-spreed-signaling (where installed) are measured one after the other in the
same run, by the same client, with the same heartbeats.
"""

import argparse
import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from functools import partial
from time import perf_counter

from bench import _peer
from bench._beside import add_choice, figures_of, measured, ratios_of
from bench._process import Cores, memory_kib
from bench._report import report
from bench._servers import Ours, Running
from bench._wire import Socket, connect
from tests.support.large_configuration import configuration, terminal
from tests.support.server import cookie_for

HEARTBEAT_S = 10
# How many open at a time: a site that comes back after a cut, not one by one.
AT_ONCE = 32
# Connections from one address of 127/8: each has some 28,000 ports.
FROM_ONE_ADDRESS = 5_000
# The first so many are no part of the measure: they make the server load what it loads once.
WARMING = 200

Open = Callable[[int], Awaitable[Socket]]
Beat = Callable[[Socket, int], None]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one server took."""

    kib_per_connection: float
    core_share: float
    opening_s: float


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    connections: int
    watch_s: float
    settle_s: float


class Crowd:
    """Sockets that send a heartbeat each HEARTBEAT_S, spread evenly."""

    def __init__(self, beat: Beat, first: int = 0) -> None:
        self.sockets: list[Socket] = []
        self._first = first
        self.answers = 0
        self.sent = 0
        self._beat = beat

    async def open(self, count: int, open_one: Open) -> None:
        """Open so many more."""
        todo = iter(range(self._first, self._first + count))

        async def some() -> None:
            for number in todo:
                socket = await open_one(number)
                socket.heard = self._heard
                self.sockets.append(socket)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(some())

    async def beating(self) -> None:
        """Heartbeats until cancelled."""
        place, now, due = 0, perf_counter(), 0.0
        while True:
            await asyncio.sleep(0.01)
            before, now = now, perf_counter()
            due += (now - before) * len(self.sockets) / HEARTBEAT_S
            for _ in range(int(due)):
                place = (place + 1) % len(self.sockets)
                self._beat(self.sockets[place], self.sent)
                self.sent += 1
            due %= 1

    def living(self) -> int:
        """How many are still open."""
        return sum(not socket.transport.is_closing() for socket in self.sockets)

    def _heard(self, _: bytes) -> None:
        self.answers += 1


async def measure(name: str, server: Running, open_one: Open, beat: Beat, plan: Plan) -> Cost:
    """Open, let settle, watch."""
    warming = Crowd(beat)
    await warming.open(WARMING, open_one)
    for socket in warming.sockets:
        socket.close()
    await asyncio.sleep(plan.settle_s)
    before = memory_kib(server.pid)
    crowd = Crowd(beat, first=WARMING)
    beating = asyncio.create_task(crowd.beating())
    began = perf_counter()
    await crowd.open(plan.connections, open_one)
    opening_s = perf_counter() - began
    # Everybody has beaten at least once, and what opening them needed has been given back.
    await asyncio.sleep(HEARTBEAT_S + plan.settle_s)
    cores, sent, answers = Cores(server.pid), crowd.sent, crowd.answers
    await asyncio.sleep(plan.watch_s)
    used = cores.used()
    kib = (memory_kib(server.pid) - before) / plan.connections
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)
    sent, answers = crowd.sent - sent, crowd.answers - answers
    assert answers >= sent // 2, f"{name}: {sent} heartbeats brought {answers} answers"
    assert crowd.living() == plan.connections, f"{name}: {plan.connections - crowd.living()} sockets are gone"
    print(
        f"{name:>24}: {kib:6.1f} KiB each, {used:.3f} of a core; opened in {opening_s:.0f} s;"
        f" {sent} heartbeats, {answers} answers in {plan.watch_s:.0f} s",
        flush=True,
    )
    return Cost(kib, used, opening_s)


async def measure_ours(server: Ours, plan: Plan) -> Cost:
    wanted = WARMING + plan.connections
    tickets = await server.tickets([f"terminal:{terminal(number)}" for number in range(wanted)])

    async def hello(number: int, ticket: str) -> Socket:
        socket = await connect(server.port, "/ws/v1", source=source(number), cookie=cookie_for(ticket))
        socket.say({"type": "hello", "version": 1, "ticket": ticket})
        await socket.until(lambda message: message["type"] == "welcome")
        return socket

    async def open_one(number: int) -> Socket:
        try:
            return await hello(number, tickets[number])
        except ConnectionError as error:
            # As a client would: it comes back with another ticket.
            print(f"terminal {number} comes again: {error}")
            await asyncio.sleep(1)
            return await hello(number, (await server.tickets([f"terminal:{terminal(number)}"]))[0])

    return await measure("palvelurinki", server, open_one, beat, plan)


async def measure_bare(server: Running, plan: Plan) -> Cost:
    async def open_one(number: int) -> Socket:
        return await connect(server.port, f"/ws/{number}", source=source(number))

    return await measure("bare FastAPI", server, open_one, beat, plan)


async def measure_peer(server: Running, plan: Plan) -> Cost:
    async def open_one(number: int) -> Socket:
        socket, _ = await _peer.open_session(server.port, source=source(number))
        return socket

    # Its heartbeats are WebSocket's own, which it answers in the same way.
    return await measure("nextcloud-spreed", server, open_one, lambda socket, _: socket.ping(), plan)


def beat(socket: Socket, number: int) -> None:
    """As our clients do; the bare FastAPI socket answers it, too."""
    socket.send(b'{"id":"beat-%08d","type":"heartbeat","seq":0}' % number)


def source(number: int) -> str:
    return f"127.0.0.{1 + number // FROM_ONE_ADDRESS}"


def main() -> None:
    arguments = argparse.ArgumentParser(prog="make bench NAME=idle", description=__doc__)
    arguments.add_argument("--connections", type=int, default=int(os.environ.get("CONNECTIONS", "10000")))
    arguments.add_argument("--watch", type=float, default=30.0, help="seconds of heartbeats that are measured")
    arguments.add_argument("--settle", type=float, default=3.0, help="seconds before a measure")
    add_choice(arguments)
    chosen = arguments.parse_args()
    plan = Plan(chosen.connections, chosen.watch, chosen.settle)
    costs = measured(
        chosen.only,
        configuration(terminals=WARMING + plan.connections),
        {"heartbeat_s": HEARTBEAT_S},
        partial(measure_ours, plan=plan),
        partial(measure_bare, plan=plan),
        partial(measure_peer, plan=plan),
    )
    values = {name: asdict(cost) for name, cost in costs.items()}
    report(
        "idle",
        {"connections": plan.connections, **figures_of(values)},
        ratios_of(values, {"kib": "kib_per_connection", "core": "core_share"}),
    )


if __name__ == "__main__":
    main()
