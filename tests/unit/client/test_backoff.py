from hypothesis import given
from hypothesis import strategies as st

from palvelurinki.client.backoff import BASE_S, CAP_S, backoff_s

CHANCES = st.floats(0, 1, exclude_max=True)


@given(st.integers(0, 10_000), CHANCES)
def test_a_wait_is_never_longer_than_the_cap(tries: int, chance: float) -> None:
    assert 0 <= backoff_s(tries, chance) < CAP_S


@given(st.integers(0, 100), CHANCES)
def test_a_wait_grows_with_the_failures(tries: int, chance: float) -> None:
    assert backoff_s(tries, chance) <= backoff_s(tries + 1, chance)


def test_the_waits() -> None:
    assert [backoff_s(tries, 0.5) for tries in range(7)] == [
        BASE_S / 2, BASE_S, BASE_S * 2, BASE_S * 4, BASE_S * 8, CAP_S / 2, CAP_S / 2,
    ]  # fmt: skip
