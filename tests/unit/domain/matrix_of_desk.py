"""The matrix's rows of what is prepared at the desk: the line, the note, and the matters that come next."""

from typing import Final

from palvelurinki.domain import commands as c
from palvelurinki.domain.directory import ServiceId
from palvelurinki.domain.situation import FurtherMatter, LineFault
from tests.unit.domain.samples import ANOTHER_SESSION, NOW, SESSION
from tests.unit.domain.stages import (
    ANNA_STAGES,
    BOTH_WITHDRAWN,
    CALL_STAGES,
    CONTACT_OVER,
    EXPIRY_CLEARED,
    HELD_STAGES,
    LIVE_STAGES,
    NOT_CONTINUED,
    OFFER_STAGES,
    RINGING_STAGES,
    Row,
    in_stages,
)
from tests.unit.domain.telling import NOTHING, Does, refused

QUEUED = (*OFFER_STAGES, *HELD_STAGES, *RINGING_STAGES)
NO_MATTER = refused("thing.unknown")
PROOF = "set:line_proof:contact-1"
MATTER: Final = FurtherMatter("contact-2", ServiceId("other"), NOW)


def _states(events: str, effects: str = "") -> dict[str, Does | str]:
    """The contact goes on as it was, with these events."""
    return {
        **in_stages(OFFER_STAGES, Does("waiting", events, effects)),
        **in_stages(HELD_STAGES, Does("held", events, effects)),
        **in_stages(RINGING_STAGES, Does("offered", events, effects)),
        **in_stages(CALL_STAGES, Does("in_call", events, effects)),
    }


OF_THE_DESK: Final[dict[c.ContactCommand, Row]] = {
    # Every sample can call already.
    c.ReportLine((), SESSION): (NOTHING, {}),
    c.ReportLine((), ANOTHER_SESSION): (NOTHING, in_stages(QUEUED, NOT_CONTINUED)),
    c.ReportLine((LineFault.CAMERA_DARK,), SESSION): (
        NOTHING,
        {
            **in_stages(OFFER_STAGES, Does("waiting", "LineReported", PROOF)),
            **in_stages(HELD_STAGES, Does("held", "LineReported", PROOF)),
            **in_stages(
                ANNA_STAGES,
                Does("waiting", "OfferClosed LineReported", f"{EXPIRY_CLEARED} free:anna:withdrawn {PROOF}"),
            ),
            "offered, resting": Does(
                "waiting", "OfferClosed LineReported", f"{EXPIRY_CLEARED} free:bengt:withdrawn {PROOF}"
            ),
            "offered to two": Does("waiting", "OfferClosed LineReported", f"{EXPIRY_CLEARED} {BOTH_WITHDRAWN} {PROOF}"),
        },
    ),
    c.EndUnproven(): (NOTHING, {}),
    c.TakeNote(): (CONTACT_OVER, _states("NoteTaken")),
    c.TakeNote(there=False): (CONTACT_OVER, in_stages(LIVE_STAGES, NOTHING)),
    c.AddMatter(MATTER): (CONTACT_OVER, _states("MatterAdded")),
    c.DropMatter("contact-2"): (CONTACT_OVER, in_stages(LIVE_STAGES, NO_MATTER)),
}
