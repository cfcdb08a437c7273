"""The catalogue: what a terminal can offer to a customer now, and what an advisor can connect one to."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter

from palvelurinki.domain.access import Action, Caller, point_thing
from palvelurinki.domain.directory import Directory, PointId, Service, TerminalId
from palvelurinki.domain.entry import entry
from palvelurinki.domain.hours import local_day
from palvelurinki.protocol.base import Identifier
from palvelurinki.protocol.http import Catalogue, CatalogueRing, CatalogueService, NeedsView, PointCatalogue
from palvelurinki.protocol.named import NamedView
from palvelurinki.reporting import wording
from palvelurinki.web.http.access import AccessFirst, RunningServer, allowed, within_reach
from palvelurinki.web.http.refusals import REFUSALS

router = APIRouter(prefix="/api/v1", responses=REFUSALS, route_class=AccessFirst)


@router.get("/terminal/catalogue", tags=["terminal"])
async def catalogue(server: RunningServer, terminal: Annotated[Caller, allowed(Action.SEE_CATALOGUE)]) -> Catalogue:
    """Providers, services and rings of the terminal's point, with what is open now."""
    directory = server.context.directory
    now = server.node.now()
    here = directory.terminals[TerminalId(terminal.id)]
    services = list(directory.services_at(here.point, local_day(now)))
    return Catalogue(
        terminal=wording.terminal(directory, here.id),
        providers=list(_providers(directory, here.point, services)),
        services=[_service(service, for_staff=False) for service in services],
        rings=list(_rings(directory, services, now)),
        server_time=now,
    )


@router.get("/points/{point}/catalogue", tags=["staff"])
async def point_catalogue(
    server: RunningServer, point: Identifier, advisor: Annotated[Caller, allowed(Action.SEE_POINT_CATALOGUE)]
) -> PointCatalogue:
    """What an advisor can connect a customer of the point to, with the services' whole instructions."""
    directory = server.context.directory
    now = server.node.now()
    found = directory.points.get(PointId(point))
    here = within_reach(advisor, Action.SEE_POINT_CATALOGUE, found, point_thing, "point", point)
    services = list(directory.services_at(here.id, local_day(now)))
    return PointCatalogue(
        point=wording.named(here),
        providers=list(_providers(directory, here.id, services)),
        services=[_service(service, for_staff=True) for service in services],
        rings=list(_rings(directory, services, now)),
        server_time=now,
    )


def _providers(directory: Directory, point: PointId, services: list[Service]) -> Iterator[NamedView]:
    offered = {service.provider for service in services}
    for provider in directory.points[point].providers:
        if provider in offered:
            yield wording.named(directory.organisations[provider])


def _rings(directory: Directory, services: list[Service], now: datetime) -> Iterator[CatalogueRing]:
    for name in dict.fromkeys(service.ring for service in services if service.ring is not None):
        ring = directory.rings[name]
        door = entry(ring, now)
        yield CatalogueRing(
            id=ring.id,
            names=wording.names(ring.names),
            provider=ring.provider,
            open=door.allowed,
            closes_at=door.closes_at,
            opens_at=door.opens_at,
        )


def _service(service: Service, *, for_staff: bool) -> CatalogueService:
    return CatalogueService(
        id=service.id,
        names=wording.names(service.names),
        provider=service.provider,
        ring=service.ring,
        remote=service.ring is not None,
        needs=NeedsView(fi=list(service.needs.fi), sv=list(service.needs.sv), en=list(service.needs.en)),
        guidance=wording.guidance(service.guidance, for_staff=for_staff),
    )
