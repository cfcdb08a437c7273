"""Rings: why their newest offers were made as they were, for who supervises them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from palvelurinki.application.callers import principal_of
from palvelurinki.domain.access import Action, Caller, ring_thing
from palvelurinki.domain.audit import AuditAct
from palvelurinki.domain.directory import RingId
from palvelurinki.protocol.http import RingOffers
from palvelurinki.reporting import explaining, wording
from palvelurinki.web.http.access import AccessFirst, RunningServer, allowed, within_reach
from palvelurinki.web.http.refusals import REFUSALS

router = APIRouter(prefix="/api/v1", tags=["supervision"], responses=REFUSALS, route_class=AccessFirst)

MOST = 50


@router.get("/rings/{ring}/offers")
async def offers(
    server: RunningServer,
    person: Annotated[Caller, allowed(Action.EXPLAIN_OFFERS)],
    ring: Annotated[str, Path(max_length=64)],
    limit: Annotated[int, Query(ge=1, le=MOST)] = 20,
) -> RingOffers:
    """The ring's newest offers with their reasons. Offers whose reasons are no longer kept are left out."""
    directory = server.context.directory
    here = within_reach(person, Action.EXPLAIN_OFFERS, directory.rings.get(RingId(ring)), ring_thing, "ring", ring)
    async with server.context.store.transaction() as tx:
        # First, so that a look that cannot be noted shows nothing.
        who, about = str(principal_of(person)), f"ring:{here.id}"
        await tx.audit.note(who, AuditAct.OFFERS_EXPLAINED, about, "board", person.organisation, {"limit": limit})
    async with server.context.store.reading() as tx:
        offers = await tx.contacts.recent_offers(here.id, limit)
        grounds = await tx.explanations.of([offer.id for _, offer in offers])
    found = [
        explaining.explanation(directory, contact, offer, grounds[offer.id])
        for contact, offer in offers
        if offer.id in grounds
    ]
    return RingOffers(ring=wording.named(here), offers=found, server_time=server.node.now())
