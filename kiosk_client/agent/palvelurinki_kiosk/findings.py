"""What a check found, in words, and what to do about it. Pure: the measuring is in `checks`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

# One way a voice should arrive within 150 ms (ITU-T G.114); signalling is a part of that only.
SLOW_ROUND_TRIP: Final = timedelta(milliseconds=300)
# The Date header has whole seconds, so less than this is no difference.
CLOCK_NOISE: Final = timedelta(seconds=2)
CLOCK_LIMIT: Final = timedelta(seconds=60)


class Verdict(StrEnum):
    """Whether the terminal can work with it."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    check: str
    verdict: Verdict
    found: str
    advice: str = ""


def failed(findings: Sequence[Finding]) -> bool:
    """Whether the terminal cannot work as it is."""
    return any(finding.verdict is Verdict.FAILED for finding in findings)


def round_trip(samples: Sequence[timedelta]) -> Finding:
    """Judge how long answers took; the median counts, for one of them may have met a full line."""
    median = sorted(samples)[len(samples) // 2]
    found = f"{median / timedelta(milliseconds=1):.0f} ms"
    if median <= SLOW_ROUND_TRIP:
        return Finding("round trip", Verdict.OK, found)
    advice = "The line is slow: picture and sound may lag. Ask whether others load the line, or use a cable."
    return Finding("round trip", Verdict.WARNING, found, advice)


def clock(difference: timedelta) -> Finding:
    """Judge this machine's clock; `difference` is how far it is ahead of the server's."""
    seconds = abs(difference.total_seconds())
    way = "ahead of" if difference > timedelta() else "behind"
    if abs(difference) <= CLOCK_NOISE:
        return Finding("clock", Verdict.OK, "agrees with the server's")
    found = f"{seconds:.0f} s {way} the server's"
    advice = "Let the machine keep its clock by the network: timedatectl set-ntp true"
    return Finding("clock", Verdict.FAILED if abs(difference) > CLOCK_LIMIT else Verdict.WARNING, found, advice)


def socket(code: str) -> Finding:
    """Judge the code with which the server showed out a hello with a worthless ticket."""
    if code == "ticket.invalid":
        return Finding("socket", Verdict.OK, "passes, and the server speaks this terminal's version")
    if code == "version.unsupported":
        advice = "Install the version of palvelurinki that the server has."
        return Finding("socket", Verdict.FAILED, "passes, but the server speaks another version", advice)
    return Finding("socket", Verdict.FAILED, f"an answer that was not expected: {code}", "Is this the right address?")


def device(check: str, names: Sequence[str], *, group: str, usable: bool) -> Finding:
    """Judge cameras or microphones by the names of those found."""
    if not names:
        return Finding(check, Verdict.FAILED, "none", "Plug it in, or see whether its cable is loose: lsusb")
    found = ", ".join(names)
    if not usable:
        advice = f"This user may not open it: sudo usermod -aG {group} USER, then sign in anew."
        return Finding(check, Verdict.FAILED, found, advice)
    return Finding(check, Verdict.OK, found)


def browser(version: str | None) -> Finding:
    """Judge what `chromium --version` said."""
    if version is None:
        return Finding("browser", Verdict.FAILED, "no Chromium", "sudo apt-get install chromium")
    return Finding("browser", Verdict.OK, version)


def permission(url: str, *, secure: bool, allowed: bool) -> Finding:
    """Judge whether the page will get its camera without a question that a customer would have to answer."""
    if not secure:
        advice = "Use the https address: no browser gives a camera to a page that came by http."
        return Finding("permission", Verdict.FAILED, "the address is not secure", advice)
    if not allowed:
        advice = (
            f"sudo mkdir -p /etc/chromium/policies/managed && palvelurinki-kiosk policy {url} | "
            "sudo tee /etc/chromium/policies/managed/palvelurinki.json"
        )
        return Finding("permission", Verdict.WARNING, "the browser will ask the customer for the camera", advice)
    return Finding("permission", Verdict.OK, "camera and microphone without a question")
