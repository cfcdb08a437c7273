"""What a node has told itself it does not look at again when the bus or the outbox tells of it."""

import asyncio
import json
from collections.abc import Collection

import pytest

from palvelurinki.adapters.memory.bus import MemoryBus
from palvelurinki.application.changes import Changes
from palvelurinki.application.node import WAKE_CHANNEL, Node
from palvelurinki.application.work import Work, perform
from palvelurinki.domain.directory import Directory
from palvelurinki.ports import Store
from tests.unit.application.past import Office
from tests.unit.domain.routing.pools import directory, ring

HERE = directory(ring("ring", "anna"))


class Listening:
    """A node, and what its watchers were told."""

    def __init__(self) -> None:
        self.office = Office(HERE)
        self.bus = MemoryBus()
        self.woken = asyncio.Event()
        self.heard: list[tuple[frozenset[str], bool]] = []
        self.node = Node(self.office.estimator.context, self.bus, self._load, self.office.estimator)
        self.node.watchers.append(self._hear)

    async def touch(self, *topics: str) -> None:
        """A transaction of this node changes these."""

        async def use_case(work: Work) -> None:
            work.changes.touch(topics)

        await perform(self.node.context, use_case)

    def _hear(self, touched: Collection[str], changes: Changes | None) -> None:
        self.heard.append((frozenset(touched), changes is not None))
        if changes is None:
            self.woken.set()

    async def _load(self, _store: Store) -> Directory:
        return HERE


@pytest.fixture
async def here() -> Listening:
    made = Listening()
    await made.node.start()
    return made


async def test_the_outbox_tells_only_what_was_not_told(here: Listening) -> None:
    await here.touch("terminal:a")
    notify, here.node.context.notify = here.node.context.notify, _nobody
    # Cancelled between the commit and the telling, say.
    await here.touch("terminal:b")
    here.node.context.notify = notify
    await here.node._read_outbox()  # noqa: SLF001  # what it does once a second
    await here.node._read_outbox()  # noqa: SLF001
    assert here.heard == [(frozenset({"terminal:a"}), True), (frozenset({"terminal:b"}), False)]


async def test_what_another_wrote_is_told(here: Listening) -> None:
    async with here.office.store.transaction() as tx:
        await tx.outbox.add(None, "Touched", {}, ["terminal:a"], "work of another node")
        await tx.outbox.add(None, "ConfigurationApplied", {}, ["point:p"])
    await here.node._read_outbox()  # noqa: SLF001
    assert here.heard == [(frozenset({"terminal:a", "point:p"}), False)]


async def test_a_node_does_not_wake_itself_by_the_bus(here: Listening) -> None:
    running = asyncio.create_task(here.node.run())
    subscription = await here.bus.subscribe(WAKE_CHANNEL)
    await here.touch("terminal:a")
    async with asyncio.timeout(10):
        async for _, text in subscription:
            if json.loads(text)["topics"] == ["terminal:a"]:
                break
        await here.bus.publish(WAKE_CHANNEL, json.dumps({"node": "another", "topics": ["terminal:b"]}))
        await here.woken.wait()
    assert here.heard == [(frozenset({"terminal:a"}), True), (frozenset({"terminal:b"}), False)]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def _nobody(_changes: Changes) -> None:
    """Tells nobody."""
