"""How long data are kept, in the configuration: what may be said, what it means, and that it comes back as it was."""

import pytest

from palvelurinki.application.configuration import read, to_directory, to_yaml
from palvelurinki.application.configuration.conversion import canonical_json, from_json
from palvelurinki.application.configuration.problems import ConfigurationRefused
from palvelurinki.domain.directory import Directory
from palvelurinki.domain.retention import BOUNDS, SHORT_LIVED, Kept, Retention


def directory_of(retention: str) -> Directory:
    """A configuration that says this and no more."""
    document, _ = read(f"version: 1\n{retention}\n", "test.yaml")
    return to_directory(document, 1)


def codes_of(retention: str) -> list[tuple[str, tuple[str | int, ...]]]:
    """What it is refused for."""
    with pytest.raises(ConfigurationRefused) as refused:
        directory_of(retention)
    return [(problem.code, problem.path) for problem in refused.value.problems]


def test_without_a_word_the_defaults_hold_and_are_within_their_bounds() -> None:
    assert directory_of("").retention == Retention()
    for bounds in (*BOUNDS.values(), SHORT_LIVED):
        assert bounds.least <= bounds.default <= bounds.most
    assert BOUNDS[Kept.AUDIT].least >= 365


def test_what_is_not_said_keeps_its_default() -> None:
    retention = directory_of("retention: {audit_days: 400}").retention
    assert retention.of(Kept.AUDIT).days == 400
    assert retention.of(Kept.CONTACTS).days == BOUNDS[Kept.CONTACTS].default


def test_what_belongs_to_a_contact_goes_with_it() -> None:
    retention = directory_of("retention: {contacts_days: 30}").retention
    assert {retention.of(kind).days for kind in (Kept.CONTACTS, Kept.EXPLANATIONS, Kept.ESTIMATES)} == {30}
    assert codes_of("retention: {contacts_days: 30, explanations_days: 31}") == [
        ("retention.over_contacts", ("retention", "explanations_days"))
    ]


@pytest.mark.parametrize("kind", Kept)
def test_periods_outside_their_bounds_are_refused(kind: Kept) -> None:
    for days in (BOUNDS[kind].least - 1, BOUNDS[kind].most + 1, 0, -1):
        assert ("number.out_of_range", ("retention", f"{kind.value}_days")) in codes_of(
            f"retention: {{{kind.value}_days: {days}}}"
        )


@pytest.mark.parametrize("said", ["", "retention: {contacts_days: 30, short_lived_hours: 48}", "retention: {}"])
def test_it_comes_back_as_it_was(said: str) -> None:
    directory = directory_of(said)
    assert to_directory(from_json(canonical_json(directory)), 1) == directory
    again, _ = read(to_yaml(directory), "exported.yaml")
    assert to_directory(again, 1) == directory
