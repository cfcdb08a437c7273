"""What can be refused. One hierarchy; every error has a stable code that clients translate for people.

    PalvelurinkiError
    ├── Refused               the command cannot be done in the present state; asking again changes nothing
    │   ├── TransitionRefused     state.refused
    │   ├── UnknownThing          thing.unknown
    │   ├── UnknownEnrolment      enrolment.unknown
    │   ├── ServiceNotRemote      service.not_remote
    │   ├── RingClosed            ring.closed
    │   ├── TerminalBusy          terminal.busy
    │   ├── TerminalAway          terminal.away
    │   ├── ContactElsewhere      contact.elsewhere
    │   ├── ContactOver           contact.over
    │   ├── NoteTooLong           handoff.too_long
    │   ├── TooManyMatters        visit.too_many
    │   ├── LineNotProven         line.not_proven
    │   ├── AlreadyRated          contact.rated
    │   ├── StaffBusy             staff.busy
    │   ├── WrapUpOver            wrap_up.over
    │   ├── UnknownPauseReason    pause.unknown_reason
    │   ├── OfferNotYours         offer.not_yours
    │   ├── OfferExpired          offer.expired
    │   ├── OfferClosed           offer.closed
    │   ├── CallEnded             call.ended
    │   ├── NotInCall             call.not_in
    │   ├── SeatNotJoined         call.not_joined
    │   ├── NotContinued          contact.not_continued
    │   ├── OperationReused       operation.reused
    │   ├── LineOfferRefused      line_check.offer_refused
    │   └── NotAllowed            access.denied
    ├── Unauthenticated       who asks is not known
    │   ├── AssertionInvalid      assertion.invalid
    │   ├── AssertionExpired      assertion.expired
    │   ├── TerminalNotEnrolled   terminal.not_enrolled
    │   ├── TerminalRevoked       terminal.revoked
    │   ├── TerminalQuarantined   terminal.quarantined
    │   ├── TicketInvalid         ticket.invalid
    │   ├── SignInRequired        sign_in.required
    │   └── SignInRefused         sign_in.refused
    │       ├── SignInUnknownPerson   sign_in.unknown_person
    │       ├── SignInNoRole          sign_in.no_role
    │       ├── SignInCancelled       sign_in.cancelled
    │       └── SignInUnavailable     sign_in.unavailable
    ├── Conflict              another transaction was first; the use case is run again
    └── Busy                  server.busy: more is asked than can be done, or the database is away
        ├── LineCheckBusy         line_check.busy
        └── LineCheckUnavailable  line_check.unavailable

Messages are English, for developers and logs, and name no person. `details` are JSON values.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class PalvelurinkiError(Exception):
    """The base: `code` is stable, `message` is for developers, `details` are JSON values."""

    code: ClassVar[str] = "internal"

    def __init__(self, message: str, **details: str | int | bool | None) -> None:
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, str | int | bool | None] = details


class Refused(PalvelurinkiError):
    """The command cannot be done as things stand."""

    code = "refused"


class TransitionRefused(Refused):
    """A machine's table has no such transition."""

    code = "state.refused"

    def __init__(self, machine: str, state: StrEnum, trigger: StrEnum) -> None:
        super().__init__(
            f"a {machine} that is {state} cannot {trigger}", machine=machine, state=str(state), trigger=str(trigger)
        )


class UnknownThing(Refused):
    """Nothing has this id, or nothing that the asker may know of.

    `foreign`: it is there, and not within the asker's reach. The answer does not say so: what there is elsewhere is not
    for others to learn (I7). The audit log does.
    """

    code = "thing.unknown"

    def __init__(self, kind: str, identifier: str, *, foreign: bool = False) -> None:
        super().__init__(f"no {kind} {identifier!r}", kind=kind, id=identifier)
        self.foreign = foreign


class UnknownEnrolment(Refused):
    """No terminal waits with this code, or the code has run out or was used."""

    code = "enrolment.unknown"


class ServiceNotRemote(Refused):
    """The service is never given by video, or not at this point."""

    code = "service.not_remote"


class RingClosed(Refused):
    """The ring takes no contacts now; `opens_at` says when it does, if known.

    `closing`: it is open, but too close to its closing for a new contact.
    """

    code = "ring.closed"

    def __init__(self, ring: str, opens_at: datetime | None, *, closing: bool = False) -> None:
        super().__init__(
            f"ring {ring!r} takes no contacts now",
            ring=ring,
            opens_at=opens_at.isoformat() if opens_at else None,
            closing=closing,
        )


class TerminalBusy(Refused):
    """The terminal has a contact already."""

    code = "terminal.busy"


class TerminalAway(Refused):
    """Nobody can be served there: the terminal is not connected."""

    code = "terminal.away"


class ContactElsewhere(Refused):
    """Another advisor has acted on the contact: it is not, or no longer, where it was seen."""

    code = "contact.elsewhere"


class ContactOver(Refused):
    """The contact has ended, or it is too late for that."""

    code = "contact.over"


class NoteTooLong(Refused):
    """A part of the handoff note is longer than an expert reads while it rings."""

    code = "handoff.too_long"

    def __init__(self, part: str, length: int, limit: int) -> None:
        super().__init__("the note is too long", part=part, length=length, limit=limit)


class TooManyMatters(Refused):
    """So many matters are not queued for one customer."""

    code = "visit.too_many"


class LineNotProven(Refused):
    """The terminal has not shown that it can call: nobody is rung."""

    code = "line.not_proven"


class AlreadyRated(Refused):
    """The customer has said how satisfied they are."""

    code = "contact.rated"


class StaffBusy(Refused):
    """The person holds an offer or a call already (I1)."""

    code = "staff.busy"


class WrapUpOver(Refused):
    """The person is not finishing a call, or no longer."""

    code = "wrap_up.over"


class UnknownPauseReason(Refused):
    """The provider's list has no such reason for a pause."""

    code = "pause.unknown_reason"


class OfferNotYours(Refused):
    """The offer was made to somebody else."""

    code = "offer.not_yours"


class OfferExpired(Refused):
    """The time to accept has run out."""

    code = "offer.expired"


class OfferClosed(Refused):
    """The offer is no longer open: accepted, declined or withdrawn before; `state` says which."""

    code = "offer.closed"


class CallEnded(Refused):
    """The call has ended already."""

    code = "call.ended"


class NotInCall(Refused):
    """The asker, or the one a signal is for, has no seat in this call."""

    code = "call.not_in"


class SeatNotJoined(Refused):
    """The asker has a seat but has not joined with media."""

    code = "call.not_joined"


class NotContinued(Refused):
    """The contact was begun in another session of the terminal, and nobody has said in this one that it is theirs."""

    code = "contact.not_continued"


class OperationReused(Refused):
    """The operation's id was used before, for something else that was done. Each command needs an id of its own."""

    code = "operation.reused"


def require_same(operation: str, known: str | None, asked: str | None) -> None:
    """Raises OperationReused when the operation was done for another command than is asked, where both are known."""
    if None not in (known, asked) and known != asked:
        raise OperationReused("this operation's id was used before, for another command", operation=operation)


class LineOfferRefused(Refused):
    """What a terminal offered to the echo is none that can be answered."""

    code = "line_check.offer_refused"


class NotAllowed(Refused):
    """The asker's role or organisation does not allow it (I7)."""

    code = "access.denied"


class Unauthenticated(PalvelurinkiError):
    """Who asks is not known."""

    code = "unauthenticated"


class AssertionInvalid(Unauthenticated):
    """What a terminal signed is not what it should be, is for another address, or was used before."""

    code = "assertion.invalid"


class AssertionExpired(Unauthenticated):
    """What a terminal signed is of another time than now; `server_time` says what time it is."""

    code = "assertion.expired"

    def __init__(self, message: str, now: datetime) -> None:
        super().__init__(message, server_time=now.isoformat())


class TerminalNotEnrolled(Unauthenticated):
    """No terminal has this key, or nobody has approved it yet."""

    code = "terminal.not_enrolled"


class TerminalRevoked(Unauthenticated):
    """The key was a terminal's, and is no longer."""

    code = "terminal.revoked"


class TerminalQuarantined(Unauthenticated):
    """Two have held the key. It never comes back."""

    code = "terminal.quarantined"


class TicketInvalid(Unauthenticated):
    """The ticket was used, is too old, or never was."""

    code = "ticket.invalid"


class SignInRequired(Unauthenticated):
    """There is no sign-in, or it has ended."""

    code = "sign_in.required"


class SignInRefused(Unauthenticated):
    """Somebody came back from an issuer, and is not signed in. `why` is a few words of ours, `issuer` its id."""

    code = "sign_in.refused"

    def __init__(self, why: str, issuer: str = "") -> None:
        super().__init__(f"not signed in: {why}")
        self.why = why
        self.issuer = issuer


class SignInUnknownPerson(SignInRefused):
    """The issuer vouches for them, but the configuration has nobody whom it calls so."""

    code = "sign_in.unknown_person"


class SignInNoRole(SignInRefused):
    """The person is known, but has no role."""

    code = "sign_in.no_role"


class SignInCancelled(SignInRefused):
    """The person turned back at the issuer."""

    code = "sign_in.cancelled"


class SignInUnavailable(SignInRefused):
    """The issuer is not reached, or cannot just now."""

    code = "sign_in.unavailable"


class Conflict(PalvelurinkiError):
    """Another transaction changed the same thing first. Nothing was done; the use case may be run again."""

    code = "conflict"


class Busy(PalvelurinkiError):
    """More is asked than can be done at a time, or the database is away. The same may be asked again in a moment.

    Nothing was done, or, of a command with an operation id, what was done is not done twice.
    """

    code = "server.busy"


class LineCheckBusy(Busy):
    """As many lines are being checked as can be at a time."""

    code = "line_check.busy"


class LineCheckUnavailable(Busy):
    """The echo that lines are checked against is not there, or has just ended."""

    code = "line_check.unavailable"
