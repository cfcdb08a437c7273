"""How a history ends: everybody is served, or everybody is gone. Either way nothing may be left behind."""

from datetime import timedelta
from typing import Final

from palvelurinki.application import calls, connections, contacts, offers, presence
from palvelurinki.domain.call import CallId
from palvelurinki.domain.contact import ContactId, SessionId
from palvelurinki.domain.directory import StaffId, TerminalId
from palvelurinki.domain.offer import OfferId
from tests.simulation import moves
from tests.simulation.faults import Fault
from tests.simulation.fitting import fitting
from tests.simulation.tables import Row, Tables
from tests.simulation.world import Client, Node, World

# Two retries of the slower ring and its offers, and a round for each customer: far more than serving takes.
MOST_ROUNDS: Final = 200


async def calm(world: World) -> None:
    """No more crashes: a fresh node runs beside the others, and all are there."""
    world.ledger.cut = None
    for node in world.nodes:
        node.store.spare()
        if node.alive and node.silent:
            await world.wake(node)
    node = await world.start_node()
    await world.pass_time(timedelta(seconds=3), timedelta(0))
    await world.tend()
    for client in world.clients:
        await world.open(client, node)
    await world.tend()
    for client in world.terminals:
        await _continue(world, node, client)
    await moves.prove_all(world, node.context)
    await world.tend()


async def everybody_is_served(world: World) -> None:
    """Experts take what rings and nobody declines: then every customer is served within bounded time."""
    node = world.living[-1]
    for client in world.experts:
        await presence.make_ready(node.context, StaffId(client.principal.id), world.ids.new())
    for _ in range(MOST_ROUNDS):
        await world.tend()
        tables = await world.tables()
        if not _servable(world, tables):
            return
        for offer in tables.open_offers():
            staff = StaffId(next(each["staff"] for each in tables.rung() if each["offer"] == offer["id"]))
            await offers.accept_offer(node.context, staff, world.ids.new(), OfferId(offer["id"]))
        for call in (await world.tables()).live_calls():
            await _serve(world, node, CallId(call["id"]))
        await world.pass_time(timedelta(seconds=1), timedelta(0))
        await world.check()
    for contact in _servable(world, await world.tables()):
        world.fault(Fault("stuck", f"contact {contact['id']} is {contact['state']} however willing the experts are"))


def _servable(world: World, tables: Tables) -> list[Row]:
    """The live contacts but those that wait though everybody who could ever take them is disqualified."""
    everybody = [client.principal.id for client in world.experts]
    return [
        contact
        for contact in tables.live_contacts()
        if contact["state"] != "waiting"
        or not contact["recused"]
        or fitting(world.directory, contact, world.clock.at, everybody)
    ]


async def _serve(world: World, node: Node, call: CallId) -> None:
    seats = (await world.tables()).seats_of(call)
    occupants = {seat["terminal"] or seat["staff"] for seat in seats if seat["state"] != "left"}
    people = [client for client in world.clients if client.principal.id in occupants]
    for use_case in (calls.join_call, calls.report_media):
        for client in people:
            await use_case(node.context, client.principal, world.ids.new(), call, _session(client))
    last = world.chance.choice(people)
    await calls.leave_call(node.context, last.principal, world.ids.new(), call, _session(last))


async def _continue(world: World, node: Node, client: Client) -> None:
    """Who stands at the terminal is who stood there before."""
    contact = (await world.tables()).live_of(client.principal.id)
    if contact is None:
        return
    session = _session(client)
    world.presses.continues(contact["id"], session)
    await contacts.continue_contact(
        node.context, TerminalId(client.principal.id), session, world.ids.new(), ContactId(contact["id"])
    )


def _session(client: Client) -> SessionId:
    assert client.session is not None
    return SessionId(client.session)


async def everybody_goes(world: World) -> None:
    """All sockets break and none comes back: after the longest grace nothing is left."""
    node = world.living[-1]
    for client in world.clients:
        await _break(node, client)
    # An offer may yet be withdrawn and a grace begin; then the longest of all waits.
    for _ in range(3):
        await world.pass_time(timedelta(seconds=62), timedelta(seconds=1))
        await world.tend()
        await world.check()
    for fault in world.checker.ended(await world.tables()):
        world.fault(fault)


async def _break(node: Node, client: Client) -> None:
    if client.token is not None:
        client.connected = False
        await connections.lost(node.context, client.principal, client.token)
