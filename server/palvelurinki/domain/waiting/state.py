"""A pool's present state, as the forecast looks at it: who serves, who waits, who may still come.

Everything is in seconds relative to now: what was is negative or "elapsed", what will be is positive. Experts and
contacts are named by their place in the state's sequences; a set of experts is a bitmask with expert `i` at `1 << i`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import TypeAlias

from palvelurinki.domain.waiting.durations import Durations

NOTHING = Durations.fixed(0.0)


@dataclass(frozen=True, slots=True)
class Free:
    """Holds nothing, and would take a call when on duty. Who has been idle longest is offered first."""

    idle_s: float = 0.0


@dataclass(frozen=True, slots=True)
class InCall:
    """In a call of this service, since its acceptance `elapsed_s` ago; the service's wrap-up follows."""

    service: str
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class WrappingUp:
    """In wrap-up for `left_s` more."""

    left_s: float


@dataclass(frozen=True, slots=True)
class Finishing:
    """In the wrap-up of a call of this service since `elapsed_s` ago, where nobody knows when it will be over."""

    service: str
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class Rung:
    """Being rung for `elapsed_s` with the contact at this place of `waiting`. Several may be rung with one contact."""

    contact: int
    elapsed_s: float = 0.0


Doing: TypeAlias = Free | InCall | WrappingUp | Finishing | Rung


@dataclass(frozen=True, slots=True)
class Expert:
    """One member of the pool.

    `away` are the planned absences `(from_s, to_s)`, ascending and apart: breaks, booked slots, the time before and
    after the shift; `to_s` may be infinite, `from_s` negative. Nobody is offered a contact while away; a call that
    runs into an absence is finished first, and the absence still ends when planned. Time to be kept clear before a
    booked slot belongs to the absence. Somebody on an unplanned pause whose end is unknown is left out of the pool.
    Among the free whom a contact prefers alike, the lowest `level` is rung first, then who has been idle longest.
    """

    doing: Doing = Free()
    away: tuple[tuple[float, float], ...] = ()
    level: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """From `after_s` on these experts may take the contact, beside those of the steps before."""

    after_s: float
    experts: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A contact that waits, or is being rung for.

    `ranked_at_s`: the moment of its rank relative to now, at most nought unless it has a negative head start; only
    compared with others'. `steps` ascend; from the first one's `after_s` on it may be served. Experts whom it
    `prefers`, as those of its own ring before those of an overflow ring, are rung before others who are free.
    `relaxes`: a step takes effect early while nobody on duty meets those before. `patience` is how long such contacts
    bear to wait in all, `None` for ever; of this one it is known that it has borne `waited_s`.
    """

    service: str
    steps: tuple[Step, ...]
    ranked_at_s: float = 0.0
    prefers: int = 0
    relaxes: bool = True
    waited_s: float = 0.0
    patience: Durations | None = None


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Contacts that will come, as a Poisson stream: one for each service, point and set of steps.

    `steps` count from each one's arrival. Those that can change nothing for the waiting are not drawn, so a stream
    without a head start costs nothing where eligibility does not widen.
    """

    per_hour: float
    service: str
    steps: tuple[Step, ...]
    head_start_s: float = 0.0
    prefers: int = 0
    relaxes: bool = True
    patience: Durations | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """How long calls of a service last, from acceptance to end, and the wrap-up that follows."""

    handling: Durations
    wrap_up: Durations = NOTHING


@dataclass(frozen=True, slots=True)
class Answering:
    """From offer to acceptance; and the share of offers that nobody accepts, which end after `lapses_s`.

    The contact then goes to somebody who has not passed it by; when all on duty have, it rests for `quiet_s` and all
    may be asked anew (domain/routing).
    """

    seconds: Durations = NOTHING
    unanswered: float = 0.0
    lapses_s: float = 20.0
    quiet_s: float = 60.0


@dataclass(frozen=True, slots=True)
class PoolState:
    """What a forecast starts from. `waiting` stands in order of rank: (ranked at, requested at, id).

    `closing_s`: when those who still wait are sent away; `None` where they are served. What is not served within
    `horizon_s` counts as not served.
    """

    experts: Sequence[Expert]
    waiting: Sequence[Waiting]
    services: Mapping[str, Service]
    arrivals: Sequence[Arrivals] = ()
    answering: Answering = field(default_factory=Answering)
    closing_s: float | None = None
    horizon_s: float = 12 * 3600.0

    def __post_init__(self) -> None:
        contacts: list[Waiting | Arrivals] = [*self.waiting, *self.arrivals]
        used = {each.service for each in contacts}
        used |= {each.doing.service for each in self.experts if isinstance(each.doing, InCall | Finishing)}
        if unknown := used - set(self.services):
            raise ValueError(f"services without durations: {sorted(unknown)}")
        ranks = [each.ranked_at_s for each in self.waiting]
        if ranks != sorted(ranks):
            raise ValueError("the waiting stand in order of rank")
        for each in contacts:
            if not each.steps or list(each.steps) != sorted(each.steps, key=lambda step: step.after_s):
                raise ValueError("a contact has steps, in order of time")
        for expert in self.experts:
            _check_expert(expert, len(self.waiting))
        if not 0 <= self.answering.unanswered < 1 or not 0 < self.horizon_s < inf:
            raise ValueError("not every offer stays unanswered, and the horizon is finite")

    @property
    def end_s(self) -> float:
        """The last moment at which a contact may be offered."""
        return self.horizon_s if self.closing_s is None else min(self.horizon_s, self.closing_s)


def _check_expert(expert: Expert, waiting: int) -> None:
    latest = -inf
    for start, end in expert.away:
        if not latest <= start < end:
            raise ValueError("absences are ascending and apart")
        latest = end
    if isinstance(expert.doing, Rung) and not 0 <= expert.doing.contact < waiting:
        raise ValueError("an expert is rung with a contact that waits")
