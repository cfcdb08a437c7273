"""When the clients of a node that leaves come back: each at another time, in proportion to how many there are."""

import pytest

from palvelurinki.web.socket.errors import ServerCutOff, ServerStopping
from palvelurinki.web.socket.leaving import LONGEST_S, RETURNS_PER_S, farewells


@pytest.mark.parametrize("clients", [0, 1, 3, 500, 2000, 20_000])
def test_each_at_another_time(clients: int) -> None:
    delays = [farewell.retry_after_s for farewell in farewells(ServerStopping, "leaving", clients)]
    assert len(set(delays)) == len(delays) == clients


def test_so_many_a_second_until_that_would_take_too_long() -> None:
    few, many, crowd = (
        max(each.retry_after_s or 0 for each in farewells(ServerCutOff, "cut off", count))
        for count in (50, 500, 20_000)
    )
    assert few == pytest.approx(49 / RETURNS_PER_S)
    assert many == pytest.approx(499 / RETURNS_PER_S)
    assert LONGEST_S * 0.99 < crowd < LONGEST_S
