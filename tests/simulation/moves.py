"""Contacts move, as an advisor has it, and show that their terminals can call."""

from palvelurinki.application import contacts, counter
from palvelurinki.application.work import Answer, Context
from palvelurinki.domain.access import Caller, Party
from palvelurinki.domain.contact import ContactId, SessionId
from palvelurinki.domain.directory import TerminalId
from palvelurinki.domain.situation import LineFault
from tests.simulation.office import HOST, TERMINALS
from tests.simulation.sending import at_node, send, session_of, someone
from tests.simulation.tables import Row, Tables
from tests.simulation.world import Asked, World

# Of the municipality, and so of all its points.
ADVISOR = Caller(frozenset({Party.ADVISOR}), "doris", HOST)


async def move(world: World, seen: Tables) -> bool:
    """An advisor moves a contact to another terminal of its point, perhaps from where it is no longer."""
    movable = [(contact, others) for contact in seen.live_contacts() if (others := _others(contact))]
    if not movable or not world.living:
        return False
    contact, others = world.chance.choice(movable)
    contact_id, seen_at = ContactId(contact["id"]), TerminalId(contact["terminal"])
    there = [each for each in others if not seen.is_lost(f"terminal:{each}")]
    to = TerminalId(world.chance.choice(there if there and world.chance.random() < 0.9 else others))
    world.advisor.node, world.advisor.connected = world.chance.choice(world.living), True

    async def command(context: Context, operation: str) -> Answer:
        # Whoever sits there is led there by the advisor: nobody else stands at that page.
        known = (await world.tables()).connections.get(f"terminal:{to}")
        if known is not None:
            world.presses.continues(contact_id, known["session"])
        answer = await counter.move_contact(context, ADVISOR, operation, contact_id, seen_at, to)
        world.met[f"moved while {contact['state']}"] += 1
        return answer

    asked = Asked(world.ids.new(), f"moves {contact_id} from {seen_at} to {to}", command)
    return await at_node(world, world.advisor, asked)


async def report_line(world: World, seen: Tables) -> bool:
    """A terminal that is to show that it can call does so, or cannot; now and then one that has shown it."""
    doubtful = [row["terminal"] for row in seen.live_contacts() if row["line"] != "proven"]
    concerned = [each for each in world.terminals if each.principal.id in doubtful]
    if not concerned and world.chance.random() < 0.95:
        return False
    client = someone(world, concerned or world.terminals)
    contact = seen.live_of(client.principal.id)
    if contact is None:
        return False
    contact_id, terminal = ContactId(contact["id"]), TerminalId(client.principal.id)
    faults = (LineFault.CAMERA_DARK,) if world.chance.random() < 0.15 else ()

    async def command(context: Context, operation: str) -> Answer:
        session = session_of(world, client)
        assert session is not None
        return await contacts.report_line(context, terminal, session, operation, contact_id, faults)

    return await send(world, client, f"can{'not' if faults else ''} call", command)


async def prove_all(world: World, context: Context) -> None:
    """Every terminal that has to shows that it can call."""
    for contact in (await world.tables()).live_contacts():
        if contact["line"] != "proven":
            terminal, session = TerminalId(contact["terminal"]), SessionId(contact["session"])
            await contacts.report_line(context, terminal, session, world.ids.new(), ContactId(contact["id"]), ())


def _others(contact: Row) -> list[TerminalId]:
    return [each for each, point in TERMINALS.items() if point == contact["point"] and each != contact["terminal"]]
