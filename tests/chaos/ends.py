"""I3 at the end: the world is whole, everybody has gone, every grace has passed. Then nothing may be left over."""

from collections.abc import Iterator

from tests.chaos.faults import SLACK_S, Fault
from tests.chaos.record import Evidence


def ends(evidence: Evidence) -> Iterator[Fault]:
    """All faults of this kind."""
    yield from _unended(evidence)
    at = evidence.read_at
    for claim in evidence.rows["engagement"]:
        yield Fault("stuck", f"{claim['staff']} is claimed by contact {claim['contact']} for ever", at)
    for deadline in evidence.rows["deadline"]:
        if deadline["due"] < at - SLACK_S:
            yield Fault("stuck", f"{deadline['kind']} of {deadline['subject']} is due and stands", deadline["due"])
    for connection in evidence.rows["connection"]:
        if connection["lost_at"] is None:
            yield Fault("stuck", f"{connection['principal']} counts as connected for ever", connection["opened_at"])


def _unended(evidence: Evidence) -> Iterator[Fault]:
    for table, begun in (("contact", "requested_at"), ("call", "started_at"), ("offer", "opened_at")):
        for row in evidence.rows[table]:
            if row["state"] in {"open", "waiting", "held", "offered", "in_call", "opening", "connected"}:
                yield Fault("stuck", f"{table} {row['id']} is {row['state']} for ever", row[begun])
