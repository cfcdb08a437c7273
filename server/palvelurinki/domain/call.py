"""A call: the video session of a contact, with a seat for each participant.

    call: opening → connected → ended, or opening → ended
    seat: joining → joined ⇄ away → left

A seat joins with media; joining again (after a reload, or to rebuild media that would not connect) raises its `epoch`.
The one peer connection of two seats carries the generation `epoch + epoch`, so both ends and the server know without
asking which connection is the present one. When the customer is moved to another terminal, that one gets a seat of its
own after all others, and the first terminal's is left (docs/decisions/0027). A seat is `away` while its client's
signalling is lost: media goes on (I10), and only the ring's grace ends the seat.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from palvelurinki.domain.directory import StaffId, TerminalId
from palvelurinki.domain.machine import Machine

CallId = NewType("CallId", str)
SeatId = NewType("SeatId", str)


class CallState(StrEnum):
    """Where a call stands; `connected` once media flowed between the customer and the expert."""

    OPENING = "opening"
    CONNECTED = "connected"
    ENDED = "ended"


class CallTrigger(StrEnum):
    """What happens to a call."""

    CONNECT = "connect"
    END = "end"


class CallOutcome(StrEnum):
    """How a call ended, for the record."""

    SERVED = "served"
    """Media flowed, and a participant hung up."""
    INTERRUPTED = "interrupted"
    """Media flowed, and a participant was lost for longer than the grace."""
    NOT_CONNECTED = "not_connected"
    """Media never flowed between the customer and the expert."""


class SeatKind(StrEnum):
    """Who sits there."""

    TERMINAL = "terminal"
    EXPERT = "expert"
    ADVISOR = "advisor"
    INTERPRETER = "interpreter"
    SECOND_EXPERT = "second_expert"
    OBSERVER = "observer"


class SeatState(StrEnum):
    """Where a seat stands."""

    JOINING = "joining"
    JOINED = "joined"
    AWAY = "away"
    LEFT = "left"


class SeatTrigger(StrEnum):
    """What happens to a seat."""

    JOIN = "join"
    LOSE = "lose"
    RETURN = "return"
    LEAVE = "leave"


CALL: Machine[CallState, CallTrigger] = Machine(
    name="call",
    initial=CallState.OPENING,
    transitions={
        (CallState.OPENING, CallTrigger.CONNECT): CallState.CONNECTED,
        (CallState.OPENING, CallTrigger.END): CallState.ENDED,
        (CallState.CONNECTED, CallTrigger.END): CallState.ENDED,
    },
)

SEAT: Machine[SeatState, SeatTrigger] = Machine(
    name="seat",
    initial=SeatState.JOINING,
    transitions={
        (SeatState.JOINING, SeatTrigger.JOIN): SeatState.JOINED,
        (SeatState.JOINING, SeatTrigger.LOSE): SeatState.AWAY,
        (SeatState.JOINING, SeatTrigger.LEAVE): SeatState.LEFT,
        (SeatState.JOINED, SeatTrigger.JOIN): SeatState.JOINED,
        (SeatState.JOINED, SeatTrigger.LOSE): SeatState.AWAY,
        (SeatState.JOINED, SeatTrigger.LEAVE): SeatState.LEFT,
        (SeatState.AWAY, SeatTrigger.JOIN): SeatState.JOINED,
        # Back with the media it had; a seat that never joined has none, and comes back by joining.
        (SeatState.AWAY, SeatTrigger.RETURN): SeatState.JOINED,
        (SeatState.AWAY, SeatTrigger.LEAVE): SeatState.LEFT,
    },
)

# A call without one of these has nobody to serve or nobody who serves: when such a seat leaves, the call ends.
ESSENTIAL_SEATS = frozenset({SeatKind.TERMINAL, SeatKind.EXPERT})


@dataclass(frozen=True, slots=True)
class Seat:
    """A participant's place. Exactly one of `terminal` and `staff` is set. `epoch` is 0 until the first join."""

    id: SeatId
    kind: SeatKind
    state: SeatState = SEAT.initial
    epoch: int = 0
    media: bool = False
    terminal: TerminalId | None = None
    staff: StaffId | None = None

    @property
    def occupant(self) -> TerminalId | StaffId:
        """The terminal or the member of staff who sits here."""
        occupant = self.terminal or self.staff
        if occupant is None:
            msg = f"seat {self.id} has no occupant"
            raise ValueError(msg)
        return occupant


@dataclass(frozen=True, slots=True)
class Call:
    """A call and its seats, in the order in which they were given."""

    id: CallId
    seats: tuple[Seat, ...]
    started_at: datetime
    state: CallState = CALL.initial
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: CallOutcome | None = None

    def seat_of(self, occupant: str) -> Seat | None:
        """The seat of a terminal or a member of staff, live or left; of several the last, for those before are left."""
        return next((seat for seat in reversed(self.seats) if seat.occupant == occupant), None)

    def essential_seats(self) -> Iterator[Seat]:
        """The customer's and the expert's seats. Those that a contact which was moved has left behind are none."""
        latest = {seat.kind: seat for seat in self.seats if seat.kind in ESSENTIAL_SEATS}
        return iter(latest.values())

    def standing_seats(self) -> Iterator[Seat]:
        """All seats, live or left, but those that a contact which was moved has left behind."""
        essential = {seat.id for seat in self.essential_seats()}
        return (seat for seat in self.seats if seat.kind not in ESSENTIAL_SEATS or seat.id in essential)


@dataclass(frozen=True, slots=True)
class PeerRole:
    """How one seat negotiates with another: see `protocol.views.PeerView`."""

    seat: SeatId
    generation: int
    polite: bool
    offers_first: bool


def peers_of(call: Call, me: Seat) -> tuple[PeerRole, ...]:
    """The peers that a seat connects to now: all others that have joined and not left, when it has joined itself.

    The seat that was given earlier (the terminal first) is polite and the later one offers first: who comes later
    knows that the other is there. A seat that is away keeps its peers, for its media goes on.
    """
    if not _has_media(me):
        return ()
    order = {seat.id: place for place, seat in enumerate(call.seats)}
    return tuple(
        PeerRole(
            seat=other.id,
            generation=me.epoch + other.epoch,
            polite=order[me.id] < order[other.id],
            offers_first=order[me.id] > order[other.id],
        )
        for other in call.seats
        if other.id != me.id and _has_media(other)
    )


def _has_media(seat: Seat) -> bool:
    return seat.epoch > 0 and seat.state is not SeatState.LEFT
