"""The checker: what must hold of the tables (I1 to I6), told from the rows alone and never through a use case.

A fault is of one of five kinds:

    lost      something that was there, or was acknowledged, is not
    doubled   something happened twice, or two hold what one may hold
    stuck     something that nothing will move on
    early     a time was not waited for
    late      a time was let pass, or someone was passed over

`always` holds after every transaction, whatever crashed; `settled` after a whole sweep and match; `ended` when
everybody has gone for good.

All times are the store's clock's, which may be set forward by minutes and back by seconds. What holds by that clock
holds all the same: nothing is accepted at or after its expiry, nothing falls due before its time, whoever came first
by it is served first. What cannot hold is the time that people feel: an offer may ring for less than its time or for
longer, a place is kept for shorter or longer, and whoever comes within the seconds that the clock was set back by
overtakes those who came before. Nodes that have not shown life since the clock was set forward count as dead until
they do, so offers may be withdrawn, which is nobody's blame.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from palvelurinki.domain.directory import Directory
from tests.simulation.faults import Fault, Kind
from tests.simulation.fitting import ends_at_closing, fitting
from tests.simulation.office import START
from tests.simulation.past import Past, Skipped, free, on_duty
from tests.simulation.presses import Presses
from tests.simulation.tables import Row, Tables
from tests.simulation.visits import lines_and_visits, notes


@dataclass(slots=True)
class Checker:
    """Judges tables, each later than the one before.

    `skipped` tells how much of a span of the store's clock never passed, because the clock was set forward over it.
    `presses` is what customers did at the terminals.
    `punctual` is false where many act at once, and the clock does not wait for the nodes.
    """

    directory: Directory
    presence_grace: timedelta
    skipped: Skipped
    presses: Presses = field(default_factory=Presses)
    punctual: bool = True
    _past: Past = field(init=False)

    def __post_init__(self) -> None:
        self._past = self._nothing_read()

    def _nothing_read(self) -> Past:
        return Past(self.directory, self.skipped, self.punctual, self.presses)

    def always(self, tables: Tables) -> Iterator[Fault]:
        """Faults that no state of the tables may show."""
        yield from _offers_and_claims(tables)
        yield from _ringings(tables)
        yield from _calls_and_records(tables)
        yield from _seats(tables)
        yield from _remembered(tables)
        yield from _deadlines(tables, self.directory, punctual=self.punctual)
        yield from _absences(tables)
        yield from _presences(tables, self.presence_grace)
        yield from _nobody_fell_in(tables, self.presses)
        yield from lines_and_visits(tables)
        yield from notes(tables)
        if not self.punctual:
            # Side by side, a transaction may commit after one whose events have larger numbers: all is read anew.
            self._past = self._nothing_read()
        yield from self._past.go_on(tables)
        yield from self._times(tables)
        yield from _misses(tables, self._past)

    def settled(self, tables: Tables, now: datetime) -> Iterator[Fault]:
        """Faults that a whole sweep and match, just done, would have mended."""
        for (falls, subject), due in tables.deadlines.items():
            if due <= now:
                yield Fault("late", f"{falls} of {subject} was due at {due} and stands")

        def seen(principal: str) -> bool:
            # What was due at once when the clock was set back waits until the clock has come there again.
            return tables.deadlines.get(("connection_lost", principal), now) <= now

        for contact in tables.live_contacts():
            moves = contact["state"] in {"waiting", "offered"}
            if moves and tables.is_away_from(contact) and seen(f"terminal:{contact['terminal']}"):
                yield Fault("late", f"contact {contact['id']} is not held though its terminal is away")
        for ringing in tables.rung():
            principal = f"staff:{ringing['staff']}"
            if tables.is_lost(principal) and seen(principal):
                yield Fault("late", f"offer {ringing['offer']} rings on a lost console")
        for seat in _live_seats(tables):
            if seat["state"] in {"joining", "joined"} and tables.is_away(seat) and seen(_principal(seat)):
                yield Fault("late", f"seat {seat['id']} is not away though its client is")
        yield from self._matched(tables, now)

    def ended(self, tables: Tables) -> Iterator[Fault]:
        """Faults that show when everybody has been away for longer than every grace."""
        for contact in tables.live_contacts():
            yield Fault("stuck", f"contact {contact['id']} is {contact['state']} for ever")
        for (kind, subject), due in tables.deadlines.items():
            yield Fault("stuck", f"{kind} of {subject} stands for {due} though nobody is there")
        for presence in tables.presences.values():
            if presence["state"] != "offline":
                yield Fault("stuck", f"{presence['staff']} is {presence['state']} for ever")

    def _matched(self, tables: Tables, now: datetime) -> Iterator[Fault]:
        duty, idle = on_duty(tables), free(tables, now)
        for contact in tables.live_contacts():
            if contact["state"] != "waiting" or contact["line"] != "proven":
                continue
            able = fitting(self.directory, contact, now, duty)
            passed = set(contact["passed_by"])
            if able & idle - passed:
                yield Fault("stuck", f"contact {contact['id']} waits while {sorted(able & idle - passed)} are free")
            elif able and able <= passed and contact["quiet_until"] is None:
                yield Fault("stuck", f"contact {contact['id']} is not quiet though all on duty passed it by")

    def _times(self, tables: Tables) -> Iterator[Fault]:
        """Nothing is accepted once its time is up, and nothing rings out before (I2)."""
        for ringing in tables.ringings:
            offer = tables.offers[ringing["offer"]]
            closed, expires = ringing["closed_at"], offer["expires_at"]
            if ringing["state"] == "accepted" and closed >= expires:
                yield Fault("late", f"offer {offer['id']} was accepted {closed - expires} after its time")
            if ringing["state"] == "missed":
                yield from self._past.fell(f"expiry of offer {offer['id']}", expires, closed)


def has_come_back(tables: Tables, staff: str) -> Iterator[Fault]:
    """Faults right after a person has said that they are ready: what they let ring out is to be put to them again."""
    for contact in tables.live_contacts():
        if contact["state"] != "in_call" and staff in contact["missed_by"]:
            yield Fault("stuck", f"contact {contact['id']} is not put to {staff} again, who is back")


def _misses(tables: Tables, past: Past) -> Iterator[Fault]:
    """I5: only an offer that rang out counts as missed, and not one that was withdrawn."""
    in_call = {call["contact"] for call in tables.live_calls()}
    answered: dict[str, list[tuple[int, str]]] = {}
    for ringing in tables.ringings:
        contact = tables.offers[ringing["offer"]]["contact"]
        # What an acceptance means for the count is written when its call is over.
        counts = ringing["state"] not in {"ringing", "withdrawn"}
        if counts and not (ringing["state"] == "accepted" and contact in in_call):
            when = past.ended_at(ringing["offer"], ringing["staff"])
            answered.setdefault(ringing["staff"], []).append((when, ringing["state"]))
    for presence in tables.presences.values():
        in_a_row = 0
        for _, state in sorted(answered.get(presence["staff"], ()), reverse=True):
            if state != "missed":
                break
            in_a_row += 1
        if presence["misses"] > in_a_row:
            yield Fault("doubled", f"{presence['staff']} has missed {presence['misses']}, and let ring {in_a_row}")
        if presence["reason"] == "missed" and in_a_row == 0:
            yield Fault("doubled", f"{presence['staff']} is paused for a call that was not missed")


def _ringings(tables: Tables) -> Iterator[Fault]:
    """An offer is open as long as it rings somewhere, has at most one taker, and is explained."""
    states: dict[str, Counter[str]] = {}
    for ringing in tables.ringings:
        states.setdefault(ringing["offer"], Counter())[ringing["state"]] += 1
        presence = tables.presences[ringing["staff"]]
        until, opened = presence["wrap_up_until"], tables.offers[ringing["offer"]]["opened_at"]
        if ringing["state"] == "ringing" and until is not None and opened < until:
            yield Fault("early", f"{ringing['staff']} finishes a call until {until}, and is rung at {opened}")
    for offer in tables.offers.values():
        of_offer = states.get(offer["id"], Counter())
        if (offer["state"] == "open") is not (of_offer["ringing"] > 0):
            yield Fault("lost", f"offer {offer['id']} is {offer['state']} and rings at {of_offer['ringing']}")
        if of_offer["accepted"] != (1 if offer["state"] == "accepted" else 0):
            yield Fault("doubled", f"offer {offer['id']} is {offer['state']}, {of_offer['accepted']} took it")
        if offer["state"] == "expired" and not of_offer["missed"]:
            yield Fault("lost", f"offer {offer['id']} expired, and nobody missed it")
        if offer["id"] not in tables.explained:
            yield Fault("lost", f"nobody knows why offer {offer['id']} was made")


def _offers_and_claims(tables: Tables) -> Iterator[Fault]:
    open_offers = tables.open_offers()
    for whose, count in Counter(offer["contact"] for offer in open_offers).items():
        if count > 1:
            yield Fault("doubled", f"contact {whose} has {count} open offers")
    offered = {offer["contact"] for offer in open_offers}
    for contact in tables.contacts.values():
        if (contact["state"] == "offered") is not (contact["id"] in offered):
            yield Fault("lost", f"contact {contact['id']} is {contact['state']}, its offer says otherwise")
    held = [(ringing["staff"], tables.offers[ringing["offer"]]["contact"]) for ringing in tables.rung()]
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


def _seats(tables: Tables) -> Iterator[Fault]:
    """Nothing of a call reaches those who were too late for it; it is at one terminal, where its contact is."""
    takers = {row["offer"]: row["staff"] for row in tables.ringings if row["state"] == "accepted"}
    taken_by = {tables.offers[offer]["contact"]: staff for offer, staff in takers.items()}
    for seat in tables.seats:
        if seat["staff"] is not None and seat["staff"] != taken_by.get(tables.calls[seat["call"]]["contact"]):
            yield Fault("doubled", f"{seat['staff']} sits in call {seat['call']}, which somebody else took")
    places = Counter(seat["call"] for seat in _live_seats(tables) if seat["terminal"] is not None)
    for call in tables.live_calls():
        if places[call["id"]] != 1:
            yield Fault("doubled", f"call {call['id']} is at {places[call['id']]} terminals")
    for seat in _live_seats(tables):
        if seat["terminal"] not in {None, tables.contact_of(seat)["terminal"]}:
            yield Fault("doubled", f"seat {seat['id']} is at {seat['terminal']}, its contact is not")


def _remembered(tables: Tables) -> Iterator[Fault]:
    """What a command did was remembered with it, so that repeating it does nothing (I2)."""
    done = {(principal, answer.get("contact")) for (principal, _), answer in tables.operations.items()}
    calls = {answer.get("call") for answer in tables.operations.values()}
    asked_for = {contact for _, contact in done}
    for contact in tables.contacts.values():
        # A further matter was asked for with another contact of its visit.
        follows = tables.situation_of(contact).visit not in {None, contact["id"]}
        if contact["id"] not in asked_for and not follows:
            yield Fault("lost", f"contact {contact['id']} is there, and no command that asked for it")
    for call in tables.calls.keys() - calls:
        yield Fault("lost", f"call {call} is there, and no command that began it")


def _record(tables: Tables, event: Row) -> Iterator[Fault]:
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


def _deadlines(tables: Tables, directory: Directory, *, punctual: bool) -> Iterator[Fault]:
    """A deadline stands exactly for what waits for it, at its time.

    Where many act at once, one that is due may stand for a moment though nothing waits for it any more: whoever had
    taken it did not come to an end, and meanwhile it could not be cleared. It falls again and finds nothing to do.
    """
    now = max((entry["at"] for entry in tables.outbox), default=START)
    needed = dict(_needed(tables, directory))
    of_others = {"presence_grace", "connection_lost"}
    standing = {key: due for key, due in tables.deadlines.items() if key[0] not in of_others}
    for key in needed.keys() - standing.keys():
        yield Fault("stuck", f"no {key[0]} stands for {key[1]}")
    for key in standing.keys() - needed.keys():
        if punctual or standing[key] > now:
            yield Fault("early", f"{key[0]} stands for {key[1]} at {standing[key]}, which waits for none")
    for key in needed.keys() & standing.keys():
        if needed[key] is not None and needed[key] != standing[key]:
            yield Fault("early", f"{key[0]} of {key[1]} stands for {standing[key]}, not {needed[key]}")


def _needed(tables: Tables, directory: Directory) -> Iterator[tuple[tuple[str, str], datetime | None]]:
    """What waits for a deadline, and for when, if that can be told."""
    for offer in tables.open_offers():
        yield ("offer_expiry", offer["id"]), offer["expires_at"]
    for presence in tables.presences.values():
        if presence["wrap_up_until"] is not None:
            yield ("wrap_up", presence["staff"]), presence["wrap_up_until"]
    for contact in tables.live_contacts():
        yield from _needed_of(contact, directory)
    for seat in _live_seats(tables):
        if seat["state"] == "away":
            yield ("occupant_grace", seat["terminal"] or seat["staff"]), None


def _needed_of(contact: Row, directory: Directory) -> Iterator[tuple[tuple[str, str], datetime | None]]:
    if contact["state"] != "in_call" and ends_at_closing(directory, contact["ring"]):
        yield ("closing", contact["id"]), None
    if contact["state"] != "in_call" and contact["line"] != "proven":
        yield ("line_proof", contact["id"]), None
    if contact["quiet_until"] is not None:
        yield ("contact_retry", contact["id"]), contact["quiet_until"]
    if contact["state"] == "held":
        yield ("occupant_grace", contact["terminal"]), None


def _absences(tables: Tables) -> Iterator[Fault]:
    """Whoever is away is either dealt with or about to be."""

    def unseen(principal: str) -> bool:
        return ("connection_lost", principal) not in tables.deadlines

    for contact in tables.live_contacts():
        is_away = tables.is_away_from(contact)
        if contact["state"] in {"waiting", "offered"} and is_away and unseen(f"terminal:{contact['terminal']}"):
            yield Fault("stuck", f"contact {contact['id']} waits for a terminal that is away")
        if contact["state"] == "held" and not is_away:
            yield Fault("stuck", f"contact {contact['id']} is held though its terminal is there")
    for ringing in tables.rung():
        principal = f"staff:{ringing['staff']}"
        if tables.is_lost(principal) and unseen(principal):
            yield Fault("stuck", f"offer {ringing['offer']} rings for someone who is away")
    for seat in _live_seats(tables):
        if seat["state"] in {"joining", "joined"} and tables.is_away(seat) and unseen(_principal(seat)):
            yield Fault("stuck", f"seat {seat['id']} waits for someone who is away")


def _nobody_fell_in(tables: Tables, presses: Presses) -> Iterator[Fault]:
    """Whoever stands at a terminal is in a contact that was asked for, or continued, in that terminal's session."""
    for identifier, sessions in presses.sessions_of(tables).items():
        contact = tables.contacts[identifier]
        if contact["state"] != "ended" and contact["session"] not in sessions:
            yield Fault("doubled", f"contact {identifier} goes on for {contact['session']}, in which nobody said so")


def _presences(tables: Tables, grace: timedelta) -> Iterator[Fault]:
    """Whoever is away is taken for offline after the grace, and nobody else."""
    for presence in tables.presences.values():
        staff, is_offline = presence["staff"], presence["state"] == "offline"
        if presence["wrap_up_until"] is not None:
            is_within = presence["wrap_up_since"] < presence["wrap_up_until"] <= presence["wrap_up_most"]
            if presence["state"] != "ready" or not is_within:
                yield Fault("late", f"{staff} is {presence['state']} and finishes until {presence['wrap_up_until']}")
        lost_at = tables.connections[f"staff:{staff}"]["lost_at"]
        due = tables.deadlines.get(("presence_grace", staff))
        if lost_at is None:
            if due is not None:
                yield Fault("early", f"{staff} is there, and would be taken for offline at {due}")
        elif not is_offline and due is None:
            yield Fault("stuck", f"{staff} is away and {presence['state']} for ever")
        elif is_offline and lost_at < presence["since"] < lost_at + grace:
            yield Fault("early", f"{staff} was taken for offline at {presence['since']}")


def _live_seats(tables: Tables) -> list[Row]:
    live = {call["id"] for call in tables.live_calls()}
    return [seat for seat in tables.seats if seat["call"] in live and seat["state"] != "left"]


def _principal(seat: Row) -> str:
    return f"terminal:{seat['terminal']}" if seat["terminal"] is not None else f"staff:{seat['staff']}"
