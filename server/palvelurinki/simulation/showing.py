"""Results on the terminal: tables by ring, and by ring and hour."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from rich.table import Table

from palvelurinki.simulation.confidence import Interval
from palvelurinki.simulation.estimating import Scores
from palvelurinki.simulation.needed import Need
from palvelurinki.simulation.results import Measures, Results
from palvelurinki.simulation.words import Words

Columns: TypeAlias = Sequence[tuple[str, Callable[[Measures], str]]]
"""Headings, and what stands under them."""


def tables(results: Results, needs: Sequence[Need], words: Words) -> Iterator[Table]:
    """How contacts were served and what became of them, by ring, and by ring and hour."""
    served = f"{words.target} {target(results, words)}"
    staffed = [*_service(words), *_needed(needs, words)]
    yield _ring_table(results, f"{words.by_ring}. {served}", _service(words), words)
    yield _ring_table(results, f"{words.by_ring}. {words.per_day}", _flow(words), words)
    yield _hour_table(results, f"{words.by_hour}. {served}", staffed, words)
    yield _hour_table(results, f"{words.by_hour}. {words.per_day}", _flow(words), words)


def estimates_table(scores: Scores, words: Words) -> Table:
    """How good the estimates were, beside queue length (QL), last to enter service (LES) and head of line (HOL).

    The shares are given twice: of those who were served, and as they probably would be had nobody left.
    """
    table = Table(title=words.estimates, title_justify="left")
    table.add_column(words.ring, no_wrap=True)
    told = {"estimate": words.estimate, "queue_length": "QL", "last_to_enter_service": "LES", "head_of_line": "HOL"}
    errors = [f"{words.mean_error}: {name}" for name in told.values()]
    shares = (words.within_p80, words.in_band)
    stayed = (f"{share}, {words.had_nobody_left}" for share in shares)
    for heading in (words.estimated, words.left_unserved, *errors, *shares, *stayed):
        table.add_column(heading, justify="right")
    for each in (*scores.rings, *([scores.whole] if scores.whole else [])):
        found = each.coverage
        table.add_row(
            each.ring or words.all_rings,
            str(each.contacts),
            str(each.left),
            *(_number(each.errors_s[name], words) if name in each.errors_s else "–" for name in told),
            _percent(1 - found.above_p80 if found else None, words),
            _percent(found.in_band if found else None, words),
            _percent(found.stayed_within_p80 if found else None, words),
            _percent(found.stayed_in_band if found else None, words),
        )
    return table


def _ring_table(results: Results, title: str, columns: Columns, words: Words) -> Table:
    table = _table(title, (words.ring,), columns)
    for measures in (*results.rings, results.whole):
        table.add_row(measures.ring or words.all_rings, *(cell(measures) for _, cell in columns))
    return table


def _hour_table(results: Results, title: str, columns: Columns, words: Words) -> Table:
    table = _table(title, (words.ring, words.hour), columns)
    for ring in results.rings:
        hours = [each for each in results.hours_of(ring.ring) if each.arrivals or each.turned_away] if ring.ring else []
        for place, measures in enumerate(hours):
            table.add_row(
                (ring.ring or "") if place == 0 else "",
                f"{measures.hour:02}",
                *(cell(measures) for _, cell in columns),
                end_section=place == len(hours) - 1,
            )
    return table


def target(results: Results, words: Words) -> str:
    """The target in words, such as 80 % within 60 s."""
    scenario = results.scenario
    within = words.within.format(seconds=f"{scenario.within_s:g}")
    return f"{scenario.target_share * 100:g} % {within}"


def _service(words: Words) -> Columns:
    def level(measures: Measures) -> str:
        found = measures.service_level
        return _percent(found.mean if found else None, words) + _margin(found, 100, words)

    def wait(measures: Measures) -> str:
        found = measures.mean_wait_s
        return clock(found.mean if found else None) + _margin(found, 1, words, " s")

    def occupancy(measures: Measures) -> str:
        return _percent(measures.occupancy.mean if measures.occupancy else None, words)

    return [
        (words.arrivals, lambda measures: _number(measures.arrivals, words)),
        (words.service_level, level),
        (words.mean_wait, wait),
        (words.median, lambda measures: clock(measures.median_s)),
        ("80 %", lambda measures: clock(measures.p80_s)),
        ("95 %", lambda measures: clock(measures.p95_s)),
        (words.occupancy, occupancy),
        (words.on_duty, lambda measures: _number(measures.on_duty, words)),
    ]


def _needed(needs: Sequence[Need], words: Words) -> Columns:
    found: Mapping[tuple[str | None, int | None], Need] = {(need.ring, need.hour): need for need in needs}

    def need(measures: Measures) -> Need | None:
        return found.get((measures.ring, measures.hour))

    def formula(measures: Measures) -> str:
        return _whole(each.formula if (each := need(measures)) else None)

    def simulated(measures: Measures) -> str:
        return _whole(each.simulated if (each := need(measures)) else None)

    def reached(measures: Measures) -> str:
        return _percent(each.reached if (each := need(measures)) else None, words)

    asked = any(each.simulated is not None for each in needs)
    searched: Columns = [(words.needed_simulated, simulated), (words.reached, reached)] if asked else []
    return [(words.needed_formula, formula), *searched]


def _flow(words: Words) -> Columns:
    return [
        (words.arrivals, lambda measures: _number(measures.arrivals, words)),
        (words.served, lambda measures: _number(measures.served, words)),
        (words.overflowed, lambda measures: _number(measures.overflowed, words)),
        (words.abandoned, lambda measures: _number(measures.abandoned, words)),
        (words.unserved, lambda measures: _number(measures.unserved, words)),
        (words.turned_away, lambda measures: _number(measures.turned_away, words)),
        (words.missed, lambda measures: _number(measures.missed, words)),
        (words.declined, lambda measures: _number(measures.declined, words)),
    ]


def _table(title: str, texts: Sequence[str], columns: Columns) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in texts:
        table.add_column(heading, no_wrap=True)
    for heading, _ in columns:
        table.add_column(heading, justify="right", min_width=max(map(len, heading.split())))
    return table


def clock(seconds: float | None) -> str:
    """Minutes and seconds."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _number(value: float, words: Words) -> str:
    return f"{value:.1f}".replace(".", words.decimal) if value else "0"


def _percent(share: float | None, words: Words) -> str:
    return "–" if share is None else f"{share * 100:.1f} %".replace(".", words.decimal)


def _margin(found: Interval | None, scale: float, words: Words, unit: str = "") -> str:
    if found is None or found.half_width is None:
        return ""
    return f" ±{found.half_width * scale:.1f}{unit}".replace(".", words.decimal)


def _whole(value: int | None) -> str:
    return "–" if value is None else str(value)
