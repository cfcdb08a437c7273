"""A pytest plugin by which servers show things late, by chance: it finds tests that do not wait for what they assert.

    python -m pytest -p tests.support.lag -n 4 tests/integration

Boards (rings, points, estimates) may follow a second later than one's own things, and what one client sees says nothing
of what another one sees already. On an idle machine all of it comes at once, so a test that relies on that fails seldom
and elsewhere. Servers that are processes of their own are not slowed.
"""

import random
from typing import Final

import pytest

from palvelurinki.web.socket.pacing import Pacing

BOARDS: Final = ("ring:", "point:", "estimates:")
# Seconds; what comes at once among them, so that the order changes too.
LATE: Final = {True: (0.0, 0.0, 0.3, 0.9), False: (0.0, 0.0, 0.05, 0.3)}


def pytest_configure(config: pytest.Config) -> None:
    """Slow every server of this process."""
    in_time = Pacing._due_at  # noqa: SLF001  # what is to come late

    def late(pacing: Pacing, topic: str, now: float) -> float:
        return in_time(pacing, topic, now) + random.choice(LATE[topic.startswith(BOARDS)])

    patch = pytest.MonkeyPatch()
    patch.setattr(Pacing, "_due_at", late)
    config.add_cleanup(patch.undo)
