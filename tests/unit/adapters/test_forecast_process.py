"""Forecasts in a process of their own: the same as here, and none is lost with the process."""

import asyncio
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from random import Random

import pytest

from palvelurinki.adapters.forecasts.process import ForecastProcess
from palvelurinki.domain.waiting.durations import Durations
from palvelurinki.domain.waiting.estimate import estimates
from palvelurinki.domain.waiting.state import Expert, InCall, PoolState, Service, Step, Waiting

POOL = PoolState(
    [Expert(InCall("call", 30.0)), Expert(InCall("call", 90.0))],
    [Waiting("call", (Step(0.0, 0b11),)) for _ in range(5)],
    {"call": Service(Durations.even(60, 600))},
)
HERE = estimates(POOL, Random("pool"), 50)


@pytest.fixture
async def forecasts() -> AsyncIterator[ForecastProcess]:
    made = ForecastProcess()
    yield made
    await made.close()


def process_of(forecasts: ForecastProcess) -> Process:
    worker = forecasts._worker  # noqa: SLF001  # who computes is nobody's business but this test's
    assert worker is not None
    return worker._process  # noqa: SLF001  # likewise


async def test_what_is_computed_there_is_what_is_computed_here(forecasts: ForecastProcess) -> None:
    assert await forecasts(POOL, "pool", 50) == HERE
    assert await forecasts(POOL, "another", 50) != HERE


async def test_one_process_does_all_of_them_in_turn(forecasts: ForecastProcess) -> None:
    assert await asyncio.gather(*(forecasts(POOL, "pool", 50) for _ in range(3))) == [HERE] * 3
    first = process_of(forecasts)
    await forecasts(POOL, "pool", 50)
    assert process_of(forecasts) == first


async def test_a_fault_is_raised_where_it_was_asked_and_the_process_goes_on(forecasts: ForecastProcess) -> None:
    with pytest.raises(AttributeError):
        await forecasts(None, "pool", 50)  # type: ignore[arg-type]  # no state has a fault of its own
    first = process_of(forecasts)
    assert await forecasts(POOL, "pool", 50) == HERE
    assert process_of(forecasts) == first


async def test_a_process_that_was_killed_is_replaced(forecasts: ForecastProcess) -> None:
    await forecasts(POOL, "pool", 50)
    killed = process_of(forecasts)
    killed.send_signal(signal.SIGKILL)
    with pytest.raises(OSError):  # noqa: PT011  # which of them depends on when the pipe notices
        await forecasts(POOL, "pool", 50)
    assert await forecasts(POOL, "pool", 50) == HERE
    assert process_of(forecasts) != killed


async def test_a_question_that_is_given_up_leaves_no_answer_to_the_next(forecasts: ForecastProcess) -> None:
    await forecasts(POOL, "pool", 50)
    given_up = asyncio.create_task(forecasts(POOL, "another", 2_000))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    assert await forecasts(POOL, "pool", 50) == HERE


async def test_it_ends_with_the_node_that_started_it(forecasts: ForecastProcess) -> None:
    """A node that is killed says nothing; the end of the input is what is left."""
    await forecasts(POOL, "pool", 50)
    process = process_of(forecasts)
    assert process.stdin is not None
    process.stdin.close()
    assert await process.wait() == 0
