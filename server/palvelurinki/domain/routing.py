"""Routing: which waiting contact is offered to which expert, and why.

The oldest contact of a ring is put to the member who has been idle longest. An expert who has passed a contact by is
not asked again while anyone else on duty may take it; when all have, the contact is quiet for a time and then
everybody may be asked anew, so that a lone expert is not rung in a loop. Whoever comes on duty in the quiet time has
not passed it by, and is asked at once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import StaffId


@dataclass(frozen=True, slots=True)
class WaitingContact:
    """A contact of the ring that waits, as far as routing looks at it. `quiet`: it rests from who passed it by."""

    id: ContactId
    requested_at: datetime
    passed_by: frozenset[StaffId]
    quiet: bool


@dataclass(frozen=True, slots=True)
class FreeExpert:
    """A member of the ring who is ready, connected and holds nothing."""

    staff: StaffId
    idle_since: datetime


@dataclass(frozen=True, slots=True)
class OfferTo:
    """Offer the contact to this expert."""

    contact: ContactId
    staff: StaffId


@dataclass(frozen=True, slots=True)
class Quieten:
    """Everybody on duty has passed the contact by: let it rest."""

    contact: ContactId


Route: TypeAlias = OfferTo | Quieten


def route(
    waiting: Sequence[WaitingContact], free: Sequence[FreeExpert], on_duty: Collection[StaffId]
) -> tuple[Route, ...]:
    """What to do now with a ring's waiting contacts.

    `on_duty` are the members who are ready and connected, free or not: a contact that a busy one has not passed by
    waits for them instead of going quiet. Contacts are served in order of arrival (I6); ties fall to the smaller id,
    so that the same input always gives the same routes.
    """
    routes: list[Route] = []
    left = sorted(free, key=lambda expert: (expert.idle_since, expert.staff))
    for contact in sorted(waiting, key=lambda each: (each.requested_at, each.id)):
        chosen = next((expert for expert in left if expert.staff not in contact.passed_by), None)
        if chosen is not None:
            left.remove(chosen)
            routes.append(OfferTo(contact.id, chosen.staff))
        elif not contact.quiet and on_duty and contact.passed_by.issuperset(on_duty):
            routes.append(Quieten(contact.id))
    return tuple(routes)
