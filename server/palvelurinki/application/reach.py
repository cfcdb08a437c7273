"""Whether a node reaches its database, and when it cannot, whether others do.

    there → away → cut off
      ↑       ↓       ↓
      └───────┴───────┘  as soon as one sign of life is written

A node that is *away* from its database takes nothing new; its clients stay, since all nodes are probably as it is: a
restart, a standby that is promoted. When others reach the database and it alone does not, it is *cut off*: whoever is
connected to it is better served elsewhere. Nodes tell each other over the bus. A node that hears itself there and
nobody who reaches the database knows that leaving would gain its clients nothing. One that does not even hear itself
cannot know, and supposes after a longer while that the network is what it has lost.

docs/decisions/0017. Times are of the loop's clock, in seconds; nothing here waits.
"""

from enum import Enum
from typing import Final

# After the first sign of life that could not be written. By then others have taken the node for dead (2 s without one).
AWAY_AFTER_S: Final = 2.0
# For so long others must have reached the database all the while that this node did not: when it comes back for all,
# one is always the first.
CUT_OFF_AFTER_S: Final = 4.0
# When nothing can be heard of anybody: longer than most standbys take, shorter than a session is kept.
DEAF_AFTER_S: Final = 20.0
# Who has told nothing for so long may have stopped reaching it, or living.
HEARD_WITHIN_S: Final = 2.0
# A node that was not even asked for so long stood still: it knows of nothing that happened meanwhile.
STOOD_STILL_S: Final = 2.0


class Standing(Enum):
    """How a node stands to its database."""

    THERE = "there"
    AWAY = "away"
    CUT_OFF = "cut off"


class Reach:
    """What a node knows of its own and the others' reaching the database. `look` is to be called twice a second."""

    def __init__(self, node: str, now: float) -> None:
        self.standing = Standing.THERE
        self._node = node
        # Since when this node has not reached it.
        self._failing_since: float | None = None
        # When this node last heard itself, and since and until when it has heard of others who reach the database.
        self._echo_at = now
        self._others_since = self._others_at = float("-inf")
        self._looked_at = now

    @property
    def reaches(self) -> bool:
        """What others are to be told."""
        return self._failing_since is None

    def reached(self) -> None:
        """This node's sign of life was written."""
        self._failing_since = None
        self.standing = Standing.THERE

    def missed(self, now: float) -> None:
        """This node's sign of life could not be written."""
        if self._failing_since is None:
            self._failing_since = now

    def heard(self, node: str, now: float, *, reaches: bool) -> None:
        """A node has told whether it reaches the database; this one hears itself, too."""
        if node == self._node:
            self._echo_at = now
        elif reaches:
            if now - self._others_at > HEARD_WITHIN_S:
                self._others_since = now
            self._others_at = now

    def look(self, now: float) -> Standing:
        """How things stand now."""
        if self._failing_since is not None:
            if now - self._looked_at > STOOD_STILL_S:
                # What was missed and not heard while nothing ran says nothing of the database, or of others.
                self._failing_since = self._echo_at = now
            self.standing = self._judged(now, self._failing_since)
        self._looked_at = now
        return self.standing

    def _judged(self, now: float, failing_since: float) -> Standing:
        if self.standing is Standing.CUT_OFF:
            # Whoever was sent away is not asked back before they can be served.
            return Standing.CUT_OFF
        alone_s = self._others_at - max(failing_since, self._others_since)
        if alone_s >= CUT_OFF_AFTER_S and now - self._others_at <= HEARD_WITHIN_S:
            return Standing.CUT_OFF
        if now - max(failing_since, self._echo_at) >= DEAF_AFTER_S:
            return Standing.CUT_OFF
        return Standing.AWAY if now - failing_since >= AWAY_AFTER_S else self.standing
