"""The record of a call: what the configuration said, the times, and no person."""

from dataclasses import fields, replace

import pytest

from palvelurinki.domain.call import CallOutcome
from palvelurinki.domain.directory import (
    Directory,
    Organisation,
    OrganisationId,
    OrganisationKind,
    PointId,
    ServicePoint,
    Terminal,
    TerminalKind,
)
from palvelurinki.domain.effects import RecordServiceEvent
from palvelurinki.domain.names import Names
from palvelurinki.domain.offer import OfferState
from palvelurinki.domain.record import ServiceEvent, ServiceEventId, service_event
from palvelurinki.domain.situation import Conclusion, FollowUp, Resolution, Situation, VisitId
from tests.unit.domain.samples import (
    ANNA,
    ARRIVED,
    CALL_ID,
    CLOSED_AT,
    CONNECTED_AT,
    CONNECTED_CALL,
    CONTACT_ID,
    ENDED_AT,
    ENDED_CALL,
    FAILED_CALL,
    KIOSK,
    OFFERED_AT,
    STAGES,
    closed_offer,
)

NAMES = Names("nimi", "namn", "name")
HOST = OrganisationId("host")
POINT = PointId("point")
DIRECTORY = Directory(
    revision=12,
    organisations={HOST: Organisation(HOST, frozenset({OrganisationKind.HOST_MUNICIPALITY}), NAMES, "491")},
    points={POINT: ServicePoint(POINT, HOST, NAMES, "Katu 1", providers=())},
    terminals={KIOSK: Terminal(KIOSK, POINT, TerminalKind.PRIVATE_ROOM, NAMES)},
)
ACCEPTED = closed_offer(OfferState.ACCEPTED)
SERVED = STAGES["ended, served"]


def test_the_record_repeats_what_was_and_what_the_configuration_said() -> None:
    effect = RecordServiceEvent(ENDED_CALL, ACCEPTED)
    assert service_event(ServiceEventId("event-1"), SERVED, effect, "pseudonym", DIRECTORY) == ServiceEvent(
        id=ServiceEventId("event-1"),
        call=CALL_ID,
        contact=CONTACT_ID,
        provider=OrganisationId("provider"),
        ring=SERVED.ring,
        service=SERVED.service,
        point=POINT,
        terminal=KIOSK,
        channel=TerminalKind.PRIVATE_ROOM,
        host=HOST,
        municipality_code="491",
        staff_pseudonym="pseudonym",
        language="fi",
        requested_at=ARRIVED,
        offered_at=OFFERED_AT,
        accepted_at=CLOSED_AT,
        connected_at=CONNECTED_AT,
        ended_at=ENDED_AT,
        outcome=CallOutcome.SERVED,
        configuration_revision=12,
        visit=VisitId(CONTACT_ID),
    )


def test_what_the_expert_wrote_down_during_the_call_stands_in_the_record_from_the_beginning() -> None:
    conclusion = Conclusion(Resolution.SETTLED, (FollowUp.BOOK_TIME,), CONNECTED_AT)
    contact = replace(SERVED, situation=Situation(visit=VisitId("visit-1"), prepared_s=40, conclusion=conclusion))
    effect = RecordServiceEvent(ENDED_CALL, ACCEPTED)
    event = service_event(ServiceEventId("event-1"), contact, effect, "pseudonym", DIRECTORY)
    assert (event.visit, event.prepared_s) == ("visit-1", 40)
    assert (event.resolution, event.follow_ups, event.expert_after_s) == (
        Resolution.SETTLED,
        (FollowUp.BOOK_TIME,),
        0,
    )
    assert (event.advisor_after_s, event.satisfaction) == (None, None)


def test_a_call_that_never_connected_is_recorded_as_that() -> None:
    effect = RecordServiceEvent(FAILED_CALL, ACCEPTED)
    event = service_event(ServiceEventId("e"), STAGES["ended, failed"], effect, "pseudonym", DIRECTORY)
    assert (event.outcome, event.connected_at) == (CallOutcome.NOT_CONNECTED, None)


def test_the_record_names_no_member_of_staff() -> None:
    effect = RecordServiceEvent(ENDED_CALL, ACCEPTED)
    event = service_event(ServiceEventId("e"), SERVED, effect, "pseudonym", DIRECTORY)
    assert ANNA not in [getattr(event, field.name) for field in fields(event)]


def test_a_call_that_goes_on_has_no_record() -> None:
    with pytest.raises(ValueError, match="call-1 has not ended"):
        service_event(ServiceEventId("e"), SERVED, RecordServiceEvent(CONNECTED_CALL, ACCEPTED), "pseudonym", DIRECTORY)
