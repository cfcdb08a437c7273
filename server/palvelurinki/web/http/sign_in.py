"""Staff's way to an issuer and back. What came of it is told to the page by a code in the address's fragment."""

from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import RedirectResponse

from palvelurinki.application import signing_in
from palvelurinki.application.principals import PrincipalKind
from palvelurinki.domain.access import Action
from palvelurinki.domain.errors import SignInRefused, UnknownThing
from palvelurinki.ports.issuers import Returned
from palvelurinki.protocol.sign_in import IssuerView, SignInView
from palvelurinki.reporting import wording
from palvelurinki.settings import Settings
from palvelurinki.web.cookies import Cookies
from palvelurinki.web.http.access import RunningServer, allowed

CONSOLE: Final = "/console/"
CALLBACK: Final = "/sign-in/callback"
# What an issuer says is longer than this in no case that we know.
LONGEST: Final = 4096

# As a browser says from where a page leads to us: another site, or another host of ours.
FROM_ELSEWHERE: Final = frozenset({"cross-site", "same-site"})

router = APIRouter(tags=["sign-in"])

Said = Annotated[str | None, Query(max_length=LONGEST)]


@router.get("/api/v1/sign-in", dependencies=[allowed(Action.SEE_ISSUERS)])
async def ways(server: RunningServer) -> SignInView:
    """Where staff sign in."""
    directory = server.context.directory
    return SignInView(
        demo=server.settings.demo,
        issuers=[
            IssuerView(
                id=issuer.id,
                names=wording.names(issuer.names),
                organisation=wording.names(directory.organisations[issuer.organisation].names),
            )
            for issuer in directory.issuers.values()
        ],
    )


@router.get("/sign-in/start", status_code=303, include_in_schema=False, dependencies=[allowed(Action.SIGN_IN)])
async def start(
    server: RunningServer,
    issuer: Annotated[str, Query(max_length=64)],
    sec_fetch_site: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> RedirectResponse:
    """Go to an issuer; of the person's own doing, for at one where they are signed in already nobody would ask them."""
    if sec_fetch_site in FROM_ELSEWHERE:
        return _refused(SignInRefused.code)
    try:
        departure = await signing_in.start(server.context, server.issuers, issuer, redirect_uri(server.settings))
    except UnknownThing:
        return _refused(SignInRefused.code)
    except SignInRefused as refused:
        return _refused(refused.code)
    response = RedirectResponse(departure.address, status_code=303)
    life_s = int(signing_in.ATTEMPT_LIFE.total_seconds())
    Cookies(server.settings).begin_attempt(response, departure.browser, life_s)
    return response


@router.get(CALLBACK, status_code=303, include_in_schema=False, dependencies=[allowed(Action.SIGN_IN)])
async def callback(
    request: Request, server: RunningServer, state: Said = None, code: Said = None, error: Said = None, iss: Said = None
) -> RedirectResponse:
    """Come back from an issuer, and be signed in; with a secret that is new, whatever the browser had before."""
    cookies = Cookies(server.settings)
    try:
        secret = await signing_in.finish(
            server.context,
            server.issuers,
            state or "",
            request.cookies.get(cookies.attempt) or "",
            Returned(code=code, error=error, issuer=iss),
            redirect_uri(server.settings),
            request.cookies.get(cookies.name(PrincipalKind.STAFF)),
        )
    except SignInRefused as refused:
        if not refused.issuer:
            # Of no attempt that was begun here: the others are logged one by one.
            server.unknown_attempts.note(refused.code)
        response = _refused(refused.code)
    else:
        response = RedirectResponse(CONSOLE, status_code=303)
        life_s = int(server.context.sign_in_most.total_seconds())
        cookies.sign_in(response, PrincipalKind.STAFF, secret, life_s)
        server.node.hasten()
    cookies.end_attempt(response)
    return response


def redirect_uri(settings: Settings) -> str:
    """Where issuers send people back to."""
    return settings.origin + CALLBACK


def _refused(code: str) -> RedirectResponse:
    return RedirectResponse(f"{CONSOLE}#sign-in-refused={code}", status_code=303)
