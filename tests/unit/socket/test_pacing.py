"""When changes are looked at, in virtual time."""

from hypothesis import given
from hypothesis import strategies as st

from palvelurinki.web.socket.pacing import Pacing

ALL = 1_000


def looks(pacing: Pacing, touches: list[tuple[float, str]], until: float) -> list[tuple[float, str]]:
    """Touch at these times and look whenever something is due; returns what was looked at when."""
    seen: list[tuple[float, str]] = []
    left = sorted(touches)
    now = 0.0
    while True:
        times = [at for at in (left[0][0] if left else None, pacing.next_at()) if at is not None]
        now = max(now, min(times, default=until))
        if now >= until:
            return seen
        while left and left[0][0] <= now:
            pacing.touch([left.pop(0)[1]], now)
        seen.extend((now, topic) for topic in sorted(pacing.take_due(now, ALL)))


def test_own_things_are_looked_at_at_once_however_often_they_change() -> None:
    touches = [(number / 10, "staff:anna") for number in range(100)]
    assert looks(Pacing(), touches, 20) == touches


def test_in_quiet_times_every_change_of_a_board_is_looked_at_at_once() -> None:
    touches = [(at, "ring:kela") for at in (0.0, 0.1, 0.2, 5.0, 5.1, 5.2, 10.0)]
    assert looks(Pacing(burst=3), touches, 20) == touches


def test_a_board_that_changes_all_the_time_is_looked_at_once_a_second() -> None:
    touches = [(number / 50, "ring:kela") for number in range(500)]
    seen = [at for at, _ in looks(Pacing(burst=3), touches, 30)]
    assert seen[:3] == [0.0, 0.02, 0.04]
    assert seen[3:] == [float(second) for second in range(1, 11)]
    # The last change, at 9.98 s, was not missed.
    assert seen[-1] >= 9.98


def test_boards_do_not_wait_for_each_other() -> None:
    touches = [(0.0, f"{kind}:{number}") for kind in ("ring", "point", "estimates") for number in range(50)]
    assert len(looks(Pacing(burst=1), touches, 0.5)) == len(touches)


def test_no_more_is_looked_at_than_a_round_takes_and_first_what_was_touched_first() -> None:
    pacing = Pacing()
    pacing.touch([f"terminal:{number}" for number in range(5)], 0)
    assert [sorted(pacing.take_due(0, 2)) for _ in range(3)] == [
        ["terminal:0", "terminal:1"],
        ["terminal:2", "terminal:3"],
        ["terminal:4"],
    ]


def test_what_nobody_watches_is_not_looked_at() -> None:
    pacing = Pacing()
    pacing.touch(["ring:kela", "terminal:kiosk"], 0)
    pacing.forget("ring:kela")
    assert pacing.take_due(0, ALL) == {"terminal:kiosk"}
    assert pacing.next_at() is None


@given(
    st.lists(st.floats(0, 20, allow_nan=False), min_size=1, max_size=200),
    st.integers(1, 4),
    st.floats(0.1, 3),
)
def test_every_change_is_followed_by_a_look_soon_and_looks_are_bounded(
    times: list[float], burst: int, every_s: float
) -> None:
    pacing = Pacing(every_s, burst)
    seen = [at for at, _ in looks(pacing, [(at, "ring:kela") for at in times], 100)]
    for at in times:
        assert any(at <= look <= at + every_s + 1e-6 for look in seen)
    for first in seen:
        within = [look for look in seen if first <= look < first + every_s - 1e-6]
        assert len(within) <= burst
