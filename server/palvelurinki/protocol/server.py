"""What the server sends.

`welcome`, `ack`, `error` and `closing` answer at once and carry no number. Events carry `seq`, grow by one and are
kept until acknowledged: after `resume` those that the client has not seen come again, or a snapshot in their stead.
"""

from typing import Annotated, Literal

from pydantic import (
    AwareDatetime,
    Field,
    JsonValue,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from palvelurinki.protocol.base import Identifier, WireModel
from palvelurinki.protocol.client import Candidate, Description
from palvelurinki.protocol.views import (
    CallView,
    ContactView,
    OfferView,
    PointBoardView,
    PresenceView,
    RingView,
    StaffSnapshot,
    TerminalSnapshot,
)

SignalId = Annotated[str, StringConstraints(min_length=1, max_length=130)]
Snapshot = Annotated[TerminalSnapshot | StaffSnapshot, Field(discriminator="role")]


class IceServer(WireModel):
    """An RTCIceServer; the credentials are short-lived and come anew with each welcome."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class Welcome(WireModel):
    """The answer to hello. `snapshot` is absent after a resume whose missed events follow; its state is as of `seq`."""

    type: Literal["welcome"] = "welcome"
    version: int
    session: Identifier
    resume_token: str
    resumed: bool
    seq: int
    snapshot: Snapshot | None
    heartbeat_s: int
    ice_servers: list[IceServer]
    server_time: AwareDatetime


class Ack(WireModel):
    """The command was done. What it made is named: a `contact`, a `call`.

    `ice_servers`, with a heartbeat's answer: those to use from now on, for the credentials of before soon run out.
    """

    type: Literal["ack"] = "ack"
    re: str
    contact: Identifier | None = None
    call: Identifier | None = None
    ice_servers: list[IceServer] | None = None
    server_time: AwareDatetime


class ErrorMessage(WireModel):
    """The command was refused, or the frame could not be read (`re` is then absent). The connection goes on.

    `code` is stable and what a client translates for people; `message` is English for developers.
    """

    type: Literal["error"] = "error"
    re: str | None
    code: str
    message: str
    details: dict[str, JsonValue] = Field(default_factory=dict)


class Closing(WireModel):
    """The server is about to close the socket, and why. `resumable`: come back with the resume token.

    `retry_after_s`: when to come back, to the same address; absent when at once will do.
    """

    type: Literal["closing"] = "closing"
    code: str
    message: str
    resumable: bool
    retry_after_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None

    @field_validator("retry_after_s", mode="wrap")
    @classmethod
    def _wish_that_makes_sense(cls, value: object, read: ValidatorFunctionWrapHandler) -> float | None:
        # Any other is no reason to give up a session: it is then no wish at all.
        try:
            wish: float | None = read(value)
        except ValidationError:
            return None
        return wish


class Event(WireModel):
    """Something changed: `seq` numbers the session's events from 1."""

    seq: Annotated[int, Field(ge=1)]


class SnapshotEvent(Event):
    """What was missed is no longer kept: the whole state instead."""

    type: Literal["snapshot"] = "snapshot"
    snapshot: Snapshot


class ContactChanged(Event):
    """The terminal's contact is now this."""

    type: Literal["contact"] = "contact"
    contact: ContactView | None


class CallChanged(Event):
    """The call is now this."""

    type: Literal["call"] = "call"
    call: CallView | None


class OfferChanged(Event):
    """The expert's offer is now this."""

    type: Literal["offer"] = "offer"
    offer: OfferView | None


class PresenceChanged(Event):
    """The person's status is now this."""

    type: Literal["presence"] = "presence"
    presence: PresenceView | None


class RingChanged(Event):
    """One of the rings is now this; it replaces the one of the same `ring.id`."""

    type: Literal["ring"] = "ring"
    ring: RingView


class PointChanged(Event):
    """One of the boards is now this; it replaces the one of the same `point.id`."""

    type: Literal["point"] = "point"
    point: PointBoardView


class Signalled(Event):
    """A signal from another seat of the call. After a resume one may come again under another number: act on it once.

    `id` is the signal's own: the sender's seat and operation.
    """

    type: Literal["signal"] = "signal"
    id: SignalId
    call: Identifier
    sender: Identifier
    generation: int
    description: Description | None = None
    candidate: Candidate | None = None


ServerEvent = Annotated[
    SnapshotEvent
    | ContactChanged
    | CallChanged
    | OfferChanged
    | PresenceChanged
    | RingChanged
    | PointChanged
    | Signalled,
    Field(discriminator="type"),
]
ServerMessage = Annotated[
    Welcome
    | Ack
    | ErrorMessage
    | Closing
    | SnapshotEvent
    | ContactChanged
    | CallChanged
    | OfferChanged
    | PresenceChanged
    | RingChanged
    | PointChanged
    | Signalled,
    Field(discriminator="type"),
]

SERVER_MESSAGE: TypeAdapter[ServerMessage] = TypeAdapter(ServerMessage)
