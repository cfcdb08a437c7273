"""Bodies of the HTTP interface: tickets for the socket, the catalogue for the kiosk, explanations, errors."""

from typing import Annotated

from pydantic import AwareDatetime, Field, JsonValue

from palvelurinki.domain.directory import Role, Strategy, TerminalKind
from palvelurinki.domain.offer import OfferState, RingingState
from palvelurinki.domain.routing import Lack
from palvelurinki.protocol.base import Identifier, Language, WireModel
from palvelurinki.protocol.views import NamedView, NamesView, StepView, TerminalView


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
    open: bool = Field(description="whether it takes contacts now; shortly before closing it may not")
    closes_at: AwareDatetime | None
    opens_at: AwareDatetime | None


class Catalogue(WireModel):
    """What a terminal can offer to a customer now."""

    terminal: TerminalView
    providers: list[NamedView]
    services: list[CatalogueService]
    rings: list[CatalogueRing]
    server_time: AwareDatetime


class CandidateView(WireModel):
    """An expert who was on duty when an offer was made. No lacks and not chosen: the strategy put others first."""

    staff: Identifier
    name: str
    chosen: bool
    lacks: list[Lack]
    ring: NamedView
    level: int
    skill: int
    languages: list[Language]
    unit: NamedView | None
    idle_since: AwareDatetime
    asked_at: AwareDatetime | None
    calls_today: int


class RingingView(WireModel):
    """What became of an offer at one expert."""

    staff: Identifier
    name: str
    state: RingingState
    reason: str | None
    closed_at: AwareDatetime | None


class ExplanationView(WireModel):
    """One offer: of which contact, why it was its turn, who was asked, why they and not others, and what became of it.

    `replays`: the stored inputs give the same choice today.
    """

    offer: Identifier
    state: OfferState
    made_at: AwareDatetime
    closed_at: AwareDatetime | None
    contact: Identifier
    service: NamedView
    ring: NamedView
    language: Language
    unit: NamedView | None = Field(description="the unit that serves the point")
    requested_at: AwareDatetime
    head_start_s: int
    ahead: int = Field(ge=0, description="contacts that stood before it and suited none of the free experts")
    strategy: Strategy
    ring_at_once: int
    step: StepView
    early: bool
    candidates: list[CandidateView]
    ringings: list[RingingView]
    replays: bool


class RingOffers(WireModel):
    """The newest offers of a ring, newest first."""

    ring: NamedView
    offers: list[ExplanationView]
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
