"""Every problem has its code and its place. In the changed text § marks where the problem must be told of."""

import pytest

from palvelurinki.application.configuration import ConfigurationRefused, decode, read
from palvelurinki.application.configuration.source import DEPTH_LIMIT, SIZE_LIMIT
from tests.support.configuration import FILE, SMALL, changed, problems_of, unmarked

# code, what is replaced, by what; § is where the problem is.
CASES = [
    # --- what parts are to each other ---
    ("reference.unknown", "    ring: kela\n", "    ring: §kella\n"),
    ("reference.unknown", "members: [kela-1, kela-2]", "members: [kela-1, §kela-3]"),
    ("reference.unknown", "unit: kela-etela", "unit: §kela-pohjoinen"),
    ("reference.unknown", "point: mikkeli", "point: §mikeli"),
    ("reference.unknown", "providers: [kela, mikkeli]", "providers: [kela, §dvv]"),
    ("reference.unknown", "    organisation: tulkit", "    organisation: §tulkkikeskus"),
    ("reference.unknown", "host: oulu", "host: §oulunsalo"),
    ("id.duplicate", "      oulu-kioski: {", "      §mikkeli-kioski: {"),
    ("id.duplicate", "  vero-1:", "  §kela-2:"),
    ("id.duplicate", "      mikkeli-tiski:", "      §mikkeli-kioski:"),
    ("id.duplicate", "  vero-1:", "  §mikkeli-tiski:"),
    ("list.duplicate", "members: [kela-1, kela-2]", "members: [kela-1, §kela-1]"),
    ("list.duplicate", "providers: [kela, mikkeli]", "providers: [kela, §kela]"),
    ("list.duplicate", "[fi, sv]", "[fi, §fi]"),
    ("organisation.code_missing", "  oulu:\n    kinds", "  §oulu:\n    kinds"),
    ("organisation.code_invalid", "municipality_code: 491", "municipality_code: §49"),
    ("organisation.code_invalid", "municipality_code: 491", "municipality_code: §4910"),
    ("organisation.code_in_use", "municipality_code: 564", "municipality_code: §491"),
    ("organisation.not_provider", "providers: [kela, mikkeli]", "providers: [kela, §oulu]"),
    (
        "organisation.not_provider",
        "units:\n",
        "units:\n  x:\n    organisation: §oulu\n    names: {fi: X, sv: X, en: X}\n",
    ),
    ("point.host_not_municipality", "host: oulu", "host: §kela"),
    (
        "service.ring_of_other_provider",
        "  kela-kortti:\n    provider: kela",
        "  x:\n    provider: vero\n    ring: §kela",
    ),
    (
        "guidance.address_invalid",
        "  kela-kortti:\n    provider: kela",
        (
            "  unsafe:\n    provider: vero\n    guidance:\n      e_service:\n"
            "        names: {fi: X, sv: X, en: X}\n        address: §http://www.kela.fi"
        ),
    ),
    (
        "guidance.address_invalid",
        "  kela-kortti:\n    provider: kela",
        (
            "  partial:\n    provider: vero\n    guidance:\n      e_service:\n"
            "        names: {fi: X, sv: X, en: X}\n        address: §www.kela.fi"
        ),
    ),
    (
        "list.duplicate",
        "  kela-kortti:\n    provider: kela",
        (
            "  twice:\n    provider: vero\n    guidance:\n      tasks: [{id: a, names: {fi: X, sv: X, en: X}}, "
            "§{id: a, names: {fi: X, sv: X, en: X}}]"
        ),
    ),
    (
        "service.instead_of_remote",
        "  kela-kortti:\n    provider: kela",
        "  either:\n    provider: kela\n    ring: kela\n    guidance:\n      §instead: {fi: X, sv: X, en: X}",
    ),
    ("ring.no_members", "members: [kela-1, kela-2]", "§members: []"),
    ("ring.member_not_expert", "members: [kela-1, kela-2]", "members: [kela-1, §kela-3]"),
    ("ring.member_of_other_organisation", "members: [kela-1, kela-2]", "members: [§vero-1, kela-2]"),
    ("staff.role_not_of_organisation", "roles: [advisor]", "§roles: [advisor, interpreter]"),
    ("staff.unit_of_other_organisation", "  vero-1:", "  vero-1:\n    unit: §kela-etela"),
    ("staff.point_of_other_host", "point: mikkeli", "point: §oulu"),
    (
        "staff.point_missing",
        "  neuvoja:\n    organisation: mikkeli\n    point: mikkeli\n",
        "  §neuvoja:\n    organisation: mikkeli\n",
    ),
    (
        "validity.reversed",
        "    kinds: [interpreter_agency]",
        "    kinds: [interpreter_agency]\n    §validity: {first: 2026-01-02, last: 2026-01-01}",
    ),
    ("language.unknown", "[fi, sv]", "[fi, §xx]"),
    ("language.unknown", "[fi, sv]", "[fi, §ruotsi]"),
    ("language.unknown", "[fi, sv]", "[fi, §swe]"),
    ("language.unknown", "[fi, sv]", "[fi, §se]"),
    ("language.unknown", "[fi, sv]", "[fi, §und]"),
    ("language.unknown", "[fi, sv]", "[fi, §FI]"),
    # --- opening hours ---
    ("hours.invalid", "mon-fri:", "§mon-fry:"),
    ("hours.invalid", "mon-fri:", "§fri-mon:"),
    ("hours.invalid", "mon-fri:", "§ma-pe:"),
    ("hours.invalid", '["09:00-16:00"]', '[§"9:00-16:00"]'),
    ("hours.invalid", '["09:00-16:00"]', '["09:00-10:00", §"16:00-16:00"]'),
    ("hours.invalid", '["09:00-16:00"]', '[§"16:00-09:00"]'),
    ("hours.invalid", '["09:00-16:00"]', '[§"09:00-24:01"]'),
    ("hours.invalid", '["09:00-16:00"]', '[§"09:60-16:00"]'),
    ("hours.invalid", '["09:00-12:00"]', "[§kiinni]"),
    ("hours.day_twice", "sat:", "§fri-sat:"),
    ("hours.day_twice", "sat:", "§every_day:"),
    ("hours.overlap", 'mon-fri: ["09:00-16:00"]', '§mon-fri: ["09:00-12:00", "11:59-16:00"]'),
    ("hours.overlap", '2026-12-31: ["09:00-12:00"]', '§2026-12-31: ["09:00-12:00", "09:00-12:00"]'),
    # --- how a part looks ---
    ("id.invalid", "  kela-kortti:", "  §Kela_Kortti:"),
    ("id.invalid", "  kela-kortti:", f"  §{'k' * 65}:"),
    ("id.invalid", "  kela-kortti:", '  §" kela-kortti":'),
    ("id.invalid", "      oulu-kioski: {", "      §oulu-: {"),
    ("text.empty", "name: Esimerkki Tulkki", "name: §' '"),
    ("text.too_long", "name: Esimerkki Tulkki", f"name: §{'n' * 201}"),
    ("text.invalid", "name: Esimerkki Tulkki", 'name: §"Esimerkki\\nTulkki"'),
    ("timeout.negative", "    members:", "    grace_s: §-1\n    members:"),
    ("timeout.negative", "    members:", "    offer_timeout_s: §0\n    members:"),
    ("timeout.negative", "    members:", "    retry_after_s: §0\n    members:"),
    ("timeout.negative", "    members:", "    pause_after_misses: §0\n    members:"),
    ("timeout.too_long", "    members:", "    offer_timeout_s: §3601\n    members:"),
    ("field.missing", "  kela-kortti:\n    provider: kela\n", "  §kela-kortti:\n"),
    ("field.missing", "names: {fi: Kela-kortti, sv: FPA-kort, ", "§names: {fi: Kela-kortti, "),
    ("field.unknown", "    host: oulu", "    host: oulu\n    §kotisivu: oulu"),
    ("field.unknown", "version: 1", "version: 1\n§yksikot: {}"),
    ("field.duplicate", "    name: Esimerkki Tulkki", "    name: Tulkki\n    §name: Esimerkki Tulkki"),
    ("value.invalid", "roles: [advisor]", "roles: [§neuvoja]"),
    ("value.invalid", "2026-12-31:", "§2026-13-31:"),
    ("value.invalid", "name: Esimerkki Tulkki", "name: §17"),
    ("value.invalid", "    members:", "    grace_s: §60.5\n    members:"),
    ("value.invalid", "version: 1", "version: §2"),
    ("value.invalid", "      sat:", "      closed_on_public_holidays: §no\n      sat:"),
    # --- YAML ---
    ("yaml.invalid", "version: 1", "version: 1\nunits: §]"),
    ("yaml.invalid", "name: Esimerkki Tulkki", "name: §!!python/name:os.system Tulkki"),
    ("yaml.invalid", "name: Esimerkki Tulkki", 'name: §"Tulkki \\ud800"'),
    ("yaml.invalid", "name: Esimerkki Tulkki", "name: Tulkki §\x07"),
    ("yaml.invalid", "name: Esimerkki Tulkki", "name: §*tulkki"),
    ("yaml.invalid", "    roles: [advisor]", "    roles: [advisor]\n    ? §[pois]\n    : [kotoa]"),
]

# What a case needs besides the replacement that carries the mark.
ALSO = {
    "organisation.code_missing": ("    municipality_code: 564\n", ""),
    "ring.member_not_expert": (
        "  vero-1:",
        "  kela-3: {organisation: kela, name: Kolmas, roles: [supervisor]}\n  vero-1:",
    ),
}


@pytest.mark.parametrize(("code", "old", "new"), CASES, ids=[f"{code}:{new.strip()[:40]!r}" for code, _, new in CASES])
def test_a_problem_has_its_code_and_place(code: str, old: str, new: str) -> None:
    text = SMALL
    if code in ALSO:
        text = changed(*ALSO[code], text)
    text, line, column = unmarked(changed(old, new, text))
    assert problems_of(text) == [(code, line, column)]


# What is replaced, by what, and what is said of it.
MESSAGES = [
    ("roles: [advisor]", "roles: []", "this needs at least one"),
    ("[fi, sv]", "[]", "this needs at least one"),
    ("kinds: [interpreter_agency]", "kinds: []", "this needs at least one"),
    ("roles: [advisor]", "roles: advisor", "a list is wanted here"),
    ("members: [kela-1, kela-2]", "members: kela-1", "a list is wanted here"),
    ('["10:00-12:00", "13:00-14:00"]', '"10:00-12:00"', "a list is wanted here"),
    ("names: {fi: Kela-kortti, sv: FPA-kort, en: Kela card}", "names: Kela-kortti", "a mapping is wanted here"),
    ("units:\n", "units: []\nx-units:\n", "a mapping is wanted here"),
    (
        "roles: [advisor]",
        "roles: [neuvoja]",
        "write 'expert', 'advisor', 'interpreter', 'supervisor' or 'administrator'",
    ),
    ("version: 1", "version: 2", "write 1"),
    ("2026-12-31:", "2026-13-31:", "a date such as 2026-12-31 is wanted here"),
    ("name: Esimerkki Tulkki", "name: 17", "a text is wanted here"),
    ("    members:", "    grace_s: 60.5\n    members:", "a whole number is wanted here"),
    ("      sat:", "      closed_on_public_holidays: no\n      sat:", "true or false is wanted here"),
    ("    members:", "    offer_timeout_s: 0\n    members:", "this must be at least 1 second"),
    ("    members:", "    grace_s: -1\n    members:", "this must be at least 0 seconds"),
    ("    members:", "    pause_after_misses: 0\n    members:", "this must be at least 1 time"),
    ("    members:", "    grace_s: 3601\n    members:", "this must be at most 3600 seconds"),
    (
        "roles: [advisor]",
        "roles: [advisor, interpreter]",
        "the role interpreter is for staff of an interpreter_agency, which mikkeli is not",
    ),
    ("mon-fri:", "fri-mon:", "'fri-mon': a range of days may not go past sun; write fri-sun and mon"),
    ("      sat:", "      sun-tue:", "'sun-tue': a range of days may not go past sun; write sun and mon-tue"),
    ("[fi, sv]", "[fi, SV]", "write 'sv', in lower case"),
    ("[fi, sv]", "[fi, XX]", "'XX' is not the ISO 639 code of a language; "),
    (
        "  kela-kortti:\n",
        "  kela-kortti:\n    head_start: 5\n",
        "there is no field 'head_start' here; did you mean 'head_start_s'?",
    ),
    (
        "members: [kela-1, kela-2]",
        "members: [kela-1, {staff: kela-2, levl: 2}]",
        "there is no field 'levl' here; did you mean 'level'?",
    ),
    (
        "{fi: Kioski, sv: Kiosk, en: Kiosk}}",
        "{FI: K, sv: K, en: K}}",
        "there is no field 'FI' here; did you mean 'fi'?",
    ),
    ("units:\n", "unit: {}\nunits:\n", "there is no field 'unit' here; did you mean 'units'?"),
    ("    host: oulu", "    host: oulu\n    kotisivu: oulu", "there is no field 'kotisivu' here"),
    ("point: mikkeli", "point: mikeli", "there is no 'mikeli' in points; did you mean 'mikkeli'?"),
    ("providers: [kela, mikkeli]", "providers: [kela, dvv]", "there is no 'dvv' in organisations"),
]


@pytest.mark.parametrize(("old", "new", "message"), MESSAGES, ids=[new.strip()[:40] for _, new, _ in MESSAGES])
def test_a_problem_is_told_in_our_words(old: str, new: str, message: str) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        read(changed(old, new), FILE)
    told = [problem.message for problem in refused.value.problems]
    # A message that ends in a blank goes on with a list.
    assert any(each.startswith(message) if message.endswith(" ") else each == message for each in told), told


def test_the_small_configuration_is_in_order() -> None:
    document, _ = read(SMALL, FILE)
    assert list(document.rings) == ["kela"]


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    """A faulty part does not hide what is wrong with the others, and nothing is told of that is only its shadow."""
    text = changed("members: [kela-1, kela-2]", "members: [kela-1, kela-2, kela-9]")
    text = changed('["09:00-16:00"]', '["09:00-25:00"]', text)
    text = changed("    roles: [expert]\n    languages: [fi, sv]", "    roles: [ekspertti]", text)  # kela-1, a member
    text = changed("  kela-kortti:\n    provider: kela", "  kela-kortti:\n    provider: kelaa\n    hinta: 5", text)
    text = changed("languages: [fse, fi]", "languages: [fse, suomi]", text)
    assert [code for code, _, _ in problems_of(text)] == [
        "field.unknown",
        "hours.invalid",
        "reference.unknown",
        "value.invalid",
        "language.unknown",
    ]


def test_a_problem_is_one_line_that_editors_jump_to() -> None:
    text = changed("members: [kela-1, kela-2]", "members: []")
    with pytest.raises(ConfigurationRefused) as refused:
        read(text, FILE)
    line = text.splitlines().index("    members: []") + 1
    assert refused.value.lines() == [f"{FILE}:{line}:5: ring.no_members: ring kela has no members"]
    assert refused.value.code == "configuration.refused"
    assert refused.value.details == {"filename": FILE, "problems": 1}


@pytest.mark.parametrize("text", ["", "# vain huomautus\n", "- 1\n- 2\n", "teksti\n", "null\n"])
def test_what_is_no_mapping_is_no_configuration(text: str) -> None:
    assert problems_of(text) == [("yaml.invalid", 1, 1)]


def test_two_documents_in_one_file_are_refused() -> None:
    assert problems_of(f"{SMALL}---\nversion: 1\n") == [("yaml.invalid", SMALL.count("\n") + 1, 1)]


def test_the_version_must_be_said() -> None:
    assert problems_of("organisations: {}\n") == [("field.missing", 1, 1)]


def test_a_file_of_another_encoding_is_told_of_where_it_begins_to_differ() -> None:
    assert decode("ä\n".encode("utf-8-sig"), FILE) == "ä\n"
    with pytest.raises(ConfigurationRefused) as refused:
        decode(b"version: 1\nunits: " + "Etelä".encode("latin-1"), FILE)
    assert refused.value.lines() == [f"{FILE}:2:12: file.not_utf8: the file is not UTF-8 from here on"]


class TestBounds:
    def test_size(self) -> None:
        assert problems_of("#" * (SIZE_LIMIT + 1)) == [("yaml.too_large", 1, 1)]

    @pytest.mark.parametrize("levels", [DEPTH_LIMIT + 1, 100_000])
    def test_depth(self, levels: int) -> None:
        [(code, line, _)] = problems_of("version: 1\nunits: " + "[" * levels + "]" * levels)
        assert (code, line) == ("yaml.too_deep", 2)

    def test_an_alias_within_its_own_anchor(self) -> None:
        [(code, _, _)] = problems_of("version: 1\nunits: &a {b: *a}\n")
        assert code == "yaml.too_deep"

    def test_aliases_that_unfold_to_very_much(self) -> None:
        layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        layers += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
        [(code, _, _)] = problems_of("\n".join(layers))
        assert code == "yaml.too_large"

    def test_a_very_long_number_is_a_text(self) -> None:
        assert [code for code, _, _ in problems_of(f"version: {'9' * 5000}\n")] == ["value.invalid"]
