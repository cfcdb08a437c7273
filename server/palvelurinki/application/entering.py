"""Entering a ring: a contact from what was asked for, or from the next matter of a visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from palvelurinki.application.principals import Principal
from palvelurinki.domain.contact import Contact, ContactId, SessionId
from palvelurinki.domain.directory import AtClosing, Directory, PointId, Ring, Service, ServiceId, TerminalId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.entry import Entry, entry
from palvelurinki.domain.errors import RingClosed, ServiceNotRemote, UnknownThing
from palvelurinki.domain.hours import local_day
from palvelurinki.domain.situation import LINE_PROOF_S, NOTHING_KNOWN, FurtherMatter, Line, Situation, VisitId
from palvelurinki.ports import Deadline, Transaction

SAME_VISIT_WITHIN: Final = timedelta(hours=4)
"""How long after the end of a visit's first contact another one may still be of the same visit."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. `asked_at`: since when it has waited for its turn, where that is not just now."""

    id: ContactId
    terminal: TerminalId
    session: SessionId | None
    service: ServiceId
    language: str
    line: Line
    situation: Situation = NOTHING_KNOWN
    asked_at: datetime | None = None


async def enter(tx: Transaction, directory: Directory, wanted: Wanted) -> Contact:
    """The contact that waits from now on, to be saved by the caller. What falls due for it is.

    Raises UnknownThing, ServiceNotRemote (never by video, or not at this point), RingClosed.
    """
    here = directory.terminals.get(wanted.terminal)
    if here is None:
        raise UnknownThing("terminal", wanted.terminal)
    now = await tx.now()
    service, ring, door = open_at(directory, here.point, wanted.service, now)
    # Whole seconds, rounded up: whoever came after it stays behind it.
    waited_s = 0 if wanted.asked_at is None else max(ceil((now - wanted.asked_at).total_seconds()), 0)
    contact = Contact(
        id=wanted.id,
        terminal=here.id,
        point=here.point,
        provider=service.provider,
        service=service.id,
        ring=ring.id,
        language=wanted.language,
        requested_at=now,
        unit=directory.unit_serving(here.point, service.provider, local_day(now)),
        head_start_s=service.head_start_s + waited_s,
        session=wanted.session,
        line=wanted.line,
        situation=wanted.situation,
    )
    if door.closes_at is not None and ring.at_closing is AtClosing.END:
        await tx.deadlines.set(Deadline(DeadlineKind.CLOSING, contact.id, door.closes_at))
    if contact.line is not Line.PROVEN:
        due = now + timedelta(seconds=LINE_PROOF_S)
        await tx.deadlines.set(Deadline(DeadlineKind.LINE_PROOF, contact.id, due))
    return contact


def open_at(directory: Directory, point: PointId, wanted: ServiceId, now: datetime) -> tuple[Service, Ring, Entry]:
    """The service, its ring and the ring's hours. Raises UnknownThing, ServiceNotRemote, RingClosed."""
    service, ring = offered_at(directory, point, wanted, now)
    door = entry(ring, now)
    if not door.allowed:
        raise RingClosed(ring.id, door.opens_at, closing=door.closing)
    return service, ring, door


def offered_at(directory: Directory, point: PointId, wanted: ServiceId, now: datetime) -> tuple[Service, Ring]:
    """The service and its ring, open or not. Raises UnknownThing, ServiceNotRemote."""
    service = directory.services.get(wanted)
    if service is None:
        raise UnknownThing("service", wanted)
    if service.ring is None or service not in directory.services_at(point, local_day(now)):
        raise ServiceNotRemote("the service is not given by video here", service=wanted)
    return service, directory.rings[service.ring]


async def next_contact(
    tx: Transaction, directory: Directory, ended: Contact, matters: Sequence[FurtherMatter]
) -> tuple[Contact | None, Sequence[FurtherMatter]]:
    """The contact of the first of these matters that can be begun now, with the rest behind it; and those skipped.

    What is known of the customer, and how the terminal's line is, goes on: only the matter is another one. It keeps
    the place for which it has waited, and the wait that is recorded begins only now.
    """
    known = ended.situation
    for number, matter in enumerate(matters):
        situation = Situation(
            visit=ended.visit,
            asked_by=known.asked_by,
            identity=known.identity,
            interpreter=known.interpreter,
            noted=matter.noted,
            line_faults=known.line_faults,
            attending=known.attending,
            called=known.called,
            further=tuple(matters[number + 1 :]),
        )
        wanted = Wanted(
            ContactId(matter.contact),
            ended.terminal,
            ended.session,
            matter.service,
            ended.language,
            ended.line,
            situation,
            matter.asked_at,
        )
        try:
            return await enter(tx, directory, wanted), matters[:number]
        except (UnknownThing, ServiceNotRemote, RingClosed):
            # It has closed, or was taken from the point, meanwhile: it is the next one's turn.
            continue
    return None, matters


async def visit_of(tx: Transaction, directory: Directory, point: PointId, visit: VisitId | None) -> VisitId | None:
    """The visit, if another contact of it may begin at the point now; None: a new one begins.

    Its first contact, whose id it has, was at the point and has ended lately, and none of it lives there. The first
    one stays locked: of two who ask for the same visit, the second sees what the first one began.
    """
    if visit is None:
        return None
    first = await tx.contacts.load(ContactId(visit))
    if first is None or first.point != point or first.visit != visit or first.ended_at is None:
        return None
    if first.ended_at < await tx.now() - SAME_VISIT_WITHIN:
        return None
    live = await tx.contacts.live_at([each.id for each in directory.terminals_of(point)])
    return None if any(each.visit == visit for each in live) else visit


async def look_again(tx: Transaction, principal: Principal, session: SessionId | None = None) -> None:
    """Somebody has been put into a contact or a seat, perhaps after their socket was lost.

    A command may be carried out late: the socket broke behind it, or its node was taken for dead, or a newer session
    speaks for the terminal (`session` is the one that asked). The loss was then dealt with before there was anything
    to hold, and is dealt with once more.
    """
    if not await tx.connections.is_there(str(principal), session):
        await tx.deadlines.set(Deadline(DeadlineKind.CONNECTION_LOST, str(principal), await tx.now()))
