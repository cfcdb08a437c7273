"""What has happened: past tense, plain data, no person's name.

They go to the outbox in the transaction that made them, with the topics that tell whom to wake.
"""

from dataclasses import dataclass
from typing import TypeAlias

from palvelurinki.domain.call import CallId, CallOutcome, SeatId
from palvelurinki.domain.contact import ContactOutcome
from palvelurinki.domain.directory import StaffId, TerminalId
from palvelurinki.domain.offer import OfferId, OfferState, RingingState
from palvelurinki.domain.situation import AskedBy, Line, Resolution


@dataclass(frozen=True, slots=True)
class ContactRequested:
    """A customer waits. `line`: whether their terminal has shown that it can call."""

    line: Line = Line.PROVEN


@dataclass(frozen=True, slots=True)
class ContactOffered:
    """The consoles of these experts ring."""

    offer: OfferId
    staff: tuple[StaffId, ...]


@dataclass(frozen=True, slots=True)
class OfferClosed:
    """An offer is no longer open."""

    offer: OfferId
    state: OfferState
    accepted_by: StaffId | None


@dataclass(frozen=True, slots=True)
class RingingEnded:
    """An offer no longer rings at one expert, and goes on at others."""

    offer: OfferId
    staff: StaffId
    state: RingingState
    reason: str | None


@dataclass(frozen=True, slots=True)
class ContactQuieted:
    """Everybody on duty has passed it by."""


@dataclass(frozen=True, slots=True)
class ContactUnquieted:
    """Everybody may be asked again."""


@dataclass(frozen=True, slots=True)
class ContactReconsidered:
    """Somebody who let it ring out may be asked again."""


@dataclass(frozen=True, slots=True)
class LanguageSet:
    """The language to serve in changed."""

    language: str


@dataclass(frozen=True, slots=True)
class ContactHeld:
    """The terminal is away; the contact keeps its place."""


@dataclass(frozen=True, slots=True)
class ContactResumed:
    """The terminal is back; the contact waits again."""


@dataclass(frozen=True, slots=True)
class ContactContinued:
    """Whoever stands at the terminal in another session than before has said that the contact is theirs."""


@dataclass(frozen=True, slots=True)
class LineReported:
    """The terminal has said whether it can call."""

    line: Line


@dataclass(frozen=True, slots=True)
class NoteTaken:
    """There is a handoff note, or none any more."""


@dataclass(frozen=True, slots=True)
class MatterAdded:
    """The customer has come for another matter too."""

    matter: str


@dataclass(frozen=True, slots=True)
class MatterDropped:
    """That matter is not taken up."""

    matter: str


@dataclass(frozen=True, slots=True)
class ContactMoved:
    """The contact goes on at another terminal of its point."""

    seen_at: TerminalId
    terminal: TerminalId


@dataclass(frozen=True, slots=True)
class AttendanceChanged:
    """The advisor is beside the customer, or no longer."""

    present: bool


@dataclass(frozen=True, slots=True)
class AdvisorAsked:
    """The advisor is asked to come, or no longer."""

    by: AskedBy
    wanted: bool


@dataclass(frozen=True, slots=True)
class CallConcluded:
    """The expert has written down what became of the matter."""

    call: CallId
    resolution: Resolution


@dataclass(frozen=True, slots=True)
class ContactFinished:
    """The advisor has done what is done afterwards."""


@dataclass(frozen=True, slots=True)
class ContactRated:
    """The customer has said how satisfied they are, 1 (poor) to 5 (good)."""

    satisfaction: int


@dataclass(frozen=True, slots=True)
class CallStarted:
    """An expert accepted."""

    call: CallId
    staff: StaffId


@dataclass(frozen=True, slots=True)
class SeatChanged:
    """A seat joined, was lost, came back or left."""

    call: CallId
    seat: SeatId
    state: str


@dataclass(frozen=True, slots=True)
class CallConnected:
    """Media flow between the customer and the expert for the first time."""

    call: CallId


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The call is over."""

    call: CallId
    outcome: CallOutcome


@dataclass(frozen=True, slots=True)
class ContactEnded:
    """The contact is over."""

    outcome: ContactOutcome


ContactEvent: TypeAlias = (
    ContactRequested
    | ContactOffered
    | OfferClosed
    | RingingEnded
    | ContactQuieted
    | ContactUnquieted
    | ContactReconsidered
    | LanguageSet
    | ContactHeld
    | ContactResumed
    | ContactContinued
    | LineReported
    | NoteTaken
    | MatterAdded
    | MatterDropped
    | ContactMoved
    | AttendanceChanged
    | AdvisorAsked
    | CallConcluded
    | ContactFinished
    | ContactRated
    | CallStarted
    | SeatChanged
    | CallConnected
    | CallEnded
    | ContactEnded
)
