"""Runs of a scenario: one after another, or several at the same time on as many cores."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from palvelurinki.simulation.log import Log
from palvelurinki.simulation.scenario import Scenario
from palvelurinki.simulation.world import World

Progress = Callable[[float], None]


def run_all(scenario: Scenario, runs: int, progress: Progress, jobs: int = 1) -> Sequence[Log]:
    """The logs of runs 0 to `runs` - 1, in order, whatever `jobs` is. `progress` is told the share that is done."""
    if jobs > 1 and runs > 1:
        logs = []
        # Workers start afresh: a fork would copy whatever threads the caller has.
        with ProcessPoolExecutor(min(jobs, runs), mp_context=get_context("spawn")) as workers:
            for log in workers.map(play, [scenario] * runs, range(runs)):
                logs.append(log)
                progress(len(logs) / runs)
        return logs
    first = scenario.start_s
    whole = scenario.clock_s(scenario.days - 1, scenario.hours[1]) - first
    logs = []
    for run in range(runs):

        def told(now_s: float, run: int = run) -> None:
            progress((run + min((now_s - first) / whole, 1.0)) / runs)

        logs.append(World(scenario, run).run(told))
    progress(1.0)
    return logs


def play(scenario: Scenario, run: int) -> Log:
    """One run."""
    return World(scenario, run).run()
