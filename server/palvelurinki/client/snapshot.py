"""Keeping a snapshot up to date: each event replaces one part whole (I9). Pure."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from palvelurinki.protocol.server import (
    CallChanged,
    ContactChanged,
    OfferChanged,
    PointChanged,
    PresenceChanged,
    RingChanged,
    ServerEvent,
    Signalled,
    SnapshotEvent,
)
from palvelurinki.protocol.views import StaffSnapshot, TerminalSnapshot

S = TypeVar("S", TerminalSnapshot, StaffSnapshot)
Part = TypeVar("Part")


def apply_event(snapshot: S, event: ServerEvent) -> S:
    """The snapshot after the event; a signal, or an event for a part that it does not have, changes nothing.

    Raises TypeError for the snapshot of another role.
    """
    match event:
        case SnapshotEvent():
            if not isinstance(event.snapshot, type(snapshot)):
                raise TypeError(f"a snapshot for {event.snapshot.role} in a session of {snapshot.role}")
            return event.snapshot
        case CallChanged():
            return snapshot.model_copy(update={"call": event.call})
        case Signalled():
            return snapshot
        case _ if isinstance(snapshot, StaffSnapshot):
            return snapshot.model_copy(update=_staff_part(snapshot, event))
        case ContactChanged():
            return snapshot.model_copy(update={"contact": event.contact})
        case _:
            return snapshot


def _staff_part(snapshot: StaffSnapshot, event: ServerEvent) -> dict[str, object]:
    match event:
        case OfferChanged():
            return {"offer": event.offer}
        case PresenceChanged():
            return {"presence": event.presence}
        case RingChanged():
            return {"rings": _replaced(snapshot.rings, event.ring, lambda each: each.ring.id)}
        case PointChanged():
            return {"points": _replaced(snapshot.points, event.point, lambda each: each.point.id)}
        case _:
            return {}


def _replaced(parts: Sequence[Part], new: Part, id_of: Callable[[Part], str]) -> list[Part]:
    """The parts with the one of the same id replaced in its place, or the new one at the end."""
    if all(id_of(each) != id_of(new) for each in parts):
        return [*parts, new]
    return [new if id_of(each) == id_of(new) else each for each in parts]
