"""Scenes that many tests begin with."""

from palvelurinki.client import Client
from palvelurinki.protocol.views import StaffSnapshot, TerminalSnapshot
from tests.support.waiting import call_in, offer_in

HOUSING = "kela-asumistuki"

Kiosk = Client[TerminalSnapshot]
Console = Client[StaffSnapshot]


async def ringing(kiosk: Kiosk, expert: Console) -> tuple[str, str]:
    """The kiosk's contact rings at the expert's; returns contact and offer."""
    contact = (await kiosk.request_contact(HOUSING, "fi")).contact
    assert contact
    return contact, (await offer_in(expert, "ringing")).id


async def in_call(kiosk: Kiosk, expert: Console) -> str:
    """Both have joined a call; returns its id."""
    _, offer = await ringing(kiosk, expert)
    call = (await expert.accept_offer(offer)).call
    assert call
    await call_in(kiosk, "opening")
    await kiosk.join_call(call)
    await expert.join_call(call)
    for participant in (kiosk, expert):
        await call_in(participant, "opening", lambda view: len(view.peers) == 1)
    return call


async def connected(kiosk: Kiosk, expert: Console) -> str:
    """Media flow both ways; returns the call's id."""
    call = await in_call(kiosk, expert)
    await kiosk.report_media(call)
    await expert.report_media(call)
    for participant in (kiosk, expert):
        await call_in(participant, "connected")
    return call
