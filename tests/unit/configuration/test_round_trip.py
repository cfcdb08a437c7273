"""A directory survives its canonical text, its document and its export; the same directory gives the same text."""

import json

from hypothesis import given
from hypothesis import strategies as st

from palvelurinki.application.configuration import (
    ConfigurationRefused,
    Problem,
    canonical_json,
    from_json,
    read,
    to_directory,
    to_document,
    to_yaml,
)
from palvelurinki.application.configuration.pause_reasons import DEFAULT_PAUSE_REASONS
from palvelurinki.domain import directory as d
from tests.support.configuration import FULL, SMALL, changed
from tests.unit.configuration.drawn import directories, tricky


@given(directories())
def test_any_directory_survives_its_stored_text(directory: d.Directory) -> None:
    text = canonical_json(directory)
    again = to_directory(from_json(text), directory.revision)
    assert again == directory
    assert canonical_json(again) == text
    assert to_directory(to_document(directory), directory.revision) == directory


@given(directories())
def test_any_directory_survives_its_export(directory: d.Directory) -> None:
    text = to_yaml(directory)
    document, _ = read(text, "export.yaml")
    again = to_directory(document, directory.revision)
    assert again == directory
    assert canonical_json(again) == canonical_json(directory)  # the order of things too
    assert to_yaml(again) == text


def test_ways_of_writing_the_same_have_one_stored_text() -> None:
    text = changed(
        'mon-fri: ["09:00-16:00"]', 'fri: &t ["09:00-16:00"]\n      mon: *t\n      tue-thu: *t\n      sun: []'
    )
    text = changed('["10:00-12:00", "13:00-14:00"]', '["13:00-14:00", "10:00-12:00"]', text)
    text = changed("roles: [expert, supervisor]", "roles: [supervisor, expert]", text)
    text = changed("municipality_code: 491", "municipality_code: '491'", text)
    text = changed("    languages: [fse, fi]", "    languages: [fse, fi]\n    unit:", text)
    assert _stored(text) == _stored(SMALL)


def test_the_order_of_things_is_part_of_what_is_stored() -> None:
    assert _stored(changed("[kela-1, kela-2]", "[kela-2, kela-1]")) != _stored(SMALL)


def test_defaults_are_written_out() -> None:
    """So that a default of a later version does not change what an old revision means."""
    text = _stored(SMALL)
    for setting in (
        '"offer_timeout_s":20',
        '"grace_s":60',
        '"retry_after_s":30',
        '"pause_after_misses":2',
        '"strategy":"longest_idle"',
        '"ring_at_once":1',
        '"steps":[{"after_s":0,"language":"required","unit":"any"},{"after_s":60,"language":"any","unit":"any"}]',
        '"relax_when_unstaffed":true',
        '"wrap_up_s":0',
        '"wrap_up_most_s":600',
        '"last_entry_s":0',
        '"at_closing":"serve"',
    ):
        assert setting in text
    assert text.count('"pause_reasons":{"break":{"fi":"Kahvitauko"') == 3  # the providers
    assert '"closed_on_public_holidays":true' in text
    assert text.count('"languages":["fi"]') == 3


def test_what_says_nothing_is_not_written() -> None:
    text = _stored(SMALL)
    for absent in ("head_start_s", "overflow", "served_by", "skills", "level"):
        assert absent not in text
    assert _stored(changed("[kela-1, kela-2]", "[kela-1, {staff: kela-2, level: 1}]")) == text
    assert '"members":["kela-1",{"staff":"kela-2","level":2}]' in _stored(
        changed("[kela-1, kela-2]", "[kela-1, {staff: kela-2, level: 2}]")
    )


def test_a_revision_of_before_the_strategies_still_loads() -> None:
    """It means what the defaults say, and applying its document again makes no new revision."""
    stored = json.loads(_stored(SMALL))
    for organisation in stored["organisations"].values():
        organisation.pop("pause_reasons", None)
    [ring] = stored["rings"].values()
    for setting in list(ring):
        if setting not in FIRST_RING_FIELDS:
            del ring[setting]
    assert set(ring) == FIRST_RING_FIELDS
    directory = to_directory(from_json(json.dumps(stored)), 1)
    assert directory == _directory(SMALL)
    assert canonical_json(directory) == _stored(SMALL)
    found = directory.rings[d.RingId("kela")]
    assert (found.strategy, found.steps, found.at_closing) == (
        d.Strategy.LONGEST_IDLE,
        d.DEFAULT_STEPS,
        d.AtClosing.SERVE,
    )
    assert directory.organisations[d.OrganisationId("kela")].pause_reasons == DEFAULT_PAUSE_REASONS
    assert directory.organisations[d.OrganisationId("oulu")].pause_reasons == ()


FIRST_RING_FIELDS = {
    "provider",
    "names",
    "hours",
    "members",
    "offer_timeout_s",
    "grace_s",
    "retry_after_s",
    "pause_after_misses",
}


def test_the_export_is_for_people() -> None:
    text = to_yaml(_directory(SMALL))
    assert text.startswith(
        "version: 1\n\norganisations:\n  kela:\n    kinds: [provider]\n    names: {fi: Kela, sv: FPA,"
    )
    assert "      mon-fri: ['09:00-16:00']\n      sat: ['10:00-12:00', '13:00-14:00']\n" in text
    assert "{fi: Oulu, sv: Uleåborg, en: Oulu}" in text
    assert "    - {after_s: 60, language: any, unit: any}\n" in text
    assert "      lunch: {fi: Lounas, sv: Lunch, en: Lunch}\n" in text
    assert "&" not in text


@given(st.text(max_size=200) | st.binary(max_size=50).map(lambda raw: raw.decode("latin-1")))
def test_no_text_whatever_breaks_the_reading(text: str) -> None:
    _read_or_refuse(text)


@given(st.integers(0, len(FULL)), st.integers(0, 40), st.text(max_size=10) | tricky)
def test_no_damage_to_a_configuration_breaks_the_reading(start: int, length: int, instead: str) -> None:
    _read_or_refuse(FULL[:start] + instead + FULL[start + length :])


def _read_or_refuse(text: str) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        document, _ = read(text, "any.yaml")
    except ConfigurationRefused as refused:
        problems = refused.problems
    else:
        directory = to_directory(document, 1)
        assert to_directory(to_document(directory), 1) == directory
        return
    lines = 1 + sum(text.count(end) for end in ("\n", "\r", "\x85", "\u2028", "\u2029"))
    assert problems
    assert all(1 <= problem.line <= lines + 1 and problem.column >= 1 for problem in problems)


def _directory(text: str) -> d.Directory:
    document, _ = read(text, "small.yaml")
    return to_directory(document, 1)


def _stored(text: str) -> str:
    return canonical_json(_directory(text))
