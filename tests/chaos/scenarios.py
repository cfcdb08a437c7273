"""The troubles, each by its name: `make chaos NAME=killed-nodes`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from tests.chaos import bad_clients, troubles
from tests.chaos.driver import Driver


@dataclass(frozen=True, slots=True)
class Scenario:
    """A trouble while the load goes on; afterwards the world is whole again."""

    name: str
    play: Callable[[Driver], Awaitable[None]]


SCENARIOS: Final = {
    scenario.name: scenario
    for scenario in (
        Scenario("quiet", troubles.quiet),
        Scenario("half-open", bad_clients.half_open),
        Scenario("killed-nodes", troubles.killed_nodes),
        Scenario("false-clock", troubles.false_clock),
        # Sets the clock right, too.
        Scenario("rolling-restart", troubles.rolling_restart),
        Scenario("database-crashes", troubles.database_crashes),
        Scenario("redis-flushed", troubles.redis_flushed),
        Scenario("redis-gone", troubles.redis_gone),
        Scenario("both-gone", troubles.both_gone),
        Scenario("cut-from-database", troubles.cut_from_database),
        Scenario("cut-from-bus", troubles.cut_from_bus),
        Scenario("cut-from-clients", troubles.cut_from_clients),
        Scenario("paused-node", troubles.paused_node),
        Scenario("bad-clients", bad_clients.bad_clients),
    )
}
