"""`palvelurinki serve`: a server, until a signal comes."""

import os

import typer
from rich.console import Console
from rich.markup import escape

from palvelurinki.settings import Settings
from palvelurinki.spelling import misspelt


def serve() -> None:
    """Start a server by the environment's settings (PALVELURINKI_…, see docs/operations.md)."""
    console = Console(stderr=True)
    slips = misspelt(os.environ, Settings.model_fields)
    for slip in slips:
        console.print(escape(f"settings: {slip}"), soft_wrap=True)
    if slips:
        raise typer.Exit(2)
    settings = Settings()
    # Not before: who has misspelt a setting is told so without waiting for all that serves.
    from palvelurinki.serving import serve as serve_until_told

    announce = f"Palvelurinki serves on {settings.address}"
    if not serve_until_told(settings, lambda: console.print(announce, soft_wrap=True)):
        raise typer.Exit(1)
