"""`palvelurinki`: the server, its configuration and its record, by command line."""

import re
import sys
from collections import UserDict
from importlib import import_module
from typing import Any, Final

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from rich.console import Console
from rich.markup import escape
from typer.core import TyperGroup
from typing_extensions import override

from palvelurinki.domain.errors import PalvelurinkiError

# Where each command is: a function, or an application of typer's with commands of its own. They are told in this order.
_WHERE: Final = {
    "simulate": "simulate_command:simulate",
    "explain": "explain_command:explain",
    "purge": "purge_command:purge_data",
    "serve": "serve_command:serve",
    "demo": "demo_command:demo",
    "config": "config_commands:config_app",
    "events": "event_commands:events_app",
    "estimates": "estimate_commands:estimates_app",
    "offers": "offer_commands:offers_app",
    "sign-ins": "sign_in_commands:sign_ins_app",
    "terminals": "terminal_commands:terminals_app",
    "audit": "audit_commands:audit_app",
}

# What to do about a setting of which pydantic says only what it is not.
_TO_DO: Final = {
    "bool_parsing": "write true or false",
    "float_parsing": "write a number",
    "int_parsing": "write a whole number",
    "tuple_type": 'write a JSON list, such as ["…", "…"]',
}


class Commands(UserDict[str, Any]):
    """The commands by name, each imported when it is looked up: whoever gives one does not wait for the others."""

    @override
    def __getitem__(self, name: str) -> object:
        module, _, attribute = self.data[name].partition(":")
        found = getattr(import_module(f"palvelurinki.{module}"), attribute)
        if not isinstance(found, typer.Typer):
            single = typer.Typer(add_completion=False)
            single.command(name)(found)
            return typer.main.get_command(single)
        group = typer.main.get_group(found)
        group.name = name
        return group


class CommandsGroup(TyperGroup):
    """The group of them all."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - typer's own
        super().__init__(**attributes)
        self.commands = Commands(_WHERE)


app = typer.Typer(cls=CommandsGroup, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def palvelurinki() -> None:
    """Palvelurinki brokers public video remote service."""


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
