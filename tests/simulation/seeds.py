"""Many histories, each by its seed, side by side in processes of their own; what came of each."""

import asyncio
import multiprocessing
import os
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal, TypeAlias, get_args

from tests.simulation.faults import Fault
from tests.simulation.history import play
from tests.simulation.on_memory import memory_world
from tests.simulation.on_sqlite import migrated, sqlite_world
from tests.simulation.world import World

Engine: TypeAlias = Literal["memory", "sqlite"]
ENGINES: Final[tuple[Engine, ...]] = get_args(Engine)

# Small enough that the processes end together, and that progress is seen.
CHUNK: Final = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one history showed. `log` is the whole of it when there was a fault or an error, else empty."""

    seed: int
    steps: int
    engine: Engine
    faults: tuple[Fault, ...]
    error: str | None
    log: tuple[str, ...]
    met: Counter[str]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was wrong."""
        return not self.faults and self.error is None

    def told(self) -> str:
        """The history, what was wrong with it, and how to play it again."""
        wrong = [f"{fault.kind}: {fault.what}" for fault in self.faults]
        if self.error is not None:
            wrong.append(self.error)
        again = f"python -m tests.simulation.soak 1 --first {self.seed} --steps {self.steps} --engine {self.engine}"
        return "\n".join([f"---- seed {self.seed}", *self.log, *wrong, f"plays it again: {again}"])


def outcomes(seeds: Sequence[int], steps: int, engine: Engine, processes: int | None = None) -> Iterator[Outcome]:
    """Play all the seeds, in as many processes as there are cores; outcomes come as chunks of them are done."""
    workers = min(processes or os.cpu_count() or 1, len(seeds))
    size = min(CHUNK, -(-len(seeds) // workers))
    chunks = [seeds[start : start + size] for start in range(0, len(seeds), size)]
    # A fresh interpreter for each: what a fork would take along (event loops, locks) is nobody's to share.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        for chunk in as_completed([pool.submit(_chunk, chunk, steps, engine) for chunk in chunks]):
            yield from chunk.result()


def _chunk(seeds: Sequence[int], steps: int, engine: Engine) -> list[Outcome]:
    return asyncio.run(_one_by_one(seeds, steps, engine))


async def _one_by_one(seeds: Sequence[int], steps: int, engine: Engine) -> list[Outcome]:
    with TemporaryDirectory(prefix="palvelurinki-seeds-") as directory:
        template = await migrated(Path(directory)) if engine == "sqlite" else None
        return [await outcome(seed, steps, template) for seed in seeds]


async def outcome(seed: int, steps: int, template: Path | None) -> Outcome:
    """Play one seed: on SQLite when there is a migrated database to copy, else in memory."""
    error = None
    async with _world(seed, template) as world:
        try:
            await play(world, steps)
        except Exception:  # noqa: BLE001  # whatever it was is told with the seed that plays it again
            error = traceback.format_exc()
    is_sound = error is None and not world.faults
    return Outcome(
        seed=seed,
        steps=steps,
        engine="memory" if template is None else "sqlite",
        faults=tuple(world.faults),
        error=error,
        log=() if is_sound else tuple(world.log),
        met=world.met,
    )


@asynccontextmanager
async def _world(seed: int, template: Path | None) -> AsyncIterator[World]:
    if template is None:
        yield memory_world(seed)
    else:
        async with sqlite_world(seed, template) as world:
            yield world
