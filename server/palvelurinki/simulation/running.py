"""Runs of a scenario: one after another, or several at the same time on as many cores."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import TypeVar

from palvelurinki.simulation.log import Log
from palvelurinki.simulation.scenario import Scenario
from palvelurinki.simulation.world import World

T = TypeVar("T")
Progress = Callable[[float], None]


def run_all(scenario: Scenario, runs: int, progress: Progress, jobs: int = 1) -> Sequence[Log]:
    """The logs of runs 0 to `runs` - 1, in order, whatever `jobs` is. `progress` is told the share that is done."""
    if jobs > 1 and runs > 1:
        return at_once(partial(play, scenario), range(runs), jobs, progress)
    logs = [World(scenario, run).run(share_of(scenario, run, runs, progress)) for run in range(runs)]
    progress(1.0)
    return logs


def at_once(work: Callable[[int], T], runs: Sequence[int], jobs: int, progress: Progress) -> list[T]:
    """What `work`, which must be importable, gives for each run, in order; so many `jobs` at the same time."""
    done = []
    # Workers start afresh: a fork would copy whatever threads the caller has.
    with ProcessPoolExecutor(min(jobs, len(runs)), mp_context=get_context("spawn")) as workers:
        for each in workers.map(work, runs):
            done.append(each)
            progress(len(done) / len(runs))
    return done


def share_of(scenario: Scenario, run: int, runs: int, progress: Progress) -> Progress:
    """What to tell the present second of this run, so that `progress` is told the share of all `runs` that is done."""
    first = scenario.start_s
    whole = scenario.clock_s(scenario.days - 1, scenario.hours[1]) - first
    return lambda now_s: progress((run + min((now_s - first) / whole, 1.0)) / runs)


def play(scenario: Scenario, run: int) -> Log:
    """One run."""
    return World(scenario, run).run()
