"""How good the waiting estimates are in a scenario: made as the live system makes them, and compared with what came.

A first run is the past from which durations are learned. In the second one each contact that must wait (or every k-th,
so that the estimates are spread evenly over the run) is estimated on arrival from the pool's present state, by the
picture and the forecast that the live system uses, with planned breaks, bookings and shifts known, as a roster knows
them. Beside it stand the three simple predictors. The scores are those of `palvelurinki estimates report`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from math import inf

from palvelurinki.domain.directory import RingId, ServiceId
from palvelurinki.domain.presence import ServerPause
from palvelurinki.domain.waiting.durations import Durations
from palvelurinki.domain.waiting.estimate import prospect
from palvelurinki.domain.waiting.forecast import forecast
from palvelurinki.domain.waiting.picture import OnDuty, Picture, picture
from palvelurinki.domain.waiting.scoring import Row, Score, score
from palvelurinki.domain.waiting.state import Service
from palvelurinki.domain.waiting.telling import Prediction, prediction, told
from palvelurinki.simulation.chance import Streams
from palvelurinki.simulation.desk import Desk
from palvelurinki.simulation.log import Fate, Trace
from palvelurinki.simulation.past import Past, past_of
from palvelurinki.simulation.scenario import ExpertPlan, Scenario
from palvelurinki.simulation.world import Case, World

# Far from the runs that results are made of, so that the past is another one.
PAST_RUN = 1_000_000
# So many days tell enough of the past.
PAST_DAYS = 10
FORECAST_RUNS = 100
# Planned absences further ahead than this change no wait.
AHEAD_S = 12 * 3600.0

Stretch = tuple[float, float]


def score_estimates(
    scenario: Scenario, estimates: int, run: int = 0, progress: Callable[[float], None] | None = None
) -> tuple[Score, ...]:
    """The scores by ring, from about so many estimates. `progress` is told the share of the run that is done."""
    before: list[Trace] = []
    earlier = _first_days(scenario, PAST_DAYS)
    past = World(earlier, PAST_RUN, lambda _, case: before.append(case.trace)).run()
    pools = {pool: past_of(earlier, past, pool) for pool in set(scenario.directory.pools.values())}
    will_wait = len(before) * scenario.days // earlier.days
    watcher = _Watcher(scenario, pools, max(will_wait // estimates, 1), run)
    first, last = scenario.start_s, scenario.clock_s(scenario.days - 1, scenario.hours[1])

    def told(now_s: float) -> None:
        if progress is not None:
            progress(min((now_s - first) / (last - first), 1.0))

    World(scenario, run, watcher).run(told)
    return score(watcher.rows())


def _first_days(scenario: Scenario, days: int) -> Scenario:
    if scenario.days <= days:
        return scenario
    until_s = scenario.clock_s(days, 0)
    arrivals = tuple(
        replace(stream, rates=tuple(rate for rate in stream.rates if rate.start_s < until_s))
        for stream in scenario.arrivals
    )
    return replace(scenario, days=days, arrivals=arrivals)


@dataclass(frozen=True, slots=True)
class _Foretold:
    prediction: Prediction
    trace: Trace


class _Watcher:
    """Estimates every `every`-th contact that must wait, when it comes."""

    def __init__(self, scenario: Scenario, pools: Mapping[frozenset[RingId], Past], every: int, run: int) -> None:
        self._scenario = scenario
        self._pools = pools
        self._every = every
        self._chance = Streams(scenario.seed, run).of("forecast")
        self._seen = 0
        self._foretold: list[_Foretold] = []
        self._away = {plan.staff: planned_absences(plan) for plan in scenario.experts}

    def __call__(self, world: World, case: Case) -> None:
        if case.trace.requested_s < self._scenario.counted_from_s:
            return
        self._seen += 1
        if self._seen % self._every == 0:
            self._foretold.append(_Foretold(self._foretell(world, case), case.trace))

    def rows(self) -> Iterator[Row]:
        """What was foretold, beside what came."""
        for each in self._foretold:
            found = each.prediction
            yield Row(
                ring=found.ring,
                waited_s=each.trace.wait_s,
                left=each.trace.fate is not Fate.SERVED,
                p50_s=found.p50_s,
                p80_s=found.p80_s,
                ql_s=found.ql_s,
                les_s=found.les_s,
                hol_s=found.hol_s,
            )

    def _foretell(self, world: World, case: Case) -> Prediction:
        drawn = self._draw(world, case)
        number = next(place for place, contact in enumerate(drawn.contacts) if contact.id == case.contact.id)
        foretold = prospect(drawn.state, forecast(drawn.state, self._chance, FORECAST_RUNS), number)
        last_wait = world.log.last_wait_s.get(case.contact.ring)
        return prediction(drawn, number, told(drawn, number, foretold, None, world.now), last_wait)

    def _draw(self, world: World, case: Case) -> Picture:
        directory = world.directory
        rings = directory.pools[case.contact.ring]
        past = self._pools[rings]
        queued = [each.contact for each in world.cases.values() if each.pool is case.pool and each.contact.call is None]
        present = [
            person
            for desk in world.desks.values()
            if desk.rings[0] in rings and (person := self._person(world, desk, past)) is not None
        ]
        drawn = picture(directory, rings, queued, present, past.history, world.now)
        services = {
            key: Service(service.handling, past.wrap_up.get(ServiceId(key), service.wrap_up))
            for key, service in drawn.state.services.items()
        }
        return replace(drawn, state=replace(drawn.state, services=services))

    def _person(self, world: World, desk: Desk, past: Past) -> OnDuty | None:
        """The expert as a roster and the presence show them; None when nobody knows when they will be back."""
        if not desk.on_duty and desk.presence.reason == ServerPause.MISSED:
            return None
        now_s = world.now_s
        coming = [(start, end) for start, end in self._away[desk.staff] if end > now_s and start < now_s + AHEAD_S]
        if not desk.on_duty and not (coming and coming[0][0] <= now_s):
            return None
        held = world.cases.get(desk.holds) if desk.holds is not None else None
        return OnDuty(
            staff=desk.staff,
            idle_since=desk.presence.idle_since or world.now,
            holds=held.contact if held is not None else None,
            wrap_up_until=self._wrap_up_until(desk, past),
            away=tuple(
                (self._scenario.at(start), None if end == inf else self._scenario.at(end)) for start, end in coming
            ),
        )

    def _wrap_up_until(self, desk: Desk, past: Past) -> datetime | None:
        """As the ring's setting says in the live system: what it usually takes, however long it really does."""
        if desk.wrapping is None:
            return None
        service, since_s = desk.wrapping
        usual = past.wrap_up.get(service, Durations.fixed(0.0)).mean
        return self._scenario.at(since_s + usual)


def planned_absences(plan: ExpertPlan) -> Sequence[Stretch]:
    """When the expert is not to be asked, by their roster: in order and apart, the first and last without an end."""
    shifts = [(-inf, plan.shifts[0][0]), *((a[1], b[0]) for a, b in pairwise(plan.shifts)), (plan.shifts[-1][1], inf)]
    pauses = [(pause.start_s, pause.start_s + pause.length_s) for pause in plan.pauses]
    joined: list[Stretch] = []
    for start, end in sorted([*shifts, *pauses]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
