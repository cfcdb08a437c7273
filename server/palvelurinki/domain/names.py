"""Texts in the languages of the screens."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """A text in the three languages that every screen speaks."""

    fi: str
    sv: str
    en: str
