from datetime import timedelta

import pytest

from palvelurinki_kiosk import findings
from palvelurinki_kiosk.findings import Finding, Verdict


def ms(*values: int) -> list[timedelta]:
    return [timedelta(milliseconds=value) for value in values]


@pytest.mark.parametrize(
    ("samples", "verdict", "found"),
    [
        (ms(20, 25, 900), Verdict.OK, "25 ms"),
        (ms(300), Verdict.OK, "300 ms"),
        (ms(301), Verdict.WARNING, "301 ms"),
        (ms(20, 800, 900), Verdict.WARNING, "800 ms"),
    ],
)
def test_the_median_round_trip_counts(samples: list[timedelta], verdict: Verdict, found: str) -> None:
    finding = findings.round_trip(samples)
    assert (finding.verdict, finding.found) == (verdict, found)


@pytest.mark.parametrize(
    ("ahead_s", "verdict", "found"),
    [
        (0, Verdict.OK, "agrees with the server's"),
        (-1.9, Verdict.OK, "agrees with the server's"),
        (5, Verdict.WARNING, "5 s ahead of the server's"),
        (-60, Verdict.WARNING, "60 s behind the server's"),
        (-3600, Verdict.FAILED, "3600 s behind the server's"),
    ],
)
def test_the_clock(ahead_s: float, verdict: Verdict, found: str) -> None:
    finding = findings.clock(timedelta(seconds=ahead_s))
    assert (finding.verdict, finding.found) == (verdict, found)
    assert bool(finding.advice) is (verdict is not Verdict.OK)


@pytest.mark.parametrize(
    ("code", "verdict"),
    [("ticket.invalid", Verdict.OK), ("version.unsupported", Verdict.FAILED), ("hello.expected", Verdict.FAILED)],
)
def test_the_sockets_closing(code: str, verdict: Verdict) -> None:
    assert findings.socket(code).verdict is verdict


def test_devices() -> None:
    assert findings.device("camera", ["C920"], group="video", usable=True).verdict is Verdict.OK
    closed = findings.device("camera", ["C920"], group="video", usable=False)
    assert (closed.verdict, "usermod -aG video" in closed.advice) == (Verdict.FAILED, True)
    assert findings.device("camera", [], group="video", usable=True).verdict is Verdict.FAILED


def test_the_permission() -> None:
    url = "https://palvelu.example.fi"
    assert findings.permission(url, secure=True, allowed=True).verdict is Verdict.OK
    assert findings.permission(url, secure=True, allowed=False).verdict is Verdict.WARNING
    assert findings.permission(url, secure=False, allowed=True).verdict is Verdict.FAILED


def test_warnings_do_not_fail_a_terminal() -> None:
    fine, doubtful = Finding("a", Verdict.OK, ""), Finding("b", Verdict.WARNING, "")
    assert not findings.failed([fine, doubtful])
    assert findings.failed([fine, Finding("c", Verdict.FAILED, "")])
