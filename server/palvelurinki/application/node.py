"""A node: one server process among equals. It hastens what the store decides, and looks again in case it was not told.

- After a commit `notify` tells what changed to whoever watches here, matches the rings in which that may lead to an
  offer, and wakes the other nodes by the bus.
- Twice a second it handles what fell due and shows life, and chains what was noted for the audit log; once a second it
  looks in the outbox for what it has not been told, matches waiting rings, estimates how long those who wait still
  will, and takes back its own connections that another node had given up. Deadlines, the sign of life and the look go
  one at a time each, over connections of their own (`UPKEEP`): none of them waits behind people's commands.

Losing the bus therefore costs at most a second, never correctness.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final

import structlog

from palvelurinki.application import connections, offers, purging, sweeping, topics
from palvelurinki.application.auditing import Chainer
from palvelurinki.application.changes import Changes
from palvelurinki.application.estimating import Estimator
from palvelurinki.application.lookout import Lookout
from palvelurinki.application.outage import HINDRANCES, Outage
from palvelurinki.application.work import Context
from palvelurinki.domain.directory import Directory, RingId
from palvelurinki.domain.errors import Busy
from palvelurinki.ports import Bus, Store

WAKE_CHANNEL: Final = "wake"
SWEEP_EVERY_S: Final = 0.5
LOOK_EVERY_S: Final = 1.0
BEAT_EVERY_S: Final = 0.5
# A sign of life that takes longer comes too late (`Context.node_timeout`), and says that the database does not answer.
BEAT_WITHIN_S: Final = 2.0
ESTIMATE_EVERY_S: Final = 1.0
TELL_APART_S: Final = 0.005
CHAIN_EVERY_S: Final = 0.5
PURGE_EVERY_S: Final = 600.0
# What goes over connections of its own: signs of life, what falls due, the look. Each needs one at a time.
UPKEEP: Final = 3
# More than this many pages of the outbox are not read.
PAGES_AT_MOST: Final = 20
# After a failure (the database is away) a loop waits this long before it tries again.
RETRY_AFTER_S: Final = 1.0

log = structlog.get_logger(__name__)

# Called with the topics that have changed, and with what changed when this node did it.
Watcher = Callable[[Collection[str], Changes | None], None]
LoadDirectory = Callable[[Store], Awaitable[Directory]]


class Loop(Enum):
    """The loops without which a node is of no use: what falls due, what was changed elsewhere, the sign of life."""

    SWEEPING = "sweeping"
    LOOKING = "looking"
    BEATING = "beating"


class Node:
    """The loops of one server process. `run` runs them until cancelled."""

    def __init__(self, context: Context, bus: Bus, load_directory: LoadDirectory, estimator: Estimator) -> None:
        self.context = context
        self.bus = bus
        self._estimator = estimator
        self._chainer = None if context.seals is None else Chainer(context.store, context.seals)
        self.watchers: list[Watcher] = []
        self.outage = Outage()
        self.lookout = Lookout(bus, context.node)
        self._load_directory = load_directory
        # Bounded by the rings and topics that there are, however long nobody comes to them.
        self._to_match: set[RingId] = set()
        self._to_tell: set[str] = set()
        self._match = asyncio.Event()
        self._tell = asyncio.Event()
        self._sweep = asyncio.Event()
        self._cursor: str | None = None
        # The transactions of this node that were told since the outbox was read, and before that.
        self._told: set[str] = set()
        self._told_before: set[str] = set()
        self._clock = (datetime.fromtimestamp(0, UTC), 0.0)
        # When each last did all that it had to, by the loop's clock.
        self._done: dict[Loop, float] = {}
        context.notify = self.notify

    async def notify(self, changes: Changes) -> None:
        """A transaction of this node has committed."""
        self._told.add(changes.work)
        await self._look_at(changes.topics, changes)
        self._to_tell.update(changes.topics)
        self._tell.set()
        if changes.to_match:
            self._to_match.update(changes.to_match)
            self._match.set()

    def hasten(self) -> None:
        """Something is due now: do not wait for the next sweep."""
        self._sweep.set()

    def now(self) -> datetime:
        """The database's time, as of the last beat and counted on from there: what clients set their clocks by."""
        database, here = self._clock
        return database + timedelta(seconds=asyncio.get_running_loop().time() - here)

    async def start(self) -> None:
        """Show life before the first connection is taken, so that no other node thinks this one dead.

        The place in the outbox is taken before the configuration is loaded: a revision that is applied between the
        two is then told, not missed.
        """
        began = asyncio.get_running_loop().time()
        self._done = dict.fromkeys(Loop, began)
        await self._beat()
        _, self._cursor = await self.context.kept_free.outbox_since(None)
        self.context.directory = await self._load_directory(self.context.store)

    def seconds_since_done(self) -> Mapping[Loop, float]:
        """How long ago each loop last did all that it had to; before the first time, since the start."""
        now = asyncio.get_running_loop().time()
        return {loop: now - self._done[loop] for loop in Loop}

    async def leave(self) -> None:
        """Tell the others that this node is gone: what it held is lost at once, not when it counts as dead.

        To be called when `run` has ended, which would show life again.
        """
        async with self.context.kept_free.transaction() as tx:
            # Not removed: until when a session may be resumed is counted from its node's last sign of life.
            last = await tx.now() - 2 * self.context.node_timeout
            await tx.housekeeping.declare_dead(self.context.node, last)

    async def run(self) -> None:
        """Run all loops until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.lookout.run(), name="lookout")
            group.create_task(self._matching(), name="matching")
            group.create_task(self._telling(), name="telling")
            group.create_task(self._listening(), name="listening")
            group.create_task(self._sweeping(), name="sweeping")
            group.create_task(self._every(BEAT_EVERY_S, self._beat_in_time, "beating", Loop.BEATING), name="beating")
            group.create_task(self._looking(), name="looking")
            # Apart from the look, which is not to wait until people's commands let this come by.
            group.create_task(self._every(LOOK_EVERY_S, self._match_waiting, "matching"), name="matching-waiting")
            group.create_task(
                self._every(ESTIMATE_EVERY_S, self._estimator.estimate_waiting, "estimating"), name="estimating"
            )
            if self._chainer is not None:
                group.create_task(self._every(CHAIN_EVERY_S, self._chainer.chain, "chaining"), name="chaining")
            group.create_task(self._every(PURGE_EVERY_S, self._purge, "purging"), name="purging")

    async def _look_at(self, touched: Collection[str], changes: Changes | None = None) -> None:
        if topics.CONFIGURATION in touched:
            self.context.directory = await self._load_directory(self.context.store)
        for watcher in self.watchers:
            watcher(touched, changes)

    async def _matching(self) -> None:
        # Each pool is matched by itself, one look at a time: pools share nobody, so none waits for another.
        busy: set[RingId] = set()
        async with asyncio.TaskGroup() as looks:
            while True:
                await self._match.wait()
                self._match.clear()
                rings, self._to_match = self._to_match, set()
                for ring in sweeping.one_of_each_pool(self.context.directory, rings):
                    pool = min(self.context.directory.pools[ring])
                    if pool in busy:
                        # Looked at again when the look that runs has ended.
                        self._to_match.add(ring)
                    else:
                        busy.add(pool)
                        looks.create_task(self._match_pool(ring, pool, busy), name=f"matching {pool}")

    async def _match_pool(self, ring: RingId, pool: RingId, busy: set[RingId]) -> None:
        try:
            await self._surviving(lambda: offers.match_ring(self.context, ring), "matching")
        finally:
            busy.discard(pool)
            if self._to_match:
                self._match.set()

    async def _telling(self) -> None:
        while True:
            await self._tell.wait()
            self._tell.clear()
            told, self._to_tell = self._to_tell, set()
            await self.bus.publish(WAKE_CHANNEL, json.dumps({"node": self.context.node, "topics": sorted(told)}))
            # What comes until then goes along: on a busy node each wake-up costs all others a look.
            await asyncio.sleep(TELL_APART_S)

    async def _listening(self) -> None:
        subscription = await self.bus.subscribe(WAKE_CHANNEL)
        async for _, text in subscription:
            heard = json.loads(text)
            # What this node has told the others it has told itself before.
            if heard["node"] != self.context.node:
                await self._surviving(lambda touched=heard["topics"]: self._look_at(touched), "looking")  # type: ignore[misc]

    async def _sweeping(self) -> None:
        while True:
            await self._surviving(lambda: sweeping.sweep(self.context), "sweeping", Loop.SWEEPING)
            # Not wait_for: on Python 3.11 it loses a cancellation that comes together with what it waits for.
            with suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_EVERY_S):
                    await self._sweep.wait()
            self._sweep.clear()

    async def _looking(self) -> None:
        async def look() -> None:
            await self._read_outbox()
            await connections.lose_dead_nodes(self.context)

        await self._every(LOOK_EVERY_S, look, "looking", Loop.LOOKING)

    async def _match_waiting(self) -> None:
        await sweeping.match_waiting(self.context)

    async def _read_outbox(self) -> None:
        missed: set[str] = set()
        known = self._told | self._told_before
        self._told_before, self._told = self._told, set()
        for _ in range(PAGES_AT_MOST):
            entries, self._cursor = await self.context.kept_free.outbox_since(self._cursor)
            missed.update(topic for entry in entries if entry.work not in known for topic in entry.topics)
            if not entries:
                break
        else:
            # This node was away for long. Looking at everything once takes less than reading all that was missed; the
            # place in the outbox is taken first, so that what happens meanwhile is told.
            _, self._cursor = await self.context.kept_free.outbox_since(None)
            missed = {topics.CONFIGURATION}
        if missed:
            await self._look_at(missed)

    async def _beat_in_time(self) -> None:
        # In a task of its own, for on Python 3.11 a timeout around it might lose this one's cancellation.
        beating = asyncio.create_task(self._beat(), name="beat")
        try:
            done, _ = await asyncio.wait({beating}, timeout=BEAT_WITHIN_S)
            if not done:
                raise Busy(f"the database has not answered for {BEAT_WITHIN_S:g} s")  # noqa: TRY301  (as any other)
            beating.result()
        except Exception:
            self.lookout.missed()
            raise
        else:
            self.lookout.reached()
        finally:
            beating.cancel()

    async def _beat(self) -> None:
        async with self.context.kept_free.transaction() as tx:
            await tx.connections.beat(self.context.node)
            self._clock = (await tx.now(), asyncio.get_running_loop().time())

    async def _purge(self) -> None:
        await sweeping.purge(self.context)
        await purging.purge_daily(self.context.store, self.context.directory.retention, self.context.seals)

    async def _every(
        self, seconds: float, work: Callable[[], Awaitable[object]], name: str, loop: Loop | None = None
    ) -> None:
        while True:
            # What failed has had its pause: the two together would be all that may pass before it is done (I3).
            if await self._surviving(work, name, loop):
                await asyncio.sleep(seconds)

    async def _surviving(self, work: Callable[[], Awaitable[object]], name: str, loop: Loop | None = None) -> bool:
        """Do the work. False when it failed, after a pause.

        A loop outlives every failure of what it calls: the database may be away for a minute and come back, and what
        was not done is done by the next look. The failure is told, not hidden; that the database is away, once (`name`
        is the loop that will try again).
        """
        try:
            await work()
        except HINDRANCES as hindrance:
            self.outage.begins(hindrance, name)
            await asyncio.sleep(RETRY_AFTER_S)
            return False
        except Exception:
            log.exception("node.loop_failed", node=self.context.node, loop=name)
            await asyncio.sleep(RETRY_AFTER_S)
            return False
        self.outage.ends(name)
        if loop is not None:
            self._done[loop] = asyncio.get_running_loop().time()
        return True
