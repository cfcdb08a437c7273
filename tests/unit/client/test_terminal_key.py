"""The file of a terminal's key: who may read it, what becomes of its counter, and of two who use it at once."""

import base64
import json
import os
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from palvelurinki.adapters.key_tokens import JoseKeyTokens
from palvelurinki.client import KeyUnusable, TerminalKey
from palvelurinki.domain.assertions import PROOF_TYPE, SIGN_IN_TYPE, check

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
AUDIENCE = "https://a.example/x"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "key.json"


def claims_of(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return said


def test_key_is_made_once_and_for_its_owner_alone(path: Path) -> None:
    key = TerminalKey(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = TerminalKey(path)
    assert (again.thumbprint, again.public) == (key.thumbprint, key.public)
    assert TerminalKey(path.with_name("other.json")).thumbprint != key.thumbprint
    assert "d" not in key.public.model_dump()


def test_server_reads_what_the_key_signs(path: Path) -> None:
    key, tokens = TerminalKey(path), JoseKeyTokens()
    public = tokens.key(key.public.x, key.public.y)
    assert public.thumbprint == key.thumbprint
    for number in (1, 2):
        assertion = tokens.claims(key.assertion(AUDIENCE, NOW), public, SIGN_IN_TYPE)
        check(assertion, key.thumbprint, {AUDIENCE}, NOW)
        assert assertion.count == number
    proof = tokens.claims(key.proof(AUDIENCE, NOW), public, PROOF_TYPE)
    check(proof, key.thumbprint, {AUDIENCE}, NOW)
    assert proof.count is None


def test_count_goes_on_after_a_restart_and_is_on_the_disk_first(path: Path) -> None:
    key = TerminalKey(path)
    assert claims_of(key.assertion(AUDIENCE, NOW))["count"] == 1
    assert json.loads(path.read_text())["count"] == 1
    assert claims_of(TerminalKey(path).assertion(AUDIENCE, NOW))["count"] == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_count_is_used_twice_by_those_who_share_the_file(path: Path) -> None:
    TerminalKey(path)
    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(lambda _: TerminalKey(path).assertion(AUDIENCE, NOW), range(40)))
    assert sorted(claims_of(token)["count"] for token in tokens) == list(range(1, 41))
    assert len({claims_of(token)["jti"] for token in tokens}) == 40


def test_write_that_was_broken_off_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = TerminalKey(path)
    before = path.read_bytes()

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeyUnusable, match="No space left"):
        key.assertion(AUDIENCE, NOW)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert claims_of(key.assertion(AUDIENCE, NOW))["count"] == 1


def test_next_key_stays_the_same_until_it_is_adopted(path: Path) -> None:
    key = TerminalKey(path)
    before = key.thumbprint
    key.assertion(AUDIENCE, NOW)
    first, second = key.next(AUDIENCE, NOW), TerminalKey(path).next(AUDIENCE, NOW)
    assert first.key == second.key
    assert key.thumbprint == before
    assert claims_of(second.change)["sub"] == before
    assert claims_of(second.change)["next"] == claims_of(second.proof)["sub"]
    key.adopt_next()
    assert key.public == first.key
    assert claims_of(second.proof)["sub"] == key.thumbprint
    assert claims_of(key.assertion(AUDIENCE, NOW))["count"] == 1
    after = path.read_bytes()
    key.adopt_next()
    assert path.read_bytes() == after


def test_copy_counts_by_itself(path: Path) -> None:
    key = TerminalKey(path)
    key.assertion(AUDIENCE, NOW)
    shutil.copy(path, path.with_name("copy.json"))
    copy = TerminalKey(path.with_name("copy.json"))
    assert copy.fingerprint == key.fingerprint
    assert [claims_of(each.assertion(AUDIENCE, NOW))["count"] for each in (key, copy)] == [2, 2]


@pytest.mark.parametrize("text", ["", "nothing", "[]", "{}x", '{"key": {"kty": "EC"}, "count": 1}', '{"count": 1}'])
def test_file_that_holds_no_key_is_left_alone(path: Path, text: str) -> None:
    """An empty file too: it may be what a full disk has left of a key, and a new one would have to be approved."""
    path.write_text(text)
    with pytest.raises(KeyUnusable) as unusable:
        TerminalKey(path)
    assert str(path) in str(unusable.value)
    assert path.read_text() == text


def test_no_secret_is_told(path: Path) -> None:
    key = TerminalKey(path)
    kept = json.loads(path.read_text())
    path.write_text(json.dumps({**kept, "key": {**kept["key"], "x": "A" * 43}}))
    with pytest.raises(KeyUnusable) as unusable:
        TerminalKey(path)
    told = f"{unusable.value!r} {unusable.value.__cause__!r} {key!r}"
    assert kept["key"]["d"] not in told


def test_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable, match="No such file"):
        TerminalKey(tmp_path / "none" / "key.json")
