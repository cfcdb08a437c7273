"""What must hold of lines, visits and handoff notes (I8, I11), told from the rows alone."""

from collections import Counter
from collections.abc import Iterator

from tests.simulation.faults import Fault
from tests.simulation.tables import Tables


def lines_and_visits(tables: Tables) -> Iterator[Fault]:
    """I11: nobody is rung for a terminal that has not shown that it can call. And a customer is at one place."""
    for offer in tables.open_offers():
        line = tables.contacts[offer["contact"]]["line"]
        if line != "proven":
            yield Fault("early", f"offer {offer['id']} rings, and the line of its contact is {line}")
    visits = Counter(tables.situation_of(each).visit or each["id"] for each in tables.live_contacts())
    for visit, count in visits.items():
        if count > 1:
            yield Fault("doubled", f"visit {visit} has {count} live contacts")


def notes(tables: Tables) -> Iterator[Fault]:
    """I8: a handoff note is there while its contact is open, or is to come next, and not a moment longer."""
    open_ones: set[str] = set()
    for contact in tables.live_contacts():
        known = tables.situation_of(contact)
        open_ones |= {contact["id"]} if known.noted else set()
        open_ones |= {each.contact for each in known.further if each.noted}
    for over in set(tables.notes) - open_ones:
        yield Fault("late", f"the note of {over} outlives its contact")
    for gone in open_ones - set(tables.notes):
        yield Fault("lost", f"the note of {gone} is gone before its contact")
