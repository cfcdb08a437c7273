"""How a ring may not be set up, each with its code and place; § marks where the problem must be told of."""

import pytest

from palvelurinki.application.configuration import ConfigurationRefused, read
from tests.support.configuration import FILE, FULL, SECOND, SMALL, changed, problems_of, unmarked

ONE = "      - {ring: tuki, after_s: 90}\n"
STEPS = FULL[FULL.index("    steps:\n") : FULL.index("    relax_when_unstaffed")]
SERVING = FULL[FULL.index("    served_by:\n") : FULL.index("    terminals:\n      mikkeli-kioski")]

# code, what is replaced, by what; § is where the problem is.
CASES = [
    # --- members, and how many are asked ---
    ("reference.unknown", "{staff: kela-2, level: 2}", "§{staff: kela-9, level: 2}"),
    ("list.duplicate", "[kela-1, {staff: kela-2, level: 2}]", "[kela-1, {staff: kela-2, level: 2}, §kela-2]"),
    ("value.invalid", "[kela-1, {staff: kela-2, level: 2}]", "[kela-1, {staff: kela-2, level: 2}, §17]"),
    ("id.invalid", "[kela-1, {staff: kela-2, level: 2}]", "[kela-1, {staff: kela-2, level: 2}, §Kela_3]"),
    ("field.unknown", "{staff: kela-2, level: 2}", "{staff: kela-2, §taso: 2}"),
    ("number.out_of_range", "{staff: kela-2, level: 2}", "{staff: kela-2, level: §0}"),
    ("number.out_of_range", "{staff: kela-2, level: 2}", "{staff: kela-2, level: §10}"),
    ("ring.at_once_over_members", "ring_at_once: 2", "ring_at_once: §3"),
    ("number.out_of_range", "ring_at_once: 2", "ring_at_once: §0"),
    ("number.out_of_range", "ring_at_once: 2", "ring_at_once: §21"),
    ("value.invalid", "strategy: best_skill", "strategy: §parhaat"),
    ("value.invalid", "relax_when_unstaffed: false", "relax_when_unstaffed: §ei"),
    # --- times ---
    ("ring.wrap_up_over_most", "wrap_up_s: 30", "wrap_up_s: §301"),
    ("timeout.negative", "wrap_up_s: 30", "wrap_up_s: §-1"),
    ("timeout.too_long", "wrap_up_most_s: 300", "wrap_up_most_s: §3601"),
    ("timeout.negative", "last_entry_s: 900", "last_entry_s: §-1"),
    ("timeout.too_long", "last_entry_s: 900", "last_entry_s: §14401"),
    ("value.invalid", "at_closing: end", "at_closing: §kesken"),
    ("timeout.negative", "head_start_s: 120", "head_start_s: §-1"),
    ("timeout.too_long", "head_start_s: 120", "head_start_s: §3601"),
    # --- steps ---
    ("step.first_not_at_once", "- {unit: serving, level: 1", "- {after_s: §1, unit: serving, level: 1"),
    ("step.not_later", "after_s: 120", "after_s: §30"),
    ("step.not_later", "after_s: 120", "after_s: §29"),
    ("step.same_as_before", "- {after_s: 120, language: any}", "- §{after_s: 120, unit: serving}"),
    ("timeout.negative", "after_s: 120, language", "after_s: §-1, language"),
    ("timeout.too_long", "after_s: 120, language", "after_s: §3601, language"),
    ("step.level_unused", "level: 1, skill", "level: §3, skill"),
    ("number.out_of_range", "level: 1, skill", "level: §0, skill"),
    ("step.skill_unreached", "skill: 3", "skill: §5"),
    ("number.out_of_range", "skill: 3", "skill: §6"),
    ("number.out_of_range", "skill: 3", "skill: §0"),
    ("value.invalid", "language: any", "language: §sv"),
    ("value.invalid", "- {after_s: 30, unit: serving}", "- {after_s: 30, unit: §kela-etela}"),
    ("value.invalid", STEPS, "    §steps: []\n"),
    # --- overflow ---
    ("reference.unknown", ONE, "      - {ring: §tukii, after_s: 90}\n"),
    ("list.duplicate", ONE, f"{ONE}      - §{{ring: tuki}}\n"),
    ("overflow.to_itself", ONE, "      - {ring: §kela, after_s: 90}\n"),
    ("overflow.never", ONE, "      - §{ring: tuki, when_unstaffed: false}\n"),
    ("overflow.cycle", "    members: [kela-2]\n", "    members: [kela-2]\n    overflow: [{ring: §kela}]\n"),
    ("timeout.negative", "after_s: 90", "after_s: §-1"),
    ("timeout.too_long", "after_s: 90", "after_s: §3601"),
    # --- the units that serve a point ---
    ("reference.unknown", "- {unit: kela-etela,", "- {unit: §kela-lansi,"),
    ("point.units_overlap", "{first: 2026-07-01}", "{first: 2026-06-30}"),
    ("point.unit_without_contract", "- {unit: kela-etela,", "- {unit: §vero-itainen,"),
    ("validity.reversed", "{first: 2026-07-01}}", "{first: 2026-07-01, last: 2026-06-30}}"),
    # --- skills ---
    ("reference.unknown", "{kela-asumistuki: 4}", "{kela-asumistuki: 4, §kela-asunto: 2}"),
    ("staff.skill_without_ring", "{kela-asumistuki: 4}", "{kela-asumistuki: 4, §kela-kortti: 2}"),
    ("number.out_of_range", "{kela-asumistuki: 4}", "{kela-asumistuki: §6}"),
    ("number.out_of_range", "{kela-asumistuki: 4}", "{kela-asumistuki: §0}"),
    ("staff.skill_of_other_provider", "  vero-1:\n", "  vero-1:\n    skills: {§kela-asumistuki: 1}\n"),
    # --- reasons for a pause ---
    ("pause_reason.reserved", "      koulutus: {", "      §arrived: {"),
    ("pause_reason.reserved", "      koulutus: {", "      §missed: {"),
    ("id.invalid", "      koulutus: {", "      §Koulutus: {"),
    ("id.duplicate", "      koulutus: {", "      koulutus: {fi: a, sv: b, en: c}\n      §koulutus: {"),
    ("field.missing", "{fi: Koulutus, sv: Utbildning, en: Training}", "{fi: Koulutus, sv: Utbildning}"),
    (
        "organisation.not_provider",
        "    municipality_code: 564\n",
        "    municipality_code: 564\n    §pause_reasons: {tauko: {fi: Tauko, sv: Paus, en: Break}}\n",
    ),
]

# Cases of which the mark stands elsewhere than in what is replaced.
MARKS = {
    "point.units_overlap": ("- {unit: kela-pohjoinen,", "- §{unit: kela-pohjoinen,"),
    "validity.reversed": ("validity: {first", "§validity: {first"),
    "field.missing": ("      koulutus: {", "      §koulutus: {"),
}


@pytest.mark.parametrize(("code", "old", "new"), CASES, ids=[f"{code}:{new.strip()[:40]!r}" for code, _, new in CASES])
def test_a_problem_has_its_code_and_place(code: str, old: str, new: str) -> None:
    text = changed(old, new, FULL)
    if "§" not in text:
        text = changed(*MARKS[code], text)
    text, line, column = unmarked(text)
    assert problems_of(text) == [(code, line, column)]


def test_the_full_configuration_is_in_order() -> None:
    document, _ = read(FULL, FILE)
    assert list(document.rings) == ["kela", "tuki"]


def test_a_ring_of_another_provider_takes_no_overflow() -> None:
    other = SECOND.replace("tuki", "vero").replace("provider: kela", "provider: vero").replace("kela-2", "vero-1")
    text = changed("points:\n", f"{other}points:\n", changed(ONE, "      - {ring: §vero}\n", FULL))
    text, line, column = unmarked(text)
    assert problems_of(text) == [("overflow.to_other_provider", line, column)]


class TestCycles:
    def test_the_whole_cycle_is_named_and_only_it(self) -> None:
        """Ring a leads into the cycle, and is no part of it."""
        assert told(ringed(a="b", b="c", c="d", d="b")) == ["the overflows go round: b → c → d → b"]

    def test_each_cycle_is_told_of(self) -> None:
        assert told(ringed(a="ba", b="a", c="d", d="c")) == [
            "ring a overflows to itself",
            "the overflows go round: a → b → a",
            "the overflows go round: c → d → c",
        ]

    def test_two_ways_to_one_ring_are_no_cycle(self) -> None:
        document, _ = read(ringed(a="bc", b="d", c="d", d=""), FILE)
        assert len(document.rings["a"].overflow) == 2

    def test_a_very_long_chain_is_followed_to_its_end(self) -> None:
        count = 2000
        text = ringed(**{f"r{number}": (f"r{(number + 1) % count}",) for number in range(count)})
        [message] = told(text)
        assert message.count("→") == count
        assert message.endswith("r1999 → r0")


def ringed(**overflows: str | tuple[str, ...]) -> str:
    """The small configuration with a ring for each name, and the rings that it overflows to."""
    rings = "".join(
        f"  {name}:\n    provider: kela\n    names: {{fi: A, sv: B, en: C}}\n    hours: {{}}\n"
        f"    members: [kela-1]\n    overflow: [{', '.join(f'{{ring: {each}}}' for each in to)}]\n"
        for name, to in overflows.items()
    )
    return changed("points:\n", f"{rings}points:\n")


def told(text: str) -> list[str]:
    with pytest.raises(ConfigurationRefused) as refused:
        read(text, FILE)
    return [problem.message for problem in refused.value.problems]


class TestSkills:
    def test_a_service_that_no_member_has_a_skill_for(self) -> None:
        text = changed(
            "  kela-kortti:\n    provider: kela\n", "  kela-kortti:\n    provider: kela\n    ring: §tuki\n", FULL
        )
        text = changed(
            "    roles: [expert, supervisor]\n", "    roles: [expert]\n    skills: {kela-asumistuki: 1}\n", text
        )
        text, line, column = unmarked(text)
        assert problems_of(text) == [("service.no_member_skilled", line, column)]

    def test_an_expert_may_be_skilled_where_they_are_asked_by_overflow(self) -> None:
        """kela-2 is in the second ring alone, to which the first overflows."""
        text = changed("[kela-1, {staff: kela-2, level: 2}]", "[kela-1]", FULL)
        text = changed(
            "    roles: [expert, supervisor]\n", "    roles: [expert]\n    skills: {kela-asumistuki: 5}\n", text
        )
        document, _ = read(text, FILE)
        assert document.staff["kela-2"].skills == {"kela-asumistuki": 5}
        without = changed("    overflow:\n" + ONE, "    # ei\n", changed("ring_at_once: 2", "ring_at_once: 1", text))
        assert [code for code, _, _ in problems_of(without)] == ["staff.skill_without_ring"]

    def test_experts_who_name_no_skills_take_everything_at_one(self) -> None:
        text = changed("    skills: {kela-asumistuki: 4}\n", "", FULL)
        [(code, _, _)] = problems_of(text)
        assert code == "step.skill_unreached"
        read(changed("skill: 3", "skill: 1", text), FILE)

    def test_levels_and_numbers_count_those_who_are_asked_by_overflow(self) -> None:
        text = changed("[kela-1, {staff: kela-2, level: 2}]", "[kela-1]", FULL)
        text = changed("    members: [kela-2]\n", "    members: [{staff: kela-2, level: 3}]\n", text)
        read(changed("- {after_s: 30, unit: serving}", "- {after_s: 30, unit: serving, level: 3}", text), FILE)
        text = changed("- {after_s: 30, unit: serving}", "- {after_s: 30, unit: serving, level: 2}", text)
        assert told(text) == ["no member is of level 2, but of 1, 3"]
        assert told(changed("ring_at_once: 2", "ring_at_once: 3", text)) == [
            "3 experts cannot ring at once where 2 are asked at most",
            "no member is of level 2, but of 1, 3",
        ]


class TestServingUnits:
    def test_they_are_asked_for_only_where_some_unit_serves(self) -> None:
        text = changed(SERVING, "", FULL)
        lines = [line for line, each in enumerate(text.splitlines(), 1) if "unit: serving" in each]
        assert [(code, line) for code, line, _ in problems_of(text)] == [("step.unit_never", line) for line in lines]

    def test_a_unit_may_serve_again_later(self) -> None:
        again = "      - {unit: kela-etela, validity: {first: 2027-01-01}}\n"
        between = "{unit: kela-pohjoinen, validity: {first: 2026-07-01, last: 2026-12-31}}\n"
        text = changed("{unit: kela-pohjoinen, validity: {first: 2026-07-01}}\n", between + again, FULL)
        document, _ = read(text, FILE)
        assert len(document.points["mikkeli"].served_by) == 3

    def test_units_of_two_providers_may_serve_at_once(self) -> None:
        text = changed("providers: [kela, mikkeli]", "providers: [kela, vero, mikkeli]", FULL)
        text = changed("    served_by:\n", "    served_by:\n      - {unit: vero-itainen}\n", text)
        document, _ = read(text, FILE)
        assert len(document.points["mikkeli"].served_by) == 3

    def test_both_units_are_named_when_they_overlap(self) -> None:
        text = changed(", validity: {first: 2026-07-01}}", "}", changed(", validity: {last: 2026-06-30}}", "}", FULL))
        assert told(text) == ["kela-etela and kela-pohjoinen, both of kela, serve the point on the same days"]
        text = changed("{first: 2026-07-01}", "{first: 2026-02-01, last: 2026-02-02}", FULL)
        assert told(text) == ["kela-etela and kela-pohjoinen, both of kela, serve the point on 2026-02-01"]


class TestLastEntry:
    @pytest.mark.parametrize(
        ("hours", "longest_s"),
        [
            ('{mon: ["09:00-10:00"], tue: ["09:00-10:30"]}', 5400),
            ('{mon: ["09:00-10:00", "10:00-11:00"]}', 7200),
            ('{mon: ["23:00-24:00"], tue: ["00:00-01:00"]}', 7200),
            ('{sun: ["23:00-24:00"], mon: ["00:00-01:30"]}', 9000),
            ('{mon: ["09:00-10:00"], exceptions: {2026-12-31: ["09:00-11:00"]}}', 7200),
        ],
    )
    def test_somebody_must_be_able_to_enter_at_some_opening(self, hours: str, longest_s: int) -> None:
        week = SMALL[SMALL.index("    hours:\n") : SMALL.index("    members:")]
        text = changed(week, f"    hours: {hours}\n    last_entry_s: {longest_s - 1}\n")
        document, _ = read(text, FILE)
        assert document.rings["kela"].last_entry_s == longest_s - 1
        text, line, column = unmarked(changed(str(longest_s - 1), f"§{longest_s}", text))
        assert problems_of(text) == [("ring.last_entry_too_long", line, column)]


def test_what_is_faulty_casts_no_shadow() -> None:
    """Of a part that is itself refused nothing is concluded: not that nobody is skilled, served or asked."""
    text = changed(
        "    roles: [expert]\n    languages: [fi, sv]", "    roles: [ekspertti]\n    languages: [fi, sv]", FULL
    )
    assert [code for code, _, _ in problems_of(text)] == ["value.invalid"]
    text = changed("    address: Esimerkkikatu 1, Mikkeli\n", "", FULL)
    assert [code for code, _, _ in problems_of(text)] == ["field.missing"]
    text = changed("names: {fi: Tuki, sv: Stöd, en: Support}", "names: {fi: Tuki}", FULL)
    assert {code for code, _, _ in problems_of(text)} == {"field.missing"}


class TestOneMistakeOneMessage:
    """What is misspelt is told of once, with what may have been meant, and nothing is concluded from it."""

    def test_a_ring_of_a_service(self) -> None:
        text = changed("    ring: kela\n", "    ring: kella\n", FULL)
        assert told(text) == ["there is no 'kella' in rings; did you mean 'kela'?"]

    def test_a_member_with_skills(self) -> None:
        text = changed("[kela-1, {staff: kela-2, level: 2}]", "[kela-11, {staff: kela-2, level: 2}]", FULL)
        assert told(text) == ["there is no 'kela-11' in staff; did you mean 'kela-1'?"]

    def test_a_ring_to_overflow_to(self) -> None:
        text = changed(
            "[kela-1, {staff: kela-2, level: 2}]", "[kela-1]", changed("ring_at_once: 2\n", "grace_s: 0\n", FULL)
        )
        text = changed(
            "    roles: [expert, supervisor]\n", "    roles: [expert]\n    skills: {kela-asumistuki: 5}\n", text
        )
        text = changed(ONE, "      - {ring: tuuki, after_s: 90}\n", text)
        assert told(text) == ["there is no 'tuuki' in rings; did you mean 'tuki'?"]

    def test_a_skill(self) -> None:
        text = changed("{kela-asumistuki: 4}", "{kela-asumistuk: 4}", FULL)
        assert told(text) == ["there is no 'kela-asumistuk' in services; did you mean 'kela-asumistuki'?"]

    def test_a_rings_provider(self) -> None:
        text = changed("  kela:\n    provider: kela\n", "  kela:\n    provider: kella\n", FULL)
        assert told(text) == ["there is no 'kella' in organisations; did you mean 'kela'?"]

    def test_a_provider_at_a_point(self) -> None:
        text = changed("providers: [kela, mikkeli]", "providers: [kella, mikkeli]", FULL)
        assert told(text) == ["there is no 'kella' in organisations; did you mean 'kela'?"]

    def test_the_only_unit_that_serves(self) -> None:
        text = changed(SERVING, "    served_by: [{unit: kela-etelo}]\n", FULL)
        assert told(text) == ["there is no 'kela-etelo' in units; did you mean 'kela-etela'?"]

    def test_a_field_that_must_be_there(self) -> None:
        text = changed("  tuki:\n    provider: kela\n", "  tuki:\n    provder: kela\n", FULL)
        assert told(text) == ["there is no field 'provder' here; did you mean 'provider'?"]


def test_odd_is_not_wrong() -> None:
    """Nobody speaks Swedish, a step asks for more than the one before it, and the head start is of no use."""
    text = changed("    languages: [fi, sv]\n", "", FULL)
    text = changed("- {after_s: 120, language: any}", "- {after_s: 120, unit: serving, level: 1}", text)
    text = changed("  kela-kortti:\n", "  kela-kortti:\n    head_start_s: 60\n", text)
    read(text, FILE)
