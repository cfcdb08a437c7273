"""The configuration as people write it: one document of version 1, and what its parts must look like.

Each section maps ids to things. Only the shape of a part is judged here; what parts say of each other is judged in
`checks`. An error whose type has a dot in it is one of our own codes.
"""

import re
from datetime import date
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from palvelurinki.application.configuration.guidance import GuidancePart
from palvelurinki.application.configuration.parts import (
    ID_LENGTH,
    TEXT_LENGTH,
    NamesPart,
    NeedsPart,
    Part,
    Slug,
    Text,
    ValidityPart,
)
from palvelurinki.domain.directory import (
    DEFAULT_STEPS,
    AtClosing,
    LanguageRule,
    OrganisationKind,
    Role,
    Strategy,
    TerminalKind,
    UnitRule,
)
from palvelurinki.domain.retention import BOUNDS, SHORT_LIVED, Bounds, Kept

VERSION: Final = 1
TIMEOUT_LIMIT_S: Final = 3600
LAST_ENTRY_LIMIT_S: Final = 4 * 3600
AT_ONCE_LIMIT: Final = 20
LEVEL_LIMIT: Final = 9
SKILL_LIMIT: Final = 5

_REASON = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_SPACE = re.compile(r"\s")
# RFC 6749, section 3.3.
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,100}")
# An issuer that somebody tries on their own machine needs no TLS.
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_MUNICIPALITY_CODE = re.compile(r"[0-9]{3}")


def _reason(text: str) -> str:
    # Underscores too: the reasons that every provider has without a list of its own are written with them.
    if len(text) > ID_LENGTH or not _REASON.fullmatch(text):
        raise PydanticCustomError(
            "id.invalid",
            "a reason's id is lower-case letters a–z, digits and single hyphens or underscores, at most {limit} "
            "characters",
            {"limit": ID_LENGTH},
        )
    return text


def _seconds(value: int) -> int:
    return _between(value, 0, "second")


def _positive_seconds(value: int) -> int:
    return _between(value, 1, "second")


def _count(value: int) -> int:
    return _between(value, 1, "time")


def _last_entry(value: int) -> int:
    return _between(value, 0, "second", LAST_ENTRY_LIMIT_S)


def _between(value: int, least: int, unit: str, limit: int = TIMEOUT_LIMIT_S) -> int:
    if value < least:
        told = f"{least} {unit}" if least == 1 else f"{least} {unit}s"
        raise PydanticCustomError("timeout.negative", "this must be at least {told}", {"told": told})
    if value > limit:
        raise PydanticCustomError("timeout.too_long", "this must be at most {told}", {"told": f"{limit} {unit}s"})
    return value


def _number_of(what: str, limit: int) -> AfterValidator:
    def check(value: int) -> int:
        if not 1 <= value <= limit:
            raise PydanticCustomError(
                "number.out_of_range", "{what} is from 1 to {limit}", {"what": what, "limit": limit}
            )
        return value

    return AfterValidator(check)


def _kept(bounds: Bounds) -> AfterValidator:
    def check(value: int) -> int:
        if not bounds.least <= value <= bounds.most:
            raise PydanticCustomError(
                "number.out_of_range",
                "this is from {least} to {most}: see docs/privacy.md",
                {"least": bounds.least, "most": bounds.most},
            )
        return value

    return AfterValidator(check)


def _member(value: object) -> object:
    # A bare id is a member of level 1.
    if isinstance(value, str):
        return {"staff": value}
    if not isinstance(value, dict | MemberPart):
        raise PydanticCustomError("value.invalid", "a member is an id, or one with a level: {staff: an-id, level: 2}")
    return value


def _municipality_code(text: str) -> str:
    if not _MUNICIPALITY_CODE.fullmatch(text):
        raise PydanticCustomError("organisation.code_invalid", "a municipality's code is three digits, such as 491")
    return text


def _issuer_url(text: str) -> str:
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        url, port = urlsplit(""), None
    ends = port != 0 and not (url.query or url.fragment or url.username or url.password)
    secure = url.scheme == "https" or (url.scheme == "http" and url.hostname in _LOOPBACK)
    if not (secure and ends and url.hostname) or len(text) > TEXT_LENGTH or _SPACE.search(text):
        raise PydanticCustomError(
            "issuer.url_invalid",
            "an issuer is written as it names itself: https://NAME/PATH, without a question mark or a password",
        )
    return text


def _scope(text: str) -> str:
    if not _SCOPE.fullmatch(text):
        raise PydanticCustomError("issuer.scope_invalid", "a scope is one word, without spaces or quotation marks")
    return text


def _digits(value: object) -> object:
    # 491 is a number to YAML, and 049 is a text; people mean the code either way.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Seconds = Annotated[int, AfterValidator(_seconds)]
PositiveSeconds = Annotated[int, AfterValidator(_positive_seconds)]
Count = Annotated[int, AfterValidator(_count)]
LastEntrySeconds = Annotated[int, AfterValidator(_last_entry)]
IssuerUrl = Annotated[str, AfterValidator(_issuer_url)]
Scope = Annotated[str, AfterValidator(_scope)]
AtOnce = Annotated[int, _number_of("how many experts ring at once", AT_ONCE_LIMIT)]
Level = Annotated[int, _number_of("a level", LEVEL_LIMIT)]
Skill = Annotated[int, _number_of("a skill", SKILL_LIMIT)]
ReasonId = Annotated[str, StringConstraints(strip_whitespace=False), AfterValidator(_reason)]
MunicipalityCode = Annotated[str, BeforeValidator(_digits), AfterValidator(_municipality_code)]


class HoursPart(Part):
    """Opening hours. Every other field is a day or a range of days, `mon`, `mon-fri`, `every_day`, with its times.

    Times are "HH:MM-HH:MM" in Finland's time; a day ends at 24:00. A day that is not named is closed.
    """

    model_config = ConfigDict(extra="allow", str_strip_whitespace=False)
    __pydantic_extra__: dict[str, tuple[str, ...]] = Field(init=False)

    closed_on_public_holidays: bool = True
    exceptions: dict[date, tuple[str, ...]] = Field(default_factory=dict)

    @property
    def days(self) -> dict[str, tuple[str, ...]]:
        """The times by the day or range of days, as written."""
        return self.__pydantic_extra__


class OrganisationPart(Part):
    """A provider, a host municipality, an interpreter agency, or several of these at once.

    `pause_reasons`: what a provider's experts choose from, in order; without them, those in `pause_reasons.py`.
    """

    kinds: Annotated[frozenset[OrganisationKind], Field(min_length=1)]
    names: NamesPart
    municipality_code: MunicipalityCode | None = None
    validity: ValidityPart = ValidityPart()
    pause_reasons: Annotated[dict[ReasonId, NamesPart], Field(min_length=1)] | None = None


class UnitPart(Part):
    """An organisational part of a provider."""

    organisation: Slug
    names: NamesPart
    validity: ValidityPart = ValidityPart()


class ServicePart(Part):
    """A matter that a provider settles; without a ring it is never remote."""

    provider: Slug
    names: NamesPart
    ring: Slug | None = None
    needs: NeedsPart = NeedsPart()
    validity: ValidityPart = ValidityPart()
    head_start_s: Seconds = 0
    guidance: GuidancePart = GuidancePart()


class MemberPart(Part):
    """A ring's member. Written as a bare id, it is of level 1."""

    staff: Slug
    level: Level = 1


class StepPart(Part):
    """What a ring asks of an expert from `after_s` of waiting on; the words are those of `domain.directory.Step`."""

    after_s: Seconds = 0
    language: LanguageRule = LanguageRule.REQUIRED
    unit: UnitRule = UnitRule.ANY
    level: Level | None = None
    skill: Skill = 1


class OverflowPart(Part):
    """Another ring of the provider whose members are asked too."""

    ring: Slug
    after_s: Seconds | None = None
    when_unstaffed: bool = True


class RingPart(Part):
    """A pool of experts; the settings are those of `domain.directory.Ring`."""

    provider: Slug
    names: NamesPart
    hours: HoursPart
    members: tuple[Annotated[MemberPart, BeforeValidator(_member)], ...]
    offer_timeout_s: PositiveSeconds = 20
    grace_s: Seconds = 60
    retry_after_s: PositiveSeconds = 30
    pause_after_misses: Count = 2
    strategy: Strategy = Strategy.LONGEST_IDLE
    ring_at_once: AtOnce = 1
    steps: Annotated[tuple[StepPart, ...], Field(min_length=1)] = tuple(
        StepPart(after_s=step.after_s, language=step.language, unit=step.unit, level=step.level, skill=step.skill)
        for step in DEFAULT_STEPS
    )
    relax_when_unstaffed: bool = True
    overflow: tuple[OverflowPart, ...] = ()
    wrap_up_s: Seconds = 0
    wrap_up_most_s: Seconds = 600
    last_entry_s: LastEntrySeconds = 0
    at_closing: AtClosing = AtClosing.SERVE


class TerminalPart(Part):
    """A video device at the point under which it stands."""

    kind: TerminalKind
    names: NamesPart


class ServingPart(Part):
    """A provider's unit that serves the point, while the agreement runs."""

    unit: Slug
    validity: ValidityPart = ValidityPart()


class PointPart(Part):
    """A counter run by a host municipality, the providers served there, and its terminals."""

    host: Slug
    names: NamesPart
    address: Text
    providers: tuple[Slug, ...]
    terminals: dict[Slug, TerminalPart] = Field(default_factory=dict)
    validity: ValidityPart = ValidityPart()
    served_by: tuple[ServingPart, ...] = ()


class IssuerPart(Part):
    """Where an organisation's staff sign in; the settings are those of `domain.directory.Issuer`."""

    organisation: Slug
    names: NamesPart
    issuer: IssuerUrl
    client_id: Text
    person_claim: Text = "sub"
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1)] = ("openid",)
    roles_claim: Text | None = None
    roles: dict[Text, Role] = Field(default_factory=dict)


class StaffPart(Part):
    """A member of an organisation's staff. `skills` are told by service, `subjects` by issuer.

    Without `roles`, they may be whatever the issuers can grant at which they are known.
    """

    organisation: Slug
    name: Text
    roles: Annotated[frozenset[Role], Field(min_length=1)] | None = None
    languages: Annotated[tuple[str, ...], Field(min_length=1)] = ("fi",)
    unit: Slug | None = None
    point: Slug | None = None
    skills: dict[Slug, Skill] = Field(default_factory=dict)
    subjects: dict[Slug, Text] = Field(default_factory=dict)


class RetentionPart(Part):
    """How long data are kept: days by kind (`domain.retention.Kept`), and hours of what is short-lived."""

    contacts_days: Annotated[int, _kept(BOUNDS[Kept.CONTACTS])] = BOUNDS[Kept.CONTACTS].default
    explanations_days: Annotated[int, _kept(BOUNDS[Kept.EXPLANATIONS])] = BOUNDS[Kept.EXPLANATIONS].default
    estimates_days: Annotated[int, _kept(BOUNDS[Kept.ESTIMATES])] = BOUNDS[Kept.ESTIMATES].default
    service_events_days: Annotated[int, _kept(BOUNDS[Kept.SERVICE_EVENTS])] = BOUNDS[Kept.SERVICE_EVENTS].default
    audit_days: Annotated[int, _kept(BOUNDS[Kept.AUDIT])] = BOUNDS[Kept.AUDIT].default
    short_lived_hours: Annotated[int, _kept(SHORT_LIVED)] = SHORT_LIVED.default


class Document(Part):
    """A whole configuration."""

    version: Literal[1]
    organisations: dict[Slug, OrganisationPart] = Field(default_factory=dict)
    units: dict[Slug, UnitPart] = Field(default_factory=dict)
    services: dict[Slug, ServicePart] = Field(default_factory=dict)
    rings: dict[Slug, RingPart] = Field(default_factory=dict)
    points: dict[Slug, PointPart] = Field(default_factory=dict)
    staff: dict[Slug, StaffPart] = Field(default_factory=dict)
    issuers: dict[Slug, IssuerPart] = Field(default_factory=dict)
    retention: RetentionPart = RetentionPart()

    def roles_of(self, person: StaffPart) -> frozenset[Role]:
        """What the person may be at most. Nobody is an advisor whom no point is named for."""
        if person.roles is not None:
            return person.roles
        known_at = [self.issuers[slug] for slug in person.subjects if slug in self.issuers]
        granted = frozenset(role for issuer in known_at for role in issuer.roles.values())
        return granted if person.point is not None else granted - {Role.ADVISOR}
