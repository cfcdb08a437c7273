"""What the parts of a scenario must be to each other. Every finding is told, not only the first.

Codes besides those of the configuration (`application.configuration.checks`), all stable:

    number.negative, number.too_small, number.too_large, time.invalid, time.reversed       of single fields
    distribution.field_missing   the kind of distribution needs this field
    distribution.field_unused    the kind has no use for this field
    distribution.mean_zero       a time that must be over 0
    share.sum                    shares that must add to 1 do not, or add to more than the whole
    point.no_arrivals            nobody comes
    point.service_twice          a service has both an hour's and a day's number
    point.profile_missing        a day's number without a profile that spreads it
    profile.empty                a profile without any weight
    hours.overlap                two stretches of the day share a minute
    hours.outside                a stretch that is not within the simulated hours, or a pause not within a shift
    experts.no_ring, experts.no_shift
    ring.members_elsewhere       members are told by the expert groups
    scenario.empty               a section without which there is nothing to simulate
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final

from palvelurinki.application.configuration.languages import language_fault
from palvelurinki.application.configuration.problems import Finding, Path
from palvelurinki.simulation.chance import DistributionKind
from palvelurinki.simulation.scenario.configuring import configuration_findings
from palvelurinki.simulation.scenario.document import (
    DistributionPart,
    ExpertsPart,
    PausePart,
    PointPart,
    ScenarioDocument,
)

_FIELDS: Final = {
    DistributionKind.EXPONENTIAL: frozenset({"mean_s"}),
    DistributionKind.LOGNORMAL: frozenset({"mean_s", "sd_s"}),
    DistributionKind.DETERMINISTIC: frozenset({"mean_s"}),
    DistributionKind.EMPIRICAL: frozenset({"values_s"}),
}
_SUM_TOLERANCE: Final = 0.001


def check_scenario(document: ScenarioDocument, named: Mapping[str, Collection[str]]) -> list[Finding]:
    """Every finding. `named` holds the ids that stand in each section of the file, also of faulty parts."""
    check = _Check(document, named)
    own = [*check.whole(), *check.profiles(), *check.services(), *check.points(), *check.experts()]
    # The configuration's findings only make sense where all the parts that it is made from are there.
    sections = ("services", "rings", "points", "experts", "units")
    if all(set(named.get(section, ())) == set(getattr(document, section)) for section in sections):
        own += [finding for finding in configuration_findings(document) if finding not in own]
    return own


class _Check:
    def __init__(self, document: ScenarioDocument, named: Mapping[str, Collection[str]]) -> None:
        self._document = document
        self._named = named

    def whole(self) -> Iterator[Finding]:
        document = self._document
        for section in ("services", "rings", "points", "experts"):
            if not self._named.get(section):
                yield Finding("scenario.empty", (section,), f"there are no {section}: nothing can be simulated")
        if document.patience is not None:
            yield from _distribution(document.patience, ("patience",))
        for slug, ring in document.rings.items():
            if "members" in ring:
                message = "a scenario's rings have no list of members: name the ring in the expert groups"
                yield Finding("ring.members_elsewhere", ("rings", slug, "members"), message, at_key=True)

    def profiles(self) -> Iterator[Finding]:
        for slug, profile in self._document.profiles.items():
            yield from self._spans(profile, ("profiles", slug))
            if not sum(profile.values()):
                yield Finding("profile.empty", ("profiles", slug), f"profile {slug} has no weight in any hour")

    def services(self) -> Iterator[Finding]:
        for slug, service in self._document.services.items():
            path = ("services", slug)
            yield from self._reference("rings", service.ring, (*path, "ring"))
            yield from _distribution(service.handling, (*path, "handling"))
            for name, part in (("wrap_up", service.wrap_up), ("patience", service.patience)):
                if part is not None:
                    yield from _distribution(part, (*path, name), may_be_zero=name == "wrap_up")

    def points(self) -> Iterator[Finding]:
        for slug, point in self._document.points.items():
            path = ("points", slug)
            if abs(sum(point.languages.values()) - 1) > _SUM_TOLERANCE:
                message = f"the shares of the languages add to {sum(point.languages.values()):.3g}, not to 1"
                yield Finding("share.sum", (*path, "languages"), message)
            for code in point.languages:
                fault = language_fault(code)
                if fault:
                    yield Finding("language.unknown", (*path, "languages", code), fault, at_key=True)
            yield from self._arrivals(point, path)

    def _arrivals(self, point: PointPart, path: Path) -> Iterator[Finding]:
        if not point.per_hour and not point.per_day:
            yield Finding("point.no_arrivals", path, "nobody comes: say per_hour or per_day")
        for service, spans in point.per_hour.items():
            yield from self._reference("services", service, (*path, "per_hour", service))
            yield from self._spans(spans, (*path, "per_hour", service))
        for service in point.per_day:
            yield from self._reference("services", service, (*path, "per_day", service))
            if service in point.per_hour:
                message = f"{service} has its numbers in per_hour already"
                yield Finding("point.service_twice", (*path, "per_day", service), message)
        if point.profile is not None:
            yield from self._reference("profiles", point.profile, (*path, "profile"))
        elif point.per_day:
            message = "a day's number needs a profile that spreads it over the hours"
            yield Finding("point.profile_missing", path, message)

    def experts(self) -> Iterator[Finding]:
        for slug, group in self._document.experts.items():
            path = ("experts", slug)
            if not group.rings:
                yield Finding("experts.no_ring", (*path, "rings"), f"the experts {slug} are in no ring")
            for ring in group.rings:
                yield from self._reference("rings", ring, (*path, "rings", ring))
            for service in group.skills:
                yield from self._reference("services", service, (*path, "skills", service))
            if group.unit is not None:
                yield from self._reference("units", group.unit, (*path, "unit"))
            if group.missed + group.declined > 1 + _SUM_TOLERANCE:
                message = "missed and declined offers are over all offers"
                yield Finding("share.sum", (*path, "declined"), message)
            if group.answer is not None:
                yield from _distribution(group.answer, (*path, "answer"), may_be_zero=True)
            yield from self._day(group, path)

    def _day(self, group: ExpertsPart, path: Path) -> Iterator[Finding]:
        if not group.shifts:
            yield Finding("experts.no_shift", (*path, "shifts"), "experts without a shift are never there")
        yield from _overlaps(group.shifts, (*path, "shifts"))
        for name, pauses in (("breaks", group.breaks), ("booked", group.booked)):
            for index, pause in enumerate(pauses):
                yield from _pause(pause, group, (*path, name, index))

    def _spans(self, spans: Mapping[str, float], path: Path) -> Iterator[Finding]:
        first, last = self._document.hours.split("-")
        for span in spans:
            start, end = span.split("-")
            if start < first or end > last:
                message = f"{span} is not within the simulated hours, {self._document.hours}"
                yield Finding("hours.outside", (*path, span), message, at_key=True)
        yield from _overlaps(spans, path)

    def _reference(self, section: str, slug: str, path: Path) -> Iterator[Finding]:
        if slug not in self._named.get(section, ()):
            yield Finding("reference.unknown", path, f"there is no {slug!r} in {section}")


def _overlaps(spans: Iterable[str], path: Path) -> Iterator[Finding]:
    ordered = sorted(span.split("-") for span in spans)
    if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
        yield Finding("hours.overlap", path, "two of these times share a minute")


def _pause(pause: PausePart, group: ExpertsPart, path: Path) -> Iterator[Finding]:
    if pause.length_min <= 0:
        yield Finding("number.too_small", (*path, "length_min"), "a pause takes some time")
    begins = minutes(pause.at)
    ends = begins + pause.spread_min + pause.length_min
    shifts = [shift.split("-") for shift in group.shifts]
    if not any(minutes(start) <= begins and ends <= minutes(end) for start, end in shifts):
        yield Finding("hours.outside", path, f"the pauses from {pause.at} on do not all fit within a shift")


def _distribution(part: DistributionPart, path: Path, *, may_be_zero: bool = False) -> Iterator[Finding]:
    needed = _FIELDS[part.distribution]
    for name in ("mean_s", "sd_s", "values_s"):
        value = getattr(part, name)
        if name in needed and value in (None, ()):
            yield Finding(
                "distribution.field_missing", path, f"a distribution that is {part.distribution} needs {name}"
            )
        elif name not in needed and value is not None:
            message = f"a distribution that is {part.distribution} has no {name}"
            yield Finding("distribution.field_unused", (*path, name), message)
        elif (
            name == "mean_s"
            and value == 0
            and not (may_be_zero and part.distribution is DistributionKind.DETERMINISTIC)
        ) or (name == "values_s" and value is not None and not sum(value) and not may_be_zero):
            yield Finding("distribution.mean_zero", (*path, name), "the mean must be over 0")


def minutes(clock: str) -> int:
    """Minutes from midnight of a time such as 09:30."""
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)
