"""What may befall the world: sockets break and come back, clients die, nodes die or fall silent, clocks are set.

An action that finds nothing to do does nothing and says so with False.
"""

from datetime import timedelta

from palvelurinki.application import connections
from tests.simulation.crashing import Fate
from tests.simulation.sending import at_node, connected, surviving
from tests.simulation.tables import Tables
from tests.simulation.world import MOST_PATIENCE_S, Client, World

# ---- Connections -------------------------------------------------------------------------------------------------


async def connect(world: World, _seen: Tables) -> bool:
    """A client that is away connects with a new session."""
    away = [client for client in world.clients if not client.connected]
    if not away:
        return False
    return await _connect(world, world.chance.choice(away))


async def connect_all(world: World, _seen: Tables) -> bool:
    """The network is back for everybody."""
    away = [client for client in world.clients if not client.connected]
    for client in away:
        await _connect(world, client)
    return bool(away)


async def reload(world: World, _seen: Tables) -> bool:
    """A page is loaded anew, or opened in a second window, while the server still thinks of the first as there."""
    client = connected(world)
    return client is not None and await _connect(world, client)


async def lose(world: World, seen: Tables) -> bool:
    """A socket breaks, and its node writes it down."""
    client = connected(world)
    if client is None or client.node is None or client.node.silent:
        return False
    _dies(world, seen, client)
    return await _written_down(world, client)


async def die(world: World, seen: Tables) -> bool:
    """A client is dead without a word: its console hangs, its cable is cut. Its node hears of it later, if ever."""
    client = connected(world)
    if client is None or client.node is None:
        return False
    _dies(world, seen, client)
    world.met["dead and unnoticed"] += 1
    client.unnoticed = True
    return True


async def notice(world: World, _seen: Tables) -> bool:
    """A node finds that nobody is at the other end of a socket, and writes it down."""
    dead = [each for each in world.clients if each.unnoticed and each.node in world.living]
    return bool(dead) and await _written_down(world, world.chance.choice(dead))


async def restore(world: World, _seen: Tables) -> bool:
    """A socket comes back to its session, in time or long after."""
    away = [client for client in world.clients if not client.connected and client.session is not None]
    if not away:
        return False
    client = world.chance.choice(away)
    # At the node that held it, or at another one.
    node = world.chance.choice([each for each in world.living if not each.silent] or [client.node])
    session, used = client.session, client.token
    if node is None or node.silent or session is None or used is None:
        return False
    world.note(f"  {client.principal} is back at {node.name}")

    async def come_back() -> None:
        client.unnoticed = False
        token = world.ids.token()
        is_back = await connections.resumed(node.context, client.principal, session, used, token)
        if client.session != session:
            # A page that was opened meanwhile speaks now, with a token of its own.
            return
        client.connected = is_back
        if is_back:
            client.node, client.token = node, token

    return await surviving(world, node, come_back())


# ---- Nodes and time ----------------------------------------------------------------------------------------------


async def tend(world: World, _seen: Tables) -> bool:
    """A node's loops come round."""
    await world.tend()
    return True


async def match(world: World, _seen: Tables) -> bool:
    """A node matches what its own transactions touched."""
    busy = [node for node in world.living if node.to_match]
    if not busy:
        return False
    node = world.chance.choice(busy)
    return await surviving(world, node, world.match(node))


async def pass_moment(world: World, _seen: Tables) -> bool:
    """Little time passes."""
    return await _pass(world, [0.0, 0.05, 0.3, 1.0, 2.5])


async def pass_while(world: World, _seen: Tables) -> bool:
    """Much time passes."""
    return await _pass(world, [5.0, 14.9, 20.0, 31.0, 62.0])


async def set_clock(world: World, _seen: Tables) -> bool:
    """The database's clock is set forward by minutes, or back by seconds."""
    by = world.chance.choice([-5.0, -2.0, -0.5, 0.5, 5.0, 40.0, 150.0, 600.0])
    world.met["clock set forward" if by > 0 else "clock set back"] += 1
    world.note(f"  the clock is set by {by} s")
    world.clock.jump(timedelta(seconds=by))
    return True


async def kill_node(world: World, _seen: Tables) -> bool:
    """A server process dies; another is started when it was the last, or by chance."""
    node = world.chance.choice(world.living)
    world.note(f"  {node.name} is killed")
    world.met["node killed"] += 1
    world.bury(node)
    if not world.living or world.chance.random() < 0.7:
        await world.start_node()
    return True


async def silence_node(world: World, _seen: Tables) -> bool:
    """A node is paused, or loses the database; its sockets stay."""
    if len(world.living) < 2:
        return False
    node = world.chance.choice(world.living)
    world.note(f"  {node.name} falls silent")
    world.met["node silent"] += 1
    node.silent = True
    return True


async def wake_node(world: World, _seen: Tables) -> bool:
    """A silent node is back."""
    silent = [node for node in world.nodes if node.alive and node.silent]
    if not silent:
        return False
    node = world.chance.choice(silent)
    world.note(f"  {node.name} is back")
    return await surviving(world, node, world.wake(node))


async def doom_node(world: World, _seen: Tables) -> bool:
    """One of a node's next transactions will not end well: this is how a use case is cut between two of them."""
    node = world.chance.choice(world.living)
    fate, countdown = world.chance.choice(list(Fate)), world.chance.randint(1, 6)
    world.note(f"  {node.name} is to meet {fate} in {countdown}")
    node.store.doom(fate, countdown)
    return True


async def repeat(world: World, _seen: Tables) -> bool:
    """A client that had no answer, or lost it, sends a command again, perhaps to another node."""
    client = connected(world)
    if client is None or not client.asked:
        return False
    asked = world.chance.choice(client.asked[-3:])
    world.note(f"  {client.principal} repeats: {asked.name}")
    return await at_node(world, client, asked)


# ---- Helpers -----------------------------------------------------------------------------------------------------


def _dies(world: World, seen: Tables, client: Client) -> None:
    client.connected = False
    who, held = client.principal.id, "idle"
    if any(ringing["staff"] == who for ringing in seen.rung()):
        held = "ringing"
    elif seen.call_of(who) is not None:
        held = "in a call"
    elif seen.live_of(who) is not None:
        held = "waiting"
    world.met[f"{client.principal.kind} dead while {held}"] += 1
    world.note(f"  {client.principal} loses its socket")


async def _written_down(world: World, client: Client) -> bool:
    if client.node is None or client.token is None:
        return False
    client.unnoticed = False
    lost = connections.lost(client.node.context, client.principal, client.token)
    return await surviving(world, client.node, lost)


async def _connect(world: World, client: Client) -> bool:
    replaced, served_by = client.token, client.node
    node = world.chance.choice(world.living)
    world.note(f"  {client.principal} connects to {node.name}")
    await surviving(world, node, world.open(client, node))
    if replaced is not None and served_by is not None and served_by in world.living:
        # The older window's socket closes when it is told that another one speaks now: that is no loss.
        await surviving(world, served_by, connections.lost(served_by.context, client.principal, replaced))
    return True


async def _pass(world: World, seconds: list[float]) -> bool:
    by = timedelta(seconds=world.chance.choice(seconds))
    patience = timedelta(seconds=world.chance.uniform(0, MOST_PATIENCE_S))
    await world.pass_time(by, patience)
    return True
