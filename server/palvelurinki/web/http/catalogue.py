"""The catalogue: what a terminal can offer to a customer now."""

from typing import Annotated

from fastapi import APIRouter

from palvelurinki.domain.access import Action, Caller
from palvelurinki.domain.directory import Service, TerminalId
from palvelurinki.domain.entry import entry
from palvelurinki.domain.hours import local_day
from palvelurinki.protocol.http import Catalogue, CatalogueRing, CatalogueService, NeedsView
from palvelurinki.reporting import wording
from palvelurinki.web.http.access import AccessFirst, RunningServer, allowed
from palvelurinki.web.http.refusals import REFUSALS

router = APIRouter(prefix="/api/v1", tags=["terminal"], responses=REFUSALS, route_class=AccessFirst)


@router.get("/terminal/catalogue")
async def catalogue(server: RunningServer, terminal: Annotated[Caller, allowed(Action.SEE_CATALOGUE)]) -> Catalogue:
    """Providers, services and rings of the terminal's point, with what is open now."""
    directory = server.context.directory
    now = server.node.now()
    here = directory.terminals[TerminalId(terminal.id)]
    services = list(directory.services_at(here.point, local_day(now)))
    offered = {service.provider for service in services}
    rings = [directory.rings[ring] for ring in dict.fromkeys(s.ring for s in services if s.ring is not None)]
    return Catalogue(
        terminal=wording.terminal(directory, here.id),
        providers=[
            wording.named(directory.organisations[provider])
            for provider in directory.points[here.point].providers
            if provider in offered
        ],
        services=[_service(service) for service in services],
        rings=[
            CatalogueRing(
                id=ring.id,
                names=wording.names(ring.names),
                provider=ring.provider,
                open=door.allowed,
                closes_at=door.closes_at,
                opens_at=door.opens_at,
            )
            for ring, door in ((ring, entry(ring, now)) for ring in rings)
        ],
        server_time=now,
    )


def _service(service: Service) -> CatalogueService:
    return CatalogueService(
        id=service.id,
        names=wording.names(service.names),
        provider=service.provider,
        ring=service.ring,
        remote=service.ring is not None,
        needs=NeedsView(fi=list(service.needs.fi), sv=list(service.needs.sv), en=list(service.needs.en)),
        guidance=wording.guidance(service.guidance),
    )
