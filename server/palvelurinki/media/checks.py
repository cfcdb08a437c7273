"""Line checks, as the node sees them: few at a time, in a worker that is started anew whenever it ends.

A worker echoes a handful of lines cleanly and many of them badly (docs/decisions/0029-the-line-is-proven-both-ways.md),
and a check that fails for want of a processor would be told as a fault of the terminal. So who comes when all places
are taken is sent away, to come again.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any, Final

import structlog

from palvelurinki.domain.errors import LineCheckBusy, LineCheckUnavailable, LineOfferRefused
from palvelurinki.media.lasting import LIFE_S
from palvelurinki.media.offers import OfferFaultError, cleaned
from palvelurinki.protocol.server import IceServer
from palvelurinki.workers import Worker, WorkerGone

MODULE: Final = "palvelurinki.media.worker"
# Longer than a worker takes that is well: one that does not answer then stands still.
ANSWER_WITHIN_S: Final = 5.0
# Likewise until one that is being started is there. Who comes meanwhile waits.
READY_WITHIN_S: Final = 5.0
FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 10.0
# A worker that lasted so long did not fail for what keeps it from starting.
WELL_S: Final = 30.0

log = structlog.get_logger(__name__)


class EchoChecks:
    """Line checks in a worker, at most `most` at once; none and no worker when that is 0.

    `addresses`: those that the worker offers, all of the machine's when there are none. `ice_servers` tells by which
    TURN servers it is reached too.
    """

    def __init__(self, most: int, addresses: Sequence[str], ice_servers: Callable[[], Sequence[IceServer]]) -> None:
        self._most = most
        self._addresses = tuple(addresses)
        self._ice_servers = ice_servers
        # The worker that is ready, or will be.
        self._worker: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._number = 0
        # Who has a place, and for which check; whose check began last has it.
        self._places: dict[str, int] = {}
        self._answers: dict[int, asyncio.Future[str]] = {}
        self._keeping: asyncio.Task[None] | None = None

    @property
    def life_s(self) -> float:
        """How long an echo lasts."""
        return LIFE_S

    def start(self) -> None:
        """Start the worker in the background, and keep one running."""
        if self._most:
            self._keeping = asyncio.create_task(self._keep(), name="line checks")

    async def close(self) -> None:
        """End the worker, and all that runs in it."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)

    async def answer(self, asker: str, offer: str) -> str:
        """See the port."""
        try:
            offer = cleaned(offer)
        except OfferFaultError as fault:
            raise LineOfferRefused(f"this is no offer to an echo: {fault}") from fault
        worker = await self._ready()
        try:
            before = self._places.pop(asker, None)
            if before is not None:
                await worker.send(_message(end=before))
            if len(self._places) >= self._most:
                raise LineCheckBusy("as many lines are being checked as can be")
            return await self._begin(worker, asker, offer)
        except OSError as error:
            raise LineCheckUnavailable("the echo has just ended") from error

    async def _ready(self) -> Worker:
        if self._keeping is None:
            raise LineCheckUnavailable("this node has no echo")
        await asyncio.wait({self._worker}, timeout=READY_WITHIN_S)
        if not self._worker.done():
            raise LineCheckUnavailable("the line cannot be checked just now: the echo is not there")
        return self._worker.result()

    async def _begin(self, worker: Worker, asker: str, offer: str) -> str:
        self._number += 1
        number = self._number
        self._places[asker] = number
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        servers = [server.model_dump(mode="json") for server in self._ice_servers()]
        try:
            await worker.send(_message(check=number, offer=offer, ice=servers))
            await asyncio.wait({answer}, timeout=ANSWER_WITHIN_S)
            if not answer.done():
                # It stands still: nobody else is answered either.
                await worker.end()
                raise LineCheckUnavailable("the echo does not answer")
            return answer.result()
        finally:
            answer.cancel()
            del self._answers[number]

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE_S
        while True:
            began = loop.time()
            try:
                await self._run()
            except OSError as error:
                log.warning("line_checks.worker_ended", why=type(error).__name__, again_in_s=pause)
            finally:
                self._lose()
            pause = FIRST_PAUSE_S if loop.time() - began > WELL_S else pause
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def _run(self) -> None:
        """Start a worker, and hear it out. Raises OSError when it has ended."""
        worker = await Worker.start(MODULE, *self._addresses)
        try:
            while True:
                self._hear(worker, json.loads(await worker.receive()))
        finally:
            await worker.end()

    def _hear(self, worker: Worker, message: dict[str, Any]) -> None:
        match message:
            case {"ready": True} if not self._worker.done():
                self._worker.set_result(worker)
            case {"check": int(number), "answer": str(answer)}:
                self._settle(number, answer)
            case {"check": int(number), "fault": str(fault)}:
                self._settle(number, LineOfferRefused(f"the echo can make nothing of this offer ({fault})"))
            case {"ended": int(number)}:
                self._places = {asker: each for asker, each in self._places.items() if each != number}
            case _:
                raise WorkerGone("the worker says what no worker says")

    def _settle(self, number: int, outcome: str | Exception) -> None:
        answer = self._answers.get(number)
        if answer is None or answer.done():
            return
        if isinstance(outcome, str):
            answer.set_result(outcome)
        else:
            answer.set_exception(outcome)

    def _lose(self) -> None:
        if self._worker.done():
            self._worker = asyncio.get_running_loop().create_future()
        self._places.clear()
        for number in tuple(self._answers):
            self._settle(number, LineCheckUnavailable("the echo has just ended"))


def _message(**message: object) -> bytes:
    return json.dumps(message).encode()
