"""Tickets: how a signed-in page comes to its socket."""

from fastapi import APIRouter

from palvelurinki.application import credentials
from palvelurinki.application.credentials import SignedIn
from palvelurinki.domain.access import Action
from palvelurinki.protocol.http import TicketView
from palvelurinki.web.http.access import AccessFirst, CurrentSignIn, RunningServer, allowed
from palvelurinki.web.http.refusals import REFUSALS
from palvelurinki.web.server import Server

router = APIRouter(prefix="/api/v1", tags=["sign-in"], responses=REFUSALS, route_class=AccessFirst)


@router.post("/terminal/ticket", status_code=201, dependencies=[allowed(Action.TAKE_TERMINAL_TICKET)])
async def terminal_ticket(server: RunningServer, signed_in: CurrentSignIn) -> TicketView:
    """A ticket for the terminal's socket."""
    return await _ticket(server, signed_in)


@router.post("/staff/ticket", status_code=201, dependencies=[allowed(Action.TAKE_STAFF_TICKET)])
async def staff_ticket(server: RunningServer, signed_in: CurrentSignIn) -> TicketView:
    """A ticket for the console's socket."""
    return await _ticket(server, signed_in)


async def _ticket(server: Server, signed_in: SignedIn) -> TicketView:
    ticket = await credentials.issue_ticket(server.context, signed_in)
    return TicketView(ticket=ticket, expires_in_s=int(credentials.TICKET_LIFE.total_seconds()))
