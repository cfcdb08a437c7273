"""What a configuration's checks share: looking things up without telling twice of what is missing or faulty."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from palvelurinki.application.configuration.document import Document
from palvelurinki.application.configuration.parts import ValidityPart
from palvelurinki.application.configuration.problems import Finding, Path, did_you_mean
from palvelurinki.domain.directory import OrganisationKind, Role

KIND_OF_ROLE: Final = {
    Role.EXPERT: OrganisationKind.PROVIDER,
    Role.ADVISOR: OrganisationKind.HOST_MUNICIPALITY,
    Role.INTERPRETER: OrganisationKind.INTERPRETER_AGENCY,
}


@dataclass(frozen=True)
class Known:
    """The well-formed parts of a document, and the ids that stand in each section of the file.

    `named` holds also the ids of parts that are faulty and therefore not in `document`: what refers to those is not
    told of as unknown, and nothing is concluded from what they may have said.
    """

    document: Document
    named: Mapping[str, Collection[str]]

    def reference(self, section: str, slug: str, path: Path, *, at_key: bool = False) -> Iterator[Finding]:
        """A finding when nothing in the section has the id."""
        named = self.named.get(section, ())
        if slug not in named:
            message = f"there is no {slug!r} in {section}{did_you_mean(slug, named)}"
            yield Finding("reference.unknown", path, message, at_key)

    def provider(self, slug: str, path: Path) -> Iterator[Finding]:
        """A finding when the id is not that of a provider."""
        yield from self.reference("organisations", slug, path)
        if not self.may_be(OrganisationKind.PROVIDER, slug):
            yield Finding("organisation.not_provider", path, f"{slug} is not a provider")

    def may_be(self, kind: OrganisationKind, slug: str) -> bool:
        """Whether the organisation is of the kind, as far as is known."""
        # Of an organisation that is missing or itself faulty nothing more is said than that.
        organisation = self.document.organisations.get(slug)
        return organisation is None or kind in organisation.kinds

    def differ(self, organisation: str, other: str) -> bool:
        """Whether these are two organisations. One that nobody knows is a slip, and may be meant to be the other."""
        named = self.named.get("organisations", ())
        return organisation != other and organisation in named and other in named

    def is_whole(self, section: str) -> bool:
        """Whether no part of the section is faulty, so that what nobody in it says is said nowhere."""
        return len(self.named.get(section, ())) == len(getattr(self.document, section))

    def reach(self, ring: str) -> set[str]:
        """The rings whose members a ring may ask: itself, those that it overflows to, those that they overflow to."""
        found, ahead = set[str](), [ring]
        while ahead:
            slug = ahead.pop()
            part = self.document.rings.get(slug)
            if part is not None and slug not in found:
                found.add(slug)
                ahead.extend(overflow.ring for overflow in part.overflow)
        return found

    def asks(self, ring: str, staff: str) -> bool:
        """Whether a ring may ask the person, as a member or by overflow."""
        return any(slug in self._rings_of.get(staff, ()) for slug in self.reach(ring))

    def reach_is_known(self, ring: str) -> bool:
        """Whether every ring that a ring may ask, and every member of those, is somebody in the file."""
        rings, staff = self.named.get("rings", ()), self.named.get("staff", ())
        parts = [self.document.rings[slug] for slug in self.reach(ring)]
        return (
            ring in rings
            and all(overflow.ring in rings for part in parts for overflow in part.overflow)
            and all(member.staff in staff for part in parts for member in part.members)
        )

    @cached_property
    def units_serving(self) -> frozenset[str]:
        """The units that serve some point, on some days."""
        return frozenset(serving.unit for point in self.document.points.values() for serving in point.served_by)

    @cached_property
    def _rings_of(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        for slug, ring in self.document.rings.items():
            for member in ring.members:
                found.setdefault(member.staff, set()).add(slug)
        return found


def validity_findings(validity: ValidityPart, path: Path) -> Iterator[Finding]:
    """A finding when the validity of the part at `path` ends before it begins."""
    if validity.first is not None and validity.last is not None and validity.last < validity.first:
        message = f"the last day, {validity.last}, is before the first, {validity.first}"
        yield Finding("validity.reversed", (*path, "validity"), message)


def repeated(items: Sequence[str], path: Path) -> Iterator[Finding]:
    """A finding for each item of a list that stands in it already."""
    seen: set[str] = set()
    for index, item in enumerate(items):
        if item in seen:
            yield Finding("list.duplicate", (*path, index), f"{item!r} is in the list already")
        seen.add(item)
