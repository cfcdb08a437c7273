"""The HTTP interface's description, without a running server."""

from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr

from palvelurinki.settings import DEMO_SECRET, Settings
from palvelurinki.web.app import create_app
from palvelurinki.web.server import Server


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document of all routes, the demo's among them."""
    return described_app().openapi()


def described_app() -> FastAPI:
    """The application with all its routes, the demo's among them; nothing runs behind it."""
    return create_app(Settings(demo=True, secret=SecretStr(DEMO_SECRET)), _no_server)


def _no_server(settings: Settings) -> AbstractAsyncContextManager[Server]:
    raise RuntimeError(f"described only, not started: {settings.host}")
