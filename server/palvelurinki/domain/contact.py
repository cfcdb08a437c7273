"""A contact: one customer's one matter with one provider, from the request to its end.

    waiting ⇄ offered → in_call → ended
    waiting, offered → held → waiting        while its terminal is away; it keeps its place
    waiting, held, offered → ended           the customer leaves or does not come back, or the ring closes

An advisor may move it to another terminal of its point while it lives: it keeps its place, its offer's experts are
left in peace until the other terminal has shown that it can call, and a call goes on with a new seat of that terminal.

At a terminal anybody may stand. A contact therefore belongs to the terminal's session in which it was asked for: when
that session's line is back, it goes on by itself. In another session of the terminal (the page was loaded anew, the
power was away) it goes on only when whoever stands there says so; till then it is held, or its seat is away.

The contact is the unit of consistency: its live offer and its call are loaded, decided and saved with it, in one
transaction (`domain.brokering`).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from palvelurinki.domain.call import Call
from palvelurinki.domain.directory import OrganisationId, PointId, RingId, ServiceId, StaffId, TerminalId, UnitId
from palvelurinki.domain.machine import Machine
from palvelurinki.domain.offer import Offer
from palvelurinki.domain.situation import NOTHING_KNOWN, Line, Situation, VisitId

ContactId = NewType("ContactId", str)
SessionId = NewType("SessionId", str)


class ContactState(StrEnum):
    """Where a contact stands."""

    WAITING = "waiting"
    HELD = "held"
    OFFERED = "offered"
    IN_CALL = "in_call"
    ENDED = "ended"


class ContactTrigger(StrEnum):
    """What happens to a contact."""

    OFFER = "offer"
    RELEASE = "release"
    ACCEPT = "accept"
    HOLD = "hold"
    RESUME = "resume"
    END = "end"


class ContactOutcome(StrEnum):
    """How a contact ended."""

    SERVED = "served"
    CALL_FAILED = "call_failed"
    """There was a call, but media never flowed or a participant was lost."""
    CUSTOMER_LEFT = "customer_left"
    TERMINAL_LOST = "terminal_lost"
    RING_CLOSED = "ring_closed"
    """The ring closed before anybody was free."""
    TECHNICAL_FAILURE = "technical_failure"
    """The terminal could not call, and nobody mended it or moved the contact."""


CONTACT: Machine[ContactState, ContactTrigger] = Machine(
    name="contact",
    initial=ContactState.WAITING,
    transitions={
        (ContactState.WAITING, ContactTrigger.OFFER): ContactState.OFFERED,
        (ContactState.OFFERED, ContactTrigger.RELEASE): ContactState.WAITING,
        (ContactState.OFFERED, ContactTrigger.ACCEPT): ContactState.IN_CALL,
        (ContactState.WAITING, ContactTrigger.HOLD): ContactState.HELD,
        (ContactState.OFFERED, ContactTrigger.HOLD): ContactState.HELD,
        (ContactState.HELD, ContactTrigger.RESUME): ContactState.WAITING,
        (ContactState.WAITING, ContactTrigger.END): ContactState.ENDED,
        (ContactState.HELD, ContactTrigger.END): ContactState.ENDED,
        (ContactState.OFFERED, ContactTrigger.END): ContactState.ENDED,
        (ContactState.IN_CALL, ContactTrigger.END): ContactState.ENDED,
    },
)

LIVE_STATES = frozenset(ContactState) - {ContactState.ENDED}
QUEUED_STATES = frozenset({ContactState.WAITING, ContactState.HELD, ContactState.OFFERED})


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact with its live offer and its call.

    `unit`: the provider's unit that served the point on the day of the request. `head_start_s`: see
    `domain.routing.rank`. `passed_by`: the experts who declined it or let it ring out, and are not asked again while
    anyone else may take it; `missed_by` are those of them who let it ring out. `recused`: those who are disqualified
    from the matter and are never asked again (Administrative Procedure Act 434/2003, sections 27 and 28).
    `quiet_until`: none of those who passed it by is asked before then, because everybody on duty has. `offer` is the
    latest offer, whatever became of it: the open one while the contact is offered, the accepted one from then on.
    `session`: the terminal's session that asked for it or was the last to continue it. `line`: whether that terminal
    can call: nobody is asked before. `situation`: what the service point knows besides. `moved_at`: when it came to its
    terminal from another one.
    """

    id: ContactId
    terminal: TerminalId
    point: PointId
    provider: OrganisationId
    service: ServiceId
    ring: RingId
    language: str
    requested_at: datetime
    state: ContactState = CONTACT.initial
    unit: UnitId | None = None
    head_start_s: int = 0
    passed_by: frozenset[StaffId] = frozenset()
    missed_by: frozenset[StaffId] = frozenset()
    recused: frozenset[StaffId] = frozenset()
    quiet_until: datetime | None = None
    outcome: ContactOutcome | None = None
    ended_at: datetime | None = None
    offer: Offer | None = None
    call: Call | None = None
    session: SessionId | None = None
    line: Line = Line.PROVEN
    situation: Situation = NOTHING_KNOWN
    moved_at: datetime | None = None
    version: int = 0

    @property
    def visit(self) -> VisitId:
        """The visit that it is of: by its own id until there is another contact of the same."""
        return self.situation.visit or VisitId(self.id)

    @property
    def placed_at(self) -> datetime:
        """Since when it is at its terminal."""
        return self.requested_at if self.moved_at is None else self.moved_at

    @property
    def may_be_offered(self) -> bool:
        """Whether it waits, at a terminal that has shown that it can call (I11)."""
        return self.state is ContactState.WAITING and self.line is Line.PROVEN

    def goes_on_for(self, occupant: str, session: SessionId | None) -> bool:
        """Whether it goes on for this occupant by itself: for staff always, for its terminal in its own session."""
        return occupant != self.terminal or session == self.session
