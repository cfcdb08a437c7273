"""Who sends a request: the two cookies, and nothing else."""

from typing import Annotated, Final

from fastapi import Cookie, Depends, Request, Response

from palvelurinki.application import credentials
from palvelurinki.application.principals import Principal, PrincipalKind
from palvelurinki.domain.errors import SignInRequired
from palvelurinki.web.life import Life
from palvelurinki.web.server import Server

# Two cookies, so that a kiosk and a console can stand side by side in one browser.
COOKIES: Final = {PrincipalKind.STAFF: "palvelurinki_staff", PrincipalKind.TERMINAL: "palvelurinki_terminal"}


def server_of(request: Request) -> Server:
    """The running server."""
    life: Life = request.app.state.life
    return life.server


RunningServer = Annotated[Server, Depends(server_of)]


async def terminal(
    server: RunningServer, secret: Annotated[str | None, Cookie(alias=COOKIES[PrincipalKind.TERMINAL])] = None
) -> Principal:
    """The terminal that sends the request. Raises SignInRequired."""
    return _of_kind(await credentials.who_is(server.context, secret), PrincipalKind.TERMINAL)


async def staff(
    server: RunningServer, secret: Annotated[str | None, Cookie(alias=COOKIES[PrincipalKind.STAFF])] = None
) -> Principal:
    """The member of staff who sends the request. Raises SignInRequired."""
    return _of_kind(await credentials.who_is(server.context, secret), PrincipalKind.STAFF)


CurrentTerminal = Annotated[Principal, Depends(terminal)]
CurrentStaff = Annotated[Principal, Depends(staff)]


def set_cookie(response: Response, principal: Principal, secret: str, *, secure: bool) -> None:
    """Sign the browser in. The cookie is for this browser's requests to this origin, and no script sees it."""
    response.set_cookie(
        COOKIES[principal.kind],
        secret,
        max_age=int(credentials.SIGN_IN_LIFE.total_seconds()),
        httponly=True,
        secure=secure,
        samesite="strict",
    )


def _of_kind(principal: Principal, kind: PrincipalKind) -> Principal:
    if principal.kind is not kind:
        raise SignInRequired("sign in first")
    return principal
