"""Opening hours, on days that are as they should be and on those that are not."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palvelurinki.domain.hours import (
    HELSINKI,
    LOOKAHEAD_DAYS,
    Interval,
    OpeningHours,
    closes_at,
    is_open,
    local_day,
    next_opening,
    overlaps,
    public_holidays,
)

MINUTE = timedelta(minutes=1)
OFFICE = (Interval(9 * 60, 16 * 60 + 15),)
WEEKDAYS = OpeningHours(weekly=dict.fromkeys(range(5), OFFICE))
WHOLE_DAY = (Interval(0, 24 * 60),)
ALWAYS = OpeningHours(weekly=dict.fromkeys(range(7), WHOLE_DAY), closed_on_public_holidays=False)


def finland(year: int, month: int, day: int, hour: int = 0, minute: int = 0, *, fold: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, fold=fold, tzinfo=HELSINKI)


def same(found: datetime | None, expected: datetime) -> bool:
    """Whether it is the same instant, in UTC: times of one zone compare by their clock faces."""
    return found is not None and found.tzinfo is UTC and found == expected.astimezone(UTC)


class TestAnOrdinaryDay:
    @pytest.mark.parametrize(
        ("hour", "minute", "expected"), [(8, 59, False), (9, 0, True), (16, 14, True), (16, 15, False), (23, 0, False)]
    )
    def test_start_is_included_and_end_is_not(self, hour: int, minute: int, expected: bool) -> None:  # noqa: FBT001
        assert is_open(WEEKDAYS, finland(2026, 11, 23, hour, minute)) is expected

    def test_an_instant_is_asked_in_any_zone(self) -> None:
        assert is_open(WEEKDAYS, datetime(2026, 11, 23, 7, 0, tzinfo=UTC))
        assert not is_open(WEEKDAYS, datetime(2026, 11, 23, 6, 59, tzinfo=UTC))

    def test_the_day_is_finlands(self) -> None:
        """22:30 UTC on a Sunday is already Monday in Finland."""
        assert local_day(datetime(2026, 11, 22, 22, 30, tzinfo=UTC)) == date(2026, 11, 23)
        monday_night = OpeningHours(weekly={0: (Interval(0, 60),)})
        assert is_open(monday_night, datetime(2026, 11, 22, 22, 30, tzinfo=UTC))

    def test_closing_and_next_opening_from_an_open_morning(self) -> None:
        at = finland(2026, 11, 23, 10)
        assert same(closes_at(WEEKDAYS, at), finland(2026, 11, 23, 16, 15))
        assert same(next_opening(WEEKDAYS, at), finland(2026, 11, 24, 9))

    def test_the_weekend_is_skipped(self) -> None:
        friday_evening = finland(2026, 11, 20, 17)
        assert closes_at(WEEKDAYS, friday_evening) is None
        assert same(next_opening(WEEKDAYS, friday_evening), finland(2026, 11, 23, 9))

    def test_a_lunch_break(self) -> None:
        hours = OpeningHours(weekly={0: (Interval(540, 660), Interval(720, 960))})
        assert same(closes_at(hours, finland(2026, 11, 23, 10)), finland(2026, 11, 23, 11))
        assert not is_open(hours, finland(2026, 11, 23, 11, 30))
        assert same(next_opening(hours, finland(2026, 11, 23, 11, 30)), finland(2026, 11, 23, 12))

    def test_the_opening_instant_itself_is_not_the_next_one(self) -> None:
        assert same(next_opening(WEEKDAYS, finland(2026, 11, 23, 9)), finland(2026, 11, 24, 9))

    def test_hours_that_never_open(self) -> None:
        at = finland(2026, 11, 23, 10)
        assert not is_open(OpeningHours(), at)
        assert closes_at(OpeningHours(), at) is None
        assert next_opening(OpeningHours(), at) is None

    def test_an_opening_beyond_the_horizon_is_not_told_of(self) -> None:
        far = date(2026, 11, 23) + timedelta(days=LOOKAHEAD_DAYS)
        hours = OpeningHours(exceptions={far: OFFICE})
        assert next_opening(hours, finland(2026, 11, 23)) is None
        assert next_opening(hours, finland(2026, 11, 24)) is not None


class TestMidnight:
    def test_a_day_ends_at_24(self) -> None:
        hours = OpeningHours(weekly={0: (Interval(20 * 60, 24 * 60),)})
        assert is_open(hours, finland(2026, 11, 23, 23, 59))
        assert not is_open(hours, finland(2026, 11, 24, 0, 0))
        assert same(closes_at(hours, finland(2026, 11, 23, 22)), finland(2026, 11, 24))

    def test_days_that_touch_are_one_opening(self) -> None:
        hours = OpeningHours(weekly={0: (Interval(1200, 1440),), 1: (Interval(0, 120),)})
        assert same(closes_at(hours, finland(2026, 11, 23, 22)), finland(2026, 11, 24, 2))

    def test_stretches_that_touch_are_one_opening(self) -> None:
        hours = OpeningHours(weekly={0: (Interval(540, 720), Interval(720, 960))})
        assert same(closes_at(hours, finland(2026, 11, 23, 10)), finland(2026, 11, 23, 16))

    def test_the_order_in_which_a_days_stretches_are_listed_does_not_matter(self) -> None:
        hours = OpeningHours(weekly={0: (Interval(720, 960), Interval(540, 720))})
        assert same(closes_at(hours, finland(2026, 11, 23, 10)), finland(2026, 11, 23, 16))
        assert same(next_opening(hours, finland(2026, 11, 23, 8)), finland(2026, 11, 23, 9))

    def test_around_the_clock_neither_closes_nor_opens(self) -> None:
        at = finland(2026, 11, 23, 10)
        assert is_open(ALWAYS, at)
        assert closes_at(ALWAYS, at) is None
        assert next_opening(ALWAYS, at) is None

    def test_a_closing_further_than_a_week_is_not_told_of(self) -> None:
        hours = OpeningHours(weekly=ALWAYS.weekly, exceptions={date(2026, 12, 2): ()}, closed_on_public_holidays=False)
        assert closes_at(hours, finland(2026, 11, 23, 10)) is None
        assert same(closes_at(hours, finland(2026, 11, 25, 10)), finland(2026, 12, 2))

    def test_going_on_after_midnight_is_no_opening(self) -> None:
        hours = OpeningHours(weekly={0: (Interval(1200, 1440),), 1: (Interval(0, 120), Interval(540, 960))})
        assert same(next_opening(hours, finland(2026, 11, 23, 22)), finland(2026, 11, 24, 9))


class TestClockChanges:
    """In 2026 clocks go from 03:00 to 04:00 on 29 March, and from 04:00 back to 03:00 on 25 October."""

    def test_an_opening_keeps_its_clock_time(self) -> None:
        daily = OpeningHours(weekly=dict.fromkeys(range(7), OFFICE))
        winter, summer = finland(2026, 3, 28, 9), finland(2026, 3, 29, 9)
        assert same(next_opening(daily, winter), summer)
        assert summer.astimezone(UTC) - winter.astimezone(UTC) == timedelta(hours=23)
        summer, winter = finland(2026, 10, 24, 9), finland(2026, 10, 25, 9)
        assert same(next_opening(daily, summer), winter)
        assert winter.astimezone(UTC) - summer.astimezone(UTC) == timedelta(hours=25)

    @pytest.mark.parametrize(("day", "length"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
    def test_a_whole_day_is_as_long_as_the_day_is(self, day: date, length: int) -> None:
        hours = OpeningHours(exceptions={day: WHOLE_DAY})
        start = finland(day.year, day.month, day.day)
        end = closes_at(hours, start)
        assert end is not None
        assert end - start.astimezone(UTC) == timedelta(hours=length)

    def test_a_night_shift_over_the_changes(self) -> None:
        hours = OpeningHours(weekly={5: (Interval(22 * 60, 1440),), 6: (Interval(0, 6 * 60),)})
        for saturday, length in ((finland(2026, 3, 28, 22), 7), (finland(2026, 10, 24, 22), 9)):
            closing = closes_at(hours, saturday)
            assert closing is not None
            assert closing - saturday.astimezone(UTC) == timedelta(hours=length)

    def test_the_hour_that_comes_twice_is_open_both_times(self) -> None:
        hours = OpeningHours(weekly={6: (Interval(180, 240),)})
        assert is_open(hours, finland(2026, 10, 25, 3, 30))
        assert is_open(hours, finland(2026, 10, 25, 3, 30, fold=1))
        assert same(closes_at(hours, finland(2026, 10, 25, 3)), finland(2026, 10, 25, 4))

    def test_the_hour_that_is_skipped_is_no_opening(self) -> None:
        hours = OpeningHours(exceptions={date(2026, 3, 29): (Interval(180, 240),)})
        assert not any(is_open(hours, finland(2026, 3, 29) + MINUTE * minute) for minute in range(24 * 60))
        assert next_opening(hours, finland(2026, 3, 29)) is None

    def test_what_is_left_of_a_stretch_that_begins_in_the_skipped_hour(self) -> None:
        hours = OpeningHours(exceptions={date(2026, 3, 29): (Interval(210, 255),)})
        assert same(next_opening(hours, finland(2026, 3, 29)), finland(2026, 3, 29, 4))
        assert same(closes_at(hours, finland(2026, 3, 29, 4)), finland(2026, 3, 29, 4, 15))


class TestHolidaysAndExceptions:
    @pytest.mark.parametrize("day", [date(2026, 12, 25), date(2026, 12, 24), date(2026, 6, 19), date(2026, 4, 3)])
    def test_public_holidays_are_closed_unless_said_otherwise(self, day: date) -> None:
        assert day in public_holidays(day.year)
        noon = finland(day.year, day.month, day.day, 12)
        assert not is_open(WEEKDAYS, noon)
        assert is_open(OpeningHours(weekly=WEEKDAYS.weekly, closed_on_public_holidays=False), noon)

    def test_the_next_opening_over_christmas(self) -> None:
        """Christmas Eve of 2026 is a Thursday: the next working day is Monday the 28th."""
        assert same(next_opening(WEEKDAYS, finland(2026, 12, 23, 17)), finland(2026, 12, 28, 9))

    def test_the_next_opening_over_new_year(self) -> None:
        """The 1st of January 2027 is a Friday; Epiphany is a Wednesday."""
        assert same(next_opening(WEEKDAYS, finland(2026, 12, 31, 17)), finland(2027, 1, 4, 9))
        assert same(next_opening(WEEKDAYS, finland(2027, 1, 5, 17)), finland(2027, 1, 7, 9))

    def test_an_exception_wins_over_a_holiday_and_over_the_week(self) -> None:
        short = (Interval(600, 720),)
        hours = OpeningHours(
            weekly=WEEKDAYS.weekly,
            exceptions={date(2026, 12, 25): short, date(2026, 11, 23): (), date(2026, 11, 22): short},
        )
        assert is_open(hours, finland(2026, 12, 25, 11))
        assert not is_open(hours, finland(2026, 12, 25, 13))
        assert not is_open(hours, finland(2026, 11, 23, 12))
        assert is_open(hours, finland(2026, 11, 22, 11))  # a Sunday

    def test_a_closed_day_ends_an_opening_around_the_clock(self) -> None:
        hours = OpeningHours(weekly=ALWAYS.weekly, exceptions={date(2026, 11, 25): ()}, closed_on_public_holidays=False)
        assert same(closes_at(hours, finland(2026, 11, 23, 10)), finland(2026, 11, 25))
        assert same(next_opening(hours, finland(2026, 11, 25, 10)), finland(2026, 11, 26))


class TestIntervals:
    @pytest.mark.parametrize(("start", "end"), [(-1, 60), (60, 60), (61, 60), (0, 1441)])
    def test_an_interval_lies_within_a_day(self, start: int, end: int) -> None:
        with pytest.raises(ValueError, match="not an interval within a day"):
            Interval(start, end)

    def test_touching_is_not_overlapping(self) -> None:
        assert not overlaps((Interval(60, 120), Interval(0, 60)))
        assert overlaps((Interval(60, 120), Interval(0, 61)))
        assert overlaps((Interval(0, 240), Interval(60, 120), Interval(180, 200)))


@st.composite
def intervals(draw: st.DrawFn) -> tuple[Interval, ...]:
    bounds = sorted(draw(st.lists(st.integers(0, 1440), max_size=5, unique=True)))
    stretches = [Interval(start, end) for start, end in pairwise(bounds)]
    return tuple(stretch for stretch in stretches if draw(st.booleans()))


# Days around both clock changes, Christmas and an ordinary week.
some_days = st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 12, 24), date(2026, 11, 23)]).flatmap(
    lambda day: st.integers(-2, 2).map(lambda offset: day + timedelta(days=offset))
)
some_hours = st.builds(
    OpeningHours,
    st.dictionaries(st.integers(0, 6), intervals()),
    st.dictionaries(some_days, intervals(), max_size=3),
    st.booleans(),
)
instants = st.tuples(some_days, st.integers(0, 24 * 60 - 1)).map(
    lambda when: datetime(when[0].year, when[0].month, when[0].day, tzinfo=UTC) + MINUTE * when[1]
)


@given(some_hours, instants)
def test_open_is_what_a_clock_on_the_wall_says(hours: OpeningHours, at: datetime) -> None:
    wall = at.astimezone(HELSINKI)
    if (wall.date(), wall.hour) == (date(2026, 10, 25), 3):
        return  # the clock says this twice, see below
    minute = wall.hour * 60 + wall.minute
    expected = any(interval.start <= minute < interval.end for interval in hours.intervals_on(wall.date()))
    assert is_open(hours, at) == expected


@given(some_hours, instants)
def test_it_stays_open_until_it_closes(hours: OpeningHours, at: datetime) -> None:
    closing = closes_at(hours, at)
    if closing is not None:
        assert closing > at
        assert not is_open(hours, closing)
        assert is_open(hours, closing - timedelta(microseconds=1))
        step = (closing - at) / 50
        assert all(is_open(hours, at + step * n) for n in range(50))
    elif is_open(hours, at):
        assert all(is_open(hours, at + timedelta(hours=n)) for n in range(6 * 24))


@given(some_hours, instants)
def test_it_stays_closed_until_it_opens(hours: OpeningHours, at: datetime) -> None:
    opening = next_opening(hours, at)
    if opening is not None:
        assert opening > at
        assert is_open(hours, opening)
        assert not is_open(hours, opening - timedelta(microseconds=1))
    if not is_open(hours, at):
        until = opening or at + timedelta(days=5)
        step = max((until - at) / 50, MINUTE)
        assert not any(is_open(hours, at + step * n) for n in range(50) if at + step * n < until)
