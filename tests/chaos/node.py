"""A node as chaos runs it: as in production, but over plain lines, for there is no proxy between these machines."""

import sys

from rich.console import Console
from typing_extensions import override

from palvelurinki.serving import serve
from palvelurinki.settings import Settings


class PlainLines(Settings):
    """Production's settings, by which clients come without TLS."""

    @property
    @override
    def secure(self) -> bool:
        return False

    @override
    def _check_production(self) -> None:
        """Their origins are those of plain lines."""


if __name__ == "__main__":
    sys.exit(not serve(PlainLines(), lambda: Console(stderr=True).print("Palvelurinki serves")))
