"""How good the waiting estimates are in a scenario: made as the live system makes them, and compared with what came.

Runs that are played first are the past from which durations are learned. In the runs after them each contact that
must wait (or every k-th, so that the estimates are spread evenly over a run) is estimated on arrival from the pool's
present state, by the picture and the forecast that the live system uses, with planned breaks, bookings and shifts
known, as a roster knows them. Beside it stand the three simple predictors. The scores are those of `palvelurinki
estimates report`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from math import inf
from statistics import fmean

from palvelurinki.domain.directory import RingId, ServiceId
from palvelurinki.domain.presence import ServerPause
from palvelurinki.domain.waiting.estimate import prospect
from palvelurinki.domain.waiting.forecast import forecast
from palvelurinki.domain.waiting.picture import OnDuty, Picture, picture
from palvelurinki.domain.waiting.scoring import Row, Score, score, score_together
from palvelurinki.domain.waiting.state import Service
from palvelurinki.domain.waiting.telling import Prediction, prediction, told
from palvelurinki.simulation.chance import Streams
from palvelurinki.simulation.desk import Desk
from palvelurinki.simulation.log import Fate, Log, Trace
from palvelurinki.simulation.past import Past, past_of
from palvelurinki.simulation.running import Progress, at_once, share_of
from palvelurinki.simulation.scenario import ExpertPlan, Scenario
from palvelurinki.simulation.world import Case, World

# Far from the runs that results are made of, so that the past is another one.
PAST_RUN = 1_000_000
# So much is played of the past: days of a run, and about so many contacts in as many runs as it takes, at most 20.
PAST_DAYS = 10
PAST_CONTACTS = 7500
PAST_RUNS = 20
FORECAST_RUNS = 100
# Planned absences further ahead than this change no wait.
AHEAD_S = 12 * 3600.0

Stretch = tuple[float, float]
Pools = Mapping[frozenset[RingId], Past]


@dataclass(frozen=True, slots=True)
class Scores:
    """By ring, and of all estimates together; None when nobody had to wait."""

    rings: tuple[Score, ...]
    whole: Score | None


def score_estimates(
    scenario: Scenario, estimates: int, runs: int = 1, jobs: int = 1, progress: Progress | None = None
) -> Scores:
    """The scores of `runs` runs with about so many estimates each, the same whatever `jobs` is.

    `progress` is told the share of the runs that is done.
    """
    rows = [row for found in rows_of_runs(scenario, estimates, range(runs), jobs, progress) for row in found]
    return Scores(score(rows), score_together(rows))


def rows_of_runs(
    scenario: Scenario, estimates: int, runs: Sequence[int], jobs: int = 1, progress: Progress | None = None
) -> Sequence[Sequence[Row]]:
    """What was foretold and what came, run by run; all runs have the same past."""
    pools, will_wait = _learn(scenario, jobs)
    every = max(int(will_wait) // estimates, 1)
    told = progress or (lambda _share: None)
    work = partial(_watched, scenario, pools, every)
    if jobs > 1 and len(runs) > 1:
        return at_once(work, runs, jobs, told)
    found = [work(run, share_of(scenario, number, len(runs), told)) for number, run in enumerate(runs)]
    told(1.0)
    return found


def _learn(scenario: Scenario, jobs: int) -> tuple[Pools, float]:
    """The pools' past, and how many will have to wait in a run."""
    earlier = _first_days(scenario, PAST_DAYS)
    first = _past(earlier, PAST_RUN)
    runs = range(PAST_RUN + 1, PAST_RUN + min(PAST_CONTACTS // max(len(first[0].traces), 1), PAST_RUNS))
    work = partial(_past, earlier)
    several = jobs > 1 and len(runs) > 1
    played = [first, *(at_once(work, runs, jobs, lambda _share: None) if several else map(work, runs))]
    logs = [log for log, _ in played]
    pools = {pool: past_of(earlier, logs, pool) for pool in set(scenario.directory.pools.values())}
    return pools, fmean(waited for _, waited in played) * scenario.days / earlier.days


def _past(scenario: Scenario, run: int) -> tuple[Log, int]:
    """A run of the past, and how many had to wait."""
    waited: list[Trace] = []
    log = World(scenario, run, lambda _, case: waited.append(case.trace)).run()
    return log, len(waited)


def _watched(scenario: Scenario, pools: Pools, every: int, run: int, progress: Progress | None = None) -> Sequence[Row]:
    """A run's estimates of every `every`-th contact that must wait, beside what came."""
    watcher = _Watcher(scenario, pools, every, run)
    World(scenario, run, watcher).run(progress)
    return tuple(watcher.rows())


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

    def __init__(self, scenario: Scenario, pools: Pools, every: int, run: int) -> None:
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
            if desk.rings[0] in rings and (person := self._person(world, desk)) is not None
        ]
        drawn = picture(directory, rings, queued, present, past.at(self._scenario.hour_of(world.now_s)), world.now)
        services = {
            key: Service(service.handling, past.wrap_up.get(ServiceId(key), service.wrap_up))
            for key, service in drawn.state.services.items()
        }
        return replace(drawn, state=replace(drawn.state, services=services))

    def _person(self, world: World, desk: Desk) -> OnDuty | None:
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
            away=tuple(
                (self._scenario.at(max(start, 0.0)), None if end == inf else self._scenario.at(end))
                for start, end in coming
            ),
            finishing=(desk.wrapping[0], self._scenario.at(desk.wrapping[1])) if desk.wrapping is not None else None,
        )


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
