"""How good predictions were: the mean absolute error, and how often what came lay within the estimated range.

A contact that left had waited less than it would have had to: its wait is known only to be longer than it was seen
(it is censored). Leaving such contacts out makes the waits look shorter than they are, for who waits long leaves; and
the error of a prediction cannot be computed for them. So errors are means over the served alone, with the number of
those who left beside them, and the coverage is given three times: over the served, as the bounds between which it lies
when those who left are counted, and as it probably would be had nobody left. For the bounds, who left surely exceeded
what they had outwaited; of the rest, nothing is known. For the third, who left late tells more than who left early, by
the product-limit estimator (`censored`), on one scale for all: up to P50 time is measured in P50s, and from there on in
distances from P50 to P80.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from palvelurinki.domain.waiting.censored import outlasting

PREDICTORS: Mapping[str, Callable[["Row"], float | None]] = {
    "estimate": lambda row: row.p50_s,
    "queue_length": lambda row: row.ql_s,
    "last_to_enter_service": lambda row: row.les_s,
    "head_of_line": lambda row: row.hol_s,
}
"""What is scored, by name. Of the range, its P50 stands for it: the median makes the mean absolute error least."""


@dataclass(frozen=True, slots=True)
class Row:
    """What was predicted for one contact, as of one moment, and what came; in seconds from that moment.

    None is what was not predicted; an estimate whose `p80_s` is None said that closing may come first, and no wait
    exceeds that. `left`: the contact left after `waited_s` without being served; so too when closing sent it away.
    """

    ring: str
    waited_s: float
    left: bool = False
    p50_s: float | None = None
    p80_s: float | None = None
    ql_s: float | None = None
    les_s: float | None = None
    hol_s: float | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """A share lies between these; the same where nobody left in doubt."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Where the waits lay. Shares over the `served`, who sum to one; bounds with those who `left` counted too.

    `stayed_within_p50` and `stayed_within_p80`: the shares at most P50 and P80, as they probably would be had nobody
    left.
    Well calibrated: a half at most P50, three tenths in the band, a fifth above P80.
    """

    served: int
    left: int
    within_p50: float
    in_band: float
    above_p80: float
    above_p50_bounds: Bounds
    above_p80_bounds: Bounds
    stayed_within_p50: float
    stayed_within_p80: float

    @property
    def stayed_in_band(self) -> float:
        """The share from P50 to P80, as it probably would be had nobody left."""
        return self.stayed_within_p80 - self.stayed_within_p50


@dataclass(frozen=True, slots=True)
class Score:
    """One ring's score. `errors_s`: mean absolute error by predictor, each over the same `compared` contacts.

    Compared are the served for whom every predictor had a word; `own_errors_s` are each one's over all the served for
    whom it had, `predicted` their number. `unestimated`: contacts that were told that no estimate can be given.
    """

    ring: str
    contacts: int
    left: int
    unestimated: int
    compared: int
    errors_s: Mapping[str, float]
    predicted: Mapping[str, int]
    own_errors_s: Mapping[str, float]
    coverage: Coverage | None


def score(rows: Iterable[Row]) -> tuple[Score, ...]:
    """The scores of all rings that have rows, by ring."""
    rings: dict[str, list[Row]] = {}
    for row in rows:
        rings.setdefault(row.ring, []).append(row)
    return tuple(_score(ring, rings[ring]) for ring in sorted(rings))


def score_together(rows: Iterable[Row]) -> Score | None:
    """The score of all rings together, as of one ring without a name; None when there are no rows."""
    return next(iter(score(replace(row, ring="") for row in rows)), None)


def _score(ring: str, rows: Sequence[Row]) -> Score:
    served = [row for row in rows if not row.left]
    compared = [row for row in served if all(predict(row) is not None for predict in PREDICTORS.values())]
    own = {name: _errors(served, predict) for name, predict in PREDICTORS.items()}
    return Score(
        ring=ring,
        contacts=len(rows),
        left=len(rows) - len(served),
        unestimated=sum(1 for row in rows if row.p50_s is None),
        compared=len(compared),
        errors_s={name: _mean(_errors(compared, predict)) for name, predict in PREDICTORS.items() if compared},
        predicted={name: len(errors) for name, errors in own.items()},
        own_errors_s={name: _mean(errors) for name, errors in own.items() if errors},
        coverage=_coverage([row for row in rows if row.p50_s is not None]),
    )


def _errors(rows: Iterable[Row], predict: Callable[[Row], float | None]) -> list[float]:
    pairs = ((predict(row), row.waited_s) for row in rows)
    return [abs(waited - predicted) for predicted, waited in pairs if predicted is not None]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _coverage(rows: Sequence[Row]) -> Coverage | None:
    """None when nobody who had an estimate was served."""
    served = [row for row in rows if not row.left]
    if not served:
        return None
    above_p50 = sum(1 for row in served if _exceeds(row, row.p50_s)) / len(served)
    above_p80 = sum(1 for row in served if _exceeds(row, row.p80_s)) / len(served)
    above_p50_stayed, above_p80_stayed = _above_had_nobody_left(rows)
    return Coverage(
        served=len(served),
        left=len(rows) - len(served),
        within_p50=1 - above_p50,
        in_band=above_p50 - above_p80,
        above_p80=above_p80,
        above_p50_bounds=_bounds(rows, lambda row: row.p50_s),
        above_p80_bounds=_bounds(rows, lambda row: row.p80_s),
        stayed_within_p50=1 - above_p50_stayed,
        stayed_within_p80=1 - above_p80_stayed,
    )


def _above_had_nobody_left(rows: Sequence[Row]) -> tuple[float, float]:
    """The shares above P50 and above P80: the product of what outlasts each of the two stretches."""
    beyond = [row for row in rows if _exceeds(row, row.p50_s)]
    above_p50 = _outlast(_part(row, 0.0, row.p50_s) for row in rows)
    return above_p50, above_p50 * _outlast(_part(row, row.p50_s or 0.0, row.p80_s) for row in beyond)


def _part(row: Row, start_s: float, end_s: float | None) -> tuple[float, bool]:
    """How much of the stretch was waited, over one when it was exceeded; and whether the wait was seen to its end."""
    if end_s is None:
        return 1.0, True  # nothing exceeds it, so that it does not matter who left
    if row.waited_s > end_s:
        return inf, not row.left
    return (row.waited_s - start_s) / (end_s - start_s) if end_s > start_s else 1.0, not row.left


def _outlast(parts: Iterable[tuple[float, bool]]) -> float:
    """The share that exceeds the stretch."""
    return next((share for part, share in reversed(outlasting(parts)) if part <= 1), 1.0)


def _exceeds(row: Row, limit: float | None) -> bool:
    return limit is not None and row.waited_s > limit


def _bounds(rows: Sequence[Row], limit: Callable[[Row], float | None]) -> Bounds:
    """The share of waits above the limit: least when nobody who left in doubt would have exceeded it, most when all."""
    surely = sum(1 for row in rows if _exceeds(row, limit(row)))
    doubtful = sum(1 for row in rows if row.left and limit(row) is not None and not _exceeds(row, limit(row)))
    return Bounds(surely / len(rows), (surely + doubtful) / len(rows))
