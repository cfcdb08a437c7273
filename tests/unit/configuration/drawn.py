"""Directories drawn by chance, with all that a configuration can say."""

import string
from dataclasses import replace
from datetime import date
from itertools import pairwise

from hypothesis import strategies as st

from palvelurinki.application.configuration.pause_reasons import RESERVED_PAUSE_REASONS
from palvelurinki.domain import directory as d
from palvelurinki.domain.guidance import EService, Guidance, Task
from palvelurinki.domain.hours import Interval, OpeningHours
from palvelurinki.domain.names import Names

slugs = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8})?", fullmatch=True)
texts = (
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)
    .map(lambda text: text.strip())
    .filter(bool)
)
# What YAML takes for something else than text when it is not quoted.
tricky = st.sampled_from(
    [
        "no",
        "on",
        "null",
        "~",
        "true",
        "1",
        "0x1f",
        "1e3",
        "09:00",
        "2026-01-01",
        "=",
        "<<",
        "*a",
        "&a",
        "!a",
        "# a",
        "-",
        "a: b",
    ]
)
names = st.builds(Names, texts | tricky, texts, texts)
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@st.composite
def guidances(draw: st.DrawFn, *, remote: bool) -> Guidance:
    tasks = draw(st.lists(slugs, max_size=3, unique=True))
    return Guidance(
        draw(
            st.none() | st.builds(EService, names, st.sampled_from(["https://www.kela.fi", "https://x.fi:8443/a?b#c"]))
        ),
        tuple(draw(st.lists(names, max_size=3))),
        draw(st.none() | names),
        tuple(Task(each, draw(names)) for each in tasks),
        None if remote else draw(st.none() | names),
    )


validities = st.one_of(
    st.just(d.Validity()),
    st.builds(lambda first: d.Validity(first, None), days),
    st.builds(lambda last: d.Validity(None, last), days),
    st.tuples(days, days).map(lambda pair: d.Validity(min(pair), max(pair))),
)
words = st.lists(texts | tricky, max_size=4).map(tuple)
languages = st.lists(st.sampled_from(["fi", "sv", "en", "sme", "fse"]), min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def intervals(draw: st.DrawFn) -> tuple[Interval, ...]:
    """Up to three stretches of a day; some of them touch."""
    bounds = sorted(draw(st.lists(st.integers(0, 1440), max_size=4, unique=True)))
    stretches = [Interval(start, end) for start, end in pairwise(bounds)]
    return tuple(stretch for stretch in stretches if draw(st.booleans()))


hours = st.builds(
    OpeningHours,
    st.dictionaries(st.integers(0, 6), intervals().filter(bool)).map(lambda week: dict(sorted(week.items()))),
    st.dictionaries(days, intervals(), max_size=3).map(lambda some: dict(sorted(some.items()))),
    st.booleans(),
)


reasons = st.lists(
    st.from_regex(r"[a-z0-9]{1,8}([-_][a-z0-9]{1,8})?", fullmatch=True).filter(
        lambda reason: reason not in RESERVED_PAUSE_REASONS
    ),
    min_size=1,
    max_size=3,
    unique=True,
)


def _ids(draw: st.DrawFn, least: int = 0) -> list[str]:
    return draw(st.lists(slugs, min_size=least, max_size=3, unique=True))


@st.composite
def pause_reasons(draw: st.DrawFn) -> tuple[d.PauseReason, ...]:
    """What a provider's experts may be paused for; there is always something."""
    return tuple(d.PauseReason(d.PauseReasonId(slug), draw(names)) for slug in draw(reasons))


@st.composite
def steps(draw: st.DrawFn, levels: list[int], units: list[d.UnitRule], skill: int) -> tuple[d.Step, ...]:
    """From 0 on, later and later, each another than the one before, and none that nobody meets."""
    times = sorted(draw(st.lists(st.integers(1, 3600), max_size=3, unique=True)))
    found: list[d.Step] = []
    for after in [0, *times]:
        step = d.Step(
            after,
            draw(st.sampled_from(d.LanguageRule)),
            draw(st.sampled_from(units)),
            draw(st.sampled_from([None, *levels])),
            draw(st.integers(1, skill)),
        )
        if not found or replace(step, after_s=0) != replace(found[-1], after_s=0):
            found.append(step)
    return tuple(found)


overflows = st.tuples(st.one_of(st.none(), st.integers(0, 3600)), st.booleans()).map(
    lambda when: (when[0], when[1] or when[0] is None)
)


@st.composite
def rings_of(
    draw: st.DrawFn,
    slug: d.RingId,
    later: list[d.RingId],
    experts: list[d.StaffId],
    units: list[d.UnitRule],
    skill: int,
) -> d.Ring:
    """A ring of some of the experts, and always of the first. It may overflow into those after it."""
    seconds = [draw(st.integers(1, 3600)) for _ in range(3)]
    chosen = [experts[0], *draw(st.lists(st.sampled_from(experts), max_size=3, unique=True))]
    members = tuple(d.RingMember(expert, draw(st.integers(1, 9))) for expert in dict.fromkeys(chosen))
    to = draw(st.lists(st.sampled_from(later), max_size=2, unique=True)) if later else []
    wrap_up = sorted(draw(st.tuples(st.integers(0, 3600), st.integers(0, 3600))))
    opening = draw(hours)
    return d.Ring(
        slug,
        d.OrganisationId("provider"),
        draw(names),
        opening,
        members,
        offer_timeout_s=seconds[0],
        grace_s=seconds[1],
        retry_after_s=seconds[2],
        pause_after_misses=draw(st.integers(1, 3600)),
        strategy=draw(st.sampled_from(d.Strategy)),
        ring_at_once=draw(st.integers(1, len(members))),
        steps=draw(steps([member.level for member in members], units, skill)),
        relax_when_unstaffed=draw(st.booleans()),
        overflow=tuple(d.Overflow(each, *draw(overflows)) for each in to),
        wrap_up_s=wrap_up[0],
        wrap_up_most_s=wrap_up[1],
        last_entry_s=draw(st.integers(0, _entry_limit(opening))),
        at_closing=draw(st.sampled_from(d.AtClosing)),
    )


def _entry_limit(opening: OpeningHours) -> int:
    stretches = [each for some in (*opening.weekly.values(), *opening.exceptions.values()) for each in some]
    longest = max((stretch.end - stretch.start for stretch in stretches), default=1440)
    return min(longest * 60 - 1, 4 * 3600)


@st.composite
def directories(draw: st.DrawFn) -> d.Directory:
    """Valid ones: a provider with everything, a host with points, and any texts."""
    provider, host = d.OrganisationId("provider"), d.OrganisationId("host")
    unit = d.UnitId(draw(slugs))
    experts = [d.StaffId(slug) for slug in _ids(draw, least=1)]
    rings = [d.RingId(slug) for slug in _ids(draw)]
    points = [d.PointId(slug) for slug in _ids(draw)]
    terminals = [d.TerminalId(slug) for slug in (_ids(draw) if points else []) if slug not in experts]
    at = {terminal: draw(st.sampled_from(points)) for terminal in terminals}
    terminals.sort(key=lambda terminal: points.index(at[terminal]))
    # The first expert is in every ring; with skills, they have one in every service that any ring serves.
    services = {d.ServiceId(slug): draw(st.sampled_from([None, *rings])) for slug in _ids(draw)}
    served = [service for service, at_ring in services.items() if at_ring is not None]
    skill = draw(st.integers(1, 5))
    skills = dict.fromkeys(served, skill)
    units = list(d.UnitRule) if points else [d.UnitRule.ANY]
    serving = st.tuples(st.builds(d.ServingUnit, st.just(unit), validities))
    return d.Directory(
        revision=7,
        organisations={
            provider: d.Organisation(
                provider,
                frozenset({d.OrganisationKind.PROVIDER}),
                draw(names),
                None,
                draw(validities),
                draw(pause_reasons()),
            ),
            host: d.Organisation(
                host,
                frozenset({d.OrganisationKind.HOST_MUNICIPALITY, d.OrganisationKind.PROVIDER}),
                draw(names),
                draw(st.text(string.digits, min_size=3, max_size=3)),
                pause_reasons=draw(pause_reasons()),
            ),
        },
        units={unit: d.Unit(unit, provider, draw(names), draw(validities))},
        services={
            slug: d.Service(
                slug,
                provider,
                draw(names),
                at_ring,
                d.Needs(draw(words), draw(words), draw(words)),
                draw(validities),
                draw(st.integers(0, 3600)),
                draw(guidances(remote=at_ring is not None)),
            )
            for slug, at_ring in services.items()
        },
        rings={
            slug: draw(rings_of(slug, rings[place + 1 :], experts, units, skill if served else 1))
            for place, slug in enumerate(rings)
        },
        points={
            point: d.ServicePoint(point, host, draw(names), draw(texts), (provider,), draw(validities), draw(serving))
            for point in points
        },
        terminals={
            terminal: d.Terminal(terminal, at[terminal], draw(st.sampled_from(d.TerminalKind)), draw(names))
            for terminal in terminals
        },
        staff={
            expert: d.Staff(
                expert,
                provider,
                draw(texts | tricky),
                frozenset({d.Role.EXPERT}) | draw(st.sets(st.just(d.Role.SUPERVISOR))),
                draw(languages),
                draw(st.sampled_from([None, unit])),
                skills=skills if expert == experts[0] else {},
            )
            for expert in experts
        },
    )
