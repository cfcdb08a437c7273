"""One history: a world lives through a number of steps, and an end."""

from collections import Counter

from tests.simulation import endings, troubles
from tests.simulation.actions import ACTIONS
from tests.simulation.office import MEMBERS, STAFF
from tests.simulation.tables import Tables
from tests.simulation.world import World


async def play(world: World, steps: int) -> None:
    """Live through `steps` actions and an end; faults are in `world.faults`, the history in `world.log`."""
    await world.configure()
    for _ in range(2):
        await world.start_node()
    actions = list(ACTIONS)
    # Each seed has a temper of its own: some worlds are calm and busy, others lose their nodes all the time.
    weights = [weight * world.chance.choice([0.3, 1.0, 1.0, 2.0]) for weight in ACTIONS.values()]
    world.lost_wake_ups = world.chance.choice([0.0, 0.0, 0.1, 0.5, 1.0])
    await troubles.connect_all(world, await world.tables())
    seen = await world.tables()
    for world.steps in range(1, steps + 1):
        now = await world.tables()
        while True:
            action = world.chance.choices(actions, weights)[0]
            world.note(action.__name__)
            # People act on what they saw a moment ago, which is not always what is.
            if await action(world, seen if world.chance.random() < 0.1 else now):
                break
            world.log.pop()
        seen = now
        await world.check()
    world.note("the end")
    await endings.calm(world)
    if world.chance.random() < 0.6:
        await endings.everybody_is_served(world)
    await endings.everybody_goes(world)
    tally(await world.tables(), world.met)


def tally(tables: Tables, met: Counter[str]) -> None:
    """Count what came up in a history that is over: one in which nothing did would hold whatever it is asked."""
    met.update(f"ringing {ringing['state']}" for ringing in tables.ringings)
    met["offer answered elsewhere"] += sum(row["reason"] == "answered_elsewhere" for row in tables.ringings)
    known = [(row, tables.situation_of(row)) for row in tables.contacts.values()]
    met["contact for a customer"] += sum(each.asked_by is not None for _, each in known)
    met["further matter begun"] += sum(each.visit not in {None, row["id"]} for row, each in known)
    met["call served"] += sum(call["outcome"] == "served" for call in tables.calls.values())
    met["contact sent away at closing"] += sum(row["outcome"] == "ring_closed" for row in tables.contacts.values())
    members = {ring: set(names) for ring, names in MEMBERS.items()}
    languages = {name: spoken for name, spoken, *_ in STAFF}
    for entry in tables.outbox:
        kind = entry["kind"]
        met["contact rested"] += kind == "ContactQuieted"
        met["contact moved"] += kind == "ContactMoved"
        met["contact continued"] += kind == "ContactContinued"
        met["contact reconsidered"] += kind == "ContactReconsidered"
        if kind == "ContactOffered":
            contact, rung = tables.contacts[entry["contact"]], set(entry["payload"]["staff"])
            met["offer at several"] += len(rung) > 1
            met["offer past its ring"] += not rung <= members[contact["ring"]]
            met["offer past the language"] += not any(contact["language"] in languages[each] for each in rung)
