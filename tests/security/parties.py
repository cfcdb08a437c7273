"""Who stands for each party of the matrix of access, in the demo."""

from collections.abc import Mapping
from typing import Final

from palvelurinki.client import open_demo
from palvelurinki.client.tickets import COOKIES, Audience
from palvelurinki.domain.access import Party
from tests.support.server import Server

KIOSK: Final = "mikkeli-kioski"
ROOM: Final = "mikkeli-huone"
EXPERT: Final = "kela-asiantuntija-1"
# The administrator's municipality is a provider too.
WHO: Final[Mapping[Party, tuple[Audience, str] | None]] = {
    Party.NOBODY: None,
    Party.TERMINAL: ("terminal", KIOSK),
    Party.EXPERT: ("staff", EXPERT),
    Party.ADVISOR: ("staff", "mikkeli-neuvoja"),
    Party.INTERPRETER: ("staff", "tulkki-1"),
    Party.SUPERVISOR: ("staff", "kela-esihenkilo"),
    Party.ADMINISTRATOR: ("staff", "mikkeli-paakayttaja"),
}


async def headers_of(server: Server, party: Party) -> dict[str, str]:
    """The headers by which a page of ours asks as this party, freshly signed in."""
    headers, who = {"origin": server.url}, WHO[party]
    if who is not None:
        headers["cookie"] = f"{COOKIES[who[0]]}={await open_demo(server.url, *who)}"
    return headers
