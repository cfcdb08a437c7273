"""What can be asked of a contact: imperative, plain data. New ids are passed in, for the domain makes none.

`session` is the terminal's, in what its customer asks (see `domain.contact`); staff need none.
"""

from dataclasses import dataclass
from typing import TypeAlias

from palvelurinki.domain.call import CallId, SeatId
from palvelurinki.domain.contact import SessionId
from palvelurinki.domain.directory import StaffId, TerminalId
from palvelurinki.domain.offer import OfferId
from palvelurinki.domain.situation import AskedBy, FollowUp, FurtherMatter, LineFault, Resolution

Occupant: TypeAlias = TerminalId | StaffId


@dataclass(frozen=True, slots=True)
class MakeOffer:
    """Put the contact to these experts for `timeout_s` seconds; the first to accept gets it."""

    offer: OfferId
    staff: tuple[StaffId, ...]
    timeout_s: int


@dataclass(frozen=True, slots=True)
class AcceptOffer:
    """The expert takes the contact; the call and its seats get these ids."""

    offer: OfferId
    staff: StaffId
    call: CallId
    terminal_seat: SeatId
    expert_seat: SeatId


@dataclass(frozen=True, slots=True)
class DeclineOffer:
    """The expert does not take it."""

    offer: OfferId
    staff: StaffId
    reason: str


@dataclass(frozen=True, slots=True)
class ExpireOffer:
    """The offer's time may have run out."""

    offer: OfferId


@dataclass(frozen=True, slots=True)
class WithdrawRinging:
    """The expert's console is lost."""

    offer: OfferId
    staff: StaffId


@dataclass(frozen=True, slots=True)
class QuietUntilRetry:
    """Everybody on duty has passed it by: ask none of them for `retry_after_s` seconds, then begin again."""

    retry_after_s: int


@dataclass(frozen=True, slots=True)
class EndQuiet:
    """The quiet time is over: everybody may be asked again."""


@dataclass(frozen=True, slots=True)
class Reconsider:
    """An expert who let it ring out says that they are there."""

    staff: StaffId


@dataclass(frozen=True, slots=True)
class CloseForToday:
    """The ring, which ends what waits when it closes, has closed."""


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """The customer wants to be served in another language."""

    language: str
    session: SessionId | None = None


@dataclass(frozen=True, slots=True)
class LeaveContact:
    """The customer no longer waits, or somebody else stands at the terminal and does not continue it."""

    session: SessionId | None = None


@dataclass(frozen=True, slots=True)
class ContinueContact:
    """Whoever stands at the terminal in this session says that the contact is theirs."""

    session: SessionId


@dataclass(frozen=True, slots=True)
class LoseOccupant:
    """The signalling of a terminal or a console is lost; `grace_s` is how long its place is kept."""

    occupant: Occupant
    grace_s: int


@dataclass(frozen=True, slots=True)
class ReturnOccupant:
    """The same client is back, with the media it had."""

    occupant: Occupant
    session: SessionId | None = None


@dataclass(frozen=True, slots=True)
class EndGrace:
    """The occupant's place has been kept long enough."""

    occupant: Occupant


@dataclass(frozen=True, slots=True)
class JoinCall:
    """The occupant takes its seat with new media."""

    call: CallId
    occupant: Occupant
    session: SessionId | None = None


@dataclass(frozen=True, slots=True)
class ReportMedia:
    """Media with all peers of the occupant flow."""

    call: CallId
    occupant: Occupant
    session: SessionId | None = None


@dataclass(frozen=True, slots=True)
class LeaveCall:
    """The occupant hangs up."""

    call: CallId
    occupant: Occupant
    session: SessionId | None = None


@dataclass(frozen=True, slots=True)
class ReportLine:
    """The terminal has checked whether it can call; without faults it can."""

    faults: tuple[LineFault, ...]
    session: SessionId | None = None


@dataclass(frozen=True, slots=True)
class EndUnproven:
    """The terminal has had long enough to show that it can call."""


@dataclass(frozen=True, slots=True)
class TakeNote:
    """There is a handoff note now, or another one; or (`there` false) none any more."""

    there: bool = True


@dataclass(frozen=True, slots=True)
class AddMatter:
    """The customer has come for this too."""

    matter: FurtherMatter


@dataclass(frozen=True, slots=True)
class DropMatter:
    """It is not taken up. `matter`: the id that its contact would have had."""

    matter: str


@dataclass(frozen=True, slots=True)
class Move:
    """The contact goes on at another terminal of its point, in that one's session. `seen_at`: where it is seen.

    In a call the terminal gets a seat with the id `seat`.
    """

    seen_at: TerminalId
    terminal: TerminalId
    session: SessionId
    seat: SeatId


@dataclass(frozen=True, slots=True)
class Attend:
    """The advisor is beside the customer from now on, or no longer."""

    advisor: StaffId
    present: bool


@dataclass(frozen=True, slots=True)
class CallAdvisor:
    """The advisor is asked to come, or no longer."""

    by: AskedBy
    wanted: bool
    occupant: Occupant
    session: SessionId | None = None


@dataclass(frozen=True, slots=True)
class CloseForCustomer:
    """The advisor says that the customer has gone."""


@dataclass(frozen=True, slots=True)
class Conclude:
    """The expert writes down what became of the matter."""

    staff: StaffId
    resolution: Resolution
    follow_ups: tuple[FollowUp, ...]


@dataclass(frozen=True, slots=True)
class Finish:
    """The advisor has done what is done afterwards."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How satisfied the customer is, 1 (poor) to 5 (good)."""

    satisfaction: int
    session: SessionId | None = None


ContactCommand: TypeAlias = (
    MakeOffer
    | AcceptOffer
    | DeclineOffer
    | ExpireOffer
    | WithdrawRinging
    | QuietUntilRetry
    | EndQuiet
    | Reconsider
    | SetLanguage
    | LeaveContact
    | ContinueContact
    | CloseForToday
    | LoseOccupant
    | ReturnOccupant
    | EndGrace
    | JoinCall
    | ReportMedia
    | LeaveCall
    | ReportLine
    | EndUnproven
    | TakeNote
    | AddMatter
    | DropMatter
    | Move
    | Attend
    | CallAdvisor
    | CloseForCustomer
    | Conclude
    | Finish
    | Rate
)
