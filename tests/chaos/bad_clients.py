"""Bad clients at one node, while the load goes on and is judged: its neighbours may not notice."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from tests.chaos.configuration import ONLOOKERS
from tests.chaos.driver import Driver
from tests.chaos.network import Line, Machine
from tests.chaos.world import Node

# Short form, long form.
FOR_S: Final = (12.0, 60.0)
DEAF: Final = 200
SILENT: Final = 40
# The server pings every 10 s and waits 10 s: after that it knows that nobody is there.
NOTICED_WITHIN_S: Final = 24.0
SAMPLE_EVERY_S: Final = 0.5


async def bad_clients(driver: Driver) -> None:
    """200 that never read, one that floods, frames too large, compressed frames: all at the same node."""
    node = driver.world.nodes["a"]
    secrets = iter(driver.world.secrets[f"staff:{each}"] for each in ONLOOKERS)
    kinds = {kind: [next(secrets)] for kind in ("flood", "oversized", "compressed")}
    kinds["deaf"] = [next(secrets) for _ in range(DEAF)]
    before = node.resident_mib()
    sampling = asyncio.create_task(_most_resident(node))
    async with _strangers(driver, node, kinds, "street"):
        await driver.for_s(FOR_S[driver.long])
    sampling.cancel()
    most, after = await sampling, node.resident_mib()
    driver.log.write("memory", node=node.name, clients=DEAF, before_mib=before, most_mib=most, after_mib=after)


async def half_open(driver: Driver) -> None:
    """Clients vanish without a word: nothing is sent, nothing is closed, their line is just gone."""
    node = driver.world.nodes["a"]
    secrets = [driver.world.secrets[f"staff:{each}"] for each in ONLOOKERS[-SILENT:]]
    async with _strangers(driver, node, {"silent": secrets}, "alley") as line:
        await driver.do(line.cut)
    driver.world.settles_at = time.monotonic() + NOTICED_WITHIN_S


@asynccontextmanager
async def _strangers(driver: Driver, node: Node, kinds: dict[str, list[str]], street: str) -> AsyncIterator[Line]:
    machine = await driver.world.do(Machine, street)
    try:
        line = await driver.world.do(Line, street, node.streets[street], node.machine, machine)
        wanted = [f"{kind}={','.join(secrets)}" for kind, secrets in kinds.items()]
        process = await asyncio.create_subprocess_exec(
            *("setpriv", "--pdeathsig", "KILL"),
            *machine.inside([sys.executable, "-m", "tests.chaos.hostile", node.street_url(street), *wanted]),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        try:
            assert await process.stdout.readline() == b"ready\n", "the bad clients did not come"
            yield line
            if not line.is_cut:
                # An input, though empty: Python 3.11 does not close the pipe without one.
                came, _ = await process.communicate(b"")
                driver.log.write("strangers", came=json.loads(came))
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    finally:
        await driver.world.do(machine.remove)


async def _most_resident(node: Node) -> float:
    most = 0.0
    try:
        while True:
            most = max(most, node.resident_mib())
            await asyncio.sleep(SAMPLE_EVERY_S)
    except asyncio.CancelledError:
        return most
