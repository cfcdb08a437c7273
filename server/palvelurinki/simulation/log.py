"""What happened in a run: one trace of each contact, and when each expert was on duty and busy."""

from dataclasses import dataclass, field
from enum import StrEnum

from palvelurinki.domain.directory import PointId, RingId, ServiceId, StaffId


class Fate(StrEnum):
    """How a contact ended, seen from the queue."""

    SERVED = "served"
    ABANDONED = "abandoned"
    """The customer's patience was over."""
    CLOSED = "closed"
    """The ring closed before anybody was free, or nobody was there any more when the run ended."""


@dataclass(slots=True)
class Trace:
    """A contact's way. Times are seconds from the origin; `ended_wait_s` is when the call began or the customer left.

    `overflowed`: served by an expert who is no member of its ring. `answered_s`: from the offer to the call.
    """

    ring: RingId
    service: ServiceId
    point: PointId
    language: str
    requested_s: float
    ended_wait_s: float = 0.0
    fate: Fate = Fate.CLOSED
    staff: StaffId | None = None
    overflowed: bool = False
    missed: int = 0
    declined: int = 0
    answered_s: float = 0.0
    handled_s: float = 0.0
    wrap_up_s: float = 0.0

    @property
    def wait_s(self) -> float:
        """From the request until the call, or until leaving."""
        return self.ended_wait_s - self.requested_s


Stretch = tuple[StaffId, float, float]


@dataclass(slots=True)
class Log:
    """A run's traces in order of arrival, the experts' stretches of time, and who was not let in at all."""

    traces: list[Trace] = field(default_factory=list)
    duty: list[Stretch] = field(default_factory=list)
    work: list[Stretch] = field(default_factory=list)
    turned_away: list[tuple[RingId, float]] = field(default_factory=list)
    kiosk_waits: list[tuple[PointId, float, float]] = field(default_factory=list)
    last_wait_s: dict[RingId, float] = field(default_factory=dict)
    """The wait of each ring's contact that was served last."""

    def on_duty(self, staff: StaffId, start_s: float, end_s: float) -> None:
        """The expert was on duty from start to end."""
        self.duty.append((staff, start_s, end_s))

    def busy(self, staff: StaffId, start_s: float, end_s: float) -> None:
        """The expert was in a call, or finishing it, from start to end."""
        self.work.append((staff, start_s, end_s))
