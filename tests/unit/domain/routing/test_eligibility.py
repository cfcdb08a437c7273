"""Who may take a contact: language, unit, level, skill, the services they take, and steps that ask less in time."""

from typing import Any

import pytest

from palvelurinki.domain.directory import LanguageRule, ServiceId, Step, UnitId, UnitRule
from palvelurinki.domain.routing import breadth_of, skill_in
from palvelurinki.domain.routing.eligibility import step_by_time
from tests.unit.domain.routing.pools import busy, chosen, directory, free, person, ring, staff, waiting

LANGUAGES = ["fi", "sv", "en", "sme", "smn", "sms", "fse", "fss"]
ANY_LANGUAGE = Step(language=LanguageRule.ANY)


def ask(steps: tuple[Step, ...], who: list[Any], waited_s: float = 0, **contact: Any) -> list[tuple[str, ...]]:  # noqa: ANN401
    """Who of these people, all free for equally long, is rung for a contact under strict steps."""
    where = directory(ring("ring", *(each.id for each in who), steps=steps, relax_when_unstaffed=False), *who)
    return chosen(where, [waiting("c", waited_s, **contact)], [free(each.id) for each in who])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_contact_goes_to_who_speaks_its_language(language: str) -> None:
    # By id the monoglots of other languages would come first.
    who = [person(f"a-{each}", each) for each in LANGUAGES if each != language] + [person("z", "et", language)]
    assert ask((Step(),), who, language=language) == [("c", "z")]
    assert ask((Step(),), who[:-1], language=language) == []


def test_sami_languages_and_sign_languages_are_not_one_another() -> None:
    assert ask((Step(),), [person("a", "sme"), person("b", "smn")], language="sms") == []
    assert ask((Step(),), [person("a", "fse")], language="fss") == []


def test_any_language_asks_for_none() -> None:
    assert ask((ANY_LANGUAGE,), [person("a", "sv")], language="sms") == [("c", "a")]


def test_the_unit_that_serves_the_point_is_asked() -> None:
    who = [person("a", unit="north"), person("b", unit="south"), person("d")]
    serving = (Step(unit=UnitRule.SERVING),)
    assert ask(serving, who, unit=UnitId("south")) == [("c", "b")]
    assert ask(serving, who, unit=UnitId("east")) == []
    # A point that no unit serves takes any.
    assert ask(serving, who, unit=None) == [("c", "a")]
    assert ask((Step(),), who, unit=UnitId("south")) == [("c", "a")]


def test_a_step_asks_only_up_to_its_level() -> None:
    where = directory(ring("ring", ("a", 3), ("b", 2), steps=(Step(level=2),), relax_when_unstaffed=False))
    contact = waiting("c")
    assert chosen(where, [contact], [free("a", 99), free("b")]) == [("c", "b")]
    assert chosen(where, [contact], [free("a", 99)]) == []


def test_a_step_asks_for_skill_in_the_service() -> None:
    who = [person("a", skills={"service": 2}), person("b", skills={"service": 3, "other": 5})]
    assert ask((Step(skill=3),), who) == [("c", "b")]
    assert ask((Step(skill=4),), who) == []
    assert ask((Step(skill=3),), who, service=ServiceId("other")) == [("c", "b")]


def test_who_names_skills_takes_only_those_services() -> None:
    specialist = person("a", skills={"other": 5})
    generalist = person("b")
    assert ask((ANY_LANGUAGE,), [specialist]) == []
    assert ask((ANY_LANGUAGE,), [generalist]) == [("c", "b")]
    assert ask((Step(skill=2),), [generalist]) == []
    assert (skill_in(specialist, ServiceId("service")), skill_in(generalist, ServiceId("service"))) == (0, 1)
    assert breadth_of(generalist) > breadth_of(specialist) == 1


def test_who_is_disqualified_is_nobody_to_the_contact() -> None:
    who = [person("a", "sv"), person("b", "fi")]
    assert ask((Step(),), who, language="sv", recused=staff("a")) == []
    # Nor does their being there keep a step from being taken early.
    where = directory(ring("ring", "a", "b", steps=(Step(), Step(60, language=LanguageRule.ANY))), *who)
    both = [free("a"), free("b")]
    assert chosen(where, [waiting("c", language="sv", recused=staff("a"))], both) == [("c", "b")]
    assert chosen(where, [waiting("c", language="sv")], both) == [("c", "a")]


def test_everything_that_a_step_asks_is_asked_at_once() -> None:
    strict = (Step(unit=UnitRule.SERVING, level=1, skill=2),)
    fit = person("d", "sv", unit="north", skills={"service": 2})
    for almost in (
        person("a", "fi", unit="north", skills={"service": 2}),
        person("a", "sv", unit="south", skills={"service": 2}),
        person("a", "sv", unit="north", skills={"service": 1}),
        person("a", "sv", unit="north", skills={"other": 5}),
    ):
        assert ask(strict, [almost, fit], language="sv", unit=UnitId("north")) == [("c", "d")]
        assert ask(strict, [almost], language="sv", unit=UnitId("north")) == []


# First who speaks Swedish in the unit, after two minutes who speaks it anywhere, after five minutes anybody.
STEPS = (
    Step(unit=UnitRule.SERVING),
    Step(after_s=120),
    Step(after_s=300, language=LanguageRule.ANY),
)
NORTH = UnitId("north")
THREE = [person("a", "fi"), person("b", "sv", unit="south"), person("d", "sv", unit="north")]


@pytest.mark.parametrize(
    ("waited_s", "able"),
    [(-5, "d"), (0, "d"), (119.999, "d"), (120, "bd"), (299, "bd"), (300, "abd"), (99_999, "abd")],
)
def test_requirements_relax_with_the_time_waited(waited_s: float, able: str) -> None:
    found = {each.id for each in THREE if ask(STEPS, [each], waited_s, language="sv", unit=NORTH) == [("c", each.id)]}
    assert found == set(able)


def test_the_first_step_counts_also_when_the_clock_stood_back() -> None:
    assert [step_by_time(STEPS, waited) for waited in (-1, 0, 119, 120, 300)] == [0, 0, 0, 1, 2]


def relaxing(*on_duty: str, waited_s: float = 0, passed_by: str = "", early: bool = True) -> list[tuple[str, ...]]:
    """Who is rung of those on duty; upper case means that they are busy."""
    where = directory(ring("ring", "a", "b", "d", steps=STEPS, relax_when_unstaffed=early), *THREE)
    contact = waiting("c", waited_s, language="sv", unit=NORTH, passed_by=staff(*passed_by))
    return chosen(where, [contact], [busy(each.lower()) if each.isupper() else free(each) for each in on_duty])


def test_a_step_takes_effect_early_while_nobody_on_duty_meets_the_one_before() -> None:
    assert relaxing("a", "b", "d") == [("c", "d")]
    assert relaxing("a", "b") == [("c", "b")]
    assert relaxing("a") == [("c", "a")]
    assert relaxing("a", "b", early=False) == []


def test_who_is_busy_is_waited_for_until_the_step_comes_by_time() -> None:
    assert relaxing("a", "b", "D") == []
    assert relaxing("a", "b", "D", waited_s=120) == [("c", "b")]
    assert relaxing("a", "B", "D", waited_s=300) == [("c", "a")]


def test_who_passed_it_by_still_counts_as_on_duty() -> None:
    # That the only one who fits declined does not make a stranger fit sooner than the ring says.
    assert relaxing("a", "d", passed_by="d") == []
    assert relaxing("a", "d", passed_by="d", waited_s=300) == [("c", "a")]


def test_steps_are_skipped_only_as_far_as_needed() -> None:
    steps = (Step(skill=5), Step(after_s=60, skill=3), Step(after_s=120, skill=1))
    who = [person("a", skills={"service": 1}), person("b", skills={"service": 3})]
    where = directory(ring("ring", "a", "b", steps=steps), *who)
    assert chosen(where, [waiting("c")], [free("a", 99), free("b")]) == [("c", "b")]
    assert chosen(where, [waiting("c")], [free("a", 99), busy("b")]) == []
    assert chosen(where, [waiting("c")], [free("a", 99)]) == [("c", "a")]
