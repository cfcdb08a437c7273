"""When a participant could see and act: from its own log, and from what the driver says of the node that it was at."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from tests.chaos.faults import Span, Spans
from tests.chaos.logs import Entry
from tests.chaos.record import Evidence

# A client notices that its node is silent, tries others, and is welcomed by one: heartbeats and attempts take seconds.
FINDS_ANOTHER_WITHIN_S: Final = 8.0
# A trouble begins a moment before the driver has done it, and a lost socket is only then told of.
AROUND_S: Final = 1.0


def blind(evidence: Evidence, who: str) -> Spans:
    """When it may have seen nothing: its node was in trouble, or its own line was lost."""
    welcomes = [entry for entry in evidence.of("welcome") if entry["who"] == who]
    spans = []
    for trouble in evidence.of("trouble"):
        begin, end = trouble["begin"] - AROUND_S, trouble["end"] + FINDS_ANOTHER_WITHIN_S
        if set(trouble["nodes"]) & _nodes_within(welcomes, begin, end):
            spans.append(Span(begin, end))
    spans += [
        Span(entry["wall"] - AROUND_S, entry["wall"] + FINDS_ANOTHER_WITHIN_S)
        for entry in evidence.of("dropped")
        if entry["who"] == who
    ]
    return Spans(spans)


def _nodes_within(welcomes: list[Entry], begin: float, end: float) -> set[str]:
    """The nodes at which it was in this time: the one where it was at the beginning, and those that it came to."""
    before = bisect_right([entry["wall"] for entry in welcomes], begin)
    return {entry["node"] for entry in welcomes[max(0, before - 1) :] if entry["wall"] <= end}


def down(evidence: Evidence) -> list[Span]:
    """When nothing could work, as the driver knows."""
    return [Span(entry["begin"], entry["end"]) for entry in evidence.of("down")]


def by_participant(evidence: Evidence, *whats: str) -> dict[str, list[Entry]]:
    """Entries of these kinds by who wrote them, in the order of their time."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(evidence.of(*whats), key=lambda each: each["wall"]):
        found[entry["who"]].append(entry)
    return found


def ready_spans(entries: list[Entry], until: float) -> Iterator[Span]:
    """When an expert's console said that they take calls, from its log; `until` ends the last."""
    since: float | None = None
    for entry in entries:
        is_presence = entry["what"] == "saw" and entry["part"] == "presence"
        ready = is_presence and entry["state"] == "ready"
        ends = (
            (is_presence and not ready)
            or entry["what"] in {"away", "ended", "dropped"}
            or (entry["what"] == "asked" and entry["command"] == "pause")
        )
        if ready and since is None:
            since = entry["wall"]
        elif ends and since is not None:
            yield Span(since, entry["wall"])
            since = None
    if since is not None:
        yield Span(since, until)
