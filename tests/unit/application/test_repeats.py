"""What is said again and again, by a clock of the test's."""

import pytest

from palvelurinki.application import repeats as module
from palvelurinki.application.repeats import Repeats


def test_the_same_is_said_once_a_minute_with_how_often_it_was() -> None:
    repeats = Repeats()
    assert [repeats.times("a", "b", now=at) for at in (0.0, 1.0, 59.9, 60.0, 61.0, 120.0)] == [1, 0, 0, 3, 0, 2]


def test_each_is_counted_by_itself() -> None:
    repeats = Repeats()
    assert [repeats.times(*what, now=0.0) for what in (("a", "b"), ("a", "c"), ("ab",), ("a", "b"))] == [1, 1, 1, 0]


def test_so_many_are_remembered_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    repeats = Repeats()
    assert [repeats.times(what, now=0.0) for what in ("a", "b", "c", "c", "a")] == [1, 1, 1, 0, 1]
