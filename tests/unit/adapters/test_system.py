"""Ids, tokens and pseudonyms."""

import hashlib
import hmac
import re
import time
import uuid

import pytest

from palvelurinki.adapters.system import HmacPseudonyms, HmacSeals, SystemIds


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


def test_pseudonyms_of_two_organisations_cannot_be_linked_by_the_key_of_one() -> None:
    """An organisation with its own key turns back its own pseudonyms, and finds none of them at another one."""
    staff = [f"person-{number}" for number in range(200)]
    pseudonyms = HmacPseudonyms("the server's secret")
    own = hmac.digest(b"the server's secret", b"pseudonyms of kela", hashlib.sha256)
    turned_back = {hmac.digest(own, each.encode(), hashlib.sha256).hex()[:16]: each for each in staff}
    assert {pseudonyms.of("kela", each) for each in staff} == turned_back.keys()
    assert turned_back.keys().isdisjoint(pseudonyms.of("vero", each) for each in staff)


def test_a_new_secret_gives_new_pseudonyms() -> None:
    assert HmacPseudonyms("one secret").of("kela", "anna") != HmacPseudonyms("another").of("kela", "anna")


def test_seals_fit_only_their_text_and_key() -> None:
    seals = HmacSeals("new", ["older", "old"])
    assert seals.fits("text", seals.key, seals.seal("text"))
    assert not seals.fits("texts", seals.key, seals.seal("text"))
    assert not seals.fits("text", "unknown", seals.seal("text"))
    assert [seals.age(HmacSeals(secret).key) for secret in ("new", "old", "older", "foreign")] == [0, 1, 2, None]
    old = HmacSeals("old")
    assert seals.fits("text", old.key, old.seal("text"))
    assert not old.fits("text", seals.key, seals.seal("text"))
    with pytest.raises(ValueError, match="secret"):
        HmacSeals("")
