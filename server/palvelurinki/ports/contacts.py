"""Contacts with their offers and calls, what explains them and what is recorded of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from palvelurinki.domain.call import Call, CallId
from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.directory import RingId, ServiceId, StaffId, TerminalId
from palvelurinki.domain.effects import Afterword
from palvelurinki.domain.offer import Offer, OfferId
from palvelurinki.domain.record import ServiceEvent
from palvelurinki.domain.routing import Grounds


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which service events to list; an absent field does not narrow. `first` and `last` bound `ended_at`.

    At most `limit`, the newest; None: all of them.
    """

    provider: str | None = None
    host: str | None = None
    point: str | None = None
    first: datetime | None = None
    last: datetime | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Handled:
    """How long one call of a service took to be accepted and to end, in seconds."""

    service: ServiceId
    language: str
    answered_s: float
    handled_s: float
    ended_at: datetime


class Contacts(Protocol):
    """Contacts with their latest offer and their call."""

    async def load(self, contact: ContactId) -> Contact | None:
        """The contact, locked for this transaction."""

    def recall(self, contact: Contact) -> bool:
        """Take it to stand as it was read or saved before, by whatever transaction: as if it had been loaded.

        A transaction that assumes does so, and is in conflict when it stands so no more. False in any other.
        """

    async def load_of_offer(self, offer: OfferId) -> Contact | None:
        """The contact to which the offer belongs, locked likewise."""

    async def load_of_call(self, call: CallId) -> Contact | None:
        """The contact to which the call belongs, locked likewise."""

    async def add(self, contact: Contact) -> None:
        """A new contact. Raises TerminalBusy when the terminal has a live one (partial unique index)."""

    async def save(self, contact: Contact) -> None:
        """Write back what `load` gave, its offer and its call with it.

        Compare-and-set on `version`: raises Conflict when the row has moved on. A second live offer for the contact
        or for one of its experts is refused by partial unique indexes (I1): raises Conflict for the contact, StaffBusy
        for the expert. An acceptance is refused likewise when the offer has run out by the store's own clock, whatever
        was decided (I2): raises Conflict.
        """

    async def live_of_terminal(self, terminal: TerminalId) -> ContactId | None:
        """The terminal's contact that has not ended, if any."""

    async def live_of_staff(self, staff: StaffId) -> ContactId | None:
        """The contact that the person holds, by an open offer or a call, if any."""

    async def latest_of_terminals(self, terminals: Collection[TerminalId]) -> Mapping[TerminalId, Contact]:
        """The contact that came to each terminal last, ended or not; who never had one is absent. Not locked."""

    async def latest_offers_of(self, staff: Collection[StaffId]) -> Mapping[StaffId, tuple[Contact, Offer]]:
        """The newest offer that rang at each of these and its contact; at whom none ever did is absent. Not locked."""

    async def latest_calls_of(self, staff: Collection[StaffId]) -> Mapping[StaffId, tuple[Contact, Call]]:
        """The newest call of each of these and its contact; who never had one is absent. Not locked."""

    async def queued(self, rings: Collection[RingId]) -> Sequence[Contact]:
        """The contacts of these rings that wait, are held or offered, by arrival (`requested_at`, `id`); not locked."""

    async def waiting(self, rings: Collection[RingId]) -> Sequence[Contact]:
        """Of those, the ones that wait. A transaction that assumes takes them to stand so, once they are loaded."""

    async def find_offer(self, offer: OfferId) -> tuple[Contact, Offer] | None:
        """An offer, the contact's latest or an earlier one, and its contact; not locked."""

    async def recent_offers(self, ring: RingId, limit: int) -> Sequence[tuple[Contact, Offer]]:
        """The newest offers of the ring's contacts, open or closed, newest first; not locked."""

    async def asked_at(self, staff: Collection[StaffId]) -> Mapping[StaffId, datetime]:
        """When each of these was last rung; those who never were are absent."""

    async def calls_since(self, staff: Collection[StaffId], since: datetime) -> Mapping[StaffId, int]:
        """How many offers each of these has accepted since; those with none are absent."""

    async def rings_with_waiting(self) -> Sequence[RingId]:
        """The rings in which a contact waits, quiet or not: whoever comes on duty is asked about a quiet one too."""

    async def rings_with_queue(self) -> Sequence[RingId]:
        """The rings in which a contact waits, is held or is being offered."""

    async def live_at(self, terminals: Collection[TerminalId]) -> Sequence[Contact]:
        """The live contacts of these terminals; not locked."""

    async def held_by(self, staff: Collection[StaffId]) -> Mapping[StaffId, Contact]:
        """What each of these holds, by an offer that rings or a call; who holds nothing is absent. Not locked."""

    async def claim(self, staff: StaffId, contact: ContactId) -> None:
        """The person holds the contact from now on. Raises StaffBusy when they hold one already (primary key)."""

    async def free(self, staff: StaffId, contact: ContactId) -> None:
        """The person no longer holds the contact; that they did not is no error."""


class Explanations(Protocol):
    """Why each offer was made as it was."""

    async def add(self, offer: OfferId, grounds: Grounds) -> None:
        """The grounds of an offer that is being made in this transaction."""

    async def of(self, offers: Collection[OfferId]) -> Mapping[OfferId, Grounds]:
        """The grounds of these offers; of one that is unknown, or whose grounds are no longer kept, they are absent."""


class ServiceEvents(Protocol):
    """The record."""

    async def handled(self, ring: RingId, limit: int) -> Sequence[Handled]:
        """How long the ring's latest calls took, newest first."""

    async def complete(self, call: CallId, afterword: Afterword) -> None:
        """The call's event says this too from now on; that there is none (any more) is no error."""

    async def add(self, event: ServiceEvent) -> None:
        """One event. A second one for the same call is refused by a unique index (I4): raises Conflict."""

    async def list(self, narrowed: EventFilter) -> Sequence[ServiceEvent]:
        """Events, newest first."""
