"""A scenario's organisation as a configuration: what is judged and routed is the live system's own document.

Rings stand in a scenario as in a configuration, so whatever a ring may say there it may say here, and is refused for
the same reasons with the same codes. People are made up: each expert group becomes so many members of staff.
"""

import json
from collections.abc import Iterator, Mapping

from pydantic import JsonValue, ValidationError

from palvelurinki.application.configuration import Document
from palvelurinki.application.configuration.checks import check
from palvelurinki.application.configuration.problems import Finding, Path
from palvelurinki.application.configuration.reading import findings_of
from palvelurinki.simulation.scenario.document import ScenarioDocument

PROVIDER = "provider"
HOST = "host"
_ALWAYS: JsonValue = {"every_day": ["00:00-24:00"], "closed_on_public_holidays": False}


def configuration_of(document: ScenarioDocument) -> dict[str, JsonValue]:
    """The configuration's data for the scenario."""
    providers = _providers(document)
    return {
        "version": 1,
        "organisations": {
            HOST: {"kinds": ["host_municipality"], "names": _names(HOST), "municipality_code": "001"},
            **{each: {"kinds": ["provider"], "names": _names(each)} for each in sorted({*providers.values()})},
        },
        "units": {slug: {"organisation": of, "names": _names(slug)} for slug, of in document.units.items()},
        "services": {
            slug: {
                "provider": providers.get(part.ring, PROVIDER),
                "ring": part.ring,
                "names": _names(slug),
                "head_start_s": part.head_start_s,
            }
            for slug, part in document.services.items()
        },
        "rings": {slug: _ring(document, slug) for slug in document.rings},
        "points": {
            slug: {
                "host": HOST,
                "names": _names(slug),
                "address": slug,
                "providers": list[JsonValue](sorted({*providers.values()})),
                "served_by": [{"unit": unit} for unit in part.served_by],
            }
            for slug, part in document.points.items()
        },
        "staff": {
            staff: {
                "organisation": next((providers[ring] for ring in part.rings if ring in providers), PROVIDER),
                "name": staff,
                "roles": ["expert"],
                "languages": list(part.languages),
                "unit": part.unit,
                "skills": dict(part.skills),
            }
            for group, part in document.experts.items()
            for staff in members_of(group, part.count)
        },
    }


def members_of(group: str, count: int) -> list[str]:
    """The ids of a group's experts."""
    return [f"{group}-{number:03}" for number in range(1, count + 1)]


def configuration_findings(document: ScenarioDocument) -> Iterator[Finding]:
    """What the configuration finds wrong, told of the scenario's own parts."""
    data = configuration_of(document)
    try:
        configuration = Document.model_validate_json(json.dumps(data))
    except ValidationError as error:
        found = findings_of(error)
    else:
        found = check(configuration, {name: frozenset(part) for name, part in data.items() if isinstance(part, dict)})
    told = set()
    for finding in found:
        here = Finding(finding.code, _path(document, finding.path), finding.message, finding.at_key)
        if here not in told:
            told.add(here)
            yield here


def _path(document: ScenarioDocument, path: Path) -> Path:
    match path:
        case ("rings", str(ring), "members", int(index), *_):
            groups = [
                group for group, part in document.experts.items() if ring in part.rings for _ in range(part.count)
            ]
            return ("experts", groups[index], "rings", ring)
        case ("rings", ring, "members"):
            return ("rings", ring)
        case ("staff", str(staff), *rest):
            group = staff.rpartition("-")[0]
            return ("experts", group, *rest) if rest[:1] != ["organisation"] else ("experts", group, "rings")
        case ("units", unit, *_):
            return ("units", unit)
        case ("organisations", str(provider), *_):
            ring = next((slug for slug, each in _providers(document).items() if each == provider), "")
            return ("rings", ring, "provider")
        case _:
            return path


def _ring(document: ScenarioDocument, slug: str) -> dict[str, JsonValue]:
    members: list[JsonValue] = [
        {"staff": staff, "level": part.rings[slug]}
        for group, part in document.experts.items()
        if slug in part.rings
        for staff in members_of(group, part.count)
    ]
    defaults: Mapping[str, JsonValue] = {"provider": PROVIDER, "names": _names(slug), "hours": _ALWAYS}
    return {**defaults, **document.rings[slug], "members": members}


def _providers(document: ScenarioDocument) -> dict[str, str]:
    return {slug: str(ring.get("provider", PROVIDER)) for slug, ring in document.rings.items()}


def _names(slug: str) -> JsonValue:
    return dict.fromkeys(("fi", "sv", "en"), slug)
