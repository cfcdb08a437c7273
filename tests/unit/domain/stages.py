"""What the matrix of brokering speaks of: groups of stages, refusals, and what often follows together."""

from palvelurinki.domain.directory import StaffId
from tests.unit.domain.samples import STAGES
from tests.unit.domain.telling import Does, refused

Row = tuple[str, dict[str, Does | str]]

STATE_REFUSED = refused("state.refused")
OFFER_CLOSED = refused("offer.closed")
CALL_ENDED = refused("call.ended")
OFFER_NOT_YOURS = refused("offer.not_yours")
NOT_IN_CALL = refused("call.not_in")
NOT_JOINED = refused("call.not_joined")
NOT_CONTINUED = refused("contact.not_continued")
CONTACT_OVER = refused("contact.over")
CONTACT_ELSEWHERE = refused("contact.elsewhere")
TERMINAL_BUSY = refused("terminal.busy")

OFFER_STAGES = ("waiting", "waiting, quiet", "waiting, declined", "waiting, expired", "waiting, withdrawn")
HELD_STAGES = ("held", "held, quiet", "held, withdrawn")
# Where it rings at Anna, at Anna among others, and at Bengt alone.
ANNA_STAGES = ("offered", "offered to two", "offered to two, one declined")
RINGING_STAGES = (*ANNA_STAGES, "offered, resting")
CALL_STAGES = (
    "opening",
    "opening, joined",
    "opening, expert away",
    "connected",
    "connected, terminal away",
    "connected, both away",
)
TERMINAL_AWAY_STAGES = ("connected, terminal away", "connected, both away")
LIVE_STAGES = (*OFFER_STAGES, *HELD_STAGES, *RINGING_STAGES, *CALL_STAGES)
NEVER_OFFERED_STAGES = ("waiting", "held", "ended, terminal lost")
CALLS_ENDED = ("ended, served", "ended, failed")
UNANSWERED_ENDED = ("ended, customer left", "ended, terminal lost")
DORIS = StaffId("doris")


def in_stages(stages: tuple[str, ...], does: Does | str) -> dict[str, Does | str]:
    return dict.fromkeys(stages, does)


def alone(stage: str, event: str) -> Does:
    """Only this happens, and the contact stays where it stands."""
    return Does(str(STAGES[stage].state), event)


EXPIRY_CLEARED = "clear:offer_expiry:offer-1"
ALL_GRACES_CLEARED = "clear:occupant_grace:kiosk clear:occupant_grace:anna"
CLOSING_CLEARED = "clear:closing:contact-1"
WAITING_ENDED = f"clear:contact_retry:contact-1 {CLOSING_CLEARED} clear:occupant_grace:kiosk"
RETRY_CLEARED = "clear:contact_retry:contact-1"
MOVED = "clear:occupant_grace:kiosk set:line_proof:contact-1"
BOTH_WITHDRAWN = "free:anna:withdrawn free:cecilia:withdrawn"

CALL_ENDS = Does("ended", "CallEnded ContactEnded", f"{ALL_GRACES_CLEARED} free:anna:call_over record:call-1:offer-1")
WITHDRAWN = Does("waiting", "OfferClosed", f"{EXPIRY_CLEARED} free:anna:withdrawn")
BENGT_WITHDRAWN = Does("waiting", "OfferClosed", f"{EXPIRY_CLEARED} free:bengt:withdrawn")
SEAT_LOST_TERMINAL = Does("in_call", "SeatChanged", "set:occupant_grace:kiosk")
SEAT_LOST_EXPERT = Does("in_call", "SeatChanged", "set:occupant_grace:anna")
SEAT_BACK_TERMINAL = Does("in_call", "SeatChanged", "clear:occupant_grace:kiosk")
SEAT_BACK_EXPERT = Does("in_call", "SeatChanged", "clear:occupant_grace:anna")

RINGS_ON_WITHOUT_ANNA = Does("offered", "RingingEnded", "free:anna:withdrawn")
ACCEPTED = Does("in_call", "OfferClosed CallStarted", f"{EXPIRY_CLEARED} {CLOSING_CLEARED}")
