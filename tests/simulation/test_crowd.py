"""Many at once on PostgreSQL: clients, nodes and the clock run side by side, on real connections.

Which of them is first is the machine's affair, so a run does not replay; what must hold does not depend on it. While
they run, the tables are judged again and again as one snapshot sees them; at the end as in the simulation.
"""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Final

import pytest

from palvelurinki.application import calls, connections, contacts, offers, presence, sweeping
from palvelurinki.application.work import Answer, Context
from palvelurinki.domain.call import CallId
from palvelurinki.domain.contact import ContactId, SessionId
from palvelurinki.domain.directory import RingId, ServiceId, StaffId, TerminalId
from palvelurinki.domain.errors import Busy, Conflict, Refused
from palvelurinki.domain.offer import OfferId
from tests.simulation import actions, endings, troubles
from tests.simulation.crashing import Crashed
from tests.simulation.tables import Tables
from tests.simulation.world import Client, Node, World

CLIENTS_AT_ONCE: Final = 8
ACTIONS_EACH: Final = 60
ENOUGH_CALLS: Final = 12

# What a machine that is slow for seconds makes of a use case: others were first each time, or no answer came. A node's
# own loops, and clients, outlive that and try again; any other error is a fault.
STALLED: Final = (Conflict, Busy, TimeoutError)

# What people and clients do; nodes and time have tasks of their own.
DONE_AT_ONCE: Final = {
    actions.request: 12,
    actions.leave: 3,
    actions.accept: 16,
    actions.decline: 5,
    actions.make_ready: 8,
    actions.pause: 2,
    actions.extend_wrap_up: 2,
    actions.skip_wrap_up: 2,
    actions.join: 16,
    actions.report_media: 14,
    actions.hang_up: 4,
    troubles.connect: 8,
    troubles.reload: 2,
    troubles.lose: 4,
    troubles.die: 1,
    troubles.notice: 2,
    troubles.restore: 6,
    troubles.repeat: 6,
    troubles.doom_node: 1,
}


async def people(world: World, seen: list[Tables]) -> None:
    """One after the other, what people do; several of these run at once, and all see what `judge` saw last."""
    acts, weights = list(DONE_AT_ONCE), list(DONE_AT_ONCE.values())
    done = 0
    # A fast machine does much before anybody looks again, and then most of it comes too late to matter.
    while done < ACTIONS_EACH or (len(seen[-1].calls) < ENOUGH_CALLS and done < 20 * ACTIONS_EACH):
        try:
            done += await world.chance.choices(acts, weights)[0](world, seen[-1])
        except STALLED as error:
            world.note(f"  nobody learns what came of it: {error!r}")
        world.clock.at += timedelta(seconds=world.chance.uniform(0, 0.1))
        await asyncio.sleep(0)


async def loops(world: World, node: Node, over: asyncio.Event) -> None:
    """What a node does all the time, whatever becomes of it. One that dies is replaced."""
    while not over.is_set():
        try:
            await world.beat(node)
            await sweeping.sweep(node.context)
            await connections.lose_dead_nodes(node.context)
            await world.match(node)
            await sweeping.match_waiting(node.context)
            if not node.silent:
                await world.wake(node)
        except Crashed:
            world.bury(node)
        except STALLED as error:
            world.note(f"  {node.name} tries again: {error!r}")
        if not node.alive:
            node = await world.start_node()


async def judge(world: World, seen: list[Tables], over: asyncio.Event) -> None:
    """Look at the tables while all goes on."""
    while not over.is_set():
        seen[:] = [await world.tables()]
        for fault in world.checker.always(seen[-1]):
            world.fault(fault)


@pytest.mark.timeout(180)  # bounded by what is done, which a busy machine does slowly
async def test_many_at_once_lose_double_and_block_nothing(crowd: World) -> None:
    over = asyncio.Event()
    await troubles.connect_all(crowd, await crowd.tables())
    for client in crowd.experts:
        await presence.make_ready(crowd.nodes[0].context, StaffId(client.principal.id), crowd.ids.new())
    async with asyncio.TaskGroup() as nodes:
        for node in crowd.living:
            nodes.create_task(loops(crowd, node, over))
        seen = [await crowd.tables()]
        nodes.create_task(judge(crowd, seen, over))
        async with asyncio.TaskGroup() as crowded:
            for _ in range(CLIENTS_AT_ONCE):
                crowded.create_task(people(crowd, seen))
        over.set()
    await crowd.check()
    tables = await crowd.tables()
    assert len(tables.calls) >= ENOUGH_CALLS, "too little happened to tell anything"
    await endings.calm(crowd)
    await endings.everybody_is_served(crowd)
    await endings.everybody_goes(crowd)
    assert not crowd.faults, "\n".join(crowd.log)


# ---- One thing, done by many at once -----------------------------------------------------------------------------


async def outcomes(*work: asyncio.Future[Answer]) -> tuple[list[Answer], Counter[str]]:
    """The answers, and the refusals by code; anything else is raised."""
    answers: list[Answer] = []
    refusals: Counter[str] = Counter()
    for outcome in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(outcome, Refused):
            refusals[outcome.code] += 1
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            answers.append(outcome)
    return answers, refusals


def contexts(world: World) -> list[Context]:
    return [node.context for node in world.nodes]


async def ringing(world: World) -> tuple[str, OfferId]:
    """A contact that rings for Anna, alone on duty."""
    for client in (world.terminals[0], world.experts[0]):
        await world.open(client, world.nodes[0])
    context = world.nodes[0].context
    await presence.make_ready(context, StaffId("anna"), world.ids.new())
    contact = await ask_for_housing(context, world.terminals[0], world.ids.new())
    await world.tend()
    (offer,) = (await world.tables()).open_offers()
    return contact["contact"], OfferId(offer["id"])


async def ask_for_housing(context: Context, client: Client, operation: str) -> Answer:
    return await ask_for("housing", context, client, operation)


async def ask_for(service: str, context: Context, client: Client, operation: str) -> Answer:
    terminal, session = TerminalId(client.principal.id), session_of(client)
    return await contacts.request_contact(context, terminal, session, operation, ServiceId(service), "fi")


def session_of(client: Client) -> SessionId:
    assert client.session is not None
    return SessionId(client.session)


async def test_the_same_request_at_several_nodes_at_once_is_one_contact_with_one_answer(crowd: World) -> None:
    await crowd.open(crowd.terminals[0], crowd.nodes[0])
    asked = [ask_for_housing(context, crowd.terminals[0], "same") for context in contexts(crowd) * 3]
    answers, refusals = await outcomes(*map(asyncio.ensure_future, asked))
    assert not refusals
    assert {answer["contact"] for answer in answers} == set((await crowd.tables()).contacts)
    assert len((await crowd.tables()).contacts) == 1


async def test_different_requests_of_one_terminal_at_once_are_one_contact(crowd: World) -> None:
    await crowd.open(crowd.terminals[0], crowd.nodes[0])
    asked = [
        ask_for_housing(context, crowd.terminals[0], f"operation-{i}") for i, context in enumerate(contexts(crowd))
    ]
    answers, refusals = await outcomes(*map(asyncio.ensure_future, asked))
    assert len(answers) == 1
    assert refusals == {"terminal.busy": len(asked) - 1}


async def test_the_same_acceptance_at_several_nodes_at_once_has_one_answer(crowd: World) -> None:
    _, offer = await ringing(crowd)
    asked = [offers.accept_offer(context, StaffId("anna"), "same", offer) for context in contexts(crowd) * 3]
    answers, refusals = await outcomes(*map(asyncio.ensure_future, asked))
    assert not refusals
    assert {answer["call"] for answer in answers} == set((await crowd.tables()).calls)
    assert len((await crowd.tables()).calls) == 1


async def test_accepting_declining_leaving_and_losing_at_once_leave_one_outcome(crowd: World) -> None:
    for turn in range(12):
        contact, offer = await ringing(crowd)
        one, two, three = contexts(crowd)
        anna, kiosk, session = StaffId("anna"), TerminalId("kiosk-1"), session_of(crowd.terminals[0])
        console = crowd.experts[0]
        assert console.token is not None
        lost = asyncio.ensure_future(connections.lost(one, console.principal, console.token))
        answers, _ = await outcomes(
            asyncio.ensure_future(offers.accept_offer(one, anna, f"accept-{turn}", offer)),
            asyncio.ensure_future(offers.decline_offer(two, anna, f"decline-{turn}", offer, "other")),
            asyncio.ensure_future(contacts.leave_contact(three, kiosk, session, f"leave-{turn}", ContactId(contact))),
        )
        await lost
        assert answers
        await crowd.check()
        await crowd.tend()
        if crowd.faults:
            break
        if (await crowd.tables()).live_of(kiosk) is not None:
            await contacts.leave_contact(one, kiosk, session, f"leave-after-{turn}", ContactId(contact))
    assert not crowd.faults


async def test_both_hang_up_at_once_and_the_call_leaves_one_record(crowd: World) -> None:
    for turn in range(8):
        _, offer = await ringing(crowd)
        answer = await offers.accept_offer(contexts(crowd)[0], StaffId("anna"), f"accept-{turn}", offer)
        call = CallId(answer["call"])
        answers, refusals = await outcomes(
            *(
                asyncio.ensure_future(
                    calls.leave_call(context, client.principal, f"leave-{turn}-{place}", call, session_of(client))
                )
                for place, (context, client) in enumerate(
                    zip(contexts(crowd), (crowd.terminals[0], crowd.experts[0], crowd.terminals[0]), strict=True)
                )
            )
        )
        assert len(answers) == 1
        assert refusals == {"call.ended": 2}
        assert [event["call"] for event in (await crowd.tables()).service_events].count(call) == 1


async def test_all_nodes_match_at_once_and_each_contact_rings_once(crowd: World) -> None:
    await troubles.connect_all(crowd, await crowd.tables())
    context = crowd.nodes[0].context
    for client in crowd.terminals:
        await ask_for("family", context, client, crowd.ids.new())
    for staff in crowd.directory.rings[RingId("family-ring")].members:
        await presence.make_ready(context, staff.staff, crowd.ids.new())
    made = await asyncio.gather(*(sweeping.match_waiting(each) for each in contexts(crowd) * 2))
    assert sum(made) == 3
    tables = await crowd.tables()
    assert {ringing["staff"] for ringing in tables.rung()} == {"david", "erik", "anna"}
    assert len(tables.open_offers()) == 3
    assert not list(crowd.checker.always(tables))


async def test_a_request_and_the_loss_of_its_terminal_at_once_end_held(crowd: World) -> None:
    for turn in range(12):
        kiosk = crowd.terminals[0]
        await crowd.open(kiosk, crowd.nodes[0])
        assert kiosk.token is not None
        one, two, three = contexts(crowd)
        lost = connections.lost(two, kiosk.principal, kiosk.token)
        answer, *_ = await asyncio.gather(ask_for_housing(one, kiosk, f"request-{turn}"), lost, sweeping.sweep(three))
        await crowd.tend()
        assert (await crowd.tables()).contacts[answer["contact"]]["state"] == "held"
        terminal = TerminalId(kiosk.principal.id)
        await contacts.leave_contact(one, terminal, session_of(kiosk), f"leave-{turn}", ContactId(answer["contact"]))
    assert not crowd.faults
