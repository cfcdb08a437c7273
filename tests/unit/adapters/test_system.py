"""Ids, tokens and pseudonyms."""

import re
import time
import uuid

import pytest

from palvelurinki.adapters.system import HmacPseudonyms, SystemIds


def test_ids_are_uuids_of_version_7_with_the_time_in_front() -> None:
    before = time.time_ns() // 1_000_000
    identifier = SystemIds().new()
    after = time.time_ns() // 1_000_000
    parsed = uuid.UUID(hex=identifier)
    assert re.fullmatch("[0-9a-f]{32}", identifier)
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
    assert before <= parsed.int >> 80 <= after


def test_ids_grow_and_none_comes_twice() -> None:
    ids = SystemIds()
    made = [ids.new() for _ in range(20_000)]
    assert made == sorted(set(made))


def test_ids_grow_though_the_clock_steps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = SystemIds()
    monkeypatch.setattr(time, "time_ns", lambda: 1_800_000_000_000_000_000)
    first = [ids.new() for _ in range(3)]
    monkeypatch.setattr(time, "time_ns", lambda: 1_700_000_000_000_000_000)
    later = [ids.new() for _ in range(10_000)]
    assert first + later == sorted(first + later)


def test_ids_of_two_processes_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_800_000_000_000_000_000)
    assert SystemIds().new() != SystemIds().new()


def test_tokens_are_long_and_url_safe() -> None:
    ids = SystemIds()
    tokens = {ids.token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)


def test_pseudonym_is_the_same_each_time_and_tells_nothing() -> None:
    pseudonyms = HmacPseudonyms("secret")
    pseudonym = pseudonyms.of("kela", "anna")
    assert pseudonym == HmacPseudonyms("secret").of("kela", "anna")
    assert re.fullmatch("[0-9a-f]{16}", pseudonym)


def test_pseudonyms_differ_by_person_organisation_and_secret() -> None:
    assert (
        len(
            {
                HmacPseudonyms("secret").of("kela", "anna"),
                HmacPseudonyms("secret").of("kela", "bert"),
                HmacPseudonyms("secret").of("vero", "anna"),
                HmacPseudonyms("other").of("kela", "anna"),
                HmacPseudonyms("secret").of("kel", "aanna"),
            }
        )
        == 5
    )


def test_pseudonyms_need_a_secret() -> None:
    with pytest.raises(ValueError, match="secret"):
        HmacPseudonyms("")
