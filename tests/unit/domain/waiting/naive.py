"""The pool run forward second by second, with plain lists: slow, obvious, and written apart from the forecast.

For whole seconds, durations that are always the same, and no arrivals: what happens is then certain.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from palvelurinki.domain.waiting.durations import Durations
from palvelurinki.domain.waiting.state import Expert, Finishing, Free, InCall, PoolState, Rung, WrappingUp


@dataclass
class Person:
    """An expert: `busy_until`, and the key that orders the idle ones."""

    away: tuple[tuple[float, float], ...]
    level: int
    busy_until: float
    idle_key: tuple[float, int, int]

    def on_duty(self, now: float) -> bool:
        return not any(start <= now < end for start, end in self.away)

    def free(self, now: float) -> bool:
        return self.busy_until <= now and self.on_duty(now)


@dataclass
class Naive:
    state: PoolState
    waits: list[float] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)

    def leaves(self, contact: int) -> float:
        waiting = self.state.waiting[contact]
        return inf if waiting.patience is None else length(waiting.patience) - waiting.waited_s

    def serve(self, contact: int, person: Person, accepted: float) -> None:
        self.waits[contact] = accepted
        of = self.state.services[self.state.waiting[contact].service]
        end = accepted + length(of.handling) + length(of.wrap_up)
        person.busy_until = self.leaves(contact) if self.leaves(contact) < accepted else end

    def begin(self) -> None:
        answer = length(self.state.answering.seconds)
        rung: dict[int, list[tuple[float, int]]] = {}
        for number, expert in enumerate(self.state.experts):
            until, key = self.busy(expert)
            # Who is free already stands before who comes free at this very moment.
            self.people.append(Person(expert.away, expert.level, until, (key, -1, number)))
            if isinstance(expert.doing, Rung):
                rung.setdefault(expert.doing.contact, []).append((answer - expert.doing.elapsed_s, number))
        for contact, ringing in rung.items():
            accepted, winner = min(ringing)
            for _, number in ringing:
                self.people[number].busy_until = accepted
            self.serve(contact, self.people[winner], accepted)

    def busy(self, expert: Expert) -> tuple[float, float]:
        """Until when busy, and since when idle."""
        match expert.doing:
            case Free(idle_s):
                return -inf, -idle_s
            case InCall(service, elapsed):
                of = self.state.services[service]
                return length(of.handling) - elapsed + length(of.wrap_up), inf
            case Finishing(service, elapsed):
                return length(self.state.services[service].wrap_up) - elapsed, inf
            case WrappingUp(left):
                return left, inf
            case Rung():
                return inf, inf

    def reach(self, contact: int, now: float) -> set[int]:
        waiting = self.state.waiting[contact]
        reached: set[int] = set()
        for number, step in enumerate(waiting.steps):
            early = waiting.relaxes and number > 0 and not any(self.people[each].on_duty(now) for each in reached)
            if step.after_s <= max(now, 0) or (early and self.begun(contact, now)):
                reached |= {each for each in range(len(self.people)) if step.experts >> each & 1}
        return reached

    def begun(self, contact: int, now: float) -> bool:
        return self.state.waiting[contact].steps[0].after_s <= now

    def order(self, contact: int) -> Callable[[int], tuple[bool, int, tuple[float, int, int]]]:
        """Whom to ring first: whom the contact prefers, then the lowest level, then who has been idle longest."""
        prefers = self.state.waiting[contact].prefers
        return lambda each: (not prefers >> each & 1, self.people[each].level, self.people[each].idle_key)

    def second(self, now: float) -> None:
        for number, person in enumerate(self.people):
            if person.busy_until == now:
                person.idle_key = (now, 0, number)
            if now > 0 and person.busy_until <= now and any(end == now for _, end in person.away):
                person.idle_key = (now, 1, number)
        for contact in range(len(self.state.waiting)):
            if self.waits[contact] < inf:
                continue
            can = [each for each in self.reach(contact, now) if self.people[each].free(now)]
            if can:
                chosen = self.people[min(can, key=self.order(contact))]
                accepted = now + length(self.state.answering.seconds)
                if self.leaves(contact) <= now:
                    self.waits[contact] = accepted
                else:
                    self.serve(contact, chosen, accepted)


def length(durations: Durations) -> float:
    """How long it always takes."""
    assert durations.edges[0] == durations.edges[-1]
    return durations.edges[0]


def naive_waits(state: PoolState) -> list[float]:
    """Each contact's wait, by the plain simulation."""
    simulation = Naive(state, [inf] * len(state.waiting))
    simulation.begin()
    for now in range(int(state.end_s) + 1):
        simulation.second(float(now))
    return simulation.waits
