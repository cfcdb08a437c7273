"""Tables on the terminal: what is for copying must not be left out for want of width."""

from typing import Final

from rich.console import Console

# Wide enough for every table here. On a narrower terminal its lines wrap, and a file gets them whole.
LEAST_WIDTH: Final = 130


def table_console() -> Console:
    """A console that leaves nothing out of a table."""
    return Console(width=max(Console().width, LEAST_WIDTH))
