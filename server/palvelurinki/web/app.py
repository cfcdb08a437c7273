"""The web application: routes, socket, pages, and the life of the server around them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI, WebSocket
from fastapi.responses import JSONResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

import palvelurinki
from palvelurinki.protocol.export import asyncapi_document
from palvelurinki.settings import Settings
from palvelurinki.web import errors, pages
from palvelurinki.web.guard import Guard
from palvelurinki.web.http import catalogue, demo, health, rings, tickets
from palvelurinki.web.server import Server
from palvelurinki.web.socket.connection import Connection

OpenServer = Callable[[Settings], AbstractAsyncContextManager[Server]]


def create_app(settings: Settings, open_server: OpenServer) -> FastAPI:
    """The application; `open_server` is entered when it starts and left when it stops."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_server(settings) as server:
            app.state.server = server
            loops = [
                asyncio.create_task(server.node.run(), name="node"),
                asyncio.create_task(server.hub.run(), name="hub"),
            ]
            try:
                yield
            finally:
                for loop in loops:
                    loop.cancel()
                await asyncio.gather(*loops, return_exceptions=True)

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
    app.add_middleware(Guard, origins=settings.allowed_origins)
    return app


async def socket(websocket: WebSocket) -> None:
    """The socket of protocol version 1; its messages are in `asyncapi.json`."""
    server: Server = websocket.app.state.server
    await websocket.accept()
    await Connection(websocket, server.hub, server.ice_servers, server.settings.heartbeat_s).serve()


async def asyncapi() -> JSONResponse:
    """The socket's description."""
    return JSONResponse(asyncapi_document())
