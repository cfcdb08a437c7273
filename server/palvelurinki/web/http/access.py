"""Who sends a request, and whether they may: asked of every route, by the table of `domain.access`.

A sender is known by one of two cookies, so that a kiosk and a console can stand side by side in one browser; which of
them is looked at depends on whom the action is for.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request, Response
from fastapi.params import Depends as Dependency
from fastapi.routing import APIRoute
from typing_extensions import override

from palvelurinki.application import credentials
from palvelurinki.application.callers import caller_of
from palvelurinki.application.credentials import SignedIn
from palvelurinki.application.principals import PrincipalKind
from palvelurinki.domain.access import RULES, Action, Caller, Party, Thing, may, permits
from palvelurinki.domain.errors import NotAllowed, SignInRequired, UnknownThing
from palvelurinki.web.cookies import Cookies
from palvelurinki.web.life import Life
from palvelurinki.web.server import Server

Found = TypeVar("Found")


def server_of(request: Request) -> Server:
    """The running server."""
    life: Life = request.app.state.life
    return life.server


RunningServer = Annotated[Server, Depends(server_of)]


class Allowed:
    """Lets a request in when its sender may do this. A route has one, as a dependency; it gives the Caller.

    Raises SignInRequired, and NotAllowed for a sender in another role.
    """

    def __init__(self, action: Action) -> None:
        self.action = action
        self._rule = RULES[action]
        self._kind = PrincipalKind.TERMINAL if Party.TERMINAL in self._rule else PrincipalKind.STAFF

    async def __call__(self, request: Request) -> Caller:
        """The sender."""
        asked: tuple[Action, Caller] | None = getattr(request.state, "allowed", None)
        if asked is not None and asked[0] is self.action:
            return asked[1]
        request.state.action = self.action
        if Party.NOBODY in self._rule:
            # Who they are makes no difference, and the database need not be there.
            return Caller()
        server = server_of(request)
        cookie = Cookies(server.settings).name(self._kind)
        signed_in = await credentials.who_is(server.context, request.cookies.get(cookie))
        if signed_in.principal.kind is not self._kind:
            raise SignInRequired("sign in first")
        caller = caller_of(server.context.directory, signed_in.principal, signed_in.granted)
        request.state.caller = caller
        request.state.signed_in = signed_in
        if not may(caller, self.action):
            raise NotAllowed(f"this is not for your role: {self.action}", action=str(self.action))
        request.state.allowed = self.action, caller
        return caller


class AccessFirst(APIRoute):
    """A route that asks who it is before it reads what they say; FastAPI itself reads the body first."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        gates = [each.call for each in self.dependant.dependencies if isinstance(each.call, Allowed)]

        async def asked_first(request: Request) -> Response:
            for gate in gates:
                await gate(request)
            return await handle(request)

        return asked_first


def allowed(action: Action) -> Dependency:
    """What a route depends on; in its signature it gives the Caller."""
    dependency: Dependency = Depends(Allowed(action))
    return dependency


def within_reach(
    caller: Caller, action: Action, found: Found | None, thing_of: Callable[[Found], Thing], kind: str, identifier: str
) -> Found:
    """What was asked about. Raises UnknownThing when it is not there, or not within the caller's reach."""
    if found is None:
        raise UnknownThing(kind, identifier)
    if not permits(caller, action, thing_of(found)):
        raise UnknownThing(kind, identifier, foreign=True)
    return found


def signed_in(request: Request) -> SignedIn:
    """By which sign-in the sender is known, of a route that is not for everybody."""
    found: SignedIn = request.state.signed_in
    return found


CurrentSignIn = Annotated[SignedIn, Depends(signed_in)]
