"""Signals between pairs of seats: how long one is under way, how many go through, and what the server needs for them.

Ours, the bare FastAPI relay and nextcloud-spreed-signaling (where installed), one after the other in the same run, by
the same client. A window is the same in all three: how many signals of one client may be on their way to its partner.
"""

import argparse
import asyncio
import itertools
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from statistics import median
from time import perf_counter

from typing_extensions import override

from bench import _peer
from bench._beside import add_choice, figures_of, measured, ratios_of
from bench._process import Cores
from bench._report import report
from bench._servers import Ours, Running
from bench._wire import Message, Socket, connect
from tests.support.large_configuration import SERVICE, configuration, expert, terminal
from tests.support.server import cookie_for

# What a browser sends most of: a candidate.
CANDIDATE = {
    "candidate": "candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 10.0.0.17 rport 46154",
    "sdp_mid": "0",
    "sdp_m_line_index": 0,
    "username_fragment": "EsAw",
}
HEARTBEAT_S = 10
# The server keeps 512 events that nobody has acknowledged.
ACKNOWLEDGE_EVERY = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    pairs: int
    window: int
    signals: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Speed:
    """What one server did."""

    p50_ms: float
    p99_ms: float
    messages_per_s: float
    cores: float


class Seat:
    """A client that sends signals to its partner. `text` makes the next one; what is no signal `is_signal` refuses."""

    def __init__(self, socket: Socket, text: Callable[[], bytes], is_signal: Callable[[bytes], bool]) -> None:
        self.partner: Seat
        self.socket = socket
        self.received = 0
        self.arrived: Callable[[], None] = self.send
        self._text = text
        self._is_signal = is_signal
        socket.heard = self._hear

    def send(self) -> None:
        """One signal."""
        self.socket.send(self._text())

    def _hear(self, text: bytes) -> None:
        if not self._is_signal(text):
            return
        self.received += 1
        # What has arrived makes room in the partner's window.
        self.partner.arrived()


Pair = tuple[Seat, Seat]


async def measure(name: str, server: Running, pairs: Sequence[Pair], plan: Plan) -> Speed:
    """One pair alone, one signal after the other; then all pairs at once."""
    await sequence(pairs[0][0], plan.signals // 10)
    times = sorted(await sequence(pairs[0][0], plan.signals))
    seats = [seat for pair in pairs for seat in pair]
    for seat in seats:
        seat.arrived = seat.send
        for _ in range(plan.window):
            seat.send()
    await asyncio.sleep(plan.seconds / 4)
    began, before, cores = perf_counter(), sum(seat.received for seat in seats), Cores(server.pid)
    await asyncio.sleep(plan.seconds)
    rate = (sum(seat.received for seat in seats) - before) / (perf_counter() - began)
    speed = Speed(1e3 * median(times), 1e3 * times[len(times) * 99 // 100], rate, cores.used())
    for seat in seats:
        seat.arrived = lambda: None
    print(
        f"{name:>24}: one way {speed.p50_ms:.3f} ms (p99 {speed.p99_ms:.3f}); {len(seats)} clients move"
        f" {speed.messages_per_s:.0f} signals a second on {speed.cores:.2f} cores",
        flush=True,
    )
    return speed


async def sequence(seat: Seat, count: int) -> list[float]:
    """Seconds that each signal was under way, each sent when the one before had arrived."""
    loop = asyncio.get_running_loop()
    times = []
    for _ in range(count):
        there: asyncio.Future[float] = loop.create_future()
        seat.arrived = lambda there=there: there.set_result(perf_counter())  # type: ignore[misc]
        began = perf_counter()
        seat.send()
        times.append(await there - began)
    return times


# ---- Ours ------------------------------------------------------------------------------------------------------


class OurSeat(Seat):
    """A seat of a call; it acknowledges as the protocol asks."""

    def __init__(self, socket: Socket, call: str, to: str, generation: int) -> None:
        numbers = itertools.count(1)
        head = f'{{"type":"signal","call":"{call}","to":"{to}","generation":{generation},'
        tail = f'"candidate":{json.dumps(CANDIDATE, separators=(",", ":"))}}}'
        self._prefix = (head + '"id":"signal-').encode()
        self._suffix = ('",' + tail).encode()
        super().__init__(
            socket, lambda: self._prefix + b"%08d" % next(numbers) + self._suffix, lambda text: b'"sender":"' in text
        )
        self._seq = 0

    @override
    def _hear(self, text: bytes) -> None:
        if b'"seq":' in text and self.received % ACKNOWLEDGE_EVERY == 0:
            self._seq = json.loads(text)["seq"]
            self.socket.send(b'{"id":"heartbeat-%08d","type":"heartbeat","seq":%d}' % (self._seq, self._seq))
        elif b'"type":"error"' in text or b'"type":"closing"' in text:
            print(text.decode(), flush=True)
        super()._hear(text)


class Person:
    """A socket of ours while its call is being made."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self._ids = itertools.count(1)

    async def ask(self, kind: str, **fields: object) -> Message:
        """The ack of a command."""
        identifier = f"operation-{next(self._ids):05}"
        self.socket.say({"id": identifier, "type": kind, **fields})
        return await self.socket.until(lambda message: message["type"] == "ack" and message["re"] == identifier)


async def measure_ours(server: Ours, plan: Plan) -> Speed:
    kiosks = await _people(server, [f"terminal:{terminal(number)}" for number in range(plan.pairs)])
    experts = await _people(server, [f"staff:{expert(number)}" for number in range(plan.pairs)])
    beating = asyncio.create_task(_beat([*kiosks, *experts]))
    try:
        pairs = [await _call(kiosk, person) for kiosk, person in zip(kiosks, experts, strict=True)]
        return await measure("palvelurinki", server, pairs, plan)
    finally:
        beating.cancel()


async def _beat(people: Sequence[Person]) -> None:
    """Show life, also of those who have nothing to say while others are measured."""
    for number in itertools.count():
        await asyncio.sleep(HEARTBEAT_S)
        for person in people:
            person.socket.send(b'{"id":"alive-%08d","type":"heartbeat","seq":0}' % number)


async def _people(server: Ours, principals: Sequence[str]) -> list[Person]:
    people = []
    for ticket in await server.tickets(principals):
        socket = await connect(server.port, "/ws/v1", cookie=cookie_for(ticket))
        socket.say({"type": "hello", "version": 1, "ticket": ticket})
        await socket.until(lambda message: message["type"] == "welcome")
        people.append(Person(socket))
    return people


async def _call(kiosk: Person, person: Person) -> Pair:
    """A call of the two. Nobody else is ready, so the offer is this expert's."""
    await person.ask("make_ready")
    await kiosk.ask("request_contact", service=SERVICE, language="fi")
    ringing = await person.socket.until(lambda each: each["type"] == "offer" and each["offer"]["state"] == "ringing")
    call = (await person.ask("accept_offer", offer=ringing["offer"]["id"]))["call"]
    await kiosk.ask("join_call", call=call)
    await person.ask("join_call", call=call)
    seats = []
    for each in (kiosk, person):
        seen = await each.socket.until(lambda message: message["type"] == "call" and len(message["call"]["peers"]) == 1)
        peer = seen["call"]["peers"][0]
        seats.append(OurSeat(each.socket, call, peer["seat"], peer["generation"]))
    return _paired(*seats)


# ---- The two beside it -----------------------------------------------------------------------------------------


async def measure_bare(server: Running, plan: Plan) -> Speed:
    async def seat(name: int, to: int) -> Seat:
        socket = await connect(server.port, f"/ws/{name}")
        text = json.dumps({"id": "signal-00000001", "type": "signal", "to": str(to), "candidate": CANDIDATE}).encode()
        return Seat(socket, lambda: text, lambda _: True)

    pairs = [
        _paired(await seat(number, number + 1), await seat(number + 1, number))
        for number in range(0, 2 * plan.pairs, 2)
    ]
    return await measure("bare FastAPI", server, pairs, plan)


async def measure_peer(server: Running, plan: Plan) -> Speed:
    pairs = []
    for _ in range(plan.pairs):
        (one, one_id), (other, other_id) = [await _peer.open_session(server.port) for _ in range(2)]
        pairs.append(_paired(_peer_seat(one, other_id), _peer_seat(other, one_id)))
    return await measure("nextcloud-spreed", server, pairs, plan)


def _peer_seat(socket: Socket, to: str) -> Seat:
    text = _peer.message(to, {"type": "candidate", "candidate": CANDIDATE})
    return Seat(socket, lambda: text, lambda heard: b'"type":"message"' in heard)


def _paired(one: Seat, other: Seat) -> Pair:
    one.partner, other.partner = other, one
    return one, other


# ---- The report ------------------------------------------------------------------------------------------------


def main() -> None:
    arguments = argparse.ArgumentParser(prog="make bench NAME=relay", description=__doc__)
    arguments.add_argument("--pairs", type=int, default=int(os.environ.get("PAIRS", "50")))
    arguments.add_argument("--window", type=int, default=8)
    arguments.add_argument("--signals", type=int, default=2_000, help="signals of the pair that is alone")
    arguments.add_argument("--seconds", type=float, default=8.0, help="how long all pairs are watched")
    add_choice(arguments)
    chosen = arguments.parse_args()
    plan = Plan(chosen.pairs, chosen.window, chosen.signals, chosen.seconds)
    speeds = measured(
        chosen.only,
        configuration(terminals=plan.pairs, experts=plan.pairs),
        {"messages_per_s": 1_000_000},
        partial(measure_ours, plan=plan),
        partial(measure_bare, plan=plan),
        partial(measure_peer, plan=plan),
    )
    values = {name: asdict(speed) for name, speed in speeds.items()}
    report("relay", figures_of(values), ratios_of(values, {"p50": "p50_ms", "rate": "messages_per_s"}))


if __name__ == "__main__":
    main()
