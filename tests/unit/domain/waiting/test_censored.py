"""Times that were not all seen to their end: the estimator against its paper, and what is learned against the truth."""

import random
from math import exp

import pytest

from palvelurinki.domain.waiting.censored import learn_patience, outlasting


def test_the_example_of_kaplan_and_meier() -> None:
    seen = [(0.8, True), (3.1, True), (5.4, True), (9.2, True), (1.0, False), (2.7, False), (7.0, False), (12.1, False)]
    found = outlasting(seen)
    assert [seconds for seconds, _ in found] == [0.8, 3.1, 5.4, 9.2]
    assert [share for _, share in found] == pytest.approx([7 / 8, 7 / 10, 21 / 40, 21 / 80])


def test_without_anything_cut_off_it_is_the_plain_share() -> None:
    assert [share for _, share in outlasting((float(each), True) for each in (3, 1, 4, 2))] == pytest.approx(
        [0.75, 0.5, 0.25, 0]
    )
    assert outlasting([(5.0, False)]) == []


def test_of_two_at_one_moment_the_one_seen_to_its_end_comes_first() -> None:
    assert outlasting([(2.0, False), (2.0, True)]) == [(2.0, 0.5)]


@pytest.mark.parametrize("served_after_s", [200.0, 600.0])
def test_patience_is_learned_though_most_are_served_before_it_is_over(served_after_s: float) -> None:
    # Patience log-normal with median 600 s; who is served sooner is seen no longer.
    chance = random.Random(3)
    people = [(chance.lognormvariate(6.4, 0.8), chance.expovariate(1 / served_after_s)) for _ in range(20_000)]
    learned = learn_patience((min(bears, served), bears < served) for bears, served in people)
    assert learned is not None
    truth = sorted(bears for bears, _ in people)
    for share in (0.1, 0.25, 0.5):
        assert learned.quantile(share) == pytest.approx(truth[int(share * len(truth))], rel=0.08)


def test_the_last_who_left_tell_of_an_even_chance_to_leave() -> None:
    chance = random.Random(4)
    people = [(chance.expovariate(1 / 300), chance.expovariate(1 / 300)) for _ in range(20_000)]
    learned = learn_patience((min(bears, served), bears < served) for bears, served in people)
    assert learned is not None
    assert learned.tail_mean_s == pytest.approx(300, rel=0.1)
    assert learned.survival(900) == pytest.approx(exp(-3), rel=0.15)


def test_from_fewer_than_five_who_left_nothing_is_learned() -> None:
    assert learn_patience([(60.0, True)] * 4 + [(10.0, False)] * 100) is None
    assert learn_patience([]) is None
    few = learn_patience([(60.0, True)] * 5 + [(10.0, False)] * 100)
    assert few is not None
    assert few.mean == pytest.approx((5 * 60 + 100 * 10) / 5)
