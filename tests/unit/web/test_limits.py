"""How much may be asked from one address, by a clock of the test's."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from palvelurinki.settings import DEMO_SECRET, Settings
from palvelurinki.web import limits as module
from palvelurinki.web.limits import Kind, Limits, Pace


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def limits(clock: Clock | None = None, **changes: object) -> Limits:
    settings = {"demo": True, "secret": SecretStr(DEMO_SECRET), **changes}
    return Limits(Settings.model_validate(settings), clock or Clock())


def test_a_minutes_worth_may_come_at_once_and_then_one_at_a_time() -> None:
    clock = Clock()
    pace = Pace(6, clock)
    assert [pace.wait_s("a") for _ in range(6)] == [0.0] * 6
    assert pace.wait_s("a") == pytest.approx(10.0)
    assert pace.wait_s("b") == 0.0
    clock.now += 9.9
    assert pace.wait_s("a") == pytest.approx(0.1)
    clock.now += 0.1
    assert pace.wait_s("a") == 0.0
    assert pace.wait_s("a") == pytest.approx(10.0)


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 20))
def test_no_two_minutes_hold_more_than_twice_the_limit(pauses: list[float], per_minute: int) -> None:
    clock = Clock()
    pace = Pace(per_minute, clock)
    admitted = []
    for pause in pauses:
        clock.now += pause
        if not pace.wait_s("a"):
            admitted.append(clock.now)
    for first in admitted:
        assert sum(first <= at < first + 60 for at in admitted) <= 2 * per_minute


def test_so_many_addresses_are_remembered_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ADDRESSES_MOST", 3)
    pace = Pace(1, Clock())
    assert [pace.wait_s(key) for key in "abcd"] == [0.0] * 4
    assert pace.wait_s("d") > 0
    # Whoever was quiet longest is forgotten.
    assert pace.wait_s("a") == 0.0


@pytest.mark.parametrize(
    ("client", "counted"),
    [
        pytest.param(None, None, id="a file's socket"),
        pytest.param(("127.0.0.1", 1), None, id="the proxy itself"),
        pytest.param(("::1", 1), None, id="the proxy itself, newer"),
        pytest.param(("10.1.2.3", 1), None, id="a proxy of the network"),
        pytest.param(("::ffff:10.1.2.3", 1), None, id="the same, written newer"),
        pytest.param(("192.0.2.7", 1), "192.0.2.7", id="a client"),
        pytest.param(("::ffff:192.0.2.7", 1), "192.0.2.7", id="the same client"),
        pytest.param(("2001:db8:1:2:3::4", 1), "2001:db8:1::/56", id="a client's own prefix"),
        pytest.param(("unknown", 0), "unknown", id="what a proxy says"),
    ],
)
def test_by_what_a_client_is_counted(client: tuple[str, int] | None, counted: str | None) -> None:
    known = limits(trusted_proxies=("127.0.0.1", "::1", "10.1.0.0/16"))
    assert known.address_of({"type": "http", "client": client}) == counted


def test_each_kind_is_counted_by_itself_and_nobody_else_notices() -> None:
    known = limits(sign_ins_per_minute=1, enrolments_per_minute=2)
    assert not known.wait_s(Kind.SIGN_IN, "192.0.2.7")
    assert known.wait_s(Kind.SIGN_IN, "192.0.2.7")
    assert not known.wait_s(Kind.SIGN_IN, "192.0.2.8")
    assert not known.wait_s(Kind.REQUEST, "192.0.2.7")
    assert [bool(known.wait_s(Kind.ENROLMENT, "192.0.2.7")) for _ in range(3)] == [False, False, True]
    assert not known.wait_s(Kind.SIGN_IN, None)


def test_so_many_sockets_come_from_one_address() -> None:
    known = limits(sockets_per_address=2)
    assert not known.wait_s(Kind.SOCKET, "192.0.2.7", sockets=1)
    assert known.wait_s(Kind.SOCKET, "192.0.2.7", sockets=2)
    assert not known.wait_s(Kind.SOCKET, None, sockets=2)
