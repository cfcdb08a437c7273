"""Statuses of staff. What a person holds is read from their claim, and whether they are there from their connection."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from palvelurinki.adapters.memory.unit import Unit
from palvelurinki.domain.contact import ContactState
from palvelurinki.domain.directory import RingId, StaffId
from palvelurinki.domain.errors import Conflict
from palvelurinki.domain.presence import Presence, PresenceState
from palvelurinki.domain.routing import Expert


class MemoryPresences:
    """The port `Presences`."""

    __slots__ = ("_loaded", "_unit")

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._loaded: dict[StaffId, Presence] = {}

    async def load(self, staff: StaffId) -> Presence:
        """The person's presence; the initial one when there is none."""
        presence = self._unit.tables.presences.get(staff) or Presence(staff)
        self._loaded[staff] = presence
        return presence

    def recall(self, presence: Presence) -> bool:  # noqa: ARG002
        """Nothing is assumed here."""
        return False

    async def may_be_rung(self, staff: Collection[StaffId]) -> frozenset[StaffId]:
        """Of these, those who are ready, past their wrap-up and there."""
        now = self._unit.now()
        return frozenset(row.staff for row in self._ready_and_connected(staff) if not row.in_wrap_up(now))

    async def save(self, presence: Presence) -> None:
        """Write it. Raises Conflict when it has moved on since it was loaded."""
        if self._loaded.get(presence.staff) == presence:
            return
        before = self._unit.tables.presences.get(presence.staff)
        if before is not None and before.version != presence.version:
            raise Conflict("the presence has moved on")
        self._unit.tables.presences.put(presence.staff, replace(presence, version=presence.version + 1))
        self._loaded.pop(presence.staff, None)

    async def on_duty(self, staff: Collection[StaffId]) -> Sequence[Expert]:
        """Of these, those who are ready and connected. Free are those who hold nothing and whose wrap-up is past."""
        now = self._unit.now()
        engaged = self._unit.tables.engagements.rows
        return [
            Expert(row.staff, row.staff not in engaged and not row.in_wrap_up(now), _idle_since(row))
            for row in self._ready_and_connected(staff)
        ]

    async def on_duty_for(self, staff: Collection[StaffId], rings: Collection[RingId]) -> tuple[Sequence[Expert], bool]:
        """The same, and whether a contact waits in one of these rings."""
        contacts = self._unit.tables.contacts.rows.values()
        waits = any(each.state is ContactState.WAITING and each.ring in rings for each in contacts)
        return await self.on_duty(staff), waits

    async def of(self, staff: Collection[StaffId]) -> Sequence[tuple[Presence, bool, bool]]:
        """Of these, the presences with: whether the console is connected; whether the person holds a contact."""
        engaged = self._unit.tables.engagements.rows
        rows = (self._unit.tables.presences.get(person) for person in sorted(set(staff)))
        return [(row, self._is_connected(row.staff), row.staff in engaged) for row in rows if row is not None]

    def _ready_and_connected(self, staff: Collection[StaffId]) -> Iterator[Presence]:
        for person in sorted(set(staff)):
            row = self._unit.tables.presences.get(person)
            if row is not None and row.state is PresenceState.READY and self._is_connected(person):
                yield row

    def _is_connected(self, staff: StaffId) -> bool:
        connection = self._unit.tables.connections.get(f"staff:{staff}")
        return connection is not None and connection.lost_at is None


def _idle_since(row: Presence) -> datetime:
    if row.idle_since is None:
        msg = f"{row.staff} is ready without a place in the order"
        raise ValueError(msg)
    return row.idle_since
