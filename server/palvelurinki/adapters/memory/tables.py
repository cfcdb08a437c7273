"""The tables, with the unique rules of the SQL schema under the same names.

Committing is putting the new tables in the place of the old ones, so whoever reads goes on seeing the state that they
began with.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from palvelurinki.adapters.memory.table import Access, Schema, Table, Unique
from palvelurinki.domain.audit import AuditMark, AuditNote, AuditRow
from palvelurinki.domain.call import Call, CallId, SeatState
from palvelurinki.domain.contact import Contact, ContactId, ContactState
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.enrolment import EnrolmentRequest, KeyState, TerminalKey, Use
from palvelurinki.domain.errors import Conflict, PalvelurinkiError, StaffBusy, TerminalBusy
from palvelurinki.domain.offer import Offer, OfferId, OfferState, RingingState
from palvelurinki.domain.presence import Presence, PresenceState
from palvelurinki.domain.record import ServiceEvent
from palvelurinki.domain.routing import Grounds
from palvelurinki.domain.situation import Handoff
from palvelurinki.domain.waiting.telling import Prediction, ToldEstimate
from palvelurinki.ports import Attempt, ConfigurationRevision, Connection, Deadline, OutboxEntry, SignIn


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer and whose it is."""

    contact: ContactId
    offer: Offer


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call and whose it is."""

    contact: ContactId
    call: Call


@dataclass(frozen=True, slots=True)
class OperationRow:
    """An operation's answer."""

    answer: Mapping[str, str]
    done_at: datetime
    asked: str | None


@dataclass(frozen=True, slots=True)
class TicketRow:
    """Of which sign-in the ticket is, and until when."""

    sign_in: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NodeRow:
    """When the node last showed life."""

    beat_at: datetime


@dataclass(frozen=True, slots=True)
class EngagementRow:
    """What the person holds."""

    contact: ContactId


@dataclass(frozen=True, slots=True)
class UseRow:
    """A token that was used, and until when that is kept."""

    use: Use
    kept_until: datetime


@dataclass(frozen=True, slots=True)
class TurnRow:
    """When somebody last began to estimate a pool."""

    begun_at: datetime


# ---- Rules ---------------------------------------------------------------------------------------------------


def conflict() -> PalvelurinkiError:
    """Another transaction was first."""
    return Conflict("another transaction was first")


def staff_busy() -> PalvelurinkiError:
    """The person holds something."""
    return StaffBusy("the person holds an offer or a call already")


def terminal_busy() -> PalvelurinkiError:
    """The terminal holds something."""
    return TerminalBusy("the terminal has a contact already")


def _ended_soundly(row: Contact | Call) -> bool:
    ended = row.state == ContactState.ENDED
    return ended is (row.outcome is not None) and ended is (row.ended_at is not None)


def _live_terminal(row: Contact) -> Iterable[Hashable]:
    return () if row.state is ContactState.ENDED else (row.terminal,)


def _open_contact(row: OfferRow) -> Iterable[Hashable]:
    return (row.contact,) if row.offer.state is OfferState.OPEN else ()


def _rung_staff(row: OfferRow) -> Iterable[Hashable]:
    return tuple(ringing.staff for ringing in row.offer.still_ringing)


def _terminal_in(row: TerminalKey, state: KeyState) -> Iterable[Hashable]:
    return (row.terminal,) if row.state is state else ()


def _live_seats_of_staff(row: CallRow) -> Iterator[Hashable]:
    return (seat.staff for seat in row.call.seats if seat.staff is not None and seat.state is not SeatState.LEFT)


def _live_seats_of_terminals(row: CallRow) -> Iterator[Hashable]:
    return (seat.terminal for seat in row.call.seats if seat.terminal is not None and seat.state is not SeatState.LEFT)


_CONTACT: Schema[Contact] = Schema(
    "contact", (Unique("contact_live_terminal", _live_terminal, terminal_busy),), _ended_soundly
)
_OFFER: Schema[OfferRow] = Schema(
    "offer",
    (Unique("offer_open_contact", _open_contact, conflict), Unique("ringing_live_staff", _rung_staff, staff_busy)),
    lambda row: (
        (row.offer.state is OfferState.OPEN) is (row.offer.closed_at is None)
        and all((each.state is RingingState.RINGING) is (each.closed_at is None) for each in row.offer.ringings)
    ),
)
_CALL: Schema[CallRow] = Schema(
    "call",
    (
        Unique("call_contact", lambda row: (row.contact,), conflict),
        Unique("seat_live_staff", _live_seats_of_staff, staff_busy),
        Unique("seat_live_terminal", _live_seats_of_terminals, terminal_busy),
    ),
    lambda row: (
        _ended_soundly(row.call) and all((seat.terminal is None) is not (seat.staff is None) for seat in row.call.seats)
    ),
)
_PRESENCE: Schema[Presence] = Schema(
    "presence", sound=lambda row: row.state is not PresenceState.READY or row.idle_since is not None
)
_SERVICE_EVENT: Schema[ServiceEvent] = Schema(
    "service_event", (Unique("service_event_call", lambda row: (row.call,), conflict),)
)
_TERMINAL_KEY: Schema[TerminalKey] = Schema(
    "terminal_key",
    (
        Unique("terminal_key_active", lambda row: _terminal_in(row, KeyState.ACTIVE), conflict),
        Unique("terminal_key_retiring", lambda row: _terminal_in(row, KeyState.RETIRING), conflict),
    ),
)
_ENROLMENT: Schema[EnrolmentRequest] = Schema(
    "enrolment", (Unique("enrolment_code", lambda row: (row.code,), conflict),)
)


@dataclass
class Tables:
    """All of them, at one instant. `outbox_last` is the newest outbox id ever given, `audit_last` a note's."""

    contacts: Table[ContactId, Contact]
    offers: Table[OfferId, OfferRow]
    calls: Table[CallId, CallRow]
    grounds: Table[OfferId, Grounds]
    handoffs: Table[str, Handoff]
    estimates: Table[ContactId, ToldEstimate]
    turns: Table[str, TurnRow]
    predictions: Table[ContactId, Prediction]
    engagements: Table[StaffId, EngagementRow]
    presences: Table[StaffId, Presence]
    connections: Table[str, Connection]
    nodes: Table[str, NodeRow]
    deadlines: Table[tuple[str, str], Deadline]
    operations: Table[tuple[str, str], OperationRow]
    outbox: Table[int, OutboxEntry]
    service_events: Table[str, ServiceEvent]
    configurations: Table[int, ConfigurationRevision]
    tickets: Table[str, TicketRow]
    sign_ins: Table[str, SignIn]
    attempts: Table[str, Attempt]
    audit_pending: Table[int, AuditNote]
    terminal_keys: Table[str, TerminalKey]
    enrolments: Table[str, EnrolmentRequest]
    key_uses: Table[tuple[str, str], UseRow]
    audit: Table[int, AuditRow]
    audit_marks: Table[str, AuditMark]
    outbox_last: int = 0
    audit_last: int = 0
    _base: "Tables | None" = field(default=None, init=False, repr=False)
    _access: Access | None = field(default=None, init=False, repr=False)

    @classmethod
    def empty(cls) -> "Tables":
        """Without a row."""
        access = Access(writes=False)
        return cls(
            contacts=Table(_CONTACT, access),
            offers=Table(_OFFER, access),
            calls=Table(_CALL, access),
            grounds=Table(Schema("explanation"), access),
            handoffs=Table(Schema("handoff"), access),
            estimates=Table(Schema("estimate"), access),
            turns=Table(Schema("estimate_turn"), access),
            predictions=Table(Schema("prediction"), access),
            engagements=Table(Schema("engagement"), access),
            presences=Table(_PRESENCE, access),
            connections=Table(Schema("connection"), access),
            nodes=Table(Schema("node"), access),
            deadlines=Table(Schema("deadline"), access),
            operations=Table(Schema("operation"), access),
            outbox=Table(Schema("outbox"), access),
            service_events=Table(_SERVICE_EVENT, access),
            configurations=Table(Schema("configuration"), access),
            tickets=Table(Schema("ticket"), access),
            sign_ins=Table(Schema("sign_in"), access),
            attempts=Table(Schema("sign_in_attempt"), access),
            audit_pending=Table(Schema("audit_pending"), access),
            terminal_keys=Table(_TERMINAL_KEY, access),
            enrolments=Table(_ENROLMENT, access),
            key_uses=Table(Schema("key_use"), access),
            audit=Table(Schema("audit"), access),
            audit_marks=Table(Schema("audit_mark"), access),
        )

    def view(self, access: Access) -> "Tables":
        """The same rows, to be written to without these changing. A table is made ready when it is first looked at."""
        tables = Tables.__new__(Tables)
        tables.begin(self, access)
        return tables

    def begin(self, base: "Tables", access: Access) -> None:
        """Stand upon the tables that were committed last."""
        self.outbox_last = base.outbox_last
        self.audit_last = base.audit_last
        self._base = base
        self._access = access

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # called only for a table that is not there yet
        if name not in _NAMES:
            raise AttributeError(name)
        table = getattr(self._base, name).view(self._access)
        setattr(self, name, table)
        return table

    def settle(self) -> None:
        """Nothing is written any more: tables that nobody looked at are those of before."""
        for name in _NAMES.difference(self.__dict__):
            setattr(self, name, getattr(self._base, name))
        # The tables of before are not kept alive by those that follow.
        self._base = None


_NAMES = frozenset(each.name for each in fields(Tables) if each.init) - {"outbox_last", "audit_last"}
