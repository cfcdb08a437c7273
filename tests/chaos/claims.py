"""I1 and I4, from the rows alone: nobody and nothing is held twice, at the end or at any time, and calls leave records.

Claims last: an offer rings from `opened_at` to `closed_at`, a call from `started_at` to `ended_at`. That two claims of
one person or one contact never overlapped shows in the rows long after.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from math import inf
from typing import Final

from tests.chaos.faults import Fault, Kind
from tests.chaos.record import Evidence, Row

# A claim that waits for the end of another has read its time before that end was committed.
COMMIT_S: Final = 0.5

Claim = tuple[float, float, str]


def claims(evidence: Evidence) -> Iterator[Fault]:
    """All faults of this kind."""
    yield from _of_contacts(evidence)
    yield from _of_people(evidence)
    yield from _of_terminals(evidence)
    yield from _offers(evidence)
    yield from _calls(evidence)
    yield from _misses(evidence)


def _of_contacts(evidence: Evidence) -> Iterator[Fault]:
    held: dict[str, list[Claim]] = defaultdict(list)
    for offer in evidence.rows["offer"]:
        held[offer["contact"]].append(_claim(f"offer {offer['id']}", offer["opened_at"], offer["closed_at"]))
    for call in evidence.rows["call"]:
        held[call["contact"]].append(_claim(f"call {call['id']}", call["started_at"], call["ended_at"]))
    for contact, of_contact in held.items():
        yield from _overlaps(f"contact {contact}", of_contact)


def _of_people(evidence: Evidence) -> Iterator[Fault]:
    held: dict[str, list[Claim]] = defaultdict(list)
    calls = evidence.keyed("call")
    for ringing in evidence.rows["ringing"]:
        held[ringing["staff"]].append(_claim(f"offer {ringing['offer']}", ringing["opened_at"], ringing["closed_at"]))
    for seat in evidence.rows["seat"]:
        if seat["staff"] is not None:
            call = calls[seat["call"]]
            held[seat["staff"]].append(_claim(f"call {call['id']}", call["started_at"], call["ended_at"]))
    for staff, of_staff in held.items():
        yield from _overlaps(staff, of_staff)


def _of_terminals(evidence: Evidence) -> Iterator[Fault]:
    held: dict[str, list[Claim]] = defaultdict(list)
    for contact in evidence.rows["contact"]:
        claim = _claim(f"contact {contact['id']}", contact["requested_at"], contact["ended_at"])
        held[contact["terminal"]].append(claim)
    for terminal, of_terminal in held.items():
        yield from _overlaps(terminal, of_terminal)


def _claim(what: str, begin: float, end: float | None) -> Claim:
    return begin, inf if end is None else end, what


def _overlaps(whose: str, held: list[Claim]) -> Iterator[Fault]:
    for (_, end, one), (begin, _, other) in pairwise(sorted(held)):
        if begin < end - COMMIT_S or (begin < end and end == inf):
            yield Fault("doubled", f"{whose} has {other} while it has {one}", begin)


def _offers(evidence: Evidence) -> Iterator[Fault]:
    ringings: dict[str, list[Row]] = defaultdict(list)
    for ringing in evidence.rows["ringing"]:
        ringings[ringing["offer"]].append(ringing)
    offered = {offer["contact"] for offer in evidence.rows["offer"] if offer["state"] == "open"}
    for contact in evidence.rows["contact"]:
        if (contact["state"] == "offered") is not (contact["id"] in offered):
            yield Fault(
                "lost", f"contact {contact['id']} is {contact['state']}, its offers say otherwise", _at(contact)
            )
    calls = evidence.keyed("call", "contact")
    for offer in evidence.rows["offer"]:
        takers = [each["staff"] for each in ringings[offer["id"]] if each["state"] == "accepted"]
        if len(takers) > 1:
            yield Fault("doubled", f"offer {offer['id']} was taken by {takers}", offer["opened_at"])
        if (offer["state"] == "accepted") is not (len(takers) > 0):
            yield Fault("lost", f"offer {offer['id']} is {offer['state']}, taken by {takers}", offer["opened_at"])
        if offer["state"] == "accepted" and offer["contact"] not in calls:
            yield Fault("lost", f"offer {offer['id']} was accepted and there is no call", offer["opened_at"])
        rings = any(each["state"] == "ringing" for each in ringings[offer["id"]])
        if (offer["state"] == "open") is not rings:
            yield Fault("lost", f"offer {offer['id']} is {offer['state']}, rings: {rings}", offer["opened_at"])


def _calls(evidence: Evidence) -> Iterator[Fault]:
    contacts = evidence.keyed("contact")
    accepted = Counter(offer["contact"] for offer in evidence.rows["offer"] if offer["state"] == "accepted")
    recorded = Counter(event["call"] for event in evidence.rows["service_event"])
    calls = evidence.keyed("call")
    of_contact = Counter(call["contact"] for call in calls.values())
    for contact, count in of_contact.items():
        if count > 1 or accepted[contact] > 1:
            yield Fault("doubled", f"contact {contact} has {count} calls, {accepted[contact]} acceptances", 0.0)
        elif accepted[contact] < 1:
            yield Fault("lost", f"contact {contact} has a call that nobody accepted", 0.0)
    for call in calls.values():
        wanted, found = int(call["state"] == "ended"), recorded[call["id"]]
        if found != wanted:
            kind: Kind = "lost" if found < wanted else "doubled"
            yield Fault(kind, f"call {call['id']} ({call['state']}) left {found} service events", call["started_at"])
        contact = contacts.get(call["contact"])
        if contact is None or (contact["state"] == "in_call") is (call["state"] == "ended"):
            yield Fault("lost", f"call {call['id']} is {call['state']}, its contact says otherwise", call["started_at"])
    for event in evidence.rows["service_event"]:
        if event["call"] not in calls:
            yield Fault("lost", f"service event {event['id']} has no call", event["ended_at"])


def _misses(evidence: Evidence) -> Iterator[Fault]:
    """I5: nobody is blamed for an offer that did not ring out at them."""
    answered: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for ringing in evidence.rows["ringing"]:
        if ringing["state"] not in {"ringing", "withdrawn"}:
            answered[ringing["staff"]].append((ringing["closed_at"], ringing["state"]))
    for presence in evidence.rows["presence"]:
        in_a_row = 0
        for _, state in sorted(answered[presence["staff"]], reverse=True):
            if state != "missed":
                break
            in_a_row += 1
        if presence["misses"] > in_a_row:
            what = f"{presence['staff']} has missed {presence['misses']} in a row, and let ring {in_a_row}"
            yield Fault("doubled", what, presence["since"] or 0.0)


def _at(contact: Row) -> float:
    at: float = contact["requested_at"]
    return at
