"""Tickets: how a signed-in page comes to its socket."""

from fastapi import APIRouter, Request, Response

from palvelurinki.application import credentials
from palvelurinki.application.principals import Principal, PrincipalKind
from palvelurinki.protocol.http import ErrorBody, TicketView
from palvelurinki.web.http.access import COOKIES, CurrentStaff, CurrentTerminal, RunningServer
from palvelurinki.web.server import Server

router = APIRouter(prefix="/api/v1", tags=["sign-in"], responses={401: {"model": ErrorBody}})


@router.post("/terminal/ticket", status_code=201)
async def terminal_ticket(server: RunningServer, terminal: CurrentTerminal) -> TicketView:
    """A ticket for the terminal's socket."""
    return await _ticket(server, terminal)


@router.post("/staff/ticket", status_code=201)
async def staff_ticket(server: RunningServer, staff: CurrentStaff) -> TicketView:
    """A ticket for the console's socket."""
    return await _ticket(server, staff)


@router.post("/staff/sign-out", status_code=204)
async def sign_out(request: Request, response: Response, server: RunningServer, staff: CurrentStaff) -> None:
    """End the browser's sign-in and the person's session."""
    cookie = COOKIES[PrincipalKind.STAFF]
    await credentials.sign_out(server.context, request.cookies[cookie])
    response.delete_cookie(cookie)
    await server.hub.sign_out(staff)


async def _ticket(server: Server, principal: Principal) -> TicketView:
    ticket = await credentials.issue_ticket(server.context, principal)
    return TicketView(ticket=ticket, expires_in_s=int(credentials.TICKET_LIFE.total_seconds()))
