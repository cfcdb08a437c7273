"""A pool at work in virtual time, around the pure core alone.

Contacts, presences, deadlines and claims are kept as a store keeps them. What a caller of the domain does
(`application.work`, `offers`, `presence`, `sweeping`) is done here in the plainest way, one step after the other.
Whatever may never happen is asserted where it would happen.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from palvelurinki.domain import commands as c
from palvelurinki.domain import presence as p
from palvelurinki.domain.brokering import decide
from palvelurinki.domain.call import CallId, SeatId
from palvelurinki.domain.contact import QUEUED_STATES, Contact, ContactId, ContactState
from palvelurinki.domain.directory import (
    AtClosing,
    OrganisationId,
    PointId,
    RingId,
    ServiceId,
    StaffId,
    Strategy,
    TerminalId,
)
from palvelurinki.domain.effects import (
    Claim,
    ClearDeadline,
    CompleteServiceEvent,
    DeadlineKind,
    DropHandoffs,
    Effect,
    Free,
    FreeReason,
    GoOn,
    RecordServiceEvent,
    SetDeadline,
)
from palvelurinki.domain.hours import Interval, OpeningHours
from palvelurinki.domain.offer import OfferId, OfferState, RingingState
from palvelurinki.domain.routing import Expert, OfferTo, Pool, Quieten, WaitingContact, rank, route
from tests.unit.domain.routing.naive import World
from tests.unit.domain.routing.pools import directory, overflow, person, ring
from tests.unit.domain.samples import ARRIVED

PRESENCE_GRACE: Final = timedelta(seconds=60)
# The desk closes ten minutes after the beginning, and ends what waits then. (11:10 in Finland.)
DESK_HOURS: Final = OpeningHours({0: (Interval(9 * 60, 11 * 60 + 10),)})
WHERE: Final = directory(
    ring("tax", "a", ("b", 2), overflow=(overflow("desk", 40),), wrap_up_s=15, wrap_up_most_s=80),
    ring(
        "desk",
        *"bcd",
        ring_at_once=2,
        strategy=Strategy.ROUND_ROBIN,
        at_closing=AtClosing.END,
        hours=DESK_HOURS,
        retry_after_s=45,
        pause_after_misses=1,
    ),
    person("b", "fi", "sv"),
    person("c", "sv"),
)
# A member of both rings who speaks both languages: alone able to serve everybody.
ABLE: Final = StaffId("b")
CLOSES: Final = ARRIVED + timedelta(minutes=10)


@dataclass
class RingWorld:
    """See the module."""

    now: datetime = ARRIVED
    contacts: dict[str, Contact] = field(default_factory=dict)
    presences: dict[str, p.Presence] = field(default_factory=lambda: {each: p.Presence(each) for each in WHERE.staff})
    connected: set[str] = field(default_factory=set)
    deadlines: dict[tuple[DeadlineKind, str], datetime] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)
    records: Counter[str] = field(default_factory=Counter)
    asked_at: dict[str, datetime] = field(default_factory=dict)
    # When somebody passed a contact by and has not said since that they are there.
    passed_at: dict[tuple[str, str], datetime] = field(default_factory=dict)
    made: int = 0

    # ---- What a caller does --------------------------------------------------------------------------------------

    def request(self, ring_id: str, language: str, head_start_s: int) -> None:
        number = len(self.contacts)
        contact = Contact(
            id=ContactId(f"contact-{number}"),
            terminal=TerminalId(f"kiosk-{number}"),
            point=PointId("point"),
            provider=OrganisationId("provider"),
            service=ServiceId("service"),
            ring=RingId(ring_id),
            language=language,
            requested_at=self.now,
            head_start_s=head_start_s,
        )
        self.contacts[contact.id] = contact
        if WHERE.rings[contact.ring].at_closing is AtClosing.END:
            self.deadlines[DeadlineKind.CLOSING, contact.id] = CLOSES

    def give(self, contact_id: str, command: c.ContactCommand) -> Contact:
        """Decide, save and carry out. Raises what `decide` raises."""
        before = self.contacts[contact_id]
        decision = decide(before, command, self.now)
        self.contacts[contact_id] = decision.contact
        self._keep_passing(before, decision.contact)
        for effect in decision.effects:
            self._carry_out(effect, decision.contact)
        return decision.contact

    def _keep_passing(self, before: Contact, after: Contact) -> None:
        old = {each.staff: each.state for each in before.offer.ringings} if before.offer else {}
        for each in after.offer.ringings if after.offer else ():
            passed = each.state in {RingingState.DECLINED, RingingState.MISSED}
            if passed and (before.offer is None or after.offer != before.offer) and old.get(each.staff) != each.state:
                self.passed_at[after.id, each.staff] = self.now

    def _carry_out(self, effect: Effect, contact: Contact) -> None:
        match effect:
            case SetDeadline():
                self.deadlines[effect.kind, effect.subject] = effect.due
            case ClearDeadline():
                self.deadlines.pop((effect.kind, effect.subject), None)
            case Claim():
                assert effect.staff not in self.claims, "I1: a person holds two things at once"
                self.claims[effect.staff] = contact.id
            case Free():
                assert self.claims.pop(effect.staff) == contact.id
                self._come_free(effect, contact)
            case RecordServiceEvent():
                assert effect.offer.state is OfferState.ACCEPTED
                self.records[effect.call.id] += 1
            case CompleteServiceEvent():
                assert self.records[effect.call] == 1
            case DropHandoffs() | GoOn():
                pass  # Nobody here has a note, or comes for two matters.

    def _come_free(self, effect: Free, contact: Contact) -> None:
        its, before = WHERE.rings[contact.ring], self.presences[effect.staff]
        match effect.reason:
            case FreeReason.WITHDRAWN:
                return
            case FreeReason.MISSED:
                self.set_presence(p.miss(before, its.pause_after_misses, self.now))
            case FreeReason.CALL_OVER:
                length, most = timedelta(seconds=its.wrap_up_s), timedelta(seconds=its.wrap_up_most_s)
                self.set_presence(p.wrap_up(before, self.now, length, most))
            case FreeReason.DECLINED:
                self.set_presence(p.come_free(before, self.now))

    def set_presence(self, after: p.Presence) -> None:
        self.presences[after.staff] = after
        if after.wrap_up_until is not None:
            self.deadlines[DeadlineKind.WRAP_UP, after.staff] = after.wrap_up_until
        else:
            self.deadlines.pop((DeadlineKind.WRAP_UP, after.staff), None)

    def make_ready(self, staff: str) -> None:
        for contact in list(self.contacts.values()):
            if staff in contact.missed_by and contact.state in QUEUED_STATES:
                self.give(contact.id, c.Reconsider(StaffId(staff)))
                self.passed_at.pop((contact.id, staff), None)
        self.set_presence(p.make_ready(self.presences[staff], self.now))

    def connect(self, staff: str) -> None:
        self.connected.add(staff)
        self.deadlines.pop((DeadlineKind.PRESENCE_GRACE, staff), None)
        self.set_presence(p.arrive(self.presences[staff], self.now))
        if staff in self.claims:
            self.give(self.claims[staff], c.ReturnOccupant(StaffId(staff)))

    def disconnect(self, staff: str) -> None:
        self.connected.discard(staff)
        self.deadlines[DeadlineKind.PRESENCE_GRACE, staff] = self.now + PRESENCE_GRACE
        if staff in self.claims:
            grace_s = WHERE.rings[self.contacts[self.claims[staff]].ring].grace_s
            self.give(self.claims[staff], c.LoseOccupant(StaffId(staff), grace_s))

    def accept(self, contact: Contact, staff: str) -> Contact:
        assert contact.offer is not None
        number = len(self.records) + len(self.contacts) + self.made
        return self.give(
            contact.id,
            c.AcceptOffer(
                contact.offer.id,
                StaffId(staff),
                CallId(f"call-of-{contact.offer.id}"),
                SeatId(f"t-{number}"),
                SeatId(f"e-{number}"),
            ),
        )

    # ---- Matching ------------------------------------------------------------------------------------------------

    def pool(self) -> Pool:
        queue = [WaitingContact.of(each) for each in self.contacts.values() if each.state is ContactState.WAITING]
        return Pool(queue, [self._expert(each) for each in self.presences.values() if self.on_duty(each)])

    def on_duty(self, presence: p.Presence) -> bool:
        return presence.state is p.PresenceState.READY and presence.staff in self.connected

    def _expert(self, presence: p.Presence) -> Expert:
        assert presence.idle_since is not None
        free = presence.staff not in self.claims and not presence.in_wrap_up(self.now)
        return Expert(presence.staff, free, presence.idle_since, self.asked_at.get(presence.staff))

    def match(self) -> None:
        """Do what routing says; afterwards nothing is left to do."""
        pool = self.pool()
        for each in route(WHERE, pool, self.now):
            if isinstance(each, Quieten):
                self.give(each.contact, c.QuietUntilRetry(self._retry_s(each.contact)))
            else:
                self._put(each, pool)
        assert route(WHERE, self.pool(), self.now) == ()

    def _retry_s(self, contact_id: str) -> int:
        return WHERE.rings[self.contacts[contact_id].ring].retry_after_s

    def _put(self, offer: OfferTo, pool: Pool) -> None:
        contact = self.contacts[offer.contact]
        world = World(WHERE, pool, self.now)
        for staff in offer.staff:
            # Not in a loop: who passed it by is rung again after the rest at the soonest.
            passed = self.passed_at.pop((contact.id, staff), None)
            rest = timedelta(seconds=self._retry_s(contact.id))
            assert passed is None or self.now - passed >= rest, "rung in a loop"
            self.asked_at[staff] = self.now
            # I6: nobody who stands before this contact could have had the expert.
            for other in pool.waiting:
                if (
                    rank(other) < rank(WaitingContact.of(contact))
                    and self.contacts[other.id].state is ContactState.WAITING
                ):
                    assert staff not in world.could_meet(other), "I6: served before one who came before"
        self.made += 1
        timeout_s = WHERE.rings[contact.ring].offer_timeout_s
        self.give(contact.id, c.MakeOffer(OfferId(f"offer-{self.made}"), offer.staff, timeout_s))

    # ---- Deadlines -----------------------------------------------------------------------------------------------

    def sweep(self) -> None:
        """Handle all that is due, what was due first before the rest."""
        while due := [(at, key) for key, at in self.deadlines.items() if at <= self.now]:
            _, (kind, subject) = min(due)
            del self.deadlines[kind, subject]
            self._fall(kind, subject)

    def _fall(self, kind: DeadlineKind, subject: str) -> None:
        handlers: dict[DeadlineKind, Callable[[], object]] = {
            DeadlineKind.OFFER_EXPIRY: lambda: self.give(self._of_offer(subject), c.ExpireOffer(OfferId(subject))),
            DeadlineKind.CONTACT_RETRY: lambda: self.give(subject, c.EndQuiet()),
            DeadlineKind.CLOSING: lambda: self.give(subject, c.CloseForToday()),
            DeadlineKind.WRAP_UP: lambda: self.set_presence(p.end_wrap_up(self.presences[subject], self.now)),
            DeadlineKind.OCCUPANT_GRACE: lambda: self._end_grace(subject),
            DeadlineKind.PRESENCE_GRACE: lambda: self.set_presence(p.leave(self.presences[subject], self.now)),
        }
        handlers[kind]()

    def _of_offer(self, offer: str) -> str:
        return next(each.id for each in self.contacts.values() if each.offer is not None and each.offer.id == offer)

    def _end_grace(self, subject: str) -> None:
        if subject in self.presences:
            self.give(self.claims[subject], c.EndGrace(StaffId(subject)))
            return
        live = next(each for each in self.contacts.values() if each.terminal == subject)
        self.give(live.id, c.EndGrace(live.terminal))
