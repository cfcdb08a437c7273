"""What the commands that list things share: how they write, and saying that what is asked for is not known."""

from datetime import datetime
from enum import StrEnum

from palvelurinki.domain.errors import PalvelurinkiError
from palvelurinki.domain.hours import HELSINKI


class OutputFormat(StrEnum):
    """How what was found is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class NotKnown(PalvelurinkiError):
    """What was asked for is not in the configuration, and has left nothing in the record either.

    An empty list would hide a slip of the pen. What is gone from the configuration may still be asked for.
    """

    code = "thing.unknown"

    def __init__(self, kind: str, identifier: str) -> None:
        super().__init__(f"no {kind} {identifier!r} in the configuration or the record", kind=kind, id=identifier)


def finnish(at: datetime) -> str:
    """The time on the wall in Finland, to the second."""
    return at.astimezone(HELSINKI).strftime("%Y-%m-%d %H:%M:%S")
