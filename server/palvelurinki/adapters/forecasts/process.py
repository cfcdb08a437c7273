"""Forecasts in a process of their own: a second of arithmetic in a thread would hold up every socket meanwhile."""

import asyncio
import pickle
from collections.abc import Sequence
from typing import Final

from palvelurinki.domain.waiting.estimate import Prospect
from palvelurinki.domain.waiting.state import PoolState
from palvelurinki.workers import Worker

_MODULE: Final = "palvelurinki.adapters.forecasts.worker"


class ForecastProcess:
    """Computes one forecast at a time. The process starts with the first, and anew after one that failed."""

    def __init__(self) -> None:
        self._worker: Worker | None = None
        self._one = asyncio.Lock()

    async def __call__(self, state: PoolState, seed: str, runs: int) -> Sequence[Prospect]:
        """The prospects of all who wait. Raises what computing them raises, OSError when the process has died."""
        async with self._one:
            worker = self._worker = self._worker or await Worker.start(_MODULE)
            try:
                await worker.send(pickle.dumps((state, seed, runs)))
                # From the process that was started here, and from nobody else.
                answer = pickle.loads(await worker.receive())  # noqa: S301
            except BaseException:
                # Whatever it still writes belongs to a question that nobody waits for any more.
                await self._end()
                raise
        if isinstance(answer, Exception):
            raise answer
        prospects: Sequence[Prospect] = answer
        return prospects

    async def close(self) -> None:
        """End the process, whatever it is doing."""
        await self._end()

    async def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.end()
