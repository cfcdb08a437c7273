"""I3 and I5: what was due was done, not before its time and at most 2 s past it; and ringing stops when it should.

Time in which nothing could work (the database was down, or no node was up) does not count; the driver has written it
down. Where a moment is read from the outbox, which is written at the end of its transaction, it is a little later than
the moment that the server counted from.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, Final

from tests.chaos.faults import SLACK_S, Fault, Kind, Spans
from tests.chaos.record import Evidence, Row
from tests.chaos.watching import down as when_down

WRITTEN_WITHIN_S: Final = 0.5
EXACT_S: Final = 0.001

Terms = dict[str, dict[str, float]]


def moments(evidence: Evidence) -> Iterator[Fault]:
    """All faults of this kind."""
    down = Spans(when_down(evidence))
    terms: Terms = {ring: times for entry in evidence.of("terms") for ring, times in entry["rings"].items()}
    yield from _offers(evidence, terms, down)
    events: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(evidence.rows["outbox"], key=lambda each: (each["at"], each["id"])):
        if row["contact"] is not None:
            events[row["contact"]].append(row)
    contacts = evidence.keyed("contact")
    for contact, history in events.items():
        if contact in contacts:
            ring_terms = terms[contacts[contact]["ring"]]
            yield from _holds(contacts[contact], history, ring_terms, down)
            yield from _rests(contacts[contact], history, ring_terms, down)
    yield from _seats(evidence, events, terms, down)


def _offers(evidence: Evidence, terms: Terms, down: Spans) -> Iterator[Fault]:
    offers = evidence.keyed("offer")
    contacts = evidence.keyed("contact")
    for offer in offers.values():
        length = offer["expires_at"] - offer["opened_at"]
        wanted = terms[offer["ring"]]["offer_timeout_s"]
        if abs(length - wanted) > EXACT_S:
            kind: Kind = "early" if length < wanted else "late"
            yield Fault(kind, f"offer {offer['id']} has {length:.3f} s to ring, not {wanted}", offer["opened_at"])
        contact = contacts[offer["contact"]]
        if contact["ended_at"] is not None and (offer["closed_at"] or evidence.read_at) > contact["ended_at"] + EXACT_S:
            yield Fault("late", f"offer {offer['id']} rang on after its contact's end", contact["ended_at"])
    for ringing in evidence.rows["ringing"]:
        expires_at, closed_at = offers[ringing["offer"]]["expires_at"], ringing["closed_at"]
        what = f"offer {ringing['offer']} at {ringing['staff']}"
        if ringing["state"] == "accepted" and closed_at >= expires_at:
            yield Fault("late", f"{what} was accepted {closed_at - expires_at:.3f} s after its time", closed_at)
        if ringing["state"] == "missed" and closed_at < expires_at:
            yield Fault("early", f"{what} was missed {expires_at - closed_at:.3f} s before its time", closed_at)
        if closed_at is not None and (over := down.outside(expires_at, closed_at)) > SLACK_S:
            yield Fault("late", f"{what} rang {over:.1f} s past its time ({ringing['state']})", expires_at)


def _holds(contact: Row, history: list[Row], terms: dict[str, float], down: Spans) -> Iterator[Fault]:
    """A contact whose terminal is away keeps its place for the grace, and no longer."""
    held: float | None = None
    for event in history:
        if event["kind"] == "ContactHeld":
            held = event["at"]
        elif event["kind"] == "ContactResumed":
            held = None
    if contact["outcome"] != "terminal_lost":
        return
    if held is None:
        yield Fault("early", f"contact {contact['id']} was given up without having been held", contact["ended_at"])
        return
    yield from _due(f"contact {contact['id']}, held,", held, terms["grace_s"], contact["ended_at"], down)


def _rests(contact: Row, history: list[Row], terms: dict[str, float], down: Spans) -> Iterator[Fault]:
    """A contact that everybody has passed by rests for its time."""
    told = [event for event in history if event["kind"] != "ContactReconsidered"]
    for one, next_one in pairwise(told):
        if (one["kind"], next_one["kind"]) == ("ContactQuieted", "ContactUnquieted"):
            what = f"contact {contact['id']}, resting,"
            yield from _due(what, one["at"], terms["retry_after_s"], next_one["at"], down)


def _seats(evidence: Evidence, events: dict[str, list[Row]], terms: Terms, down: Spans) -> Iterator[Fault]:
    """A seat is kept for the grace; a call that nobody left ends only after it."""
    asked: dict[str, list[float]] = defaultdict(list)
    for entry in evidence.of("asked"):
        if entry["command"] in {"leave_call", "leave_contact"}:
            asked[entry.get("call") or entry["contact"]].append(entry["wall"])
    contacts = evidence.keyed("contact")
    for call in evidence.rows["call"]:
        contact = contacts[call["contact"]]
        grace = terms[contact["ring"]]["grace_s"]
        what, ended_at = f"call {call['id']}", call["ended_at"]
        kept = list(_absences(events.get(contact["id"], ()), ended_at))
        for begin, end in kept:
            if (over := down.outside(begin + grace, end)) > SLACK_S:
                yield Fault("late", f"a seat of {what} was kept {over:.1f} s past its grace", begin)
        if ended_at is None:
            continue
        left = any(at <= ended_at + WRITTEN_WITHIN_S for at in (*asked[call["id"]], *asked[contact["id"]]))
        longest = max((end - begin for begin, end in kept if end == ended_at), default=0.0)
        if not left and longest < grace - WRITTEN_WITHIN_S:
            yield Fault("early", f"{what} ended, and nobody had left it or been away for the grace", ended_at)


def _absences(history: Iterable[Row], ended_at: float | None) -> Iterator[tuple[float, float]]:
    """When the seats of a call were away, up to its end."""
    away: dict[str, float] = {}
    for event in history:
        if event["kind"] != "SeatChanged":
            continue
        payload: dict[str, Any] = event["payload"]
        since = away.pop(payload["seat"], None)
        if since is not None:
            yield since, event["at"]
        if payload["state"] == "away":
            away[payload["seat"]] = event["at"]
    if ended_at is not None:
        for since in away.values():
            yield since, ended_at


def _due(what: str, since: float, length: float, done: float, down: Spans) -> Iterator[Fault]:
    if done - since < length - WRITTEN_WITHIN_S:
        yield Fault("early", f"{what} was given {done - since:.2f} s of {length}", done)
    if (over := down.outside(since + length, done)) > SLACK_S:
        yield Fault("late", f"{what} was kept {over:.1f} s past its {length} s", since)
