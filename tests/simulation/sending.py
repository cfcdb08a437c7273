"""How what people do reaches a node, or does not."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from palvelurinki.domain.contact import SessionId
from tests.simulation.tables import Tables
from tests.simulation.world import Asked, Client, Command, Node, World

Action: TypeAlias = Callable[[World, Tables], Awaitable[bool]]

# So many messages are lost on the way to the server, and as many on the way back.
LOST: Final = 0.04


def someone(world: World, clients: list[Client]) -> Client:
    """One of them, as a rule one who is there."""
    there = [client for client in clients if client.connected]
    return world.chance.choice(there if there and world.chance.random() < 0.9 else clients)


def session_of(world: World, client: Client) -> SessionId | None:
    """The session in which a terminal asks: now and then one whose command was under way when the next one opened."""
    if client not in world.terminals:
        return None
    is_late = client.former is not None and world.chance.random() < 0.05
    return SessionId((client.former if is_late else client.session) or "none")


def connected(world: World) -> Client | None:
    """One who is there, if anybody is."""
    there = [client for client in world.clients if client.connected]
    return world.chance.choice(there) if there else None


async def send(world: World, client: Client, name: str, command: Command) -> bool:
    """The client sends a command that it has not sent before."""
    return await at_node(world, client, Asked(world.ids.new(), name, command))


async def at_node(world: World, client: Client, asked: Asked) -> bool:
    """The client's command reaches its node, and the answer the client, unless either is lost."""
    node = client.node
    if node is not None and node.silent:
        return False
    # A command that came before the socket broke may still be carried out after it, even after the loss was noticed.
    if node is None or (not client.connected and world.chance.random() < 0.5):
        return False
    message = world.chance.random()
    if message < LOST:
        # It is sent again, or never.
        world.met["request lost"] += 1
        world.note(f"  {client.principal} {asked.name}: nobody hears")
        if asked not in client.asked:
            client.asked.append(asked)
        return True
    return await surviving(world, node, world.ask(client, asked, node, heard=message > 2 * LOST))


async def surviving(world: World, node: Node, work: Awaitable[None]) -> bool:
    """The node does it, and may die of it."""
    await world.surviving(node, work)
    return True
