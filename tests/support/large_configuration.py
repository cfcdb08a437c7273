"""A configuration as large as one wants: one provider, one ring that is always open, many points."""

from typing import Any

import yaml

from tests.support.scenes import HOUSING

# The service of the scenes, so that they can be played here too.
SERVICE = HOUSING


def terminal(number: int) -> str:
    return f"paate-{number:05}"


def expert(number: int) -> str:
    return f"asiantuntija-{number:05}"


def configuration(*, terminals: int, terminals_a_point: int = 20, experts: int = 1) -> str:
    """Terminals 0 … at points of `terminals_a_point`; experts 0 …, all in the ring."""
    document: dict[str, Any] = {
        "version": 1,
        "organisations": {
            "tarjoaja": {"kinds": ["provider"], "names": _names("Tarjoaja")},
            "kunta": {"kinds": ["host_municipality"], "names": _names("Kunta"), "municipality_code": "491"},
        },
        "services": {SERVICE: {"provider": "tarjoaja", "ring": "rinki", "names": _names("Palvelu")}},
        "rings": {
            "rinki": {
                "provider": "tarjoaja",
                "names": _names("Rinki"),
                "hours": {"every_day": ["00:00-24:00"], "closed_on_public_holidays": False},
                "members": [expert(number) for number in range(experts)],
            }
        },
        "points": {
            f"piste-{first // terminals_a_point:04}": _point(range(first, min(first + terminals_a_point, terminals)))
            for first in range(0, terminals, terminals_a_point)
        },
        "staff": {
            expert(number): {"organisation": "tarjoaja", "name": f"Esimerkki {number}", "roles": ["expert"]}
            for number in range(experts)
        },
    }
    return yaml.dump(
        document, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), default_flow_style=True, width=1 << 20
    )


def _point(numbers: range) -> dict[str, Any]:
    return {
        "host": "kunta",
        "names": _names(f"Piste {numbers.start}"),
        "address": "Esimerkkikatu 1, Mikkeli",
        "providers": ["tarjoaja"],
        "terminals": {terminal(number): {"kind": "kiosk", "names": _names("Kioski")} for number in numbers},
    }


def _names(name: str) -> dict[str, str]:
    return {"fi": name, "sv": name, "en": name}
