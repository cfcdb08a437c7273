"""The rules of routing said a second time, slowly and from the words: what the properties judge by."""

import random
from datetime import datetime
from typing import Final

from hypothesis import strategies as st

from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import (
    Directory,
    LanguageRule,
    Overflow,
    Ring,
    RingId,
    ServiceId,
    Staff,
    StaffId,
    Step,
    Strategy,
    UnitId,
    UnitRule,
)
from palvelurinki.domain.hours import is_open
from palvelurinki.domain.routing import Expert, Pool, WaitingContact
from tests.unit.domain.routing.pools import ALWAYS, NEVER, NOW, at, directory, person, ring, waiting

PEOPLE: Final = [StaffId(each) for each in "abcdef"]
RINGS: Final = [RingId(each) for each in ("ring-1", "ring-2", "ring-3")]
LANGUAGES: Final = ["fi", "sv", "fse"]
UNITS: Final = [None, "north", "south"]
SERVICES: Final = ["service", "other"]
HALF: Final = 0.5
TIMES: Final = [0, 1, 30, 60, 61, 120]


class World:
    """A directory, a pool and what may be between them."""

    def __init__(self, where: Directory, pool: Pool, now: datetime = NOW) -> None:
        self.where, self.pool, self.now = where, pool, now
        self.on_duty = {each.staff: each for each in pool.on_duty}
        self.waiting = {each.id: each for each in pool.waiting}
        self._open = {each.id for each in where.rings.values() if is_open(each.hours, now)}
        self._orders: dict[ContactId, list[RingId]] = {}

    def _staffed(self, identifier: RingId) -> bool:
        return any(member.staff in self.on_duty for member in self.where.rings[identifier].members)

    def meets(self, contact: WaitingContact, step: Step, who: StaffId) -> bool:
        """Whether the expert is all that the step asks, and within reach."""
        someone = self.where.staff[who]
        near = next((each for each in self._nearest_first(contact) if who in self._members(each)), None)
        if near is None or who in contact.recused:
            return False
        skill = someone.skills.get(contact.service, 0) if someone.skills else 1
        return (
            skill >= step.skill
            and (step.language is LanguageRule.ANY or contact.language in someone.languages)
            and (step.unit is UnitRule.ANY or contact.unit in {None, someone.unit})
            and (step.level is None or self._members(near)[who] <= step.level)
        )

    def _members(self, identifier: RingId) -> dict[StaffId, int]:
        return {member.staff: member.level for member in self.where.rings[identifier].members}

    def _nearest_first(self, contact: WaitingContact) -> list[RingId]:
        """The rings whose members may be asked, the contact's own first, then row by row."""
        if contact.id in self._orders:
            return self._orders[contact.id]
        order, row = [contact.ring], [contact.ring]
        while row:
            row = [
                each.ring
                for here in row
                for each in self.where.rings[here].overflow
                if each.ring in self._open and self._leads(contact, here, each)
            ]
            order += [each for each in dict.fromkeys(row) if each not in order]
        self._orders[contact.id] = order
        return order

    def _leads(self, contact: WaitingContact, here: RingId, way: Overflow) -> bool:
        waited_s = (self.now - contact.requested_at).total_seconds()
        return (way.after_s is not None and way.after_s <= waited_s) or (way.when_unstaffed and not self._staffed(here))

    def step(self, contact: WaitingContact) -> Step:
        """The step in force."""
        its = self.where.rings[contact.ring]
        waited_s = (self.now - contact.requested_at).total_seconds()
        due = [step for step in its.steps if step.after_s <= waited_s] or [its.steps[0]]
        rest = [due[-1], *its.steps[len(due) :]]
        if its.relax_when_unstaffed:
            for step in rest:
                if any(self.meets(contact, step, who) for who in self.on_duty):
                    return step
        return due[-1]

    def able(self, contact: WaitingContact) -> set[StaffId]:
        """Who on duty may take the contact now, free or not, whether they passed it by or not."""
        step = self.step(contact)
        return {who for who in self.on_duty if self.meets(contact, step, who)}

    def could_meet(self, contact: WaitingContact) -> set[StaffId]:
        """Who could be rung for it this instant."""
        return {who for who in self.able(contact) if self.on_duty[who].free} - contact.passed_by


# ---- Random worlds ---------------------------------------------------------------------------------------------
#
# Drawn from a seed and not field by field: a world has some hundred fields, and Hypothesis draws each of them in
# longer than a choice takes. What shrinks is how many contacts, experts and rings there are.


def worlds() -> st.SearchStrategy[World]:
    """Up to three rings, six people, eight contacts: small enough that everything meets everything."""
    return st.builds(_world, st.integers(0, 2**32), st.integers(0, 8), st.integers(0, 6), st.integers(1, 3))


def _world(seed: int, contacts: int, experts: int, rings: int) -> World:
    chance = random.Random(seed)
    names = RINGS[:rings]
    made = [_ring(chance, each, names[number + 1 :]) for number, each in enumerate(names)]
    people = [_person(chance, each) for each in PEOPLE]
    queue = [_contact(chance, f"c-{number}", names) for number in range(contacts)]
    return World(
        directory(*made, *people), Pool(queue, [_expert(chance, each) for each in chance.sample(PEOPLE, experts)])
    )


def _ring(chance: random.Random, name: RingId, following: list[RingId]) -> Ring:
    return ring(
        name,
        *((each, chance.choice([1, 1, 2, 3])) for each in chance.sample(PEOPLE, chance.randint(0, 5))),
        hours=chance.choice([ALWAYS, ALWAYS, NEVER]),
        strategy=chance.choice(list(Strategy)),
        ring_at_once=chance.choice([1, 1, 2, 3]),
        steps=tuple(_step(chance, after_s) for after_s in [0, *sorted(chance.sample(TIMES[1:], chance.randint(0, 2)))]),
        relax_when_unstaffed=chance.random() < HALF,
        # Only to rings that follow: no overflow leads back.
        overflow=tuple(
            Overflow(each, chance.choice([None, *TIMES]), chance.random() < HALF)
            for each in following
            if chance.random() < HALF
        ),
    )


def _step(chance: random.Random, after_s: int) -> Step:
    return Step(
        after_s,
        chance.choice(list(LanguageRule)),
        chance.choice(list(UnitRule)),
        chance.choice([None, None, 1, 2]),
        chance.choice([1, 1, 2]),
    )


def _person(chance: random.Random, name: StaffId) -> Staff:
    skilled = chance.sample(SERVICES, chance.randint(0, 2))
    return person(
        name,
        *chance.sample(LANGUAGES, chance.randint(1, 3)),
        unit=chance.choice(UNITS),
        skills={each: chance.randint(1, 3) for each in skilled},
    )


def _contact(chance: random.Random, name: str, rings: list[RingId]) -> WaitingContact:
    unit = chance.choice(UNITS)
    return waiting(
        name,
        chance.choice([-1, *TIMES]),
        ring=chance.choice(rings),
        service=ServiceId(chance.choice(SERVICES)),
        language=chance.choice(LANGUAGES),
        unit=None if unit is None else UnitId(unit),
        head_start_s=chance.choice([0, 0, 30]),
        passed_by=frozenset(chance.sample(PEOPLE, chance.choice([0, 0, 1, 2, 4]))),
        quiet=chance.random() < HALF,
        recused=frozenset(chance.sample(PEOPLE, chance.choice([0, 0, 0, 1]))),
    )


def _expert(chance: random.Random, name: StaffId) -> Expert:
    return Expert(
        name,
        free=chance.random() < 2 / 3,
        idle_since=at(-chance.randint(0, 3)),
        asked_at=chance.choice([None, at(-1), at(-2)]),
        calls_today=chance.randint(0, 2),
    )
