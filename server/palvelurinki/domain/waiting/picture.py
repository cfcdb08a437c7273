"""From contacts, presences and rules to the state that a forecast starts from.

The live server and the staffing simulation both draw the picture here, so that what is foretold in the one is foretold
in the other. Who may take a contact, and from when on, is asked of `domain.routing`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from palvelurinki.domain.contact import Contact, ContactId, ContactState
from palvelurinki.domain.directory import AtClosing, Directory, Ring, RingId, ServiceId, StaffId
from palvelurinki.domain.directory import Step as RingStep
from palvelurinki.domain.hours import closes_at
from palvelurinki.domain.routing import WaitingContact, rank, skill_in
from palvelurinki.domain.routing.eligibility import further_rings, misfits, reached, step_by_time
from palvelurinki.domain.waiting.durations import Durations, learn
from palvelurinki.domain.waiting.state import (
    Answering,
    Arrivals,
    Doing,
    Expert,
    Finishing,
    Free,
    InCall,
    PoolState,
    Rung,
    Service,
    Step,
    Waiting,
    WrappingUp,
)

NO_HISTORY = learn(())


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A member of the pool who is ready and connected. `holds`: the contact that rings at them or that they talk to.

    `away`: planned absences from now on, in order; an open end has no instant. `finishing`: the service of the call
    that they wrap up and since when, where nobody knows until when.
    """

    staff: StaffId
    idle_since: datetime
    holds: Contact | None = None
    wrap_up_until: datetime | None = None
    away: tuple[tuple[datetime, datetime | None], ...] = ()
    finishing: tuple[ServiceId, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """Contacts that are expected to come: how many an hour, for what and in which language."""

    service: ServiceId
    language: str
    per_hour: float


@dataclass(frozen=True, slots=True)
class History:
    """What the past tells: how long calls of each service last, how offers are answered, who is still to come."""

    handling: Mapping[ServiceId, Durations] = field(default_factory=dict)
    answering: Answering = field(default_factory=Answering)
    streams: Sequence[Stream] = ()
    patience: Durations | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """The state, and what its numbers stand for: `contacts` in order of rank, `experts` in order of their bits."""

    state: PoolState
    contacts: tuple[Contact, ...]
    experts: tuple[OnDuty, ...]


def picture(
    directory: Directory,
    rings: Collection[RingId],
    queued: Sequence[Contact],
    on_duty: Sequence[OnDuty],
    history: History,
    now: datetime,
) -> Picture:
    """The state of a pool (`rings`) at `now`. `queued` are its contacts that wait, are held or are being offered."""
    return _Picture(directory, frozenset(rings), on_duty, history, now).draw(sorted(queued, key=rank))


class _Picture:
    def __init__(
        self,
        directory: Directory,
        rings: frozenset[RingId],
        on_duty: Sequence[OnDuty],
        history: History,
        now: datetime,
    ) -> None:
        self._directory = directory
        self._rings = rings
        self._on_duty = on_duty
        self._history = history
        self._now = now
        self._bits = {each.staff: 1 << number for number, each in enumerate(on_duty)}
        self._levels: dict[StaffId, int] = {}
        for ring in sorted(rings):
            for member in directory.rings[ring].members:
                self._levels.setdefault(member.staff, member.level)
        self._masks: dict[object, int] = {}

    def draw(self, queued: Sequence[Contact]) -> Picture:
        numbers = {contact.id: number for number, contact in enumerate(queued)}
        waiting = tuple(self._waiting(contact) for contact in queued)
        experts = tuple(self._expert(each, numbers) for each in self._on_duty)
        streams = tuple(arrivals for stream in self._history.streams if (arrivals := self._arrivals(stream)))
        used = {each.service for each in waiting} | {each.service for each in streams}
        used |= {each.doing.service for each in experts if isinstance(each.doing, InCall | Finishing)}
        state = PoolState(
            experts=experts,
            waiting=waiting,
            services={key: self._service(ServiceId(key)) for key in used},
            arrivals=streams,
            answering=self._history.answering,
            closing_s=self._closing_s(),
        )
        return Picture(state, tuple(queued), tuple(self._on_duty))

    def _waiting(self, contact: Contact) -> Waiting:
        waited_s = self._since(contact.requested_at)
        return Waiting(
            service=contact.service,
            steps=self._steps(WaitingContact.of(contact), waited_s),
            ranked_at_s=self._until(contact.requested_at) - contact.head_start_s,
            prefers=self._members(contact.ring),
            relaxes=self._directory.rings[contact.ring].relax_when_unstaffed,
            waited_s=waited_s,
            patience=self._history.patience,
        )

    def _arrivals(self, stream: Stream) -> Arrivals | None:
        service = self._directory.services[stream.service]
        if service.ring is None or service.ring not in self._rings:
            return None
        ring = self._directory.rings[service.ring]
        comer = WaitingContact(ContactId(""), ring.id, service.id, stream.language, self._now)
        return Arrivals(
            per_hour=stream.per_hour,
            service=service.id,
            steps=self._steps(comer, 0.0),
            head_start_s=service.head_start_s,
            prefers=self._members(ring.id),
            relaxes=ring.relax_when_unstaffed,
            patience=self._history.patience,
        )

    def _steps(self, contact: WaitingContact, waited_s: float) -> tuple[Step, ...]:
        """Who may take the contact now, and at each moment from which somebody else may."""
        ring = self._directory.rings[contact.ring]
        changes = {step.after_s for step in ring.steps} | {
            overflow.after_s
            for each in further_rings(self._directory, ring)
            for overflow in self._directory.rings[each].overflow
            if overflow.after_s is not None
        }
        at = [0.0, *sorted(change - waited_s for change in changes if change > waited_s)]
        return tuple(Step(after_s, self._mask(contact, ring, waited_s + after_s)) for after_s in at)

    def _mask(self, contact: WaitingContact, ring: Ring, waited_s: float) -> int:
        step = ring.steps[step_by_time(ring.steps, waited_s)]
        rings = reached(self._directory, ring, waited_s, self._staffed, self._now) if ring.overflow else (ring.id,)
        key = (contact.service, contact.language, contact.unit, step, rings, contact.recused)
        mask = self._masks.get(key)
        if mask is None:
            mask = self._masks[key] = self._fitting(contact, step, rings)
        # Who has passed it by is not asked again while anyone else may take it.
        return mask & ~sum(self._bits.get(staff, 0) for staff in contact.passed_by) or mask

    def _fitting(self, contact: WaitingContact, step: RingStep, rings: tuple[RingId, ...]) -> int:
        mask = 0
        for ring in rings:
            for member in self._directory.rings[ring].members:
                bit = self._bits.get(member.staff, 0)
                person = self._directory.staff[member.staff]
                skill = skill_in(person, contact.service)
                if not bit or member.staff in contact.recused:
                    continue
                if not any(misfits(contact, step, person.languages, person.unit, skill, member.level)):
                    mask |= bit
        return mask

    def _members(self, ring: RingId) -> int:
        return sum(self._bits.get(member.staff, 0) for member in self._directory.rings[ring].members)

    def _staffed(self, ring: RingId) -> bool:
        return any(member.staff in self._bits for member in self._directory.rings[ring].members)

    def _expert(self, person: OnDuty, numbers: Mapping[ContactId, int]) -> Expert:
        away = tuple(
            (self._until(start), self._until(end) if end is not None else float("inf")) for start, end in person.away
        )
        return Expert(self._doing(person, numbers), away, self._levels.get(person.staff, 1))

    def _doing(self, person: OnDuty, numbers: Mapping[ContactId, int]) -> Doing:
        held = person.holds
        if held is not None and held.call is not None and held.state is ContactState.IN_CALL:
            return InCall(held.service, self._since(held.call.started_at))
        if held is not None and held.offer is not None and held.id in numbers:
            return Rung(numbers[held.id], self._since(held.offer.opened_at))
        if person.finishing is not None:
            return Finishing(person.finishing[0], self._since(person.finishing[1]))
        if person.wrap_up_until is not None and person.wrap_up_until > self._now:
            return WrappingUp(self._until(person.wrap_up_until))
        return Free(self._since(person.idle_since))

    def _service(self, service: ServiceId) -> Service:
        known = self._directory.services.get(service)
        ring = self._directory.rings.get(known.ring) if known is not None and known.ring is not None else None
        return Service(
            self._history.handling.get(service, NO_HISTORY),
            Durations.fixed(float(ring.wrap_up_s if ring is not None else 0)),
        )

    def _closing_s(self) -> float | None:
        """When those who wait are sent away: only where every ring of the pool does so, the first to close."""
        if any(self._directory.rings[ring].at_closing is not AtClosing.END for ring in self._rings):
            return None
        closings = [closes_at(self._directory.rings[ring].hours, self._now) for ring in self._rings]
        return min((self._until(closing) for closing in closings if closing is not None), default=None)

    def _since(self, instant: datetime) -> float:
        return max((self._now - instant) / timedelta(seconds=1), 0.0)

    def _until(self, instant: datetime) -> float:
        return (instant - self._now) / timedelta(seconds=1)
