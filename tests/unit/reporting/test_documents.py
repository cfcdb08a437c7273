"""What documents lead to, when they say something else by themselves, and which contacts a point still sees."""

from dataclasses import replace
from datetime import timedelta

import pytest

from palvelurinki.domain.contact import Contact
from palvelurinki.domain.directory import PointId, StaffId
from palvelurinki.domain.presence import Presence
from palvelurinki.domain.situation import UNFINISHED_SHOWN, Situation
from palvelurinki.reporting.documents import (
    PointDocument,
    StaffDocument,
    TerminalDocument,
    awaited_by,
    turns_of,
    unfinished,
    watched_by,
)
from palvelurinki.reporting.sharing import Shared
from tests.unit.domain.samples import ANNA, ENDED_AT, KIOSK, NOW, ROOM, STAGES, WAITING

POINT = PointId("point")
ASKED_FOR = replace(STAGES["ended, served"], situation=Situation(asked_by=StaffId("doris")))
OF_RING = ["ring:ring", "estimates:ring"]


def point(contact: Contact | None) -> PointDocument:
    """The point, whose kiosk and room are connected, with this contact at the kiosk."""
    return PointDocument(POINT, frozenset({KIOSK, ROOM}), {} if contact is None else {KIOSK: contact})


def staff(stage: str) -> StaffDocument:
    contact = STAGES[stage]
    call = (contact, contact.call) if contact.call is not None else None
    return StaffDocument(ANNA, Presence(ANNA), None, call)


@pytest.mark.parametrize(
    ("contact", "at", "expected"),
    [
        (ASKED_FOR, ENDED_AT, True),
        (ASKED_FOR, ENDED_AT + UNFINISHED_SHOWN - timedelta(microseconds=1), True),
        (ASKED_FOR, ENDED_AT + UNFINISHED_SHOWN, False),
        (replace(ASKED_FOR, situation=replace(ASKED_FOR.situation, finished_at=NOW)), ENDED_AT, False),
        (STAGES["ended, served"], ENDED_AT, False),
        (STAGES["connected"], ENDED_AT, False),
    ],
    ids=["just ended", "until its time is over", "over", "finished", "the customer's own", "it goes on"],
)
def test_a_point_sees_what_an_advisor_asked_for_until_it_is_finished(
    contact: Contact, at: object, *, expected: bool
) -> None:
    assert unfinished(contact, at) is expected  # type: ignore[arg-type]


@pytest.mark.parametrize("stage", ["waiting", "held", "offered"])
def test_a_point_leads_to_the_queues_of_its_contacts_and_does_not_wait_for_them(stage: str) -> None:
    document = point(STAGES[stage])
    assert list(watched_by(document)) == OF_RING
    assert awaited_by(document) == ()


@pytest.mark.parametrize("stage", ["connected", "ended, served"])
def test_a_point_leads_nowhere_when_nobody_is_queued(stage: str) -> None:
    assert list(watched_by(point(STAGES[stage]))) == []


def test_a_terminal_waits_for_its_queue() -> None:
    document = TerminalDocument(KIOSK, WAITING)
    assert list(watched_by(document)) == list(awaited_by(document)) == OF_RING


@pytest.mark.parametrize(
    ("stage", "leads_to"),
    [("opening", ["point:point"]), ("connected", ["point:point"]), ("ended, served", []), ("waiting", [])],
)
def test_an_experts_call_leads_to_its_point_while_it_goes_on(stage: str, leads_to: list[str]) -> None:
    assert list(watched_by(staff(stage))) == leads_to
    assert list(awaited_by(staff(stage))) == []


def test_a_point_says_something_else_when_the_time_of_what_ended_is_over() -> None:
    assert list(turns_of(point(ASKED_FOR))) == [ENDED_AT + UNFINISHED_SHOWN]
    assert list(turns_of(point(WAITING))) == list(turns_of(point(None))) == []


def test_a_terminal_is_free_when_it_is_connected_and_has_no_contact_that_goes_on() -> None:
    assert [point(WAITING).is_free(each) for each in (KIOSK, ROOM)] == [False, True]
    assert point(ASKED_FOR).is_free(KIOSK)
    assert not PointDocument(POINT, frozenset(), {}).is_free(KIOSK)


def test_a_shared_view_is_made_anew_when_it_is_made_from_more() -> None:
    shared, one, other = Shared(), object(), object()
    made = [shared.view("key", made_from, object) for made_from in ((one,), (one,), (one, other), (one, other), (one,))]
    assert [made[0] is made[1], made[1] is made[2], made[2] is made[3], made[3] is made[4]] == [
        True,
        False,
        True,
        False,
    ]
