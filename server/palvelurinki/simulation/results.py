"""What a simulation found, by ring and hour of the day: counts, waits, service level, occupancy.

Counts are of one day, averaged over the days and runs; waits and their percentiles are of all contacts of all runs
together, from the request until the call or until the customer left. The service level is the share of all who entered
that was served within the target; who left is not within it. Intervals are of 95 %, from the runs (`confidence`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil, floor
from statistics import fmean, median

from palvelurinki.domain.directory import RingId, StaffId
from palvelurinki.simulation.confidence import Interval, interval
from palvelurinki.simulation.log import Fate, Log, Stretch, Trace
from palvelurinki.simulation.scenario import Scenario
from palvelurinki.simulation.scenario.model import HOUR_S


@dataclass(frozen=True, slots=True)
class Measures:
    """Of a ring's hour, a ring's day, or all rings' day (`ring`, `hour` None). Waits in seconds, None when nobody came.

    `unserved`: still waiting when the ring closed or everybody had gone. `turned_away`: came when no contact may enter.
    `on_duty`: experts on duty on average; a shared expert is on duty in each of their rings.
    """

    ring: RingId | None
    hour: int | None
    arrivals: float
    served: float
    abandoned: float
    unserved: float
    turned_away: float
    overflowed: float
    missed: float
    declined: float
    service_level: Interval | None
    mean_wait_s: Interval | None
    median_s: float | None
    p80_s: float | None
    p95_s: float | None
    occupancy: Interval | None
    on_duty: float


@dataclass(slots=True)
class _Sample:
    """One run's share of a cell."""

    traces: list[Trace] = field(default_factory=list)
    turned_away: int = 0
    duty_s: float = 0.0
    work_s: float = 0.0


Cell = tuple[RingId | None, int | None]


class Results:
    """The measures of a scenario's runs."""

    def __init__(self, scenario: Scenario, logs: Sequence[Log]) -> None:
        self.scenario = scenario
        self.runs = len(logs)
        self._hours: dict[int, int] = {}
        self._samples = [self._sample(log) for log in logs]
        cells = {cell for sample in self._samples for cell in sample}
        order = {ring: place for place, ring in enumerate(scenario.directory.rings)}
        self._cells = sorted(
            cells, key=lambda cell: (order.get(cell[0], -1) if cell[0] else -1, -1 if cell[1] is None else cell[1])
        )
        self.measures = tuple(self._measure(cell) for cell in self._cells)

    @property
    def whole(self) -> Measures:
        """All rings, the whole day."""
        return next(each for each in self.measures if each.ring is None)

    @property
    def rings(self) -> tuple[Measures, ...]:
        """Each ring's day, in the scenario's order."""
        return tuple(each for each in self.measures if each.ring is not None and each.hour is None)

    def hours_of(self, ring: RingId) -> tuple[Measures, ...]:
        """The ring's hours in order."""
        return tuple(each for each in self.measures if each.ring == ring and each.hour is not None)

    def _sample(self, log: Log) -> dict[Cell, _Sample]:
        scenario, found = self.scenario, defaultdict[Cell, _Sample](_Sample)
        found[None, None] = _Sample()
        since = scenario.counted_from_s
        for trace in log.traces:
            if trace.requested_s >= since:
                for cell in self._cells_of(trace.ring, trace.requested_s):
                    found[cell].traces.append(trace)
        for ring, at_s in log.turned_away:
            if at_s >= since:
                for cell in self._cells_of(ring, at_s):
                    found[cell].turned_away += 1
        for cell, seconds in self._seconds(log.duty, since):
            found[cell].duty_s += seconds
        for cell, seconds in self._seconds(log.work, since):
            found[cell].work_s += seconds
        return found

    def _seconds(self, stretches: Iterable[Stretch], since: float) -> Iterable[tuple[Cell, float]]:
        rings_of = self.scenario.directory.rings_of_staff
        for staff, slot, seconds in _by_hour(stretches, since):
            for cell in self._of_expert(rings_of[staff], slot):
                yield cell, seconds

    def _cells_of(self, ring: RingId, at_s: float) -> tuple[Cell, ...]:
        return (None, None), (ring, None), (ring, self._hour(int(at_s // HOUR_S)))

    def _of_expert(self, rings: Iterable[RingId], slot: int) -> list[Cell]:
        """Where an hour of an expert counts; before and after the hours of the scenario nowhere.

        Who sits there still when all is closed would be idle by no fault of the staffing, and divide a day's work by
        more hours than it has.
        """
        hour = self._hour(slot)
        first, last = self.scenario.hours
        if not floor(first) <= hour < last:
            return []
        return [(None, None), *((ring, None) for ring in rings), *((ring, hour) for ring in rings)]

    def _hour(self, slot: int) -> int:
        hour = self._hours.get(slot)
        if hour is None:
            hour = self._hours[slot] = self.scenario.hour_of(slot * HOUR_S)
        return hour

    def _measure(self, cell: Cell) -> Measures:
        samples = [sample[cell] for sample in self._samples if cell in sample]
        traces = [trace for sample in samples for trace in sample.traces]
        waits = sorted(trace.wait_s for trace in traces)
        days = self.runs * self._days_counted(cell[1])
        simulated_h = (self.scenario.hours[1] - self.scenario.hours[0]) if cell[1] is None else 1.0

        def count(fate: Fate) -> float:
            return sum(trace.fate is fate for trace in traces) / days

        return Measures(
            ring=cell[0],
            hour=cell[1],
            arrivals=len(traces) / days,
            served=count(Fate.SERVED),
            abandoned=count(Fate.ABANDONED),
            unserved=count(Fate.CLOSED),
            turned_away=sum(sample.turned_away for sample in samples) / days,
            overflowed=sum(trace.overflowed for trace in traces) / days,
            missed=sum(trace.missed for trace in traces) / days,
            declined=sum(trace.declined for trace in traces) / days,
            service_level=_of_runs(self.service_level(sample.traces) for sample in samples if sample.traces),
            mean_wait_s=_of_runs(fmean(t.wait_s for t in sample.traces) for sample in samples if sample.traces),
            median_s=median(waits) if waits else None,
            p80_s=_percentile(waits, 0.80),
            p95_s=_percentile(waits, 0.95),
            occupancy=_of_runs(sample.work_s / sample.duty_s for sample in samples if sample.duty_s > 0),
            on_duty=sum(sample.duty_s for sample in samples) / days / HOUR_S / simulated_h,
        )

    def _days_counted(self, hour: int | None) -> float:
        """How many days of each run count: of the first one, not the warm-up."""
        scenario = self.scenario
        first_h = (scenario.warm_up_s / HOUR_S) + scenario.hours[0]
        if hour is None:
            return scenario.days - (first_h - scenario.hours[0]) / (scenario.hours[1] - scenario.hours[0])
        return max(scenario.days - min(max(first_h - max(hour, scenario.hours[0]), 0), 1), 1e-9)

    def service_level(self, traces: Sequence[Trace]) -> float:
        """The share of these that was served within the target."""
        within = sum(trace.fate is Fate.SERVED and trace.wait_s <= self.scenario.within_s for trace in traces)
        return within / len(traces)


def _of_runs(values: Iterable[float]) -> Interval | None:
    found = list(values)
    return interval(found) if found else None


def _percentile(ascending: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share does not exceed."""
    return ascending[max(ceil(share * len(ascending)) - 1, 0)] if ascending else None


def _by_hour(stretches: Iterable[Stretch], since: float) -> Iterable[tuple[StaffId, int, float]]:
    """The stretches cut at the full hours, as (expert, number of the hour since the origin, seconds in it)."""
    for staff, start_s, end_s in stretches:
        at_s = max(start_s, since)
        while at_s < end_s:
            slot = int(at_s // HOUR_S)
            until_s = min(end_s, (slot + 1) * HOUR_S)
            yield staff, slot, until_s - at_s
            at_s = until_s
