"""What a run tells a reader: what was done, how fast, and every fault."""

from collections import Counter
from collections.abc import Iterator, Sequence

from tests.chaos.faults import Span, Spans
from tests.chaos.logs import Entry
from tests.chaos.record import Evidence
from tests.chaos.run import Outcome
from tests.chaos.sights import silences

# Faults that are told in full.
MOST_TOLD = 40


def report(outcome: Outcome, seed: int) -> Iterator[str]:
    """Line by line."""
    evidence = outcome.evidence
    yield f"seed {seed}: {_work_done(evidence)}"
    for why in sorted({entry["why"] for entry in evidence.of("down")}):
        spans = Spans(Span(entry["begin"], entry["end"]) for entry in evidence.of("down") if entry["why"] == why)
        yield f"nothing could work for {spans.total():.1f} s ({why}), which is not counted as late"
    for scenario in evidence.of("scenario"):
        length = scenario["end"] - scenario["begin"]
        yield f"{scenario['name']}: {length:.0f} s, {_rings(evidence, scenario)}"
    yield from _bad_clients(evidence)
    for breach in outcome.breaches:
        yield f"not held: {breach}"
    for fault in outcome.faults[:MOST_TOLD]:
        yield f"{fault.kind} {_when(evidence, fault.at)}: {fault.what}"
    if len(outcome.faults) > MOST_TOLD:
        yield f"… and {len(outcome.faults) - MOST_TOLD} more"


def _bad_clients(evidence: Evidence) -> Iterator[str]:
    for entry in evidence.of("strangers"):
        for kind, came in entry["came"].items():
            yield f"{kind}: {_counts(Counter(came))}"
    for entry in evidence.of("memory"):
        yield (
            f"node {entry['node']} took {entry['before_mib']:.0f} MiB before the bad clients, "
            f"{entry['most_mib']:.0f} at most, {entry['after_mib']:.0f} after"
        )
    spans = {entry["name"]: (entry["begin"], entry["end"]) for entry in evidence.of("scenario")}
    if {"quiet", "bad-clients"} <= spans.keys():
        calm, rough = (ring_waits(evidence, *spans[name]) for name in ("quiet", "bad-clients"))
        if calm and rough:
            ratio = _share(rough, 0.5) / _share(calm, 0.5)
            yield f"from request to ring, beside the bad clients: {ratio:.1f} times what it was in quiet (p50)"


def _work_done(evidence: Evidence) -> str:
    contacts = Counter(row["outcome"] for row in evidence.rows["contact"])
    offers = Counter(row["state"] for row in evidence.rows["offer"])
    acked = len(evidence.of("acked"))
    return f"{acked} commands acknowledged; contacts {_counts(contacts)}; offers {_counts(offers)}"


def _rings(evidence: Evidence, scenario: Entry) -> str:
    """How long it took from request to ring, of those who were rung at once."""
    waits = ring_waits(evidence, scenario["begin"], scenario["end"])
    if not waits:
        return "nobody was rung"
    rung = f"{len(waits)} rung, request to ring p50 {_share(waits, 0.5):.0f} ms, p95 {_share(waits, 0.95):.0f} ms"
    ends = [
        (ringing["closed_at"], silence.at)
        for silence in silences(evidence)
        if (ringing := silence.ringing) is not None and ringing["closed_at"] is not None
    ]
    begin, end = scenario["begin"], scenario["end"]
    silent = sorted(1000 * max(0.0, seen - closed) for closed, seen in ends if begin <= closed < end)
    if not silent:
        return rung
    return f"{rung}; an offer's end to silence p50 {_share(silent, 0.5):.0f} ms, p95 {_share(silent, 0.95):.0f} ms"


def ring_waits(evidence: Evidence, begin: float, end: float) -> list[float]:
    """Milliseconds from a customer's asking to an expert's seeing it ring, sorted."""
    asked = {(e["who"], e["op"]): e["wall"] for e in evidence.of("asked") if e["command"] == "request_contact"}
    began = {e["contact"]: asked[e["who"], e["op"]] for e in evidence.of("acked") if (e["who"], e["op"]) in asked}
    seen: dict[str, float] = {}
    for entry in evidence.of("saw"):
        if entry["part"] == "offer" and entry["state"] == "ringing":
            seen.setdefault(entry["contact"], entry["wall"])
    return sorted(1000 * (seen[c] - at) for c, at in began.items() if c in seen and begin <= at < end)


def _share(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]


def _when(evidence: Evidence, at: float) -> str:
    for scenario in evidence.of("scenario"):
        if scenario["begin"] <= at <= scenario["end"]:
            return f"in {scenario['name']}, second {at - scenario['begin']:.1f}"
    return "outside the scenarios"


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counter.items()))
