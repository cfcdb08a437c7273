"""What a decision asks its caller to do, in the same transaction that saves the decision. Data, nothing more."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from palvelurinki.domain.call import Call, CallId
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.offer import Offer
from palvelurinki.domain.situation import FollowUp, FurtherMatter, Resolution


class DeadlineKind(StrEnum):
    """What is due when a deadline falls."""

    OFFER_EXPIRY = "offer_expiry"
    """Subject: an offer."""
    CONTACT_RETRY = "contact_retry"
    """Subject: a contact that everybody has passed by."""
    CLOSING = "closing"
    """Subject: a contact whose ring ends what waits when it closes."""
    WRAP_UP = "wrap_up"
    """Subject: a member of staff who is finishing a call."""
    OCCUPANT_GRACE = "occupant_grace"
    """Subject: a terminal or a member of staff who is away from a contact or a call."""
    PRESENCE_GRACE = "presence_grace"
    """Subject: a member of staff whose console is away."""
    CONNECTION_LOST = "connection_lost"
    """Subject: a principal whose socket is away; due at once, so that a crash cannot leave it undone."""
    SIGN_IN_END = "sign_in_end"
    """Subject: a principal whose sign-in ends then unless it is used before."""
    LINE_PROOF = "line_proof"
    """Subject: a contact whose terminal has not shown that it can call."""


@dataclass(frozen=True, slots=True)
class SetDeadline:
    """Come back to `subject` at `due`; one of the same kind and subject is replaced."""

    kind: DeadlineKind
    subject: str
    due: datetime


@dataclass(frozen=True, slots=True)
class ClearDeadline:
    """The deadline is no longer needed; that there is none is no error."""

    kind: DeadlineKind
    subject: str


@dataclass(frozen=True, slots=True)
class Claim:
    """The person now holds this contact (I1). When they hold one already, the transaction fails with StaffBusy."""

    staff: StaffId


class FreeReason(StrEnum):
    """How a person came free, which decides their place in the order."""

    CALL_OVER = "call_over"
    DECLINED = "declined"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Free:
    """The person no longer holds the contact."""

    staff: StaffId
    reason: FreeReason


@dataclass(frozen=True, slots=True)
class RecordServiceEvent:
    """The call is over and leaves its one service event (I4)."""

    call: Call
    offer: Offer


@dataclass(frozen=True, slots=True)
class DropHandoffs:
    """The handoff notes of these contacts, or of matters that would have become contacts, are destroyed (I8)."""

    contacts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoOn:
    """The visit goes on: the first of these matters that can be begun becomes the terminal's contact.

    The rest of them stay behind it; those before it, which cannot, go with their notes.
    """

    matters: tuple[FurtherMatter, ...]


@dataclass(frozen=True, slots=True)
class Afterword:
    """What is known only after a call; None: that is not what has become known.

    `expert_after_s`, `advisor_after_s`: how long after the end they were done. `satisfaction`: 1 (poor) to 5 (good).
    """

    resolution: Resolution | None = None
    follow_ups: tuple[FollowUp, ...] | None = None
    expert_after_s: int | None = None
    advisor_after_s: int | None = None
    satisfaction: int | None = None


@dataclass(frozen=True, slots=True)
class CompleteServiceEvent:
    """The service event that the call has left is to say this too."""

    call: CallId
    afterword: Afterword


Effect: TypeAlias = (
    SetDeadline | ClearDeadline | Claim | Free | RecordServiceEvent | CompleteServiceEvent | DropHandoffs | GoOn
)
