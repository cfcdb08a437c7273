"""Contacts and people of a picture in a line each, for the tests of what is drawn and of what is told."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.directory import Directory, RingId, Service, ServiceId, StaffId
from palvelurinki.domain.names import Names
from palvelurinki.domain.offer import Ringing
from palvelurinki.domain.waiting.picture import History, OnDuty, Picture, picture
from tests.unit.domain.routing.pools import NOW, PROVIDER, at
from tests.unit.domain.samples import OPEN_CALL, WAITING, in_call, offered


def contact(identifier: str, waited_s: float = 0, **changes: Any) -> Contact:  # noqa: ANN401 - any field
    """A contact that has waited for `waited_s`, in Finnish for `service` in `ring` unless told."""
    fields: dict[str, Any] = {"requested_at": at(-waited_s), **changes}
    return replace(WAITING, id=ContactId(identifier), **fields)


def rung(identifier: str, *staff: str, for_s: float = 3, waited_s: float = 10) -> Contact:
    """A contact that has been ringing at these for `for_s`."""
    found = offered(*(Ringing(StaffId(each)) for each in staff))
    assert found.offer
    return replace(
        found,
        id=ContactId(identifier),
        requested_at=at(-waited_s),
        offer=replace(found.offer, opened_at=at(-for_s), expires_at=at(20 - for_s)),
    )


def talking(identifier: str, for_s: float, service: str = "service") -> Contact:
    """A contact in a call that began so long ago."""
    found = in_call(replace(OPEN_CALL, started_at=at(-for_s)))
    return replace(found, id=ContactId(identifier), service=ServiceId(service))


def free(staff: str, idle_s: float = 0, **changes: Any) -> OnDuty:  # noqa: ANN401 - any field
    return OnDuty(StaffId(staff), at(-idle_s), **changes)


def holding(staff: str, held: Contact) -> OnDuty:
    """Who talks to this contact, or is rung with it."""
    return OnDuty(StaffId(staff), at(-1000), held)


def services(where: Directory, **rings: tuple[str, int]) -> Directory:
    """The directory with these services: each its ring and its head start."""
    return replace(
        where,
        services={
            ServiceId(name): Service(
                ServiceId(name), PROVIDER, Names(name, name, name), RingId(ring), head_start_s=head_start
            )
            for name, (ring, head_start) in rings.items()
        },
    )


def drawn(
    where: Directory,
    queued: list[Contact],
    on_duty: list[OnDuty],
    history: History | None = None,
    now: datetime = NOW,
) -> Picture:
    """The picture of all rings of the directory."""
    return picture(where, where.rings, queued, on_duty, history or History(), now)
