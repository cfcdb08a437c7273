"""Whether a ring takes contacts at an instant, remembered until it changes: hours are asked for every arrival."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from palvelurinki.domain.directory import Ring, RingId
from palvelurinki.domain.hours import closes_at, is_open, next_opening

_LOOK_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Known:
    open: bool
    closes: datetime | None
    until: datetime


class Openings:
    """The rings' hours. Ask in order of time."""

    def __init__(self) -> None:
        self._known: dict[RingId, _Known] = {}

    def takes(self, ring: Ring, now: datetime) -> bool:
        """Whether a contact may enter the ring at `now`."""
        known = self._look(ring, now)
        return known.open and (known.closes is None or now < known.closes - timedelta(seconds=ring.last_entry_s))

    def closes(self, ring: Ring, now: datetime) -> datetime | None:
        """When the present opening ends; None when it is closed, or open for a week and more."""
        return self._look(ring, now).closes

    def _look(self, ring: Ring, now: datetime) -> _Known:
        known = self._known.get(ring.id)
        if known is None or now >= known.until:
            if is_open(ring.hours, now):
                closes = closes_at(ring.hours, now)
                known = _Known(open=True, closes=closes, until=closes or now + _LOOK_AGAIN)
            else:
                opens = next_opening(ring.hours, now)
                known = _Known(open=False, closes=None, until=opens or now + _LOOK_AGAIN)
            self._known[ring.id] = known
        return known
