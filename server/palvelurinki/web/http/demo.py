"""The demo's built-in people: an address for each opens signed in.

Exists only when the demo is on, on loopback only.
"""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from palvelurinki.application import credentials
from palvelurinki.application.principals import Principal, PrincipalKind
from palvelurinki.domain.access import Action
from palvelurinki.domain.directory import Directory
from palvelurinki.protocol.http import DemoPersona, DemoView
from palvelurinki.reporting import wording
from palvelurinki.web.cookies import Cookies
from palvelurinki.web.http.access import RunningServer, allowed

router = APIRouter(tags=["demo"])


@router.get("/api/v1/demo", dependencies=[allowed(Action.SEE_DEMO)])
async def personas(server: RunningServer) -> DemoView:
    """The demo's people and terminals, with the address that opens signed in as each."""
    return DemoView(personas=list_personas(server.context.directory))


@router.get(
    "/demo/open/{kind}/{identifier}",
    status_code=303,
    include_in_schema=False,
    dependencies=[allowed(Action.OPEN_DEMO)],
)
async def open_as(server: RunningServer, kind: PrincipalKind, identifier: str) -> RedirectResponse:
    """Sign the browser in as a demo person or terminal, and go to their page."""
    principal = Principal(kind, identifier)
    secret = await credentials.sign_in(server.context, principal)
    page = "/kiosk/" if kind is PrincipalKind.TERMINAL else "/console/"
    response = RedirectResponse(page, status_code=303)
    life = credentials.TERMINAL_LIFE if kind is PrincipalKind.TERMINAL else server.context.sign_in_most
    Cookies(server.settings).sign_in(response, kind, secret, int(life.total_seconds()))
    return response


def list_personas(directory: Directory) -> list[DemoPersona]:
    """Everybody and every terminal of the configuration, in its order."""
    terminals = [
        DemoPersona(
            id=terminal.id,
            name=terminal.names.fi,
            kind="terminal",
            roles=[],
            terminal_kind=terminal.kind,
            organisation=wording.names(directory.points[terminal.point].names),
            path=f"/demo/open/terminal/{terminal.id}",
        )
        for terminal in directory.terminals.values()
    ]
    people = [
        DemoPersona(
            id=person.id,
            name=person.name,
            kind="staff",
            roles=sorted(person.roles),
            terminal_kind=None,
            organisation=wording.names(directory.organisations[person.organisation].names),
            path=f"/demo/open/staff/{person.id}",
        )
        for person in directory.staff.values()
    ]
    return terminals + people
