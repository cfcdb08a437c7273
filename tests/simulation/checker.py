"""The checker: what must hold of the tables (I1 to I6), told from the rows alone and never through a use case.

A fault is of one of five kinds:

    lost      something that was there, or was acknowledged, is not
    doubled   something happened twice, or two hold what one may hold
    stuck     something that nothing will move on
    early     a time was not waited for
    late      a time was let pass, or someone was passed over

`always` holds after every transaction, whatever crashed; `settled` after a whole sweep and match; `ended` when
everybody has gone for good.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import RowMapping

from palvelurinki.domain.directory import Directory, RingId
from tests.simulation.tables import Tables

Kind = Literal["lost", "doubled", "stuck", "early", "late"]
KINDS: Final[tuple[Kind, ...]] = ("lost", "doubled", "stuck", "early", "late")

# I3: whatever falls due is under way at most this much later.
SLACK: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must not be."""

    kind: Kind
    what: str


@dataclass(frozen=True, slots=True)
class Checker:
    """Judges tables. `punctual` is false where many act at once, and the clock does not wait for the nodes."""

    directory: Directory
    presence_grace: timedelta
    punctual: bool = True

    def always(self, tables: Tables) -> Iterator[Fault]:
        """Faults that no state of the tables may show."""
        yield from _offers_and_claims(tables)
        yield from _calls_and_records(tables)
        yield from _deadlines(tables)
        yield from _absences(tables)
        yield from _presences(tables, self.presence_grace)
        yield from self._times(tables)
        yield from self._misses(tables)
        if self.punctual:
            yield from _order(tables)

    def settled(self, tables: Tables, now: datetime) -> Iterator[Fault]:
        """Faults that a whole sweep and match, just done, would have mended."""
        for (falls, subject), due in tables.deadlines.items():
            if due <= now:
                yield Fault("late", f"{falls} of {subject} was due at {due} and stands")
        for contact in tables.live_contacts():
            if contact["state"] in {"waiting", "offered"} and tables.is_lost(f"terminal:{contact['terminal']}"):
                yield Fault("late", f"contact {contact['id']} is not held though its terminal is away")
        for offer in tables.open_offers():
            if tables.is_lost(f"staff:{offer['staff']}"):
                yield Fault("late", f"offer {offer['id']} rings on a lost console")
        for seat in _live_seats(tables):
            if seat["state"] in {"joining", "joined"} and tables.is_lost(_principal(seat)):
                yield Fault("late", f"seat {seat['id']} is not away though its client is")
        yield from self._matched(tables)

    def ended(self, tables: Tables) -> Iterator[Fault]:
        """Faults that show when everybody has been away for longer than every grace."""
        for contact in tables.live_contacts():
            yield Fault("stuck", f"contact {contact['id']} is {contact['state']} for ever")
        for (kind, subject), due in tables.deadlines.items():
            yield Fault("stuck", f"{kind} of {subject} stands for {due} though nobody is there")
        for presence in tables.presences.values():
            if presence["state"] != "offline":
                yield Fault("stuck", f"{presence['staff']} is {presence['state']} for ever")

    def _matched(self, tables: Tables) -> Iterator[Fault]:
        for ring in self.directory.rings.values():
            members = [member.staff for member in ring.members]
            duty = [
                staff
                for staff in members
                if staff in tables.presences
                and tables.presences[staff]["state"] == "ready"
                and not tables.is_lost(f"staff:{staff}")
            ]
            free = [staff for staff in duty if staff not in tables.engagements]
            for contact in tables.live_contacts():
                if contact["ring"] != ring.id or contact["state"] != "waiting" or contact["quiet_until"] is not None:
                    continue
                passed = set(contact["passed_by"])
                able = sorted(set(free) - passed)
                if able:
                    yield Fault("stuck", f"contact {contact['id']} waits while {able} are free")
                elif duty and passed.issuperset(duty):
                    yield Fault("stuck", f"contact {contact['id']} is not quiet though all on duty passed it by")

    def _times(self, tables: Tables) -> Iterator[Fault]:
        for offer in tables.offers.values():
            closed, expires = offer["closed_at"], offer["expires_at"]
            if offer["state"] == "accepted" and closed >= expires:
                yield Fault("late", f"offer {offer['id']} was accepted {closed - expires} after its time")
            if offer["state"] == "expired":
                yield from self._fell(f"expiry of offer {offer['id']}", expires, closed)
        past: dict[str, list[RowMapping]] = {}
        for entry in tables.outbox:
            if entry["contact"] in tables.contacts:
                past.setdefault(entry["contact"], []).append(entry)
        for contact, entries in past.items():
            yield from self._waits(tables.contacts[contact], entries)

    def _waits(self, contact: RowMapping, entries: list[RowMapping]) -> Iterator[Fault]:
        """What the events of one contact say of its retries and graces."""
        ring = self.directory.rings[RingId(contact["ring"])]
        grace = timedelta(seconds=ring.grace_s)
        retry = timedelta(seconds=ring.retry_after_s)
        since: dict[str, datetime] = {}
        away: dict[str, datetime] = {}
        for entry in entries:
            kind, payload, at = entry["kind"], entry["payload"], entry["at"]
            since[kind] = at
            if kind == "ContactUnquieted":
                yield from self._fell(f"retry of {contact['id']}", since["ContactQuieted"] + retry, at)
            elif kind == "SeatChanged":
                away.pop(payload["seat"], None)
                if payload["state"] == "away":
                    away[payload["seat"]] = at
            elif kind == "CallEnded" and payload["outcome"] == "interrupted":
                yield from self._fell(f"grace of the call of {contact['id']}", min(away.values()) + grace, at)
            elif kind == "ContactEnded" and payload["outcome"] == "terminal_lost":
                yield from self._fell(f"grace of {contact['id']}", since["ContactHeld"] + grace, at)

    def _fell(self, what: str, due: datetime, done: datetime) -> Iterator[Fault]:
        # Where time passes within a transaction, the outbox tells a moment later than its deadlines were counted from.
        if done < due - (timedelta(0) if self.punctual else SLACK):
            yield Fault("early", f"{what}: due at {due}, done at {done}")
        if self.punctual and done > due + SLACK:
            yield Fault("late", f"{what}: due at {due}, done at {done}")

    def _misses(self, tables: Tables) -> Iterator[Fault]:
        """I5: only an offer that rang out counts as missed, and not one that was withdrawn."""
        in_call = {call["contact"] for call in tables.live_calls()}
        for presence in tables.presences.values():
            # What an acceptance means for the count is written when its call is over.
            answered = sorted(
                (offer["closed_at"], offer["state"])
                for offer in tables.offers.values()
                if offer["staff"] == presence["staff"]
                and offer["state"] not in {"open", "withdrawn"}
                and not (offer["state"] == "accepted" and offer["contact"] in in_call)
            )
            in_a_row = 0
            for _, state in reversed(answered):
                if state != "expired":
                    break
                in_a_row += 1
            if presence["misses"] > in_a_row:
                yield Fault("doubled", f"{presence['staff']} has missed {presence['misses']}, and let ring {in_a_row}")
            if presence["reason"] == "missed" and in_a_row == 0:
                yield Fault("doubled", f"{presence['staff']} is paused for a call that was not missed")


def _order(tables: Tables) -> Iterator[Fault]:
    """I6: nobody who waited all the while was passed over for someone who came later."""
    last: dict[str, int] = {}
    offers: list[RowMapping] = []
    for entry in tables.outbox:
        if entry["contact"] is not None:
            last[entry["contact"]] = entry["id"]
        if entry["kind"] == "ContactOffered":
            offers.append(entry)
    for contact in tables.live_contacts():
        if contact["state"] != "waiting":
            continue
        for entry in offers:
            served = tables.contacts[entry["contact"]]
            if (
                entry["id"] > last[contact["id"]]
                and served["ring"] == contact["ring"]
                and (served["requested_at"], served["id"]) > (contact["requested_at"], contact["id"])
                and entry["payload"]["staff"] not in contact["passed_by"]
            ):
                yield Fault("late", f"contact {contact['id']} waited while {served['id']}, who came later, was offered")


def _offers_and_claims(tables: Tables) -> Iterator[Fault]:
    open_offers = tables.open_offers()
    for column in ("contact", "staff"):
        for whose, count in Counter(offer[column] for offer in open_offers).items():
            if count > 1:
                yield Fault("doubled", f"{column} {whose} has {count} open offers")
    offered = {offer["contact"] for offer in open_offers}
    for contact in tables.contacts.values():
        if (contact["state"] == "offered") is not (contact["id"] in offered):
            yield Fault("lost", f"contact {contact['id']} is {contact['state']}, its offer says otherwise")
    held = [(offer["staff"], offer["contact"]) for offer in open_offers]
    of_call = {call["id"]: call["contact"] for call in tables.live_calls()}
    held += [(seat["staff"], of_call[seat["call"]]) for seat in _live_seats(tables) if seat["staff"] is not None]
    for staff, count in Counter(staff for staff, _ in held).items():
        if count > 1:
            yield Fault("doubled", f"{staff} holds {count} contacts")
    for staff, held_contact in set(held) - set(tables.engagements.items()):
        yield Fault("doubled", f"{staff} holds contact {held_contact} without a claim")
    for staff, held_contact in set(tables.engagements.items()) - set(held):
        yield Fault("stuck", f"{staff} is claimed by contact {held_contact} and holds nothing of it")


def _calls_and_records(tables: Tables) -> Iterator[Fault]:
    accepted = Counter(offer["contact"] for offer in tables.offers.values() if offer["state"] == "accepted")
    calls = {call["contact"]: call for call in tables.calls.values()}
    for taken, count in accepted.items():
        if count > 1:
            yield Fault("doubled", f"contact {taken} was accepted {count} times")
    for half in accepted.keys() ^ calls.keys():
        yield Fault("lost", f"contact {half} has an acceptance or a call, not both")
    for contact in tables.contacts.values():
        call = calls.get(contact["id"])
        live = call is not None and call["state"] != "ended"
        if live is not (contact["state"] == "in_call"):
            yield Fault("lost", f"contact {contact['id']} is {contact['state']}, its call says otherwise")
    recorded = Counter(event["call"] for event in tables.service_events)
    for call in tables.calls.values():
        wanted = 1 if call["state"] == "ended" else 0
        if recorded[call["id"]] != wanted:
            kind: Kind = "lost" if recorded[call["id"]] < wanted else "doubled"
            yield Fault(kind, f"call {call['id']} ({call['state']}) has {recorded[call['id']]} service events")
    for event in tables.service_events:
        yield from _record(tables, event)


def _record(tables: Tables, event: RowMapping) -> Iterator[Fault]:
    call = tables.calls.get(event["call"])
    if call is None:
        yield Fault("doubled", f"service event {event['id']} is of no call")
        return
    contact = tables.contacts[call["contact"]]
    offer = next(
        row for row in tables.offers.values() if row["contact"] == contact["id"] and row["state"] == "accepted"
    )
    facts: dict[str, Any] = {
        "contact": contact["id"],
        "terminal": contact["terminal"],
        "requested_at": contact["requested_at"],
        "offered_at": offer["opened_at"],
        "accepted_at": call["started_at"],
        "connected_at": call["connected_at"],
        "ended_at": call["ended_at"],
        "outcome": call["outcome"],
    }
    for name, value in facts.items():
        if event[name] != value:
            yield Fault("lost", f"service event {event['id']} says {name} {event[name]}, the call {value}")


def _deadlines(tables: Tables) -> Iterator[Fault]:
    """A deadline stands exactly for what waits for it, at its time."""
    needed: dict[tuple[str, str], datetime | None] = {
        ("offer_expiry", offer["id"]): offer["expires_at"] for offer in tables.open_offers()
    }
    for contact in tables.live_contacts():
        if contact["quiet_until"] is not None:
            needed["contact_retry", contact["id"]] = contact["quiet_until"]
        if contact["state"] == "held":
            needed["occupant_grace", contact["terminal"]] = None
    for seat in _live_seats(tables):
        if seat["state"] == "away":
            needed["occupant_grace", seat["terminal"] or seat["staff"]] = None
    of_contacts = {"offer_expiry", "contact_retry", "occupant_grace"}
    standing = {key: due for key, due in tables.deadlines.items() if key[0] in of_contacts}
    for key in needed.keys() - standing.keys():
        yield Fault("stuck", f"no {key[0]} stands for {key[1]}")
    for key in standing.keys() - needed.keys():
        yield Fault("early", f"{key[0]} stands for {key[1]}, which waits for none")
    for key in needed.keys() & standing.keys():
        if needed[key] is not None and needed[key] != standing[key]:
            yield Fault("early", f"{key[0]} of {key[1]} stands for {standing[key]}, not {needed[key]}")


def _absences(tables: Tables) -> Iterator[Fault]:
    """Whoever is away is either dealt with or about to be."""

    def unseen(principal: str) -> bool:
        return tables.is_lost(principal) and ("connection_lost", principal) not in tables.deadlines

    for contact in tables.live_contacts():
        principal = f"terminal:{contact['terminal']}"
        if contact["state"] in {"waiting", "offered"} and unseen(principal):
            yield Fault("stuck", f"contact {contact['id']} waits for a terminal that is away")
        if contact["state"] == "held" and not tables.is_lost(principal):
            yield Fault("stuck", f"contact {contact['id']} is held though its terminal is there")
    for offer in tables.open_offers():
        if unseen(f"staff:{offer['staff']}"):
            yield Fault("stuck", f"offer {offer['id']} rings for someone who is away")
    for seat in _live_seats(tables):
        if seat["state"] in {"joining", "joined"} and unseen(_principal(seat)):
            yield Fault("stuck", f"seat {seat['id']} waits for someone who is away")


def _presences(tables: Tables, grace: timedelta) -> Iterator[Fault]:
    """Whoever is away is taken for offline after the grace, and nobody else."""
    for presence in tables.presences.values():
        staff, is_offline = presence["staff"], presence["state"] == "offline"
        lost_at = tables.connections[f"staff:{staff}"]["lost_at"]
        due = tables.deadlines.get(("presence_grace", staff))
        if lost_at is None:
            if due is not None:
                yield Fault("early", f"{staff} is there, and would be taken for offline at {due}")
        elif not is_offline and due is None:
            yield Fault("stuck", f"{staff} is away and {presence['state']} for ever")
        elif is_offline and lost_at < presence["since"] < lost_at + grace:
            yield Fault("early", f"{staff} was taken for offline at {presence['since']}")


def _live_seats(tables: Tables) -> list[RowMapping]:
    live = {call["id"] for call in tables.live_calls()}
    return [seat for seat in tables.seats if seat["call"] in live and seat["state"] != "left"]


def _principal(seat: RowMapping) -> str:
    return f"terminal:{seat['terminal']}" if seat["terminal"] is not None else f"staff:{seat['staff']}"
