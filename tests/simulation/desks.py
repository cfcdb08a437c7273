"""Advisors connect customers, write notes, and queue further matters."""

from palvelurinki.application import desk
from palvelurinki.application.work import Answer, Context
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import ServiceId, TerminalId
from palvelurinki.domain.situation import Handoff, VisitId
from tests.simulation.moves import ADVISOR
from tests.simulation.office import LANGUAGES, SERVICES
from tests.simulation.sending import at_node, someone
from tests.simulation.tables import Tables
from tests.simulation.world import Asked, Command, World


async def connect(world: World, seen: Tables) -> bool:
    """An advisor connects a customer; now and then at a terminal that has one, and for a visit that was."""
    terminal = TerminalId(someone(world, world.terminals).principal.id)
    if seen.live_of(terminal) is not None and world.chance.random() < 0.9:
        return False
    visit = (
        VisitId(world.chance.choice(sorted(seen.contacts))) if seen.contacts and world.chance.random() < 0.4 else None
    )
    request = desk.ForCustomer(
        terminal,
        _matter(world),
        world.chance.choice(LANGUAGES),
        prepared_s=world.chance.randrange(100),
        visit=visit,
        further=tuple(_matter(world) for _ in range(world.chance.choice([0, 0, 1, 2]))),
    )

    async def command(context: Context, operation: str) -> Answer:
        return await desk.request_for_customer(context, ADVISOR, operation, request)

    return await _ask(world, f"connects {request.matter.service} at {terminal}", command)


async def amend(world: World, seen: Tables) -> bool:
    """An advisor puts another note in place of a contact's, or takes it away."""
    contact = _a_contact(world, seen)
    if contact is None:
        return False
    note = _note(world) or Handoff("")

    async def command(context: Context, operation: str) -> Answer:
        return await desk.amend_handoff(context, ADVISOR, operation, contact, note)

    return await _ask(world, f"amends the note of {contact}", command)


async def add_matter(world: World, seen: Tables) -> bool:
    """An advisor adds a matter of the same visit."""
    contact = _a_contact(world, seen)
    if contact is None:
        return False
    matter = _matter(world)

    async def command(context: Context, operation: str) -> Answer:
        return await desk.add_matter(context, ADVISOR, operation, contact, matter)

    return await _ask(world, f"adds {matter.service} to {contact}", command)


async def drop_matter(world: World, seen: Tables) -> bool:
    """An advisor drops a matter that was to come next."""
    further = [(row["id"], each) for row in seen.live_contacts() for each in seen.situation_of(row).further]
    if not further:
        return False
    contact, matter = world.chance.choice(further)

    async def command(context: Context, operation: str) -> Answer:
        return await desk.drop_matter(context, ADVISOR, operation, ContactId(contact), matter.contact)

    return await _ask(world, f"drops {matter.contact}", command)


async def _ask(world: World, name: str, command: Command) -> bool:
    if not world.living:
        return False
    world.advisor.node, world.advisor.connected = world.chance.choice(world.living), True
    return await at_node(world, world.advisor, Asked(world.ids.new(), name, command))


def _a_contact(world: World, seen: Tables) -> ContactId | None:
    """One that lives, or perhaps did a moment ago."""
    live = [row["id"] for row in seen.live_contacts()]
    return ContactId(world.chance.choice(live)) if live else None


def _matter(world: World) -> desk.Matter:
    return desk.Matter(ServiceId(world.chance.choice(sorted(SERVICES))), _note(world))


def _note(world: World) -> Handoff | None:
    return Handoff(f"note {world.chance.randrange(1000)}") if world.chance.random() < 0.6 else None
