"""Codes and fingerprints that people read, and what a counter says of who holds a key."""

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palvelurinki.domain import enrolment
from palvelurinki.domain.assertions import Claims, check
from palvelurinki.domain.directory import TerminalId
from palvelurinki.domain.enrolment import (
    EnrolmentRequest,
    KeyState,
    KeyTrigger,
    PublicKey,
    Sighting,
    TerminalKey,
    Use,
    approved,
    code_of,
    fingerprint,
    grouped,
    is_fingerprint,
    read_code,
    sighting,
)
from palvelurinki.domain.errors import AssertionExpired, AssertionInvalid, TransitionRefused

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DIGEST = hashlib.sha256(b"a key").digest()
THUMBPRINT = base64.urlsafe_b64encode(DIGEST).rstrip(b"=").decode()
REQUEST = EnrolmentRequest(PublicKey(THUMBPRINT, "x", "y"), "digest", NOW, NOW + timedelta(minutes=15))
KEY = approved(REQUEST, TerminalId("kiosk"), "staff:anna", NOW)


def at(second: float) -> datetime:
    return NOW + timedelta(seconds=second)


# ---- What people read and type -------------------------------------------------------------------------------


@given(st.text())
def test_code_is_read_back_however_it_is_typed(secret: str) -> None:
    code = code_of(secret)
    assert len(code) == 8
    assert not set(code) & set("ILOU")
    for typed in (code, grouped(code), grouped(code).lower(), f" {code[:3]} {code[3:]}- "):
        assert read_code(typed) == code


def test_code_forgives_what_looks_alike_and_nothing_else() -> None:
    assert read_code("oIlO-10ab") == "011010AB"
    for typed in ("", "0110-10A", "0110-10ABC", "UUUU-UUUU", "0110-10A!", "0110_10AB", "Ä1101 0AB"):
        assert read_code(typed) is None


def test_codes_differ_with_their_secrets() -> None:
    assert len({code_of(str(number)) for number in range(1000)}) == 1000


def test_fingerprint_is_the_beginning_of_the_thumbprint() -> None:
    shown = fingerprint(THUMBPRINT)
    assert shown.replace("-", "") == base64.b32encode(DIGEST).decode()[:20]
    assert [len(group) for group in shown.split("-")] == [4] * 5
    assert is_fingerprint(shown, THUMBPRINT)
    assert is_fingerprint(shown.lower().replace("-", " "), THUMBPRINT)
    assert not is_fingerprint(shown[:-1], THUMBPRINT)
    assert not is_fingerprint(f"{shown[:-1]}{'A' if shown[-1] != 'A' else 'B'}", THUMBPRINT)


# ---- A key's life --------------------------------------------------------------------------------------------


def test_key_is_approved_succeeded_and_retired() -> None:
    assert (KEY.state, KEY.is_good, KEY.enrolled_by, KEY.count) == (KeyState.ACTIVE, True, "staff:anna", 0)
    retiring = KEY.after(KeyTrigger.SUCCEED, at(1))
    assert (retiring.is_good, retiring.ended_at) == (True, None)
    retired = retiring.after(KeyTrigger.RETIRE, at(2))
    assert (retired.is_good, retired.ended_at) == (False, at(2))
    for trigger in KeyTrigger:
        with pytest.raises(TransitionRefused):
            retired.after(trigger, at(3))


def test_key_is_changed_after_thirty_days_and_when_the_change_was_begun() -> None:
    assert not KEY.is_to_be_changed(NOW + timedelta(days=30))
    assert KEY.is_to_be_changed(NOW + timedelta(days=30, seconds=1))
    assert KEY.after(KeyTrigger.SUCCEED, NOW).is_to_be_changed(NOW)


# ---- Two holders ---------------------------------------------------------------------------------------------


def seen(*uses: tuple[int, float]) -> tuple[TerminalKey, list[Use]]:
    """The key after these uses, and the uses."""
    key, recent = KEY, []
    for count, second in uses:
        recent.append(Use(count, at(second)))
        if count > key.count:
            key = key.used(recent[-1], at(second))
    return key, recent


@pytest.mark.parametrize(
    ("before", "use", "told"),
    [
        ([], (1, 0), Sighting.NEXT),
        ([(1, 0)], (2, 1), Sighting.NEXT),
        ([(1, 0)], (9, 1), Sighting.NEXT),
        # The clock was set back in between: the order is that of the counter.
        ([(5, 100)], (6, 40), Sighting.NEXT),
        # One that was overtaken on its way, in the same second too.
        ([(1, 0), (3, 10)], (2, 4), Sighting.LATE),
        ([(1, 0), (3, 10)], (2, 10), Sighting.LATE),
        ([(1, 0), (4, 10), (3, 10)], (2, 9), Sighting.LATE),
        # A number that was used before is another's, whenever that was.
        ([(1, 0), (2, 10)], (2, 4), Sighting.HELD_TWICE),
        ([(1, 0), (2, 10), (3, 20)], (2, 10), Sighting.HELD_TWICE),
        # A lower number that was made later.
        ([(1, 0), (7, 10)], (2, 11), Sighting.HELD_TWICE),
        # However far ahead, or however often, the other one signs in: one of its earlier ones tells.
        ([(1000, 10), (1001, 40), (1002, 70)], (3, 60), Sighting.HELD_TWICE),
    ],
)
def test_counter_tells_who_was_late_from_who_holds_a_copy(
    before: list[tuple[int, float]], use: tuple[int, float], told: Sighting
) -> None:
    key, recent = seen(*before)
    assert sighting(key, Use(use[0], at(use[1])), recent) is told


def test_copy_is_found_also_when_nothing_recent_is_kept() -> None:
    key, _ = seen((7, 10))
    assert sighting(key, Use(5, at(11)), []) is Sighting.HELD_TWICE
    assert sighting(key, Use(7, at(9)), []) is Sighting.HELD_TWICE
    assert sighting(key, Use(5, at(9)), []) is Sighting.LATE


@given(st.permutations(range(1, 8)), st.lists(st.floats(0, 3), min_size=7, max_size=7))
def test_one_holder_is_never_taken_for_two(order: list[int], pauses: list[float]) -> None:
    """In whatever order what one holder made arrives, and with a clock that tells whole seconds."""
    made: dict[int, datetime] = {}
    second = 0.0
    for count, pause in enumerate(pauses, 1):
        second += pause
        made[count] = at(int(second))
    key, recent = KEY, list[Use]()
    for count in order:
        use = Use(count, made[count])
        told = sighting(key, use, recent)
        assert told is (Sighting.NEXT if count > key.count else Sighting.LATE)
        if told is Sighting.NEXT:
            key = key.used(use, NOW)
            recent.append(use)


@given(st.integers(1, 20), st.integers(0, 20), st.integers(0, 40))
def test_two_live_holders_are_found_by_the_second_sign_in_of_either(common: int, ahead: int, head_start: int) -> None:
    """A copy is taken at some count; one of the two signs in often, then both take turns: the second turn tells."""
    key, recent, second = KEY, list[Use](), 0
    counts = [common + ahead, common]
    found = False
    for number in range(ahead):
        use = Use(common + number + 1, at(second - ahead - head_start + number))
        key, recent = key.used(use, NOW), [*recent, use]
    for holder in (0, 1, 0, 1):
        counts[holder] += 1
        second += 1
        use = Use(counts[holder], at(second))
        if sighting(key, use, recent) is Sighting.HELD_TWICE:
            found = True
            break
        key, recent = key.used(use, NOW), [*recent, use]
    assert found


# ---- What an assertion must say ------------------------------------------------------------------------------

GOOD = Claims(THUMBPRINT, THUMBPRINT, "https://a.example/x", NOW, at(60), None, "j1", 1)
AUDIENCES = frozenset({"https://a.example/x"})


def test_good_claims_pass_also_with_a_clock_that_is_a_little_wrong() -> None:
    for now in (NOW, at(-30), at(89.9)):
        check(GOOD, THUMBPRINT, AUDIENCES, now)
    check(replace(GOOD, not_before=at(30)), THUMBPRINT, AUDIENCES, NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(GOOD, issuer="other"),
        replace(GOOD, subject="other"),
        replace(GOOD, audience="https://a.example/y"),
        replace(GOOD, audience="https://b.example/x"),
        replace(GOOD, expires_at=at(61)),
        replace(GOOD, expires_at=NOW),
        replace(GOOD, expires_at=at(-1)),
    ],
)
def test_wrong_claims_are_refused(wrong: Claims) -> None:
    with pytest.raises(AssertionInvalid):
        check(wrong, THUMBPRINT, AUDIENCES, NOW)


@pytest.mark.parametrize(
    ("claims", "now"),
    [(GOOD, at(-31)), (GOOD, at(90)), (GOOD, at(10_000)), (replace(GOOD, not_before=at(31)), NOW)],
)
def test_of_a_wrong_time_the_right_one_is_told(claims: Claims, now: datetime) -> None:
    with pytest.raises(AssertionExpired) as refused:
        check(claims, THUMBPRINT, AUDIENCES, now)
    assert refused.value.details == {"server_time": now.isoformat()}


def test_bounds_are_those_that_were_agreed() -> None:
    assert timedelta(minutes=15) == enrolment.CODE_LIFE
