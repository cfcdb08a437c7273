"""The simulated world's configuration: a provider whose two rings share an expert, two points, four terminals."""

from typing import Final

from palvelurinki.domain.directory import (
    Directory,
    Names,
    Organisation,
    OrganisationId,
    OrganisationKind,
    PointId,
    Ring,
    RingId,
    RingMember,
    Role,
    Service,
    ServiceId,
    ServicePoint,
    Staff,
    StaffId,
    Terminal,
    TerminalId,
    TerminalKind,
)
from palvelurinki.domain.hours import MINUTES_IN_DAY, Interval, OpeningHours

PROVIDER: Final = OrganisationId("kela")
HOST: Final = OrganisationId("mikkeli")
MEMBERS: Final = {
    RingId("housing-ring"): ("anna", "bengt", "cecilia"),
    RingId("pension-ring"): ("cecilia", "david"),
}
SERVICES: Final = {ServiceId("housing"): RingId("housing-ring"), ServiceId("pension"): RingId("pension-ring")}
TERMINALS: Final = {
    TerminalId("kiosk-1"): PointId("centre"),
    TerminalId("kiosk-2"): PointId("centre"),
    TerminalId("desk-1"): PointId("village"),
    TerminalId("room-1"): PointId("village"),
}
EXPERTS: Final = tuple(StaffId(name) for name in ("anna", "bengt", "cecilia", "david"))

_ALWAYS = OpeningHours(weekly=dict.fromkeys(range(7), (Interval(0, MINUTES_IN_DAY),)), closed_on_public_holidays=False)


def _names(text: str) -> Names:
    return Names(text, text, text)


def directory() -> Directory:
    """The office, with waits of different lengths in its two rings."""
    housing, pension = (
        Ring(
            ring,
            PROVIDER,
            _names(ring),
            _ALWAYS,
            tuple(RingMember(StaffId(name)) for name in members),
            offer_timeout_s=20 if ring == "housing-ring" else 15,
            grace_s=60 if ring == "housing-ring" else 20,
            retry_after_s=30 if ring == "housing-ring" else 10,
            pause_after_misses=2 if ring == "housing-ring" else 1,
        )
        for ring, members in MEMBERS.items()
    )
    kinds = (TerminalKind.KIOSK, TerminalKind.KIOSK, TerminalKind.DESK, TerminalKind.PRIVATE_ROOM)
    return Directory(
        revision=1,
        organisations={
            PROVIDER: Organisation(PROVIDER, frozenset({OrganisationKind.PROVIDER}), _names("Kela")),
            HOST: Organisation(HOST, frozenset({OrganisationKind.HOST_MUNICIPALITY}), _names("Mikkeli"), "491"),
        },
        services={service: Service(service, PROVIDER, _names(service), ring) for service, ring in SERVICES.items()},
        rings={housing.id: housing, pension.id: pension},
        points={
            point: ServicePoint(point, HOST, _names(point), "Katu 1", (PROVIDER,)) for point in set(TERMINALS.values())
        },
        terminals={
            terminal: Terminal(terminal, point, kind, _names(terminal))
            for (terminal, point), kind in zip(TERMINALS.items(), kinds, strict=True)
        },
        staff={expert: Staff(expert, PROVIDER, expert.title(), frozenset({Role.EXPERT})) for expert in EXPERTS},
    )
