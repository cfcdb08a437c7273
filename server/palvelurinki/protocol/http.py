"""Bodies of the HTTP interface: tickets for the socket, the catalogue for the kiosk, errors."""

from typing import Annotated

from pydantic import AwareDatetime, Field, JsonValue

from palvelurinki.domain.directory import Role, TerminalKind
from palvelurinki.protocol.base import Identifier, WireModel
from palvelurinki.protocol.views import NamedView, NamesView, TerminalView


class TicketView(WireModel):
    """A ticket for one `hello`, to be used within `expires_in_s`."""

    ticket: str
    expires_in_s: int


class NeedsView(WireModel):
    """Words by which people look for a service, by language."""

    fi: list[str]
    sv: list[str]
    en: list[str]


class CatalogueService(NamedView):
    """A service that the terminal's point offers. `remote` is false for what is never done by video (R9)."""

    provider: Identifier
    ring: Identifier | None
    remote: bool
    needs: NeedsView


class CatalogueRing(NamedView):
    """Whether a ring takes contacts now, and when it next does."""

    provider: Identifier
    open: bool
    closes_at: AwareDatetime | None
    opens_at: AwareDatetime | None


class Catalogue(WireModel):
    """What a terminal can offer to a customer now."""

    terminal: TerminalView
    providers: list[NamedView]
    services: list[CatalogueService]
    rings: list[CatalogueRing]
    server_time: AwareDatetime


class ErrorBody(WireModel):
    """Every refusal by HTTP: a stable `code`, English for developers, and details."""

    code: str
    message: str
    details: dict[str, JsonValue] = Field(default_factory=dict)


class HealthView(WireModel):
    """Whether a part is well, by name; `ok` when all are."""

    ok: bool
    parts: dict[str, bool]


class DemoPersona(WireModel):
    """A demo member of staff or terminal, with the address that opens signed in as them."""

    id: Identifier
    name: str
    kind: Annotated[str, Field(pattern="^(staff|terminal)$")]
    roles: list[Role]
    terminal_kind: TerminalKind | None
    organisation: NamesView
    path: str


class DemoView(WireModel):
    """The demo's people and terminals."""

    personas: list[DemoPersona]
