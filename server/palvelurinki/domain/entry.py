"""Entry: whether a ring takes a new contact now (R30). A closed line is never offered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from palvelurinki.domain.directory import Ring
from palvelurinki.domain.hours import closes_at, is_open, next_opening


@dataclass(frozen=True, slots=True)
class Entry:
    """What the hours say at an instant.

    `allowed`: a new contact may enter. `closing`: it may not, because the ring is about to close (`last_entry_s`).
    `closes_at`: when the present opening ends, None when closed or open without an end. `opens_at`: the next opening.
    """

    allowed: bool
    closing: bool
    closes_at: datetime | None
    opens_at: datetime | None


def entry(ring: Ring, now: datetime) -> Entry:
    """Whether `ring` takes a new contact at `now`, and when that changes."""
    open_now = is_open(ring.hours, now)
    closes = closes_at(ring.hours, now)
    closing = closes is not None and now >= closes - timedelta(seconds=ring.last_entry_s)
    return Entry(open_now and not closing, closing, closes, next_opening(ring.hours, now))
