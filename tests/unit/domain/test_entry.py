"""Entry: a closed line is never offered (R30), and a line that is about to close takes nobody new."""

from datetime import UTC, date, datetime, timedelta

import pytest

from palvelurinki.domain.directory import OrganisationId, Ring, RingId
from palvelurinki.domain.entry import Entry, entry
from palvelurinki.domain.hours import Interval, OpeningHours
from palvelurinki.domain.names import Names

# Mondays 9 to 12 and 13 to 16 in Finland, which in winter is two hours ahead of UTC.
MONDAY = date(2026, 3, 2)
HOURS = OpeningHours({0: (Interval(9 * 60, 12 * 60), Interval(13 * 60, 16 * 60))})
OPENS, NOON, AFTERNOON, CLOSES = (datetime(2026, 3, 2, hour - 2, tzinfo=UTC) for hour in (9, 12, 13, 16))
NEXT_WEEK = OPENS + timedelta(days=7)
SECOND = timedelta(seconds=1)


def ring(hours: OpeningHours = HOURS, last_entry_s: int = 0) -> Ring:
    return Ring(RingId("ring"), OrganisationId("provider"), Names("r", "r", "r"), hours, (), last_entry_s=last_entry_s)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (OPENS - SECOND, Entry(allowed=False, closing=False, closes_at=None, opens_at=OPENS)),
        (OPENS, Entry(allowed=True, closing=False, closes_at=NOON, opens_at=AFTERNOON)),
        (NOON - timedelta(microseconds=1), Entry(allowed=True, closing=False, closes_at=NOON, opens_at=AFTERNOON)),
        (NOON, Entry(allowed=False, closing=False, closes_at=None, opens_at=AFTERNOON)),
        (CLOSES, Entry(allowed=False, closing=False, closes_at=None, opens_at=NEXT_WEEK)),
    ],
)
def test_a_contact_may_enter_while_the_ring_is_open(now: datetime, expected: Entry) -> None:
    assert entry(ring(), now) == expected


def test_the_last_may_enter_so_long_before_each_closing() -> None:
    late = ring(last_entry_s=600)
    for closing in (NOON, CLOSES):
        last = closing - timedelta(seconds=600)
        assert entry(late, last - timedelta(microseconds=1)).allowed
        assert not entry(late, last - timedelta(microseconds=1)).closing
        for now in (last, closing - SECOND):
            found = entry(late, now)
            assert (found.allowed, found.closing, found.closes_at) == (False, True, closing)
    # It says when the next one may come: after lunch, or next week.
    assert entry(late, NOON - SECOND).opens_at == AFTERNOON
    assert entry(late, CLOSES - SECOND).opens_at == NEXT_WEEK
    # Once closed it is closed, and no longer about to be.
    assert not entry(late, NOON).closing


def test_a_ring_that_closes_sooner_than_its_last_entry_never_takes_anybody() -> None:
    short = ring(OpeningHours({0: (Interval(540, 545),)}), last_entry_s=600)
    assert [entry(short, OPENS + timedelta(minutes=minute)).allowed for minute in range(6)] == [False] * 6


def test_a_ring_that_never_closes_is_never_about_to() -> None:
    always = OpeningHours(dict.fromkeys(range(7), (Interval(0, 1440),)), closed_on_public_holidays=False)
    found = entry(ring(always, last_entry_s=3600), datetime(2026, 3, 2, 21, 59, tzinfo=UTC))
    assert (found.allowed, found.closing, found.closes_at) == (True, False, None)


def test_an_exception_closes_the_day() -> None:
    found = entry(ring(OpeningHours(HOURS.weekly, {MONDAY: ()})), OPENS)
    assert found == Entry(allowed=False, closing=False, closes_at=None, opens_at=NEXT_WEEK)
