"""The record."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta

from sqlalchemy import bindparam, desc, insert, select, update

from palvelurinki.adapters.sql import record_tables as t
from palvelurinki.adapters.sql.unit import Row, Unit
from palvelurinki.domain.call import CallId, CallOutcome
from palvelurinki.domain.directory import RingId, TerminalKind
from palvelurinki.domain.effects import Afterword
from palvelurinki.domain.record import ServiceEvent
from palvelurinki.domain.situation import FollowUp, Resolution
from palvelurinki.ports import EventFilter, Handled

_ADD = insert(t.service_event)
_COMPLETE = update(t.service_event).where(t.service_event.c.call == bindparam("of"))
_FIELDS = tuple(each.name for each in fields(ServiceEvent))
_HANDLED = (
    select(
        *(t.service_event.c[name] for name in ("service", "language", "offered_at", "accepted_at", "ended_at")),
    )
    .where(t.service_event.c.ring == bindparam("ring"))
    .order_by(desc(t.service_event.c.ended_at), desc(t.service_event.c.id))
    .limit(bindparam("limit"))
)


class SqlServiceEvents:
    """The port `ServiceEvents`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, event: ServiceEvent) -> None:
        """One event. Raises Conflict when its call has left one already."""
        # Not `asdict`, which copies what never changes: all its fields are plain.
        values = {name: getattr(event, name) for name in _FIELDS}
        self._unit.put(_ADD, {**values, "channel": event.channel.value, "outcome": event.outcome.value})

    async def complete(self, call: CallId, afterword: Afterword) -> None:
        """The call's event says this too from now on; that there is none (any more) is no error."""
        known = {each.name: getattr(afterword, each.name) for each in fields(Afterword)}
        values = {name: value for name, value in known.items() if value is not None}
        self._unit.put(_COMPLETE, {**values, "of": call}, row=call)

    async def handled(self, ring: RingId, limit: int) -> Sequence[Handled]:
        """How long the ring's latest calls took, newest first."""
        return [_handled_of(row) for row in await self._unit.rows(_HANDLED, {"ring": ring, "limit": limit})]

    async def list(self, narrowed: EventFilter) -> Sequence[ServiceEvent]:
        """Events, newest first; `first` and `last` are both included."""
        columns = t.service_event.c
        conditions = [
            column == value
            for column, value in (
                (columns.provider, narrowed.provider),
                (columns.host, narrowed.host),
                (columns.point, narrowed.point),
            )
            if value is not None
        ]
        if narrowed.first is not None:
            conditions.append(columns.ended_at >= narrowed.first)
        if narrowed.last is not None:
            conditions.append(columns.ended_at <= narrowed.last)
        statement = (
            select(t.service_event)
            .where(*conditions)
            .order_by(desc(columns.ended_at), desc(columns.id))
            .limit(narrowed.limit)
        )
        return [_event_of(row) for row in await self._unit.rows(statement)]


def _handled_of(row: Row) -> Handled:
    return Handled(
        service=row["service"],
        language=row["language"],
        answered_s=_seconds(row["offered_at"], row["accepted_at"]),
        handled_s=_seconds(row["accepted_at"], row["ended_at"]),
        ended_at=row["ended_at"],
    )


def _seconds(first: datetime, last: datetime) -> float:
    return max((last - first) / timedelta(seconds=1), 0.0)


def _event_of(row: Row) -> ServiceEvent:
    values = dict(row)
    return ServiceEvent(
        **{
            **values,
            "channel": TerminalKind(values["channel"]),
            "outcome": CallOutcome(values["outcome"]),
            "resolution": None if values["resolution"] is None else Resolution(values["resolution"]),
            "follow_ups": None
            if values["follow_ups"] is None
            else tuple(FollowUp(each) for each in values["follow_ups"]),
        }
    )
