"""What a node shows of its own doing is what the truth says: whole histories, each commit looked at."""

from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from palvelurinki.application.changes import Changes
from palvelurinki.application.principals import Principal
from palvelurinki.domain.contact import SessionId
from palvelurinki.reporting import loading
from palvelurinki.reporting.documents import Document, StaffDocument
from palvelurinki.reporting.following import followed
from palvelurinki.reporting.sections import sections
from tests.simulation.crashing import Fate
from tests.simulation.history import play
from tests.simulation.on_memory import memory_world
from tests.simulation.world import Node, World

SEEDS = 40
TOGETHER = 10
STEPS = 60

Notify = Callable[[Changes], Awaitable[None]]


class Shadow:
    """Keeps the documents of all terminals and staff as a node would, and compares them with the truth."""

    def __init__(self, world: World) -> None:
        self.met: Counter[str] = Counter()
        self._world = world
        self._documents: dict[str, Document | None] = {}
        self._untold = 0

    def look_at_commits(self) -> None:
        """Stand beside every node that the world starts from now on."""
        plain = self._world._notifier  # noqa: SLF001  # the one place where a node's commits can be heard
        self._world._notifier = lambda node: self._beside(plain(node), node)  # type: ignore[method-assign]  # noqa: SLF001

    def _seen(self, document: Document | None) -> object:
        # A contact that goes on without somebody is seen by them only as the one whose offer they once had: its newer
        # state is not told to them, and not read either.
        if not isinstance(document, StaffDocument):
            return document
        principal = Principal.staff(document.staff)
        shown = sections(principal, SessionId(""), self._world.directory, {str(principal): document})
        return shown, document.call, document.presence

    def _beside(self, notify: Notify, node: Node) -> Notify:
        async def look(changes: Changes) -> None:
            if self._world.met[Fate.CRASH_AFTER_COMMIT] != self._untold:
                # Somebody died before they could tell: what they did is missing here, as it is at every other node.
                self._untold = self._world.met[Fate.CRASH_AFTER_COMMIT]
                self._documents.clear()
            async with node.context.store.looking() as tx:
                own = {topic for topic in changes.topics if topic.startswith(("terminal:", "staff:"))}
                truth = await loading.load(tx, node.context.directory, own)
            for topic in own - changes.unsaid:
                before = self._documents.get(topic)
                after = followed(before, changes)
                if before is None or after is None:
                    self.met["read"] += 1
                else:
                    assert self._seen(after) == self._seen(truth[topic]), (topic, changes)
                    self.met["followed"] += 1
                    self.met["rings"] += isinstance(after, StaffDocument) and after.grounds is not None
            self._documents.update(truth)
            await notify(changes)

        return look


@pytest.mark.parametrize("first", range(1, SEEDS + 1, TOGETHER))
async def test_what_follows_from_a_commit_is_what_would_be_read(first: int) -> None:
    met: Counter[str] = Counter()
    for seed in range(first, first + TOGETHER):
        world = memory_world(seed)
        shadow = Shadow(world)
        shadow.look_at_commits()
        await play(world, STEPS)
        assert not world.faults
        met += shadow.met
    # Most of what is one's own is told, and some of it is read: places that are kept, sessions that come and go.
    assert met["followed"] > met["read"] / 2
    assert met["rings"]
