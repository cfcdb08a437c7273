"""Durations: conditioning is the law of survival, the tail never ends, and little history borrows from much."""

import random
from math import exp, inf, log, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palvelurinki.domain.waiting.durations import PRIOR_MEAN_S, Durations, learn, plain_prior
from tests.unit.domain.waiting.chances import Always

histories = st.lists(st.floats(0, 7200), min_size=1, max_size=60)
elapsed_times = st.floats(0, 50_000)
numbers = st.floats(0, 1, exclude_max=True)


@given(history=histories, elapsed=elapsed_times, number=numbers)
def test_a_residual_is_above_nought_however_long_it_has_lasted(
    history: list[float], elapsed: float, number: float
) -> None:
    assert 0 < Durations.of(history).residual(elapsed, Always(number)) < inf


@given(history=histories, elapsed=elapsed_times, number=st.floats(0.001, 0.999))
def test_a_residual_is_drawn_from_those_that_lasted_so_long(
    history: list[float], elapsed: float, number: float
) -> None:
    durations = Durations.of(history)
    lasted = durations.survival(elapsed)
    if lasted > 1e-9:  # beyond, the survival itself is lost in rounding
        total = elapsed + durations.residual(elapsed, Always(number))
        # Where many samples agree the survival falls at once: look a little to both sides.
        after, before = durations.survival(total + 0.01), durations.survival(max(total - 0.01, 0))
        assert after - 1e-6 <= (1 - number) * lasted <= before + 1e-6


@given(history=histories, number=numbers)
def test_a_draw_is_the_quantile_of_its_number(history: list[float], number: float) -> None:
    durations = Durations.of(history)
    assert durations.draw(Always(number)) == pytest.approx(durations.quantile(number), abs=1e-3)


@settings(max_examples=40)
@given(history=histories)
def test_the_mean_is_that_of_the_draws(history: list[float]) -> None:
    durations = Durations.of(history)
    points = 4000
    drawn = sum(durations.draw(Always((i + 0.5) / points)) for i in range(points)) / points
    assert durations.mean == pytest.approx(drawn, rel=0.005, abs=0.01)


@pytest.mark.parametrize("elapsed", [0, 10, 299, 5000])
@pytest.mark.parametrize("number", [0.1, 0.5, 0.99])
def test_the_exponential_forgets(elapsed: float, number: float) -> None:
    residual = Durations.exponential(300).residual(elapsed, Always(number))
    assert residual == pytest.approx(-300 * log(1 - number))


@pytest.mark.parametrize("elapsed", [0, 50, 100, 250, 399])
def test_what_is_left_of_the_even_one_is_even(elapsed: float) -> None:
    even = Durations.even(100, 400)
    least, most = max(100 - elapsed, 0), 400 - elapsed
    for number in (0.01, 0.25, 0.5, 0.9):
        assert even.residual(elapsed, Always(number)) == pytest.approx(least + number * (most - least))


@pytest.mark.parametrize("elapsed", [0, 100, 600, 2000, 5000])
def test_an_exponential_history_gives_its_mean_again_at_every_age_and_beyond_its_largest(elapsed: float) -> None:
    mean, count = 300, 2000
    durations = Durations.of([-mean * log(1 - (i + 0.5) / count) for i in range(count)])
    residuals = [durations.residual(elapsed, Always((i + 0.5) / 500)) for i in range(500)]
    assert sum(residuals) / 500 == pytest.approx(mean, rel=0.05)


def test_an_even_history_gives_the_rest_of_its_range() -> None:
    durations = Durations.of([100 + 300 * (i + 0.5) / 1000 for i in range(1000)])
    for elapsed in (0, 150, 300):
        residuals = [durations.residual(elapsed, Always((i + 0.5) / 500)) for i in range(500)]
        expected = (max(100, elapsed) + 400) / 2 - elapsed
        assert sum(residuals) / 500 == pytest.approx(expected, rel=0.04)


def test_the_fixed_one_is_exact_until_it_is_outlasted() -> None:
    assert Durations.fixed(90).draw(Always(0.7)) == 90
    assert Durations.fixed(90).residual(30, Always(0.7)) == 60
    assert Durations.fixed(90).residual(90, Always(0.5)) == pytest.approx(90 * log(2))


def test_a_history_on_a_lattice_gives_draws_off_it() -> None:
    chance = random.Random(5)
    durations = Durations.of([60.0 * (1 + i % 10) for i in range(200)])
    drawn = sorted(durations.draw(chance) for _ in range(500))
    assert len({round(each, 3) for each in drawn}) > 400
    assert durations.mean == pytest.approx(330, rel=0.05)


def test_the_share_that_lasts_longer_falls_from_one_to_nought() -> None:
    durations = learn([60.0 * i for i in range(1, 80)])
    shares = [durations.survival(10.0 * i) for i in range(2000)]
    assert shares[0] == 1
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] < 0.001


def test_with_no_history_the_prior_speaks() -> None:
    assert sum(plain_prior()) / len(plain_prior()) == pytest.approx(PRIOR_MEAN_S)
    assert learn([]).mean == pytest.approx(PRIOR_MEAN_S, rel=0.02)
    assert learn([], prior_mean_s=300).mean == pytest.approx(300, rel=0.02)
    # As wide as an exponential, but fewer very short ones.
    assert exp(-0.1) < learn([]).survival(PRIOR_MEAN_S / 10)


def test_few_samples_borrow_from_the_ring_as_if_it_were_ten_more() -> None:
    ring = [600.0 + i for i in range(100)]
    own = [100.0 + i for i in range(10)]
    assert learn([], ring).mean == pytest.approx(649.5, rel=0.02)
    # Ten own and ten borrowed: midway.
    assert learn(own, ring).mean == pytest.approx((104.5 + 649.5) / 2, rel=0.05)
    assert learn(own * 3, ring).mean == pytest.approx((30 * 104.5 + 10 * 649.5) / 40, rel=0.1)


def test_enough_samples_speak_for_themselves() -> None:
    own = [100.0 + i for i in range(50)]
    assert learn(own, [5000.0] * 100) == Durations.of(own)


def test_a_ring_with_few_samples_borrows_from_the_prior() -> None:
    assert learn([], [100.0] * 10).mean == pytest.approx((100 + PRIOR_MEAN_S) / 2, rel=0.1)


def test_calls_that_all_were_alike_leave_a_little_to_what_outlasts_them() -> None:
    durations = Durations.of([300.0] * 40)
    assert durations.mean == pytest.approx(300, rel=0.06)
    assert durations.residual(400, Always(0.5)) > 5


@pytest.mark.parametrize("samples", [[], [-1.0], [nan], [inf]])
def test_impossible_histories_are_refused(samples: list[float]) -> None:
    with pytest.raises(ValueError, match="history"):
        Durations.of(samples)


@pytest.mark.parametrize(
    ("edges", "shares", "tail"),
    [
        ((), (), 1.0),
        ((5.0, 3.0), (0.0, 1.0), 1.0),
        ((1.0, 3.0), (0.0, 1.2), 1.0),
        ((1.0, 3.0), (0.1, 1.0), 1.0),
        ((1.0, 3.0), (0.0, 1.0), 0.0),
        ((-1.0, 3.0), (0.0, 1.0), 1.0),
    ],
)
def test_impossible_distributions_are_refused(edges: tuple[float, ...], shares: tuple[float, ...], tail: float) -> None:
    with pytest.raises(ValueError, match=r"durations|tail"):
        Durations(edges, shares, tail)


@pytest.mark.parametrize("mean", [0.0, -1.0, inf])
def test_a_prior_needs_a_mean(mean: float) -> None:
    with pytest.raises(ValueError, match="prior"):
        plain_prior(mean)
