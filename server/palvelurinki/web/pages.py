"""The built clients: hashed files for ever, their index pages never cached."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from typing_extensions import override


class ClientFiles(StaticFiles):
    """A client's folder. Files under `assets/` carry a hash in their names, so they never change."""

    @override
    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with how long it may be kept."""
        response = await super().get_response(path, scope)
        lasting = path.startswith("assets/")
        response.headers["cache-control"] = "public, max-age=31536000, immutable" if lasting else "no-cache"
        return response


def install(app: FastAPI, static: Path) -> None:
    """Serve the kiosk and the console; the root leads to the console."""
    for client in ("kiosk", "console"):
        app.mount(f"/{client}", ClientFiles(directory=static / client, html=True, check_dir=False), name=client)

    @app.get("/", include_in_schema=False)
    async def root() -> RedirectResponse:
        return RedirectResponse("/console/")
