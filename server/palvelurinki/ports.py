"""What the application asks of the world: the store, the bus, ids and secrets. Protocols, no code.

One contract suite (`tests/contract`) runs on every implementation of each.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from palvelurinki.domain.call import Call, CallId
from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.directory import RingId, ServiceId, StaffId, TerminalId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.offer import Offer, OfferId
from palvelurinki.domain.presence import Presence
from palvelurinki.domain.record import ServiceEvent
from palvelurinki.domain.routing import Expert, Grounds
from palvelurinki.domain.waiting.telling import Prediction, ToldEstimate


@dataclass(frozen=True, slots=True)
class Connection:
    """Whether a principal's client is there: the newest session of a terminal or a member of staff.

    `principal` is "terminal:ID" or "staff:ID". `lost_at` is set while the socket is away; `node` is the server
    process that holds the session.
    """

    principal: str
    session: str
    node: str
    opened_at: datetime
    lost_at: datetime | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that falls due."""

    kind: DeadlineKind
    subject: str
    due: datetime


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """What one transaction changed: events for whoever follows, topics for whoever shows them."""

    id: int
    at: datetime
    contact: ContactId | None
    kind: str
    payload: dict[str, object]
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConfigurationRevision:
    """One applied configuration, as canonical JSON text; revisions grow from 1."""

    revision: int
    document: str
    applied_at: datetime
    applied_by: str


@dataclass(frozen=True, slots=True)
class Handled:
    """How long one call of a service took to be accepted and to end, in seconds."""

    service: ServiceId
    language: str
    answered_s: float
    handled_s: float
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a contact that was foretold something: how long it went on waiting, until answered or `left`."""

    waited_s: float
    left: bool


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which service events to list; an absent field does not narrow. `first` and `last` bound `ended_at`."""

    provider: str | None = None
    host: str | None = None
    point: str | None = None
    first: datetime | None = None
    last: datetime | None = None
    limit: int = 100


class Contacts(Protocol):
    """Contacts with their latest offer and their call."""

    async def load(self, contact: ContactId) -> Contact | None:
        """The contact, locked for this transaction."""

    async def add(self, contact: Contact) -> None:
        """A new contact. Raises TerminalBusy when the terminal has a live one (partial unique index)."""

    async def save(self, contact: Contact) -> None:
        """Write back what `load` gave, its offer and its call with it.

        Compare-and-set on `version`: raises Conflict when the row has moved on. A second live offer for the contact
        or for one of its experts is refused by partial unique indexes (I1): raises Conflict for the contact, StaffBusy
        for the expert.
        """

    async def of_offer(self, offer: OfferId) -> ContactId | None:
        """Whose offer it is."""

    async def of_call(self, call: CallId) -> ContactId | None:
        """Whose call it is."""

    async def live_of_terminal(self, terminal: TerminalId) -> ContactId | None:
        """The terminal's contact that has not ended, if any."""

    async def live_of_staff(self, staff: StaffId) -> ContactId | None:
        """The contact that the person holds, by an open offer or a call, if any."""

    async def latest_of_terminal(self, terminal: TerminalId) -> Contact | None:
        """The terminal's newest contact, ended or not; not locked."""

    async def latest_offer_of(self, staff: StaffId) -> tuple[Contact, Offer] | None:
        """The newest offer that rang at the person and its contact; not locked."""

    async def latest_call_of(self, staff: StaffId) -> tuple[Contact, Call] | None:
        """The person's newest call and its contact; not locked."""

    async def queued(self, rings: Collection[RingId]) -> Sequence[Contact]:
        """The contacts of these rings that wait, are held or offered, by arrival (`requested_at`, `id`); not locked."""

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


class Presences(Protocol):
    """Statuses of staff."""

    async def load(self, staff: StaffId) -> Presence:
        """The person's presence, locked; the initial one when there is none."""

    async def save(self, presence: Presence) -> None:
        """Write it. Compare-and-set on `version`: raises Conflict."""

    async def peek(self, staff: StaffId) -> Presence:
        """The person's presence, not locked."""

    async def on_duty(self, staff: Collection[StaffId]) -> Sequence[Expert]:
        """Of these, those who are ready and connected. Free are those who hold nothing and whose wrap-up is past.

        `asked_at` and `calls_today` are left at their defaults.
        """

    async def of(self, staff: Collection[StaffId]) -> Sequence[tuple[Presence, bool, bool]]:
        """Of these, the presences with: whether the console is connected; whether the person holds a contact.

        Those who never signed in are absent.
        """


class Estimates(Protocol):
    """How long those who wait are told that they will, and what was foretold to each at first."""

    async def take_turn(self, pool: RingId, not_since: timedelta) -> bool:
        """Whether it is the caller's turn to estimate the pool: nobody has begun to within `not_since`.

        Of several who ask at once one gets it. A pool goes by its smallest ring.
        """

    async def of(self, rings: Collection[RingId]) -> Mapping[ContactId, ToldEstimate]:
        """The newest estimates of contacts of these rings."""

    async def replace(self, rings: Collection[RingId], estimates: Sequence[ToldEstimate]) -> None:
        """These are now the estimates of the rings' contacts; older ones of others are gone."""

    async def foretell(self, predictions: Sequence[Prediction]) -> None:
        """What was foretold to contacts; of one that has been foretold before, the first word stays."""

    async def outcomes(
        self, first: datetime, last: datetime, ring: RingId | None
    ) -> Sequence[tuple[Prediction, Outcome]]:
        """Predictions made from `first` to before `last` whose contacts have been answered or have ended."""


class Explanations(Protocol):
    """Why each offer was made as it was."""

    async def add(self, offer: OfferId, grounds: Grounds) -> None:
        """The grounds of an offer that is being made in this transaction."""

    async def of(self, offer: OfferId) -> Grounds | None:
        """The grounds; None when there is no such offer, or they are no longer kept."""


class Connections(Protocol):
    """Which session speaks for whom."""

    async def open(self, principal: str, session: str, node: str) -> Connection | None:
        """This session speaks for the principal from now on. Returns the one it replaces, if any."""

    async def lose(self, principal: str, session: str) -> bool:
        """The session's socket is away. False when another session has taken over or it was lost before."""

    async def restore(self, principal: str, session: str, node: str) -> bool:
        """The session's socket is back. False when another session has taken over."""

    async def get(self, principal: str) -> Connection | None:
        """The principal's newest session."""

    async def connected(self, principals: Collection[str]) -> frozenset[str]:
        """Of these, those whose socket is there."""

    async def is_there(self, principal: str) -> bool:
        """Whether the principal's socket is there; a loss is written only after this transaction's end."""

    async def beat(self, node: str) -> None:
        """The node is alive."""

    async def lost_at_node(self, node: str) -> Sequence[Connection]:
        """Connections of this node that are marked as lost."""

    async def of_dead_nodes(self, older_than: timedelta) -> Sequence[Connection]:
        """Connections that are not lost but whose node has not beaten for longer than that, or never has."""


class Deadlines(Protocol):
    """What falls due when."""

    async def set(self, deadline: Deadline) -> None:
        """Set or replace the deadline of this kind and subject."""

    async def clear(self, kind: DeadlineKind, subject: str) -> None:
        """Remove it, if it is there."""

    async def take_due(self) -> Deadline | None:
        """The deadline that fell due longest ago, removed and locked in this transaction.

        Deadlines that another transaction holds are skipped.
        """

    async def next_due(self) -> datetime | None:
        """When the next one falls due."""


class Operations(Protocol):
    """Which commands of whom were done, with what answer (I2)."""

    async def answer(self, principal: str, operation: str) -> dict[str, str] | None:
        """The answer that was given, if the operation was done."""

    async def record(self, principal: str, operation: str, answer: dict[str, str]) -> None:
        """The operation is done. Raises Conflict when another transaction has just done it."""


class Outbox(Protocol):
    """Events, written with what they tell of."""

    async def add(
        self, contact: ContactId | None, kind: str, payload: dict[str, object], topics: Collection[str]
    ) -> None:
        """One event."""


class ServiceEvents(Protocol):
    """The record."""

    async def handled(self, ring: RingId, limit: int) -> Sequence[Handled]:
        """How long the ring's latest calls took, newest first."""

    async def add(self, event: ServiceEvent) -> None:
        """One event. A second one for the same call is refused by a unique index (I4): raises Conflict."""

    async def list(self, narrowed: EventFilter) -> Sequence[ServiceEvent]:
        """Events, newest first."""


class Configurations(Protocol):
    """Revisions of the configuration; none is ever changed or removed."""

    async def latest(self) -> ConfigurationRevision | None:
        """The one in force."""

    async def latest_number(self) -> int:
        """Its number; 0 when there is none."""

    async def add(self, document: str, applied_by: str, expected: int) -> int:
        """A new revision after `expected`; returns its number. Raises Conflict when another came between."""


class Credentials(Protocol):
    """Tickets for the socket and sign-ins of browsers. Only hashes of them are kept."""

    async def add_ticket(self, digest: str, principal: str, expires_at: datetime) -> None:
        """A ticket for one hello."""

    async def use_ticket(self, digest: str) -> str | None:
        """The principal of a ticket that is neither used nor too old, which it now is."""

    async def add_sign_in(self, digest: str, principal: str, expires_at: datetime) -> None:
        """A browser is signed in."""

    async def sign_in(self, digest: str) -> str | None:
        """The principal of a sign-in that has not ended."""

    async def remove_sign_in(self, digest: str) -> None:
        """The browser is signed out."""


class Housekeeping(Protocol):
    """What is no longer needed."""

    async def purge(self, before: datetime, explained_before: datetime | None = None) -> int:
        """Remove operations, outbox entries, spent credentials and dead nodes older than `before`; returns how many.

        With them go the explanations of choices made before `explained_before`, when it is given.
        """


class Transaction(Protocol):
    """One transaction. All of it is committed at the end of the `async with`, or none when it raises."""

    contacts: Contacts
    presences: Presences
    explanations: Explanations
    estimates: Estimates
    connections: Connections
    deadlines: Deadlines
    operations: Operations
    outbox: Outbox
    service_events: ServiceEvents
    configurations: Configurations
    credentials: Credentials
    housekeeping: Housekeeping

    async def now(self) -> datetime:
        """The database's clock, now (not at the transaction's start), in UTC."""


class Store(Protocol):
    """The truth."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that may write. On SQLite it is the only one at a time.

        Raises Conflict at its end, or within, when the database refuses it for the sake of another one (a
        serialisation failure, a deadlock); the caller may run the use case again.
        """

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that only reads."""

    async def outbox_since(self, cursor: str | None) -> tuple[Sequence[OutboxEntry], str]:
        """Entries committed since `cursor` was given, each once, and the next cursor. None: from now on.

        An entry is not missed when its transaction commits after one that began later.
        """

    async def ping(self) -> None:
        """Raises when the database does not answer."""

    async def close(self) -> None:
        """Let go of the connections."""


class Subscription(Protocol):
    """What arrives for a set of channels, changed at will while it is being read."""

    def __aiter__(self) -> AsyncIterator[tuple[str, str]]:
        """(channel, text) as they arrive, until closed."""

    async def add(self, channel: str) -> None:
        """Listen to one more channel."""

    async def remove(self, channel: str) -> None:
        """Listen to it no more."""

    async def close(self) -> None:
        """End the iteration."""


class Bus(Protocol):
    """Hastens what the store decides: wake-ups with topics only, and signals between seats. It may lose anything."""

    async def publish(self, channel: str, text: str) -> None:
        """Tell whoever listens now. Never raises for a bus that is away: the loss costs time, not truth."""

    async def subscribe(self, *channels: str) -> Subscription:
        """Listen from now on."""

    async def ping(self) -> None:
        """Raises when the bus does not answer."""

    async def close(self) -> None:
        """Let go of the connections."""


class Ids(Protocol):
    """Makes what must not be guessed or repeated."""

    def new(self) -> str:
        """A new id: URL-safe, sorted by time of making within a process, unique everywhere."""

    def token(self) -> str:
        """A new secret of at least 128 bits, URL-safe."""


class Pseudonyms(Protocol):
    """Names for staff in the record."""

    def of(self, organisation: str, staff: str) -> str:
        """The person's pseudonym in their organisation: the same each time, and not to be turned back without a key."""
