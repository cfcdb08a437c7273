"""What the parts of a configuration must be to each other. Every finding is told, not only the first.

Codes, all stable:

    reference.unknown            an id that nothing in its section has
    id.duplicate                 a terminal's id stands at two points, or is a member of staff's too (within a
                                 section, `source` sees it)
    list.duplicate               the same thing twice in a list
    organisation.code_missing    a host municipality without its three-digit code
    organisation.code_in_use     two organisations with the same code
    organisation.not_provider    a unit, service, ring or point names an organisation that is no provider, or one that
                                 is none has reasons for pauses
    pause_reason.reserved        a reason has the id of one of the server's own
    point.host_not_municipality  the host is no host municipality
    point.unit_without_contract  it is served by a unit of a provider that it has no contract with
    point.units_overlap          two units of one provider serve it on the same day
    service.ring_of_other_provider
    service.instead_of_remote    it has a ring, and tells what to do because it is never settled by video
    staff.role_not_of_organisation, staff.unit_of_other_organisation, staff.point_of_other_host
    staff.point_missing          an advisor without a point
    staff.skill_of_other_provider, staff.skill_without_ring
                                 a skill in a service that no ring asks the person for
    hours.invalid, hours.day_twice, hours.overlap
    retention.over_contacts      what belongs to a contact would be kept longer than it
    validity.reversed            the last day is before the first
    language.unknown             no ISO 639 code, or not the one that we use for the language

The codes of rings, and of their steps and overflows, are in `ring_checks`, those of issuers in `issuer_checks`. What
`document` judges has codes of its own: id.invalid, text.empty, text.too_long, text.invalid, timeout.negative,
timeout.too_long, number.out_of_range, organisation.code_invalid, issuer.url_invalid, issuer.scope_invalid,
guidance.address_invalid; and
`reading` gives field.missing, field.unknown, value.invalid.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from palvelurinki.application.configuration.document import Document, OrganisationPart, PointPart, StaffPart
from palvelurinki.application.configuration.issuer_checks import check_issuers
from palvelurinki.application.configuration.known import KIND_OF_ROLE, Known, repeated, validity_findings
from palvelurinki.application.configuration.languages import language_fault
from palvelurinki.application.configuration.pause_reasons import RESERVED_PAUSE_REASONS
from palvelurinki.application.configuration.problems import Finding, Path
from palvelurinki.application.configuration.ring_checks import check_rings
from palvelurinki.domain.directory import OrganisationKind, Role


def check(document: Document, named: Mapping[str, Collection[str]]) -> list[Finding]:
    """Every finding of the document. `named` holds the ids that stand in each section of the file (`known.Known`)."""
    return list(_Check(Known(document, named)).findings())


@dataclass(frozen=True)
class _Check:
    known: Known

    def findings(self) -> Iterator[Finding]:
        yield from self._organisations()
        yield from self._units()
        yield from self._services()
        yield from check_rings(self.known)
        yield from self._points()
        yield from self._staff()
        yield from check_issuers(self.known)
        yield from self._retention()

    def _retention(self) -> Iterator[Finding]:
        # What belongs to a contact goes with it, whatever is said of it.
        kept = self.known.document.retention
        for field in ("explanations_days", "estimates_days"):
            if field in kept.model_fields_set and getattr(kept, field) > kept.contacts_days:
                message = f"what belongs to a contact is not kept longer than contacts, {kept.contacts_days} days"
                yield Finding("retention.over_contacts", ("retention", field), message)

    def _organisations(self) -> Iterator[Finding]:
        codes: dict[str, str] = {}
        for slug, organisation in self.known.document.organisations.items():
            path = ("organisations", slug)
            yield from validity_findings(organisation.validity, path)
            yield from self._pause_reasons(slug, organisation)
            code = organisation.municipality_code
            if code is None:
                if OrganisationKind.HOST_MUNICIPALITY in organisation.kinds:
                    message = f"{slug} is a host municipality and needs its municipality_code, such as 491"
                    yield Finding("organisation.code_missing", path, message)
            elif codes.setdefault(code, slug) != slug:
                message = f"{code} is the code of {codes[code]} already"
                yield Finding("organisation.code_in_use", (*path, "municipality_code"), message)

    def _pause_reasons(self, slug: str, organisation: OrganisationPart) -> Iterator[Finding]:
        path = ("organisations", slug, "pause_reasons")
        if organisation.pause_reasons is None:
            return
        if OrganisationKind.PROVIDER not in organisation.kinds:
            message = f"the reasons are for a provider's experts, and {slug} is not a provider"
            yield Finding("organisation.not_provider", path, message)
        for reason in organisation.pause_reasons:
            if reason in RESERVED_PAUSE_REASONS:
                message = f"{reason!r} is the server's own; choose another id"
                yield Finding("pause_reason.reserved", (*path, reason), message, at_key=True)

    def _units(self) -> Iterator[Finding]:
        for slug, unit in self.known.document.units.items():
            path = ("units", slug)
            yield from validity_findings(unit.validity, path)
            yield from self.known.provider(unit.organisation, (*path, "organisation"))

    def _services(self) -> Iterator[Finding]:
        for slug, service in self.known.document.services.items():
            path = ("services", slug)
            yield from validity_findings(service.validity, path)
            yield from self.known.provider(service.provider, (*path, "provider"))
            tasks = [task.id for task in service.guidance.tasks]
            yield from repeated(tasks, (*path, "guidance", "tasks"))
            if service.ring is None:
                continue
            if service.guidance.instead is not None:
                message = "it is settled by video, in a ring: what to do instead is told of a service without one"
                yield Finding("service.instead_of_remote", (*path, "guidance", "instead"), message)
            yield from self.known.reference("rings", service.ring, (*path, "ring"))
            ring = self.known.document.rings.get(service.ring)
            if ring is not None and self.known.differ(ring.provider, service.provider):
                message = f"ring {service.ring} is of {ring.provider}, the service of {service.provider}"
                yield Finding("service.ring_of_other_provider", (*path, "ring"), message)

    def _points(self) -> Iterator[Finding]:
        point_of_terminal: dict[str, str] = {}
        for slug, point in self.known.document.points.items():
            path = ("points", slug)
            yield from validity_findings(point.validity, path)
            yield from self.known.reference("organisations", point.host, (*path, "host"))
            if not self.known.may_be(OrganisationKind.HOST_MUNICIPALITY, point.host):
                message = f"{point.host} is not a host municipality"
                yield Finding("point.host_not_municipality", (*path, "host"), message)
            yield from repeated(point.providers, (*path, "providers"))
            for index, provider in enumerate(point.providers):
                yield from self.known.provider(provider, (*path, "providers", index))
            for terminal in point.terminals:
                if point_of_terminal.setdefault(terminal, slug) != slug:
                    message = f"terminal {terminal} stands at point {point_of_terminal[terminal]} already"
                    yield Finding("id.duplicate", (*path, "terminals", terminal), message)
            yield from self._served_by(point, path)

    def _served_by(self, point: PointPart, path: Path) -> Iterator[Finding]:
        # By provider, the last day so far on which one of its units serves the point, and which one.
        until: dict[str, tuple[date, int]] = {}
        served = sorted(enumerate(point.served_by), key=lambda each: each[1].validity.first or date.min)
        for index, serving in served:
            place = (*path, "served_by", index)
            yield from self.known.reference("units", serving.unit, (*place, "unit"))
            yield from validity_findings(serving.validity, place)
            unit = self.known.document.units.get(serving.unit)
            if unit is None:
                continue
            provider = unit.organisation
            first, last = serving.validity.first or date.min, serving.validity.last or date.max
            if provider not in point.providers and self._are_known(point.providers):
                message = f"unit {serving.unit} is of {provider}, which is not among the point's providers"
                yield Finding("point.unit_without_contract", (*place, "unit"), message)
            if last < first:  # told of already
                continue
            end, other = until.get(provider, (None, index))
            if end is not None and first <= end:
                earlier, later = sorted((index, other))
                names = f"{point.served_by[earlier].unit} and {point.served_by[later].unit}"
                message = f"{names}, both of {provider}, serve the point on {serving.validity.first or 'the same days'}"
                yield Finding("point.units_overlap", (*path, "served_by", later), message)
            if end is None or last > end:
                until[provider] = (last, index)

    def _are_known(self, organisations: Collection[str]) -> bool:
        return all(slug in self.known.named.get("organisations", ()) for slug in organisations)

    def _staff(self) -> Iterator[Finding]:
        terminals = {terminal for point in self.known.document.points.values() for terminal in point.terminals}
        for slug, person in self.known.document.staff.items():
            path = ("staff", slug)
            if slug in terminals:
                # A call knows who sits where by this id alone: one must not be taken for the other.
                yield Finding("id.duplicate", path, f"{slug} is the id of a terminal already")
            yield from self.known.reference("organisations", person.organisation, (*path, "organisation"))
            yield from self._roles(person, path)
            yield from self._workplace(person, path)
            yield from repeated(person.languages, (*path, "languages"))
            for index, code in enumerate(person.languages):
                fault = language_fault(code)
                if fault:
                    yield Finding("language.unknown", (*path, "languages", index), fault)
            yield from self._skills(slug, person)

    def _skills(self, slug: str, person: StaffPart) -> Iterator[Finding]:
        for service in person.skills:
            path = ("staff", slug, "skills", service)
            yield from self.known.reference("services", service, path, at_key=True)
            part = self.known.document.services.get(service)
            if part is None:
                continue
            if self.known.differ(part.provider, person.organisation):
                message = f"{service} is of {part.provider}, the person of {person.organisation}"
                yield Finding("staff.skill_of_other_provider", path, message, at_key=True)
            elif self.known.is_whole("rings") and not self._may_be_asked(slug, part.ring):
                message = f"no ring asks {slug} for {service}, " + (
                    f"which is of ring {part.ring}" if part.ring else "which is never remote"
                )
                yield Finding("staff.skill_without_ring", path, message, at_key=True)

    def _may_be_asked(self, staff: str, ring: str | None) -> bool:
        # Of a ring that is misspelt, or has a member who is, nothing more is said than that.
        return ring is not None and (not self.known.reach_is_known(ring) or self.known.asks(ring, staff))

    def _roles(self, person: StaffPart, path: Path) -> Iterator[Finding]:
        for role, kind in KIND_OF_ROLE.items():
            if role in (person.roles or ()) and not self.known.may_be(kind, person.organisation):
                article = "an" if kind[0] in "aeiou" else "a"
                message = f"the role {role} is for staff of {article} {kind}, which {person.organisation} is not"
                yield Finding("staff.role_not_of_organisation", (*path, "roles"), message)

    def _workplace(self, person: StaffPart, path: Path) -> Iterator[Finding]:
        if person.unit is not None:
            yield from self.known.reference("units", person.unit, (*path, "unit"))
            unit = self.known.document.units.get(person.unit)
            if unit is not None and self.known.differ(unit.organisation, person.organisation):
                message = f"unit {person.unit} is of {unit.organisation}, the person of {person.organisation}"
                yield Finding("staff.unit_of_other_organisation", (*path, "unit"), message)
        if person.point is not None:
            yield from self.known.reference("points", person.point, (*path, "point"))
            point = self.known.document.points.get(person.point)
            if point is not None and self.known.differ(point.host, person.organisation):
                message = f"point {person.point} is run by {point.host}, the person is of {person.organisation}"
                yield Finding("staff.point_of_other_host", (*path, "point"), message)
        elif Role.ADVISOR in (person.roles or ()):
            yield Finding("staff.point_missing", path, "an advisor works at a point; name it as point")
