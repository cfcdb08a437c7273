"""What is over, and for how long it has been."""

from datetime import datetime, timedelta
from typing import Protocol

from palvelurinki.domain.retention import Kept


class Retaining(Protocol):
    """Counts and removes what is past its time. The audit log's rows are counted here and removed by `Audit.forget`."""

    async def take_turn(self, not_since: timedelta) -> bool:
        """Whether it is the caller's turn to purge: nobody has begun to within `not_since`."""

    async def over(self, kind: Kept, before: datetime) -> int:
        """How many things of the kind were over by `before`."""

    async def remove(self, kind: Kept, before: datetime, most: int) -> int:
        """Remove at most `most` of these, the oldest first, with all that belongs to them; returns how many."""
