"""Rings: why their newest offers were made as they were, for who supervises them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from palvelurinki.domain.directory import RingId, StaffId
from palvelurinki.domain.errors import NotAllowed, UnknownThing
from palvelurinki.protocol.http import ErrorBody, RingOffers
from palvelurinki.reporting import explaining, wording
from palvelurinki.reporting.sections import supervises
from palvelurinki.web.http.access import CurrentStaff, RunningServer

router = APIRouter(
    prefix="/api/v1",
    tags=["supervision"],
    responses={status: {"model": ErrorBody} for status in (401, 403, 404)},
)

MOST = 50


@router.get("/rings/{ring}/offers")
async def offers(
    server: RunningServer,
    person: CurrentStaff,
    ring: Annotated[str, Path(max_length=64)],
    limit: Annotated[int, Query(ge=1, le=MOST)] = 20,
) -> RingOffers:
    """The ring's newest offers with their reasons. Offers whose reasons are no longer kept are left out."""
    directory = server.context.directory
    here = directory.rings.get(RingId(ring))
    staff = directory.staff.get(StaffId(person.id))
    if here is None or staff is None or here.provider != staff.organisation:
        # The same answer for another organisation's ring as for none: what there is, is not for others to learn (I7).
        raise UnknownThing("ring", ring)
    if not supervises(staff, here):
        raise NotAllowed("only who supervises the ring sees why offers were made")
    async with server.context.store.reading() as tx:
        offers = await tx.contacts.recent_offers(here.id, limit)
        grounds = await tx.explanations.of([offer.id for _, offer in offers])
    found = [
        explaining.explanation(directory, contact, offer, grounds[offer.id])
        for contact, offer in offers
        if offer.id in grounds
    ]
    return RingOffers(ring=wording.named(here), offers=found, server_time=server.node.now())
