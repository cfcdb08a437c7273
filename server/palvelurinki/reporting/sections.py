"""Sections: what one session sees, made from the documents it watches. Pure.

A section is a part of the snapshot that one event replaces whole: "contact", "call", "presence", "offer",
"ring:ID", "point:ID". What a person may see is decided by the table of `domain.access` (I7).
"""

from collections.abc import Collection, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final, TypeAlias

from palvelurinki.application import topics
from palvelurinki.application.callers import caller_of
from palvelurinki.application.principals import Principal, PrincipalKind
from palvelurinki.domain.access import Action, Party, permits, point_thing, ring_thing
from palvelurinki.domain.call import Call, CallState, Seat, SeatKind, SeatState, peers_of
from palvelurinki.domain.contact import Contact, ContactId, ContactState, SessionId
from palvelurinki.domain.directory import (
    AtClosing,
    Directory,
    RingId,
    Role,
    StaffId,
    TerminalId,
)
from palvelurinki.domain.offer import Offer, RingingState
from palvelurinki.domain.waiting.telling import ToldEstimate
from palvelurinki.protocol import views as v
from palvelurinki.protocol.base import WireModel
from palvelurinki.protocol.situation import BoardContactView
from palvelurinki.reporting import explaining, situations, wording
from palvelurinki.reporting.documents import (
    Document,
    EstimatesDocument,
    Kept,
    Notes,
    PointDocument,
    RingDocument,
    StaffDocument,
    TerminalDocument,
    watched_by,
)
from palvelurinki.reporting.sharing import Shared

Sections: TypeAlias = Mapping[str, WireModel | None]
Documents: TypeAlias = Mapping[str, Document | None]
Told: TypeAlias = Mapping[ContactId, ToldEstimate]
Queues: TypeAlias = Mapping[RingId, tuple[RingDocument, Told]]

# What most terminals see most of the time.
NOTHING_THERE: Final[Sections] = MappingProxyType({"contact": None, "call": None})
_NOTHING_TOLD: Final[Told] = MappingProxyType({})
_NO_NOTES: Final[Notes] = MappingProxyType({})


def base_topics(principal: Principal, directory: Directory, granted: Collection[Role] | None = None) -> tuple[str, ...]:
    """The topics that a principal's session always watches; empty when the configuration does not know them.

    `granted`: see `caller_of`.
    """
    if principal.kind is PrincipalKind.TERMINAL:
        terminal = TerminalId(principal.id)
        return (topics.terminal(terminal),) if terminal in directory.terminals else ()
    if StaffId(principal.id) not in directory.staff:
        return ()
    caller = caller_of(directory, principal, granted)
    return (
        str(principal),
        *(
            topic
            for ring in directory.rings.values()
            if permits(caller, Action.SEE_RING, ring_thing(ring))
            for topic in (topics.ring(ring.id), topics.estimates(ring.id))
        ),
        *(
            topics.point(point.id)
            for point in directory.points.values()
            if permits(caller, Action.SEE_POINT, point_thing(point))
        ),
    )


def sections(
    principal: Principal,
    session: SessionId,
    directory: Directory,
    documents: Documents,
    shared: Shared | None = None,
    granted: frozenset[Role] | None = None,
) -> Sections:
    """What the principal sees in this session, by section. Views that others see too are taken from `shared`.

    `granted`: see `caller_of`.
    """
    if principal.kind is PrincipalKind.TERMINAL:
        return _terminal_sections(directory, documents, TerminalId(principal.id), session)
    return _staff_sections(directory, documents, principal, shared or Shared(), granted)


def snapshot(
    principal: Principal, directory: Directory, seen: Sections, granted: frozenset[Role] | None = None
) -> v.TerminalSnapshot | v.StaffSnapshot:
    """The sections as one whole."""
    if principal.kind is PrincipalKind.TERMINAL:
        return v.TerminalSnapshot.model_validate(
            {"terminal": wording.terminal(directory, TerminalId(principal.id)), **seen}
        )
    whole: dict[str, object] = {key: value for key, value in seen.items() if ":" not in key}
    return v.StaffSnapshot.model_validate(
        {
            "staff": wording.staff(directory, StaffId(principal.id), granted),
            **whole,
            "rings": [value for key, value in seen.items() if key.startswith("ring:")],
            "points": [value for key, value in seen.items() if key.startswith("point:")],
        }
    )


def call_of(principal: Principal, session: SessionId, documents: Documents) -> Call | None:
    """The principal's newest call that goes on in this session, for the relay of signals."""
    document = documents.get(str(principal))
    if isinstance(document, TerminalDocument):
        contact = document.contact
        return contact.call if contact is not None and contact.goes_on_for(principal.id, session) else None
    if isinstance(document, StaffDocument):
        return document.call[1] if document.call is not None else None
    return None


def _terminal_sections(
    directory: Directory, documents: Documents, terminal: TerminalId, session: SessionId
) -> Sections:
    document = documents.get(topics.terminal(terminal))
    if not isinstance(document, TerminalDocument) or document.contact is None:
        return NOTHING_THERE
    contact, call = document.contact, document.contact.call
    if not contact.goes_on_for(terminal, session):
        return {"contact": _contact_of_another(contact, document.kept_until), "call": None}
    # Of a ring that the session no longer watches the node may know what is out of date.
    ring = documents.get(topics.ring(document.queued_in)) if document.queued_in is not None else None
    return {
        "contact": _contact(
            directory, contact, ring if isinstance(ring, RingDocument) else None, _told(documents, contact.ring)
        ),
        "call": _call(directory, contact, call, terminal, document.kept_until) if call is not None else None,
    }


def _staff_sections(
    directory: Directory,
    documents: Documents,
    principal: Principal,
    shared: Shared,
    granted: frozenset[Role] | None,
) -> Sections:
    person = StaffId(principal.id)
    key = principal.id, granted
    caller = shared.view(("caller", key), (directory,), partial(caller_of, directory, principal, granted))
    own = documents.get(str(principal))
    seen: dict[str, WireModel | None] = {"presence": None, "offer": None, "call": None}
    if isinstance(own, StaffDocument):
        # A connected expert always has a status with its time: `connections.opened` gave it.
        if Party.EXPERT in caller.parties and own.presence.since is not None:
            seen["presence"] = wording.presence(directory, own.presence, own.presence.since)
        if own.offer is not None:
            seen["offer"] = _offer(directory, *own.offer, own)
        if own.call is not None:
            point = _point_led_to(own, documents)
            seen["call"] = _call(directory, *own.call, person, own.kept_until, point, own.notes)
    # In the configuration's order, whatever the order in which they were read.
    own_topics = partial(base_topics, principal, directory, granted)
    for topic in shared.view(("topics", key), (directory,), own_topics):
        document = documents.get(topic)
        if isinstance(document, RingDocument):
            above = permits(caller, Action.SEE_MEMBERS, ring_thing(directory.rings[document.ring]))
            told = _told(documents, document.ring)
            seen[topic] = shared.view(
                (topic, above),
                (directory, document, told),
                partial(_ring, directory, document, told, members=above),
            )
        elif isinstance(document, PointDocument):
            queues = _queues(document, documents)
            made_from = (each for queue in queues.values() for each in queue)
            seen[topic] = shared.view(
                topic, (directory, document, *made_from), partial(_point, directory, document, queues)
            )
    return seen


def _point_led_to(own: StaffDocument, documents: Documents) -> PointDocument | None:
    """The point at which the person's call is, while it goes on: then their session watches it."""
    found = [documents.get(topic) for topic in watched_by(own)]
    return next((each for each in found if isinstance(each, PointDocument)), None)


def _queues(document: PointDocument, documents: Documents) -> Queues:
    """The queues in which the point's contacts stand, of the rings that are watched for them."""
    found = {ring: documents.get(topics.ring(ring)) for ring in sorted(document.queued_in)}
    return {ring: (each, _told(documents, ring)) for ring, each in found.items() if isinstance(each, RingDocument)}


def _told(documents: Documents, ring: RingId) -> Told:
    document = documents.get(topics.estimates(ring))
    return document.told if isinstance(document, EstimatesDocument) else _NOTHING_TOLD


def _contact(directory: Directory, contact: Contact, ring: RingDocument | None, told: Told) -> v.ContactView:
    live = contact.state is not ContactState.ENDED
    place = ring.place_of(contact.id) if ring is not None else None
    return v.ContactView(
        id=contact.id,
        state=contact.state,
        matter=wording.matter(directory, contact) if live else None,
        queue=_queue(directory, contact, ring, place, told.get(contact.id))
        if ring is not None and place is not None
        else None,
        to_continue=None,
        outcome=contact.outcome,
        situation=situations.customer_side(directory, contact),
    )


def _contact_of_another(contact: Contact, kept_until: Kept) -> v.ContactView:
    """A contact that was begun in another session: whoever stands there now learns that it is there, and no more."""
    live = contact.state is not ContactState.ENDED
    return v.ContactView(
        id=contact.id,
        state=contact.state,
        matter=None,
        queue=None,
        to_continue=v.ToContinueView(until=kept_until.get(contact.terminal), language=contact.language)
        if live
        else None,
        outcome=contact.outcome,
        situation=None,
    )


def _queue(
    directory: Directory, contact: Contact, ring: RingDocument, place: int, told: ToldEstimate | None
) -> v.QueueView:
    served = directory.rings[contact.ring].at_closing is AtClosing.SERVE
    chance = told.chance_before_closing if told is not None and not served else None
    return v.QueueView(
        place=place,
        waiting=len(ring.queue),
        ready=ring.count(v.MemberActivity.READY),
        on_duty=ring.on_duty,
        estimate=_estimate(told),
        closing=v.ClosingView(at=ring.closes_at, served=served, chance=chance) if ring.closes_at is not None else None,
    )


def _estimate(told: ToldEstimate | None) -> v.EstimateView | None:
    if told is None:
        return None
    return v.EstimateView(
        at=told.made_at,
        p50_s=told.p50_s,
        p80_s=told.p80_s,
        cannot=told.cannot,
        grew=v.GrowthView(cause=told.grew.growth, count=told.grew.count) if told.grew is not None else None,
    )


def _offer(directory: Directory, contact: Contact, offer: Offer, document: StaffDocument) -> v.OfferView | None:
    staff, grounds = document.staff, document.grounds
    mine = offer.ringing_of(staff)
    if mine is None:
        return None
    rings = mine.state is RingingState.RINGING
    return v.OfferView(
        id=offer.id,
        state=mine.state,
        contact=contact.id,
        matter=wording.matter(directory, contact) if rings else None,
        opened_at=offer.opened_at,
        expires_at=offer.expires_at,
        others=len(offer.still_ringing) - 1 if rings else 0,
        why=explaining.choice(grounds, staff) if rings and grounds is not None else None,
        reason=mine.reason,
        brief=situations.brief(directory, contact, document.notes.get(contact.id)) if rings else None,
    )


def _call(
    directory: Directory,
    contact: Contact,
    call: Call,
    occupant: str,
    kept_until: Kept,
    point: PointDocument | None = None,
    notes: Notes = _NO_NOTES,
) -> v.CallView | None:
    me = call.seat_of(occupant)
    if me is None:
        return None
    return v.CallView(
        id=call.id,
        contact=contact.id,
        state=call.state,
        topology="mesh",
        me=me.id,
        seats=[_seat(directory, contact, seat, kept_until) for seat in call.standing_seats()],
        peers=[
            v.PeerView(seat=peer.seat, generation=peer.generation, polite=peer.polite, offers_first=peer.offers_first)
            for peer in (peers_of(call, me) if call.state is not CallState.ENDED else ())
        ],
        matter=wording.matter(directory, contact) if call.state is not CallState.ENDED else None,
        started_at=call.started_at,
        connected_at=call.connected_at,
        ended_at=call.ended_at,
        outcome=call.outcome,
        brief=situations.brief(directory, contact, notes.get(contact.id), point) if me.staff is not None else None,
    )


def _seat(directory: Directory, contact: Contact, seat: Seat, kept_until: Kept) -> v.SeatView:
    at_point = seat.kind in {SeatKind.TERMINAL, SeatKind.ADVISOR}
    label = directory.points[contact.point].names if at_point else directory.organisations[contact.provider].names
    return v.SeatView(
        id=seat.id,
        kind=seat.kind,
        state=seat.state,
        epoch=seat.epoch,
        away_until=kept_until.get(seat.occupant) if seat.state is SeatState.AWAY else None,
        label=wording.names(label),
    )


def _ring(directory: Directory, document: RingDocument, told: Told, *, members: bool) -> v.RingView:
    ring = directory.rings[document.ring]
    return v.RingView(
        ring=wording.named(ring),
        provider=wording.named(directory.organisations[ring.provider]),
        open=document.open,
        closes_at=document.closes_at,
        opens_at=document.opens_at,
        waiting=[
            v.WaitingView(
                contact=each.id,
                state=each.state,
                service=wording.named(directory.services[each.service]),
                point=wording.named(directory.points[each.point]),
                language=each.language,
                requested_at=each.requested_at,
                head_start_s=each.head_start_s,
                resting=each.quiet_until is not None,
                estimate=_estimate(told.get(each.id)),
            )
            for each in document.queue
        ],
        ready=document.count(v.MemberActivity.READY),
        offered=document.count(v.MemberActivity.RINGING),
        in_call=document.count(v.MemberActivity.IN_CALL),
        wrap_up=document.count(v.MemberActivity.WRAP_UP),
        paused=document.count(v.MemberActivity.PAUSED),
        served_after_closing=ring.at_closing is AtClosing.SERVE,
        members=[wording.member(directory, each.presence, each.activity) for each in document.members]
        if members
        else None,
    )


def _point(directory: Directory, document: PointDocument, queues: Queues) -> v.PointBoardView:
    rows = []
    for terminal in directory.terminals_of(document.point):
        contact = document.contacts.get(terminal.id)
        live = contact if contact is not None and contact.state is not ContactState.ENDED else None
        rows.append(
            v.BoardTerminalView(
                terminal=wording.named(terminal),
                kind=terminal.kind,
                connected=terminal.id in document.connected,
                contact_state=live.state if live else None,
                service=wording.named(directory.services[live.service]) if live else None,
                provider=wording.named(directory.organisations[live.provider]) if live else None,
                since=live.requested_at if live else None,
                contact=_board_contact(directory, contact, document.notes, queues) if contact else None,
            )
        )
    return v.PointBoardView(point=wording.named(directory.points[document.point]), terminals=rows)


def _board_contact(directory: Directory, contact: Contact, notes: Notes, queues: Queues) -> BoardContactView:
    ring, told = queues.get(contact.ring, (None, _NOTHING_TOLD))
    return situations.board_contact(directory, contact, notes.get(contact.id), ring, told.get(contact.id))
