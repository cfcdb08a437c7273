"""Who may take a contact: what it needs, what its ring asks at this moment, and what an expert is."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime

from palvelurinki.domain.directory import (
    Directory,
    LanguageRule,
    Ring,
    RingId,
    ServiceId,
    Staff,
    Step,
    UnitId,
    UnitRule,
)
from palvelurinki.domain.hours import is_open
from palvelurinki.domain.routing.model import Candidate, Lack, WaitingContact

# Who names no skills takes every service of their rings: nobody is broader.
BREADTH_OF_GENERALIST = 1000


def skill_in(person: Staff, service: ServiceId) -> int:
    """The person's skill in the service; 0 when they do not take it."""
    return person.skills.get(service, 0) if person.skills else 1


def breadth_of(person: Staff) -> int:
    """In how many services the person is skilled."""
    return len(person.skills) or BREADTH_OF_GENERALIST


def misfits(
    contact: WaitingContact, step: Step, languages: Collection[str], unit: UnitId | None, skill: int, level: int
) -> Iterator[Lack]:
    """What somebody lacks of what `step` asks for the contact, whether they are free or not."""
    if skill == 0:
        yield Lack.SERVICE
    elif skill < step.skill:
        yield Lack.SKILL
    if step.language is LanguageRule.REQUIRED and contact.language not in languages:
        yield Lack.LANGUAGE
    if step.unit is UnitRule.SERVING and contact.unit is not None and unit != contact.unit:
        yield Lack.UNIT
    if step.level is not None and level > step.level:
        yield Lack.LEVEL


def fits(contact: WaitingContact, step: Step, candidate: Candidate) -> bool:
    """Whether the candidate is reached, not disqualified from the matter, and all that `step` asks."""
    if candidate.hop is None or candidate.staff in contact.recused:
        return False
    return not any(misfits(contact, step, candidate.languages, candidate.unit, candidate.skill, candidate.level))


def step_by_time(steps: tuple[Step, ...], waited_s: float) -> int:
    """The index of the step in force after `waited_s`; the first one also before its time (clocks may step back)."""
    return max(bisect_right(steps, waited_s, key=lambda step: step.after_s) - 1, 0)


def step_in_force(steps: tuple[Step, ...], due: int, *, early: bool, anybody: Callable[[Step], bool]) -> int:
    """The index of the step that applies when `due` has come by time.

    With `early`, steps are skipped while nobody on duty is what they ask (`anybody` says whether somebody is); when
    nobody is what any of the rest asks, `due` stays.
    """
    if not early:
        return due
    return next((index for index in range(due, len(steps)) if anybody(steps[index])), due)


def reached(
    directory: Directory, ring: Ring, waited_s: float, staffed: Callable[[RingId], bool], now: datetime
) -> tuple[RingId, ...]:
    """The ring and those that its contacts overflow to after `waited_s`, nearest first.

    An overflow ring is reached in its time, or while nobody of the ring before it is on duty, and only while it is
    open; from there its own overflow goes on.
    """
    found: dict[RingId, None] = {}
    todo = [ring]
    while todo:
        here = todo.pop(0)
        found[here.id] = None
        for overflow in here.overflow:
            due = overflow.after_s is not None and waited_s >= overflow.after_s
            if overflow.ring not in found and (due or (overflow.when_unstaffed and not staffed(here.id))):
                following = directory.rings[overflow.ring]
                if is_open(following.hours, now):
                    todo.append(following)
    return tuple(found)


def further_rings(directory: Directory, ring: Ring) -> Iterable[RingId]:
    """The ring and every ring that its contacts may ever overflow to, nearest first."""
    found: dict[RingId, None] = {}
    todo = [ring.id]
    while todo:
        here = todo.pop(0)
        if here not in found:
            found[here] = None
            todo.extend(overflow.ring for overflow in directory.rings[here].overflow)
    return found
