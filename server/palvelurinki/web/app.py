"""The web application: routes, socket, pages, and the life of the server around them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, WebSocket
from fastapi.responses import JSONResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

import palvelurinki
from palvelurinki.protocol.export import asyncapi_document
from palvelurinki.settings import Settings
from palvelurinki.web import errors, pages
from palvelurinki.web.gate import Gate
from palvelurinki.web.guard import Guard
from palvelurinki.web.http import catalogue, demo, health, rings, tickets
from palvelurinki.web.life import Life, OpenServer
from palvelurinki.web.socket.connection import Connection


def create_app(settings: Settings, open_server: OpenServer) -> FastAPI:
    """The application; `open_server` is entered as soon as it can be, and left when the application stops.

    `app.state.life` is the life of the server behind it.
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
    app.include_router(catalogue.router)
    app.include_router(rings.router)
    if settings.demo:
        app.include_router(demo.router)
        # A page elsewhere whose name is made to point at this machine would otherwise be let in as a demo person.
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1", "[::1]"])
    app.add_api_websocket_route("/ws/v1", socket)
    app.add_api_route("/api/v1/asyncapi.json", asyncapi, include_in_schema=False)
    pages.install(app, settings.static_dir)
    app.add_middleware(Gate, life=life)
    app.add_middleware(Guard, origins=settings.allowed_origins)
    return app


async def socket(websocket: WebSocket) -> None:
    """The socket of protocol version 1; its messages are in `asyncapi.json`."""
    life: Life = websocket.app.state.life
    server = life.server
    await websocket.accept()
    await Connection(websocket, server.hub, server.ice_servers, server.settings.heartbeat_s).serve()


async def asyncapi() -> JSONResponse:
    """The socket's description."""
    return JSONResponse(asyncapi_document())
