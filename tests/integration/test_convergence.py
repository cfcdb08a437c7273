"""A snapshot kept up to date equals a fresh one (I9), whatever happens and however often the line is cut.

Several clients do what comes to mind, chosen by a seeded generator, while their lines are cut now and then. In the end
each one's snapshot is compared with what the truth says, and with what a new session is told.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from typing_extensions import override

from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.application import estimating
from palvelurinki.application.configuration import load_directory
from palvelurinki.application.principals import Principal
from palvelurinki.client import Client, CommandRefused, Options, new_operation, open_demo
from palvelurinki.domain.contact import SessionId
from palvelurinki.domain.directory import Directory, RingId
from palvelurinki.domain.offer import DeclineReason
from palvelurinki.domain.situation import LineFault
from palvelurinki.protocol.client import Candidate, Heartbeat
from palvelurinki.protocol.views import StaffSnapshot, TerminalSnapshot
from palvelurinki.reporting import documents, loading
from palvelurinki.reporting.sections import base_topics, sections, snapshot
from tests.integration.conftest import StartServer
from tests.support.demo_configuration import demo_with, ring
from tests.support.scenes import HOUSING, Console, Kiosk
from tests.support.server import PATIENT, Ground, Server, ServerThread
from tests.support.waiting import WITHIN_S

STEPS = 40
KIOSKS = ("mikkeli-kioski", "mikkeli-huone", "parainen-kioski", "kiiminki-kioski")
EXPERTS = ("kela-asiantuntija-1", "kela-asiantuntija-2")
ADVISOR = "mikkeli-neuvoja"
WATCHERS = ("kela-esihenkilo", "kela-paakayttaja", ADVISOR, "mikkeli-paakayttaja")
# Everything falls due within the test: offers ring out, contacts rest, calls are finished, places are given up.
QUICK = demo_with(
    ring("kela", offer_timeout_s=1, retry_after_s=1, grace_s=1, pause_after_misses=3, ring_at_once=2, wrap_up_s=1)
)
# Estimates are made anew all the time while the clients play, and not any more once the truth is to stand still.
RESTLESS, AT_REST = timedelta(seconds=1), timedelta(hours=1)

GATHERED = Candidate(candidate="")

Chance = random.Random
Step = Callable[[], Awaitable[object]]


async def fresh(store: SqlStore, directory: Directory, principal: Principal) -> TerminalSnapshot | StaffSnapshot:
    """What the truth says now that this principal sees."""
    async with store.reading() as tx:
        base = base_topics(principal, directory)
        found = await loading.load(tx, directory, base)
        further = {topic for each in base for topic in documents.watched_by(found[each])}
        found.update(await loading.load(tx, directory, further))
        connection = await tx.connections.get(str(principal))
    assert connection
    seen = sections(principal, SessionId(connection.session), directory, found)
    return snapshot(principal, directory, seen)


async def nothing_is_left_to_do(store: SqlStore) -> None:
    """Wait until nothing is left that happens by itself, so that the truth stands still."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            async with store.reading() as tx:
                told = await tx.estimates.of([RingId("kela")])
                waiting = await tx.contacts.queued([RingId("kela")])
                due, now = await tx.deadlines.next_due(), await tx.now()
                # Sign-ins end by themselves too, long after the test.
                still = due is None or due - now > timedelta(minutes=10)
                if still and all(each.id in told for each in waiting):
                    return
            # Deadlines tell nobody that they are gone.
            await asyncio.sleep(0.05)


async def agree(store: SqlStore, clients: Mapping[str, Kiosk | Console]) -> None:
    """Wait until each one's snapshot is what the truth says."""
    directory = await load_directory(store)
    for name, client in clients.items():
        principal = Principal.parse(name)
        truth = None
        try:
            with client.events() as stream:
                async with asyncio.timeout(WITHIN_S):
                    # Where they differ, an event has come since the truth was looked at, or is on its way.
                    while (truth := await fresh(store, directory, principal)) != client.snapshot:
                        await anext(stream)
        except TimeoutError:
            assert truth is not None
            assert client.snapshot.model_dump(mode="json") == truth.model_dump(mode="json"), name


def kiosk_steps(kiosk: Kiosk, chance: Chance) -> list[Step]:
    """What a terminal may do now."""
    contact, call = kiosk.snapshot.contact, kiosk.snapshot.call
    if contact is None or contact.state == "ended":
        return [lambda: kiosk.request_contact(chance.choice([HOUSING, "kela-elake"]), chance.choice(["fi", "sv"]))]
    if contact.to_continue is not None:
        return [lambda: kiosk.continue_contact(contact.id), lambda: kiosk.leave_contact(contact.id)]
    if call is not None and call.state != "ended":
        return [*call_steps(kiosk, call.id), lambda: kiosk.leave_contact(contact.id)]
    if is_in_doubt(kiosk):
        return [lambda: kiosk.report_line(contact.id, chance.choice([(), (), (LineFault.NETWORK,)]))]
    return [
        lambda: kiosk.set_language(contact.id, chance.choice(["fi", "sv", "en"])),
        lambda: kiosk.call_advisor(contact.id, wanted=chance.random() < 0.7),
        lambda: kiosk.leave_contact(contact.id),
    ]


def is_in_doubt(kiosk: Kiosk) -> bool:
    """Whether the terminal's contact waits for it to show that it can call."""
    contact = kiosk.snapshot.contact
    known = contact.situation if contact is not None and contact.queue is not None else None
    return known is not None and known.line.state != "proven"


def advisor_steps(advisor: Console, chance: Chance) -> list[Step]:
    """What the advisor may do at their point."""
    [board] = advisor.snapshot.points
    steps: list[Step] = [lambda: advisor.command(Heartbeat(id=new_operation(), seq=advisor.last_seq))]
    for place in board.terminals:
        if place.contact is None:
            continue
        if place.contact.ended_at is not None:
            steps.append(partial(advisor.finish_contact, place.contact.id))
            continue
        to = chance.choice([each.terminal.id for each in board.terminals if each is not place])
        steps += [partial(advisor.move_contact, place.contact.id, place.terminal.id, to)] * 3
        steps.append(partial(advisor.attend_contact, place.contact.id, present=chance.random() < 0.5))
    return steps


def expert_steps(expert: Console, chance: Chance) -> list[Step]:
    """What an expert may do now."""
    steps: list[Step] = [
        expert.make_ready,
        expert.make_ready,
        expert.extend_wrap_up,
        lambda: expert.pause("lunch"),
    ]
    offer, call = expert.snapshot.offer, expert.snapshot.call
    if offer is not None and offer.state == "ringing":
        steps += [lambda: expert.accept_offer(offer.id)] * 4
        steps.append(lambda: expert.decline_offer(offer.id, chance.choice(list(DeclineReason))))
    if call is not None and call.state != "ended":
        steps += call_steps(expert, call.id)
    return steps


def call_steps(client: Kiosk | Console, call: str) -> list[Step]:
    """What a participant may do in a call."""
    steps: list[Step] = [
        lambda: client.join_call(call),
        lambda: client.report_media(call),
        lambda: client.leave_call(call),
    ]
    view = client.snapshot.call
    return steps + [
        partial(client.suggest, call, peer.seat, peer.generation, GATHERED) for peer in (view.peers if view else ())
    ]


@asynccontextmanager
async def everybody(server: Server) -> AsyncIterator[tuple[list[Kiosk], list[Console], list[Console]]]:
    """Kiosks, experts, and people who only look on."""
    async with AsyncExitStack() as stack:
        kiosks = [await stack.enter_async_context(server.terminal(each)) for each in KIOSKS]
        experts = [await stack.enter_async_context(server.expert(each)) for each in EXPERTS]
        watchers = [await stack.enter_async_context(server.staff(each)) for each in WATCHERS]
        yield kiosks, experts, watchers


async def act(clients: list[Any], steps: Callable[[Any, Chance], list[Step]], chance: Chance) -> int:
    """One client does one thing; returns whether it was done. Half of the time somebody's line is cut just then."""
    actor = chance.choice(clients)
    choices = steps(actor, chance)
    asked = asyncio.ensure_future(chance.choice(choices)())
    if chance.random() < 0.2:
        chance.choice(clients).drop()
    try:
        await asked
    except CommandRefused:
        # The world had moved on since the choice: that is part of the game.
        return 0
    return 1


@pytest.mark.parametrize("seed", [1, 2])
async def test_what_is_kept_up_to_date_equals_the_truth(
    start_server: StartServer, ground: Ground, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    await play_and_compare(await start_server(QUICK), ground, seed, monkeypatch)


async def test_it_does_at_several_nodes_too(postgresql_ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line that is cut brings its client to the other node, where its session goes on."""
    await postgresql_ground.configure(QUICK)
    with ExitStack() as stack:
        nodes = []
        for _ in range(2):
            node = ServerThread(postgresql_ground.settings())
            node.start()
            stack.callback(node.stop)
            nodes.append(node)
        await play_and_compare(Several(nodes), postgresql_ground, 3, monkeypatch)


class Several(Server):
    """Nodes by their addresses; whoever loses the line comes back to the next one."""

    def __init__(self, nodes: Sequence[Server]) -> None:
        super().__init__(nodes[0].port)
        self._urls = [node.url for node in nodes]

    @override
    @asynccontextmanager
    async def terminal(self, identifier: str, options: Options = PATIENT) -> AsyncIterator[Kiosk]:
        secret = await open_demo(self.url, "terminal", identifier)
        async with Client(self._urls, "terminal", secret, options) as client:
            yield client

    @override
    @asynccontextmanager
    async def staff(self, identifier: str, options: Options = PATIENT) -> AsyncIterator[Console]:
        secret = await open_demo(self.url, "staff", identifier)
        async with Client(self._urls, "staff", secret, options) as client:
            yield client


async def play_and_compare(server: Server, ground: Ground, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "FRESH_FOR", RESTLESS)
    chances = [random.Random(seed * 100 + number) for number in range(4)]
    async with everybody(server) as (kiosks, experts, watchers):

        async def play(clients: list[Any], steps: Callable[[Any, Chance], list[Step]], chance: Chance) -> int:
            done = 0
            for _ in range(STEPS):
                done += await act(clients, steps, chance)
                if chance.random() < 0.2:
                    chance.choice(watchers).drop()
            return done

        done = await asyncio.gather(
            play(kiosks, kiosk_steps, chances[0]),
            play(experts, expert_steps, chances[1]),
            play(experts, expert_steps, chances[2]),
            play([watchers[WATCHERS.index(ADVISOR)]], advisor_steps, chances[3]),
        )
        assert sum(done) > STEPS

        for expert in experts:
            await expert.pause("break")
        # Nobody takes calls any more, so somebody waits and is told about it.
        contact = kiosks[0].snapshot.contact
        if contact is None or contact.state == "ended":
            await kiosks[0].request_contact(HOUSING, "fi")
        clients: dict[str, Any] = {
            **{f"terminal:{name}": client for name, client in zip(KIOSKS, kiosks, strict=True)},
            **{f"staff:{name}": client for name, client in zip(EXPERTS, experts, strict=True)},
            **{f"staff:{name}": client for name, client in zip(WATCHERS, watchers, strict=True)},
        }
        for client in clients.values():
            # Answered, so its line is whole again and it holds its place.
            await client.command(Heartbeat(id=new_operation(), seq=client.last_seq))
        for kiosk in filter(is_in_doubt, kiosks):
            assert kiosk.snapshot.contact
            await kiosk.report_line(kiosk.snapshot.contact.id)
        monkeypatch.setattr(estimating, "FRESH_FOR", AT_REST)
        async with ground.store() as store:
            await nothing_is_left_to_do(store)
            await agree(store, clients)
        # Whoever waits at the end is told how long.
        for kiosk in kiosks:
            assert (
                kiosk.snapshot.contact is None
                or kiosk.snapshot.contact.queue is None
                or (kiosk.snapshot.contact.queue.estimate is not None)
            )
        # A terminal's new session is another customer's, so only staff come again.
        kept = {name: client.snapshot for name, client in clients.items() if name.startswith("staff:")}
        async with staff_again(server) as again:
            assert {name: client.snapshot for name, client in again.items()} == kept


@asynccontextmanager
async def staff_again(server: Server) -> AsyncIterator[dict[str, Any]]:
    """New sessions of all of the staff; nobody says anything."""
    async with AsyncExitStack() as stack:
        clients: dict[str, Any] = {}
        for name in (*EXPERTS, *WATCHERS):
            clients[f"staff:{name}"] = await stack.enter_async_context(server.staff(name))
        yield clients
