"""Tables on the terminal: what is for copying is not left out for want of width, and no text steers the terminal."""

import json
from typing import Final

from rich.console import Console
from rich.markup import escape

# Wide enough for every table here. On a narrower terminal its lines wrap, and a file gets them whole.
LEAST_WIDTH: Final = 130


def table_console() -> Console:
    """A console that leaves nothing out of a table."""
    return Console(width=max(Console().width, LEAST_WIDTH))


def visible(text: str) -> str:
    """The text with what is no visible character, such as those that steer a terminal, escaped as JSON has it."""
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)


def cell(text: str) -> str:
    """A text from the database for a table: visible, and no markup."""
    return escape(visible(text))


def visible_json(value: object) -> str:
    """As JSON, indented, for people too: what cannot be seen is escaped, and letters are not."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return "\n".join(visible(line) for line in text.split("\n"))
