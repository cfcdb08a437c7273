"""The matrix of access, as it is in force: every route and message with its action, for its page and its tests."""

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from palvelurinki.domain.access import RULES, Action, Party
from palvelurinki.protocol.client import CLIENT_COMMAND
from palvelurinki.web.http.access import Allowed

# Beside the clients' files: what FastAPI itself makes, and the way to the console.
PUBLIC_PATHS: Final = frozenset({"/api/v1/openapi.json", "/"})
NO_ACCESS: Final = "–"


def actions_of_routes(app: FastAPI) -> Iterator[tuple[str, str, Action]]:
    """Each route's method, path and action. Raises ValueError for a route that asks nobody who they are."""
    for route in iter_route_contexts(app.routes):
        dependant: Dependant | None = getattr(route, "dependant", None)
        found = {each.call.action for each in _dependants(dependant) if isinstance(each.call, Allowed)}
        if len(found) == 1:
            [action] = found
            yield from ((method, route.path or "", action) for method in sorted(route.methods or ()))
        elif found or not (isinstance(route.original_route, Mount) or route.path in PUBLIC_PATHS):
            raise ValueError(f"{route.path} has no action, or several: a route depends on one `allowed(…)`")


def actions_of_messages() -> Iterator[Action]:
    """Each message of the socket, in the protocol's order. Raises ValueError for one that is no action."""
    schema: dict[str, Any] = CLIENT_COMMAND.json_schema()
    yield from (Action(name) for name in schema["discriminator"]["mapping"])


def cells(action: Action) -> list[str]:
    """What each party reaches by the action, in the order of the parties."""
    rule = RULES[action]
    return [str(rule[party]) if party in rule else NO_ACCESS for party in Party]


def _dependants(dependant: Dependant | None) -> Iterator[Dependant]:
    if dependant is not None:
        yield dependant
        for each in dependant.dependencies:
            yield from _dependants(each)
