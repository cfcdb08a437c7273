"""The matrix's rows of what is done at the service point: moves, attendance, and what comes after a contact."""

from typing import Final

from palvelurinki.domain import commands as c
from palvelurinki.domain.call import SeatId
from palvelurinki.domain.situation import AskedBy, Resolution
from tests.unit.domain.samples import ANNA, ANOTHER_SESSION, BENGT, KIOSK, ROOM, SESSION
from tests.unit.domain.stages import (
    ANNA_STAGES,
    BOTH_WITHDRAWN,
    CALL_ENDS,
    CALL_STAGES,
    CALLS_ENDED,
    CONTACT_ELSEWHERE,
    CONTACT_OVER,
    DORIS,
    EXPIRY_CLEARED,
    HELD_STAGES,
    LIVE_STAGES,
    MOVED,
    NOT_CONTINUED,
    NOT_IN_CALL,
    OFFER_STAGES,
    STATE_REFUSED,
    TERMINAL_BUSY,
    UNANSWERED_ENDED,
    WAITING_ENDED,
    Row,
    alone,
    in_stages,
)
from tests.unit.domain.telling import NOTHING, Does

OF_THE_POINT: Final[dict[c.ContactCommand, Row]] = {
    c.Move(KIOSK, ROOM, ANOTHER_SESSION, SeatId("s1")): (
        CONTACT_OVER,
        {
            **in_stages((*OFFER_STAGES, *HELD_STAGES), Does("waiting", "ContactMoved", MOVED)),
            **in_stages(
                ANNA_STAGES,
                Does("waiting", "OfferClosed ContactMoved", f"{EXPIRY_CLEARED} free:anna:withdrawn {MOVED}"),
            ),
            "offered, resting": Does(
                "waiting", "OfferClosed ContactMoved", f"{EXPIRY_CLEARED} free:bengt:withdrawn {MOVED}"
            ),
            "offered to two": Does("waiting", "OfferClosed ContactMoved", f"{EXPIRY_CLEARED} {BOTH_WITHDRAWN} {MOVED}"),
            **in_stages(
                CALL_STAGES, Does("in_call", "ContactMoved SeatChanged SeatChanged", "clear:occupant_grace:kiosk")
            ),
        },
    ),
    # Another advisor was faster; and it is where it is to go.
    c.Move(ROOM, KIOSK, ANOTHER_SESSION, SeatId("s1")): (CONTACT_OVER, in_stages(LIVE_STAGES, CONTACT_ELSEWHERE)),
    c.Move(KIOSK, KIOSK, ANOTHER_SESSION, SeatId("s1")): (CONTACT_OVER, in_stages(LIVE_STAGES, TERMINAL_BUSY)),
    c.Attend(DORIS, present=True): (CONTACT_OVER, {stage: alone(stage, "AttendanceChanged") for stage in LIVE_STAGES}),
    c.Attend(DORIS, present=False): (CONTACT_OVER, in_stages(LIVE_STAGES, NOTHING)),
    c.CallAdvisor(AskedBy.CUSTOMER, wanted=True, occupant=KIOSK, session=SESSION): (
        CONTACT_OVER,
        {stage: alone(stage, "AdvisorAsked") for stage in LIVE_STAGES},
    ),
    c.CallAdvisor(AskedBy.CUSTOMER, wanted=False, occupant=KIOSK, session=SESSION): (
        CONTACT_OVER,
        in_stages(LIVE_STAGES, NOTHING),
    ),
    c.CallAdvisor(AskedBy.CUSTOMER, wanted=True, occupant=KIOSK, session=ANOTHER_SESSION): (
        CONTACT_OVER,
        in_stages(LIVE_STAGES, NOT_CONTINUED),
    ),
    c.CallAdvisor(AskedBy.CUSTOMER, wanted=True, occupant=ROOM, session=SESSION): (
        CONTACT_OVER,
        in_stages(LIVE_STAGES, CONTACT_ELSEWHERE),
    ),
    c.CallAdvisor(AskedBy.EXPERT, wanted=True, occupant=ANNA): (
        CONTACT_OVER,
        {
            **in_stages(LIVE_STAGES, NOT_IN_CALL),
            **in_stages(CALL_STAGES, Does("in_call", "AdvisorAsked")),
        },
    ),
    c.CallAdvisor(AskedBy.EXPERT, wanted=True, occupant=BENGT): (CONTACT_OVER, in_stages(LIVE_STAGES, NOT_IN_CALL)),
    c.CloseForCustomer(): (
        CONTACT_OVER,
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
        },
    ),
    c.Conclude(ANNA, Resolution.SETTLED, ()): (
        NOT_IN_CALL,
        {
            **in_stages(CALL_STAGES, Does("in_call", "CallConcluded")),
            **in_stages(CALLS_ENDED, Does("ended", "CallConcluded", "complete:call-1")),
        },
    ),
    c.Conclude(BENGT, Resolution.SETTLED, ()): (NOT_IN_CALL, {}),
    c.Finish(): (
        STATE_REFUSED,
        {
            **in_stages(CALLS_ENDED, Does("ended", "ContactFinished", "complete:call-1")),
            **in_stages(UNANSWERED_ENDED, Does("ended", "ContactFinished")),
        },
    ),
    c.Rate(4, SESSION): (
        STATE_REFUSED,
        {
            **in_stages(CALLS_ENDED, Does("ended", "ContactRated", "complete:call-1")),
            **in_stages(UNANSWERED_ENDED, Does("ended", "ContactRated")),
        },
    ),
    c.Rate(4, ANOTHER_SESSION): (NOT_CONTINUED, {}),
}
