"""The service situation on the wire: what the point tells of a contact, and how it is concluded."""

from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from palvelurinki.domain.contact import ContactOutcome, ContactState
from palvelurinki.domain.directory import TerminalKind
from palvelurinki.domain.situation import AskedBy, FollowUp, IdentityCheck, Line, LineFault, Resolution
from palvelurinki.protocol.base import Identifier, Language, WireModel
from palvelurinki.protocol.named import NamedView, NamesView

# Above what a note may be, so that a longer one gets the answer that says so; far below the frame's bound.
NoteText = Annotated[str, StringConstraints(max_length=15_000)]


class HandoffPart(WireModel):
    """The advisor's note to the expert, by its three questions. Never stored beyond its contact (I8)."""

    what: NoteText
    tried: NoteText = ""
    wanted: NoteText = ""


class FurtherPart(WireModel):
    """A matter to be taken up after the first one."""

    service: Identifier
    handoff: HandoffPart | None = None


class LineView(WireModel):
    """Whether the terminal has shown that it can call, and what keeps it from it."""

    state: Line
    faults: list[LineFault]


class CalledView(WireModel):
    """The advisor is asked to come."""

    by: AskedBy
    at: AwareDatetime


class ConclusionView(WireModel):
    """What the expert has written down of the call."""

    resolution: Resolution
    follow_ups: list[FollowUp]


class FurtherView(WireModel):
    """A matter that comes next. `id` will be its contact's."""

    id: Identifier
    service: NamedView
    provider: NamedView
    asked_at: AwareDatetime


class CustomerSideView(WireModel):
    """The situation as the terminal shows it to the customer. `reference`: what to name when asking about it later."""

    reference: str
    by_advisor: bool = Field(description="an advisor has connected it")
    line: LineView
    attending_since: AwareDatetime | None = Field(description="since when the advisor is beside the customer")
    called: CalledView | None
    further: list[FurtherView]
    conclusion: ConclusionView | None
    rated: bool


class SisterTerminalView(NamedView):
    """A terminal of the same point: the expert may suggest a move. `free`: it is there, and nobody has a contact.

    Which are free is told during the call; before and after it none is.
    """

    kind: TerminalKind
    free: bool


class BriefView(WireModel):
    """The situation as the expert sees it, with the ringing and during the call.

    `handoff` is there while the contact is open. `reference`: to copy into the provider's own system.
    """

    reference: str
    by_advisor: bool
    handoff: HandoffPart | None
    identity: IdentityCheck
    interpreter: Language | None
    attending_since: AwareDatetime | None
    called: CalledView | None
    terminals: list[SisterTerminalView] = Field(description="of the point; the present one is the matter's")
    conclusion: ConclusionView | None


class BoardQueueView(WireModel):
    """Where a contact of the point stands in its queue. `p50_s`, `p80_s` count from `at`: see `EstimateView`."""

    place: int = Field(ge=1)
    waiting: int = Field(ge=1)
    at: AwareDatetime | None
    p50_s: float | None
    p80_s: float | None


class BoardContactView(WireModel):
    """A terminal's contact as the point's advisors see it; the latest one also after its end, until it is finished."""

    id: Identifier
    visit: Identifier
    reference: str
    state: ContactState
    service: NamedView
    provider: NamedView
    language: Language
    requested_at: AwareDatetime
    asked_by: Identifier | None = Field(description="the advisor who connected it; absent: the customer did")
    identity: IdentityCheck
    interpreter: Language | None
    handoff: HandoffPart | None = Field(description="as the expert sees it, while the contact is open")
    line: LineView
    queue: BoardQueueView | None = Field(description="present while it waits, is held or is being offered")
    connected_at: AwareDatetime | None = Field(description="when picture and sound began to flow in its call")
    attending: Identifier | None = Field(description="the advisor who is beside the customer")
    attending_name: str | None
    attending_since: AwareDatetime | None
    called: CalledView | None
    further: list[FurtherView]
    ended_at: AwareDatetime | None
    outcome: ContactOutcome | None
    conclusion: ConclusionView | None


class EServiceView(WireModel):
    """Where the matter can be settled without an expert."""

    names: NamesView
    address: str


class TaskView(NamedView):
    """Something to do at the counter after the call."""


class GuidanceView(WireModel):
    """What a service's instructions say to the advisor, and in part to the customer."""

    e_service: EServiceView | None
    documents: list[NamesView] = Field(description="what to bring or have at hand")
    advice: NamesView | None = Field(description="for the advisor")
    tasks: list[TaskView]
    instead: NamesView | None = Field(description="what to do about a matter that is never settled by video")
