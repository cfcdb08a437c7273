"""The load of the brokering benchmark, in a process of its own: terminals and experts that play whole cycles.

So that none of the time measured is that of a pause of the clients' own, what is there when the load begins is kept
from the garbage collector.

A cycle: the terminal requests a contact, the expert at whom it rings accepts, and hangs up; it is over when that is
acknowledged, for the record is then committed. Media are no part of it.

Reads one line of JSON with the address and the tickets, then one line for each task, and answers each with one line.
"""

import asyncio
import gc
import itertools
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import uvloop
from websockets.asyncio.client import ClientConnection, connect

from bench._brokering_ground import service_of
from bench._load import Measured, saturated, steady
from tests.support.server import cookie_for

CONNECT_AT_ONCE = 20
ANSWER_WITHIN_S = 30.0
HEARTBEAT_S = 10.0


@dataclass(slots=True)
class Socket:
    """One connection after its welcome; answers are matched by the command's id."""

    socket: ClientConnection
    name: str
    answers: dict[str, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)
    ids: Any = field(default_factory=itertools.count)
    seq: int = 0

    async def ask(self, kind: str, **fields: str) -> dict[str, Any]:
        """Send a command; returns its ack. Raises RuntimeError for an error."""
        identifier = f"{self.name}-{next(self.ids)}"
        answer = self.answers[identifier] = asyncio.get_running_loop().create_future()
        await self.socket.send(json.dumps({"id": identifier, "type": kind, **fields}))
        async with asyncio.timeout(ANSWER_WITHIN_S):
            message: dict[str, Any] = await answer
        if message["type"] == "error":
            raise RuntimeError(f"{kind}: {message['code']}: {message['message']}")
        return message

    async def read(self, world: "World") -> None:
        """Hand on what comes, until the socket closes."""
        async for text in self.socket:
            message = json.loads(text)
            kind = message["type"]
            if kind in {"ack", "error"}:
                answer = self.answers.pop(message["re"], None)
                if answer is not None and not answer.done():
                    answer.set_result(message)
                continue
            self.seq = message.get("seq", self.seq)
            if kind == "offer" and message["offer"] is not None and message["offer"]["state"] == "ringing":
                world.rings(message["offer"]["contact"], self, message["offer"]["id"])

    async def beat(self) -> None:
        """Acknowledge what came, for as long as the socket lives."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            await self.ask("heartbeat", seq=self.seq)  # type: ignore[arg-type]


@dataclass(slots=True)
class World:
    """All who take part. An offer may be told before the request's answer: whoever comes first waits for the other."""

    terminals: asyncio.Queue[Socket]
    ringing: dict[str, asyncio.Future[tuple[Socket, str, float]]] = field(default_factory=dict)

    def rings(self, contact: str, expert: Socket, offer: str) -> None:
        """An expert's console rings for this contact."""
        future = self._future(contact)
        if not future.done():
            future.set_result((expert, offer, perf_counter()))

    async def cycle(self, sent: float | None = None) -> float:
        """One whole cycle; returns the seconds from the request (due at `sent`) to the ringing."""
        begun = perf_counter() if sent is None else sent
        terminal = await self.terminals.get()
        number = int(terminal.name.rpartition("-")[2])
        contact = (await terminal.ask("request_contact", service=service_of(number), language="fi"))["contact"]
        async with asyncio.timeout(ANSWER_WITHIN_S):
            expert, offer, at = await self._future(contact)
        del self.ringing[contact]
        call = (await expert.ask("accept_offer", offer=offer))["call"]
        await expert.ask("leave_call", call=call)
        self.terminals.put_nowait(terminal)
        return at - begun

    def _future(self, contact: str) -> asyncio.Future[tuple[Socket, str, float]]:
        return self.ringing.setdefault(contact, asyncio.get_running_loop().create_future())


@asynccontextmanager
async def connected(url: str, tickets: Mapping[str, str]) -> AsyncIterator[list[Socket]]:
    """A socket for each ticket, after its welcome."""
    gate = asyncio.Semaphore(CONNECT_AT_ONCE)
    async with AsyncExitStack() as stack:

        async def open_one(name: str, ticket: str) -> Socket:
            async with gate:
                socket = await stack.enter_async_context(
                    connect(
                        url.replace("http", "ws") + "/ws/v1",
                        origin=url,  # type: ignore[arg-type]
                        additional_headers={"cookie": cookie_for(ticket)},
                        compression=None,
                        close_timeout=1,
                        open_timeout=ANSWER_WITHIN_S,
                    )
                )
                await socket.send(json.dumps({"type": "hello", "version": 1, "ticket": ticket}))
                welcome = json.loads(await socket.recv())
                if welcome["type"] != "welcome":
                    raise RuntimeError(f"{name}: {welcome}")
                return Socket(socket, name)

        yield list(await asyncio.gather(*(open_one(name, ticket) for name, ticket in tickets.items())))


async def serve(given: dict[str, Any]) -> None:
    """Play what is asked for, line by line, until the input ends."""
    async with connected(given["url"], {**given["terminals"], **given["experts"]}) as sockets:
        world = World(asyncio.Queue())
        for each in sockets:
            if each.name in given["terminals"]:
                world.terminals.put_nowait(each)
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(work) for socket in sockets for work in (socket.read(world), socket.beat())]
            for expert in sockets:
                if expert.name in given["experts"]:
                    await expert.ask("make_ready")
            gc.freeze()
            _tell({"ready": len(sockets)})
            while task := await asyncio.to_thread(sys.stdin.readline):
                _tell(_told(await _carry_out(world, json.loads(task))))
            for work in running:
                work.cancel()


async def idle(given: dict[str, Any]) -> None:
    """Connections that only beat, until the input ends."""
    async with connected(given["url"], given["idle"]) as sockets:
        world = World(asyncio.Queue())
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(work) for each in sockets for work in (each.read(world), each.beat())]
            gc.freeze()
            _tell({"ready": len(sockets)})
            await asyncio.to_thread(sys.stdin.readline)
            for work in running:
                work.cancel()


async def _carry_out(world: World, task: dict[str, Any]) -> Measured:
    if task["do"] == "saturate":
        return await saturated(world.cycle, task["workers"], task["seconds"])
    return await steady(world.cycle, task["per_s"], task["seconds"])


def _told(measured: Measured) -> dict[str, Any]:
    return {"per_s": measured.per_s, "latencies": measured.latencies}


def _tell(message: dict[str, Any]) -> None:
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    request = json.loads(sys.stdin.readline())
    uvloop.run(idle(request) if "idle" in request else serve(request))
