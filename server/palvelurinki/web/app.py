"""The web application: routes, socket, pages, and the life of the server around them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.types import Scope

import palvelurinki
from palvelurinki.domain.access import Action
from palvelurinki.protocol.export import asyncapi_document
from palvelurinki.settings import Settings
from palvelurinki.web import errors, pages
from palvelurinki.web.gate import Gate, refusal
from palvelurinki.web.guard import Guard, Known, host_of
from palvelurinki.web.http import (
    administration,
    catalogue,
    demo,
    health,
    line_check,
    rings,
    sign_in,
    staff,
    terminals,
    tickets,
)
from palvelurinki.web.http.access import allowed
from palvelurinki.web.life import Life, OpenServer
from palvelurinki.web.limits import Limits, Paced
from palvelurinki.web.socket.entrance import Entrance

# A page elsewhere whose name is made to point at this machine would otherwise be let in as a demo person.
DEMO_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


def create_app(settings: Settings, open_server: OpenServer) -> FastAPI:
    """The application; `open_server` is entered as soon as it can be, and left when the application stops.

    `app.state.life` is the life of the server behind it; `app.state.entrance` is what is to be served: the socket, and
    the application for all else.
    """
    life = Life(settings, open_server)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with life.lived():
            yield

    app = FastAPI(
        title="Palvelurinki",
        version=palvelurinki.__version__,
        summary="Brokers public video remote service",
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.life = life
    errors.install(app)
    app.include_router(health.router)
    app.include_router(tickets.router)
    app.include_router(sign_in.router)
    app.include_router(staff.router)
    app.include_router(catalogue.router)
    app.include_router(line_check.router)
    app.include_router(rings.router)
    app.include_router(terminals.router)
    app.include_router(administration.router)
    if settings.demo:
        app.include_router(demo.router)
    described = [allowed(Action.SEE_DESCRIPTION)]
    app.add_api_route("/api/v1/asyncapi.json", asyncapi, include_in_schema=False, dependencies=described)
    pages.install(app, settings.static_dir)
    limits = app.state.limits = Limits(settings)
    app.add_middleware(Gate, life=life)
    app.add_middleware(Paced, limits=limits)
    known = Known(settings.allowed_origins, DEMO_HOSTS if settings.demo else _hosts(settings), tls=settings.secure)
    app.add_middleware(Guard, known=known)
    app.state.entrance = Entrance(app, life, settings, _admitting(known, life), limits)
    return app


def _hosts(settings: Settings) -> frozenset[str]:
    """By which names the server is known: those of its origins."""
    return frozenset(host_of(urlsplit(origin).netloc) for origin in settings.allowed_origins)


def _admitting(known: Known, life: Life) -> Callable[[Scope], bool]:
    """Whom the layers would let through to the socket: what they ask, in one question."""

    def admits(scope: Scope) -> bool:
        return refusal(life, scope) is None and known.refusal(scope) is None

    return admits


async def asyncapi() -> JSONResponse:
    """The socket's description."""
    return JSONResponse(asyncapi_document())
