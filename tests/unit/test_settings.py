"""Settings that would be a danger are refused, with a word on what to do."""

import os
import subprocess

import pytest
from pydantic import ValidationError

from palvelurinki.settings import DEMO_SECRET, Settings
from tests.support.server_command import COMMAND

SECRET = "x" * 32


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("PALVELURINKI_"):
            monkeypatch.delenv(name)


def settings(**values: object) -> Settings:
    return Settings.model_validate(values)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "palvelu.example.fi"])  # noqa: S104 - refused
def test_the_demo_is_refused_on_a_public_address(host: str) -> None:
    with pytest.raises(ValidationError, match="PALVELURINKI_HOST"):
        settings(demo=True, secret=DEMO_SECRET, host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_the_demo_may_run_on_loopback(host: str) -> None:
    assert settings(demo=True, secret=DEMO_SECRET, host=host).demo


@pytest.mark.parametrize("secret", ["", "short", "x" * 31, DEMO_SECRET])
def test_a_weak_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValidationError, match="PALVELURINKI_SECRET"):
        settings(secret=secret)


def test_a_secret_of_32_characters_is_taken() -> None:
    assert settings(secret=SECRET).secret.get_secret_value() == SECRET


def test_turn_needs_its_secret() -> None:
    with pytest.raises(ValidationError, match="PALVELURINKI_TURN_SECRET"):
        settings(secret=SECRET, turn_urls=["turn:turn.example.fi:3478"])


def test_nobody_reads_a_secret_in_a_log() -> None:
    assert SECRET not in repr(settings(secret=SECRET, turn_urls=["turn:x"], turn_secret=SECRET))


def test_without_origins_only_loopback_pages_are_let_in() -> None:
    assert settings(secret=SECRET, port=9000).allowed_origins == {
        "http://localhost:9000",
        "http://127.0.0.1:9000",
        "http://[::1]:9000",
    }
    assert settings(secret=SECRET, origins=["https://palvelu.example.fi"]).allowed_origins == {
        "https://palvelu.example.fi"
    }


def test_the_command_says_in_one_line_what_is_wrong() -> None:
    environment = {**os.environ, "PALVELURINKI_DEMO": "true", "PALVELURINKI_HOST": "0.0.0.0"}  # noqa: S104 - refused
    done = subprocess.run([COMMAND, "serve"], env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "PALVELURINKI_HOST" in done.stderr
    assert "Traceback" not in done.stderr
