"""I5 as people see it: a console on which an offer has ended falls silent within 2 s."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.chaos.faults import SLACK_S, Fault, Spans
from tests.chaos.record import Evidence, Row
from tests.chaos.watching import blind, by_participant, down


@dataclass(frozen=True, slots=True)
class Silence:
    """A console that rang for `offer` no longer does, from `at` on. `ringing` is the row, if there is one."""

    who: str
    offer: str
    at: float
    ringing: Row | None


def sights(evidence: Evidence) -> Iterator[Fault]:
    """All faults of this kind."""
    nobody = down(evidence)
    could_not_see = {who: Spans([*blind(evidence, who), *nobody]) for who in by_participant(evidence, "welcome")}
    for silence in silences(evidence):
        staff = silence.who.partition(":")[2]
        if silence.ringing is None:
            yield Fault("lost", f"offer {silence.offer} rang at {staff}, and is not there", silence.at)
            continue
        ended, state = silence.ringing["closed_at"], silence.ringing["state"]
        if ended is not None and (over := could_not_see[silence.who].outside(ended, silence.at)) > SLACK_S:
            yield Fault("late", f"{staff} saw offer {silence.offer} ring on for {over:.1f} s ({state})", ended)


def silences(evidence: Evidence) -> Iterator[Silence]:
    """Each time that a console fell silent, from its own log."""
    ringings = {(row["offer"], f"staff:{row['staff']}"): row for row in evidence.rows["ringing"]}
    for who, entries in by_participant(evidence, "saw", "away", "ended").items():
        rings: str | None = None
        for entry in entries:
            if entry["what"] == "saw" and entry["part"] != "offer":
                continue
            now = entry["id"] if entry["what"] == "saw" and entry["state"] == "ringing" else None
            if rings is not None and now != rings:
                yield Silence(who, rings, entry["wall"], ringings.get((rings, who)))
            rings = now
