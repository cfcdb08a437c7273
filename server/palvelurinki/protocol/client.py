"""What a client sends.

Each message after `hello` has an `id`, chosen by the client and never used again by it: the operation's id, by which
a repeated message acts once and gets the same answer (I2).
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from palvelurinki.domain.offer import DeclineReason
from palvelurinki.protocol.base import Identifier, Language, WireModel

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
    """The terminal asks for a service. Ack: `contact`."""

    type: Literal["request_contact"] = "request_contact"
    service: Identifier
    language: Language


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
