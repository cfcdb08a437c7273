"""Bodies of the HTTP interface: tickets for the socket, the catalogue for the kiosk, explanations, errors."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import AwareDatetime, Field, JsonValue, StringConstraints

from palvelurinki.domain.directory import Role, Strategy, TerminalKind
from palvelurinki.domain.offer import OfferState, RingingState
from palvelurinki.domain.routing import Lack
from palvelurinki.protocol.base import Identifier, Language, WireModel
from palvelurinki.protocol.named import NamedView, NamesView
from palvelurinki.protocol.situation import GuidanceView
from palvelurinki.protocol.views import StepView, TerminalView

LINE_CHECK_PATH: Final = "/api/v1/terminal/line-check"
# Browsers' offers with every way through the network are a tenth of it.
LINE_OFFER_MOST: Final = 48 * 1024


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
    guidance: GuidanceView


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


class PointCatalogue(WireModel):
    """What an advisor can connect a customer of the point to now."""

    point: NamedView
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


class LineOffer(WireModel):
    """What a terminal offers to the echo: SDP with one line of data, and at most one of sound and one of picture."""

    sdp: Annotated[str, StringConstraints(min_length=1, max_length=LINE_OFFER_MOST)]


class LineAnswer(WireModel):
    """The echo's answer. It gives back what it gets for `expires_in_s`, or until the terminal closes its channel."""

    sdp: str
    expires_in_s: int


class ErrorBody(WireModel):
    """Every refusal by HTTP: a stable `code`, English for developers, and details."""

    code: str
    message: str
    details: dict[str, JsonValue] = Field(default_factory=dict)


class LiveView(WireModel):
    """The process answers."""

    ok: bool


class ServerPhase(StrEnum):
    """Where in its life a node is."""

    STARTING = "starting"
    SERVING = "serving"
    CUT_OFF = "cut_off"
    STOPPING = "stopping"


class Missing(StrEnum):
    """What keeps a node from serving: the database, or one of its loops that stands still or lags."""

    DATABASE = "database"
    SWEEPER = "sweeper"
    LOOK = "look"
    BEAT = "beat"


class ReadyView(WireModel):
    """Whether work may be sent to a node: `ok` when nothing is `missing` and it serves.

    `bus`: whether it answers; it only hastens. `lag_s`: how long the most overdue deadline has been due, in seconds;
    absent when the database does not answer. The others: seconds since this node last handled what was due, read the
    outbox, showed life.
    """

    ok: bool
    phase: ServerPhase
    missing: list[Missing]
    bus: bool | None = None
    lag_s: float | None = None
    swept_s: float | None = None
    looked_s: float | None = None
    beat_s: float | None = None


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
