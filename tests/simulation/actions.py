"""What may happen in the world: each action is one thing that a person, a client, a node or time does.

An action that finds nothing to do does nothing. Clients act on the tables as they stood when they last looked, which
may be a step ago: then they answer an offer that has gone, or hang up a call that has ended.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from palvelurinki.application import calls, contacts, offers, presence
from palvelurinki.application.digests import operation_digest
from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Answer, Context
from palvelurinki.domain.call import CallId
from palvelurinki.domain.contact import ContactId, SessionId
from palvelurinki.domain.directory import ServiceId, StaffId, TerminalId
from palvelurinki.domain.offer import DeclineReason, OfferId
from tests.simulation import desks, moves, troubles
from tests.simulation.checker import has_come_back
from tests.simulation.office import LANGUAGES, PAUSES, SERVICES
from tests.simulation.sending import Action, send, session_of, someone
from tests.simulation.tables import Tables
from tests.simulation.world import MOST_PATIENCE_S, Client, World

OfStaff = Callable[[Context, StaffId, str], Awaitable[Answer]]
InCall = Callable[[Context, Principal, str, CallId, SessionId | None], Awaitable[Answer]]


# ---- Customers ---------------------------------------------------------------------------------------------------


async def request(world: World, seen: Tables) -> bool:
    """A customer asks for a service; now and then with one under way already."""
    service = world.chance.choice(sorted(SERVICES))
    language = world.chance.choice(LANGUAGES)
    client = someone(world, world.terminals)
    if seen.live_of(client.principal.id) is not None and world.chance.random() < 0.9:
        return False
    terminal = TerminalId(client.principal.id)

    async def command(context: Context, operation: str) -> Answer:
        session = _terminals_session(world, client)
        world.presses.asks(str(client.principal), operation, session)
        return await contacts.request_contact(context, terminal, session, operation, ServiceId(service), language)

    return await send(world, client, f"requests {service}", command)


async def leave(world: World, seen: Tables) -> bool:
    """A customer goes, waiting or in a call."""
    client = someone(world, world.terminals)
    contact = seen.live_of(client.principal.id)
    if contact is None:
        return False
    contact_id = ContactId(contact["id"])
    terminal = TerminalId(client.principal.id)

    async def command(context: Context, operation: str) -> Answer:
        world.presses.left.add(contact_id)
        return await contacts.leave_contact(context, terminal, _terminals_session(world, client), operation, contact_id)

    return await send(world, client, f"leaves {contact_id}", command)


async def continue_contact(world: World, seen: Tables) -> bool:
    """Whoever stands at a terminal says that the contact of the session before is theirs; now and then it is anyway."""
    client = someone(world, world.terminals)
    contact = seen.live_of(client.principal.id)
    if contact is None or (contact["session"] == client.session and world.chance.random() < 0.9):
        return False
    contact_id = ContactId(contact["id"])
    terminal = TerminalId(client.principal.id)

    async def command(context: Context, operation: str) -> Answer:
        session = _terminals_session(world, client)
        world.presses.continues(contact_id, session)
        return await contacts.continue_contact(context, terminal, session, operation, contact_id)

    return await send(world, client, f"continues {contact_id}", command)


async def set_language(world: World, seen: Tables) -> bool:
    """A customer chooses another language."""
    client = someone(world, world.terminals)
    contact = seen.live_of(client.principal.id)
    if contact is None:
        return False
    contact_id = ContactId(contact["id"])
    terminal = TerminalId(client.principal.id)
    language = world.chance.choice(LANGUAGES)

    async def command(context: Context, operation: str) -> Answer:
        return await contacts.set_language(
            context, terminal, _terminals_session(world, client), operation, contact_id, language
        )

    return await send(world, client, f"speaks {language}", command)


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

    return await send(world, client, f"accepts {offer_id}", command)


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

    return await send(world, client, f"declines {offer_id}: {reason}", command)


async def make_ready(world: World, seen: Tables) -> bool:
    """An expert takes calls; now and then they say so twice."""
    client = someone(world, world.experts)
    status = seen.presences.get(client.principal.id)
    if status is not None and status["state"] == "ready" and world.chance.random() < 0.9:
        return False
    staff = StaffId(client.principal.id)

    async def command(context: Context, operation: str) -> Answer:
        repeated = (str(client.principal), operation_digest(operation)) in (await world.tables()).operations
        answer = await presence.make_ready(context, staff, operation)
        if not repeated and world.checker.punctual:
            world.report(has_come_back(await world.tables(), staff))
        return answer

    return await send(world, client, "is ready", command)


async def pause(world: World, _seen: Tables) -> bool:
    """An expert takes no further calls."""
    client = someone(world, world.experts)
    staff = StaffId(client.principal.id)
    reason = world.chance.choice(PAUSES)

    async def command(context: Context, operation: str) -> Answer:
        return await presence.pause(context, staff, operation, reason)

    return await send(world, client, f"pauses for {reason}", command)


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


ACTIONS: dict[Action, int] = {
    request: 14,
    leave: 3,
    continue_contact: 10,
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
    desks.connect: 6,
    desks.amend: 2,
    desks.add_matter: 3,
    desks.drop_matter: 1,
    moves.move: 5,
    moves.report_line: 12,
    troubles.connect: 8,
    troubles.connect_all: 1,
    troubles.reload: 2,
    troubles.lose: 4,
    troubles.die: 2,
    troubles.notice: 2,
    troubles.restore: 6,
    troubles.tend: 10,
    troubles.match: 8,
    troubles.pass_moment: 14,
    troubles.pass_while: 4,
    troubles.set_clock: 1,
    troubles.kill_node: 1,
    troubles.silence_node: 1,
    troubles.wake_node: 4,
    troubles.doom_node: 2,
    troubles.repeat: 5,
}


# ---- Helpers -----------------------------------------------------------------------------------------------------


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
    client = someone(world, finishing or world.experts)
    staff = StaffId(client.principal.id)

    async def command(context: Context, operation: str) -> Answer:
        answer = await use_case(context, staff, operation)
        if finishing:
            world.met[f"wrap-up {what}"] += 1
        return answer

    return await send(world, client, f"has the wrap-up {what}", command)


async def _in_call(world: World, seen: Tables, what: str, use_case: InCall) -> bool:
    live = seen.live_calls()
    if not live:
        return False
    call_id = CallId(world.chance.choice(live)["id"])
    occupants = {seat["terminal"] or seat["staff"] for seat in seen.seats_of(call_id)}
    client = someone(world, [each for each in world.clients if each.principal.id in occupants])

    async def command(context: Context, operation: str) -> Answer:
        return await use_case(context, client.principal, operation, call_id, session_of(world, client))

    return await send(world, client, f"{what} {call_id}", command)


def _terminals_session(world: World, client: Client) -> SessionId:
    session = session_of(world, client)
    assert session is not None
    return session
