"""Between a document, a directory, the text that is stored, and the YAML that is exported.

`describe` is the one writer: it gives a directory's canonical data, with every default said, so that a later default
does not change an old revision. Reading that back gives an equal directory.
"""

import json
from collections.abc import Mapping
from typing import cast

from pydantic import JsonValue, ValidationError

from palvelurinki.application.configuration.document import (
    VERSION,
    Document,
    IssuerPart,
    OrganisationPart,
    PointPart,
    RetentionPart,
    RingPart,
    StaffPart,
)
from palvelurinki.application.configuration.guidance import to_guidance, told_guidance
from palvelurinki.application.configuration.hours import from_hours, to_hours
from palvelurinki.application.configuration.parts import NamesPart, ValidityPart
from palvelurinki.application.configuration.pause_reasons import DEFAULT_PAUSE_REASONS
from palvelurinki.application.configuration.problems import ConfigurationRefused, Problem
from palvelurinki.domain import directory as d
from palvelurinki.domain.names import Names
from palvelurinki.domain.retention import Kept, Retention


def to_directory(document: Document, revision: int) -> d.Directory:
    """The directory that a document tells of. The document has passed `reading.read`, now or when it was applied."""
    return d.Directory(
        revision=revision,
        organisations={
            d.OrganisationId(slug): _organisation(slug, part) for slug, part in document.organisations.items()
        },
        units={
            d.UnitId(slug): d.Unit(
                d.UnitId(slug), d.OrganisationId(part.organisation), _names(part.names), _validity(part.validity)
            )
            for slug, part in document.units.items()
        },
        services={
            d.ServiceId(slug): d.Service(
                id=d.ServiceId(slug),
                provider=d.OrganisationId(part.provider),
                names=_names(part.names),
                ring=None if part.ring is None else d.RingId(part.ring),
                needs=d.Needs(part.needs.fi, part.needs.sv, part.needs.en),
                validity=_validity(part.validity),
                head_start_s=part.head_start_s,
                guidance=to_guidance(part.guidance),
            )
            for slug, part in document.services.items()
        },
        rings={d.RingId(slug): _ring(slug, part) for slug, part in document.rings.items()},
        points={d.PointId(slug): _point(slug, part) for slug, part in document.points.items()},
        terminals={
            d.TerminalId(slug): d.Terminal(d.TerminalId(slug), d.PointId(point), part.kind, _names(part.names))
            for point, parts in document.points.items()
            for slug, part in parts.terminals.items()
        },
        staff={d.StaffId(slug): _staff(slug, part, document) for slug, part in document.staff.items()},
        issuers={d.IssuerId(slug): _issuer(slug, part) for slug, part in document.issuers.items()},
        retention=_retention(document.retention),
    )


def to_document(directory: d.Directory) -> Document:
    """The document that tells of a directory. `to_directory` of it gives an equal directory back."""
    return Document.model_validate_json(canonical_json(directory))


def canonical_json(directory: d.Directory) -> str:
    """The text that is stored: equal directories have equal texts. The revision's number is not in it."""
    return json.dumps(describe(directory), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Document:
    """A stored document. Raises ConfigurationRefused when it is none, which means a damaged store."""
    try:
        return Document.model_validate_json(text)
    except ValidationError as error:
        message = f"not a stored configuration: {error.error_count()} faults, the first {error.errors()[0]['msg']}"
        raise ConfigurationRefused("(stored)", [Problem("value.invalid", (), message, 1, 1)]) from error


def describe(directory: d.Directory) -> dict[str, JsonValue]:
    """The canonical data of a directory, in the order of the document's fields; ids keep the author's order."""
    return {
        "version": VERSION,
        "organisations": {
            part.id: _told(
                kinds=sorted(kind.value for kind in part.kinds),
                names=_told_names(part.names),
                municipality_code=part.municipality_code,
                validity=_told_validity(part.validity),
                pause_reasons={reason.id: _told_names(reason.names) for reason in part.pause_reasons} or None,
            )
            for part in directory.organisations.values()
        },
        "units": {
            part.id: _told(
                organisation=part.organisation,
                names=_told_names(part.names),
                validity=_told_validity(part.validity),
            )
            for part in directory.units.values()
        },
        "services": {
            part.id: _told(
                provider=part.provider,
                names=_told_names(part.names),
                ring=part.ring,
                needs=_told_needs(part.needs),
                validity=_told_validity(part.validity),
                head_start_s=part.head_start_s or None,
                guidance=told_guidance(part.guidance),
            )
            for part in directory.services.values()
        },
        "rings": {part.id: _told_ring(part) for part in directory.rings.values()},
        "points": {part.id: _told_point(part, directory) for part in directory.points.values()},
        "staff": {
            part.id: _told(
                organisation=part.organisation,
                name=part.name,
                roles=None if part.roles_from_issuers else sorted(role.value for role in part.roles),
                languages=list(part.languages),
                unit=part.unit,
                point=part.point,
                skills=dict(part.skills) or None,
                subjects=dict(part.subjects) or None,
            )
            for part in directory.staff.values()
        },
        **({"issuers": _told_issuers(directory)} if directory.issuers else {}),
        **({"retention": _told_retention(directory.retention)} if directory.retention != Retention() else {}),
    }


def _organisation(slug: str, part: OrganisationPart) -> d.Organisation:
    reasons: tuple[d.PauseReason, ...] = ()
    if part.pause_reasons is not None:
        reasons = tuple(
            d.PauseReason(d.PauseReasonId(reason), _names(names)) for reason, names in part.pause_reasons.items()
        )
    elif d.OrganisationKind.PROVIDER in part.kinds:
        reasons = DEFAULT_PAUSE_REASONS
    return d.Organisation(
        id=d.OrganisationId(slug),
        kinds=part.kinds,
        names=_names(part.names),
        municipality_code=part.municipality_code,
        validity=_validity(part.validity),
        pause_reasons=reasons,
    )


def _issuer(slug: str, part: IssuerPart) -> d.Issuer:
    return d.Issuer(
        id=d.IssuerId(slug),
        organisation=d.OrganisationId(part.organisation),
        names=_names(part.names),
        url=part.issuer,
        client_id=part.client_id,
        person_claim=part.person_claim,
        scopes=part.scopes,
        roles_claim=part.roles_claim,
        roles=part.roles,
    )


def _staff(slug: str, part: StaffPart, document: Document) -> d.Staff:
    return d.Staff(
        id=d.StaffId(slug),
        organisation=d.OrganisationId(part.organisation),
        name=part.name,
        roles=document.roles_of(part),
        languages=part.languages,
        unit=None if part.unit is None else d.UnitId(part.unit),
        point=None if part.point is None else d.PointId(part.point),
        skills={d.ServiceId(service): skill for service, skill in part.skills.items()},
        subjects={d.IssuerId(issuer): subject for issuer, subject in part.subjects.items()},
        roles_from_issuers=part.roles is None,
    )


def _ring(slug: str, part: RingPart) -> d.Ring:
    hours, _ = to_hours(part.hours, ("rings", slug, "hours"))
    return d.Ring(
        id=d.RingId(slug),
        provider=d.OrganisationId(part.provider),
        names=_names(part.names),
        hours=hours,
        members=tuple(d.RingMember(d.StaffId(member.staff), member.level) for member in part.members),
        offer_timeout_s=part.offer_timeout_s,
        grace_s=part.grace_s,
        retry_after_s=part.retry_after_s,
        pause_after_misses=part.pause_after_misses,
        strategy=part.strategy,
        ring_at_once=part.ring_at_once,
        steps=tuple(d.Step(step.after_s, step.language, step.unit, step.level, step.skill) for step in part.steps),
        relax_when_unstaffed=part.relax_when_unstaffed,
        overflow=tuple(d.Overflow(d.RingId(to.ring), to.after_s, to.when_unstaffed) for to in part.overflow),
        wrap_up_s=part.wrap_up_s,
        wrap_up_most_s=part.wrap_up_most_s,
        last_entry_s=part.last_entry_s,
        at_closing=part.at_closing,
    )


def _point(slug: str, part: PointPart) -> d.ServicePoint:
    return d.ServicePoint(
        id=d.PointId(slug),
        host=d.OrganisationId(part.host),
        names=_names(part.names),
        address=part.address,
        providers=tuple(d.OrganisationId(provider) for provider in part.providers),
        validity=_validity(part.validity),
        served_by=tuple(
            d.ServingUnit(d.UnitId(serving.unit), _validity(serving.validity)) for serving in part.served_by
        ),
    )


def _names(part: NamesPart) -> Names:
    return Names(part.fi, part.sv, part.en)


def _validity(part: ValidityPart) -> d.Validity:
    return d.Validity(part.first, part.last)


def _told_ring(ring: d.Ring) -> dict[str, JsonValue]:
    return _told(
        provider=ring.provider,
        names=_told_names(ring.names),
        hours=from_hours(ring.hours),
        members=[_told_member(member) for member in ring.members],
        offer_timeout_s=ring.offer_timeout_s,
        grace_s=ring.grace_s,
        retry_after_s=ring.retry_after_s,
        pause_after_misses=ring.pause_after_misses,
        strategy=ring.strategy.value,
        ring_at_once=ring.ring_at_once,
        steps=[_told_step(step) for step in ring.steps],
        relax_when_unstaffed=ring.relax_when_unstaffed,
        overflow=[_told_overflow(overflow) for overflow in ring.overflow] or None,
        wrap_up_s=ring.wrap_up_s,
        wrap_up_most_s=ring.wrap_up_most_s,
        last_entry_s=ring.last_entry_s,
        at_closing=ring.at_closing.value,
    )


def _told_member(member: d.RingMember) -> JsonValue:
    return member.staff if member.level == 1 else {"staff": member.staff, "level": member.level}


def _told_step(step: d.Step) -> dict[str, JsonValue]:
    return _told(
        after_s=step.after_s,
        language=step.language.value,
        unit=step.unit.value,
        level=step.level,
        skill=step.skill if step.skill > 1 else None,
    )


def _told_overflow(overflow: d.Overflow) -> dict[str, JsonValue]:
    return _told(ring=overflow.ring, after_s=overflow.after_s, when_unstaffed=overflow.when_unstaffed)


def _told_point(point: d.ServicePoint, directory: d.Directory) -> dict[str, JsonValue]:
    terminals: dict[str, JsonValue] = {
        terminal.id: {"kind": terminal.kind.value, "names": _told_names(terminal.names)}
        for terminal in directory.terminals_of(point.id)
    }
    return _told(
        host=point.host,
        names=_told_names(point.names),
        address=point.address,
        providers=list(point.providers),
        terminals=terminals,
        validity=_told_validity(point.validity),
        served_by=[_told(unit=serving.unit, validity=_told_validity(serving.validity)) for serving in point.served_by]
        or None,
    )


def _retention(part: RetentionPart) -> Retention:
    days = {kind: getattr(part, f"{kind.value}_days") for kind in Kept}
    for kind in (Kept.EXPLANATIONS, Kept.ESTIMATES):
        # They go with their contact.
        days[kind] = min(days[kind], days[Kept.CONTACTS])
    return Retention(tuple(days.items()), part.short_lived_hours)


def _told_retention(retention: Retention) -> dict[str, JsonValue]:
    days: dict[str, JsonValue] = {f"{kind.value}_days": days for kind, days in retention.days}
    return {**days, "short_lived_hours": retention.short_lived_hours}


def _told_issuers(directory: d.Directory) -> dict[str, JsonValue]:
    return {
        issuer.id: _told(
            organisation=issuer.organisation,
            names=_told_names(issuer.names),
            issuer=issuer.url,
            client_id=issuer.client_id,
            person_claim=issuer.person_claim,
            scopes=list(issuer.scopes),
            roles_claim=issuer.roles_claim,
            roles={value: role.value for value, role in issuer.roles.items()} or None,
        )
        for issuer in directory.issuers.values()
    }


def _told_names(names: Names) -> dict[str, JsonValue]:
    return {"fi": names.fi, "sv": names.sv, "en": names.en}


def _told_needs(needs: d.Needs) -> dict[str, JsonValue] | None:
    return _told(fi=list(needs.fi) or None, sv=list(needs.sv) or None, en=list(needs.en) or None) or None


def _told_validity(validity: d.Validity) -> dict[str, JsonValue] | None:
    first, last = validity.first, validity.last
    return _told(first=first and first.isoformat(), last=last and last.isoformat()) or None


def _told(**fields: object) -> dict[str, JsonValue]:
    """The fields that are there."""
    present: Mapping[str, object] = {name: value for name, value in fields.items() if value is not None}
    return cast("dict[str, JsonValue]", present)
