"""Writes that are put off: which go together, which wait for the next wave, and the one statement they become."""

from sqlalchemy import delete, insert, select, update

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.compiled import UNMET, Compiled, composed
from palvelurinki.adapters.sql.driver import Write
from palvelurinki.adapters.sql.queue import WAVE_LIMIT, Queue

CLAIM = Compiled(insert(t.engagement), "postgresql", ("staff", "contact"))
FREE = Compiled(delete(t.engagement), "postgresql", ())
SAVE = Compiled(update(t.contact), "postgresql", ("state",))
STANDS = Compiled(select(t.presence.c.staff).with_for_update(read=True), "postgresql", None)


def waves(*writes: tuple[Compiled, object]) -> list[list[Compiled]]:
    queue = Queue()
    for statement, row in writes:
        queue.add(Write(statement, ()), row, None)
    return [[put.write.statement for put in wave] for wave in queue.take()]


def test_writes_of_different_tables_go_together() -> None:
    assert waves((SAVE, "c1"), (CLAIM, None)) == [[SAVE, CLAIM]]


def test_writes_of_different_rows_go_together() -> None:
    assert waves((SAVE, "c1"), (SAVE, "c2"), (CLAIM, None), (CLAIM, None)) == [[SAVE, SAVE, CLAIM, CLAIM]]


def test_a_row_is_written_once_a_wave() -> None:
    assert waves((SAVE, "c1"), (CLAIM, None), (SAVE, "c1")) == [[SAVE, CLAIM], [SAVE]]


def test_what_takes_the_place_of_a_row_comes_after_it_has_gone() -> None:
    """A unique index would else refuse the new row, for the old one is still seen."""
    assert waves((FREE, "anna"), (CLAIM, None)) == [[FREE], [CLAIM]]


def test_order_is_kept_over_waves() -> None:
    """A write that could join an earlier wave does not: it may rest on what came between."""
    assert waves((FREE, "anna"), (CLAIM, None), (FREE, "bert"), (SAVE, "c1")) == [[FREE], [CLAIM], [FREE, SAVE]]


def test_a_wave_is_no_longer_than_can_be_planned_quickly() -> None:
    found = waves(*[(CLAIM, None)] * (WAVE_LIMIT + 1))
    assert [len(wave) for wave in found] == [WAVE_LIMIT, 1]


def test_queue_knows_which_tables_it_changes_until_they_are_taken() -> None:
    queue = Queue()
    queue.add(Write(CLAIM, ()), None, None)
    assert queue.changes(frozenset({"contact", "engagement"}))
    assert not queue.changes(frozenset({"contact"}))
    queue.take()
    assert not queue.changes(frozenset({"engagement"}))


def test_writes_become_one_statement_whose_parameters_count_on() -> None:
    assert composed(((CLAIM, False), (SAVE, False))) == (
        "WITH w0 AS (INSERT INTO engagement (staff, contact) VALUES ($1::VARCHAR, $2::VARCHAR) RETURNING 1), "
        "w1 AS (UPDATE contact SET state=$3::VARCHAR RETURNING 1) "
        "SELECT (SELECT count(*) FROM w0), (SELECT count(*) FROM w1)"
    )


def test_what_is_needed_fails_the_whole_statement_when_it_finds_nothing() -> None:
    text = composed(((SAVE, True), (STANDS, True), (CLAIM, False)))
    # What only locks returns what it finds itself.
    assert "w1 AS (SELECT presence.staff \nFROM presence FOR SHARE), w2 AS (INSERT" in text
    asked = f"CAST(CASE count(*) WHEN 0 THEN '{UNMET}' ELSE '1' END AS integer)"
    counts = [f"(SELECT {each} FROM w{number})" for number, each in enumerate((asked, asked, "count(*)"))]  # noqa: S608
    assert text.endswith(" SELECT " + ", ".join(counts))


def test_what_only_locks_goes_with_any_writes_and_writes_no_table() -> None:
    assert waves((SAVE, "c1"), (STANDS, None), (STANDS, None), (SAVE, "c2")) == [[SAVE, STANDS, STANDS, SAVE]]
    queue = Queue()
    assert not queue
    queue.add(Write(STANDS, (), needed=True), None, None)
    assert queue
    assert not queue.changes(frozenset({"presence", ""}))
