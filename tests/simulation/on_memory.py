"""Worlds on the store in memory, and its rows as `on_sqlite` reads them: columns by name, and nothing decided.

A row that has not changed since the last look is the same dictionary as before.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any, Generic, TypeVar

from palvelurinki.adapters.memory.store import MemoryStore
from palvelurinki.adapters.memory.table import Table
from palvelurinki.adapters.memory.tables import CallRow, OfferRow
from tests.simulation.tables import Row, Tables
from tests.simulation.world import Clock, World

Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept")
Value = TypeVar("Value")


def memory_world(seed: int) -> World:
    """A world on a store in memory."""
    clock = Clock()
    store = MemoryStore(clock)
    return World(store, Dump(store).look, clock, seed)


class Dump:
    """Dumps the committed tables of one store, time and again."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._committed: object = None
        self._tables: Tables | None = None
        self._contacts: _Column[str, Any, Row] = _Column(_row)
        self._offers: _Column[str, OfferRow, Row] = _Column(lambda row: {**_row(row.offer), "contact": row.contact})
        self._ringings: _Column[str, OfferRow, list[Row]] = _Column(
            lambda row: [{**_row(ringing), "offer": row.offer.id} for ringing in row.offer.ringings]
        )
        self._calls: _Column[str, CallRow, Row] = _Column(lambda row: {**_row(row.call), "contact": row.contact})
        self._seats: _Column[str, CallRow, list[Row]] = _Column(
            lambda row: [{**_row(seat), "call": row.call.id} for seat in row.call.seats]
        )
        self._engagements: _Column[str, Any, str] = _Column(attrgetter("contact"))
        self._presences: _Column[str, Any, Row] = _Column(_row)
        self._connections: _Column[str, Any, Row] = _Column(_row)
        self._deadlines: _Column[tuple[str, str], Any, Any] = _Column(attrgetter("due"))
        self._operations: _Column[tuple[str, str], Any, Any] = _Column(attrgetter("answer"))
        self._service_events: _Column[str, Any, Row] = _Column(_row)
        self._outbox: _Column[int, Any, Row] = _Column(_row)

    async def look(self) -> Tables:
        """The tables now."""
        committed = self._store.committed
        if self._tables is None or committed is not self._committed:
            self._committed = committed
            seats = self._seats.of(committed.calls)
            ringings = self._ringings.of(committed.offers)
            self._tables = Tables(
                contacts=self._contacts.of(committed.contacts),
                offers=self._offers.of(committed.offers),
                ringings=[ringing for of_offer in ringings.values() for ringing in of_offer],
                explained=committed.grounds.rows.keys(),
                calls=self._calls.of(committed.calls),
                seats=[seat for of_call in seats.values() for seat in of_call],
                engagements=self._engagements.of(committed.engagements),
                presences=self._presences.of(committed.presences),
                connections=self._connections.of(committed.connections),
                deadlines=self._deadlines.of(committed.deadlines),
                operations=self._operations.of(committed.operations),
                notes=committed.handoffs.rows.keys(),
                service_events=list(self._service_events.of(committed.service_events).values()),
                outbox=list(self._outbox.of(committed.outbox).values()),
            )
        return self._tables


class _Column(Generic[Key, Kept, Value]):
    """What is told of each row of a table."""

    def __init__(self, tell: Callable[[Kept], Value]) -> None:
        self._tell = tell
        self._seen: Mapping[Key, Kept] = {}
        self._told: dict[Key, Value] = {}

    def of(self, table: Table[Any, Kept]) -> dict[Key, Value]:
        rows: Mapping[Any, Kept] = table.rows
        if rows is not self._seen:
            seen, told, tell = self._seen, self._told, self._tell
            self._told = {key: told[key] if seen.get(key) is row else tell(row) for key, row in rows.items()}
            self._seen = rows
        return self._told


_NAMES: dict[type, tuple[str, ...]] = {}


def _row(kept: Any) -> dict[str, Any]:  # noqa: ANN401  # any dataclass
    names = _NAMES.get(type(kept))
    if names is None:
        names = _NAMES[type(kept)] = tuple(field.name for field in fields(kept))
    return {name: getattr(kept, name) for name in names}
