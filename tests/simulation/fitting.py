"""Who may take a contact, worked out from the configuration and the rows: the checker's own reading of the rules.

Nothing of `domain.routing` is used here: two readings of one rule find each other's faults.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from palvelurinki.domain.directory import (
    AtClosing,
    Directory,
    LanguageRule,
    Ring,
    RingId,
    ServiceId,
    StaffId,
    Step,
    UnitRule,
)
from tests.simulation.office import CLOSES, CLOSING_RING
from tests.simulation.tables import Row


def ranked(contact: Row) -> tuple[datetime, datetime, str]:
    """The order of service: who came earlier, a head start counted in."""
    requested_at: datetime = contact["requested_at"]
    return requested_at - timedelta(seconds=contact["head_start_s"]), requested_at, contact["id"]


def are_equal(one: Row, other: Row) -> bool:
    """Whether nothing but their arrival sets the two contacts apart."""
    return all(one[each] == other[each] for each in ("ring", "service", "language", "unit", "head_start_s"))


def fitting(
    directory: Directory, contact: Row, now: datetime, duty: Collection[str], *, early: bool = True
) -> set[str]:
    """Of those on duty, who may take the contact now, whether they are free or not.

    Without `early`, only those who may by the time that it has waited, whoever else is on duty.
    """
    ring = directory.rings[RingId(contact["ring"])]
    waited_s = (now - contact["requested_at"]).total_seconds()
    members = _reached(directory, ring, waited_s, now, duty, early=early)
    due = max((place for place, step in enumerate(ring.steps) if step.after_s <= waited_s), default=0)
    by_step = [
        {
            staff
            for staff, level in members.items()
            if staff not in contact["recused"] and _suits(directory, contact, step, staff, level)
        }
        for step in ring.steps[due:]
    ]
    if not early or not ring.relax_when_unstaffed:
        return by_step[0]
    return next((able for able in by_step if able), set())


def ends_at_closing(directory: Directory, ring: str) -> bool:
    """Whether those who wait in the ring are sent away when it closes."""
    return directory.rings[RingId(ring)].at_closing is AtClosing.END


def _reached(
    directory: Directory, ring: Ring, waited_s: float, now: datetime, duty: Collection[str], *, early: bool
) -> dict[str, int]:
    """Everybody on duty of the ring and of those that it overflows to, with their level in the nearest of these."""
    found: dict[str, int] = {}
    seen: list[Ring] = []
    todo = [ring]
    while todo:
        here = todo.pop(0)
        seen.append(here)
        mine: dict[str, int] = {member.staff: member.level for member in here.members if member.staff in duty}
        found = {**mine, **found}
        for overflow in here.overflow:
            further = directory.rings[overflow.ring]
            is_open = further.id != CLOSING_RING or now < CLOSES
            in_time = overflow.after_s is not None and waited_s >= overflow.after_s
            unstaffed = early and overflow.when_unstaffed and not mine
            if is_open and further not in (*seen, *todo) and (in_time or unstaffed):
                todo.append(further)
    return found


def _suits(directory: Directory, contact: Row, step: Step, staff: str, level: int) -> bool:
    person = directory.staff[StaffId(staff)]
    skill = person.skills.get(ServiceId(contact["service"]), 0) if person.skills else 1
    return (
        skill >= max(step.skill, 1)
        and (step.language is LanguageRule.ANY or contact["language"] in person.languages)
        and (step.unit is UnitRule.ANY or contact["unit"] in {None, person.unit})
        and (step.level is None or level <= step.level)
    )
