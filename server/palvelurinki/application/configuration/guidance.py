"""A service's instructions in the document: what they must look like, and as values of the domain and back."""

from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, JsonValue
from pydantic_core import PydanticCustomError

from palvelurinki.application.configuration.parts import NamesPart, Part, SentencesPart, Slug
from palvelurinki.domain.guidance import EService, Guidance, Task
from palvelurinki.domain.names import Names

ADDRESS_LENGTH: Final = 300
THINGS_AT_MOST: Final = 12


def _address(text: str) -> str:
    try:
        url = urlsplit(text)
        whole = url.scheme == "https" and url.hostname and url.port != 0 and not (url.username or url.password)
    except ValueError:
        whole = False
    if not whole or len(text) > ADDRESS_LENGTH or not text.isprintable() or " " in text:
        raise PydanticCustomError(
            "guidance.address_invalid",
            "an address is written whole, https://NAME/PATH, at most {limit} characters, without a password",
            {"limit": ADDRESS_LENGTH},
        )
    return text


class EServicePart(Part):
    """Where the matter is settled without an expert."""

    names: NamesPart
    address: Annotated[str, AfterValidator(_address)]


class TaskPart(Part):
    """Something that the advisor does after the call."""

    id: Slug
    names: NamesPart


class GuidancePart(Part):
    """A service's instructions; `advice` and `tasks` are for advisors, the rest is for customers too."""

    e_service: EServicePart | None = None
    documents: Annotated[tuple[NamesPart, ...], Field(max_length=THINGS_AT_MOST)] = ()
    advice: SentencesPart | None = None
    tasks: Annotated[tuple[TaskPart, ...], Field(max_length=THINGS_AT_MOST)] = ()
    instead: SentencesPart | None = None


def to_guidance(part: GuidancePart) -> Guidance:
    """The part as values of the domain."""
    e_service = part.e_service
    return Guidance(
        e_service=None if e_service is None else EService(_names(e_service.names), e_service.address),
        documents=tuple(_names(each) for each in part.documents),
        advice=None if part.advice is None else _names(part.advice),
        tasks=tuple(Task(each.id, _names(each.names)) for each in part.tasks),
        instead=None if part.instead is None else _names(part.instead),
    )


def told_guidance(guidance: Guidance) -> dict[str, JsonValue] | None:
    """The instructions as the document has them; None when there are none."""
    told: dict[str, JsonValue] = {}
    if guidance.e_service is not None:
        told["e_service"] = {"names": _told(guidance.e_service.names), "address": guidance.e_service.address}
    if guidance.documents:
        told["documents"] = [_told(each) for each in guidance.documents]
    if guidance.advice is not None:
        told["advice"] = _told(guidance.advice)
    if guidance.tasks:
        told["tasks"] = [{"id": each.id, "names": _told(each.names)} for each in guidance.tasks]
    if guidance.instead is not None:
        told["instead"] = _told(guidance.instead)
    return told or None


def _names(part: NamesPart | SentencesPart) -> Names:
    return Names(part.fi, part.sv, part.en)


def _told(names: Names) -> dict[str, JsonValue]:
    return {"fi": names.fi, "sv": names.sv, "en": names.en}
