"""Opening hours: when a ring takes contacts (R30), in Finland's time with its clock changes.

Hours are kept as local wall-clock minutes. A question is asked with an instant (UTC) and answered through
Europe/Helsinki, so the day on which clocks change has 23 or 25 hours and an opening at 09:00 stays at 09:00.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays
from typing_extensions import override

HELSINKI = ZoneInfo("Europe/Helsinki")
MINUTES_IN_DAY = 24 * 60
# How far ahead an opening is looked for; a ring with no opening in this time is told of as closed without a date.
LOOKAHEAD_DAYS = 60
LOOKAHEAD_WEEK = 8


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A stretch of one local day: minutes from midnight, `start` included, `end` excluded, 0 ≤ start < end ≤ 1440."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= MINUTES_IN_DAY:
            msg = f"not an interval within a day: {self.start}–{self.end}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Weekly hours, days that differ, and whether Finnish public holidays are closed.

    `weekly` maps a weekday (0 is Monday) to intervals in order; `exceptions` maps a date to that day's intervals,
    none of which means closed. An exception wins over a public holiday, which wins over the week.
    """

    weekly: Mapping[int, tuple[Interval, ...]] = field(default_factory=dict)
    exceptions: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict)
    closed_on_public_holidays: bool = True

    @override
    def __hash__(self) -> int:
        return hash((frozenset(self.weekly.items()), frozenset(self.exceptions.items())))

    def intervals_on(self, day: date) -> tuple[Interval, ...]:
        """The open stretches of a local day, in order."""
        if day in self.exceptions:
            return self.exceptions[day]
        if self.closed_on_public_holidays and day in public_holidays(day.year):
            return ()
        return self.weekly.get(day.weekday(), ())


@lru_cache(maxsize=8)
def public_holidays(year: int) -> frozenset[date]:
    """Finland's public holidays of a year."""
    return frozenset(holidays.country_holidays("FI", years=year))


def local_day(at: datetime) -> date:
    """The date in Finland at an instant."""
    return at.astimezone(HELSINKI).date()


def start_of_day(at: datetime) -> datetime:
    """The instant at which the local day of `at` began."""
    return _instant(local_day(at), 0)


def is_open(hours: OpeningHours, at: datetime) -> bool:
    """Whether the hours are open at the instant `at` (timezone-aware)."""
    return any(start <= at < end for start, end in _spans(hours, local_day(at), days=1))


def closes_at(hours: OpeningHours, at: datetime) -> datetime | None:
    """The instant at which the present opening ends; None when closed at `at`, or open for a week and more.

    Stretches that touch, such as 00:00–24:00 on following days, count as one opening.
    """
    first = local_day(at)
    present = next(
        (opening for opening in _openings(hours, first, LOOKAHEAD_WEEK) if opening[0] <= at < opening[1]), None
    )
    if present is None or present[1] >= _instant(first + timedelta(days=LOOKAHEAD_WEEK), 0):
        return None
    return present[1]


def next_opening(hours: OpeningHours, at: datetime) -> datetime | None:
    """The first instant after `at` at which the hours open, within LOOKAHEAD_DAYS; None when there is none.

    A stretch that goes on from the one before is no opening.
    """
    return next((start for start, _ in _openings(hours, local_day(at), LOOKAHEAD_DAYS) if start > at), None)


def overlaps(intervals: tuple[Interval, ...]) -> bool:
    """Whether any two of the intervals share a minute."""
    return any(later.start < earlier.end for earlier, later in pairwise(sorted(intervals)))


# Pure, and asked again and again for the same few days: with each look at each ring.
@lru_cache(maxsize=1024)
def _openings(hours: OpeningHours, first: date, days: int) -> tuple[tuple[datetime, datetime], ...]:
    """The stretches from `first` on, those that touch joined into one."""
    joined: list[tuple[datetime, datetime]] = []
    for start, end in _spans(hours, first, days):
        if joined and start == joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _spans(hours: OpeningHours, first: date, days: int) -> Iterator[tuple[datetime, datetime]]:
    for offset in range(days):
        day = first + timedelta(days=offset)
        for interval in sorted(hours.intervals_on(day)):
            start, end = _instant(day, interval.start), _instant(day, interval.end)
            if start < end:  # nothing is left of a stretch that a clock change skips whole
                yield start, end


# As above.
@lru_cache(maxsize=4096)
def _instant(day: date, minutes: int) -> datetime:
    # The wall-clock time is built first and converted after: adding minutes to an instant would slip over a clock
    # change.
    whole_days, minute = divmod(minutes, MINUTES_IN_DAY)
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=HELSINKI)
    wall += timedelta(days=whole_days)
    instant = wall.astimezone(UTC)
    if instant.astimezone(HELSINKI).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    # The change skips this time (03:00–04:00 in March). All of what is skipped is the instant of the change, which is
    # on the hour; else 03:30 would come after 04:00.
    return instant.replace(minute=0)
