"""An offer: a contact put to one expert, or to several at once, to accept within a time.

    offer     open → accepted | declined | expired | withdrawn
    ringing   ringing → accepted | declined | missed | withdrawn

A contact has at most one open offer, and a person at most one that rings (I1). An offer is accepted at most once and
before its expiry by the database's clock (I2): whoever is first has it, and the ringing of the others is withdrawn.
`withdrawn` is nobody's fault: the customer left, the console was lost, somebody else was faster. An offer closes when
nobody's console rings any more, in the way in which the last ringing ended.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.machine import Machine

OfferId = NewType("OfferId", str)


class OfferState(StrEnum):
    """Where an offer stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class OfferTrigger(StrEnum):
    """What happens to an offer."""

    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


class RingingState(StrEnum):
    """What became of an offer at one expert."""

    RINGING = "ringing"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


class RingingTrigger(StrEnum):
    """What happens to a ringing."""

    ACCEPT = "accept"
    DECLINE = "decline"
    MISS = "miss"
    WITHDRAW = "withdraw"


class DeclineReason(StrEnum):
    """Why an expert does not take a contact."""

    BUSY_ELSEWHERE = "busy_elsewhere"
    NOT_MY_FIELD = "not_my_field"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    TECHNICAL = "technical"
    OTHER = "other"


class WithdrawReason(StrEnum):
    """Why an offer, or the ringing of one, was taken back."""

    CUSTOMER_LEFT = "customer_left"
    TERMINAL_AWAY = "terminal_away"
    LINE_FAILED = "line_failed"
    """The terminal has found that it cannot call."""
    CONSOLE_LOST = "console_lost"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    MOVED = "moved"
    """The contact goes on at another terminal, which has to show first that it can call."""


OFFER: Machine[OfferState, OfferTrigger] = Machine(
    name="offer",
    initial=OfferState.OPEN,
    transitions={
        (OfferState.OPEN, OfferTrigger.ACCEPT): OfferState.ACCEPTED,
        (OfferState.OPEN, OfferTrigger.DECLINE): OfferState.DECLINED,
        (OfferState.OPEN, OfferTrigger.EXPIRE): OfferState.EXPIRED,
        (OfferState.OPEN, OfferTrigger.WITHDRAW): OfferState.WITHDRAWN,
    },
)

RINGING: Machine[RingingState, RingingTrigger] = Machine(
    name="ringing",
    initial=RingingState.RINGING,
    transitions={
        (RingingState.RINGING, RingingTrigger.ACCEPT): RingingState.ACCEPTED,
        (RingingState.RINGING, RingingTrigger.DECLINE): RingingState.DECLINED,
        (RingingState.RINGING, RingingTrigger.MISS): RingingState.MISSED,
        (RingingState.RINGING, RingingTrigger.WITHDRAW): RingingState.WITHDRAWN,
    },
)


@dataclass(frozen=True, slots=True)
class Ringing:
    """An offer at one expert. `closed_at` and `reason` are set when it leaves `ringing`."""

    staff: StaffId
    state: RingingState = RINGING.initial
    closed_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer; `ringings` in the order in which the ring puts its experts. `closed_at` is set when it closes."""

    id: OfferId
    state: OfferState
    opened_at: datetime
    expires_at: datetime
    ringings: tuple[Ringing, ...]
    closed_at: datetime | None = None

    def ringing_of(self, staff: str) -> Ringing | None:
        """The person's part in the offer, if any."""
        return next((ringing for ringing in self.ringings if ringing.staff == staff), None)

    @property
    def still_ringing(self) -> tuple[Ringing, ...]:
        """Where it rings now; none once it is closed."""
        return tuple(ringing for ringing in self.ringings if ringing.state is RingingState.RINGING)

    @property
    def accepted_by(self) -> StaffId | None:
        """Who took it."""
        return next((ringing.staff for ringing in self.ringings if ringing.state is RingingState.ACCEPTED), None)
