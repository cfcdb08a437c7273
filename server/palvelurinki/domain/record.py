"""The record: the billable fact that a call leaves (R31, R32).

It names no customer and no member of staff: the expert appears under a pseudonym. It repeats what the configuration
said on that day (provider, host, municipality code), for it outlives every revision of it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from palvelurinki.domain.call import CallId, CallOutcome
from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.directory import (
    Directory,
    OrganisationId,
    PointId,
    RingId,
    ServiceId,
    TerminalId,
    TerminalKind,
)
from palvelurinki.domain.effects import RecordServiceEvent
from palvelurinki.domain.situation import FollowUp, Resolution, VisitId

ServiceEventId = NewType("ServiceEventId", str)


@dataclass(frozen=True, slots=True)
class ServiceEvent:
    """One finished call. Times are UTC; `connected_at` is absent when media never flowed.

    `prepared_s` is the advisor's, before the contact. What comes after the call is added when it is known: how the
    matter was concluded, how long the expert and the advisor took afterwards, how satisfied the customer was (1 to 5).
    """

    id: ServiceEventId
    call: CallId
    contact: ContactId
    provider: OrganisationId
    ring: RingId
    service: ServiceId
    point: PointId
    terminal: TerminalId
    channel: TerminalKind
    host: OrganisationId
    municipality_code: str | None
    staff_pseudonym: str
    language: str
    requested_at: datetime
    offered_at: datetime
    accepted_at: datetime
    connected_at: datetime | None
    ended_at: datetime
    outcome: CallOutcome
    configuration_revision: int
    visit: VisitId | None = None
    prepared_s: int = 0
    resolution: Resolution | None = None
    follow_ups: tuple[FollowUp, ...] | None = None
    expert_after_s: int | None = None
    advisor_after_s: int | None = None
    satisfaction: int | None = None


def service_event(
    identifier: ServiceEventId, contact: Contact, effect: RecordServiceEvent, pseudonym: str, directory: Directory
) -> ServiceEvent:
    """The record of a call that has ended. Raises ValueError when the call has not."""
    call, offer = effect.call, effect.offer
    if call.ended_at is None or call.outcome is None:
        msg = f"call {call.id} has not ended"
        raise ValueError(msg)
    host = directory.host_of(contact.point)
    conclusion = contact.situation.conclusion
    return ServiceEvent(
        id=identifier,
        call=call.id,
        contact=contact.id,
        provider=contact.provider,
        ring=contact.ring,
        service=contact.service,
        point=contact.point,
        terminal=contact.terminal,
        channel=directory.terminals[contact.terminal].kind,
        host=host.id,
        municipality_code=host.municipality_code,
        staff_pseudonym=pseudonym,
        language=contact.language,
        requested_at=contact.requested_at,
        offered_at=offer.opened_at,
        accepted_at=call.started_at,
        connected_at=call.connected_at,
        ended_at=call.ended_at,
        outcome=call.outcome,
        configuration_revision=directory.revision,
        visit=contact.visit,
        prepared_s=contact.situation.prepared_s,
        resolution=conclusion.resolution if conclusion is not None else None,
        follow_ups=conclusion.follow_ups if conclusion is not None else None,
        # Written during the call, so nothing of it came after.
        expert_after_s=0 if conclusion is not None else None,
    )
