"""Names and things of the configuration on the wire."""

from palvelurinki.protocol.base import Identifier, WireModel


class NamesView(WireModel):
    """A text in the three languages of the screens."""

    fi: str
    sv: str
    en: str


class NamedView(WireModel):
    """A thing of the configuration by its id and names."""

    id: Identifier
    names: NamesView
