"""I5 as people see it: a console on which an offer has ended falls silent within 2 s."""

from collections.abc import Iterator

from tests.chaos.faults import SLACK_S, Fault
from tests.chaos.record import Evidence
from tests.chaos.watching import blind, by_participant


def sights(evidence: Evidence) -> Iterator[Fault]:
    """All faults of this kind."""
    ringings = {(row["offer"], row["staff"]): row for row in evidence.rows["ringing"]}
    for who, entries in by_participant(evidence, "saw", "away", "ended").items():
        rings: str | None = None
        spans = blind(evidence, who)
        staff = who.partition(":")[2]
        for entry in entries:
            if entry["what"] == "saw" and entry["part"] != "offer":
                continue
            now = entry["id"] if entry["what"] == "saw" and entry["state"] == "ringing" else None
            if rings is not None and now != rings:
                ringing = ringings.get((rings, staff))
                if ringing is None:
                    yield Fault("lost", f"offer {rings} rang at {staff}, and is not there", entry["wall"])
                elif ringing["closed_at"] is not None:
                    over = spans.outside(ringing["closed_at"], entry["wall"])
                    if over > SLACK_S:
                        what = f"{staff} saw offer {rings} ring on for {over:.1f} s ({ringing['state']})"
                        yield Fault("late", what, ringing["closed_at"])
            rings = now
