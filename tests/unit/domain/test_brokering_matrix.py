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
from tests.unit.domain.matrix_of_desk import OF_THE_DESK
from tests.unit.domain.matrix_of_point import OF_THE_POINT
from tests.unit.domain.samples import (
    ANNA,
    ANOTHER_SESSION,
    BENGT,
    CALL_ID,
    CECILIA,
    EXPIRES_AT,
    KIOSK,
    NOW,
    OFFER_ID,
    SESSION,
    STAGES,
)
from tests.unit.domain.stages import (
    ACCEPTED,
    ANNA_STAGES,
    BENGT_WITHDRAWN,
    BOTH_WITHDRAWN,
    CALL_ENDED,
    CALL_ENDS,
    CALL_STAGES,
    CALLS_ENDED,
    CLOSING_CLEARED,
    EXPIRY_CLEARED,
    HELD_STAGES,
    LIVE_STAGES,
    NEVER_OFFERED_STAGES,
    NOT_CONTINUED,
    NOT_IN_CALL,
    NOT_JOINED,
    OFFER_CLOSED,
    OFFER_NOT_YOURS,
    OFFER_STAGES,
    RETRY_CLEARED,
    RINGING_STAGES,
    RINGS_ON_WITHOUT_ANNA,
    SEAT_BACK_EXPERT,
    SEAT_BACK_TERMINAL,
    SEAT_LOST_EXPERT,
    SEAT_LOST_TERMINAL,
    STATE_REFUSED,
    TERMINAL_AWAY_STAGES,
    WAITING_ENDED,
    WITHDRAWN,
    Row,
    in_stages,
)
from tests.unit.domain.telling import NOTHING, Does, outcome

MATRIX: dict[c.ContactCommand, Row] = {
    **OF_THE_POINT,
    **OF_THE_DESK,
    c.MakeOffer(OfferId("offer-2"), (BENGT,), timeout_s=20): (
        STATE_REFUSED,
        in_stages(OFFER_STAGES, Does("offered", "ContactOffered", "claim:bengt set:offer_expiry:offer-2")),
    ),
    c.MakeOffer(OfferId("offer-2"), (CECILIA, BENGT), timeout_s=20): (
        STATE_REFUSED,
        # The claims are in one order everywhere, whatever the order of being asked.
        in_stages(
            OFFER_STAGES, Does("offered", "ContactOffered", "claim:bengt claim:cecilia set:offer_expiry:offer-2")
        ),
    ),
    c.AcceptOffer(OFFER_ID, ANNA, CallId("call-2"), SeatId("s1"), SeatId("s2")): (
        OFFER_CLOSED,
        {
            **in_stages(ANNA_STAGES, ACCEPTED),
            "offered, resting": OFFER_NOT_YOURS,
            "offered to two": Does(
                "in_call", "OfferClosed CallStarted", f"free:cecilia:withdrawn {EXPIRY_CLEARED} {CLOSING_CLEARED}"
            ),
        },
    ),
    c.AcceptOffer(OFFER_ID, BENGT, CallId("call-2"), SeatId("s1"), SeatId("s2")): (
        OFFER_NOT_YOURS,
        {
            **in_stages(NEVER_OFFERED_STAGES, OFFER_CLOSED),
            "offered, resting": Does(
                "in_call", "OfferClosed CallStarted", f"{EXPIRY_CLEARED} {CLOSING_CLEARED} {RETRY_CLEARED}"
            ),
        },
    ),
    c.DeclineOffer(OFFER_ID, ANNA, "other"): (
        OFFER_CLOSED,
        {
            **in_stages(ANNA_STAGES, Does("waiting", "OfferClosed", f"{EXPIRY_CLEARED} free:anna:declined")),
            "offered, resting": OFFER_NOT_YOURS,
            "offered to two": Does("offered", "RingingEnded", "free:anna:declined"),
        },
    ),
    c.DeclineOffer(OFFER_ID, BENGT, "other"): (
        OFFER_NOT_YOURS,
        {
            **in_stages(NEVER_OFFERED_STAGES, OFFER_CLOSED),
            "offered, resting": Does("waiting", "OfferClosed", f"{EXPIRY_CLEARED} free:bengt:declined {RETRY_CLEARED}"),
        },
    ),
    c.ExpireOffer(OFFER_ID): (NOTHING, {}),
    c.WithdrawRinging(OFFER_ID, ANNA): (
        NOTHING,
        {**in_stages(ANNA_STAGES, WITHDRAWN), "offered to two": RINGS_ON_WITHOUT_ANNA},
    ),
    c.WithdrawRinging(OFFER_ID, BENGT): (NOTHING, {"offered, resting": BENGT_WITHDRAWN}),
    c.WithdrawRinging(OfferId("offer-2"), ANNA): (NOTHING, {}),
    c.Reconsider(ANNA): (NOTHING, {"waiting, expired": Does("waiting", "ContactReconsidered")}),
    c.Reconsider(BENGT): (NOTHING, {}),
    c.CloseForToday(): (
        NOTHING,
        {
            **in_stages((*OFFER_STAGES, *HELD_STAGES), Does("ended", "ContactEnded", WAITING_ENDED)),
            **in_stages(RINGING_STAGES, Does("offered", "", "set:closing:contact-1")),
        },
    ),
    c.QuietUntilRetry(30): (
        NOTHING,
        in_stages(
            ("waiting", "waiting, declined", "waiting, expired", "waiting, withdrawn"),
            Does("waiting", "ContactQuieted", "set:contact_retry:contact-1"),
        ),
    ),
    c.EndQuiet(): (
        NOTHING,
        {
            "waiting, quiet": Does("waiting", "ContactUnquieted"),
            "held, quiet": Does("held", "ContactUnquieted"),
            "offered, resting": Does("offered", "ContactUnquieted"),
        },
    ),
    c.SetLanguage("sv", SESSION): (
        NOTHING,
        {
            **in_stages(OFFER_STAGES, Does("waiting", "LanguageSet")),
            **in_stages(RINGING_STAGES, Does("offered", "LanguageSet")),
            **in_stages(HELD_STAGES, Does("held", "LanguageSet")),
            **in_stages(CALL_STAGES, Does("in_call", "LanguageSet")),
        },
    ),
    c.SetLanguage("sv", ANOTHER_SESSION): (NOTHING, in_stages(LIVE_STAGES, NOT_CONTINUED)),
    c.SetLanguage("fi", SESSION): (NOTHING, {}),
    c.LeaveContact(SESSION): (
        STATE_REFUSED,
        {
            **in_stages((*OFFER_STAGES, *HELD_STAGES), Does("ended", "ContactEnded", WAITING_ENDED)),
            **in_stages(
                ANNA_STAGES,
                Does("ended", "OfferClosed ContactEnded", f"{EXPIRY_CLEARED} free:anna:withdrawn {WAITING_ENDED}"),
            ),
            "offered, resting": Does(
                "ended", "OfferClosed ContactEnded", f"{EXPIRY_CLEARED} free:bengt:withdrawn {WAITING_ENDED}"
            ),
            "offered to two": Does(
                "ended", "OfferClosed ContactEnded", f"{EXPIRY_CLEARED} {BOTH_WITHDRAWN} {WAITING_ENDED}"
            ),
            **in_stages(CALL_STAGES, CALL_ENDS),
            **in_stages(CALLS_ENDED, CALL_ENDED),
        },
    ),
    # Whoever stands there now starts over.
    c.LeaveContact(ANOTHER_SESSION): (
        STATE_REFUSED,
        {
            **in_stages((*OFFER_STAGES, *HELD_STAGES), Does("ended", "ContactEnded", WAITING_ENDED)),
            **in_stages(
                ANNA_STAGES,
                Does("ended", "OfferClosed ContactEnded", f"{EXPIRY_CLEARED} free:anna:withdrawn {WAITING_ENDED}"),
            ),
            "offered, resting": Does(
                "ended", "OfferClosed ContactEnded", f"{EXPIRY_CLEARED} free:bengt:withdrawn {WAITING_ENDED}"
            ),
            "offered to two": Does(
                "ended", "OfferClosed ContactEnded", f"{EXPIRY_CLEARED} {BOTH_WITHDRAWN} {WAITING_ENDED}"
            ),
            **in_stages(CALL_STAGES, CALL_ENDS),
            **in_stages(CALLS_ENDED, CALL_ENDED),
        },
    ),
    c.ContinueContact(SESSION): (
        STATE_REFUSED,
        {
            **in_stages(LIVE_STAGES, NOTHING),
            **in_stages(HELD_STAGES, Does("waiting", "ContactResumed", "clear:occupant_grace:kiosk")),
            **in_stages(TERMINAL_AWAY_STAGES, SEAT_BACK_TERMINAL),
        },
    ),
    c.ContinueContact(ANOTHER_SESSION): (
        STATE_REFUSED,
        {
            **in_stages(OFFER_STAGES, Does("waiting", "ContactContinued")),
            **in_stages(RINGING_STAGES, Does("offered", "ContactContinued")),
            **in_stages(CALL_STAGES, Does("in_call", "ContactContinued")),
            **in_stages(HELD_STAGES, Does("waiting", "ContactContinued ContactResumed", "clear:occupant_grace:kiosk")),
            **in_stages(
                TERMINAL_AWAY_STAGES, Does("in_call", "ContactContinued SeatChanged", "clear:occupant_grace:kiosk")
            ),
        },
    ),
    c.LoseOccupant(KIOSK, grace_s=60): (
        NOTHING,
        {
            **in_stages(OFFER_STAGES, Does("held", "ContactHeld", "set:occupant_grace:kiosk")),
            **in_stages(
                ANNA_STAGES,
                Does(
                    "held",
                    "OfferClosed ContactHeld",
                    f"{EXPIRY_CLEARED} free:anna:withdrawn set:occupant_grace:kiosk",
                ),
            ),
            "offered, resting": Does(
                "held", "OfferClosed ContactHeld", f"{EXPIRY_CLEARED} free:bengt:withdrawn set:occupant_grace:kiosk"
            ),
            "offered to two": Does(
                "held", "OfferClosed ContactHeld", f"{EXPIRY_CLEARED} {BOTH_WITHDRAWN} set:occupant_grace:kiosk"
            ),
            **in_stages(("opening", "opening, joined", "opening, expert away", "connected"), SEAT_LOST_TERMINAL),
        },
    ),
    c.LoseOccupant(ANNA, grace_s=60): (
        NOTHING,
        {
            **in_stages(ANNA_STAGES, WITHDRAWN),
            "offered to two": RINGS_ON_WITHOUT_ANNA,
            **in_stages(("opening", "opening, joined", "connected", "connected, terminal away"), SEAT_LOST_EXPERT),
        },
    ),
    c.LoseOccupant(CECILIA, grace_s=60): (
        NOTHING,
        {"offered to two": Does("offered", "RingingEnded", "free:cecilia:withdrawn")},
    ),
    c.LoseOccupant(BENGT, grace_s=60): (NOTHING, {"offered, resting": BENGT_WITHDRAWN}),
    c.ReturnOccupant(KIOSK, SESSION): (
        NOTHING,
        {
            **in_stages(
                HELD_STAGES,
                Does("waiting", "ContactResumed", "clear:occupant_grace:kiosk"),
            ),
            **in_stages(TERMINAL_AWAY_STAGES, SEAT_BACK_TERMINAL),
        },
    ),
    c.ReturnOccupant(KIOSK, ANOTHER_SESSION): (NOTHING, {}),
    # "opening, expert away" is not among them: that seat has no media to come back with.
    c.ReturnOccupant(ANNA): (NOTHING, {"connected, both away": SEAT_BACK_EXPERT}),
    c.ReturnOccupant(BENGT): (NOTHING, {}),
    c.EndGrace(KIOSK): (
        NOTHING,
        {
            **in_stages(HELD_STAGES, Does("ended", "ContactEnded", WAITING_ENDED)),
            **in_stages(TERMINAL_AWAY_STAGES, CALL_ENDS),
        },
    ),
    c.EndGrace(ANNA): (NOTHING, in_stages(("opening, expert away", "connected, both away"), CALL_ENDS)),
    c.EndGrace(BENGT): (NOTHING, {}),
    c.JoinCall(CALL_ID, KIOSK, ANOTHER_SESSION): (
        NOT_IN_CALL,
        {**in_stages(CALL_STAGES, NOT_CONTINUED), **in_stages(CALLS_ENDED, CALL_ENDED)},
    ),
    c.JoinCall(CALL_ID, KIOSK, SESSION): (
        NOT_IN_CALL,
        {**in_stages(CALL_STAGES, SEAT_BACK_TERMINAL), **in_stages(CALLS_ENDED, CALL_ENDED)},
    ),
    c.JoinCall(CALL_ID, ANNA): (
        NOT_IN_CALL,
        {**in_stages(CALL_STAGES, SEAT_BACK_EXPERT), **in_stages(CALLS_ENDED, CALL_ENDED)},
    ),
    c.JoinCall(CALL_ID, BENGT): (NOT_IN_CALL, {}),
    c.JoinCall(CallId("call-2"), ANNA): (NOT_IN_CALL, {}),
    c.ReportMedia(CALL_ID, KIOSK, ANOTHER_SESSION): (
        NOT_IN_CALL,
        {**in_stages(CALL_STAGES, NOT_CONTINUED), **in_stages(CALLS_ENDED, CALL_ENDED)},
    ),
    c.ReportMedia(CALL_ID, KIOSK, SESSION): (
        NOT_IN_CALL,
        {
            **in_stages(("opening", "opening, expert away"), NOT_JOINED),
            "opening, joined": Does("in_call", ""),
            **in_stages(("connected", "connected, terminal away", "connected, both away"), NOTHING),
            **in_stages(CALLS_ENDED, CALL_ENDED),
        },
    ),
    c.ReportMedia(CALL_ID, BENGT): (NOT_IN_CALL, {}),
    c.LeaveCall(CALL_ID, KIOSK, ANOTHER_SESSION): (
        NOT_IN_CALL,
        {**in_stages(CALL_STAGES, NOT_CONTINUED), **in_stages(CALLS_ENDED, CALL_ENDED)},
    ),
    c.LeaveCall(CALL_ID, KIOSK, SESSION): (
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


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage not in RINGING_STAGES])
def test_an_expiry_that_falls_late_decides_nothing(stage: str) -> None:
    later = EXPIRES_AT + timedelta(hours=1)
    assert outcome(STAGES[stage], c.ExpireOffer(OFFER_ID), later) == NOTHING


@pytest.mark.parametrize("stage", RINGING_STAGES)
def test_an_expiry_of_the_offer_before_decides_nothing(stage: str) -> None:
    later = EXPIRES_AT + timedelta(hours=1)
    assert outcome(STAGES[stage], c.ExpireOffer(OfferId("offer-0")), later) == NOTHING


# What the system itself says may come late and come twice.
SYSTEM_COMMANDS = [
    c.ExpireOffer(OFFER_ID),
    c.WithdrawRinging(OFFER_ID, ANNA),
    c.Reconsider(ANNA),
    c.QuietUntilRetry(30),
    c.EndQuiet(),
    c.LoseOccupant(KIOSK, grace_s=60),
    c.LoseOccupant(ANNA, grace_s=60),
    c.ReturnOccupant(KIOSK, SESSION),
    c.ReturnOccupant(KIOSK, ANOTHER_SESSION),
    c.ReturnOccupant(ANNA),
    c.EndGrace(KIOSK),
    c.EndGrace(ANNA),
]


@pytest.mark.parametrize("command", SYSTEM_COMMANDS, ids=str)
@pytest.mark.parametrize("stage", STAGES)
def test_a_system_command_is_never_refused_and_acts_once(stage: str, command: c.ContactCommand) -> None:
    once = decide(STAGES[stage], command, EXPIRES_AT).contact
    assert outcome(once, command, EXPIRES_AT) == NOTHING


@pytest.mark.parametrize("stage", STAGES)
def test_closing_is_never_refused_and_comes_again_only_while_it_rings(stage: str) -> None:
    once = decide(STAGES[stage], c.CloseForToday(), EXPIRES_AT).contact
    again = NOTHING if stage not in RINGING_STAGES else Does("offered", "", "set:closing:contact-1")
    assert outcome(once, c.CloseForToday(), EXPIRES_AT) == again
