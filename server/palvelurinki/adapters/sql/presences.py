"""Statuses of staff. What a person holds is read from their claim, and whether they are there from their connection."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, RowMapping, Text, exists, literal_column, select

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.unit import Unit
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.errors import Conflict
from palvelurinki.domain.presence import PauseReason, Presence, PresenceState
from palvelurinki.domain.routing import FreeExpert

_principal: ColumnElement[str] = literal_column("'staff:'", Text()) + t.presence.c.staff
_connected = exists().where(t.connection.c.principal == _principal, t.connection.c.lost_at.is_(None))
_engaged = exists().where(t.engagement.c.staff == t.presence.c.staff)
_ready = t.presence.c.state == t.word(PresenceState.READY)


class SqlPresences:
    """The port `Presences`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._held: dict[StaffId, Presence] = {}

    async def load(self, staff: StaffId) -> Presence:
        """The person's presence, locked; the initial one when there is none (`save` then settles who was first)."""
        if staff not in self._held:
            statement = select(t.presence).where(t.presence.c.staff == staff)
            row = await self._unit.row(statement.with_for_update() if self._unit.locks else statement)
            presence = Presence(staff) if row is None else _presence_of(row)
            if not self._unit.writes:
                return presence
            self._held[staff] = presence
        return self._held[staff]

    async def save(self, presence: Presence) -> None:
        """Write it. Raises Conflict when it has moved on since it was loaded."""
        if self._held.get(presence.staff) == presence:
            return
        values = {
            "state": presence.state.value,
            "reason": None if presence.reason is None else presence.reason.value,
            "since": presence.since,
            "idle_since": presence.idle_since,
            "misses": presence.misses,
            "version": presence.version + 1,
        }
        statement = (
            self._unit.insert(t.presence)
            .values({**values, "staff": presence.staff})
            .on_conflict_do_update(
                index_elements=[t.presence.c.staff],
                set_=values,
                where=t.presence.c.version == presence.version,
            )
        )
        if await self._unit.change(statement) == 0:
            raise Conflict("the presence has moved on")
        self._held.pop(presence.staff, None)

    async def peek(self, staff: StaffId) -> Presence:
        """The person's presence, not locked."""
        row = await self._unit.row(select(t.presence).where(t.presence.c.staff == staff))
        return Presence(staff) if row is None else _presence_of(row)

    async def free(self, staff: Collection[StaffId]) -> Sequence[FreeExpert]:
        """Of these, those who are ready, connected and hold nothing."""
        if not staff:
            return []
        statement = (
            select(t.presence.c.staff, t.presence.c.idle_since)
            .where(t.presence.c.staff.in_(staff), _ready, _connected, ~_engaged)
            .order_by(t.presence.c.idle_since, t.presence.c.staff)
        )
        return [FreeExpert(row["staff"], row["idle_since"]) for row in await self._unit.rows(statement)]

    async def on_duty(self, staff: Collection[StaffId]) -> Sequence[StaffId]:
        """Of these, those who are ready and connected, whatever they hold."""
        if not staff:
            return []
        statement = (
            select(t.presence.c.staff)
            .where(t.presence.c.staff.in_(staff), _ready, _connected)
            .order_by(t.presence.c.staff)
        )
        return [row["staff"] for row in await self._unit.rows(statement)]

    async def of(self, staff: Collection[StaffId]) -> Sequence[tuple[Presence, bool, bool]]:
        """Of these, the presences with: whether the console is connected; whether the person holds a contact."""
        if not staff:
            return []
        statement = (
            select(t.presence, _connected.label("connected"), _engaged.label("engaged"))
            .where(t.presence.c.staff.in_(staff))
            .order_by(t.presence.c.staff)
        )
        return [(_presence_of(row), row["connected"], row["engaged"]) for row in await self._unit.rows(statement)]


def _presence_of(row: RowMapping) -> Presence:
    return Presence(
        staff=row["staff"],
        state=PresenceState(row["state"]),
        reason=None if row["reason"] is None else PauseReason(row["reason"]),
        since=row["since"],
        idle_since=row["idle_since"],
        misses=row["misses"],
        version=row["version"],
    )
