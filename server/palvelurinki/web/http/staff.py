"""Signing out: of this browser, or of all of them."""

from fastapi import APIRouter, Response

from palvelurinki.application import signing_out
from palvelurinki.application.principals import PrincipalKind
from palvelurinki.domain.access import Action
from palvelurinki.protocol.sign_in import LeaveView
from palvelurinki.web.cookies import Cookies
from palvelurinki.web.http.access import CurrentSignIn, RunningServer, allowed
from palvelurinki.web.http.refusals import REFUSALS

router = APIRouter(prefix="/api/v1/staff", tags=["sign-in"], responses=REFUSALS)


@router.post("/sign-out", dependencies=[allowed(Action.SIGN_OUT)])
async def sign_out(response: Response, server: RunningServer, signed_in: CurrentSignIn) -> LeaveView:
    """End this browser's sign-in, and the session that was begun with it."""
    await signing_out.sign_out(server.context, signed_in)
    server.node.hasten()
    Cookies(server.settings).sign_out(response, PrincipalKind.STAFF)
    return LeaveView(leave_at=None)


@router.post("/sign-out-everywhere", dependencies=[allowed(Action.SIGN_OUT)])
async def sign_out_everywhere(response: Response, server: RunningServer, signed_in: CurrentSignIn) -> LeaveView:
    """End the person's sign-ins in all browsers, and their session, wherever it is."""
    await signing_out.sign_out_everywhere(server.context, signed_in.principal)
    server.node.hasten()
    Cookies(server.settings).sign_out(response, PrincipalKind.STAFF)
    return LeaveView(leave_at=None)
