"""Loading documents: of many topics at once, by a handful of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from palvelurinki.application import topics
from palvelurinki.application.principals import Principal
from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.directory import Directory, PointId, Ring, RingId, StaffId, TerminalId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.hours import closes_at, is_open, next_opening
from palvelurinki.domain.presence import Presence, PresenceState
from palvelurinki.domain.routing import rank
from palvelurinki.domain.waiting.telling import ToldEstimate
from palvelurinki.ports import Transaction
from palvelurinki.protocol.views import MemberActivity
from palvelurinki.reporting.documents import (
    Document,
    EstimatesDocument,
    Kept,
    MemberDocument,
    Notes,
    PointDocument,
    RingDocument,
    StaffDocument,
    TerminalDocument,
    away_from,
    noted,
    rings_at,
    unfinished,
)


async def load(tx: Transaction, directory: Directory, wanted: Collection[str]) -> dict[str, Document | None]:
    """What the truth says about each of these topics now; None when the configuration has no such thing.

    However many they are, the database is asked about all of them at once: a handful of statements.
    """
    named: dict[str, list[str]] = defaultdict(list)
    for topic in wanted:
        kind, _, identifier = topic.partition(":")
        named[kind].append(identifier)
    terminals = [each for each in map(TerminalId, named["terminal"]) if each in directory.terminals]
    staff = [each for each in map(StaffId, named["staff"]) if each in directory.staff]
    rings = [each for each in map(RingId, named["ring"]) if each in directory.rings]
    estimated = [each for each in map(RingId, named["estimates"]) if each in directory.rings]
    points = [each for each in map(PointId, named["point"]) if each in directory.points]

    people = await _people(tx, directory, staff, rings)
    found: dict[str, Document | None] = dict.fromkeys(wanted)
    found.update((topics.terminal(each.terminal), each) for each in await _terminals(tx, terminals))
    found.update((topics.staff(each.staff), each) for each in await _staff(tx, staff, people))
    found.update((topics.ring(each.ring), each) for each in await _rings(tx, directory, rings, people))
    found.update((topics.estimates(each.ring), each) for each in await _estimates(tx, estimated))
    found.update((topics.point(each.point), each) for each in await _points(tx, directory, points))
    return found


@dataclass(frozen=True, slots=True)
class _Person:
    presence: Presence
    connected: bool
    holds: bool


async def _people(
    tx: Transaction, directory: Directory, staff: Collection[StaffId], rings: Collection[RingId]
) -> dict[StaffId, _Person]:
    """These and the members of these rings; those who never signed in are absent."""
    wanted = {*staff, *(member.staff for ring in rings for member in directory.rings[ring].members)}
    return {presence.staff: _Person(presence, *there) for presence, *there in await tx.presences.of(sorted(wanted))}


async def _terminals(tx: Transaction, terminals: Collection[TerminalId]) -> list[TerminalDocument]:
    newest = await tx.contacts.latest_of_terminals(terminals)
    kept = await _kept_until(tx, newest.values())
    return [
        TerminalDocument(terminal, newest.get(terminal), _kept_in(newest.get(terminal), kept)) for terminal in terminals
    ]


async def _staff(tx: Transaction, staff: Collection[StaffId], people: Mapping[StaffId, _Person]) -> list[StaffDocument]:
    offers = await tx.contacts.latest_offers_of(staff)
    calls = await tx.contacts.latest_calls_of(staff)
    rings = {offer.id for person, (_, offer) in offers.items() if rings_at(offer, person)}
    grounds = await tx.explanations.of(rings)
    kept = await _kept_until(tx, [contact for contact, _ in calls.values()])
    found = [
        StaffDocument(
            person,
            people[person].presence if person in people else Presence(person),
            offers.get(person),
            calls.get(person),
            grounds.get(offers[person][1].id) if person in offers and rings_at(offers[person][1], person) else None,
            _kept_in(calls[person][0], kept) if person in calls else {},
        )
        for person in staff
    ]
    notes = await _notes(tx, [contact for each in found for contact in each.shown])
    return [replace(each, notes=_notes_of(each.shown, notes)) for each in found] if notes else found


async def _notes(tx: Transaction, contacts: Iterable[Contact]) -> Notes:
    wanted = noted(contacts)
    return await tx.handoffs.of(wanted) if wanted else {}


def _notes_of(contacts: Iterable[Contact], notes: Notes) -> Notes:
    return {each: notes[each] for each in noted(contacts) if each in notes}


async def _kept_until(tx: Transaction, contacts: Iterable[Contact]) -> Kept:
    away = sorted({occupant for contact in contacts for occupant in away_from(contact)})
    # Hardly ever is anybody away: then nothing is asked.
    return await tx.deadlines.due_of(DeadlineKind.OCCUPANT_GRACE, away) if away else {}


def _kept_in(contact: Contact | None, kept: Kept) -> Kept:
    return {occupant: kept[occupant] for occupant in away_from(contact) if occupant in kept}


async def _rings(
    tx: Transaction, directory: Directory, rings: Collection[RingId], people: Mapping[StaffId, _Person]
) -> list[RingDocument]:
    if not rings:
        return []
    # A member may be rung by a contact of any ring of the pool.
    queued = await tx.contacts.queued({each for ring in rings for each in directory.pools[ring]})
    rung = {ringing.staff for each in queued if each.offer is not None for ringing in each.offer.still_ringing}
    now = await tx.now()
    return [_ring(directory.rings[ring], queued, now, people, rung) for ring in rings]


def _ring(
    ring: Ring, queued: Iterable[Contact], now: datetime, people: Mapping[StaffId, _Person], rung: Collection[StaffId]
) -> RingDocument:
    return RingDocument(
        ring.id,
        tuple(sorted((each for each in queued if each.ring == ring.id), key=rank)),
        open=is_open(ring.hours, now),
        closes_at=closes_at(ring.hours, now),
        opens_at=next_opening(ring.hours, now),
        members=tuple(
            MemberDocument(people[staff].presence, _activity(people[staff], rung=staff in rung))
            for staff in sorted({member.staff for member in ring.members})
            if staff in people
        ),
    )


def _activity(person: _Person, *, rung: bool) -> MemberActivity:
    if rung:
        return MemberActivity.RINGING
    if person.holds:
        return MemberActivity.IN_CALL
    if person.presence.state is PresenceState.OFFLINE:
        return MemberActivity.OFFLINE
    if person.presence.state is PresenceState.PAUSED or not person.connected:
        return MemberActivity.PAUSED
    return MemberActivity.WRAP_UP if person.presence.wrap_up_until is not None else MemberActivity.READY


async def _estimates(tx: Transaction, rings: Collection[RingId]) -> list[EstimatesDocument]:
    told: dict[RingId, dict[ContactId, ToldEstimate]] = {ring: {} for ring in rings}
    for contact, each in (await tx.estimates.of(rings)).items():
        told[each.ring][contact] = each
    return [EstimatesDocument(ring, here) for ring, here in told.items()]


async def _points(tx: Transaction, directory: Directory, points: Collection[PointId]) -> list[PointDocument]:
    terminals = {point: [terminal.id for terminal in directory.terminals_of(point)] for point in points}
    there = [terminal for here in terminals.values() for terminal in here]
    connected = await tx.connections.connected([str(Principal.terminal(each)) for each in there]) if there else ()
    contacts = {contact.terminal: contact for contact in await tx.contacts.live_at(there)}
    latest = await tx.contacts.latest_of_terminals([each for each in there if each not in contacts])
    now = await tx.now()
    contacts.update((terminal, each) for terminal, each in latest.items() if unfinished(each, now))
    notes = await _notes(tx, contacts.values())
    return [
        PointDocument(
            point,
            frozenset(each for each in here if str(Principal.terminal(each)) in connected),
            {each: contacts[each] for each in here if each in contacts},
            _notes_of((contacts[each] for each in here if each in contacts), notes),
        )
        for point, here in terminals.items()
    ]
