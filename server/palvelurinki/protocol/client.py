"""What a client sends.

Each message after `hello` has an `id`, chosen by the client and never used again by it: the operation's id, by which
a repeated message acts once and gets the same answer (I2).
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from palvelurinki.domain.offer import DeclineReason
from palvelurinki.domain.situation import FollowUp, IdentityCheck, LineFault, Resolution
from palvelurinki.protocol.base import Identifier, Language, WireModel
from palvelurinki.protocol.situation import FurtherPart, HandoffPart

OperationId = Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Token = Annotated[str, StringConstraints(min_length=16, max_length=256, pattern=r"^[A-Za-z0-9_.-]+$")]
# An offer of four media lines with every codec of Chromium is 8 KiB; the frame's bound holds above this one.
SdpText = Annotated[str, StringConstraints(max_length=48 * 1024)]


class Resume(WireModel):
    """The session to go on with, and the last event that was handled in it."""

    token: Token
    last_seq: Annotated[int, Field(ge=0)]


class Hello(WireModel):
    """The first message, within 5 s: a fresh `ticket`, or a session to `resume`; exactly one of the two."""

    type: Literal["hello"] = "hello"
    version: int
    ticket: Token | None = None
    resume: Resume | None = None


class Command(WireModel):
    """A message that asks for something; answered by `ack` or `error` with `re` = its id."""

    id: OperationId


class Heartbeat(Command):
    """Sent every `heartbeat_s`; `seq` acknowledges all events up to it."""

    type: Literal["heartbeat"] = "heartbeat"
    seq: Annotated[int, Field(ge=0)]


class RequestContact(Command):
    """The terminal asks for a service. Ack: `contact`.

    `proven`: it has shown in this session that it can call; otherwise nobody is rung until it has (`report_line`).
    `visit`: that of an earlier contact of the same customer.
    """

    type: Literal["request_contact"] = "request_contact"
    service: Identifier
    language: Language
    proven: bool = True
    visit: Identifier | None = None


class RequestForCustomer(Command):
    """The advisor connects the customer to an authority, at a terminal of their point. Ack: `contact`.

    `prepared_s`: how long they have prepared it. `visit`: as in `request_contact`. `further`: what is taken up next.
    """

    type: Literal["request_for_customer"] = "request_for_customer"
    terminal: Identifier
    service: Identifier
    language: Language
    handoff: HandoffPart | None = None
    identity: IdentityCheck = IdentityCheck.NOT_CHECKED
    interpreter: Language | None = None
    prepared_s: Annotated[int, Field(ge=0, le=4 * 3600)] = 0
    visit: Identifier | None = None
    further: Annotated[list[FurtherPart], Field(max_length=5)] = Field(default_factory=list)


class AmendHandoff(Command):
    """The advisor puts another note in place of the contact's."""

    type: Literal["amend_handoff"] = "amend_handoff"
    contact: Identifier
    handoff: HandoffPart


class AddMatter(Command):
    """The advisor adds a matter of the same visit: its contact begins when the present one has ended."""

    type: Literal["add_matter"] = "add_matter"
    contact: Identifier
    matter: FurtherPart


class DropMatter(Command):
    """A matter that was to come next is not taken up. `matter`: its id."""

    type: Literal["drop_matter"] = "drop_matter"
    contact: Identifier
    matter: Identifier


class ReportLine(Command):
    """The terminal has checked whether it can call: without `faults` it can."""

    type: Literal["report_line"] = "report_line"
    contact: Identifier
    faults: Annotated[list[LineFault], Field(max_length=len(LineFault))]


class MoveContact(Command):
    """The advisor moves a contact to another terminal of the point: no new queueing, the same call, one record.

    `seen_at`: the terminal at which they see it; when another advisor was faster, it is no longer there.
    """

    type: Literal["move_contact"] = "move_contact"
    contact: Identifier
    seen_at: Identifier
    terminal: Identifier


class AttendContact(Command):
    """The advisor is beside the customer from now on, or (`present` false) no longer. Everybody is shown."""

    type: Literal["attend_contact"] = "attend_contact"
    contact: Identifier
    present: bool


class CallAdvisor(Command):
    """The customer or the expert asks the advisor to come, or (`wanted` false) no longer."""

    type: Literal["call_advisor"] = "call_advisor"
    contact: Identifier
    wanted: bool


class CloseContact(Command):
    """The advisor ends a contact at a terminal of their point: the customer has gone."""

    type: Literal["close_contact"] = "close_contact"
    contact: Identifier


class ConcludeCall(Command):
    """The expert writes down what became of the matter, during the call or after it."""

    type: Literal["conclude_call"] = "conclude_call"
    call: Identifier
    resolution: Resolution
    follow_ups: Annotated[list[FollowUp], Field(max_length=len(FollowUp))] = Field(default_factory=list)


class FinishContact(Command):
    """The advisor has done what is done after a contact."""

    type: Literal["finish_contact"] = "finish_contact"
    contact: Identifier


class RateContact(Command):
    """How satisfied the customer is, from 1 (poor) to 5 (good)."""

    type: Literal["rate_contact"] = "rate_contact"
    contact: Identifier
    satisfaction: Annotated[int, Field(ge=1, le=5)]


class SetLanguage(Command):
    """The customer changed the language of the contact while waiting."""

    type: Literal["set_language"] = "set_language"
    contact: Identifier
    language: Language


class LeaveContact(Command):
    """The customer no longer waits, or whoever stands there now does not continue the contact.

    In a call of one's own `leave_call` is the word.
    """

    type: Literal["leave_contact"] = "leave_contact"
    contact: Identifier


class ContinueContact(Command):
    """Whoever stands at the terminal says that its contact, begun in another session, is theirs (`to_continue`)."""

    type: Literal["continue_contact"] = "continue_contact"
    contact: Identifier


class MakeReady(Command):
    """The expert takes calls."""

    type: Literal["make_ready"] = "make_ready"


class Pause(Command):
    """The expert takes no further calls; one that runs goes on. `reason` is an id of the provider's list."""

    type: Literal["pause"] = "pause"
    reason: Identifier


class ExtendWrapUp(Command):
    """The expert needs longer for finishing the last call. `make_ready` says that they are done with it."""

    type: Literal["extend_wrap_up"] = "extend_wrap_up"


class AcceptOffer(Command):
    """The expert takes the offered contact. Ack: `call`."""

    type: Literal["accept_offer"] = "accept_offer"
    offer: Identifier


class DeclineOffer(Command):
    """The expert does not take the offered contact."""

    type: Literal["decline_offer"] = "decline_offer"
    offer: Identifier
    reason: DeclineReason


class JoinCall(Command):
    """This client takes its seat with new media: at first, after a reload, or to rebuild what would not connect.

    The seat's epoch grows, so every peer connection of the seat is made anew.
    """

    type: Literal["join_call"] = "join_call"
    call: Identifier


class ReportMedia(Command):
    """Media with all peers flow in both directions: the first time is what the record calls `connected`."""

    type: Literal["report_media"] = "report_media"
    call: Identifier


class LeaveCall(Command):
    """Hang up. When the customer or the expert leaves, the call ends."""

    type: Literal["leave_call"] = "leave_call"
    call: Identifier


class Description(WireModel):
    """An RTCSessionDescription. An empty one is never sent: rollback is local."""

    type: Literal["offer", "answer"]
    sdp: SdpText


class Candidate(WireModel):
    """An RTCIceCandidate; an empty `candidate` says that there are no more."""

    candidate: Annotated[str, StringConstraints(max_length=2048)]
    sdp_mid: Annotated[str, StringConstraints(max_length=64)] | None = None
    sdp_m_line_index: Annotated[int, Field(ge=0, le=64)] | None = None
    username_fragment: Annotated[str, StringConstraints(max_length=256)] | None = None


class Signal(Command):
    """A description or a candidate for one other seat of a call; exactly one of the two. Relayed, never stored (I8)."""

    type: Literal["signal"] = "signal"
    call: Identifier
    to: Identifier
    generation: Annotated[int, Field(ge=0)]
    description: Description | None = None
    candidate: Candidate | None = None


ClientCommand = Annotated[
    Heartbeat
    | RequestContact
    | RequestForCustomer
    | AmendHandoff
    | AddMatter
    | DropMatter
    | ReportLine
    | MoveContact
    | AttendContact
    | CallAdvisor
    | CloseContact
    | ConcludeCall
    | FinishContact
    | RateContact
    | SetLanguage
    | LeaveContact
    | ContinueContact
    | MakeReady
    | Pause
    | ExtendWrapUp
    | AcceptOffer
    | DeclineOffer
    | JoinCall
    | ReportMedia
    | LeaveCall
    | Signal,
    Field(discriminator="type"),
]

CLIENT_COMMAND: TypeAdapter[ClientCommand] = TypeAdapter(ClientCommand)
