"""Keeping one program running: started again when it ends, after a wait that grows while it keeps ending."""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 60.0
# A run as long as this was a good one: the next wait is the first again.
GOOD_RUN_S: Final = 60.0
END_WITHIN_S: Final = 5.0

log = logging.getLogger(__name__)


def next_wait_s(before_s: float | None, ran_s: float) -> float:
    """How long to wait before the next start, after a run of `ran_s`; `before_s` was the wait before that run."""
    if before_s is None or ran_s >= GOOD_RUN_S:
        return FIRST_WAIT_S
    return min(before_s * 2, LONGEST_WAIT_S)


async def supervise(argv: Sequence[str], pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Run the program until cancelled; then it is told to end, and made to after END_WITHIN_S.

    Raises OSError when it cannot be started at all.
    """
    clock = asyncio.get_running_loop().time
    wait_s: float | None = None
    while True:
        # A group of its own, so that its children can be ended with it.
        process = await asyncio.create_subprocess_exec(*argv, start_new_session=True)
        begun = clock()
        try:
            code = await process.wait()
        finally:
            await _end(process)
        wait_s = next_wait_s(wait_s, clock() - begun)
        log.warning("%s ended with %s after %.0f s, again in %.0f s", argv[0], code, clock() - begun, wait_s)
        await pause(wait_s)


async def until_told_to_stop(work: Awaitable[None]) -> None:
    """Do the work until it ends or SIGTERM or SIGINT comes, which cancels it in order."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        # Not `asyncio.timeout`: within a task that is being cancelled, as here, that of Python 3.11.2 raises the
        # cancellation instead of the timeout, and what follows would not be done.
        await asyncio.wait([asyncio.ensure_future(process.wait())], timeout=END_WITHIN_S)
    # The program itself, if it would not end, and whatever children it has left.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
