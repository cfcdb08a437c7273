"""Forecasts in a process of their own: a second of arithmetic in a thread would hold up every socket meanwhile."""

import asyncio
import pickle
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from palvelurinki.adapters.forecasts.worker import LENGTH_BYTES, framed
from palvelurinki.domain.waiting.estimate import Prospect
from palvelurinki.domain.waiting.state import PoolState

_COMMAND: Final = (sys.executable, "-m", "palvelurinki.adapters.forecasts.worker")


class ForecastProcess:
    """Computes one forecast at a time. The process starts with the first, and anew after one that failed."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._one = asyncio.Lock()

    async def __call__(self, state: PoolState, seed: str, runs: int) -> Sequence[Prospect]:
        """The prospects of all who wait. Raises what computing them raises, OSError when the process has died."""
        async with self._one:
            process = self._process or await self._start()
            try:
                answer = await _ask(process, framed((state, seed, runs)))
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

    async def _start(self) -> Process:
        self._process = await asyncio.create_subprocess_exec(*_COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _ask(process: Process, question: bytes) -> Any:  # noqa: ANN401  # prospects, or what was raised
    if process.stdin is None or process.stdout is None:
        raise BrokenPipeError("the process has no pipes")
    try:
        process.stdin.write(question)
        await process.stdin.drain()
        length = int.from_bytes(await process.stdout.readexactly(LENGTH_BYTES), "big")
        pickled = await process.stdout.readexactly(length)
    except asyncio.IncompleteReadError as error:
        raise BrokenPipeError("the process of the forecasts has died") from error
    # From the process that was started here, and from nobody else.
    return pickle.loads(pickled)  # noqa: S301
