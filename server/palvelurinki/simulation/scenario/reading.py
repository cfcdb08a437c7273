"""From a scenario's text to the scenario, or to all that is wrong with it, each with its line and column."""

import json
from collections.abc import Iterable, Mapping

from palvelurinki.application.configuration import Document, to_directory
from palvelurinki.application.configuration.reading import read_as
from palvelurinki.domain.directory import PointId, RingId, ServiceId, StaffId
from palvelurinki.simulation.chance import NOTHING, Distribution
from palvelurinki.simulation.scenario.checks import check_scenario, minutes
from palvelurinki.simulation.scenario.configuring import configuration_of, members_of
from palvelurinki.simulation.scenario.document import (
    DistributionPart,
    ExpertsPart,
    PausePart,
    PointPart,
    ScenarioDocument,
)
from palvelurinki.simulation.scenario.model import (
    ArrivalStream,
    ExpertPlan,
    Pause,
    Rate,
    Scenario,
    ServicePlan,
    clock_s,
)


def read_scenario(text: str, filename: str) -> Scenario:
    """The scenario that the YAML `text` holds. Raises ConfigurationRefused with every problem found."""
    document, _ = read_as(ScenarioDocument, check_scenario, text, filename)
    configuration = Document.model_validate_json(json.dumps(configuration_of(document)))
    start, end = _span(document.hours)
    return Scenario(
        name=document.name,
        seed=document.seed,
        first_day=document.first_day,
        days=document.days,
        hours=(start, end),
        warm_up_s=document.warm_up_min * 60,
        target_share=document.target.percent / 100,
        within_s=document.target.within_s,
        directory=to_directory(configuration, 1),
        services={
            ServiceId(slug): ServicePlan(
                RingId(part.ring),
                _distribution(part.handling),
                NOTHING if part.wrap_up is None else _distribution(part.wrap_up),
                _optional(part.patience or document.patience),
            )
            for slug, part in document.services.items()
        },
        arrivals=tuple(
            stream for slug, part in document.points.items() for stream in _streams(document, PointId(slug), part)
        ),
        experts=tuple(plan for slug, part in document.experts.items() for plan in _experts(document, slug, part)),
        kiosks={PointId(slug): part.kiosks for slug, part in document.points.items() if part.kiosks is not None},
    )


def _streams(document: ScenarioDocument, point: PointId, part: PointPart) -> Iterable[ArrivalStream]:
    languages = tuple(part.languages.items())
    per_hour: dict[str, Mapping[str, float]] = dict(part.per_hour)
    if part.profile is not None:
        profile = document.profiles[part.profile]
        whole = sum(profile.values())
        for service, number in part.per_day.items():
            per_hour[service] = {
                span: number * weight / whole / _length_h(span) for span, weight in profile.items() if weight
            }
    for service, spans in per_hour.items():
        rates = tuple(
            Rate(
                clock_s(document.first_day, day, _span(span)[0]),
                clock_s(document.first_day, day, _span(span)[1]),
                number / 3600,
            )
            for day in range(document.days)
            for span, number in sorted(spans.items())
            if number
        )
        yield ArrivalStream(point, ServiceId(service), rates, languages)


def _experts(document: ScenarioDocument, group: str, part: ExpertsPart) -> Iterable[ExpertPlan]:
    answer = NOTHING if part.answer is None else _distribution(part.answer)
    for index, staff in enumerate(members_of(group, part.count)):
        pauses = [
            Pause(clock_s(document.first_day, day, begins / 60), pause.length_min * 60, booked)
            for day in range(document.days)
            for booked, kind in ((False, part.breaks), (True, part.booked))
            for pause in kind
            if (begins := _begins(pause, index, part.count)) is not None
        ]
        yield ExpertPlan(
            staff=StaffId(staff),
            shifts=_shifts(document, part),
            pauses=tuple(sorted(pauses, key=lambda pause: pause.start_s)),
            missed=part.missed,
            declined=part.declined,
            answer=answer,
            back_after_s=part.back_after_s,
        )


def _begins(pause: PausePart, index: int, count: int) -> float | None:
    """When the expert of this index in the group pauses, in minutes from midnight; None when they do not."""
    having = round(pause.share * count)
    # Those who have it are spread over the group, and their beginnings over the time.
    if having == 0 or (index + 1) * having // count == index * having // count:
        return None
    turn = index * having // count
    return minutes(pause.at) + pause.spread_min * turn / having


def _shifts(document: ScenarioDocument, part: ExpertsPart) -> tuple[tuple[float, float], ...]:
    joined: list[tuple[float, float]] = []
    for day in range(document.days):
        for shift in sorted(part.shifts):
            start, end = (clock_s(document.first_day, day, hour) for hour in _span(shift))
            if joined and joined[-1][1] >= start:  # a shift until 24:00 goes on into one from 00:00
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((start, end))
    return tuple(joined)


def _span(span: str) -> tuple[float, float]:
    """Start and end in hours from midnight."""
    start, end = span.split("-")
    return minutes(start) / 60, minutes(end) / 60


def _length_h(span: str) -> float:
    start, end = _span(span)
    return end - start


def _optional(part: DistributionPart | None) -> Distribution | None:
    return None if part is None else _distribution(part)


def _distribution(part: DistributionPart) -> Distribution:
    return Distribution(part.distribution, part.mean_s or 0.0, part.sd_s or 0.0, part.values_s or ())
