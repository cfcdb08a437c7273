"""What goes wrong, and is mended again: for some seconds in the short form, for much longer in the long one.

Where the database is away, or all nodes are, nothing can work: the driver says so to the checker. In everything else
the other nodes go on, and nothing may be late.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from tests.chaos.driver import Driver
from tests.chaos.network import Line
from tests.chaos.world import Node

# Short form, long form.
KILLS: Final = (2, 20)
TIMES: Final = (1, 3)
REDIS_AWAY_S: Final = (10.0, 60.0)
CUT_S: Final = (6.0, 30.0)
PAUSED_S: Final = (10.0, 30.0)
FALSE_CLOCK_S: Final = (6.0, 60.0)
QUIET_S: Final = (8.0, 30.0)


async def quiet(driver: Driver) -> None:
    """Nothing at all: what the others are compared with."""
    await driver.for_s(QUIET_S[driver.long])


async def killed_nodes(driver: Driver) -> None:
    """One node after the other is killed, and started again while the others go on."""
    for _ in range(KILLS[driver.long]):
        node = driver.some_node()
        async with driver.trouble("killed", node):
            await driver.do(node.kill)
            await driver.for_a_while(0.0, 3.0)
            await driver.do(node.start)
        await driver.for_a_while(0.5, 3.0)


async def rolling_restart(driver: Driver) -> None:
    """Every node in turn is told to stop, leaves in order, and is started again."""
    for node in driver.world.nodes.values():
        async with driver.trouble("restarted", node):
            await driver.do(node.stop)
            await driver.do(node.start)
        await driver.for_a_while(0.5, 2.0)


async def database_crashes(driver: Driver) -> None:
    """PostgreSQL is stopped as a crash would, and recovers."""
    for _ in range(TIMES[driver.long]):
        await _without_database(driver, driver.chance.uniform(0.0, 3.0))
        await driver.for_a_while(2.0, 4.0)


async def redis_flushed(driver: Driver) -> None:
    """Redis forgets everything, and then everything and all connections."""
    for _ in range(TIMES[driver.long]):
        await driver.do(driver.world.redis.flush)
        await driver.for_a_while(1.0, 2.0)
        await driver.do(driver.world.redis.stop)
        await driver.do(driver.world.redis.start)
        await driver.for_a_while(1.0, 2.0)


async def redis_gone(driver: Driver) -> None:
    """Redis is away: everything takes longer, nothing is lost."""
    async with driver.slower("redis is away"):
        await driver.do(driver.world.redis.stop)
        await driver.for_s(REDIS_AWAY_S[driver.long])
        await driver.do(driver.world.redis.start)
    await driver.for_a_while(1.0, 2.0)


async def both_gone(driver: Driver) -> None:
    """The database crashes while Redis is away."""
    for _ in range(TIMES[driver.long]):
        await driver.do(driver.world.redis.stop)
        await _without_database(driver, driver.chance.uniform(0.5, 3.0))
        await driver.do(driver.world.redis.start)
        await driver.for_a_while(2.0, 4.0)


async def cut_from_database(driver: Driver) -> None:
    """A node reaches its clients, and not the truth."""
    await _cut(driver, "cut from the database", lambda node: node.database)


async def cut_from_bus(driver: Driver) -> None:
    """A node hears of the others by the outbox alone."""
    await _cut(driver, "cut from the bus", lambda node: node.bus)


async def cut_from_clients(driver: Driver) -> None:
    """A node's clients hear nothing any more, and it nothing of them."""
    await _cut(driver, "cut from its clients", lambda node: node.clients)


async def paused_node(driver: Driver) -> None:
    """A node stands still, wherever it is, and goes on as if nothing had happened."""
    for _ in range(TIMES[driver.long]):
        node = driver.some_node()
        async with driver.trouble("paused", node):
            node.pause()
            await driver.for_s(PAUSED_S[driver.long])
            node.wake()
        await driver.for_a_while(2.0, 4.0)


async def false_clock(driver: Driver) -> None:
    """A node takes it for an hour later, or an hour earlier, until it is started again."""
    node = driver.some_node()
    clocks = ["+1h", "-1h"] if driver.long else [driver.chance.choice(["+1h", "-1h"])]
    for clock in clocks:
        async with driver.trouble("restarted", node):
            await driver.do(node.stop)
            await driver.do(partial(node.start, clock))
        await driver.for_s(FALSE_CLOCK_S[driver.long])


async def _without_database(driver: Driver, seconds: float) -> None:
    async with driver.nothing_works("the database is away"):
        await driver.do(driver.world.postgres.stop_immediate)
        await driver.for_s(seconds)
        await driver.do(driver.world.postgres.start)


async def _cut(driver: Driver, name: str, line_of: Callable[[Node], Line]) -> None:
    for _ in range(TIMES[driver.long]):
        node = driver.some_node()
        async with driver.trouble(name, node):
            await driver.do(line_of(node).cut)
            await driver.for_s(CUT_S[driver.long])
            await driver.do(line_of(node).mend)
        await driver.for_a_while(2.0, 4.0)
