"""Matters of a visit follow one another, and a note goes with its contact."""

from dataclasses import replace

import pytest

from palvelurinki.domain import commands as c
from palvelurinki.domain.brokering import decide
from palvelurinki.domain.brokering.matters import MATTERS_AT_MOST
from palvelurinki.domain.contact import Contact
from palvelurinki.domain.directory import ServiceId
from palvelurinki.domain.effects import DropHandoffs, Effect, GoOn
from palvelurinki.domain.situation import FurtherMatter, Line, Situation
from tests.unit.domain.samples import ANNA, ANOTHER_SESSION, CALL_ID, EXPIRES_AT, KIOSK, NOW, SESSION, STAGES
from tests.unit.domain.telling import outcome, refused

SECOND = FurtherMatter("contact-2", ServiceId("other"), NOW, noted=True)
THIRD = FurtherMatter("contact-3", ServiceId("third"), NOW)
VISIT = Situation(noted=True, further=(SECOND, THIRD))

IN_CALL = replace(STAGES["connected"], situation=VISIT)
WAITING = replace(STAGES["waiting"], situation=VISIT)
HELD = replace(STAGES["held"], situation=VISIT)
TERMINAL_AWAY = replace(STAGES["connected, terminal away"], situation=VISIT)
EXPERT_AWAY = replace(STAGES["opening, expert away"], situation=VISIT)
UNPROVEN = replace(WAITING, line=Line.UNPROVEN)

OWN_NOTE = DropHandoffs(("contact-1",))
ALL_NOTES = DropHandoffs(("contact-1", "contact-2"))
NEXT = GoOn((SECOND, THIRD))


def last(contact: Contact, command: c.ContactCommand) -> tuple[Effect, ...]:
    """What becomes of notes and matters, after all else."""
    return tuple(each for each in decide(contact, command, EXPIRES_AT).effects if isinstance(each, DropHandoffs | GoOn))


@pytest.mark.parametrize(
    ("contact", "command"),
    [
        pytest.param(IN_CALL, c.LeaveCall(CALL_ID, KIOSK, SESSION), id="the customer hangs up"),
        pytest.param(IN_CALL, c.LeaveCall(CALL_ID, ANNA), id="the expert hangs up"),
        pytest.param(EXPERT_AWAY, c.EndGrace(ANNA), id="the expert is lost"),
        pytest.param(TERMINAL_AWAY, c.LeaveCall(CALL_ID, ANNA), id="the expert hangs up while the terminal is away"),
        pytest.param(WAITING, c.CloseForToday(), id="the ring closes"),
    ],
)
def test_the_next_matter_follows(contact: Contact, command: c.ContactCommand) -> None:
    assert last(contact, command) == (OWN_NOTE, NEXT)


@pytest.mark.parametrize(
    ("contact", "command"),
    [
        pytest.param(WAITING, c.LeaveContact(SESSION), id="the customer leaves"),
        pytest.param(IN_CALL, c.LeaveContact(ANOTHER_SESSION), id="somebody else stands there"),
        pytest.param(HELD, c.EndGrace(KIOSK), id="the terminal is lost while waiting"),
        pytest.param(TERMINAL_AWAY, c.EndGrace(KIOSK), id="the terminal is lost in the call"),
        pytest.param(UNPROVEN, c.EndUnproven(), id="the terminal cannot call"),
        pytest.param(WAITING, c.CloseForCustomer(), id="the advisor says that they have gone"),
        pytest.param(IN_CALL, c.CloseForCustomer(), id="the advisor says so in the call"),
    ],
)
def test_nothing_follows_when_nobody_is_there_and_every_note_goes(contact: Contact, command: c.ContactCommand) -> None:
    assert last(contact, command) == (ALL_NOTES,)


def test_a_contact_without_note_and_matters_asks_for_nothing_when_it_ends() -> None:
    assert last(STAGES["connected"], c.LeaveCall(CALL_ID, ANNA)) == ()


def test_what_does_not_end_the_contact_touches_no_note() -> None:
    assert last(WAITING, c.SetLanguage("sv", SESSION)) == ()
    assert last(decide(WAITING, c.LeaveContact(SESSION), NOW).contact, c.EndUnproven()) == ()


def test_a_note_that_is_taken_away_is_destroyed() -> None:
    decision = decide(WAITING, c.TakeNote(there=False), NOW)
    assert not decision.contact.situation.noted
    assert decision.effects == (OWN_NOTE,)


def test_a_dropped_matter_takes_its_note_with_it_and_leaves_the_others_in_their_order() -> None:
    decision = decide(WAITING, c.DropMatter("contact-2"), NOW)
    assert decision.contact.situation.further == (THIRD,)
    assert decision.effects == (DropHandoffs(("contact-2",)),)
    assert decide(WAITING, c.DropMatter("contact-3"), NOW).effects == ()


def test_matters_stand_in_the_order_in_which_they_were_added_and_are_not_many() -> None:
    contact = STAGES["waiting"]
    matters = tuple(FurtherMatter(f"contact-{n}", ServiceId("other"), NOW) for n in range(MATTERS_AT_MOST + 1))
    for each in matters[:-1]:
        contact = decide(contact, c.AddMatter(each), NOW).contact
    assert contact.situation.further == matters[:-1]
    assert outcome(contact, c.AddMatter(matters[-1]), NOW) == refused("visit.too_many")
