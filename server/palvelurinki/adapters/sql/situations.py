"""A contact's situation as a document in its row."""

from typing import Any, Final

from pydantic import TypeAdapter

from palvelurinki.domain.situation import NOTHING_KNOWN, Situation

_SITUATION: Final[TypeAdapter[Situation]] = TypeAdapter(Situation)


def situation_values(situation: Situation) -> dict[str, Any] | None:
    """The document; None when nothing is known, as of most contacts of a kiosk."""
    if situation == NOTHING_KNOWN:
        return None
    document: dict[str, Any] = _SITUATION.dump_python(situation, mode="json", exclude_defaults=True)
    return document


def situation_of(document: dict[str, Any] | None) -> Situation:
    """The situation of a document."""
    return NOTHING_KNOWN if document is None else _SITUATION.validate_python(document)
