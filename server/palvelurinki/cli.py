"""`palvelurinki`: the server, its configuration and its record, by command line."""

import os
import re
import sys
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from rich.console import Console
from rich.markup import escape

from palvelurinki.audit_commands import audit_app
from palvelurinki.config_commands import config_app
from palvelurinki.demo_command import run_demo
from palvelurinki.domain.errors import PalvelurinkiError
from palvelurinki.estimate_commands import estimates_app
from palvelurinki.event_commands import events_app
from palvelurinki.explain_command import explain
from palvelurinki.offer_commands import offers_app
from palvelurinki.purge_command import purge_data
from palvelurinki.serving import serve as serve_app
from palvelurinki.settings import Settings
from palvelurinki.sign_in_commands import sign_ins_app
from palvelurinki.simulate_command import simulate
from palvelurinki.spelling import misspelt
from palvelurinki.terminal_commands import terminals_app

app = typer.Typer(
    help="Palvelurinki brokers public video remote service.", no_args_is_help=True, pretty_exceptions_enable=False
)
app.add_typer(config_app, name="config")
app.add_typer(events_app, name="events")
app.command()(simulate)
app.add_typer(estimates_app, name="estimates")
app.add_typer(offers_app, name="offers")
app.add_typer(sign_ins_app, name="sign-ins")
app.add_typer(terminals_app, name="terminals")
app.command()(explain)
app.add_typer(audit_app, name="audit")
app.command("purge")(purge_data)

# What to do about a setting of which pydantic says only what it is not.
_TO_DO: Final = {
    "bool_parsing": "write true or false",
    "float_parsing": "write a number",
    "int_parsing": "write a whole number",
    "tuple_type": 'write a JSON list, such as ["…", "…"]',
}


@app.command()
def serve() -> None:
    """Start a server by the environment's settings (PALVELURINKI_…, see docs/operations.md)."""
    console = Console(stderr=True)
    slips = misspelt(os.environ, Settings.model_fields)
    for slip in slips:
        console.print(escape(f"settings: {slip}"), soft_wrap=True)
    if slips:
        raise typer.Exit(2)
    settings = Settings()
    if not serve_app(settings, lambda: console.print(f"Palvelurinki serves on {settings.address}", soft_wrap=True)):
        raise typer.Exit(1)


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to listen on localhost")] = 8080,
    data: Annotated[Path, typer.Option(help="Where the demo keeps its database")] = Path("build/demo"),
) -> None:
    """Start the demo on SQLite: five service points, their providers, and people of every role."""
    if not run_demo(port, data):
        raise typer.Exit(1)


def main() -> None:
    """Run the command line. What a person did wrong is told in one line, without a traceback."""
    console = Console(stderr=True)
    try:
        app()
    except (ValidationError, SettingsError) as error:
        for told in _settings_told(error):
            console.print(escape(f"settings: {told}"), soft_wrap=True)
        sys.exit(2)
    except PalvelurinkiError as error:
        # Not broken where the line is full: a command in it can then be copied.
        console.print(escape(f"{error.code}: {error.message}"), soft_wrap=True)
        sys.exit(1)


def _settings_told(error: ValidationError | SettingsError) -> list[str]:
    """What is wrong with the settings, a sentence each. None repeats a value, for some are secret."""
    if isinstance(error, SettingsError):
        # pydantic-settings reads lists as JSON, and names the field nowhere but in its message.
        named = re.search(r'field "(\w+)"', str(error))
        return [f"PALVELURINKI_{named[1].upper()}: {_TO_DO['tuple_type']}" if named else str(error)]
    told = []
    for problem in error.errors(include_input=False, include_context=False):
        where = f"PALVELURINKI_{'.'.join(str(part) for part in problem['loc']).upper()}: " if problem["loc"] else ""
        told.append(where + _TO_DO.get(problem["type"], problem["msg"].removeprefix("Value error, ")))
    return told
