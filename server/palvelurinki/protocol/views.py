"""What a client sees of the truth: the parts of a snapshot, each of which an event replaces whole (I9).

A view that has come to its end (a contact that ended, an offer that was declined, a call that was hung up) stays with
its id, state and outcome only, until the next one takes its place: a client learns how it ended even when it was away
at that moment, and nothing of the matter remains.
"""

from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from palvelurinki.domain.call import CallOutcome, CallState, SeatKind, SeatState
from palvelurinki.domain.contact import ContactOutcome, ContactState
from palvelurinki.domain.directory import LanguageRule, OrganisationKind, Role, Strategy, TerminalKind, UnitRule
from palvelurinki.domain.offer import RingingState
from palvelurinki.domain.presence import PresenceState
from palvelurinki.domain.waiting.estimate import Growth, Obstacle
from palvelurinki.protocol.base import Identifier, Language, WireModel
from palvelurinki.protocol.named import NamedView, NamesView
from palvelurinki.protocol.situation import BoardContactView, BriefView, CustomerSideView


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


class GrowthView(WireModel):
    """Why a wait grew, and how many experts, contacts or calls it is about."""

    cause: Growth
    count: int = Field(ge=1)


class EstimateView(WireModel):
    """How much longer a contact is to wait: with even chances at most `p50_s`, four times out of five `p80_s`.

    Both are absent, and `cannot` says why, when it cannot be estimated; `p80_s` alone is absent when the ring may well
    close before. They are counted from `at`, when the estimate was made: a client subtracts what has passed since,
    never below zero, and a newer estimate comes in time.
    """

    at: AwareDatetime
    p50_s: float | None = Field(ge=0)
    p80_s: float | None = Field(ge=0)
    cannot: Obstacle | None
    grew: GrowthView | None = Field(description="why the wait is longer in all than the estimate before said")


class ClosingView(WireModel):
    """When the ring closes. `served`: those who wait then are still served."""

    at: AwareDatetime
    served: bool
    chance: float | None = Field(ge=0, le=1, description="how likely it is that this contact is answered before")


class QueueView(WireModel):
    """The place of a contact that waits: 1 is the next to be offered. `waiting` counts it too."""

    place: int = Field(ge=1)
    waiting: int = Field(ge=1)
    ready: int = Field(ge=0, description="experts of the ring who are ready and free now")
    on_duty: int = Field(ge=0, description="experts of the ring who are ready, rung, in a call or finishing one")
    estimate: EstimateView | None = Field(description="absent until the first one is made")
    closing: ClosingView | None = Field(description="absent when the ring is closed, or open without an end")


class ToContinueView(WireModel):
    """The contact was begun in another session of the terminal, and whoever stands there now may be somebody else.

    It keeps its place until `until`, which is absent until it is known. It goes on by `continue_contact`, and ends by
    `leave_contact`, or by itself. `language`: what the customer read, to ask in.
    """

    until: AwareDatetime | None
    language: Language


class ContactView(WireModel):
    """The terminal's present or latest contact. While it is to be continued nothing of its matter is told."""

    id: Identifier
    state: ContactState
    matter: MatterView | None = Field(description="absent once the contact has ended, and while it is to be continued")
    queue: QueueView | None = Field(description="present while the contact waits, is held or is being offered")
    to_continue: ToContinueView | None = Field(description="present while it waits to be continued in this session")
    outcome: ContactOutcome | None = Field(description="present once the contact has ended")
    situation: CustomerSideView | None = Field(description="absent while it is to be continued")


class StepView(WireModel):
    """What a ring asks of an expert after `after_s` of waiting (see the configuration's `steps`)."""

    after_s: int = Field(ge=0)
    language: LanguageRule
    unit: UnitRule
    level: int | None
    skill: int = Field(ge=1)


class ChoiceView(WireModel):
    """Why an offer came to this expert: what the ring asked for, and who else was there."""

    strategy: Strategy
    step: StepView
    early: bool = Field(description="the step applies before its time, because nobody on duty was what others ask")
    language_eased: bool = Field(description="the expert lacks the contact's language, for which an earlier step asked")
    overflow: bool = Field(description="the expert is of another ring, to which the contact overflowed")
    on_duty: int = Field(ge=1)
    suitable: int = Field(ge=1, description="of those on duty, who may take it")
    free: int = Field(ge=1, description="of the suitable, who were free and had not passed it by")
    ahead: int = Field(ge=0, description="contacts that stood before it and suited none of the free experts")
    skill: int = Field(ge=1, description="this expert's skill in the service")
    idle_since: AwareDatetime


class OfferView(WireModel):
    """The present or latest offer at this expert. `expires_at` is by the server's clock: count against `server_time`.

    `state` is what became of it at this expert; `others` at how many more it rings now.
    """

    id: Identifier
    state: RingingState
    contact: Identifier
    matter: MatterView | None = Field(description="present while it rings")
    opened_at: AwareDatetime
    expires_at: AwareDatetime
    others: int = Field(ge=0)
    why: ChoiceView | None = Field(description="present while it rings")
    reason: str | None = Field(description="why it was declined or withdrawn")
    brief: BriefView | None = Field(description="present while it rings")


class SeatView(WireModel):
    """A participant of a call. `label` is what to show beside the picture; never a customer's name."""

    id: Identifier
    kind: SeatKind
    state: SeatState
    epoch: int = Field(ge=0, description="grows each time the seat joins with new media")
    away_until: AwareDatetime | None = Field(description="present while it is away: how long its place is kept")
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
    brief: BriefView | None = Field(description="for staff; without the note once the call has ended")


class WrapUpView(WireModel):
    """The time for finishing a call. `most` is the latest instant to which it may be extended."""

    since: AwareDatetime
    until: AwareDatetime
    most: AwareDatetime


class PresenceView(WireModel):
    """The status of a member of staff: what they chose, and since when.

    `reason` is `arrived` or `missed` (the server's word), or the id of one of the provider's, with its names.
    """

    state: PresenceState
    reason: Identifier | None
    reason_names: NamesView | None
    since: AwareDatetime
    wrap_up: WrapUpView | None = Field(description="present while they are finishing a call")


class WaitingView(WireModel):
    """A contact in a ring's queue, in the order in which it is to be served."""

    contact: Identifier
    state: ContactState
    service: NamedView
    point: NamedView
    language: Language
    requested_at: AwareDatetime
    head_start_s: int = Field(ge=0, description="it is served as if it had come this much earlier")
    resting: bool = Field(description="everybody on duty has passed it by: nobody is asked for a moment")
    estimate: EstimateView | None


class MemberActivity(StrEnum):
    """What a member of a ring is doing."""

    OFFLINE = "offline"
    PAUSED = "paused"
    READY = "ready"
    RINGING = "ringing"
    IN_CALL = "in_call"
    WRAP_UP = "wrap_up"


class MemberView(WireModel):
    """A member of a ring, as its supervisor sees them."""

    staff: Identifier
    name: str
    activity: MemberActivity
    reason_names: NamesView | None
    since: AwareDatetime | None


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
    wrap_up: int = Field(ge=0, description="experts who are finishing a call")
    paused: int = Field(ge=0)
    served_after_closing: bool
    members: list[MemberView] | None = Field(description="for supervisors only")


class BoardTerminalView(WireModel):
    """A terminal of a point, on the point's board."""

    terminal: NamedView
    kind: TerminalKind
    connected: bool
    contact_state: ContactState | None = Field(description="absent when nobody has a contact there")
    service: NamedView | None
    provider: NamedView | None
    since: AwareDatetime | None = Field(description="when the contact was requested")
    contact: BoardContactView | None = Field(description="the live one, or the last one until it is finished")


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
    pause_reasons: list[NamedView] = Field(description="what an expert of this provider may be paused for")


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
