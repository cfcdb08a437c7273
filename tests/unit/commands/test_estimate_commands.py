"""The report on estimates as tables."""

from dataclasses import replace
from io import StringIO

from rich.console import Console
from rich.table import Table

from palvelurinki.domain.waiting.scoring import Row, Score, score
from palvelurinki.estimate_commands import coverage_table, errors_table


def lines(table: Table) -> list[list[str]]:
    """The table's cells below its heading, row by row."""
    out = StringIO()
    Console(file=out, width=200).print(table)
    rows = [line for line in out.getvalue().splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in row.strip("│").split("│")] for row in rows]


SERVED = [Row("kela", waited, p50_s=100, p80_s=200, ql_s=150, les_s=50, hol_s=100) for waited in (80, 90, 150, 250)]


def scored(*rows: Row) -> tuple[Score, ...]:
    return score(rows)


def test_errors_stand_beside_each_other_ring_by_ring() -> None:
    other = Row("vero", 60, p50_s=None, p80_s=None, ql_s=None, les_s=None, hol_s=None)
    assert lines(errors_table(scored(*SERVED, other))) == [
        # Ring, contacts, left, without estimate, compared; then the estimate's error and the simple predictors'.
        ["kela", "4", "0", "0", "4", "57.5", "57.5", "92.5", "57.5"],
        ["vero", "1", "0", "1", "0", "–", "–", "–", "–"],
    ]


def test_where_the_waits_lay() -> None:
    assert lines(coverage_table(scored(*SERVED))) == [["kela", "4", "50%", "25%", "25%"]]


def test_those_who_left_give_bounds() -> None:
    left = [replace(SERVED[0], waited_s=10, left=True), replace(SERVED[0], waited_s=300, left=True)]
    [row] = lines(coverage_table(scored(*SERVED, *left)))
    # Of six, two surely waited longer than P80; one left before that could be known.
    assert row == ["kela", "4", "50%", "25%", "25% (33%–50%)"]


def test_a_ring_where_nobody_was_served() -> None:
    rows = scored(Row("kela", 60, left=True, p50_s=100, p80_s=200))
    assert lines(coverage_table(rows)) == [["kela", "0", "–", "–", "–"]]
    assert lines(errors_table(rows)) == [["kela", "1", "1", "0", "0", "–", "–", "–", "–"]]


def test_nothing_to_report() -> None:
    assert lines(errors_table(())) == []
    assert lines(coverage_table(())) == []
