"""A run: a world, a load, troubles one after the other, an end at which all is whole, and the checker."""

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.chaos.bounds import breaches
from tests.chaos.checker import check
from tests.chaos.configuration import EXPERTS, TERMS
from tests.chaos.driver import Driver
from tests.chaos.faults import Fault
from tests.chaos.load import running_load
from tests.chaos.logs import Log, read_logs
from tests.chaos.pressure import Pressure
from tests.chaos.record import Evidence, read_rows
from tests.chaos.scenarios import Scenario
from tests.chaos.world import DATABASE, World, running_world

# The longest grace, a sweep, and some more: then nothing is left that could still be due.
DRAIN_S = max(times["grace_s"] for times in TERMS.values()) + 5.0
WARM_UP_S = 4.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What to play. The long form ends before the next scenario once `until` (of this machine's clock) has come."""

    scenarios: Sequence[Scenario]
    directory: Path
    seed: int
    until: float | None = None


@dataclass(slots=True)
class Outcome:
    """What came of a run: what the checker found, and which bounds bad clients broke."""

    evidence: Evidence
    faults: list[Fault]
    breaches: list[str]


async def play(plan: Plan) -> Outcome:
    """Play the scenarios one after the other in one world, under load, and judge the whole at the end."""
    logs = plan.directory / "logs"
    logs.mkdir()
    async with running_world(plan.directory) as world:
        with Log(logs, "driver") as log:
            log.write("terms", rings=TERMS, members=EXPERTS)
            async with running_load(world, logs, plan.seed):
                watching = asyncio.create_task(Pressure(world, log).watch())
                await asyncio.sleep(WARM_UP_S)
                for scenario in plan.scenarios:
                    if plan.until is None or time.monotonic() < plan.until:
                        await _play(scenario, world, log, plan)
                log.write("whole")
            await _drain(world)
            watching.cancel()
            log.write("drained")
        rows, read_at = await read_rows(str(world.postgres.directory), DATABASE)
    evidence = Evidence(rows, read_logs(logs), read_at)
    return Outcome(evidence, check(evidence), list(breaches(evidence)))


async def _play(scenario: Scenario, world: World, log: Log, plan: Plan) -> None:
    driver = Driver(world, log, Random(f"{plan.seed} {scenario.name}"), long=plan.until is not None)
    begin = time.time()
    sys.stdout.write(f"{scenario.name} …\n")
    sys.stdout.flush()
    await scenario.play(driver)
    log.write("scenario", name=scenario.name, begin=begin, end=time.time())


async def _drain(world: World) -> None:
    # Nothing announces that nothing will happen any more; what still could is bounded by the longest grace.
    await asyncio.sleep(max(DRAIN_S, world.settles_at - time.monotonic()))
