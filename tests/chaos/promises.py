"""I2 and I3: whatever a client was told is so. Each acknowledgement is held against the rows."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from palvelurinki.application.digests import operation_digest
from tests.chaos.faults import Fault, Kind
from tests.chaos.logs import Entry
from tests.chaos.record import Evidence, Row

# What ends without anybody's having asked for it, or having been away (`moments` holds that one).
ENDED_BY_NOBODY: Final = frozenset({"ring_closed"})


@dataclass(slots=True)
class _Rows:
    """The tables by what is looked up in them."""

    contacts: dict[str, Row]
    offers: dict[str, Row]
    calls: dict[str, Row]
    ringings: dict[tuple[str, str], Row]
    seats: dict[tuple[str, str], Row]
    operations: dict[tuple[str, str], Row]


def promises(evidence: Evidence) -> Iterator[Fault]:
    """All faults of this kind."""
    # The database knows operations by their digests, and the logs by their ids.
    names: dict[str, str] = {operation_digest(entry["op"]): entry["op"] for entry in evidence.of("asked")}
    rows = _Rows(
        evidence.keyed("contact"),
        evidence.keyed("offer"),
        evidence.keyed("call"),
        {(row["offer"], row["staff"]): row for row in evidence.rows["ringing"]},
        {(row["call"], row["terminal"] or row["staff"]): row for row in evidence.rows["seat"]},
        {
            (row["principal"], names.get(str(row["operation"]), str(row["operation"]))): row
            for row in evidence.rows["operation"]
        },
    )
    asked = {(entry["who"], entry["op"]): entry for entry in evidence.of("asked")}
    acked = {(entry["who"], entry["op"]): entry for entry in evidence.of("acked")}
    for key, answer in acked.items():
        yield from _kept(asked[key], answer, rows)
    yield from _answers(evidence, rows)
    yield from _acceptances(asked, acked)
    yield from _counts(evidence, asked, rows)
    yield from _unasked(evidence, asked)


def _kept(asked: Entry, acked: Entry, rows: _Rows) -> Iterator[Fault]:
    """What was acknowledged is there."""
    who = asked["who"].partition(":")[2]
    told = f"{asked['command']} of {who} ({asked['op']}) was acknowledged"
    done = rows.operations.get((asked["who"], asked["op"]))
    if done is None:
        yield Fault("lost", f"{told}, and not recorded", acked["wall"])
    elif not _same(done["answer"], acked):
        yield Fault("doubled", f"{told} otherwise than recorded: {done['answer']}", acked["wall"])
    wrong: str | None = None
    match asked["command"]:
        case "request_contact":
            contact = rows.contacts.get(acked["contact"])
            if contact is None or (contact["terminal"], contact["service"]) != (who, asked["service"]):
                wrong = f"contact {acked['contact']} is not there"
        case "accept_offer":
            wrong = _accepted(who, asked, acked, rows)
        case "decline_offer":
            state = _state(rows.ringings.get((asked["offer"], who)))
            wrong = None if state == "declined" else f"its ringing is {state}"
        case "leave_contact":
            state = _state(rows.contacts.get(asked["contact"]))
            wrong = None if state == "ended" else f"the contact is {state}"
        case "leave_call":
            state = _state(rows.calls.get(asked["call"]))
            wrong = None if state == "ended" else f"the call is {state}"
        case _:
            # That it was recorded with the same answer is all that can be seen of it.
            pass
    if wrong is not None:
        yield Fault("lost", f"{told}, but {wrong}", acked["wall"])


def _accepted(who: str, asked: Entry, acked: Entry, rows: _Rows) -> str | None:
    offer, call = rows.offers.get(asked["offer"]), rows.calls.get(acked["call"])
    ringing, seat = rows.ringings.get((asked["offer"], who)), rows.seats.get((acked["call"], who))
    if offer is None or _state(offer) != "accepted" or _state(ringing) != "accepted":
        return f"its offer is {_state(offer)}, its ringing {_state(ringing)}"
    if call is None or seat is None or call["contact"] != offer["contact"]:
        return f"call {acked['call']} is not there, or is somebody else's"
    return None


def _answers(evidence: Evidence, rows: _Rows) -> Iterator[Fault]:
    """A message that is sent again gets the same answer, and one that was refused was not done."""
    for entry in evidence.of("repeated"):
        done = rows.operations.get((entry["who"], entry["op"]))
        if "code" in entry:
            yield Fault("lost", f"{entry['op']} was acknowledged, and refused when repeated: {entry}", entry["wall"])
        elif done is None or not _same(done["answer"], entry):
            yield Fault("doubled", f"{entry['op']} got another answer when repeated: {entry}", entry["wall"])
    for entry in evidence.of("refused"):
        if (entry["who"], entry["op"]) in rows.operations:
            yield Fault("lost", f"{entry['op']} was done, and its asker told {entry['code']}", entry["wall"])
    for entry in evidence.of("gave_up"):
        yield Fault("stuck", f"{entry['op']} of {entry['who']} was never answered", entry["wall"])


def _acceptances(asked: dict[tuple[str, str], Entry], acked: dict[tuple[str, str], Entry]) -> Iterator[Fault]:
    """Two experts are never both told that they have a contact."""
    takers: dict[str, set[str]] = {}
    for key, entry in acked.items():
        if asked[key]["command"] == "accept_offer":
            takers.setdefault(entry["contact"], set()).add(f"{entry['who']} {asked[key]['offer']}")
    for contact, whom in takers.items():
        if len(whom) > 1:
            yield Fault("doubled", f"contact {contact} was given to {sorted(whom)}", 0.0)


def _counts(evidence: Evidence, asked: dict[tuple[str, str], Entry], rows: _Rows) -> Iterator[Fault]:
    """What was asked once was done once."""
    done = [asked[key] for key in rows.operations if key in asked]
    requests = Counter(entry["who"] for entry in done if entry["command"] == "request_contact")
    contacts = Counter(f"terminal:{contact['terminal']}" for contact in rows.contacts.values())
    joins = Counter(
        (entry["call"], entry["who"].partition(":")[2]) for entry in done if entry["command"] == "join_call"
    )
    epochs = Counter({key: seat["epoch"] for key, seat in rows.seats.items()})
    for what, wanted, found in (("contacts", requests, contacts), ("joins", joins, epochs)):
        keys: set[Any] = wanted.keys() | found.keys()
        for key in sorted(keys):
            if wanted[key] != found[key]:
                kind: Kind = "lost" if found[key] < wanted[key] else "doubled"
                yield Fault(kind, f"{key}: {wanted[key]} {what} were asked for and done, {found[key]} are there", 0.0)
    for key in rows.operations.keys() - asked.keys():
        yield Fault("doubled", f"operation {key} was never asked for", evidence.read_at)


def _unasked(evidence: Evidence, asked: dict[tuple[str, str], Entry]) -> Iterator[Fault]:
    """No contact is taken from a customer who still wants it."""
    left = {e["contact"] for e in asked.values() if e["command"] == "leave_contact"}
    for contact in evidence.rows["contact"]:
        outcome = contact["outcome"]
        if outcome in ENDED_BY_NOBODY or (outcome == "customer_left" and contact["id"] not in left):
            yield Fault("lost", f"contact {contact['id']} is {outcome}, and nobody left it", contact["ended_at"])


def _same(answer: Any, entry: Entry) -> bool:  # noqa: ANN401 - JSON
    return all(answer.get(part) == entry[part] for part in ("contact", "call"))


def _state(row: Row | None) -> str:
    return "missing" if row is None else str(row["state"])
