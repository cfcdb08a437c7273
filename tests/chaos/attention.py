"""I3 for those who wait: nobody waits for more than 2 s while somebody who may take the contact is there and free.

Who may take it is anybody of the ring who has not been asked yet: in the configuration of these runs all speak all
languages and know all services. Free is who says that they take calls, is not rung, in a call or finishing one, and
whose console could be reached all the time. A contact waits while it is neither offered, held, nor at rest.
"""

from collections import defaultdict
from collections.abc import Iterator
from math import inf

from tests.chaos.faults import SLACK_S, Fault, Span, Spans
from tests.chaos.record import Evidence, Row
from tests.chaos.watching import blind, by_participant, down, ready_spans


def attention(evidence: Evidence) -> Iterator[Fault]:
    """All faults of this kind."""
    rings = {ring: times for entry in evidence.of("terms") for ring, times in entry["rings"].items()}
    members = {ring: staff for entry in evidence.of("terms") for ring, staff in entry.get("members", {}).items()}
    busy = _busy(evidence, {expert: rings[ring]["wrap_up_s"] for ring, staff in members.items() for expert in staff})
    entries = by_participant(evidence, "saw", "asked", "away", "ended", "dropped")
    ready = {
        staff: (list(ready_spans(entries[f"staff:{staff}"], evidence.read_at)), blind(evidence, f"staff:{staff}"))
        for ring in members.values()
        for staff in ring
    }
    asked: dict[tuple[str, str], float] = {}
    offers = evidence.keyed("offer")
    for ringing in evidence.rows["ringing"]:
        key = offers[ringing["offer"]]["contact"], ringing["staff"]
        asked[key] = min(asked.get(key, inf), ringing["opened_at"])
    pauses = _pauses(evidence)
    nothing_works = Spans(down(evidence))
    for contact in evidence.rows["contact"]:
        for staff in members.get(contact["ring"], ()):
            until = min(asked.get((contact["id"], staff), inf), contact["ended_at"] or evidence.read_at)
            spans, unseen = ready[staff]
            for span in spans:
                begin, end = max(span.begin, contact["requested_at"]), min(span.end, until)
                excused = [pauses[contact["id"]], busy[staff], unseen]
                yield from _passed_over(contact, staff, Span(begin, end), excused, nothing_works)


def _passed_over(contact: Row, staff: str, span: Span, excused: list[Spans], off: Spans) -> Iterator[Fault]:
    if span.end - span.begin <= SLACK_S:
        return
    for free in Spans(each for spans in excused for each in spans).gaps(span):
        length = off.outside(free.begin, free.end)
        if length > SLACK_S:
            yield Fault("late", f"contact {contact['id']} waited {length:.1f} s while {staff} was free", free.begin)


def _busy(evidence: Evidence, wrap_up: dict[str, float]) -> dict[str, Spans]:
    spans: dict[str, list[Span]] = defaultdict(list)
    calls = evidence.keyed("call")
    for ringing in evidence.rows["ringing"]:
        spans[ringing["staff"]].append(Span(ringing["opened_at"], ringing["closed_at"] or inf))
    for seat in evidence.rows["seat"]:
        if seat["staff"] is not None:
            call, after = calls[seat["call"]], wrap_up.get(seat["staff"], 0.0)
            spans[seat["staff"]].append(Span(call["started_at"], (call["ended_at"] or inf) + after))
    return defaultdict(lambda: Spans([]), {staff: Spans(each) for staff, each in spans.items()})


def _pauses(evidence: Evidence) -> dict[str, Spans]:
    """When a contact was offered, held, at rest, or in a call."""
    spans: dict[str, list[Span]] = defaultdict(list)
    for offer in evidence.rows["offer"]:
        spans[offer["contact"]].append(Span(offer["opened_at"], offer["closed_at"] or inf))
    for call in evidence.rows["call"]:
        spans[call["contact"]].append(Span(call["started_at"], inf))
    open_since: dict[tuple[str, str], float] = {}
    ends = {"ContactHeld": "ContactResumed", "ContactQuieted": "ContactUnquieted"}
    begins = {end: begin for begin, end in ends.items()}
    for event in sorted(evidence.rows["outbox"], key=lambda row: (row["at"], row["id"])):
        if event["kind"] in ends:
            open_since[event["contact"], event["kind"]] = event["at"]
        elif event["kind"] in begins:
            since = open_since.pop((event["contact"], begins[event["kind"]]), event["at"])
            spans[event["contact"]].append(Span(since, event["at"]))
        elif event["kind"] in {"OfferClosed", "ContactOffered"}:
            # Whoever was not asked yet ends a rest by being asked.
            since = open_since.pop((event["contact"], "ContactQuieted"), event["at"])
            spans[event["contact"]].append(Span(since, event["at"]))
    for (contact, _), since in open_since.items():
        spans[contact].append(Span(since, inf))
    return defaultdict(lambda: Spans([]), {contact: Spans(each) for contact, each in spans.items()})
