"""Scenarios: what is impossible is refused, naming the line; the shipped ones are in order."""

from pathlib import Path

import pytest

from palvelurinki.application.configuration import ConfigurationRefused
from palvelurinki.domain.directory import RingId, StaffId
from palvelurinki.simulation.scenario import read_scenario, shipped_scenario, shipped_scenarios

GOOD = """version: 1
name: Testi
hours: "08:00-12:00"
patience: {distribution: exponential, mean_s: 600}
profiles:
  arki: {"08:00-12:00": 1}
units:
  yksikko: tuottaja
services:
  neuvonta: {ring: neuvonta, handling: {distribution: lognormal, mean_s: 300, sd_s: 200}}
rings:
  neuvonta: {provider: tuottaja}
  toinen: {provider: tuottaja}
points:
  piste:
    languages: {fi: 0.9, sv: 0.1}
    profile: arki
    per_day: {neuvonta: 20.5}
experts:
  neuvojat:
    count: 3
    rings: {neuvonta: 1, toinen: 2}
    unit: yksikko
    shifts: ["08:00-12:00"]
    breaks: [{at: "10:00", length_min: 15, spread_min: 30}]
    missed: 0.1
"""


def problems(old: str, new: str) -> list[tuple[str, str]]:
    """The codes, each with the text of the line that it names, of the good scenario with one thing changed."""
    assert old in GOOD
    text = GOOD.replace(old, new)
    with pytest.raises(ConfigurationRefused) as refused:
        read_scenario(text, "scenario.yaml")
    lines = text.splitlines()
    return [(problem.code, lines[problem.line - 1].strip()) for problem in refused.value.problems]


def test_a_good_scenario_becomes_a_directory_and_plans() -> None:
    scenario = read_scenario(GOOD, "scenario.yaml")
    assert [plan.staff for plan in scenario.experts] == [StaffId(f"neuvojat-00{number}") for number in (1, 2, 3)]
    assert [member.level for member in scenario.directory.rings[RingId("toinen")].members] == [2, 2, 2]
    assert [plan.pauses[0].start_s / 60 for plan in scenario.experts] == [600, 610, 620]
    (stream,) = scenario.arrivals
    assert sum(rate.per_s * (rate.end_s - rate.start_s) for rate in stream.rates) == pytest.approx(20.5)


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("mean_s: 300", "mean_s: -5", "number.negative", "neuvonta: {ring: neuvonta, handling"),
        ("mean_s: 300", "mean_s: 0", "distribution.mean_zero", "neuvonta: {ring: neuvonta, handling"),
        (", sd_s: 200", "", "distribution.field_missing", "neuvonta: {ring: neuvonta, handling"),
        ("mean_s: 600}", "mean_s: 600, sd_s: 1}", "distribution.field_unused", "patience:"),
        ("sv: 0.1", "sv: 0.2", "share.sum", "languages:"),
        ("sv: 0.1", "xx: 0.1", "language.unknown", "languages:"),
        ("fi: 0.9", "fi: 1.9", "number.too_large", "languages:"),
        ("20.5", "plenty", "value.invalid", "per_day:"),
        ('["08:00-12:00"]', '["12:00-08:00"]', "time.reversed", "shifts:"),
        ('["08:00-12:00"]', '["08:00-25:00"]', "time.invalid", "shifts:"),
        ('["08:00-12:00"]', '["08:00-10:30", "10:00-12:00"]', "hours.overlap", "shifts:"),
        ('["08:00-12:00"]', "[]", "experts.no_shift", "shifts:"),
        ("length_min: 15", "length_min: 150", "hours.outside", "breaks:"),
        ('{"08:00-12:00": 1}', '{"07:00-12:00": 1}', "hours.outside", "arki:"),
        ('{"08:00-12:00": 1}', '{"08:00-12:00": 0}', "profile.empty", "arki:"),
        ("profile: arki", "profile: pyha", "reference.unknown", "profile: pyha"),
        ("    profile: arki\n", "", "point.profile_missing", "piste:"),
        ("per_day: {neuvonta: 20.5}", "per_day: {}", "point.no_arrivals", "piste:"),
        ("per_day: {neuvonta: 20.5}", "per_day: {tulkkaus: 2}", "reference.unknown", "per_day: {tulkkaus: 2}"),
        ("count: 3", "count: 0", "number.too_small", "count: 0"),
        ("{neuvonta: 1, toinen: 2}", "{neuvonta: 1, kolmas: 2}", "reference.unknown", "rings: {neuvonta: 1, kolmas"),
        ("{neuvonta: 1, toinen: 2}", "{neuvonta: 1}", "ring.no_members", "toinen:"),
        ("missed: 0.1", "missed: 0.7\n    declined: 0.7", "share.sum", "declined: 0.7"),
        ("unit: yksikko", "unit: toimisto", "reference.unknown", "unit: toimisto"),
        ("toinen: {provider: tuottaja}", "toinen: {provider: toinen}", "ring.member_of_other", "rings: {neuvonta"),
        ("toinen: {provider: tuottaja}", "toinen: {members: []}", "ring.members_elsewhere", "toinen:"),
        ("toinen: {provider: tuottaja}", "toinen: {provider: tuottaja, offer_timeout_s: -1}", "timeout.", "toinen:"),
        ("name: Testi", "nimi: Testi", "field.unknown", "nimi: Testi"),
    ],
)
def test_what_is_impossible_is_refused_naming_its_line(old: str, new: str, code: str, line: str) -> None:
    assert any(found.startswith(code) and at.startswith(line) for found, at in problems(old, new)), problems(old, new)


def test_a_cycle_of_overflows_is_refused() -> None:
    text = GOOD.replace("neuvonta: {provider: tuottaja}", "neuvonta: {provider: tuottaja, overflow: [{ring: toinen}]}")
    text = text.replace("toinen: {provider: tuottaja}", "toinen: {provider: tuottaja, overflow: [{ring: neuvonta}]}")
    with pytest.raises(ConfigurationRefused) as refused:
        read_scenario(text, "scenario.yaml")
    (problem,) = refused.value.problems
    assert problem.code == "overflow.cycle"
    assert problem.line == 13


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        read_scenario("version: 1\n", "scenario.yaml")
    assert [problem.code for problem in refused.value.problems] == ["scenario.empty"] * 4


@pytest.mark.parametrize("name", shipped_scenarios())
def test_the_shipped_scenarios_are_in_order(name: str) -> None:
    assert shipped_scenario(name).experts


def test_the_nation_is_the_one_of_the_requirements() -> None:
    # R36: 3 million visits a year, and in the busiest hour about one request every two seconds.
    nation = shipped_scenario("nation")
    a_day = sum(rate.per_s * (rate.end_s - rate.start_s) for stream in nation.arrivals for rate in stream.rates)
    busiest = max(
        sum(rate.per_s for stream in nation.arrivals for rate in stream.rates if rate.start_s <= at_s < rate.end_s)
        for at_s in range(8 * 3600, 16 * 3600, 900)
    )
    assert a_day * 250 == pytest.approx(3_000_000, rel=0.02)
    assert 1 / busiest == pytest.approx(2, abs=0.1)
    assert len(nation.directory.rings) == 49


def test_the_example_of_the_documentation_is_in_order() -> None:
    page = Path(__file__).parents[3] / "docs" / "scenarios.md"
    example = page.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    scenario = read_scenario(example, "scenarios.md")
    assert len(scenario.experts) == 4
    assert sum(len(plan.pauses) for plan in scenario.experts) == 5 * (3 + 1)
    assert all(f"`{name}`" in page.read_text(encoding="utf-8") for name in shipped_scenarios())
