"""The grounds of an offer as JSON, and back."""

from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from palvelurinki.domain.routing import Grounds

_GROUNDS: Final = TypeAdapter(Grounds)


def document_of(grounds: Grounds) -> dict[str, Any]:
    """The grounds as JSON knows it: keys are the names of the fields, times are in ISO 8601, sets are sorted."""
    document: dict[str, Any] = _GROUNDS.dump_python(grounds, mode="json")
    for people in ("passed_by", "recused"):
        document["contact"][people].sort()
    return document


def grounds_of(document: object) -> Grounds | None:
    """The grounds that a document of this or another version of the program tells of.

    Keys that are not known are passed over; one that is missing stands for the default of its field. None when that is
    not enough to make the choice again: a field without a default is missing, or says what this version does not know.
    """
    try:
        return _GROUNDS.validate_python(document)
    except ValidationError:
        return None
