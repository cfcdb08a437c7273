"""The supervisor with small real processes."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palvelurinki_kiosk.supervisor import (
    FIRST_WAIT_S,
    GOOD_RUN_S,
    LONGEST_WAIT_S,
    next_wait_s,
    supervise,
    until_told_to_stop,
)

WITHIN_S = 20.0


def test_the_waits_grow_while_it_keeps_ending() -> None:
    waits: list[float] = []
    for _ in range(8):
        waits.append(next_wait_s(waits[-1] if waits else None, 0.1))
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


@given(st.none() | st.floats(FIRST_WAIT_S, LONGEST_WAIT_S), st.floats(0, 1e6))
def test_a_wait_is_within_its_bounds(before: float | None, ran: float) -> None:
    assert FIRST_WAIT_S <= next_wait_s(before, ran) <= LONGEST_WAIT_S


def test_a_good_run_begins_anew() -> None:
    assert next_wait_s(32, GOOD_RUN_S) == FIRST_WAIT_S


async def test_a_program_that_ends_is_started_again(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await supervise(["sh", "-c", f"echo run >> {runs}; exit 7"], pause)
    assert waits == [1, 2, 4]
    assert runs.read_text() == "run\n" * 3


async def test_a_program_that_is_not_there_is_told_of() -> None:
    with pytest.raises(FileNotFoundError):
        await supervise(["no-such-program-anywhere"])


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # One that has ended and waits to be reaped is not alive.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


async def started(pipe: int) -> list[int]:
    """The process ids that the program under supervision writes when it is ready."""
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(pipe, "rb")
    )
    async with asyncio.timeout(WITHIN_S):
        line = await reader.readline()
    transport.close()
    return [int(word) for word in line.split()]


STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, {on_term})
child = subprocess.Popen(["sleep", "600"])
with open(sys.argv[1], "w") as ready:
    ready.write(f"{{os.getpid()}} {{child.pid}}\\n")
while True:
    time.sleep(600)
"""


@pytest.mark.parametrize("on_term", ["signal.SIG_DFL", "signal.SIG_IGN"])
async def test_when_it_is_told_to_stop_the_program_and_its_children_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_term: str
) -> None:
    monkeypatch.setattr("palvelurinki_kiosk.supervisor.END_WITHIN_S", 0.2)
    program, fifo = tmp_path / "program.py", tmp_path / "ready"
    program.write_text(STUBBORN.format(on_term=on_term))
    os.mkfifo(fifo)
    task = asyncio.create_task(until_told_to_stop(supervise([sys.executable, str(program), str(fifo)])))
    pids = await started(os.open(fifo, os.O_RDONLY | os.O_NONBLOCK))
    assert all(is_alive(pid) for pid in pids)
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(WITHIN_S):
        await task
    assert not is_alive(pids[0])
