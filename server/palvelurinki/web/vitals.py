"""How this node is: what a health check is told.

The database is asked over a connection of its own, so that the answer never waits behind a full pool, and once for all
who ask at the same moment, so that nobody can keep it busy by asking.
"""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

import structlog

from palvelurinki.application.node import Loop, Node
from palvelurinki.application.outage import reason
from palvelurinki.application.reach import Standing
from palvelurinki.ports import Bus, Probe
from palvelurinki.protocol.http import Missing, ReadyView, ServerPhase

# Whoever takes longer than this to answer does not answer.
ANSWERS_WITHIN_S: Final = 2.0
# A loop that has done nothing for so long stands still; a deadline that has been due for so long is late.
STILL_AFTER_S: Final = 5.0

_MISSING: Final = {Loop.SWEEPING: Missing.SWEEPER, Loop.LOOKING: Missing.LOOK, Loop.BEATING: Missing.BEAT}

Answer = TypeVar("Answer")

log = structlog.get_logger(__name__)


class Vitals:
    """The signs of life of one running node."""

    def __init__(self, node: Node, bus: Bus, probe: Probe) -> None:
        self._node = node
        self._bus = bus
        self._probe = probe
        self._asking: asyncio.Task[float] | None = None
        # Of which parts it was told that they do not answer: whoever asks does so every second or two.
        self._unwell: set[str] = set()

    async def told(self) -> ReadyView:
        """How it is just now. Takes ANSWERS_WITHIN_S at the most."""
        lag_s, bus = await asyncio.gather(self._lag_s(), self._bus_answers())
        since = self._node.seconds_since_done()
        missing = [_MISSING[loop] for loop in Loop if since[loop] > STILL_AFTER_S]
        # It may answer again before this node has shown life to it: until then work is refused here.
        if lag_s is None or self._node.lookout.standing is not Standing.THERE:
            missing.insert(0, Missing.DATABASE)
        elif lag_s > STILL_AFTER_S and Missing.SWEEPER not in missing:
            missing.append(Missing.SWEEPER)
        return ReadyView(
            ok=not missing,
            phase=ServerPhase.SERVING,
            missing=missing,
            bus=bus,
            lag_s=lag_s,
            swept_s=since[Loop.SWEEPING],
            looked_s=since[Loop.LOOKING],
            beat_s=since[Loop.BEATING],
        )

    async def _lag_s(self) -> float | None:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(_float(self._probe.lag_s()), name="probing")
            self._asking.add_done_callback(_looked_at)
        return await self._answer("database", self._asking)

    async def _bus_answers(self) -> bool:
        pinging = asyncio.create_task(self._ping(), name="pinging")
        answered = await self._answer("bus", pinging)
        pinging.cancel()
        return answered is True

    async def _ping(self) -> bool:
        await self._bus.ping()
        return True

    async def _answer(self, part: str, asking: "asyncio.Task[Answer]") -> Answer | None:
        """What it answers within the bound; None when it does not, or says that it is not well. It is not disturbed."""
        done, _ = await asyncio.wait({asking}, timeout=ANSWERS_WITHIN_S)
        if not done:
            self._note(part, f"no answer within {ANSWERS_WITHIN_S:g} s")
        elif not asking.cancelled():
            error = asking.exception()
            if error is None:
                self._note(part, None)
                return asking.result()
            self._note(part, reason(error))
        return None

    def _note(self, part: str, why: str | None) -> None:
        """Tell when a part stops being well, and when it is well again."""
        if why is None and part in self._unwell:
            self._unwell.remove(part)
            log.warning("health.part_well", part=part)
        elif why is not None and part not in self._unwell:
            self._unwell.add(part)
            log.warning("health.part_unwell", part=part, why=why)


async def _float(lag: Awaitable[float]) -> float:
    return await lag


def _looked_at(asking: "asyncio.Task[float]") -> None:
    # It may fail when nobody waits for it any more, who have been told by then that it does not answer.
    if not asking.cancelled():
        asking.exception()
