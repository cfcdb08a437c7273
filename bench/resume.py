"""Resuming: three nodes on one PostgreSQL and Redis, many clients spread over them, and one node is killed.

Its clients come back to the other two after the back-off with spread that every client of ours has. Meanwhile pairs
that are in a call send each other numbered signals, and kiosks ask for a contact. What counts is how long it takes
until all have resumed, and that nothing is lost: no session, no signal, no answer, and what each client has put
together from its snapshot and events is what the truth says in the end.
"""

import argparse
import asyncio
import itertools
import math
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import uvloop

from bench._report import report
from bench._resuming import Resuming
from palvelurinki.adapters.sql.migrate import upgrade
from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.application.configuration import load_directory
from palvelurinki.application.principals import Principal
from palvelurinki.domain.directory import Directory
from palvelurinki.ports import Transaction
from palvelurinki.reporting import documents, loading
from palvelurinki.reporting.sections import base_topics, sections, snapshot
from tests.support.large_configuration import SERVICE, configuration, expert, terminal
from tests.support.postgres import throwaway_postgres
from tests.support.redis import throwaway_redis
from tests.support.server import Ground, ServerCommand, ticket_for

NODES = 3
OPENING_AT_ONCE = 24
# Tickets for each, for a machine that is busy with other things may need more than one attempt.
TRIES = 6
SIGNALS_EVERY_S = 0.5
HEARTBEAT_S = 10
# No client comes back sooner than a dead node can be known as dead, and none may need longer than sessions are kept.
GIVE_UP_AFTER_S = 55.0
SETTLE_WITHIN_S = 20.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How many clients, how many pairs of them in calls, how many ask for a contact while the node is dying."""

    clients: int
    pairs: int
    askers: int


@dataclass(frozen=True, slots=True)
class Seat:
    """A participant of a call, and the seat opposite."""

    client: Resuming
    call: str
    to: str
    generation: int


@contextmanager
def nodes(plan: Plan) -> Iterator[tuple[Ground, list[ServerCommand]]]:
    """The nodes, on a PostgreSQL that syncs to disk, and Redis."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="palvelurinki-bench-")))
        postgres = stack.enter_context(throwaway_postgres(durable=True))
        ground = Ground(postgres.url("postgres"), stack.enter_context(throwaway_redis()).url)
        asyncio.run(upgrade(ground.database_url))
        asyncio.run(ground.configure(configuration(terminals=plan.clients - plan.pairs, experts=plan.pairs)))
        started = []
        for number in range(NODES):
            node = ServerCommand(ground.settings(heartbeat_s=HEARTBEAT_S), directory / f"node-{number}.log")
            node.start()
            stack.callback(node.stop)
            started.append(node)
        yield ground, started


async def run(ground: Ground, servers: Sequence[ServerCommand], plan: Plan) -> dict[str, float]:
    """The figures."""
    began = perf_counter()
    chance = random.Random(4)
    ports = [server.port for server in servers]
    names = [f"staff:{expert(number)}" for number in range(plan.pairs)]
    names += [f"terminal:{terminal(number)}" for number in range(plan.clients - plan.pairs)]
    clients = [
        Resuming(name, [*ports[number % NODES :], *ports[: number % NODES]], chance)
        for number, name in enumerate(names)
    ]
    await _open(ground, clients)
    beating = asyncio.create_task(_beat(clients))
    experts, kiosks = clients[: plan.pairs], clients[plan.pairs :]
    # Partners hold to different nodes, so that signals travel between nodes, and from and to the one that dies.
    seats = [await _call(person, kiosk) for person, kiosk in zip(experts, kiosks[1:], strict=False)]
    askers = kiosks[plan.pairs + 1 :][: plan.askers]
    print(f"{plan.clients} clients are there, {plan.pairs} pairs in a call, after {perf_counter() - began:.0f} s")

    stop = asyncio.Event()
    sending = asyncio.create_task(_send([seat for pair in seats for seat in pair], stop))
    await asyncio.sleep(2)
    orphans = [client for client in clients if client.port == ports[0]]
    killed = perf_counter()
    servers[0].kill()
    asked = asyncio.ensure_future(_ask(askers))
    await _until(
        lambda: perf_counter() > killed + GIVE_UP_AFTER_S or all(client.back_at is not None for client in orphans)
    )
    missing = [client.principal for client in orphans if client.back_at is None]
    took = sorted(client.back_at - killed for client in orphans if client.back_at is not None)
    print(
        f"{len(orphans)} of them lost their node; half were back after {took[len(took) // 2]:.2f} s,"
        f" 95 % after {took[len(took) * 95 // 100]:.2f} s, the last after {took[-1]:.2f} s, {len(missing)} never",
        flush=True,
    )
    await asyncio.sleep(2)
    stop.set()
    lost = await _lost(ground, clients, seats, sent=await sending, answers=await asked)
    beating.cancel()
    for client in clients:
        client.close()
    return {
        "clients": plan.clients,
        "orphans": len(orphans),
        "seconds_all_resumed": took[-1] if not missing else math.inf,
        "seconds_half_resumed": took[len(took) // 2],
        "lost": lost + len(missing),
    }


async def _open(ground: Ground, clients: Sequence[Resuming]) -> None:
    async with ground.store() as store, store.transaction() as tx:
        tickets = [[await ticket_for(tx, client.principal) for _ in range(TRIES)] for client in clients]
    free = asyncio.Semaphore(OPENING_AT_ONCE)

    async def opened(client: Resuming, own: Sequence[str]) -> None:
        async with free:
            await client.open(own)

    await asyncio.gather(*(opened(client, own) for client, own in zip(clients, tickets, strict=True)))


async def _beat(clients: Sequence[Resuming]) -> None:
    for turn in itertools.count():
        for client in clients[turn % HEARTBEAT_S :: HEARTBEAT_S]:
            client.acknowledge()
        await asyncio.sleep(1)


async def _call(person: Resuming, kiosk: Resuming) -> tuple[Seat, Seat]:
    """A call of the two. Nobody else is ready, so the offer is this expert's."""
    await person.ask("make_ready")
    await kiosk.ask("request_contact", service=SERVICE, language="fi")
    await _until(lambda: (person.snapshot["offer"] or {}).get("state") == "ringing")
    call = (await person.ask("accept_offer", offer=person.snapshot["offer"]["id"]))["call"]
    seats = []
    for each in (person, kiosk):
        await _until(lambda each=each: (each.snapshot["call"] or {}).get("id") == call)  # type: ignore[misc]
        await each.ask("join_call", call=call)
    for each in (person, kiosk):
        await _until(lambda each=each: len(each.snapshot["call"]["peers"]) == 1)  # type: ignore[misc]
        peer = each.snapshot["call"]["peers"][0]
        seats.append(Seat(each, call, peer["seat"], peer["generation"]))
    return seats[0], seats[1]


async def _send(seats: Sequence[Seat], stop: asyncio.Event) -> int:
    """Numbered signals from each seat, until told to stop; returns how many each has sent."""
    numbers, number = itertools.count(1), 0
    while not stop.is_set():
        number = next(numbers)
        for seat in seats:
            # Its answer is waited for by what arrives at the other end.
            _ = seat.client.ask(
                "signal",
                call=seat.call,
                to=seat.to,
                generation=seat.generation,
                candidate={"candidate": f"{seat.client.principal} {number}"},
            )
        await asyncio.sleep(SIGNALS_EVERY_S)
    return number


async def _until(holds: Callable[[], bool]) -> None:
    while True:
        if holds():
            return
        await asyncio.sleep(0.01)


async def _ask(askers: Sequence[Resuming]) -> list[bool]:
    answers = await asyncio.gather(*(asker.ask("request_contact", service=SERVICE, language="sv") for asker in askers))
    return [answer["type"] == "ack" for answer in answers]


# ---- What was lost -------------------------------------------------------------------------------------------


async def _lost(
    ground: Ground, clients: Sequence[Resuming], pairs: Sequence[tuple[Seat, Seat]], *, sent: int, answers: list[bool]
) -> int:
    faults = [fault for client in clients for fault in client.faults]
    for fault in faults[:10]:
        print(f"  {fault}")
    expected = {
        opposite.client.principal: [f"{seat.client.principal} {number}" for number in range(1, sent + 1)]
        for pair in pairs
        for seat, opposite in (pair, pair[::-1])
    }
    by_name = {client.principal: client for client in clients}
    deadline = perf_counter() + SETTLE_WITHIN_S
    await _until(
        lambda: (
            perf_counter() > deadline
            or all(len(by_name[name].handled) >= len(signals) for name, signals in expected.items())
        )
    )
    missing = sum(len(set(signals) - set(by_name[name].handled)) for name, signals in expected.items())
    doubled = sum(len(by_name[name].handled) - len(set(by_name[name].handled)) for name in expected)
    disordered = sum(by_name[name].handled != signals for name, signals in expected.items())
    stale = await _stale(ground, clients)
    unanswered = answers.count(False)
    print(
        f"{sent * len(expected)} signals: {missing} missing, {doubled} doubled, {disordered} of {len(expected)} out of"
        f" order; {len(faults)} sessions lost, {unanswered} of {len(answers)} contacts refused, {len(stale)} clients"
        " see something else than the truth"
    )
    for name in stale[:5]:
        print(f"  {name} sees something else")
    return missing + doubled + len(faults) + unanswered + len(stale)


async def _stale(ground: Ground, clients: Sequence[Resuming]) -> list[str]:
    """The clients whose snapshot differs from the truth and goes on doing so."""
    deadline = perf_counter() + SETTLE_WITHIN_S
    left = list(clients)
    async with ground.store() as store:
        directory = await load_directory(store)
        while left and perf_counter() < deadline:
            left = await _differing(store, directory, left)
            # Estimates are made anew every ten seconds, and shown a moment later.
            await asyncio.sleep(0.5)
    return [client.principal for client in left]


async def _differing(store: SqlStore, directory: Directory, clients: Sequence[Resuming]) -> list[Resuming]:
    differing: list[Resuming] = []
    for some in (clients[first : first + 50] for first in range(0, len(clients), 50)):
        async with store.reading() as tx:
            known: dict[str, documents.Document | None] = {}
            differing += [each for each in some if await _truth(tx, directory, each, known) != each.snapshot]
    return differing


async def _truth(
    tx: Transaction, directory: Directory, client: Resuming, known: dict[str, documents.Document | None]
) -> object:
    principal = Principal.parse(client.principal)
    left = set(base_topics(principal, directory))
    while missing := left - known.keys():
        known.update(await loading.load(tx, directory, missing))
        left = {further for topic in missing for further in documents.watched_by(known[topic])}
    return snapshot(principal, directory, sections(principal, client.session, directory, known)).model_dump(mode="json")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=2000)
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--askers", type=int, default=100)
    plan = Plan(**vars(parser.parse_args()))
    with nodes(plan) as (ground, servers), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures = runner.run(run(ground, servers, plan))
    report("resume", figures, {})


if __name__ == "__main__":
    main()
