"""What the parts of the document are made of: ids, texts, names in three languages, days."""

import re
import unicodedata
from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

ID_LENGTH: Final = 64
TEXT_LENGTH: Final = 200
SENTENCES_LENGTH: Final = 600

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _slug(text: str) -> str:
    if len(text) > ID_LENGTH or not _SLUG.fullmatch(text):
        raise PydanticCustomError(
            "id.invalid",
            "an id is lower-case letters a–z, digits and single hyphens, at most {limit} characters",
            {"limit": ID_LENGTH},
        )
    return text


def _text(text: str) -> str:
    return _of_length(text, TEXT_LENGTH)


def _sentences(text: str) -> str:
    return _of_length(text, SENTENCES_LENGTH)


def _of_length(text: str, limit: int) -> str:
    if not text:
        raise PydanticCustomError("text.empty", "the text is empty")
    if len(text) > limit:
        raise PydanticCustomError("text.too_long", "the text is over {limit} characters", {"limit": limit})
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise PydanticCustomError("text.invalid", "the text must be on one line, without control characters")
    return text


# An id is taken as it stands: two keys must not become one by trimming.
Slug = Annotated[str, StringConstraints(strip_whitespace=False), AfterValidator(_slug)]
Text = Annotated[str, AfterValidator(_text)]
Sentences = Annotated[str, AfterValidator(_sentences)]


class Part(BaseModel):
    """A part of the document: unknown fields are refused, nothing is converted, nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)


class NamesPart(Part):
    """A text in the three languages of the screens."""

    fi: Text
    sv: Text
    en: Text


class SentencesPart(Part):
    """A few sentences in the three languages of the screens."""

    fi: Sentences
    sv: Sentences
    en: Sentences


class NeedsPart(Part):
    """Words by which people look for a service, by language."""

    fi: tuple[Text, ...] = ()
    sv: tuple[Text, ...] = ()
    en: tuple[Text, ...] = ()


class ValidityPart(Part):
    """First and last day in force, both included; an absent one sets no bound."""

    first: date | None = None
    last: date | None = None
