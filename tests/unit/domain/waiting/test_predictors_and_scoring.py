"""The simple predictors against their formulas, and the score of predictions with those who left."""

import random
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palvelurinki.domain.waiting.predictors import head_of_line, last_to_enter_service, queue_length
from palvelurinki.domain.waiting.scoring import Bounds, Row, score, score_together


def test_queue_length_counts_the_departures_that_are_needed() -> None:
    assert queue_length(ahead=3, on_duty=2, mean_handling_s=300) == 600
    assert queue_length(ahead=0, on_duty=5, mean_handling_s=300) == 60
    assert queue_length(ahead=0, on_duty=5, mean_handling_s=300, free=1) == 0
    assert queue_length(ahead=3, on_duty=0, mean_handling_s=300) is None


def test_delay_history_speaks_of_the_last_served_and_of_the_oldest_waiting() -> None:
    assert last_to_enter_service(70) == 70
    assert last_to_enter_service(None) is None
    assert last_to_enter_service(70, free=2) == 0
    assert head_of_line(40) == 40
    assert head_of_line(None) is None
    assert head_of_line(None, free=1) == 0
    assert head_of_line(40, free=1) == 40  # somebody is free, but not for those who wait


def row(waited_s: float, ring: str = "kela", *, left: bool = False) -> Row:
    return Row(ring, waited_s, left, p50_s=100, p80_s=200, ql_s=150, les_s=50, hol_s=100)


def test_errors_are_means_over_the_served_and_each_ring_has_its_own() -> None:
    scores = score([row(80), row(140), row(1000, left=True), row(100, "vero")])
    assert [each.ring for each in scores] == ["kela", "vero"]
    kela = scores[0]
    assert (kela.contacts, kela.left, kela.compared) == (3, 1, 2)
    assert kela.errors_s == pytest.approx(
        {"estimate": 30, "queue_length": 40, "last_to_enter_service": 60, "head_of_line": 30}
    )
    assert scores[1].errors_s["estimate"] == 0


def test_predictors_are_compared_on_the_same_contacts() -> None:
    silent = Row("kela", 500, p50_s=100, p80_s=200, ql_s=150, les_s=None, hol_s=None)
    (kela,) = score([row(80), silent])
    assert kela.compared == 1
    assert kela.errors_s["estimate"] == 20
    assert kela.own_errors_s["estimate"] == 210
    assert kela.predicted == {"estimate": 2, "queue_length": 2, "last_to_enter_service": 1, "head_of_line": 1}


def test_coverage_parts_the_served_at_the_percentiles() -> None:
    (kela,) = score([row(50), row(100), row(150), row(200), row(201)])
    coverage = kela.coverage
    assert coverage is not None
    assert (coverage.within_p50, coverage.in_band, coverage.above_p80) == pytest.approx((0.4, 0.4, 0.2))
    assert coverage.above_p80_bounds == Bounds(0.2, 0.2)


def test_who_left_widens_the_bounds_unless_their_wait_had_told() -> None:
    (kela,) = score([row(50), row(250), row(20, left=True), row(150, left=True), row(900, left=True)])
    coverage = kela.coverage
    assert coverage is not None
    assert (coverage.served, coverage.left) == (2, 3)
    assert coverage.above_p80 == 0.5
    assert coverage.above_p80_bounds == Bounds(2 / 5, 4 / 5)
    assert coverage.above_p50_bounds == Bounds(3 / 5, 4 / 5)


def test_who_left_late_tells_more_of_the_coverage_than_who_left_early() -> None:
    # Waits as foretold, exponential with means of 100 and 1000 s: half of them within P50, four in five within P80.
    chance = random.Random(5)
    rows = []
    for _ in range(4000):
        mean_s = chance.choice((100.0, 1000.0))
        wait_s, patience_s = chance.expovariate(1 / mean_s), chance.expovariate(1 / 800)
        rows.append(
            Row("kela", min(wait_s, patience_s), patience_s < wait_s, p50_s=mean_s * log(2), p80_s=mean_s * log(5))
        )
    (kela,) = score(rows)
    assert kela.coverage is not None
    assert kela.left > 1000
    assert 1 - kela.coverage.above_p80 > 0.86  # of the served, who waited shorter than those who left would have
    assert kela.coverage.stayed_within_p50 == pytest.approx(0.5, abs=0.03)
    assert kela.coverage.stayed_within_p80 == pytest.approx(0.8, abs=0.03)
    assert kela.coverage.stayed_in_band == pytest.approx(0.3, abs=0.03)


def test_where_nobody_leaves_the_shares_are_those_of_the_served() -> None:
    (kela,) = score([row(50), row(100), row(150), row(200), row(201)])
    assert kela.coverage is not None
    assert (kela.coverage.stayed_within_p50, kela.coverage.stayed_within_p80) == pytest.approx((0.4, 0.8))


def test_all_rings_together_are_scored_as_one() -> None:
    together = score_together([row(80), row(140), row(100, "vero")])
    assert together is not None
    assert (together.ring, together.contacts) == ("", 3)
    assert together.errors_s["estimate"] == pytest.approx(20)
    assert score_together([]) is None


def test_an_estimate_that_reckoned_with_closing_is_not_exceeded() -> None:
    (kela,) = score([Row("kela", 5000, p50_s=100), Row("kela", 600, left=True, p50_s=100)])
    assert kela.coverage is not None
    assert (kela.coverage.in_band, kela.coverage.above_p80) == (1, 0)
    assert kela.coverage.above_p80_bounds == Bounds(0, 0)
    assert kela.coverage.stayed_within_p80 == 1


def test_contacts_without_an_estimate_are_counted_and_rings_without_service_have_no_coverage() -> None:
    (kela,) = score([Row("kela", 80), Row("kela", 30, left=True, p50_s=10, p80_s=20)])
    assert (kela.unestimated, kela.compared, kela.coverage) == (1, 0, None)
    assert kela.errors_s == {}
    assert kela.own_errors_s == {}


@given(st.lists(st.tuples(st.floats(0, 400), st.booleans()), min_size=1))
def test_the_bounds_hold_the_share_that_would_have_been_seen_had_nobody_left(seen: list[tuple[float, bool]]) -> None:
    rows = [row(waited, left=left) for waited, left in seen]
    (kela,) = score(rows)
    if kela.coverage is not None:
        for stayed_s in (0.0, 1000.0):  # those who left would have had to wait so much longer
            truth = sum(1 for waited, left in seen if waited + (stayed_s if left else 0) > 200) / len(seen)
            assert kela.coverage.above_p80_bounds.least <= truth <= kela.coverage.above_p80_bounds.most
        parts = kela.coverage.within_p50 + kela.coverage.in_band + kela.coverage.above_p80
        assert parts == pytest.approx(1)
