"""Settings that would be a danger are refused, with a word on what to do."""

import json
import os
import subprocess

import pytest
from pydantic import ValidationError

from palvelurinki.settings import DEMO_SECRET, Settings, StoreSettings
from tests.support.server_command import COMMAND

SECRET = "a-secret-of-this-test-and-of-no-more"
HERE = ("https://palvelu.example.fi",)


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("PALVELURINKI_"):
            monkeypatch.delenv(name)


def settings(**values: object) -> Settings:
    return Settings.model_validate(values if "origins" in values or values.get("demo") else {**values, "origins": HERE})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "palvelu.example.fi"])  # noqa: S104 - refused
def test_the_demo_is_refused_on_a_public_address(host: str) -> None:
    with pytest.raises(ValidationError, match="PALVELURINKI_HOST"):
        settings(demo=True, secret=DEMO_SECRET, host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_the_demo_may_run_on_loopback(host: str) -> None:
    assert settings(demo=True, secret=DEMO_SECRET, host=host).demo


@pytest.mark.parametrize("secret", ["", "short", SECRET[:31], "x" * 32, "ab" * 40, DEMO_SECRET])
def test_a_weak_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValidationError, match="PALVELURINKI_SECRET"):
        settings(secret=secret)


def test_a_secret_of_32_characters_is_taken() -> None:
    assert settings(secret=SECRET).secret.get_secret_value() == SECRET


def test_turn_needs_its_secret() -> None:
    with pytest.raises(ValidationError, match="PALVELURINKI_TURN_SECRET"):
        settings(secret=SECRET, turn_urls=["turn:turn.example.fi:3478"])


def test_nobody_reads_a_secret_in_a_log() -> None:
    made = settings(secret=SECRET, turn_urls=["turn:turn.example.fi"], turn_secret=SECRET, issuer_secrets={"a": SECRET})
    assert SECRET not in repr(made)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"origins": []}, "PALVELURINKI_ORIGINS"),
        ({"origins": ["http://palvelu.example.fi"]}, "https alone"),
        ({"origins": ["http://localhost:8080"]}, "https alone"),
        ({"origins": ["https://*.example.fi"]}, "no star"),
        ({"origins": ["*"]}, "no star"),
        ({"origins": ["https://palvelu.example.fi/"]}, "no path"),
        ({"origins": ["https://palvelu.example.fi?a"]}, "no path"),
        ({"origins": ["https://me@palvelu.example.fi"]}, "no origin"),
        ({"origins": ["https://Palvelu.example.fi"]}, "lower case"),
        ({"origins": ["palvelu.example.fi"]}, "no path"),
        ({"origins": [*HERE, "http://palvelu.example.fi"]}, "https alone"),
        ({"turn_urls": ["stun:turn.example.fi"], "turn_secret": SECRET}, "no TURN server"),
        ({"turn_urls": ["turn:turn.example.fi:port"], "turn_secret": SECRET}, "no TURN server"),
        ({"turn_urls": ["turn:turn.example.fi?transport=sctp"], "turn_secret": SECRET}, "no TURN server"),
        ({"turn_urls": ["turn:turn.example.fi"], "turn_secret": "short"}, "PALVELURINKI_TURN_SECRET"),
        ({"turn_urls": ["turn:turn.example.fi"], "turn_secret": "a" * 64}, "PALVELURINKI_TURN_SECRET"),
    ],
)
def test_a_production_start_is_refused_with_a_sentence(values: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told) as refused:
        settings(secret=SECRET, **values)
    [error] = refused.value.errors()
    assert "short" not in error["msg"]
    # One's own machine may do so, but for pages elsewhere.
    if "origins" not in values:
        settings(demo=True, **values)


@pytest.mark.parametrize(
    "url", ["turn:turn.example.fi", "turn:192.0.2.7:3478?transport=udp", "turns:[2001:db8::7]:443?transport=tcp"]
)
def test_a_production_start(url: str) -> None:
    made = settings(secret=SECRET, origins=["https://palvelu.example.fi:8443"], turn_urls=[url], turn_secret=SECRET)
    assert made.secure
    assert made.behind_tls
    assert made.origin == "https://palvelu.example.fi:8443"


def test_without_origins_only_loopback_pages_are_let_in() -> None:
    assert settings(demo=True, port=9000).allowed_origins == {
        "http://localhost:9000",
        "http://127.0.0.1:9000",
        "http://[::1]:9000",
    }
    assert settings(secret=SECRET, origins=["https://palvelu.example.fi"]).allowed_origins == {
        "https://palvelu.example.fi"
    }


# ---- Addresses, and what is no number -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "redis://redis.example.fi:6379/0",
        "redis://:p%40ssword@redis.example.fi",
        "rediss://redis.example.fi:6380/1?health_check_interval=5",
        "unix:///run/redis/redis.sock",
        None,
    ],
)
def test_an_address_of_a_redis_is_taken(url: str | None) -> None:
    assert settings(secret=SECRET, redis_url=url).redis_url == url


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "begins with none of"),
        ("redis.example.fi:6379", "begins with none of"),
        ("http://redis.example.fi", "begins with none of"),
        ("redis://redis.example.fi:abc", "port"),
        ("redis://redis.example.fi:99999", "port"),
        ("redis://:s3cret/word@redis.example.fi:6379", "port"),
        ("redis://redis.example.fi/first", "no number"),
        ("redis://redis.example.fi?colour=red", "option"),
        ("redis://[::1", "cannot be read"),
        ("unix://", "names no file"),
    ],
)
def test_what_is_no_address_of_a_redis_is_refused_with_what_to_write(url: str, told: str) -> None:
    with pytest.raises(ValidationError, match=told) as refused:
        settings(secret=SECRET, redis_url=url)
    assert "write redis://" in refused.value.errors()[0]["msg"]
    assert "s3cret" not in refused.value.errors()[0]["msg"]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://somebody:p%40ss@db.example.fi:5432/palvelurinki",
        "postgresql://db.example.fi/palvelurinki?ssl=require",
        "postgresql+asyncpg:///palvelurinki?host=/run/postgresql",
        "postgresql+asyncpg:///palvelurinki?host=a.example.fi:5432&host=b.example.fi:5433",
        "sqlite+aiosqlite:////var/lib/palvelurinki.db",
        "sqlite:///palvelurinki.db",
    ],
)
def test_an_address_of_a_database_is_taken(url: str) -> None:
    assert StoreSettings(database_url=url).database_url == url


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "cannot be read: write postgresql"),
        ("foo", "cannot be read: write postgresql"),
        ("postgresql+asyncpg://somebody:s3cret@db.example.fi:abc/palvelurinki", "a port that is a number"),
        ("postgresql+asyncpg://db.example.fi:99999/palvelurinki", "from 1 to 65535"),
        ("postgresql+asyncpg://db.example.fi:0/palvelurinki", "from 1 to 65535"),
        ("postgresql+asyncpg:///palvelurinki?host=db.example.fi&port=abc", "port=5432"),
        ("postgresql+asyncpg://db.example.fi/palvelurinki?sslmode=require", "take sslmode out"),
        ("mysql://db.example.fi/palvelurinki", "write postgresql"),
    ],
)
def test_what_is_no_address_of_a_database_is_refused_with_what_to_write(url: str, told: str) -> None:
    with pytest.raises(ValidationError, match=told) as refused:
        StoreSettings(database_url=url)
    assert "s3cret" not in refused.value.errors()[0]["msg"]


def said(command: str, **environment: str) -> str:
    """What the command says of these settings, which it refuses."""
    done = subprocess.run(
        [COMMAND, *command.split()],
        env={**os.environ, "PALVELURINKI_SECRET": SECRET, "PALVELURINKI_ORIGINS": json.dumps(HERE), **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


@pytest.mark.parametrize(
    ("name", "value", "to_do"),
    [
        ("REDIS_URL", "localhost:6379", "write redis://HOST"),
        ("DATABASE_URL", "postgresql+asyncpg://db.example.fi:abc/x", "write postgresql"),
        ("PORT", "eighty", "write a whole number"),
        ("PORT", "80800", "65535"),
        ("DEMO", "perhaps", "write true or false"),
        ("ORIGINS", "https://palvelu.example.fi", "write a JSON list"),
        ("SESSION_KEPT_S", "long", "write a number"),
    ],
)
def test_rubbish_is_told_in_a_sentence_that_says_what_to_do(name: str, value: str, to_do: str) -> None:
    told = said("serve", **{f"PALVELURINKI_{name}": value})
    assert f"PALVELURINKI_{name}: " in told
    assert to_do in told


@pytest.mark.parametrize(
    "command", ["config show", "events list", "estimates report", "offers list --ring kela", "explain offer-1"]
)
def test_every_command_that_reads_the_settings_says_so_too(command: str) -> None:
    assert "write postgresql" in said(command, PALVELURINKI_DATABASE_URL="postgresql+asyncpg://db.example.fi:abc/x")


def test_the_command_says_in_one_line_what_is_wrong() -> None:
    environment = {**os.environ, "PALVELURINKI_DEMO": "true", "PALVELURINKI_HOST": "0.0.0.0"}  # noqa: S104 - refused
    done = subprocess.run([COMMAND, "serve"], env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "PALVELURINKI_HOST" in done.stderr
    assert "Traceback" not in done.stderr


def test_each_secret_is_said_once() -> None:
    now, before = SECRET, SECRET[::-1]
    assert len(settings(secret=now, former_secrets=[before]).former_secrets) == 1
    for former in ([now], [before, before]):
        with pytest.raises(ValidationError, match="FORMER_SECRETS"):
            settings(secret=now, former_secrets=former)


def test_commands_beside_the_demo_seal_as_it_does() -> None:
    assert settings(demo=True).secret.get_secret_value() == DEMO_SECRET
    assert settings(demo=True, secret=SECRET).secret.get_secret_value() == SECRET
    with pytest.raises(ValidationError, match="PALVELURINKI_SECRET"):
        settings(demo=True, secret="")
    with pytest.raises(ValidationError, match="PALVELURINKI_SECRET"):
        settings(demo=False)
