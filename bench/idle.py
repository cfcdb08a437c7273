"""Ten thousand sockets that show life every ten seconds: what each costs in memory, and all of them in processor time.

Ours, the bare FastAPI socket and nextcloud-spreed-signaling (where installed) are measured one after the other in the
same run, by the same client, with the same heartbeats.
"""

import argparse
import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

import uvloop

from bench import _peer
from bench._process import Cores, memory_kib
from bench._report import report
from bench._servers import Ours, Running, bare, ours
from bench._wire import Socket, connect
from tests.support.large_configuration import configuration, terminal

HEARTBEAT_S = 10
# How many open at a time: a site that comes back after a cut, not one by one.
AT_ONCE = 32
# Connections from one address of 127/8: each has some 28,000 ports.
FROM_ONE_ADDRESS = 5_000
# The first so many are no part of the measure: they make the server load what it loads once.
WARMING = 200

Open = Callable[[int], Awaitable[Socket]]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one server took."""

    kib: float
    cores: float
    opening_s: float


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    connections: int
    watch_s: float
    settle_s: float


class Crowd:
    """Sockets that send a heartbeat each HEARTBEAT_S, spread evenly."""

    def __init__(self, beat: Callable[[int], bytes], first: int = 0) -> None:
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
                self.sockets[place].send(self._beat(self.sent))
                self.sent += 1
            due %= 1

    def living(self) -> int:
        """How many are still open."""
        return sum(not socket.transport.is_closing() for socket in self.sockets)

    def _heard(self, _: bytes) -> None:
        self.answers += 1


async def measure(name: str, server: Running, open_one: Open, beat: Callable[[int], bytes], plan: Plan) -> Cost:
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
        socket = await connect(server.port, "/ws/v1", source=source(number))
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

    return await measure(
        "palvelurinki", server, open_one, lambda n: b'{"id":"beat-%08d","type":"heartbeat","seq":0}' % n, plan
    )


async def measure_bare(server: Running, plan: Plan) -> Cost:
    async def open_one(number: int) -> Socket:
        return await connect(server.port, f"/ws/{number}", source=source(number))

    return await measure(
        "bare FastAPI", server, open_one, lambda n: b'{"id":"beat-%08d","type":"heartbeat","seq":0}' % n, plan
    )


async def measure_peer(server: Running, plan: Plan) -> Cost:
    async def open_one(number: int) -> Socket:
        socket, _ = await _peer.open_session(server.port, source=source(number))
        return socket

    return await measure("nextcloud-spreed", server, open_one, lambda n: _peer.HEARTBEAT % n, plan)


def source(number: int) -> str:
    return f"127.0.0.{1 + number // FROM_ONE_ADDRESS}"


def main() -> None:
    arguments = argparse.ArgumentParser(prog="make bench NAME=idle", description=__doc__)
    arguments.add_argument("--connections", type=int, default=int(os.environ.get("CONNECTIONS", "10000")))
    arguments.add_argument("--watch", type=float, default=30.0, help="seconds of heartbeats that are measured")
    arguments.add_argument("--settle", type=float, default=3.0, help="seconds before a measure")
    arguments.add_argument("--only", choices=["ours", "bare", "peer"], help="measure one alone")
    chosen = arguments.parse_args()
    plan = Plan(chosen.connections, chosen.watch, chosen.settle)
    wanted = {chosen.only} if chosen.only else {"ours", "bare", "peer"}
    costs: dict[str, Cost] = {}
    if "ours" in wanted:
        with ours(configuration(terminals=WARMING + plan.connections), heartbeat_s=HEARTBEAT_S) as server:
            costs["ours"] = uvloop.run(measure_ours(server, plan))
    if "bare" in wanted:
        with bare() as limit:
            costs["bare"] = uvloop.run(measure_bare(limit, plan))
    if "peer" in wanted and _peer.installed():
        with _peer.peer() as other:
            costs["peer"] = uvloop.run(measure_peer(other, plan))
    elif "peer" in wanted:
        print(_peer.ABSENT)
    tell(costs, plan)


def tell(costs: Mapping[str, Cost], plan: Plan) -> None:
    figures: dict[str, float] = {"connections": plan.connections}
    ratios: dict[str, float] = {}
    for name, cost in costs.items():
        prefix = "" if name == "ours" else f"{name}_"
        figures[f"{prefix}kib_per_connection"] = cost.kib
        figures[f"{prefix}core_share"] = cost.cores
        figures[f"{prefix}opening_s"] = cost.opening_s
        if name != "ours" and "ours" in costs:
            ratios[f"kib_to_{name}"] = costs["ours"].kib / cost.kib
            ratios[f"core_to_{name}"] = costs["ours"].cores / max(cost.cores, 1e-6)
    report("idle", figures, ratios)


if __name__ == "__main__":
    main()
