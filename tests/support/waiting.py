"""Waiting for what a client is to see, with an end: what it saw instead is in the failure."""

import asyncio
from collections.abc import Callable

from palvelurinki.client import Client
from palvelurinki.client.snapshot import S
from palvelurinki.protocol.views import (
    CallView,
    ContactView,
    OfferView,
    RingView,
    StaffSnapshot,
    TerminalSnapshot,
)

# Far longer than anything takes here; only a failing test waits so long.
WITHIN_S = 15.0


async def seen(client: Client[S], holds: Callable[[S], bool], within_s: float = WITHIN_S) -> S:
    """The first snapshot for which `holds`."""
    try:
        async with asyncio.timeout(within_s):
            return await client.until(holds)
    except TimeoutError:
        message = f"not seen within {within_s:.0f} s; last: {client.snapshot.model_dump_json(indent=1)}"
        raise AssertionError(message) from None


async def contact_in(
    kiosk: Client[TerminalSnapshot], state: str, holds: Callable[[ContactView], bool] | None = None
) -> ContactView:
    """The kiosk's contact, once it is in this state and `holds`."""

    def there(snapshot: TerminalSnapshot) -> bool:
        contact = snapshot.contact
        return contact is not None and contact.state == state and (holds is None or holds(contact))

    snapshot = await seen(kiosk, there)
    assert snapshot.contact
    return snapshot.contact


async def offer_in(console: Client[StaffSnapshot], state: str, *, other_than: str | None = None) -> OfferView:
    """The console's offer, once it is in this state."""
    snapshot = await seen(
        console, lambda s: s.offer is not None and s.offer.state == state and s.offer.id != other_than
    )
    assert snapshot.offer
    return snapshot.offer


async def call_in(
    client: Client[TerminalSnapshot] | Client[StaffSnapshot],
    state: str,
    holds: Callable[[CallView], bool] | None = None,
) -> CallView:
    """The client's call, once it is in this state and `holds`."""

    def there(snapshot: TerminalSnapshot | StaffSnapshot) -> bool:
        call = snapshot.call
        return call is not None and call.state == state and (holds is None or holds(call))

    # The two kinds of client have the call in common, which no type says.
    snapshot: TerminalSnapshot | StaffSnapshot = await seen(client, there)  # type: ignore[misc]
    assert snapshot.call
    return snapshot.call


def ring_of(snapshot: StaffSnapshot, identifier: str = "kela") -> RingView:
    """One of the rings that the person sees."""
    return next(view for view in snapshot.rings if view.ring.id == identifier)


async def ring_with(
    console: Client[StaffSnapshot], holds: Callable[[RingView], bool], identifier: str = "kela"
) -> RingView:
    """The ring's board, once it `holds`."""
    return ring_of(await seen(console, lambda s: holds(ring_of(s, identifier))), identifier)
