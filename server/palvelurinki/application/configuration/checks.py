"""What the parts of a configuration must be to each other. Every finding is told, not only the first.

Codes, all stable:

    reference.unknown            an id that nothing in its section has
    id.duplicate                 a terminal's id stands at two points, or is a member of staff's too (within a
                                 section, `source` sees it)
    list.duplicate               the same thing twice in a list
    organisation.code_missing    a host municipality without its three-digit code
    organisation.code_in_use     two organisations with the same code
    organisation.not_provider    a unit, service, ring or point names an organisation that is no provider
    point.host_not_municipality  the host is no host municipality
    service.ring_of_other_provider
    ring.no_members, ring.member_not_expert, ring.member_of_other_organisation
    staff.role_not_of_organisation, staff.unit_of_other_organisation, staff.point_of_other_host
    staff.point_missing          an advisor without a point
    hours.invalid, hours.day_twice, hours.overlap
    validity.reversed            the last day is before the first
    language.unknown             no ISO 639 code, or not the one that we use for the language

What `document` judges has codes of its own: id.invalid, text.empty, text.too_long, text.invalid, timeout.negative,
timeout.too_long, organisation.code_invalid; and `reading` gives field.missing, field.unknown, value.invalid.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import iso639

from palvelurinki.application.configuration.document import Document, StaffPart, ValidityPart
from palvelurinki.application.configuration.hours import to_hours
from palvelurinki.application.configuration.problems import Finding, Path
from palvelurinki.domain.directory import OrganisationKind, Role

_KIND_OF_ROLE: Final = {
    Role.EXPERT: OrganisationKind.PROVIDER,
    Role.ADVISOR: OrganisationKind.HOST_MUNICIPALITY,
    Role.INTERPRETER: OrganisationKind.INTERPRETER_AGENCY,
}

_LANGUAGE = re.compile(r"[a-z]{2,3}")
# ISO 639-3's scope of "undetermined", "no linguistic content" and the like.
_SPECIAL: Final = "S"
# The three Sámi languages of Finland are written alike (sme, smn, sms), and "se" is too easily taken for Sweden.
_EXCEPTIONS: Final = {"sme": "sme"}


def check(document: Document, named: Mapping[str, Collection[str]]) -> list[Finding]:
    """Every finding of the document.

    `named` holds the ids that stand in each section of the file, also of parts that are faulty and therefore not in
    `document`: what refers to those is not told of as unknown.
    """
    return list(_Check(document, named).findings())


@dataclass(frozen=True)
class _Check:
    document: Document
    named: Mapping[str, Collection[str]]

    def findings(self) -> Iterator[Finding]:
        yield from self._organisations()
        yield from self._units()
        yield from self._services()
        yield from self._rings()
        yield from self._points()
        yield from self._staff()

    def _organisations(self) -> Iterator[Finding]:
        codes: dict[str, str] = {}
        for slug, organisation in self.document.organisations.items():
            path = ("organisations", slug)
            yield from _validity(organisation.validity, path)
            code = organisation.municipality_code
            if code is None:
                if OrganisationKind.HOST_MUNICIPALITY in organisation.kinds:
                    message = f"{slug} is a host municipality and needs its municipality_code, such as 491"
                    yield Finding("organisation.code_missing", path, message)
            elif codes.setdefault(code, slug) != slug:
                message = f"{code} is the code of {codes[code]} already"
                yield Finding("organisation.code_in_use", (*path, "municipality_code"), message)

    def _units(self) -> Iterator[Finding]:
        for slug, unit in self.document.units.items():
            path = ("units", slug)
            yield from _validity(unit.validity, path)
            yield from self._provider(unit.organisation, (*path, "organisation"))

    def _services(self) -> Iterator[Finding]:
        for slug, service in self.document.services.items():
            path = ("services", slug)
            yield from _validity(service.validity, path)
            yield from self._provider(service.provider, (*path, "provider"))
            if service.ring is None:
                continue
            yield from self._reference("rings", service.ring, (*path, "ring"))
            ring = self.document.rings.get(service.ring)
            if ring is not None and ring.provider != service.provider:
                message = f"ring {service.ring} is of {ring.provider}, the service of {service.provider}"
                yield Finding("service.ring_of_other_provider", (*path, "ring"), message)

    def _rings(self) -> Iterator[Finding]:
        for slug, ring in self.document.rings.items():
            path = ("rings", slug)
            yield from self._provider(ring.provider, (*path, "provider"))
            yield from to_hours(ring.hours, (*path, "hours"))[1]
            if not ring.members:
                yield Finding("ring.no_members", (*path, "members"), f"ring {slug} has no members")
            yield from _repeated([member.staff for member in ring.members], (*path, "members"))
            for index, member in enumerate(each.staff for each in ring.members):
                place = (*path, "members", index)
                yield from self._reference("staff", member, place)
                person = self.document.staff.get(member)
                if person is None:
                    continue
                if Role.EXPERT not in person.roles:
                    yield Finding("ring.member_not_expert", place, f"{member} has not the role expert")
                if person.organisation != ring.provider:
                    message = f"{member} is of {person.organisation}, the ring of {ring.provider}"
                    yield Finding("ring.member_of_other_organisation", place, message)

    def _points(self) -> Iterator[Finding]:
        point_of_terminal: dict[str, str] = {}
        for slug, point in self.document.points.items():
            path = ("points", slug)
            yield from _validity(point.validity, path)
            yield from self._reference("organisations", point.host, (*path, "host"))
            if not self._may_be(OrganisationKind.HOST_MUNICIPALITY, point.host):
                message = f"{point.host} is not a host municipality"
                yield Finding("point.host_not_municipality", (*path, "host"), message)
            yield from _repeated(point.providers, (*path, "providers"))
            for index, provider in enumerate(point.providers):
                yield from self._provider(provider, (*path, "providers", index))
            for terminal in point.terminals:
                if point_of_terminal.setdefault(terminal, slug) != slug:
                    message = f"terminal {terminal} stands at point {point_of_terminal[terminal]} already"
                    yield Finding("id.duplicate", (*path, "terminals", terminal), message)

    def _staff(self) -> Iterator[Finding]:
        terminals = {terminal for point in self.document.points.values() for terminal in point.terminals}
        for slug, person in self.document.staff.items():
            path = ("staff", slug)
            if slug in terminals:
                # A call knows who sits where by this id alone: one must not be taken for the other.
                yield Finding("id.duplicate", path, f"{slug} is the id of a terminal already")
            yield from self._reference("organisations", person.organisation, (*path, "organisation"))
            yield from self._roles(person, path)
            yield from self._workplace(person, path)
            yield from _repeated(person.languages, (*path, "languages"))
            for index, code in enumerate(person.languages):
                fault = language_fault(code)
                if fault:
                    yield Finding("language.unknown", (*path, "languages", index), fault)

    def _roles(self, person: StaffPart, path: Path) -> Iterator[Finding]:
        for role, kind in _KIND_OF_ROLE.items():
            if role in person.roles and not self._may_be(kind, person.organisation):
                message = f"the role {role} is for staff of a {kind}, which {person.organisation} is not"
                yield Finding("staff.role_not_of_organisation", (*path, "roles"), message)

    def _workplace(self, person: StaffPart, path: Path) -> Iterator[Finding]:
        if person.unit is not None:
            yield from self._reference("units", person.unit, (*path, "unit"))
            unit = self.document.units.get(person.unit)
            if unit is not None and unit.organisation != person.organisation:
                message = f"unit {person.unit} is of {unit.organisation}, the person of {person.organisation}"
                yield Finding("staff.unit_of_other_organisation", (*path, "unit"), message)
        if person.point is not None:
            yield from self._reference("points", person.point, (*path, "point"))
            point = self.document.points.get(person.point)
            if point is not None and point.host != person.organisation:
                message = f"point {person.point} is run by {point.host}, the person is of {person.organisation}"
                yield Finding("staff.point_of_other_host", (*path, "point"), message)
        elif Role.ADVISOR in person.roles:
            yield Finding("staff.point_missing", path, "an advisor works at a point; name it as point")

    def _reference(self, section: str, slug: str, path: Path) -> Iterator[Finding]:
        if slug not in self.named.get(section, ()):
            yield Finding("reference.unknown", path, f"there is no {slug!r} in {section}")

    def _provider(self, slug: str, path: Path) -> Iterator[Finding]:
        yield from self._reference("organisations", slug, path)
        if not self._may_be(OrganisationKind.PROVIDER, slug):
            yield Finding("organisation.not_provider", path, f"{slug} is not a provider")

    def _may_be(self, kind: OrganisationKind, slug: str) -> bool:
        # Of an organisation that is missing or itself faulty nothing more is said than that.
        organisation = self.document.organisations.get(slug)
        return organisation is None or kind in organisation.kinds


def language_fault(code: str) -> str | None:
    """What is wrong with a language's code, or None.

    A language has one code here: two letters (ISO 639-1) where there are such, else three (ISO 639-3). Two spellings
    of one language would keep an expert and a customer apart.
    """
    match = _LANGUAGE.fullmatch(code)
    try:
        language = match and (iso639.Language.from_part1 if len(code) == 2 else iso639.Language.from_part3)(code)  # noqa: PLR2004
    except iso639.LanguageNotFoundError:
        language = None
    if not language or language.scope == _SPECIAL:
        return f"{code!r} is not the ISO 639 code of a language; write for example fi, sv, sme or fse"
    ours = _EXCEPTIONS.get(language.part3, language.part1 or language.part3)
    return None if code == ours else f"write {ours!r} for {language.name}, not {code!r}"


def _validity(validity: ValidityPart, path: Path) -> Iterator[Finding]:
    if validity.first is not None and validity.last is not None and validity.last < validity.first:
        message = f"the last day, {validity.last}, is before the first, {validity.first}"
        yield Finding("validity.reversed", (*path, "validity"), message)


def _repeated(items: Sequence[str], path: Path) -> Iterator[Finding]:
    for index, item in enumerate(items):
        if item in items[:index]:
            yield Finding("list.duplicate", (*path, index), f"{item!r} is in the list already")
