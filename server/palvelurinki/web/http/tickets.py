"""Tickets: how a signed-in page comes to its socket."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from palvelurinki.application import credentials
from palvelurinki.application.callers import principal_of
from palvelurinki.application.principals import PrincipalKind
from palvelurinki.domain.access import Action, Caller
from palvelurinki.protocol.http import TicketView
from palvelurinki.web.http.access import COOKIES, RunningServer, allowed
from palvelurinki.web.http.refusals import REFUSALS
from palvelurinki.web.server import Server

router = APIRouter(prefix="/api/v1", tags=["sign-in"], responses=REFUSALS)


@router.post("/terminal/ticket", status_code=201)
async def terminal_ticket(
    server: RunningServer, terminal: Annotated[Caller, allowed(Action.TAKE_TERMINAL_TICKET)]
) -> TicketView:
    """A ticket for the terminal's socket."""
    return await _ticket(server, terminal)


@router.post("/staff/ticket", status_code=201)
async def staff_ticket(
    server: RunningServer, staff: Annotated[Caller, allowed(Action.TAKE_STAFF_TICKET)]
) -> TicketView:
    """A ticket for the console's socket."""
    return await _ticket(server, staff)


@router.post("/staff/sign-out", status_code=204)
async def sign_out(
    request: Request, response: Response, server: RunningServer, staff: Annotated[Caller, allowed(Action.SIGN_OUT)]
) -> None:
    """End the browser's sign-in and the person's session."""
    cookie = COOKIES[PrincipalKind.STAFF]
    await credentials.sign_out(server.context, request.cookies[cookie])
    response.delete_cookie(cookie)
    await server.hub.sign_out(principal_of(staff))


async def _ticket(server: Server, caller: Caller) -> TicketView:
    ticket = await credentials.issue_ticket(server.context, principal_of(caller))
    return TicketView(ticket=ticket, expires_in_s=int(credentials.TICKET_LIFE.total_seconds()))
