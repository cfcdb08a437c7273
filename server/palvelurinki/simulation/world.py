"""The world of one run: customers, experts and rings in virtual time around the domain's own decisions.

`domain.routing.route` says who is offered what, `domain.brokering.decide` moves the contacts and says whom that claims
and frees, `domain.presence` (in `desk`) says who is on duty. The world adds only what people do: they come, answer or
let it ring, talk, finish, take breaks, and lose patience. What happens in one pool of rings makes only that pool look
for offers, and a pool looks only while somebody waits in it and somebody is free in it.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from palvelurinki.domain import commands as c
from palvelurinki.domain.brokering import decide
from palvelurinki.domain.call import CallId, SeatId
from palvelurinki.domain.contact import Contact, ContactId, ContactState
from palvelurinki.domain.directory import AtClosing, PointId, Ring, StaffId, TerminalId
from palvelurinki.domain.effects import Claim, DeadlineKind, Effect, Free, FreeReason, SetDeadline
from palvelurinki.domain.hours import local_day
from palvelurinki.domain.offer import DeclineReason, OfferId
from palvelurinki.domain.routing import Expert, OfferTo, Pool, Quieten, WaitingContact, route
from palvelurinki.simulation.agenda import Agenda
from palvelurinki.simulation.arrivals import Visit, draw_visits
from palvelurinki.simulation.chance import Streams
from palvelurinki.simulation.desk import Desk
from palvelurinki.simulation.log import Fate, Log, Trace
from palvelurinki.simulation.opening import Openings
from palvelurinki.simulation.scenario import Scenario


@dataclass(slots=True)
class Case:
    """A contact with the customer behind it. `seen` is the contact as routing sees it, None when it is not waiting."""

    contact: Contact
    visit: Visit
    trace: Trace
    pool: "Floor"
    seen: WaitingContact | None = None


class Floor:
    """A pool of rings that are routed together: who waits in it, and who is on duty in it as routing sees them."""

    def __init__(self) -> None:
        self.waiting: dict[ContactId, Case] = {}
        self.on_duty: dict[StaffId, Expert] = {}
        self.free: set[StaffId] = set()
        self.day = 0

    def worth_looking(self) -> bool:
        """Whether routing can have anything to say."""
        return bool(self.waiting) and (bool(self.free) or any(case.contact.passed_by for case in self.waiting.values()))

    def see(self, desk: Desk) -> None:
        """Something about the expert has changed."""
        if desk.on_duty:
            self.on_duty[desk.staff] = desk.seen(self.day)
        else:
            self.on_duty.pop(desk.staff, None)
        if desk.free:
            self.free.add(desk.staff)
        else:
            self.free.discard(desk.staff)


class World:
    """One run of a scenario. `run` plays it to its end and gives the log; `watch` is told of each who must wait."""

    def __init__(self, scenario: Scenario, run: int = 0, watch: Callable[["World", Case], None] | None = None) -> None:
        self.scenario = scenario
        self.directory = scenario.directory
        self.agenda = Agenda(scenario.start_s)
        self.log = Log()
        self.cases: dict[ContactId, Case] = {}
        self._watch = watch
        self._streams = Streams(scenario.seed, run)
        self._openings = Openings()
        self._in_use: dict[PointId, int] = {}
        self._lines: dict[PointId, deque[tuple[int, Visit]]] = {}
        self._day = local_day(scenario.at(scenario.start_s))
        pools = {rings: Floor() for rings in dict.fromkeys(self.directory.pools.values())}
        self.floors = {ring: pools[rings] for ring, rings in self.directory.pools.items()}
        self.desks = {plan.staff: self._desk(plan.staff, number) for number, plan in enumerate(scenario.experts)}
        self._touched: dict[Floor, None] = {}

    def _desk(self, staff: StaffId, number: int) -> Desk:
        rings = self.directory.rings_of_staff[staff]
        return Desk(self.scenario, self.scenario.experts[number], self._streams.of("expert", staff), rings)

    @property
    def now_s(self) -> float:
        """Seconds from the scenario's origin."""
        return self.agenda.now_s

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.scenario.at(self.agenda.now_s)

    def run(self, progress: Callable[[float], None] | None = None) -> Log:
        """Play everything that happens. `progress` is told the present time in seconds now and then."""
        for desk in self.desks.values():
            desk.plan_day(self.agenda, self.log, self._touch_desk)
        self._visits = enumerate(draw_visits(self.scenario, self._streams))
        self._next_visit()
        happened = 0
        while (doing := self.agenda.next()) is not None:
            doing()
            while self._touched:
                self._match(self._touched.popitem()[0])
            happened += 1
            if progress is not None and happened % 1000 == 0:
                progress(self.now_s)
        for desk in self.desks.values():
            desk.close()
        for case in self.cases.values():  # nobody is there any more who could serve them
            case.trace.ended_wait_s = self.now_s
        return self.log

    def calls_day(self) -> int:
        """The local day's number, by which calls of today are counted."""
        return local_day(self.now).toordinal()

    # ---- Customers ---------------------------------------------------------------------------------------------

    def _next_visit(self) -> None:
        # One arrival is on the agenda at a time, so that it stays as small as the number of people.
        following = next(self._visits, None)
        if following is not None:
            self.agenda.enter(following[1].at_s, lambda: self._come(*following))

    def _come(self, number: int, visit: Visit) -> None:
        self._next_visit()
        kiosks = self.scenario.kiosks.get(visit.point)
        if kiosks is not None and self._in_use.get(visit.point, 0) >= kiosks:
            self._lines.setdefault(visit.point, deque()).append((number, visit))
        else:
            self._request(number, visit)

    def _request(self, number: int, visit: Visit) -> None:
        ring = self.directory.rings[self.scenario.services[visit.service].ring]
        now = self.now
        if not self._openings.takes(ring, now):
            self.log.turned_away.append((ring.id, self.now_s))
            return
        if visit.point in self.scenario.kiosks:
            self._in_use[visit.point] = self._in_use.get(visit.point, 0) + 1
            self.log.kiosk_waits.append((visit.point, visit.at_s, self.now_s))
        service = self.directory.services[visit.service]
        contact = Contact(
            id=ContactId(f"c{number:08}"),
            terminal=TerminalId(f"t{number:08}"),
            point=visit.point,
            provider=ring.provider,
            service=visit.service,
            ring=ring.id,
            language=visit.language,
            requested_at=now,
            unit=self.directory.unit_serving(visit.point, ring.provider, local_day(now)),
            head_start_s=service.head_start_s,
        )
        trace = Trace(ring.id, visit.service, visit.point, visit.language, self.now_s)
        self.log.traces.append(trace)
        case = Case(contact, visit, trace, self.floors[ring.id])
        self.cases[contact.id] = case
        self._stand(case)
        self._match(case.pool)
        if case.contact.state is ContactState.WAITING:
            self._begin_to_wait(case, ring)
        if visit.patience_s is not None:
            self.agenda.enter(self.now_s + visit.patience_s, lambda: self._lose_patience(contact.id))

    def _begin_to_wait(self, case: Case, ring: Ring) -> None:
        times = {step.after_s for step in ring.steps}
        todo = [ring]
        while todo:
            here = todo.pop()
            times |= {overflow.after_s for overflow in here.overflow if overflow.after_s is not None}
            todo += [self.directory.rings[overflow.ring] for overflow in here.overflow]
        for after_s in sorted(times - {0}):
            self.agenda.enter(self.now_s + after_s, lambda: self._look_again(case))
        closes = self._openings.closes(ring, self.now)
        if ring.at_closing is AtClosing.END and closes is not None:
            self._schedule(SetDeadline(DeadlineKind.CLOSING, case.contact.id, closes), case)
        if self._watch is not None:
            self._watch(self, case)

    def _look_again(self, case: Case) -> None:
        if case.contact.state is ContactState.WAITING:
            self._touched[case.pool] = None

    def _lose_patience(self, identifier: ContactId) -> None:
        case = self.cases.get(identifier)
        if case is not None and case.contact.call is None:
            case.trace.fate = Fate.ABANDONED
            self._decide(case, c.LeaveContact())

    # ---- Offers ------------------------------------------------------------------------------------------------

    def _match(self, pool: Floor) -> None:
        self._touched.pop(pool, None)
        if not pool.worth_looking():
            return
        day = self.calls_day()
        if day != pool.day:  # calls are counted anew
            pool.day = day
            for each in tuple(pool.on_duty):
                pool.see(self.desks[each])
        state = Pool(
            waiting=[case.seen for case in pool.waiting.values() if case.seen is not None],
            on_duty=tuple(pool.on_duty.values()),
        )
        for chosen in route(self.directory, state, self.now, explain=False):
            case = self.cases[chosen.contact]
            ring = self.directory.rings[case.contact.ring]
            match chosen:
                case OfferTo(staff=staff):
                    self._offer(case, ring, staff)
                case Quieten():
                    self._decide(case, c.QuietUntilRetry(ring.retry_after_s))

    def _offer(self, case: Case, ring: Ring, staff: tuple[StaffId, ...]) -> None:
        offers = case.trace.missed + case.trace.declined
        offer = OfferId(f"{case.contact.id}-{offers}-{self.now_s!r}")
        self._decide(case, c.MakeOffer(offer, staff, ring.offer_timeout_s))
        for each in staff:
            desk = self.desks[each]
            luck = desk.random.random()
            answer_s = desk.plan.answer.draw(desk.random)
            if luck < desk.plan.missed or answer_s >= ring.offer_timeout_s:
                continue  # it rings out
            if luck < desk.plan.missed + desk.plan.declined:
                self.agenda.enter(self.now_s + answer_s, lambda who=each: self._decline(case, offer, who))  # type: ignore[misc]
            else:
                self.agenda.enter(self.now_s + answer_s, lambda who=each: self._accept(case, offer, who))  # type: ignore[misc]

    def _rings(self, case: Case, offer: OfferId, staff: StaffId) -> bool:
        live = case.contact.offer
        return (
            case.contact.state is ContactState.OFFERED
            and live is not None
            and live.id == offer
            and any(ringing.staff == staff for ringing in live.still_ringing)
        )

    def _decline(self, case: Case, offer: OfferId, staff: StaffId) -> None:
        if self._rings(case, offer, staff):
            case.trace.declined += 1
            self._decide(case, c.DeclineOffer(offer, staff, DeclineReason.OTHER))

    def _accept(self, case: Case, offer: OfferId, staff: StaffId) -> None:
        if not self._rings(case, offer, staff):
            return
        contact, desk = case.contact, self.desks[staff]
        call = CallId(contact.id)
        seats = SeatId(f"{contact.id}-customer"), SeatId(f"{contact.id}-expert")
        self._decide(case, c.AcceptOffer(offer, staff, call, terminal_seat=seats[0], expert_seat=seats[1]))
        trace = case.trace
        if contact.offer is not None:
            trace.answered_s = (self.now - contact.offer.opened_at).total_seconds()
        trace.handled_s, trace.wrap_up_s = case.visit.handling_s, case.visit.wrap_up_s
        self.log.last_wait_s[contact.ring] = self.now_s - trace.requested_s
        trace.ended_wait_s, trace.fate, trace.staff = self.now_s, Fate.SERVED, staff
        trace.overflowed = contact.ring not in desk.rings
        desk.take_call(contact.service, self.calls_day())
        # Seats and media are not simulated: the call lasts from acceptance until the customer hangs up.
        self.agenda.enter(self.now_s + case.visit.handling_s, lambda: self._decide(case, c.LeaveContact()))

    # ---- Decisions and what they ask for -----------------------------------------------------------------------

    def _decide(self, case: Case, command: c.ContactCommand) -> None:
        decision = decide(case.contact, command, self.now)
        changed = decision.contact.state is not case.contact.state
        case.contact = decision.contact
        if case.contact.state is ContactState.ENDED:
            self._end(case)
        elif changed or case.seen is not None:
            self._stand(case)
        for effect in decision.effects:
            self._carry_out(effect, case)

    def _stand(self, case: Case) -> None:
        """Have routing see the contact as it is now, if it waits."""
        if case.contact.state is ContactState.WAITING:
            case.seen = WaitingContact.of(case.contact)
            case.pool.waiting[case.contact.id] = case
            self._touched[case.pool] = None
        elif case.seen is not None:
            case.seen = None
            del case.pool.waiting[case.contact.id]

    def _end(self, case: Case) -> None:
        if case.seen is not None:
            case.seen = None
            del case.pool.waiting[case.contact.id]
        del self.cases[case.contact.id]
        if case.contact.call is None:
            case.trace.ended_wait_s = self.now_s
        point = case.contact.point
        if point in self._in_use:
            self._in_use[point] -= 1
            line = self._lines.get(point)
            if line:
                number, visit = line.popleft()
                self.agenda.enter(self.now_s, lambda: self._request(number, visit))

    def _carry_out(self, effect: Effect, case: Case) -> None:
        match effect:
            case Claim(staff=staff):
                self.desks[staff].hold(case.contact.id)
            case Free(staff=staff, reason=reason):
                self._free(self.desks[staff], reason, case)
            case SetDeadline():
                self._schedule(effect, case)
            case _:
                pass  # deadlines that are no longer needed find nothing to do; the record is not simulated

    def _free(self, desk: Desk, reason: FreeReason, case: Case) -> None:
        match reason:
            case FreeReason.CALL_OVER:
                desk.finish_call(case.visit.wrap_up_s)
            case FreeReason.MISSED:
                case.trace.missed += 1
                desk.miss(self.directory.rings[case.contact.ring].pause_after_misses)
            case FreeReason.DECLINED:
                desk.decline()
            case FreeReason.WITHDRAWN:
                desk.let_go()

    def _schedule(self, deadline: SetDeadline, case: Case) -> None:
        commands: dict[DeadlineKind, c.ContactCommand] = {
            DeadlineKind.OFFER_EXPIRY: c.ExpireOffer(OfferId(deadline.subject)),
            DeadlineKind.CONTACT_RETRY: c.EndQuiet(),
            DeadlineKind.CLOSING: c.CloseForToday(),
        }
        command = commands[deadline.kind]
        due_s = (deadline.due - self.scenario.origin).total_seconds()
        self.agenda.enter(due_s, lambda: self._due(case, command))

    def _due(self, case: Case, command: c.ContactCommand) -> None:
        if case.contact.id in self.cases and case.contact.call is None:
            self._decide(case, command)

    def _touch_desk(self, desk: Desk) -> None:
        """Something about somebody has changed: if they are free now, their pool looks for offers."""
        pool = self.floors[desk.rings[0]]
        pool.see(desk)
        if desk.free:
            self._touched[pool] = None
