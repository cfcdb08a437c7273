"""Statuses of staff. What a person holds is read from their claim, and whether they are there from their connection."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
    true,
)

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.statements import Prepared, Wording
from palvelurinki.adapters.sql.unit import Row, Unit
from palvelurinki.domain.directory import RingId, StaffId
from palvelurinki.domain.errors import Conflict
from palvelurinki.domain.presence import Presence, PresenceState
from palvelurinki.domain.routing import Expert

_principal: ColumnElement[str] = literal_column("'staff:'", Text()) + t.presence.c.staff
# One step into the index for each person: as a condition that must exist, PostgreSQL might read all connections.
_connected = (
    select(t.connection.c.lost_at.is_(None)).where(t.connection.c.principal == _principal).scalar_subquery().is_(true())
)
_engaged = exists().where(t.engagement.c.staff == t.presence.c.staff)
_ready = t.presence.c.state == t.word(PresenceState.READY)

_ONE = select(t.presence).where(t.presence.c.staff == bindparam("staff"))
_LOCKED = _ONE.with_for_update()


_STANDS = _ONE.where(t.presence.c.version == bindparam("seen")).with_for_update(read=True)


def _rested(wording: Wording) -> ColumnElement[bool]:
    return or_(t.presence.c.wrap_up_until.is_(None), t.presence.c.wrap_up_until <= wording.now_once)


def _may_be_rung(wording: Wording, who: ColumnElement[bool]) -> Executable:
    # A console that is just being lost holds its presence's lock: it is waited for, and its connection then seen anew.
    statement = (
        select(t.presence.c.staff)
        .select_from(t.presence.join(t.connection, t.connection.c.principal == _principal))
        .where(who, _ready, _rested(wording), t.connection.c.lost_at.is_(None))
        .order_by(t.presence.c.staff)
    )
    return statement.with_for_update(of=[t.presence, t.connection]) if wording.on_postgresql else statement


_MAY_BE_RUNG = Prepared(lambda wording: _may_be_rung(wording, wording.is_one_of(t.presence.c.staff, "staff")))
_ONE_MAY_BE_RUNG = Prepared(lambda wording: _may_be_rung(wording, t.presence.c.staff == bindparam("staff")))


def _on_duty(wording: Wording) -> Select[Any]:
    free = and_(~_engaged, _rested(wording)).label("free")
    return select(t.presence.c.staff, t.presence.c.idle_since, free).where(
        wording.is_one_of(t.presence.c.staff, "staff"), _ready, _connected
    )


def _on_duty_for(wording: Wording) -> Executable:
    # A row also when nobody is on duty.
    waits = select(
        exists().where(wording.is_one_of(t.contact.c.ring, "rings"), t.waiting_contact).label("waits")
    ).subquery("waiting")
    duty = _on_duty(wording).subquery("duty")
    return select(waits.c.waits, duty).select_from(waits.outerjoin(duty, true())).order_by(duty.c.staff)


_ON_DUTY = Prepared(lambda wording: _on_duty(wording).order_by(t.presence.c.staff))
_ON_DUTY_FOR = Prepared(_on_duty_for)
_MANY = Prepared(
    lambda wording: (
        select(t.presence, _connected.label("connected"), _engaged.label("engaged"))
        .where(wording.is_one_of(t.presence.c.staff, "staff"))
        .order_by(t.presence.c.staff)
    )
)


def _upsert(wording: Wording) -> Executable:
    # What is written is one version on from what must be there.
    statement = wording.insert(t.presence)
    return statement.on_conflict_do_update(
        index_elements=[t.presence.c.staff],
        set_={column.name: statement.excluded[column.name] for column in t.presence.c if not column.primary_key},
        where=t.presence.c.version == statement.excluded.version - 1,
    )


_SAVE = Prepared(_upsert)


class SqlPresences:
    """The port `Presences`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._held: dict[StaffId, Presence] = {}
        # Loaded without a lock, and not saved.
        self._unsaved: dict[StaffId, int] = {}
        if unit.assumes:
            unit.before_end(self._assume_unsaved)

    async def load(self, staff: StaffId) -> Presence:
        """The person's presence, locked; the initial one when there is none (`save` then settles who was first)."""
        if staff not in self._held:
            row = await self._unit.row(_LOCKED if self._unit.locks_to_read else _ONE, {"staff": staff})
            presence = Presence(staff) if row is None else _presence_of(row)
            if not self._unit.writes:
                return presence
            self._held[staff] = presence
            if self._unit.assumes and row is not None:
                self._unsaved[staff] = presence.version
        return self._held[staff]

    def recall(self, presence: Presence) -> bool:
        """Take it to stand as it was seen before, where that is assumed; False where it must be loaded."""
        if not self._unit.assumes or presence.staff in self._held:
            return False
        self._held[presence.staff] = presence
        self._unsaved[presence.staff] = presence.version
        return True

    async def may_be_rung(self, staff: Collection[StaffId]) -> frozenset[StaffId]:
        """Of these, those who are ready, past their wrap-up and there, locked; all of them, where that is assumed."""
        if not self._unit.assumes:
            rows = await self._unit.rows(_MAY_BE_RUNG, {"staff": sorted(staff)}) if staff else []
            return frozenset(row["staff"] for row in rows)
        for person in sorted(staff):
            self._unit.assume(_ONE_MAY_BE_RUNG, {"staff": person})
        return frozenset(staff)

    async def save(self, presence: Presence) -> None:
        """Write it. Raises Conflict when it has moved on since it was loaded."""
        if self._held.get(presence.staff) == presence:
            return
        values = {
            "staff": presence.staff,
            "state": presence.state.value,
            "reason": None if presence.reason is None else str(presence.reason),
            "since": presence.since,
            "idle_since": presence.idle_since,
            "misses": presence.misses,
            "wrap_up_since": presence.wrap_up_since,
            "wrap_up_until": presence.wrap_up_until,
            "wrap_up_most": presence.wrap_up_most,
            "version": presence.version + 1,
        }
        self._unit.put(_SAVE, values, row=presence.staff, refusal=lambda: Conflict("the presence has moved on"))
        self._held.pop(presence.staff, None)
        self._unsaved.pop(presence.staff, None)

    async def on_duty(self, staff: Collection[StaffId]) -> Sequence[Expert]:
        """Of these, those who are ready and connected. Free are those who hold nothing and whose wrap-up is past."""
        if not staff:
            return []
        rows = await self._unit.rows(_ON_DUTY, {"staff": sorted(staff)})
        return [Expert(row["staff"], row["free"], row["idle_since"]) for row in rows]

    async def on_duty_for(self, staff: Collection[StaffId], rings: Collection[RingId]) -> tuple[Sequence[Expert], bool]:
        """The same, and whether a contact waits in one of these rings."""
        rows = await self._unit.rows(_ON_DUTY_FOR, {"staff": sorted(staff), "rings": sorted(rings)})
        experts = [Expert(row["staff"], row["free"], row["idle_since"]) for row in rows if row["staff"] is not None]
        return experts, rows[0]["waits"]

    async def of(self, staff: Collection[StaffId]) -> Sequence[tuple[Presence, bool, bool]]:
        """Of these, the presences with: whether the console is connected; whether the person holds a contact."""
        if not staff:
            return []
        rows = await self._unit.rows(_MANY, {"staff": list(staff)})
        return [(_presence_of(row), row["connected"], row["engaged"]) for row in rows]

    def _assume_unsaved(self) -> None:
        for staff, version in sorted(self._unsaved.items()):
            self._unit.assume(_STANDS, {"staff": staff, "seen": version})


def _presence_of(row: Row) -> Presence:
    return Presence(
        staff=row["staff"],
        state=PresenceState(row["state"]),
        reason=row["reason"],
        since=row["since"],
        idle_since=row["idle_since"],
        misses=row["misses"],
        wrap_up_since=row["wrap_up_since"],
        wrap_up_until=row["wrap_up_until"],
        wrap_up_most=row["wrap_up_most"],
        version=row["version"],
    )
