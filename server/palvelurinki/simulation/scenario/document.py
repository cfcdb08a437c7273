"""A scenario as people write it: what is simulated, in one document of version 1.

Only the shape of a part is judged here; what parts say of each other is judged in `checks`. Rings are written as in
the configuration, without their members, whom the expert groups name; they are judged by the configuration itself.
"""

import re
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue
from pydantic_core import PydanticCustomError

from palvelurinki.application.configuration.parts import Part, Slug, Text
from palvelurinki.simulation.chance import DistributionKind

DAYS_LIMIT: Final = 400
EXPERTS_LIMIT: Final = 2_000
NUMBER_LIMIT: Final = 1_000_000

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_SPAN = re.compile(r"([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})")


def _number(value: object) -> object:
    # 2.5 is a text to the configuration's YAML, which has whole numbers only.
    return float(value) if isinstance(value, int | str) and _NUMBER.fullmatch(str(value)) else value


def _limits(value: float, least: float, most: float) -> float:
    if value < least:
        code, told = ("number.negative", "not below 0") if least == 0 else ("number.too_small", f"at least {least:g}")
        raise PydanticCustomError(code, "the number must be {told}", {"told": told})
    if value > most:
        raise PydanticCustomError("number.too_large", "the number must be at most {most}", {"most": f"{most:g}"})
    return value


def _not_negative(value: float) -> float:
    return _limits(value, 0, NUMBER_LIMIT)


def _share(value: float) -> float:
    return _limits(value, 0, 1)


def _days(value: int) -> int:
    return int(_limits(value, 1, DAYS_LIMIT))


def _experts(value: int) -> int:
    return int(_limits(value, 1, EXPERTS_LIMIT))


def _level(value: int) -> int:
    return int(_limits(value, 1, 9))


def _percent(value: float) -> float:
    return _limits(value, 1, 99.9)


def _clock(text: str) -> str:
    if not _CLOCK.fullmatch(text):
        raise PydanticCustomError("time.invalid", "write a time of the day as 09:00, at the latest 24:00")
    return text


def _span(text: str) -> str:
    match = _SPAN.fullmatch(text)
    if not match or not all(_CLOCK.fullmatch(end) for end in match.groups()):
        raise PydanticCustomError("time.invalid", "write a stretch of the day as 09:00-16:15, within 00:00-24:00")
    if match.group(1) >= match.group(2):
        raise PydanticCustomError("time.reversed", "this ends before it begins, or as it begins")
    return text


Number = Annotated[float, BeforeValidator(_number), AfterValidator(_not_negative)]
Share = Annotated[float, BeforeValidator(_number), AfterValidator(_share)]
Percent = Annotated[float, BeforeValidator(_number), AfterValidator(_percent)]
Clock = Annotated[str, AfterValidator(_clock)]
Span = Annotated[str, AfterValidator(_span)]


class DistributionPart(Part):
    """How long something takes, in seconds; which fields each kind needs is judged in `checks`."""

    distribution: DistributionKind
    mean_s: Number | None = None
    sd_s: Number | None = None
    values_s: tuple[Number, ...] | None = None


class TargetPart(Part):
    """The service level aimed at: this share of contacts served within this time."""

    percent: Percent = 80.0
    within_s: Number = 60.0


class ScenarioServicePart(Part):
    """A matter, and how long it takes. `wrap_up` is the expert's time for finishing after the call."""

    ring: Slug
    handling: DistributionPart
    wrap_up: DistributionPart | None = None
    patience: DistributionPart | None = None
    head_start_s: Annotated[int, AfterValidator(lambda value: int(_not_negative(value)))] = 0


class PointPart(Part):
    """Where customers come.

    `per_hour` are contacts an hour by service and stretch of the day; `per_day` are a day's contacts by service, which
    `profile` spreads over the hours. `kiosks`: how many can be served at once; without it, any number.
    """

    languages: dict[str, Share] = Field(default_factory=lambda: {"fi": 1.0})
    per_hour: dict[Slug, dict[Span, Number]] = Field(default_factory=dict)
    per_day: dict[Slug, Number] = Field(default_factory=dict)
    profile: Slug | None = None
    kiosks: Annotated[int, AfterValidator(_experts)] | None = None
    served_by: tuple[Slug, ...] = ()


class PausePart(Part):
    """A break, or a booked customer. `spread_min`: the group's experts begin it one after another within this time.

    `share`: how many of the group have it.
    """

    at: Clock
    length_min: Number
    spread_min: Number = 0.0
    share: Share = 1.0


class ExpertsPart(Part):
    """A group of experts who are alike. `rings` gives their level in each ring."""

    count: Annotated[int, AfterValidator(_experts)]
    rings: dict[Slug, Annotated[int, AfterValidator(_level)]]
    languages: tuple[str, ...] = ("fi",)
    unit: Slug | None = None
    skills: dict[Slug, int] = Field(default_factory=dict)
    shifts: tuple[Span, ...]
    breaks: tuple[PausePart, ...] = ()
    booked: tuple[PausePart, ...] = ()
    missed: Share = 0.0
    declined: Share = 0.0
    answer: DistributionPart | None = None
    back_after_s: Number = 300.0


class ScenarioDocument(Part):
    """A whole scenario."""

    version: Literal[1]
    name: Text = ""
    seed: int = 1
    first_day: date = date(2026, 11, 23)
    days: Annotated[int, AfterValidator(_days)] = 1
    hours: Span = "08:00-16:00"
    warm_up_min: Number = 0.0
    target: TargetPart = TargetPart()
    patience: DistributionPart | None = None
    profiles: dict[Slug, dict[Span, Number]] = Field(default_factory=dict)
    units: dict[Slug, Slug] = Field(default_factory=dict)
    services: dict[Slug, ScenarioServicePart] = Field(default_factory=dict)
    rings: dict[Slug, dict[str, JsonValue]] = Field(default_factory=dict)
    points: dict[Slug, PointPart] = Field(default_factory=dict)
    experts: dict[Slug, ExpertsPart] = Field(default_factory=dict)
