"""A whole pool under any order of events: two rings that share an expert and overflow, four people, many customers.

I1, I2, I4, I5 and I6 hold after every step; nobody is rung in a loop; and when all is calm at last, one able expert who
is ready serves everybody who still waits.
"""

from collections import Counter
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from typing_extensions import override

from palvelurinki.domain import commands as c
from palvelurinki.domain import presence as p
from palvelurinki.domain.call import CallState
from palvelurinki.domain.contact import Contact, ContactOutcome, ContactState
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.errors import OfferClosed, OfferExpired, Refused, WrapUpOver
from palvelurinki.domain.offer import OfferState
from tests.unit.domain.ring_world import ABLE, CLOSES, WHERE, RingWorld
from tests.unit.domain.routing.naive import World

MOST_CONTACTS = 12
anybody = st.sampled_from(sorted(WHERE.staff))
turn = st.integers(0, 99)


class RingAtWork(RuleBasedStateMachine):
    """See the module. `turn` picks one of those there are, so that every step does something."""

    def __init__(self) -> None:
        super().__init__()
        self.world = RingWorld()

    @initialize(ready=st.sets(anybody))
    def begin(self, ready: set[str]) -> None:
        for staff in sorted(ready):
            self.world.connect(staff)
            self.world.make_ready(staff)

    def pick(self, which: int, *states: ContactState) -> Contact | None:
        found = [each for each in self.world.contacts.values() if each.state in states]
        return found[which % len(found)] if found else None

    # ---- Customers -----------------------------------------------------------------------------------------------

    @rule(ring=st.sampled_from(["tax", "desk"]), language=st.sampled_from(["fi", "sv"]), start=st.sampled_from([0, 60]))
    def request(self, ring: str, language: str, start: int) -> None:
        if len(self.world.contacts) < MOST_CONTACTS and self.world.now < CLOSES:
            self.world.request(ring, language, start)
            self.world.match()

    @rule(which=turn)
    def customer_goes(self, which: int) -> None:
        contact = self.pick(which, ContactState.WAITING, ContactState.OFFERED, ContactState.HELD, ContactState.IN_CALL)
        if contact is not None:
            self.world.give(contact.id, c.LeaveContact())
            self.world.match()

    @rule(which=turn)
    def terminal_is_lost(self, which: int) -> None:
        contact = self.pick(which, ContactState.WAITING, ContactState.OFFERED, ContactState.IN_CALL)
        if contact is not None:
            self.world.give(contact.id, c.LoseOccupant(contact.terminal, WHERE.rings[contact.ring].grace_s))
            self.world.match()

    @rule(which=turn)
    def terminal_returns(self, which: int) -> None:
        contact = self.pick(which, ContactState.HELD, ContactState.IN_CALL)
        if contact is not None:
            self.world.give(contact.id, c.ReturnOccupant(contact.terminal))
            self.world.match()

    # ---- Experts -------------------------------------------------------------------------------------------------

    @rule(staff=anybody)
    def says_ready(self, staff: str) -> None:
        if staff not in self.world.connected:
            self.world.connect(staff)
        self.world.make_ready(staff)
        self.world.match()

    @rule(staff=anybody, reason=st.sampled_from(["lunch", "meeting"]))
    def pauses(self, staff: str, reason: str) -> None:
        if self.world.presences[staff].state is not p.PresenceState.OFFLINE:
            self.world.set_presence(p.pause(self.world.presences[staff], reason, self.world.now))
            self.world.match()

    @rule(staff=anybody)
    def needs_longer(self, staff: str) -> None:
        before = self.world.presences[staff]
        try:
            self.world.set_presence(p.extend_wrap_up(before, self.world.now))
        except WrapUpOver:
            assert not before.in_wrap_up(self.world.now)

    @rule(staff=anybody)
    def console_is_lost(self, staff: str) -> None:
        if staff in self.world.connected:
            self.world.disconnect(staff)
            self.world.match()

    @rule(staff=anybody)
    def console_returns(self, staff: str) -> None:
        if staff not in self.world.connected:
            self.world.connect(staff)
            self.world.match()

    @rule(which=turn, whom=turn)
    def accepts(self, which: int, whom: int) -> None:
        contact = self.pick(which, ContactState.OFFERED)
        if contact is None or contact.offer is None:
            return
        ringing = contact.offer.still_ringing
        staff = ringing[whom % len(ringing)].staff
        if self.world.now >= contact.offer.expires_at:
            # I2, however late the expiry is handled.
            assert self.refusal(contact, staff) is OfferExpired
            return
        after = self.world.accept(contact, staff)
        assert after.offer is not None
        assert after.offer.accepted_by == staff
        for loser in {each.staff for each in ringing} - {staff}:
            assert self.refusal(after, loser) is OfferClosed
            assert after.call is not None
            assert after.call.seat_of(loser) is None
        self.world.match()

    @rule(which=turn, whom=turn)
    def declines(self, which: int, whom: int) -> None:
        contact = self.pick(which, ContactState.OFFERED)
        if contact is not None and contact.offer is not None:
            ringing = contact.offer.still_ringing
            staff = ringing[whom % len(ringing)].staff
            self.world.give(contact.id, c.DeclineOffer(contact.offer.id, staff, "other"))
            self.world.match()

    @rule(which=turn)
    def answers_too_late(self, which: int) -> None:
        contact = self.pick(which, ContactState.WAITING, ContactState.IN_CALL, ContactState.ENDED)
        if contact is not None and contact.offer is not None:
            for each in contact.offer.ringings:
                assert self.refusal(contact, each.staff) is OfferClosed

    def refusal(self, contact: Contact, staff: str) -> type[Refused] | None:
        """With what an acceptance is refused; it changes nothing."""
        try:
            self.world.accept(contact, staff)
        except Refused as refused:
            assert self.world.contacts[contact.id] == contact
            return type(refused)
        return None

    @rule(which=turn, served=st.booleans())
    def hangs_up(self, which: int, *, served: bool) -> None:
        contact = self.pick(which, ContactState.IN_CALL)
        if contact is not None:
            self.talk_and_hang_up(contact, served=served)
            self.world.match()

    def talk_and_hang_up(self, contact: Contact, *, served: bool) -> None:
        assert contact.call is not None
        call = contact.call.id
        seats = [each.occupant for each in contact.call.seats]
        for occupant in seats if served else ():
            self.world.give(contact.id, c.JoinCall(call, occupant))
            self.world.give(contact.id, c.ReportMedia(call, occupant))
        self.world.give(contact.id, c.LeaveCall(call, seats[0]))

    # ---- Time ----------------------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([0.000001, 1, 5, 15, 20, 30, 45, 60]), swept=st.sampled_from([True, True, False]))
    def time_passes(self, seconds: float, *, swept: bool) -> None:
        """All that falls due is handled, or not yet: then routing sees what is there."""
        self.world.now += timedelta(seconds=seconds)
        if swept:
            self.world.sweep()
        self.world.match()

    @rule()
    def next_deadline_falls(self) -> None:
        if self.world.deadlines:
            self.world.now = max(self.world.now, min(self.world.deadlines.values()))
            self.world.sweep()
            self.world.match()

    # ---- What holds after every step -----------------------------------------------------------------------------

    @invariant()
    def a_person_holds_at_most_one_thing_and_a_claim_is_of_who_holds_it(self) -> None:
        held = [(who, each.id) for each in self.world.contacts.values() for who in _holders(each)]
        assert dict(held) == self.world.claims
        assert len(held) == len(self.world.claims)

    @invariant()
    def each_call_that_ended_left_one_record_and_nothing_else_did(self) -> None:
        calls = [each.call for each in self.world.contacts.values() if each.call is not None]
        assert Counter(each.id for each in calls if each.state is CallState.ENDED) == self.world.records

    @invariant()
    def it_rings_only_at_who_is_there_for_whom_is_there(self) -> None:
        for contact in self.world.contacts.values():
            is_open = contact.offer is not None and contact.offer.state is OfferState.OPEN
            assert is_open is (contact.state is ContactState.OFFERED)
            ringing = contact.offer.still_ringing if contact.offer is not None else ()
            assert bool(ringing) is is_open
            assert {each.staff for each in ringing} <= self.world.connected

    @invariant()
    def no_free_expert_is_idle_while_somebody_waits_whom_they_may_have(self) -> None:
        pool = self.world.pool()
        world = World(WHERE, pool, self.world.now)
        assert not any(world.could_meet(each) for each in pool.waiting)

    @invariant()
    def all_that_must_go_on_has_a_deadline(self) -> None:
        # I3: nothing waits for an event that may never come.
        deadlines = self.world.deadlines.keys()
        for contact in self.world.contacts.values():
            if contact.state is ContactState.OFFERED and contact.offer is not None:
                assert (DeadlineKind.OFFER_EXPIRY, contact.offer.id) in deadlines
            if contact.state is ContactState.HELD:
                assert (DeadlineKind.OCCUPANT_GRACE, contact.terminal) in deadlines
            assert (contact.quiet_until is not None) is ((DeadlineKind.CONTACT_RETRY, contact.id) in deadlines)
        for presence in self.world.presences.values():
            assert (presence.wrap_up_until is not None) is ((DeadlineKind.WRAP_UP, presence.staff) in deadlines)

    @override
    def teardown(self) -> None:
        """All is calm at last: one able expert is ready, and takes whatever rings."""
        self.world.sweep()
        for staff in set(self.world.connected) - {ABLE}:
            if self.world.presences[staff].state is not p.PresenceState.OFFLINE:
                self.world.set_presence(p.pause(self.world.presences[staff], "home", self.world.now))
        for contact in list(self.world.contacts.values()):
            if contact.state is ContactState.IN_CALL:
                self.talk_and_hang_up(contact, served=False)
            elif contact.state is ContactState.HELD:
                self.world.give(contact.id, c.ReturnOccupant(contact.terminal))
        waiting = {each.id for each in self.world.contacts.values() if each.state is not ContactState.ENDED}
        if ABLE not in self.world.connected:
            self.world.connect(ABLE)
        self.world.make_ready(ABLE)
        for _ in range(10 * MOST_CONTACTS):
            self.world.match()
            if self.serves_what_rings():
                continue
            if not self.world.deadlines:
                break
            self.world.now = max(self.world.now, min(self.world.deadlines.values()))
            self.world.sweep()
        outcomes = {self.world.contacts[each].outcome for each in waiting}
        assert outcomes <= {ContactOutcome.SERVED, ContactOutcome.RING_CLOSED}
        assert not self.world.claims

    def serves_what_rings(self) -> bool:
        holds = self.world.claims.get(ABLE)
        if holds is None:
            return False
        contact = self.world.accept(self.world.contacts[holds], ABLE)
        self.talk_and_hang_up(contact, served=True)
        # The rest of the wrap-up is skipped.
        self.world.make_ready(ABLE)
        return True


def _holders(contact: Contact) -> set[StaffId]:
    ringing = {each.staff for each in contact.offer.still_ringing} if contact.offer is not None else set()
    in_call = contact.call is not None and contact.call.state is not CallState.ENDED
    seats = contact.call.seats if contact.call is not None and in_call else ()
    return ringing | {seat.staff for seat in seats if seat.staff is not None}


TestRingAtWork = RingAtWork.TestCase
TestRingAtWork.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
