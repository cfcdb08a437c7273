"""What a configuration's checks share: looking things up without telling twice of what is missing or faulty."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from palvelurinki.application.configuration.document import Document, ValidityPart
from palvelurinki.application.configuration.problems import Finding, Path
from palvelurinki.domain.directory import OrganisationKind


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
        if slug not in self.named.get(section, ()):
            yield Finding("reference.unknown", path, f"there is no {slug!r} in {section}", at_key)

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
