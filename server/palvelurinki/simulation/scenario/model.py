"""A scenario as the world runs it: the directory of the configuration, and plans in seconds from the origin."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from palvelurinki.domain.directory import Directory, PointId, RingId, ServiceId, StaffId
from palvelurinki.domain.hours import HELSINKI
from palvelurinki.simulation.chance import Distribution

HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """How long a service takes; `patience` None means that nobody gives up."""

    ring: RingId
    handling: Distribution
    wrap_up: Distribution
    patience: Distribution | None


@dataclass(frozen=True, slots=True)
class Rate:
    """Arrivals per second from `start_s` until `end_s`."""

    start_s: float
    end_s: float
    per_s: float


@dataclass(frozen=True, slots=True)
class ArrivalStream:
    """Those who come to one point for one service. `languages` are the codes with their shares."""

    point: PointId
    service: ServiceId
    rates: tuple[Rate, ...]
    languages: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """A break, or a booked customer. It begins at `start_s`, or when the call of that time is over."""

    start_s: float
    length_s: float
    booked: bool


@dataclass(frozen=True, slots=True)
class ExpertPlan:
    """One expert. `shifts` in order, none touching the next; `missed` and `declined` are shares of their offers."""

    staff: StaffId
    shifts: tuple[tuple[float, float], ...]
    pauses: tuple[Pause, ...]
    missed: float
    declined: float
    answer: Distribution
    back_after_s: float


@dataclass(frozen=True)
class Scenario:
    """All that a run needs besides its number. Times are seconds from `origin`, midnight of the first day."""

    name: str
    seed: int
    first_day: date
    days: int
    hours: tuple[float, float]
    """The simulated part of each day, in hours from midnight."""
    warm_up_s: float
    target_share: float
    within_s: float
    directory: Directory
    services: Mapping[ServiceId, ServicePlan]
    arrivals: tuple[ArrivalStream, ...]
    experts: tuple[ExpertPlan, ...]
    kiosks: Mapping[PointId, int]

    @cached_property
    def origin(self) -> datetime:
        """Midnight of the first day in Finland, in UTC."""
        return midnight(self.first_day)

    @cached_property
    def start_s(self) -> float:
        """When the first day begins."""
        return self.clock_s(0, self.hours[0])

    @cached_property
    def counted_from_s(self) -> float:
        """Contacts that come before this are not counted: the ring is filling."""
        return self.start_s + self.warm_up_s

    def clock_s(self, day: int, hours: float) -> float:
        """The seconds from the origin of a wall-clock time: `hours` after midnight on the day of that number."""
        return clock_s(self.first_day, day, hours)

    def at(self, seconds: float) -> datetime:
        """The instant that many seconds after the origin."""
        return self.origin + timedelta(seconds=seconds)

    def hour_of(self, seconds: float) -> int:
        """The local hour of the day, 0 to 23, in which an instant lies."""
        return self.at(seconds).astimezone(HELSINKI).hour


def midnight(day: date) -> datetime:
    """The day's beginning in Finland, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=HELSINKI).astimezone(UTC)


def clock_s(first_day: date, day: int, hours: float) -> float:
    """Seconds from the first day's midnight to a wall-clock time of a later day; a change of clocks is counted."""
    whole_days, rest = divmod(hours, 24)
    there = first_day + timedelta(days=day + int(whole_days))
    wall = datetime(there.year, there.month, there.day, tzinfo=HELSINKI) + timedelta(hours=rest)
    return (wall.astimezone(UTC) - midnight(first_day)).total_seconds()
