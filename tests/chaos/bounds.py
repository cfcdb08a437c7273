"""What bad clients may come to at most, and what they must have met: told apart from the checker's five kinds."""

from collections.abc import Iterator
from typing import Final

from tests.chaos.record import Evidence

# What one client that takes nothing may cost: the 512 events that are kept for a resume, at most a kibibyte each since
# sessions share what they show; a full write buffer (64 KiB) with one more frame (64 KiB) behind it; and as much again
# for the socket, its session, and what the allocator does not give back.
MIB_A_CLIENT: Final = (512 + 64 + 64) * 2 / 1024
# What each kind of bad client must have met at least once.
MET: Final = {"flood": "rate.exceeded", "oversized": "frame.too_large", "compressed": "closed 1002"}


def breaches(evidence: Evidence) -> Iterator[str]:
    """Each in a sentence."""
    for entry in evidence.of("strangers"):
        for kind, came in entry["came"].items():
            if kind in MET and not came.get(MET[kind]):
                yield f"{kind} never met {MET[kind]}: {came}"
            if came.get("granted"):
                yield f"compression was granted {came['granted']} times"
    for entry in evidence.of("memory"):
        grown, bound = entry["most_mib"] - entry["before_mib"], entry["clients"] * MIB_A_CLIENT
        if grown > bound:
            yield f"node {entry['node']} grew by {grown:.0f} MiB; {entry['clients']} clients may cost {bound:.0f}"
