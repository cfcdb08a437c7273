"""Results in files: `results.csv` by ring, `hours.csv` by ring and hour. Numbers with a point, waits in seconds."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from palvelurinki.simulation.confidence import Interval
from palvelurinki.simulation.needed import Need
from palvelurinki.simulation.results import Measures, Results

RESULTS, HOURS = "results.csv", "hours.csv"
_MEASURES = (
    "arrivals",
    "served",
    "abandoned",
    "unserved",
    "turned_away",
    "overflowed",
    "missed",
    "declined",
    "service_level",
    "mean_wait_s",
    "median_s",
    "p80_s",
    "p95_s",
    "occupancy",
    "on_duty",
)
_WITH_MARGIN = ("service_level", "mean_wait_s", "occupancy")


def write_csv(results: Results, needs: Sequence[Need], folder: Path) -> tuple[Path, ...]:
    """Write both files into the folder, which is there. Raises OSError."""
    columns = [name for each in _MEASURES for name in ((each, f"{each}_margin") if each in _WITH_MARGIN else (each,))]
    by_ring = [[measures.ring or "", *_cells(measures)] for measures in (*results.rings, results.whole)]
    needed: Mapping[tuple[str | None, int | None], Need] = {(need.ring, need.hour): need for need in needs}
    by_hour = [
        [measures.ring or "", str(measures.hour), *_cells(measures), *_need(needed.get((measures.ring, measures.hour)))]
        for ring in results.rings
        if ring.ring is not None
        for measures in results.hours_of(ring.ring)
    ]
    further = ["expected_per_hour", "needed_by_formula", "needed_by_simulation", "service_level_then"]
    return (
        _write(folder / RESULTS, ["ring", *columns], by_ring),
        _write(folder / HOURS, ["ring", "hour", *columns, *further], by_hour),
    )


def _write(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def _cells(measures: Measures) -> list[str]:
    cells: list[str] = []
    for name in _MEASURES:
        value: float | Interval | None = getattr(measures, name)
        if name in _WITH_MARGIN:
            found = value if isinstance(value, Interval) else None
            cells += [_number(found.mean if found else None), _number(found.half_width if found else None)]
        else:
            cells.append(_number(value if isinstance(value, float | int) else None))
    return cells


def _need(need: Need | None) -> list[str]:
    if need is None:
        return ["", "", "", ""]
    return [_number(need.per_hour), _whole(need.formula), _whole(need.simulated), _number(need.reached)]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _whole(value: int | None) -> str:
    return "" if value is None else str(value)
