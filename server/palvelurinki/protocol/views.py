"""What a client sees of the truth: the parts of a snapshot, each of which an event replaces whole (I9).

A view that has come to its end (a contact that ended, an offer that was declined, a call that was hung up) stays with
its id, state and outcome only, until the next one takes its place: a client learns how it ended even when it was away
at that moment, and nothing of the matter remains.
"""

from typing import Literal

from pydantic import AwareDatetime, Field

from palvelurinki.domain.call import CallOutcome, CallState, SeatKind, SeatState
from palvelurinki.domain.contact import ContactOutcome, ContactState
from palvelurinki.domain.directory import OrganisationKind, Role, TerminalKind
from palvelurinki.domain.offer import OfferState
from palvelurinki.domain.presence import PauseReason, PresenceState
from palvelurinki.protocol.base import Identifier, Language, WireModel


class NamesView(WireModel):
    """A text in the three languages of the screens."""

    fi: str
    sv: str
    en: str


class NamedView(WireModel):
    """A thing of the configuration by its id and names."""

    id: Identifier
    names: NamesView


class PointView(NamedView):
    """A service point, with its host municipality."""

    host: NamedView


class TerminalView(NamedView):
    """The terminal that a session speaks for."""

    kind: TerminalKind
    point: PointView


class MatterView(WireModel):
    """Who asks for what and where: what the expert sees before and during the call, and the kiosk while it lasts."""

    provider: NamedView
    service: NamedView
    ring: NamedView
    point: PointView
    terminal: NamedView
    terminal_kind: TerminalKind
    language: Language
    requested_at: AwareDatetime


class QueueView(WireModel):
    """The place of a contact that waits: 1 is the next to be offered. `waiting` counts it too."""

    place: int = Field(ge=1)
    waiting: int = Field(ge=1)
    ready: int = Field(ge=0, description="experts of the ring who are ready and free now")
    on_duty: int = Field(ge=0, description="experts of the ring who are ready or in a call")


class ContactView(WireModel):
    """The terminal's present or latest contact."""

    id: Identifier
    state: ContactState
    matter: MatterView | None = Field(description="absent once the contact has ended")
    queue: QueueView | None = Field(description="present while the contact waits, is held or is being offered")
    outcome: ContactOutcome | None = Field(description="present once the contact has ended")


class OfferView(WireModel):
    """The expert's present or latest offer. `expires_at` is by the server's clock: count against `server_time`."""

    id: Identifier
    state: OfferState
    contact: Identifier
    matter: MatterView | None = Field(description="present while the offer is open")
    opened_at: AwareDatetime
    expires_at: AwareDatetime
    reason: str | None = Field(description="why it was declined or withdrawn")


class SeatView(WireModel):
    """A participant of a call. `label` is what to show beside the picture; never a customer's name."""

    id: Identifier
    kind: SeatKind
    state: SeatState
    epoch: int = Field(ge=0, description="grows each time the seat joins with new media")
    label: NamesView


class PeerView(WireModel):
    """How this seat negotiates with another one: roles and generation are the server's to give.

    `generation` names the one peer connection of the pair: a higher one replaces it whole. Exactly one of the two is
    polite (yields on glare), and exactly one offers first (creates the media lines).
    """

    seat: Identifier
    generation: int = Field(ge=0)
    polite: bool
    offers_first: bool


class CallView(WireModel):
    """The present or latest call of this terminal or member of staff."""

    id: Identifier
    contact: Identifier
    state: CallState
    topology: Literal["mesh"]
    me: Identifier = Field(description="the id of this session's own seat")
    seats: list[SeatView]
    peers: list[PeerView] = Field(description="the other seats that this one connects to now")
    matter: MatterView | None = Field(description="absent once the call has ended")
    started_at: AwareDatetime
    connected_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    outcome: CallOutcome | None


class PresenceView(WireModel):
    """The status of a member of staff: what they chose, and since when."""

    state: PresenceState
    reason: PauseReason | None
    since: AwareDatetime


class WaitingView(WireModel):
    """A contact in a ring's queue, in the order in which it is to be served."""

    contact: Identifier
    state: ContactState
    service: NamedView
    point: NamedView
    language: Language
    requested_at: AwareDatetime


class RingView(WireModel):
    """A ring as its experts and supervisors see it."""

    ring: NamedView
    provider: NamedView
    open: bool
    closes_at: AwareDatetime | None
    opens_at: AwareDatetime | None
    waiting: list[WaitingView]
    ready: int = Field(ge=0)
    offered: int = Field(ge=0, description="experts whom an offer is ringing")
    in_call: int = Field(ge=0)
    paused: int = Field(ge=0)


class BoardTerminalView(WireModel):
    """A terminal of a point, on the point's board."""

    terminal: NamedView
    kind: TerminalKind
    connected: bool
    contact_state: ContactState | None = Field(description="absent when nobody has a contact there")
    service: NamedView | None
    provider: NamedView | None
    since: AwareDatetime | None = Field(description="when the contact was requested")


class PointBoardView(WireModel):
    """A service point as its advisors see it."""

    point: NamedView
    terminals: list[BoardTerminalView]


class StaffView(NamedView):
    """The member of staff that a session speaks for."""

    name: str
    organisation: NamedView
    organisation_kinds: list[OrganisationKind]
    roles: list[Role]


class TerminalSnapshot(WireModel):
    """All that a terminal knows of itself."""

    role: Literal["terminal"] = "terminal"
    terminal: TerminalView
    contact: ContactView | None
    call: CallView | None


class StaffSnapshot(WireModel):
    """All that a console knows: `rings` and `points` are those that the person's roles let them see."""

    role: Literal["staff"] = "staff"
    staff: StaffView
    presence: PresenceView | None = Field(description="absent for those who take no calls")
    offer: OfferView | None
    call: CallView | None
    rings: list[RingView]
    points: list[PointBoardView]
