"""Signing out: of this browser, or of all of them."""

from collections.abc import Iterable

from fastapi import APIRouter, Response

from palvelurinki.application import signing_out
from palvelurinki.application.principals import PrincipalKind
from palvelurinki.domain.access import Action
from palvelurinki.domain.directory import IssuerId
from palvelurinki.ports import SignIn
from palvelurinki.ports.issuers import IssuerAway
from palvelurinki.protocol.sign_in import LeaveView
from palvelurinki.web.cookies import Cookies
from palvelurinki.web.http.access import AccessFirst, CurrentSignIn, RunningServer, allowed
from palvelurinki.web.http.refusals import REFUSALS
from palvelurinki.web.http.sign_in import CONSOLE
from palvelurinki.web.server import Server

router = APIRouter(prefix="/api/v1/staff", tags=["sign-in"], responses=REFUSALS, route_class=AccessFirst)


@router.post("/sign-out", dependencies=[allowed(Action.SIGN_OUT)])
async def sign_out(response: Response, server: RunningServer, signed_in: CurrentSignIn) -> LeaveView:
    """End this browser's sign-in, and the session that was begun with it."""
    ended = await signing_out.sign_out(server.context, signed_in)
    return await _left(response, server, [ended] if ended is not None else [], signed_in.sign_in)


@router.post("/sign-out-everywhere", dependencies=[allowed(Action.SIGN_OUT)])
async def sign_out_everywhere(response: Response, server: RunningServer, signed_in: CurrentSignIn) -> LeaveView:
    """End the person's sign-ins in all browsers, and their session, wherever it is."""
    ended = await signing_out.sign_out_everywhere(server.context, signed_in.principal)
    return await _left(response, server, ended, signed_in.sign_in)


async def _left(response: Response, server: Server, ended: Iterable[SignIn], this: str) -> LeaveView:
    server.node.hasten()
    Cookies(server.settings).sign_out(response, PrincipalKind.STAFF)
    here = next((each for each in ended if each.digest == this), None)
    issuer = server.context.directory.issuers.get(IssuerId(here.issuer or "")) if here is not None else None
    if issuer is None:
        return LeaveView(leave_at=None)
    try:
        return LeaveView(leave_at=await server.issuers.leave_address(issuer, server.settings.origin + CONSOLE))
    except IssuerAway:
        # Here they are signed out; that the issuer can be asked to do as much is no condition of it.
        return LeaveView(leave_at=None)
