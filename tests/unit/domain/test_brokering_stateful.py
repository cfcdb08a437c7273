"""The pure core under any order of commands: one contact, three experts, a clock that only goes forward.

The machine below keeps what a caller would keep from the effects alone (who is claimed, which deadlines stand, which
records were written) and holds it against the contact after every step.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from typing_extensions import override

from palvelurinki.domain import commands as c
from palvelurinki.domain.brokering import Decision, decide
from palvelurinki.domain.call import CallId, CallState, SeatId, SeatState
from palvelurinki.domain.contact import QUEUED_STATES, Contact, ContactOutcome, ContactState, SessionId
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.effects import (
    Claim,
    ClearDeadline,
    CompleteServiceEvent,
    DeadlineKind,
    DropHandoffs,
    Free,
    GoOn,
    RecordServiceEvent,
    SetDeadline,
)
from palvelurinki.domain.errors import OfferExpired, Refused
from palvelurinki.domain.events import CallEnded, ContactEnded, ContactOffered
from palvelurinki.domain.events import OfferClosed as OfferClosedEvent
from palvelurinki.domain.offer import OfferId, OfferState
from tests.unit.domain.samples import ANOTHER_SESSION, ARRIVED, KIOSK, SESSION, WAITING

STAFF: Final = [StaffId("anna"), StaffId("bengt"), StaffId("cecilia")]
OFFER_S: Final = 20
GRACE_S: Final = 60
RETRY_S: Final = 30
CLOSES_S: Final = 150

SESSIONS: Final = [SESSION, ANOTHER_SESSION, SessionId("session-3")]

staff = st.sampled_from(STAFF)
sessions = st.sampled_from(SESSIONS)
occupants = st.sampled_from([KIOSK, *STAFF])
Deadlines = dict[tuple[DeadlineKind, str], datetime]
Needed = dict[tuple[DeadlineKind, str], datetime | None]


class Brokering(RuleBasedStateMachine):
    """See the module."""

    def __init__(self) -> None:
        super().__init__()
        self.now = ARRIVED
        self.contact = WAITING
        self.claimed: Counter[str] = Counter()
        # Its ring closes meanwhile, and ends what waits.
        self.deadlines: Deadlines = {(DeadlineKind.CLOSING, WAITING.id): ARRIVED + timedelta(seconds=CLOSES_S)}
        self.records: Counter[str] = Counter()
        self.opened: Counter[str] = Counter()
        self.closed: Counter[str] = Counter()
        self.accepted: Counter[str] = Counter()
        self.endings = 0
        self.calls_ended: Counter[str] = Counter()
        self.offers = 0

    def give(self, command: c.ContactCommand) -> Decision | None:
        """Decide, and keep what a caller would keep. None when it is refused."""
        before = self.contact
        try:
            decision = decide(before, command, self.now)
        except Refused:
            return None
        self.contact = decision.contact
        _nobody_fell_into_it(before, command, self.contact)
        for effect in decision.effects:
            match effect:
                case SetDeadline():
                    self.deadlines[effect.kind, effect.subject] = effect.due
                case ClearDeadline():
                    self.deadlines.pop((effect.kind, effect.subject), None)
                case Claim():
                    self.claimed[effect.staff] += 1
                case Free():
                    self.claimed[effect.staff] -= 1
                case RecordServiceEvent():
                    self.records[effect.call.id] += 1
                    assert effect.offer.state is OfferState.ACCEPTED
                case CompleteServiceEvent():
                    assert self.records[effect.call] == 1
                case DropHandoffs() | GoOn():
                    pass
        self.keep_events(decision)
        return decision

    def keep_events(self, decision: Decision) -> None:
        for event in decision.events:
            match event:
                case ContactOffered():
                    self.opened[event.offer] += 1
                case OfferClosedEvent():
                    self.closed[event.offer] += 1
                    self.accepted[event.offer] += event.state is OfferState.ACCEPTED
                case CallEnded():
                    self.calls_ended[event.call] += 1
                case ContactEnded():
                    self.endings += 1
                case _:
                    pass

    @property
    def offer_id(self) -> OfferId:
        return OfferId("offer-0") if self.contact.offer is None else self.contact.offer.id

    @property
    def call_id(self) -> CallId:
        return CallId("call-0") if self.contact.call is None else self.contact.call.id

    # ---- Commands, in season or not --------------------------------------------------------------------------

    @rule(who=st.lists(staff, min_size=1, unique=True))
    def make_offer(self, who: list[StaffId]) -> None:
        self.offers += 1
        self.give(c.MakeOffer(OfferId(f"offer-{self.offers}"), tuple(who), OFFER_S))

    @rule(who=staff)
    def accept(self, who: StaffId) -> None:
        before = self.contact
        seats = SeatId(f"{self.offer_id}-t"), SeatId(f"{self.offer_id}-e")
        decision = self.give(c.AcceptOffer(self.offer_id, who, CallId(f"call-of-{self.offer_id}"), *seats))
        if decision is not None:
            assert before.offer is not None
            assert before.offer.state is OfferState.OPEN
            assert who in {each.staff for each in before.offer.still_ringing}
            assert self.contact.offer is not None
            assert self.contact.offer.accepted_by == who
            assert self.now < before.offer.expires_at

    @precondition(lambda self: self.contact.state is ContactState.OFFERED)
    @rule(data=st.data())
    def accept_as_asked(self, data: st.DataObject) -> None:
        offer = self.contact.offer
        assert offer is not None
        seats = SeatId(f"{offer.id}-t"), SeatId(f"{offer.id}-e")
        who = data.draw(st.sampled_from([each.staff for each in offer.still_ringing]))
        command = c.AcceptOffer(offer.id, who, CallId(f"call-of-{offer.id}"), *seats)
        if self.now < offer.expires_at:
            assert self.give(command) is not None
            return
        try:
            decide(self.contact, command, self.now)
        except OfferExpired:
            return
        raise AssertionError("an offer was accepted after its time")

    @rule(who=staff)
    def decline(self, who: StaffId) -> None:
        self.give(c.DeclineOffer(self.offer_id, who, "other"))

    @rule(who=staff)
    def withdraw(self, who: StaffId) -> None:
        assert self.give(c.WithdrawRinging(self.offer_id, who)) is not None

    @rule(who=staff)
    def reconsider(self, who: StaffId) -> None:
        declined = self.contact.passed_by - self.contact.missed_by
        assert self.give(c.Reconsider(who)) is not None
        assert who not in self.contact.missed_by or self.contact.state is ContactState.ENDED
        assert declined <= self.contact.passed_by

    @rule()
    def quieten(self) -> None:
        assert self.give(c.QuietUntilRetry(RETRY_S)) is not None

    @rule(language=st.sampled_from(["fi", "sv", "sme"]), session=sessions)
    def set_language(self, language: str, session: SessionId) -> None:
        before = self.contact
        allowed = session == before.session or language == before.language or before.state is ContactState.ENDED
        assert (self.give(c.SetLanguage(language, session)) is not None) is allowed

    @rule(session=sessions)
    def leave_contact(self, session: SessionId) -> None:
        live = self.contact.state is not ContactState.ENDED
        assert (self.give(c.LeaveContact(session)) is not None) is live
        assert self.contact.state is ContactState.ENDED

    @rule(session=sessions)
    def continue_contact(self, session: SessionId) -> None:
        live = self.contact.state is not ContactState.ENDED
        assert (self.give(c.ContinueContact(session)) is not None) is live
        if live:
            assert self.contact.session == session
            assert self.contact.state is not ContactState.HELD

    @rule(who=occupants)
    def lose(self, who: c.Occupant) -> None:
        assert self.give(c.LoseOccupant(who, GRACE_S)) is not None
        # I5: whoever is lost neither rings nor is rung for.
        offer = self.contact.offer
        if offer is not None and offer.state is OfferState.OPEN:
            assert who not in {KIOSK, *(each.staff for each in offer.still_ringing)}

    @rule(who=occupants, session=sessions)
    def come_back(self, who: c.Occupant, session: SessionId) -> None:
        before = self.contact
        assert self.give(c.ReturnOccupant(who, session)) is not None
        if who == KIOSK and session == before.session:
            assert self.contact.state is not ContactState.HELD
        elif who == KIOSK:
            assert self.contact == before

    @rule(who=occupants, session=sessions)
    def join(self, who: c.Occupant, session: SessionId) -> None:
        self.give(c.JoinCall(self.call_id, who, session))

    @rule(who=occupants, session=sessions)
    def report_media(self, who: c.Occupant, session: SessionId) -> None:
        self.give(c.ReportMedia(self.call_id, who, session))

    @rule(who=occupants, session=sessions)
    def leave_call(self, who: c.Occupant, session: SessionId) -> None:
        self.give(c.LeaveCall(self.call_id, who, session))

    # ---- Time ------------------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([0.000001, 1, 7, 20, 30, 60]))
    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(data=st.data())
    def sweep_one(self, data: st.DataObject) -> None:
        due = sorted(key for key, at in self.deadlines.items() if at <= self.now)
        if due:
            kind, subject = data.draw(st.sampled_from(due))
            self.fall(kind, subject)

    @rule()
    def wait_for_the_next_deadline(self) -> None:
        if self.deadlines:
            key, at = min(self.deadlines.items(), key=lambda item: (item[1], item[0]))
            self.now = max(self.now, at)
            self.fall(*key)

    def fall(self, kind: DeadlineKind, subject: str) -> None:
        """A deadline falls: it is removed and handled, and never refused."""
        del self.deadlines[kind, subject]
        before = self.contact
        assert self.give(_due(kind, subject)) is not None
        if kind is DeadlineKind.CLOSING:
            # Who is being rung for is served: the question comes again. Nobody else waits behind a closed door.
            assert (self.contact.outcome is ContactOutcome.RING_CLOSED) is (before.state is not ContactState.OFFERED)
            return
        assert self.contact != before, "a deadline stood that nothing was due for"

    # ---- What holds after every step -------------------------------------------------------------------------

    @invariant()
    def at_most_one_live_offer_and_every_claim_is_of_who_holds_it(self) -> None:
        assert set(self.opened.values()) <= {1}
        assert set(self.closed.values()) <= {1}
        still_open = set(self.opened) - set(self.closed)
        offer = self.contact.offer
        is_open = offer is not None and offer.state is OfferState.OPEN
        assert still_open == ({offer.id} if offer is not None and is_open else set())
        assert is_open is (self.contact.state is ContactState.OFFERED)
        assert {who: count for who, count in self.claimed.items() if count} == dict.fromkeys(_holders(self.contact), 1)

    @invariant()
    def who_let_it_ring_out_has_passed_it_by(self) -> None:
        assert self.contact.missed_by <= self.contact.passed_by

    @invariant()
    def an_offer_is_accepted_once_and_makes_the_only_call(self) -> None:
        assert sum(self.accepted.values()) == (self.contact.call is not None)
        in_call = self.contact.call is not None and self.contact.call.state is not CallState.ENDED
        assert in_call is (self.contact.state is ContactState.IN_CALL)

    @invariant()
    def an_ended_call_leaves_one_record_and_nothing_else_does(self) -> None:
        call = self.contact.call
        ended = {call.id: 1} if call is not None and call.state is CallState.ENDED else {}
        assert dict(self.records) == ended
        assert dict(self.calls_ended) == ended

    @invariant()
    def an_ended_contact_has_ended_once_with_its_outcome(self) -> None:
        ended = self.contact.state is ContactState.ENDED
        assert self.endings == ended
        assert (self.contact.outcome is not None) is ended
        assert (self.contact.ended_at is not None) is ended

    @invariant()
    def exactly_the_deadlines_stand_that_are_needed(self) -> None:
        needed = _needed(self.contact)
        assert self.deadlines.keys() == needed.keys()
        for key, due in needed.items():
            assert due is None or self.deadlines[key] == due

    @invariant()
    def what_goes_on_can_go_on(self) -> None:
        if self.contact.state is ContactState.ENDED:
            assert not self.deadlines
            # Nothing brings an ended contact back.
            returns = [c.ReturnOccupant(KIOSK, session) for session in SESSIONS]
            late: list[c.ContactCommand] = [c.EndQuiet(), *returns, c.EndGrace(KIOSK), c.QuietUntilRetry(1)]
            for command in late:
                assert decide(self.contact, command, self.now) == Decision(self.contact)
            return
        # The customer may always go, and then nobody is held and nothing is due.
        left = decide(self.contact, c.LeaveContact(self.contact.session), self.now)
        assert _holders(left.contact) == set()
        assert _needed(left.contact) == {}

    @override
    def teardown(self) -> None:
        """The customer goes at last: then nothing of the contact is left behind."""
        if self.contact.state is not ContactState.ENDED:
            self.give(c.LeaveContact(self.contact.session))
        assert not self.deadlines
        assert not any(self.claimed.values())


def _nobody_fell_into_it(before: Contact, command: c.ContactCommand, after: Contact) -> None:
    """At the terminal it goes on for the session to which it belongs, and belongs to another one by a press alone."""
    session = getattr(command, "session", None)
    if after.session != before.session:
        assert isinstance(command, c.ContinueContact)
    if (before.state is ContactState.HELD and after.state is ContactState.WAITING) or _terminal_came(before, after):
        assert session == after.session


def _terminal_came(before: Contact, after: Contact) -> bool:
    """Its seat has come back, or has joined with other media than it had."""
    old = before.call.seat_of(KIOSK) if before.call is not None else None
    new = after.call.seat_of(KIOSK) if after.call is not None else None
    if old is None or new is None:
        return False
    return new.state is SeatState.JOINED and (old.state is not SeatState.JOINED or old.epoch != new.epoch)


def _due(kind: DeadlineKind, subject: str) -> c.ContactCommand:
    match kind:
        case DeadlineKind.OFFER_EXPIRY:
            return c.ExpireOffer(OfferId(subject))
        case DeadlineKind.CONTACT_RETRY:
            return c.EndQuiet()
        case DeadlineKind.CLOSING:
            return c.CloseForToday()
        case DeadlineKind.OCCUPANT_GRACE:
            return c.EndGrace(KIOSK if subject == KIOSK else StaffId(subject))
        case _:
            raise AssertionError(f"a contact sets no {kind}")


def _holders(contact: Contact) -> set[str]:
    holders: set[str] = set()
    if contact.offer is not None and contact.offer.state is OfferState.OPEN:
        holders |= {each.staff for each in contact.offer.still_ringing}
    if contact.call is not None and contact.call.state is not CallState.ENDED:
        holders |= {seat.staff for seat in contact.call.seats if seat.staff is not None}
    return holders


def _needed(contact: Contact) -> Needed:
    """The deadlines that must stand, and when they fall due where the contact itself says so."""
    needed: Needed = {}
    if contact.offer is not None and contact.offer.state is OfferState.OPEN:
        needed[DeadlineKind.OFFER_EXPIRY, contact.offer.id] = contact.offer.expires_at
    if contact.state in QUEUED_STATES:
        needed[DeadlineKind.CLOSING, contact.id] = None
    if contact.quiet_until is not None:
        needed[DeadlineKind.CONTACT_RETRY, contact.id] = contact.quiet_until
    if contact.state is ContactState.HELD:
        needed[DeadlineKind.OCCUPANT_GRACE, contact.terminal] = None
    for seat in contact.call.seats if contact.call is not None else ():
        if seat.state is SeatState.AWAY:
            needed[DeadlineKind.OCCUPANT_GRACE, seat.occupant] = None
    return needed


TestBrokering = Brokering.TestCase
TestBrokering.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
