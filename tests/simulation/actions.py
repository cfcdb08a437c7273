"""What may happen in the world: each action is one thing that a person, a client, a node or time does.

An action that finds nothing to do does nothing. Clients act on the tables as they stood when they last looked, which
may be a step ago: then they answer an offer that has gone, or hang up a call that has ended.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from palvelurinki.application import calls, connections, contacts, offers, presence
from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Answer, Context
from palvelurinki.domain.call import CallId
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import ServiceId, StaffId, TerminalId
from palvelurinki.domain.offer import DeclineReason, OfferId
from tests.simulation.crashing import Fate
from tests.simulation.office import LANGUAGES, PAUSES, SERVICES
from tests.simulation.tables import Tables
from tests.simulation.world import MOST_PATIENCE_S, Asked, Client, Command, Node, World

Action = Callable[[World, Tables], Awaitable[bool]]
# So many messages are lost on the way to the server, and as many on the way back.
LOST: Final = 0.04

OfStaff = Callable[[Context, StaffId, str], Awaitable[Answer]]
InCall = Callable[[Context, Principal, str, CallId], Awaitable[Answer]]


# ---- Customers ---------------------------------------------------------------------------------------------------


async def request(world: World, seen: Tables) -> bool:
    """A customer asks for a service; now and then with one under way already."""
    service = world.chance.choice(sorted(SERVICES))
    language = world.chance.choice(LANGUAGES)
    client = _someone(world, world.terminals)
    if seen.live_of(client.principal.id) is not None and world.chance.random() < 0.9:
        return False
    terminal = TerminalId(client.principal.id)

    async def command(context: Context, operation: str) -> Answer:
        return await contacts.request_contact(context, terminal, operation, ServiceId(service), language)

    return await _send(world, client, f"requests {service}", command)


async def leave(world: World, seen: Tables) -> bool:
    """A customer goes, waiting or in a call."""
    client = _someone(world, world.terminals)
    contact = seen.live_of(client.principal.id)
    if contact is None:
        return False
    contact_id = ContactId(contact["id"])
    terminal = TerminalId(client.principal.id)

    async def command(context: Context, operation: str) -> Answer:
        return await contacts.leave_contact(context, terminal, operation, contact_id)

    return await _send(world, client, f"leaves {contact_id}", command)


async def set_language(world: World, seen: Tables) -> bool:
    """A customer chooses another language."""
    client = _someone(world, world.terminals)
    contact = seen.live_of(client.principal.id)
    if contact is None:
        return False
    contact_id = ContactId(contact["id"])
    terminal = TerminalId(client.principal.id)
    language = world.chance.choice(LANGUAGES)

    async def command(context: Context, operation: str) -> Answer:
        return await contacts.set_language(context, terminal, operation, contact_id, language)

    return await _send(world, client, f"speaks {language}", command)


# ---- Experts -----------------------------------------------------------------------------------------------------


async def accept(world: World, seen: Tables) -> bool:
    """An expert takes a contact that rings, or rang a moment ago."""
    offer = _an_offer(world, seen)
    if offer is None:
        return False
    client, offer_id = offer
    staff = StaffId(client.principal.id)

    async def command(context: Context, operation: str) -> Answer:
        return await offers.accept_offer(context, staff, operation, offer_id)

    return await _send(world, client, f"accepts {offer_id}", command)


async def accept_at_the_last_moment(world: World, seen: Tables) -> bool:
    """An expert lets it ring, and takes it as the time runs out, or a breath later."""
    offers_seen = seen.open_offers()
    if not offers_seen:
        return False
    breath = timedelta(microseconds=world.chance.choice([-1, 0, 1, 1000]))
    wait = offers_seen[0]["expires_at"] + breath - world.clock.at
    if wait > timedelta(0):
        await world.pass_time(wait, timedelta(seconds=MOST_PATIENCE_S))
    return await accept(world, await world.tables())


async def decline(world: World, seen: Tables) -> bool:
    """An expert declines."""
    offer = _an_offer(world, seen)
    if offer is None:
        return False
    client, offer_id = offer
    staff = StaffId(client.principal.id)
    reason = world.chance.choice(list(DeclineReason))

    async def command(context: Context, operation: str) -> Answer:
        return await offers.decline_offer(context, staff, operation, offer_id, reason)

    return await _send(world, client, f"declines {offer_id}: {reason}", command)


async def make_ready(world: World, seen: Tables) -> bool:
    """An expert takes calls; now and then they say so twice."""
    client = _someone(world, world.experts)
    status = seen.presences.get(client.principal.id)
    if status is not None and status["state"] == "ready" and world.chance.random() < 0.9:
        return False
    staff = StaffId(client.principal.id)

    async def command(context: Context, operation: str) -> Answer:
        return await presence.make_ready(context, staff, operation)

    return await _send(world, client, "is ready", command)


async def pause(world: World, _seen: Tables) -> bool:
    """An expert takes no further calls."""
    client = _someone(world, world.experts)
    staff = StaffId(client.principal.id)
    reason = world.chance.choice(PAUSES)

    async def command(context: Context, operation: str) -> Answer:
        return await presence.pause(context, staff, operation, reason)

    return await _send(world, client, f"pauses for {reason}", command)


async def extend_wrap_up(world: World, seen: Tables) -> bool:
    """An expert needs longer for finishing a call; now and then when there is nothing to finish."""
    return await _wrap_up(world, seen, "extended", presence.extend_wrap_up)


async def skip_wrap_up(world: World, seen: Tables) -> bool:
    """An expert is done with a call before its wrap-up is over."""
    return await _wrap_up(world, seen, "cut short", presence.make_ready)


# ---- In calls ----------------------------------------------------------------------------------------------------


async def join(world: World, seen: Tables) -> bool:
    """Someone takes their seat, for the first time or again."""
    return await _in_call(world, seen, "joins", calls.join_call)


async def report_media(world: World, seen: Tables) -> bool:
    """Someone's media flow."""
    return await _in_call(world, seen, "reports media of", calls.report_media)


async def hang_up(world: World, seen: Tables) -> bool:
    """Someone hangs up."""
    return await _in_call(world, seen, "hangs up", calls.leave_call)


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
    client = _connected(world)
    return client is not None and await _connect(world, client)


async def lose(world: World, seen: Tables) -> bool:
    """A socket breaks, and its node writes it down."""
    client = _connected(world)
    if client is None or client.node is None or client.node.silent:
        return False
    _dies(world, seen, client)
    return await _written_down(world, client)


async def die(world: World, seen: Tables) -> bool:
    """A client is dead without a word: its console hangs, its cable is cut. Its node hears of it later, if ever."""
    client = _connected(world)
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
    node, session = client.node, client.session
    if node is None or node.silent or session is None:
        return False
    world.note(f"  {client.principal} is back")

    async def come_back() -> None:
        client.unnoticed = False
        client.connected = await connections.restored(node.context, client.principal, session)

    return await _surviving(world, node, come_back())


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
    return await _surviving(world, node, world.match(node))


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
    return await _surviving(world, node, world.wake(node))


async def doom_node(world: World, _seen: Tables) -> bool:
    """One of a node's next transactions will not end well: this is how a use case is cut between two of them."""
    node = world.chance.choice(world.living)
    fate, countdown = world.chance.choice(list(Fate)), world.chance.randint(1, 6)
    world.note(f"  {node.name} is to meet {fate} in {countdown}")
    node.store.doom(fate, countdown)
    return True


async def repeat(world: World, _seen: Tables) -> bool:
    """A client that had no answer, or lost it, sends a command again, perhaps to another node."""
    client = _connected(world)
    if client is None or not client.asked:
        return False
    asked = world.chance.choice(client.asked[-3:])
    world.note(f"  {client.principal} repeats: {asked.name}")
    return await _at_node(world, client, asked)


ACTIONS: dict[Action, int] = {
    request: 14,
    leave: 3,
    set_language: 1,
    accept: 14,
    accept_at_the_last_moment: 2,
    decline: 5,
    make_ready: 10,
    pause: 2,
    extend_wrap_up: 2,
    skip_wrap_up: 2,
    join: 20,
    report_media: 16,
    hang_up: 3,
    connect: 8,
    connect_all: 1,
    reload: 2,
    lose: 4,
    die: 2,
    notice: 2,
    restore: 6,
    tend: 10,
    match: 8,
    pass_moment: 14,
    pass_while: 4,
    set_clock: 1,
    kill_node: 1,
    silence_node: 1,
    wake_node: 4,
    doom_node: 2,
    repeat: 5,
}


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
    if client.node is None or client.session is None:
        return False
    client.unnoticed = False
    lost = connections.lost(client.node.context, client.principal, client.session)
    return await _surviving(world, client.node, lost)


async def _connect(world: World, client: Client) -> bool:
    replaced, served_by = client.session, client.node
    node = world.chance.choice(world.living)
    world.note(f"  {client.principal} connects to {node.name}")
    await _surviving(world, node, world.open(client, node))
    if replaced is not None and served_by is not None and served_by in world.living:
        # The older window's socket closes when it is told that another one speaks now: that is no loss.
        await _surviving(world, served_by, connections.lost(served_by.context, client.principal, replaced))
    return True


def _connected(world: World) -> Client | None:
    connected = [client for client in world.clients if client.connected]
    return world.chance.choice(connected) if connected else None


def _someone(world: World, clients: list[Client]) -> Client:
    """One of them, as a rule one who is there."""
    there = [client for client in clients if client.connected]
    return world.chance.choice(there if there and world.chance.random() < 0.9 else clients)


def _an_offer(world: World, seen: Tables) -> tuple[Client, OfferId] | None:
    offers_seen = seen.rung()
    if not offers_seen:
        return None
    ringing = world.chance.choice(offers_seen)
    return next(each for each in world.experts if each.principal.id == ringing["staff"]), OfferId(ringing["offer"])


async def _wrap_up(world: World, seen: Tables, what: str, use_case: OfStaff) -> bool:
    finishing = [
        each
        for each in world.experts
        if each.principal.id in seen.presences and seen.presences[each.principal.id]["wrap_up_until"] is not None
    ]
    if not finishing and world.chance.random() < 0.9:
        return False
    client = _someone(world, finishing or world.experts)
    staff = StaffId(client.principal.id)

    async def command(context: Context, operation: str) -> Answer:
        answer = await use_case(context, staff, operation)
        if finishing:
            world.met[f"wrap-up {what}"] += 1
        return answer

    return await _send(world, client, f"has the wrap-up {what}", command)


async def _in_call(world: World, seen: Tables, what: str, use_case: InCall) -> bool:
    live = seen.live_calls()
    if not live:
        return False
    call_id = CallId(world.chance.choice(live)["id"])
    occupants = {seat["terminal"] or seat["staff"] for seat in seen.seats_of(call_id)}
    client = _someone(world, [each for each in world.clients if each.principal.id in occupants])

    async def command(context: Context, operation: str) -> Answer:
        return await use_case(context, client.principal, operation, call_id)

    return await _send(world, client, f"{what} {call_id}", command)


async def _send(world: World, client: Client, name: str, command: Command) -> bool:
    return await _at_node(world, client, Asked(world.ids.new(), name, command))


async def _at_node(world: World, client: Client, asked: Asked) -> bool:
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
    return await _surviving(world, node, world.ask(client, asked, node, heard=message > 2 * LOST))


async def _surviving(world: World, node: Node, work: Awaitable[None]) -> bool:
    await world.surviving(node, work)
    return True


async def _pass(world: World, seconds: list[float]) -> bool:
    by = timedelta(seconds=world.chance.choice(seconds))
    patience = timedelta(seconds=world.chance.uniform(0, MOST_PATIENCE_S))
    await world.pass_time(by, patience)
    return True
