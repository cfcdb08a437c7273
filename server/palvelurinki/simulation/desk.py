"""An expert at their desk: their day's plan, lived through `domain.presence`.

They make themselves ready when the shift begins. A break, a booked customer or the end of the shift that falls into a
call begins when the call and its wrap-up are over; a break ends as planned even then. Whoever the system paused for
missed calls comes back after a while.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from palvelurinki.domain import presence as presences
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import RingId, ServiceId, StaffId
from palvelurinki.domain.presence import Presence, PresenceState, ServerPause
from palvelurinki.domain.routing import Expert
from palvelurinki.simulation.agenda import Agenda
from palvelurinki.simulation.log import Log
from palvelurinki.simulation.scenario import ExpertPlan, Pause, Scenario

BREAK, BOOKED, SHIFT_OVER = "break", "booked", "shift_over"


class Desk:
    """One expert. `holds` is the contact that rings at them or that they serve; `rings` are theirs by membership."""

    def __init__(self, scenario: Scenario, plan: ExpertPlan, random: Random, rings: tuple[RingId, ...]) -> None:
        self.plan = plan
        self.staff: StaffId = plan.staff
        self.rings = rings
        self.random = random
        self.presence = Presence(plan.staff)
        self.holds: ContactId | None = None
        self.calls: dict[int, int] = {}
        self.asked_at: datetime | None = None
        # What they are doing now, for whoever forecasts: the service and since when.
        self.in_call: tuple[ServiceId, float] | None = None
        self.wrapping: tuple[ServiceId, float] | None = None
        self._scenario = scenario
        self._wrapping = False
        self._pause_until_s: float | None = None
        self._away: str | None = None
        self._ready_since_s: float | None = None
        self._busy_since_s: float | None = None

    def plan_day(self, agenda: Agenda, log: Log, changed: Callable[["Desk"], None]) -> None:
        """Enter the shifts and pauses into the agenda; `changed` is told when who is free may have changed."""
        self._agenda, self._log, self._changed = agenda, log, changed
        for start_s, end_s in self.plan.shifts:
            agenda.enter(start_s, self._arrive)
            agenda.enter(end_s, self._shift_over)
        for pause in self.plan.pauses:
            agenda.enter(pause.start_s, lambda pause=pause: self._pause_due(pause))  # type: ignore[misc]

    @property
    def on_duty(self) -> bool:
        """Ready, with their console there; perhaps in a call."""
        return self.presence.state is PresenceState.READY

    @property
    def free(self) -> bool:
        """On duty, holding nothing and not finishing a call."""
        return self.on_duty and self.holds is None and not self._wrapping

    def seen(self, day: int) -> Expert:
        """The expert as routing sees them."""
        idle_since = self.presence.idle_since or self._scenario.origin
        return Expert(self.staff, self.free, idle_since, self.asked_at, self.calls.get(day, 0))

    def hold(self, contact: ContactId) -> None:
        """The contact rings at them."""
        self.holds = contact
        self.asked_at = self._now
        self._changed(self)

    def take_call(self, service: ServiceId, day: int) -> None:
        """The call has begun."""
        self.calls[day] = self.calls.get(day, 0) + 1
        self.in_call = (service, self._agenda.now_s)
        self._busy_since_s = self._agenda.now_s

    def finish_call(self, wrap_up_s: float) -> None:
        """The call is over; the wrap-up takes this long."""
        call, self.in_call, self.holds = self.in_call, None, None
        length = timedelta(seconds=wrap_up_s)
        self.presence = presences.wrap_up(self.presence, self._now, length, length)
        if length:
            self.wrapping = (call[0], self._agenda.now_s) if call is not None else None
            self._wrapping = True
            self._changed(self)
            self._agenda.enter(self._agenda.now_s + wrap_up_s, self._finish_wrap_up)
        else:
            self._unbusy()

    def miss(self, pause_after: int) -> None:
        """An offer rang out."""
        self.holds = None
        self.presence = presences.miss(self.presence, pause_after, self._now)
        if not self.on_duty:
            self._off_duty()
            self._agenda.enter(self._agenda.now_s + self.plan.back_after_s, self._come_back)
        self._settle()

    def decline(self) -> None:
        """They did not take the offer."""
        self.holds = None
        self.presence = presences.come_free(self.presence, self._now)
        self._settle()

    def let_go(self) -> None:
        """The offer was withdrawn: it does not cost them their place."""
        self.holds = None
        self._settle()

    def close(self) -> None:
        """The run is over: count the time up to now."""
        self._count_busy()
        self._off_duty()

    @property
    def _now(self) -> datetime:
        return self._scenario.at(self._agenda.now_s)

    def _finish_wrap_up(self) -> None:
        self._wrapping, self.wrapping = False, None
        self.presence = presences.end_wrap_up(self.presence, self._now)
        self._unbusy()

    def _unbusy(self) -> None:
        self._count_busy()
        self._settle()

    def _count_busy(self) -> None:
        if self._busy_since_s is not None:
            self._log.busy(self.staff, self._busy_since_s, self._agenda.now_s)
            self._busy_since_s = None

    def _arrive(self) -> None:
        self._away = None
        self.presence = presences.arrive(self.presence, self._now)
        self._settle()

    def _shift_over(self) -> None:
        self._away = SHIFT_OVER
        self._settle()

    def _pause_due(self, pause: Pause) -> None:
        until_s = pause.start_s + pause.length_s
        if self._pause_until_s is None or until_s > self._pause_until_s:
            self._pause_until_s = until_s
            if self._away != SHIFT_OVER:
                self._away = BOOKED if pause.booked else BREAK
            self._agenda.enter(until_s, self._pause_over)
        self._settle()

    def _pause_over(self) -> None:
        if self._pause_until_s is not None and self._agenda.now_s >= self._pause_until_s:
            self._pause_until_s = None
            if self._away != SHIFT_OVER:
                self._away = None
            self._settle()

    def _come_back(self) -> None:
        if self.presence.state is PresenceState.PAUSED and self.presence.reason == ServerPause.MISSED:
            self._settle(back=True)

    def _settle(self, *, back: bool = False) -> None:
        """Be what the plan says, unless a call or its wrap-up is still to be finished."""
        if self.holds is None and not self._wrapping:
            self._be_as_planned(back=back)
        self._changed(self)

    def _be_as_planned(self, *, back: bool) -> None:
        now = self._now
        missed = self.presence.reason == ServerPause.MISSED and not back
        if self._away is not None:
            if self.presence.state is not PresenceState.OFFLINE:
                self.presence = presences.pause(self.presence, self._away, now)
                if self._away == SHIFT_OVER:
                    self.presence = presences.leave(self.presence, now)
                self._off_duty()
        elif self.presence.state is PresenceState.PAUSED and not missed:
            self.presence = presences.make_ready(self.presence, now)
            self._ready_since_s = self._agenda.now_s

    def _off_duty(self) -> None:
        if self._ready_since_s is not None:
            self._log.on_duty(self.staff, self._ready_since_s, self._agenda.now_s)
            self._ready_since_s = None
