"""An offer: a contact put to one expert, to accept within a time.

    open → accepted | declined | expired | withdrawn

An open offer is the expert's and the contact's only one (I1). It is accepted at most once and before its expiry by
the database's clock (I2). `withdrawn` is nobody's fault: the customer left, the console was lost.
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


class DeclineReason(StrEnum):
    """Why an expert does not take a contact."""

    BUSY_ELSEWHERE = "busy_elsewhere"
    NOT_MY_FIELD = "not_my_field"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    TECHNICAL = "technical"
    OTHER = "other"


class WithdrawReason(StrEnum):
    """Why an offer was taken back."""

    CUSTOMER_LEFT = "customer_left"
    TERMINAL_AWAY = "terminal_away"
    CONSOLE_LOST = "console_lost"


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


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer. `closed_at` and `reason` are set when it leaves `open`."""

    id: OfferId
    staff: StaffId
    state: OfferState
    opened_at: datetime
    expires_at: datetime
    closed_at: datetime | None = None
    reason: str | None = None
