"""What the brokering benchmark stands on: a configuration large enough for the load, and tickets for all."""

from typing import Final

import yaml

from palvelurinki.adapters.sql.store import open_store
from palvelurinki.application.configuration import apply
from palvelurinki.application.principals import Principal
from tests.support.server import ticket_for

RINGS: Final = 8
# Experts are many enough that a free one is there whenever a contact comes: what is measured is the brokering, not
# a queue. Each takes one call at a time.
EXPERTS_OF_RING: Final = 8
TERMINALS: Final = 64
IDLE: Final = 1_000

Tickets = dict[str, str]


def service_of(number: int) -> str:
    """The service that the terminal of this number asks for; each ring has one."""
    return f"service-{number % RINGS}"


def _names(text: str) -> dict[str, str]:
    return {"fi": text, "sv": text, "en": text}


def _terminals(prefix: str, count: int) -> dict[str, object]:
    return {f"{prefix}-{number}": {"kind": "kiosk", "names": _names(f"{prefix} {number}")} for number in range(count)}


def _configuration() -> str:
    rings, services, staff = {}, {}, {}
    for ring in range(RINGS):
        members = [f"expert-{ring}-{number}" for number in range(EXPERTS_OF_RING)]
        rings[f"ring-{ring}"] = {
            "provider": "provider",
            "names": _names(f"Ring {ring}"),
            "hours": {"mon-sun": ["00:00-24:00"], "closed_on_public_holidays": False},
            "offer_timeout_s": 30,
            "wrap_up_s": 0,
            "members": members,
        }
        services[f"service-{ring}"] = {
            "provider": "provider",
            "ring": f"ring-{ring}",
            "names": _names(f"Service {ring}"),
        }
        for member in members:
            staff[member] = {"organisation": "provider", "name": member, "roles": ["expert"], "languages": ["fi"]}
    return yaml.safe_dump(
        {
            "version": 1,
            "organisations": {
                "provider": {"kinds": ["provider"], "names": _names("Provider")},
                "host": {"kinds": ["host_municipality"], "names": _names("Host"), "municipality_code": "491"},
            },
            "services": services,
            "rings": rings,
            "points": {
                "busy": _point("Busy", _terminals("terminal", TERMINALS)),
                "idle": _point("Idle", _terminals("idle", IDLE)),
            },
            "staff": staff,
        },
        sort_keys=False,
    )


def _point(name: str, terminals: dict[str, object]) -> dict[str, object]:
    return {
        "host": "host",
        "names": _names(name),
        "address": name,
        "providers": ["provider"],
        "terminals": terminals,
    }


async def prepare(database_url: str) -> tuple[Tickets, Tickets, Tickets]:
    """Migrate, put the configuration in force, and issue the tickets of the terminals, the experts and the idle.

    By hand and not by HTTP: signing in is no part of what is measured.
    """
    store = await open_store(database_url)
    try:
        await apply(store, _configuration(), "bench.yaml", applied_by="bench")
        async with store.transaction() as tx:

            async def tickets(principals: list[Principal]) -> Tickets:
                return {each.id: await ticket_for(tx, str(each)) for each in principals}

            return (
                await tickets([Principal.terminal(f"terminal-{number}") for number in range(TERMINALS)]),
                await tickets(
                    [
                        Principal.staff(f"expert-{ring}-{number}")
                        for number in range(EXPERTS_OF_RING)
                        for ring in range(RINGS)
                    ]
                ),
                await tickets([Principal.terminal(f"idle-{number}") for number in range(IDLE)]),
            )
    finally:
        await store.close()
