"""Brokering: whole cycles a second, and how soon it rings, beside the same commits by bare asyncpg.

A cycle is a request, an offer, its acceptance and the call's end with its record: four commits. The product is the
real server (`palvelurinki serve`, one node) on PostgreSQL with fsync on and Redis; terminals and experts speak the real
protocol over WebSockets from a process of their own, and 1,000 idle connections beat beside, from another. The limit is
`_bare_chain`: a program that writes the same rows in the same four transactions, statement by statement, and does
nothing else: no decisions, no matching, no reading, no protocol, no telling. It runs on the same PostgreSQL, before the
server, on a database of its own: both begin with the same empty tables, and what the one leaves behind is cleared away
before the other begins, or PostgreSQL would do so meanwhile.

- `cycles_per_s`: as many as are done when so many are under way that more would not help; the best of several numbers.
- `p50_ms`, `p99_ms`: from the request sent to the ringing received, at 50 cycles a second that begin evenly whatever
  became of those before. Of the bare chain: from its start to the commit of the offer, at the same rate.
- `server_cores`: what the server's process took of the processor at 50 cycles a second, and at saturation.
- Ratios: `rate` is ours to the bare rate (at least 0.5 is wanted), `p50` and `p99` ours to the bare times (at most 2
  and 5).
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import uvloop

from bench._bare_chain import BareChain
from bench._brokering_ground import Tickets, prepare
from bench._load import Measured, percentile, saturated, steady
from bench._report import report
from tests.support.postgres import Postgres, throwaway_postgres
from tests.support.redis import throwaway_redis
from tests.support.server import Ground, ServerCommand

RATE = 50.0
STEADY_S = float(os.environ.get("BENCH_STEADY_S", "15"))
SATURATED_S = float(os.environ.get("BENCH_SATURATED_S", "4"))
WORKERS = (8, 16, 32)
WARM_UP_S = 3.0


def main() -> None:
    with (
        throwaway_postgres(durable=True) as postgres,
        throwaway_redis() as redis,
        tempfile.TemporaryDirectory() as logs,
    ):
        uvloop.run(_measure(postgres, redis.url, Path(logs)))


@dataclass(frozen=True, slots=True)
class Figures:
    """One side's: the rate at saturation, and the times at the steady rate, in milliseconds."""

    per_s: float
    p50_ms: float
    p99_ms: float


async def _measure(postgres: Postgres, redis_url: str, logs: Path) -> None:
    # PostgreSQL tidies up once a minute, for seconds: whichever side is measured then would be the slower one.
    await postgres.set_up("autovacuum", "off")
    bare = await _bare(postgres)
    ground = Ground(postgres.url("postgres"), redis_url)
    tickets = await prepare(ground.database_url)
    server = ServerCommand(ground.settings(heartbeat_s=10), logs / "server.log")
    server.start()
    try:
        figures, cores = await _ours(server, tickets)
    finally:
        server.stop()
    report(
        "brokering",
        {
            "cycles_per_s": figures.per_s,
            "p50_ms": figures.p50_ms,
            "p99_ms": figures.p99_ms,
            "bare_cycles_per_s": bare.per_s,
            "bare_p50_ms": bare.p50_ms,
            "bare_p99_ms": bare.p99_ms,
            **cores,
        },
        {
            "rate": figures.per_s / bare.per_s,
            "p50": figures.p50_ms / bare.p50_ms,
            "p99": figures.p99_ms / bare.p99_ms,
        },
    )


async def _bare(postgres: Postgres) -> Figures:
    async with postgres.database() as url:
        await prepare(url)
        async with BareChain(url, max(WORKERS)) as chain:
            return await _both(
                lambda workers, seconds: saturated(chain.cycle, workers, seconds),
                lambda: steady(chain.cycle, RATE, STEADY_S),
                "bare",
            )


async def _ours(server: ServerCommand, tickets: tuple[Tickets, Tickets, Tickets]) -> tuple[Figures, dict[str, float]]:
    terminals, experts, idle = tickets
    pid = server.pid
    assert pid is not None
    spent: dict[str, float] = {}
    async with (
        _clients({"url": server.url, "idle": idle}),
        _clients({"url": server.url, "terminals": terminals, "experts": experts}) as load,
    ):

        async def measured(name: str, task: dict[str, Any]) -> Measured:
            before, begun = _cpu_s(pid), perf_counter()
            answer = await load.ask(task)
            spent[name] = (_cpu_s(pid) - before) / (perf_counter() - begun)
            return Measured(**answer)

        figures = await _both(
            lambda workers, seconds: measured(
                "cores_saturated", {"do": "saturate", "workers": workers, "seconds": seconds}
            ),
            lambda: measured("cores_steady", {"do": "steady", "per_s": RATE, "seconds": STEADY_S}),
            "ours",
        )
    return figures, spent


async def _both(saturate: Any, run_steady: Any, name: str) -> Figures:  # noqa: ANN401
    await saturate(WORKERS[0], WARM_UP_S)
    calm: Measured = await run_steady()
    p50, p99 = (percentile(calm.latencies, share) * 1000 for share in (0.5, 0.99))
    print(f"{name}: p50 {p50:.2f} ms, p99 {p99:.2f} ms at {calm.per_s:.0f} cycles a second", flush=True)
    best = 0.0
    for workers in WORKERS:
        rate = (await saturate(workers, SATURATED_S)).per_s
        print(f"{name}: {rate:.1f} cycles a second with {workers} under way", flush=True)
        best = max(best, rate)
    return Figures(best, p50, p99)


class _Clients:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def ask(self, task: dict[str, Any]) -> dict[str, Any]:
        """Have a task done; returns its answer. Raises RuntimeError when the clients have failed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(task).encode() + b"\n")
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the clients have failed")
        answer: dict[str, Any] = json.loads(line)
        return answer


@asynccontextmanager
async def _clients(given: dict[str, Any]) -> AsyncIterator[_Clients]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench._brokering_clients"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        limit=2**26,
    )
    clients = _Clients(process)
    try:
        ready = await clients.ask(given)
        print(f"connected: {ready['ready']}", flush=True)
        yield clients
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
