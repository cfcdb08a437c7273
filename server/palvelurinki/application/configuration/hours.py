"""Opening hours between the document's words ("mon-fri", "09:00-16:15") and the domain's minutes."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from pydantic import JsonValue

from palvelurinki.application.configuration.document import HoursPart
from palvelurinki.application.configuration.problems import Finding, Path
from palvelurinki.domain.hours import MINUTES_IN_DAY, Interval, OpeningHours, overlaps

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY: Final = "every_day"

_INTERVAL = re.compile(r"([0-9]{2}):([0-5][0-9])-([0-9]{2}):([0-5][0-9])")


def to_hours(part: HoursPart, path: Path) -> tuple[OpeningHours, list[Finding]]:
    """The hours that the part tells of, and what is wrong with it, as far as it can be understood."""
    findings: list[Finding] = []
    weekly: dict[int, tuple[Interval, ...]] = {}
    named: dict[int, str] = {}
    for key, texts in part.days.items():
        days = _days(key)
        if not days:
            message = _wrapping(key) or f"{key!r} is not a day; write mon, mon-fri or {EVERY_DAY}"
            findings.append(Finding("hours.invalid", (*path, key), message, at_key=True))
        intervals = _intervals(texts, (*path, key), findings)
        for day in days:
            if day in named:
                message = f"{DAYS[day]} is in {named[day]!r} already; a day may be named once"
                findings.append(Finding("hours.day_twice", (*path, key), message, at_key=True))
                break
            named[day] = key
            if intervals:
                weekly[day] = intervals
    exceptions = {
        day: _intervals(texts, (*path, "exceptions", day.isoformat()), findings)
        for day, texts in sorted(part.exceptions.items())
    }
    weekly = dict(sorted(weekly.items()))
    return OpeningHours(weekly, exceptions, part.closed_on_public_holidays), findings


def from_hours(hours: OpeningHours) -> dict[str, JsonValue]:
    """The same hours in the document's words: following days that are alike are written as one range."""
    told: dict[str, JsonValue] = {}
    first = 0
    while first < len(DAYS):
        intervals = hours.weekly.get(first, ())
        last = first
        while last + 1 < len(DAYS) and hours.weekly.get(last + 1, ()) == intervals:
            last += 1
        if intervals:
            told[_range(first, last)] = _texts(intervals)
        first = last + 1
    told["closed_on_public_holidays"] = hours.closed_on_public_holidays
    if hours.exceptions:
        told["exceptions"] = {day.isoformat(): _texts(intervals) for day, intervals in sorted(hours.exceptions.items())}
    return told


def longest_opening_s(hours: OpeningHours) -> int:
    """The length in seconds of the longest opening, by the clock on the wall; 0 when there is none.

    Stretches of the week that touch are one opening, also over midnight; those of an exception are its day's alone.
    """
    week = [
        (day * MINUTES_IN_DAY + interval.start, day * MINUTES_IN_DAY + interval.end)
        # Twice over: the week's last opening may go on in its first.
        for day in range(2 * len(DAYS))
        for interval in sorted(hours.weekly.get(day % len(DAYS), ()))
    ]
    longest, begun, ended = 0, 0, -1
    for start, end in week:
        begun, ended = (begun if start == ended else start), end
        longest = max(longest, ended - begun)
    for intervals in hours.exceptions.values():
        longest = max([longest, *(interval.end - interval.start for interval in intervals)])
    return longest * 60


def _days(key: str) -> Sequence[int]:
    if key == EVERY_DAY:
        return range(len(DAYS))
    first, dash, last = key.partition("-")
    if first not in DAYS or (dash and last not in DAYS):
        return ()
    return range(DAYS.index(first), DAYS.index(last or first) + 1)


def _wrapping(key: str) -> str | None:
    """What is wrong with a range of days that goes over the end of the week; None when it is not one."""
    first, _, last = key.partition("-")
    if first not in DAYS or last not in DAYS:
        return None
    end, start = _range(DAYS.index(first), len(DAYS) - 1), _range(0, DAYS.index(last))
    return f"{key!r}: a range of days may not go past sun; write {end} and {start}"


def _intervals(texts: Iterable[str], path: Path, findings: list[Finding]) -> tuple[Interval, ...]:
    found: list[Interval] = []
    for index, text in enumerate(texts):
        interval = _interval(text)
        if interval is None:
            message = f"{text!r} is not a time of a day; write 09:00-16:15, within 00:00-24:00, the earlier first"
            findings.append(Finding("hours.invalid", (*path, index), message))
        else:
            found.append(interval)
    ordered = tuple(sorted(found))
    if overlaps(ordered):
        findings.append(Finding("hours.overlap", path, "two of these times share a minute"))
    return ordered


def _interval(text: str) -> Interval | None:
    match = _INTERVAL.fullmatch(text)
    if match is None:
        return None
    start_hour, start_minute, end_hour, end_minute = map(int, match.groups())
    try:
        return Interval(start_hour * 60 + start_minute, end_hour * 60 + end_minute)
    except ValueError:
        return None


def _range(first: int, last: int) -> str:
    if first == last:
        return DAYS[first]
    return EVERY_DAY if (first, last) == (0, len(DAYS) - 1) else f"{DAYS[first]}-{DAYS[last]}"


def _texts(intervals: Iterable[Interval]) -> list[JsonValue]:
    return [f"{_clock(interval.start)}-{_clock(interval.end)}" for interval in sorted(intervals)]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
