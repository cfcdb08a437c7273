"""What is written once and kept: operations, the outbox, service events, configurations."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from heapq import nlargest
from itertools import islice

from palvelurinki.adapters.memory.table import BrokenRule, Key, Row, Table
from palvelurinki.adapters.memory.tables import NodeRow, OperationRow, Tables, conflict
from palvelurinki.adapters.memory.unit import Unit
from palvelurinki.domain.call import CallId
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import RingId
from palvelurinki.domain.effects import Afterword
from palvelurinki.domain.enrolment import KeyState, TerminalKey
from palvelurinki.domain.errors import Conflict, require_same
from palvelurinki.domain.offer import OfferId
from palvelurinki.domain.record import ServiceEvent
from palvelurinki.domain.routing import Grounds
from palvelurinki.ports import ConfigurationRevision, EventFilter, Handled, OutboxEntry


class MemoryOperations:
    """The port `Operations`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def answer(self, principal: str, operation: str, asked: str | None = None) -> dict[str, str] | None:
        """The answer that was given, if the operation was done. Raises OperationReused when it was another command."""
        row = self._unit.tables.operations.get((principal, operation))
        if row is None:
            return None
        require_same(operation, row.asked, asked)
        return dict(row.answer)

    async def record(self, principal: str, operation: str, answer: dict[str, str], asked: str | None = None) -> None:
        """The operation is done. Raises Conflict when another transaction has just done it."""
        row = OperationRow(dict(answer), self._unit.now(), asked)
        self._unit.tables.operations.add((principal, operation), row, conflict())


class MemoryOutbox:
    """The port `Outbox`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(
        self,
        contact: ContactId | None,
        kind: str,
        payload: dict[str, object],
        topics: Collection[str],
        work: str | None = None,
    ) -> None:
        """One event. Its payload is kept as JSON would keep it, and TypeError is raised for what JSON cannot."""
        tables = self._unit.tables
        tables.outbox_last += 1
        kept = json.loads(json.dumps(payload))
        entry = OutboxEntry(tables.outbox_last, self._unit.now(), contact, kind, kept, tuple(sorted(topics)), work)
        tables.outbox.add(entry.id, entry)


class MemoryExplanations:
    """The port `Explanations`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, offer: OfferId, grounds: Grounds) -> None:
        """The grounds of an offer that is being made in this transaction."""
        if offer not in self._unit.tables.offers.rows:
            raise BrokenRule("explanation", offer)
        self._unit.tables.grounds.add(offer, grounds)

    async def of(self, offers: Collection[OfferId]) -> Mapping[OfferId, Grounds]:
        """The grounds of these offers, where they are still kept."""
        kept = self._unit.tables.grounds.rows
        return {offer: kept[offer] for offer in offers if offer in kept}


def outbox_since(tables: Tables, cursor: str | None) -> tuple[Sequence[OutboxEntry], str]:
    """See `ports.Store.outbox_since`. Raises ValueError for a cursor that was not given here."""
    if cursor is None:
        return [], str(tables.outbox_last)
    last = int(cursor)
    entries: list[OutboxEntry] = []
    for entry in tables.outbox.newest_first():
        if entry.id <= last:
            break
        entries.append(entry)
    entries.reverse()
    return entries, str(entries[-1].id) if entries else cursor


class MemoryServiceEvents:
    """The port `ServiceEvents`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, event: ServiceEvent) -> None:
        """One event. Raises Conflict when its call has left one already."""
        self._unit.tables.service_events.add(event.id, event)

    async def complete(self, call: CallId, afterword: Afterword) -> None:
        """The call's event says this too from now on; that there is none (any more) is no error."""
        events = self._unit.tables.service_events
        key = events.holder("service_event_call", call)
        if key is not None:
            known = {each.name: getattr(afterword, each.name) for each in fields(Afterword)}
            said = {name: value for name, value in known.items() if value is not None}
            events.put(key, replace(events.rows[key], **said))

    async def handled(self, ring: RingId, limit: int) -> Sequence[Handled]:
        """How long the ring's latest calls took, newest first."""
        found = (event for event in self._unit.tables.service_events.values() if event.ring == ring)
        return [_handled_of(event) for event in nlargest(limit, found, key=_by_end)]

    async def list(self, narrowed: EventFilter) -> Sequence[ServiceEvent]:
        """Events, newest first; `first` and `last` are both included."""
        found = [event for event in self._unit.tables.service_events.values() if _is_wanted(event, narrowed)]
        return sorted(found, key=_by_end, reverse=True)[: narrowed.limit]


def _by_end(event: ServiceEvent) -> tuple[object, ...]:
    return event.ended_at, event.id


def _handled_of(event: ServiceEvent) -> Handled:
    return Handled(
        service=event.service,
        language=event.language,
        answered_s=_seconds(event.offered_at, event.accepted_at),
        handled_s=_seconds(event.accepted_at, event.ended_at),
        ended_at=event.ended_at,
    )


def _seconds(first: datetime, last: datetime) -> float:
    return max((last - first) / timedelta(seconds=1), 0.0)


def _is_wanted(event: ServiceEvent, narrowed: EventFilter) -> bool:
    return (
        narrowed.provider in {None, event.provider}
        and narrowed.host in {None, event.host}
        and narrowed.point in {None, event.point}
        and (narrowed.first is None or event.ended_at >= narrowed.first)
        and (narrowed.last is None or event.ended_at <= narrowed.last)
    )


class MemoryConfigurations:
    """The port `Configurations`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def latest(self) -> ConfigurationRevision | None:
        """The one in force."""
        return self._unit.tables.configurations.get(await self.latest_number())

    async def hold(self, *, alone: bool = False) -> None:
        """Whoever writes is alone in any case."""

    async def is_in_force(self, revision: int) -> bool:
        """Whether this is it."""
        return revision == await self.latest_number()

    async def keep_in_force(self, revision: int) -> bool:
        """Whether this is it; nobody else writes before this transaction's end."""
        return revision == await self.latest_number()

    async def latest_number(self) -> int:
        """Its number; 0 when there is none."""
        return len(self._unit.tables.configurations.rows)

    async def add(self, document: str, applied_by: str, expected: int) -> int:
        """A new revision after `expected`; returns its number. Raises Conflict when another came between."""
        if await self.latest_number() != expected:
            raise Conflict("the configuration has moved on", expected=expected)
        revision = ConfigurationRevision(expected + 1, document, self._unit.now(), applied_by)
        self._unit.tables.configurations.add(revision.revision, revision)
        return revision.revision


class MemoryHousekeeping:
    """The port `Housekeeping`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def purge(self, before: datetime, most: int = 1000) -> int:
        """Remove operations, outbox entries, credentials and nodes that were over by `before`; returns how many."""
        tables = self._unit.tables
        removed = (
            _remove(tables.operations, lambda row: row.done_at < before, most),
            _remove(tables.outbox, lambda entry: entry.at < before, most),
            _remove(tables.tickets, lambda row: row.expires_at < before, most),
            _remove(tables.sign_ins, lambda row: row.expires_at < before, most),
            _remove(tables.attempts, lambda row: row.expires_at < before, most),
            _remove(tables.nodes, lambda row: row.beat_at < before, most),
            _remove(tables.enrolments, lambda row: row.expires_at < before, most),
            _remove(tables.terminal_keys, lambda row: _is_retired_by(row, before), most),
        )
        return sum(removed)

    async def declare_dead(self, node: str, last_beat: datetime) -> None:
        """The node is leaving, or has left: it counts as having shown life at `last_beat` for the last time."""
        if self._unit.tables.nodes.get(node) is not None:
            self._unit.tables.nodes.put(node, NodeRow(last_beat))


def _is_retired_by(key: TerminalKey, before: datetime) -> bool:
    return key.state is KeyState.RETIRED and key.ended_at is not None and key.ended_at < before


def _remove(table: Table[Key, Row], is_over: Callable[[Row], bool], most: int) -> int:
    over = list(islice((key for key, row in table.rows.items() if is_over(row)), most))
    for key in over:
        table.remove(key)
    return len(over)
