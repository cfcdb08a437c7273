"""Topics: what a change is about, and so who wants to look again. A wake-up carries topics and nothing else."""

from collections.abc import Iterator
from typing import Final

from palvelurinki.domain.contact import Contact
from palvelurinki.domain.directory import Directory, PointId, RingId, StaffId, TerminalId

CONFIGURATION: Final = "configuration"
_BOARDS: Final = ("ring:", "point:", "estimates:")


def terminal(identifier: TerminalId) -> str:
    """The terminal's contact and call."""
    return f"terminal:{identifier}"


def staff(identifier: StaffId) -> str:
    """The person's presence, offer and call."""
    return f"staff:{identifier}"


def ring(identifier: RingId) -> str:
    """The ring's queue and its members' status."""
    return f"ring:{identifier}"


def estimates(identifier: RingId) -> str:
    """How long those who wait in the ring are told that they will."""
    return f"estimates:{identifier}"


def point(identifier: PointId) -> str:
    """The service point's terminals."""
    return f"point:{identifier}"


def connection(principal: str) -> str:
    """Which session speaks for the principal ("terminal:ID", "staff:ID"), and at which node."""
    return f"connection:{principal}"


def of_contact(before: Contact | None, after: Contact) -> Iterator[str]:
    """What a change of a contact is about."""
    yield terminal(after.terminal)
    if before is not None and before.terminal != after.terminal:
        yield terminal(before.terminal)
    for version in (before, after):
        if version is not None:
            yield from (staff(person) for person in people_of(version))
    if before is None or _in_ring(before) != _in_ring(after):
        yield ring(after.ring)
    if before is None or _at_point(before) != _at_point(after):
        yield point(after.point)


def of_staff(identifier: StaffId, directory: Directory) -> Iterator[str]:
    """What a change of a person's presence is about."""
    yield staff(identifier)
    yield from (ring(each) for each in directory.rings_of_staff.get(identifier, ()))


def people_of(contact: Contact) -> Iterator[StaffId]:
    """The staff whom the contact concerns: of its latest offer and of its call."""
    if contact.offer is not None:
        yield from (ringing.staff for ringing in contact.offer.ringings)
    if contact.call is not None:
        yield from (seat.staff for seat in contact.call.seats if seat.staff is not None)


def is_board(topic: str) -> bool:
    """Whether many watch it: a ring's queue, its estimates, a point's terminals. The rest is somebody's own."""
    return topic.startswith(_BOARDS)


def _in_ring(contact: Contact) -> tuple[object, ...]:
    """What the ring's board shows of it, and whom it may be offered to."""
    return contact.state, contact.language, contact.quiet_until, contact.passed_by, contact.line


def _at_point(contact: Contact) -> tuple[object, ...]:
    """What the point's board shows of it."""
    connected_at = contact.call.connected_at if contact.call is not None else None
    return contact.terminal, contact.state, contact.language, contact.line, contact.situation, connected_at
