"""The service situation as customer, expert and advisor see it. Pure."""

from hashlib import sha256
from typing import Final

from palvelurinki.domain.call import CallState
from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.directory import Directory
from palvelurinki.domain.situation import Conclusion, FurtherMatter, Handoff, Situation
from palvelurinki.domain.waiting.telling import ToldEstimate
from palvelurinki.protocol import situation as v
from palvelurinki.reporting import wording
from palvelurinki.reporting.documents import PointDocument, RingDocument

# Crockford's: no letter that is read or heard as another.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def reference(contact: ContactId) -> str:
    """What people name a contact by, "K3QF-7XW2": 40 bits of the digest of its id. It says nothing of anybody."""
    number = int.from_bytes(sha256(contact.encode()).digest()[:5])
    letters = "".join(_ALPHABET[number >> shift & 31] for shift in range(35, -5, -5))
    return f"{letters[:4]}-{letters[4:]}"


def customer_side(directory: Directory, contact: Contact) -> v.CustomerSideView:
    """What the terminal shows to the customer."""
    known = contact.situation
    return v.CustomerSideView(
        reference=reference(contact.id),
        by_advisor=known.asked_by is not None,
        line=_line(contact),
        attending_since=known.attending.since if known.attending is not None else None,
        called=_called(known),
        further=[_further(directory, each) for each in known.further],
        conclusion=_conclusion(known.conclusion),
        rated=known.satisfaction is not None,
    )


def brief(
    directory: Directory, contact: Contact, handoff: Handoff | None, point: PointDocument | None = None
) -> v.BriefView:
    """What the expert is told. `point`: what is known of the contact's, during the call."""
    known = contact.situation
    return v.BriefView(
        reference=reference(contact.id),
        by_advisor=known.asked_by is not None,
        handoff=_handoff(handoff),
        identity=known.identity,
        interpreter=known.interpreter,
        attending_since=known.attending.since if known.attending is not None else None,
        called=_called(known),
        terminals=[
            v.SisterTerminalView(
                id=each.id,
                names=wording.names(each.names),
                kind=each.kind,
                free=point is not None and point.is_free(each.id),
            )
            for each in directory.terminals_of(contact.point)
        ],
        conclusion=_conclusion(known.conclusion),
    )


def board_contact(
    directory: Directory,
    contact: Contact,
    handoff: Handoff | None,
    ring: RingDocument | None,
    told: ToldEstimate | None,
) -> v.BoardContactView:
    """What the advisors of the point see. `ring`: the one in whose queue it stands."""
    known, call = contact.situation, contact.call
    attending = known.attending
    person = directory.staff.get(attending.advisor) if attending is not None else None
    return v.BoardContactView(
        id=contact.id,
        visit=contact.visit,
        reference=reference(contact.id),
        state=contact.state,
        service=wording.named_or_id(directory.services.get(contact.service), contact.service),
        provider=wording.named_or_id(directory.organisations.get(contact.provider), contact.provider),
        language=contact.language,
        requested_at=contact.requested_at,
        asked_by=known.asked_by,
        identity=known.identity,
        interpreter=known.interpreter,
        handoff=_handoff(handoff),
        line=_line(contact),
        queue=_queue(contact, ring, told),
        connected_at=call.connected_at if call is not None and call.state is not CallState.ENDED else None,
        attending=attending.advisor if attending is not None else None,
        attending_name=person.name if person is not None else None,
        attending_since=attending.since if attending is not None else None,
        called=_called(known),
        further=[_further(directory, each) for each in known.further],
        ended_at=contact.ended_at,
        outcome=contact.outcome,
        conclusion=_conclusion(known.conclusion),
    )


def _queue(contact: Contact, ring: RingDocument | None, told: ToldEstimate | None) -> v.BoardQueueView | None:
    place = ring.place_of(contact.id) if ring is not None else None
    if ring is None or place is None:
        return None
    return v.BoardQueueView(
        place=place,
        waiting=len(ring.queue),
        at=told.made_at if told is not None else None,
        p50_s=told.p50_s if told is not None else None,
        p80_s=told.p80_s if told is not None else None,
    )


def _line(contact: Contact) -> v.LineView:
    return v.LineView(state=contact.line, faults=list(contact.situation.line_faults))


def _called(known: Situation) -> v.CalledView | None:
    return v.CalledView(by=known.called.by, at=known.called.at) if known.called is not None else None


def _handoff(note: Handoff | None) -> v.HandoffPart | None:
    return v.HandoffPart(what=note.what, tried=note.tried, wanted=note.wanted) if note is not None else None


def _conclusion(conclusion: Conclusion | None) -> v.ConclusionView | None:
    if conclusion is None:
        return None
    return v.ConclusionView(resolution=conclusion.resolution, follow_ups=list(conclusion.follow_ups))


def _further(directory: Directory, matter: FurtherMatter) -> v.FurtherView:
    service = directory.services.get(matter.service)
    provider = directory.organisations[service.provider] if service is not None else None
    return v.FurtherView(
        id=matter.contact,
        service=wording.named_or_id(service, matter.service),
        provider=wording.named_or_id(provider, matter.service),
        asked_at=matter.asked_at,
    )
