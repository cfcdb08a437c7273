"""A store in memory on a clock that a test moves, with a past: calls that were handled, offers that were not taken."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from palvelurinki.adapters.memory.store import MemoryStore
from palvelurinki.adapters.system import HmacPseudonyms, SystemIds
from palvelurinki.application.changes import Changes
from palvelurinki.application.estimating import Estimator
from palvelurinki.application.work import Context
from palvelurinki.domain import presence
from palvelurinki.domain.call import CallId, CallOutcome
from palvelurinki.domain.contact import Contact
from palvelurinki.domain.directory import Directory, OrganisationId, PointId, RingId, ServiceId, StaffId, TerminalKind
from palvelurinki.domain.record import ServiceEvent, ServiceEventId
from palvelurinki.ports import Store
from tests.support.forecasting import forecasts_here
from tests.unit.domain.routing.pools import NOW
from tests.unit.domain.samples import CONTACT_ID, KIOSK

RING = RingId("ring")


@dataclass(slots=True)
class Clock:
    """Stands still until it is moved."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass(slots=True)
class Office:
    """A directory's node over a store in memory. `told` are the topics of what it changed, in order."""

    directory: Directory
    clock: Clock = field(default_factory=Clock)
    told: list[frozenset[str]] = field(default_factory=list)
    store: Store = field(init=False)
    estimator: Estimator = field(init=False)

    def __post_init__(self) -> None:
        self.store = MemoryStore(self.clock)
        self.estimator = self.another_node()

    def another_node(self) -> Estimator:
        """The estimator of one more node over the same store."""

        async def notify(changes: Changes) -> None:
            self.told.append(frozenset(changes.topics))

        context = Context(
            store=self.store,
            ids=SystemIds(),
            pseudonyms=HmacPseudonyms("a secret of the test's"),
            node="node",
            directory=self.directory,
            notify=notify,
        )
        return Estimator(context, forecasts_here)

    async def ready(self, *staff: str) -> None:
        """These take calls and their consoles are there."""
        async with self.store.transaction() as tx:
            for each in staff:
                before = await tx.presences.load(StaffId(each))
                here = presence.make_ready(presence.arrive(before, self.clock()), self.clock())
                await tx.presences.save(here)
                await tx.connections.open(f"staff:{each}", f"session-{each}", "node", f"token-{each}")

    async def wait(self, *contacts: Contact) -> None:
        async with self.store.transaction() as tx:
            for each in contacts:
                await tx.contacts.add(each)


def call(
    number: int, handled_s: float, *, answered_s: float = 5, ended: datetime = NOW, **changes: object
) -> ServiceEvent:
    """A call in the record that lasted so long."""
    accepted = ended - timedelta(seconds=handled_s)
    made = ServiceEvent(
        id=ServiceEventId(f"event-{number:04}"),
        call=CallId(f"call-{number}"),
        contact=CONTACT_ID,
        provider=OrganisationId("provider"),
        ring=RING,
        service=ServiceId("service"),
        point=PointId("point"),
        terminal=KIOSK,
        channel=TerminalKind.KIOSK,
        host=OrganisationId("host"),
        municipality_code="491",
        staff_pseudonym="0123456789abcdef",
        language="fi",
        requested_at=accepted - timedelta(minutes=1),
        offered_at=accepted - timedelta(seconds=answered_s),
        accepted_at=accepted,
        connected_at=accepted,
        ended_at=ended,
        outcome=CallOutcome.SERVED,
        configuration_revision=1,
    )
    return replace(made, **changes)  # type: ignore[arg-type]
