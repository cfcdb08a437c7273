"""What all runs of one forecast share: the state of the pool, made ready to be run many times.

Waiting contacts are grouped by the set of experts who may take them, each group a heap by rank. There are few such
sets, so that the next to be served is found among few heads however many wait.
"""

from collections.abc import Callable
from enum import IntEnum
from math import inf
from typing import TypeAlias

from palvelurinki.domain.waiting.chance import Chance
from palvelurinki.domain.waiting.state import Arrivals, PoolState, Waiting, WrappingUp

Draw: TypeAlias = Callable[[], float]
Rank: TypeAlias = tuple[float, int]
"""When ranked, and the contact's number: the waiting first, then those who come, in order of arrival."""

HARDLY_EVER = 0.005
"""So few offers in vain that who takes an expert meanwhile changes no percentile: drawing them would cost most."""

NOWHERE = -1
"""The group of a contact that does not wait: rung, served, or not yet here."""


class Happening(IntEnum):
    """What happens in virtual time; of what happens at one moment, in this order."""

    FREE = 0
    BACK = 1
    WIDENED = 2
    LAPSED = 3
    RESTED = 4
    ARRIVED = 5
    AWAY = 6


Event: TypeAlias = tuple[float, int, int, int]
"""When, what, to whom (expert or contact or stream), and with whom (the contact of a lapsed offer)."""


class Path:
    """The steps of a contact as sets of experts, each holding those before; and when the later ones come."""

    __slots__ = ("after", "first", "masks", "prefers", "relaxes")

    def __init__(self, contact: Waiting | Arrivals, everybody: int) -> None:
        steps = contact.steps
        # What holds from the start is one step; before the first step nobody may take the contact.
        known = sum(1 for step in steps if step.after_s <= 0)
        masks = [0]
        after = []
        for number, step in enumerate(steps):
            wider = masks[-1] | step.experts & everybody
            if number < known or number == 0 or wider != masks[-1]:  # a step that adds nobody would only cost time
                masks.append(wider)
                after.append(step.after_s)
        self.masks = tuple(masks[known:])
        self.after = tuple(after[known:])
        self.prefers = contact.prefers
        self.first = 0 if known else 1
        self.relaxes = contact.relaxes and len(self.masks) > self.first + 1

    def reach(self, step: int, duty: int) -> int:
        """Who may take the contact at this step, while `duty` are on duty."""
        mask = self.masks[step]
        if self.relaxes and step >= self.first:
            while not mask & duty and step + 1 < len(self.masks):
                step += 1
                mask = self.masks[step]
        return mask


class World:
    """The state, compiled, with the chance that all runs draw from. Runs copy what they change."""

    def __init__(self, state: PoolState, chance: Chance) -> None:
        self.state = state
        self.chance = chance
        self.answer = state.answering.seconds.sampler(chance) if not state.answering.seconds.nothing else None
        self.calls = {
            key: (of.handling.sampler(chance), of.wrap_up.sampler(chance) if not of.wrap_up.nothing else None)
            for key, of in state.services.items()
        }
        everybody = (1 << len(state.experts)) - 1
        self.end = state.end_s
        self.paths = [Path(each, everybody) for each in state.waiting]
        self.stream_paths = [Path(each, everybody) for each in state.arrivals]
        self.relaxes = any(path.relaxes for path in (*self.paths, *self.stream_paths))
        self.durations = [self.calls[each.service] for each in state.waiting]
        self.stream_durations = [self.calls[each.service] for each in state.arrivals]
        self.ranks: list[Rank] = [(each.ranked_at_s, number) for number, each in enumerate(state.waiting)]
        self.levels = self._levels()
        self.duty = 0
        self.timetable: list[Event] = []
        self._plan_absences()
        self._plan_steps()
        self.streams_until = [self._matters_until(each.head_start_s) for each in state.arrivals]

    def _levels(self) -> tuple[int, ...]:
        """The sets of experts of each level, the first to be rung first."""
        levels: dict[int, int] = {}
        for number, expert in enumerate(self.state.experts):
            levels[expert.level] = levels.get(expert.level, 0) | 1 << number
        return tuple(levels[level] for level in sorted(levels))

    def _plan_absences(self) -> None:
        for number, expert in enumerate(self.state.experts):
            away_now = False
            for start, end in expert.away:
                if end <= 0:
                    continue
                if start <= 0:
                    away_now = True
                elif start <= self.end:
                    self.timetable.append((start, Happening.AWAY, number, 0))
                if end <= self.end:
                    self.timetable.append((end, Happening.BACK, number, 0))
            if not away_now:
                self.duty |= 1 << number
            if isinstance(expert.doing, WrappingUp):
                self.timetable.append((max(expert.doing.left_s, 0.0), Happening.FREE, number, 0))

    def _plan_steps(self) -> None:
        for number, path in enumerate(self.paths):
            self.timetable += [(after, Happening.WIDENED, number, 0) for after in path.after if after <= self.end]

    def _matters_until(self, head_start_s: float) -> float:
        """The last arrival of a stream that can change anything for those who wait now.

        Later ones rank behind all of them. Ranked behind, they can still take an expert whom a waiting contact only
        comes to reach later, or while it is rung in vain; where neither can be, or hardly ever, they change nothing.
        """
        widens = any(path.masks[0] != path.masks[-1] for path in self.paths)
        if widens or self.state.answering.unanswered > HARDLY_EVER:
            return inf
        return self.ranks[-1][0] + head_start_s if self.ranks else -inf
