"""How long each kind of data is kept. Why these and no others: docs/privacy.md."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final


class Kept(StrEnum):
    """A kind of data that is kept for days: what goes with it is not named."""

    # With their calls and seats, offers and ringings, estimates and explanations.
    CONTACTS = "contacts"
    EXPLANATIONS = "explanations"
    ESTIMATES = "estimates"
    SERVICE_EVENTS = "service_events"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Days: how long by default, and within what a configuration may say otherwise."""

    default: int
    least: int
    most: int


# Seven years are the six of the Accounting Act after the end of the year, whenever in the year it was.
SEVEN_YEARS: Final = 7 * 365 + 2

BOUNDS: Final = {
    Kept.CONTACTS: Bounds(180, 30, 730),
    Kept.EXPLANATIONS: Bounds(90, 7, 730),
    Kept.ESTIMATES: Bounds(180, 7, 730),
    Kept.SERVICE_EVENTS: Bounds(SEVEN_YEARS, SEVEN_YEARS, 20 * 365 + 5),
    Kept.AUDIT: Bounds(5 * 365 + 2, 366, 20 * 365 + 5),
}
# Operations, the outbox, what credentials have left behind: hours. A client may repeat itself for a while.
SHORT_LIVED: Final = Bounds(24, 2, 168)


@dataclass(frozen=True, slots=True)
class Retention:
    """Days by kind, and hours of what lives for less than a day or a few."""

    days: tuple[tuple[Kept, int], ...] = field(
        default_factory=lambda: tuple((kind, bounds.default) for kind, bounds in BOUNDS.items())
    )
    short_lived_hours: int = SHORT_LIVED.default

    def of(self, kind: Kept) -> timedelta:
        """For how long data of the kind are kept once they are over."""
        return timedelta(days=dict(self.days)[kind])

    @property
    def short_lived(self) -> timedelta:
        """The same of what is short-lived."""
        return timedelta(hours=self.short_lived_hours)
