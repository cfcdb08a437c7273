"""Every command in every stage of a contact: what it decides, or by which code it is refused.

Each row names the stages in which its command does something; everywhere else it does what stands first in the row.
The values of what is decided (times, reasons, seats) are looked at in test_brokering_offers and _calls.
"""

from datetime import timedelta
from typing import get_args

import pytest

from palvelurinki.domain import commands as c
from palvelurinki.domain.brokering import _DECIDERS, decide
from palvelurinki.domain.call import CallId, SeatId
from palvelurinki.domain.offer import OfferId
from tests.unit.domain.samples import ANNA, BENGT, CALL_ID, EXPIRES_AT, KIOSK, NOW, OFFER_ID, STAGES
from tests.unit.domain.telling import NOTHING, Does, outcome, refused

Row = tuple[str, dict[str, Does | str]]

STATE_REFUSED = refused("state.refused")
OFFER_CLOSED = refused("offer.closed")
CALL_ENDED = refused("call.ended")
NOT_IN_CALL = refused("call.not_in")
NOT_JOINED = refused("call.not_joined")

OFFER_STAGES = ("waiting", "waiting, quiet", "waiting, declined", "waiting, expired", "waiting, withdrawn")
QUEUED_STAGES = (*OFFER_STAGES, "offered", "held", "held, quiet", "held, withdrawn")
CALL_STAGES = (
    "opening",
    "opening, joined",
    "opening, expert away",
    "connected",
    "connected, terminal away",
    "connected, both away",
)
CALLS_ENDED = ("ended, served", "ended, failed")


def in_stages(stages: tuple[str, ...], does: Does | str) -> dict[str, Does | str]:
    return dict.fromkeys(stages, does)


EXPIRY_CLEARED = "clear:offer_expiry:offer-1"
ALL_GRACES_CLEARED = "clear:occupant_grace:kiosk clear:occupant_grace:anna"
WAITING_ENDED = "clear:contact_retry:contact-1 clear:occupant_grace:kiosk"

CALL_ENDS = Does("ended", "CallEnded ContactEnded", f"{ALL_GRACES_CLEARED} free:anna:call_over record:call-1:offer-1")
WITHDRAWN = Does("waiting", "OfferClosed", f"{EXPIRY_CLEARED} free:anna:withdrawn")
SEAT_LOST_TERMINAL = Does("in_call", "SeatChanged", "set:occupant_grace:kiosk")
SEAT_LOST_EXPERT = Does("in_call", "SeatChanged", "set:occupant_grace:anna")
SEAT_BACK_TERMINAL = Does("in_call", "SeatChanged", "clear:occupant_grace:kiosk")
SEAT_BACK_EXPERT = Does("in_call", "SeatChanged", "clear:occupant_grace:anna")

MATRIX: dict[c.ContactCommand, Row] = {
    c.MakeOffer(OfferId("offer-2"), BENGT, timeout_s=20): (
        STATE_REFUSED,
        in_stages(OFFER_STAGES, Does("offered", "ContactOffered", "claim:bengt set:offer_expiry:offer-2")),
    ),
    c.AcceptOffer(OFFER_ID, ANNA, CallId("call-2"), SeatId("s1"), SeatId("s2")): (
        OFFER_CLOSED,
        {"offered": Does("in_call", "OfferClosed CallStarted", EXPIRY_CLEARED)},
    ),
    c.AcceptOffer(OFFER_ID, BENGT, CallId("call-2"), SeatId("s1"), SeatId("s2")): (
        OFFER_CLOSED,
        {"offered": refused("offer.not_yours")},
    ),
    c.DeclineOffer(OFFER_ID, ANNA, "other"): (
        OFFER_CLOSED,
        {"offered": Does("waiting", "OfferClosed", f"{EXPIRY_CLEARED} free:anna:declined")},
    ),
    c.DeclineOffer(OFFER_ID, BENGT, "other"): (OFFER_CLOSED, {"offered": refused("offer.not_yours")}),
    c.ExpireOffer(OFFER_ID): (NOTHING, {}),
    c.WithdrawOffer(OFFER_ID): (NOTHING, {"offered": WITHDRAWN}),
    c.WithdrawOffer(OfferId("offer-2")): (NOTHING, {}),
    c.QuietUntilRetry(30): (
        NOTHING,
        in_stages(
            ("waiting", "waiting, declined", "waiting, expired", "waiting, withdrawn"),
            Does("waiting", "ContactQuieted", "set:contact_retry:contact-1"),
        ),
    ),
    c.EndQuiet(): (
        NOTHING,
        {"waiting, quiet": Does("waiting", "ContactUnquieted"), "held, quiet": Does("held", "ContactUnquieted")},
    ),
    c.SetLanguage("sv"): (
        NOTHING,
        {
            **in_stages(OFFER_STAGES, Does("waiting", "LanguageSet")),
            "offered": Does("offered", "LanguageSet"),
            **in_stages(("held", "held, quiet", "held, withdrawn"), Does("held", "LanguageSet")),
            **in_stages(CALL_STAGES, Does("in_call", "LanguageSet")),
        },
    ),
    c.SetLanguage("fi"): (NOTHING, {}),
    c.LeaveContact(): (
        STATE_REFUSED,
        {
            **in_stages(QUEUED_STAGES, Does("ended", "ContactEnded", WAITING_ENDED)),
            "offered": Does(
                "ended", "OfferClosed ContactEnded", f"{EXPIRY_CLEARED} free:anna:withdrawn {WAITING_ENDED}"
            ),
            **in_stages(CALL_STAGES, CALL_ENDS),
            **in_stages(CALLS_ENDED, CALL_ENDED),
        },
    ),
    c.LoseOccupant(KIOSK, grace_s=60): (
        NOTHING,
        {
            **in_stages(OFFER_STAGES, Does("held", "ContactHeld", "set:occupant_grace:kiosk")),
            "offered": Does(
                "held",
                "OfferClosed ContactHeld",
                f"{EXPIRY_CLEARED} free:anna:withdrawn set:occupant_grace:kiosk",
            ),
            **in_stages(("opening", "opening, joined", "opening, expert away", "connected"), SEAT_LOST_TERMINAL),
        },
    ),
    c.LoseOccupant(ANNA, grace_s=60): (
        NOTHING,
        {
            "offered": WITHDRAWN,
            **in_stages(("opening", "opening, joined", "connected", "connected, terminal away"), SEAT_LOST_EXPERT),
        },
    ),
    c.LoseOccupant(BENGT, grace_s=60): (NOTHING, {}),
    c.ReturnOccupant(KIOSK): (
        NOTHING,
        {
            **in_stages(
                ("held", "held, quiet", "held, withdrawn"),
                Does("waiting", "ContactResumed", "clear:occupant_grace:kiosk"),
            ),
            **in_stages(("connected, terminal away", "connected, both away"), SEAT_BACK_TERMINAL),
        },
    ),
    # "opening, expert away" is not among them: that seat has no media to come back with.
    c.ReturnOccupant(ANNA): (NOTHING, {"connected, both away": SEAT_BACK_EXPERT}),
    c.ReturnOccupant(BENGT): (NOTHING, {}),
    c.EndGrace(KIOSK): (
        NOTHING,
        {
            **in_stages(("held", "held, quiet", "held, withdrawn"), Does("ended", "ContactEnded", WAITING_ENDED)),
            **in_stages(("connected, terminal away", "connected, both away"), CALL_ENDS),
        },
    ),
    c.EndGrace(ANNA): (NOTHING, in_stages(("opening, expert away", "connected, both away"), CALL_ENDS)),
    c.EndGrace(BENGT): (NOTHING, {}),
    c.JoinCall(CALL_ID, KIOSK): (
        NOT_IN_CALL,
        {**in_stages(CALL_STAGES, SEAT_BACK_TERMINAL), **in_stages(CALLS_ENDED, CALL_ENDED)},
    ),
    c.JoinCall(CALL_ID, ANNA): (
        NOT_IN_CALL,
        {**in_stages(CALL_STAGES, SEAT_BACK_EXPERT), **in_stages(CALLS_ENDED, CALL_ENDED)},
    ),
    c.JoinCall(CALL_ID, BENGT): (NOT_IN_CALL, {}),
    c.JoinCall(CallId("call-2"), ANNA): (NOT_IN_CALL, {}),
    c.ReportMedia(CALL_ID, KIOSK): (
        NOT_IN_CALL,
        {
            **in_stages(("opening", "opening, expert away"), NOT_JOINED),
            "opening, joined": Does("in_call", ""),
            **in_stages(("connected", "connected, terminal away", "connected, both away"), NOTHING),
            **in_stages(CALLS_ENDED, CALL_ENDED),
        },
    ),
    c.ReportMedia(CALL_ID, BENGT): (NOT_IN_CALL, {}),
    c.LeaveCall(CALL_ID, KIOSK): (
        NOT_IN_CALL,
        {**in_stages(CALL_STAGES, CALL_ENDS), **in_stages(CALLS_ENDED, CALL_ENDED)},
    ),
    c.LeaveCall(CALL_ID, ANNA): (
        NOT_IN_CALL,
        {**in_stages(CALL_STAGES, CALL_ENDS), **in_stages(CALLS_ENDED, CALL_ENDED)},
    ),
    c.LeaveCall(CALL_ID, BENGT): (NOT_IN_CALL, {}),
    c.LeaveCall(CallId("call-2"), ANNA): (NOT_IN_CALL, {}),
}

CELLS = [
    pytest.param(command, stage, row.get(stage, rest), id=f"{command} in {stage}")
    for command, (rest, row) in MATRIX.items()
    for stage in STAGES
]


@pytest.mark.parametrize(("command", "stage", "expected"), CELLS)
def test_each_command_in_each_stage(command: c.ContactCommand, stage: str, expected: Does | str) -> None:
    assert outcome(STAGES[stage], command, NOW) == expected


def test_the_matrix_speaks_of_stages_that_there_are() -> None:
    assert all(row.keys() <= STAGES.keys() for _, row in MATRIX.values())


def test_every_command_has_its_decider_and_its_rows() -> None:
    every = set(get_args(c.ContactCommand))
    assert set(_DECIDERS) == every
    assert {type(command) for command in MATRIX} == every


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "offered"])
def test_an_expiry_that_falls_late_decides_nothing(stage: str) -> None:
    later = EXPIRES_AT + timedelta(hours=1)
    assert outcome(STAGES[stage], c.ExpireOffer(OFFER_ID), later) == NOTHING


def test_an_expiry_of_the_offer_before_decides_nothing() -> None:
    later = EXPIRES_AT + timedelta(hours=1)
    assert outcome(STAGES["offered"], c.ExpireOffer(OfferId("offer-0")), later) == NOTHING


# What the system itself says may come late and come twice.
SYSTEM_COMMANDS = [
    c.ExpireOffer(OFFER_ID),
    c.WithdrawOffer(OFFER_ID),
    c.QuietUntilRetry(30),
    c.EndQuiet(),
    c.LoseOccupant(KIOSK, grace_s=60),
    c.LoseOccupant(ANNA, grace_s=60),
    c.ReturnOccupant(KIOSK),
    c.ReturnOccupant(ANNA),
    c.EndGrace(KIOSK),
    c.EndGrace(ANNA),
]


@pytest.mark.parametrize("command", SYSTEM_COMMANDS, ids=str)
@pytest.mark.parametrize("stage", STAGES)
def test_a_system_command_is_never_refused_and_acts_once(stage: str, command: c.ContactCommand) -> None:
    once = decide(STAGES[stage], command, EXPIRES_AT).contact
    assert outcome(once, command, EXPIRES_AT) == NOTHING
