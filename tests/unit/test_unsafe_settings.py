"""Settings with which no start is to be made: trust in everybody, secrets that can be guessed, slips of the pen."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from palvelurinki.settings import DEMO_SECRET, Settings
from palvelurinki.spelling import misspelt
from tests.support.certificate import certify
from tests.support.server_command import COMMAND

SECRET = "a-secret-of-this-test-and-of-no-more"
ORIGINS = ["https://palvelu.example.fi"]


def settings(**values: object) -> Settings:
    return Settings.model_validate({"secret": SECRET, "origins": ORIGINS, **values})


def demo(**values: object) -> Settings:
    return Settings.model_validate({"secret": DEMO_SECRET, "demo": True, **values})


def refused(**values: object) -> str:
    with pytest.raises(ValidationError) as told:
        settings(**values)
    [error] = told.value.errors()
    return error["msg"]


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("PALVELURINKI_"):
            monkeypatch.delenv(name)


# ---- Whom it trusts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "network", ["0.0.0.0/0", "0.0.0.0/1", "10.0.0.0/7", "::/0", "fc00::/15", "::ffff:0:0/96", "::/16"]
)
def test_nobody_trusts_everybody_as_a_proxy(network: str) -> None:
    assert "anybody could be a proxy" in refused(trusted_proxies=["127.0.0.1", network])


@pytest.mark.parametrize("network", ["10.0.0.0/8", "192.0.2.7", "fd00::/16", "::1", "::ffff:10.0.0.0/104"])
def test_a_network_of_ones_own_may_be_trusted(network: str) -> None:
    assert len(settings(trusted_proxies=[network]).trusted_proxies) == 1


@pytest.mark.parametrize(
    "origin",
    ["https://palvelu.example.fi", "http://192.0.2.7:8080", "http://localhost.example.fi", "localhost:8080", "*", ""],
)
def test_the_demo_has_no_pages_but_on_loopback(origin: str) -> None:
    with pytest.raises(ValidationError, match="PALVELURINKI_ORIGINS: the demo"):
        demo(origins=["http://localhost:8080", origin])


def test_the_demos_pages_on_loopback() -> None:
    made = demo(origins=["http://localhost:8080", "https://localhost:8443", "http://127.0.0.1:80", "http://[::1]:80"])
    assert len(made.allowed_origins) == 4


# ---- Secrets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("secret", "told"),
    [
        ("abcdefgh" * 4, "different characters"),
        ("abcdefghijk" * 3, "different characters"),
        ("abcdefghijklmnop" * 2, "repeats itself"),
        ("abcdefghijklmnop" * 2 + "abc", "repeats itself"),
        (SECRET * 2, "repeats itself"),
    ],
)
def test_a_secret_that_nobody_drew_is_refused(secret: str, told: str) -> None:
    for name in ({"secret": secret}, {"turn_urls": ["turn:turn.example.fi"], "turn_secret": secret}):
        assert told in refused(**name)
    # What it was before cannot be changed any more: it is only not to be guessed by trying all.
    assert settings(former_secrets=[secret]).former_secrets


def test_former_secrets_are_as_long_as_the_one_in_use() -> None:
    told = refused(former_secrets=[SECRET[::-1], SECRET[:31]])
    assert told == "Value error, PALVELURINKI_FORMER_SECRETS: one has fewer than 32 characters"


# ---- Files -----------------------------------------------------------------------------------------------------------


def missing(folder: Path) -> Path:
    return folder / "missing.pem"


def a_folder(folder: Path) -> Path:
    return folder


def no_pem(folder: Path) -> Path:
    file = folder / "letter.pem"
    file.write_text("Dear all,\n")
    return file


@pytest.mark.parametrize("name", ["issuer_ca", "tls_certificate", "tls_key"])
@pytest.mark.parametrize(
    ("make", "told"), [(missing, "No such file"), (a_folder, "Is a directory"), (no_pem, "in PEM")]
)
def test_a_file_that_is_no_certificate_or_key_is_told_as_that(
    tmp_path: Path, name: str, make: Callable[[Path], Path], told: str
) -> None:
    values = {"tls_certificate": certify(tmp_path), "tls_key": tmp_path / "key.pem", name: make(tmp_path)}
    assert told in refused(**values)


def test_a_key_is_of_its_certificate_and_without_a_password(tmp_path: Path) -> None:
    certificate = certify(tmp_path)
    (tmp_path / "other").mkdir()
    certify(tmp_path / "other")
    assert settings(tls_certificate=certificate, tls_key=tmp_path / "key.pem", issuer_ca=certificate).tls_key
    assert "is not that of" in refused(tls_certificate=certificate, tls_key=tmp_path / "other" / "key.pem")
    locked = tmp_path / "locked.pem"
    command = ["openssl", "ec", "-in", str(tmp_path / "key.pem"), "-aes256", "-passout", "pass:x", "-out", str(locked)]
    subprocess.run(command, check=True, capture_output=True)
    assert "without a password" in refused(tls_certificate=certificate, tls_key=locked)


def test_where_it_listens(tmp_path: Path) -> None:
    assert settings(port=8178).address == "http://127.0.0.1:8178"
    assert settings(host="::1").address == "http://[::1]:8080"
    made = settings(tls_certificate=certify(tmp_path), tls_key=tmp_path / "key.pem", port=8178)
    assert made.address == "https://127.0.0.1:8178"


# ---- Slips of the pen ------------------------------------------------------------------------------------------------


def test_a_name_that_is_no_setting_is_told_with_the_nearest() -> None:
    names = ["PALVELURINKI_TRUSTED_PROXY", "palvelurinki_port", "PALVELURINKI_HOST", "PATH", "PALVELURINKI_"]
    told = misspelt(names, Settings.model_fields)
    assert len(told) == 2
    assert told[1] == (
        "there is no setting PALVELURINKI_TRUSTED_PROXY: take it away, or did you mean PALVELURINKI_TRUSTED_PROXIES?"
    )


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SESION_KEPT_S", "30", "did you mean PALVELURINKI_SESSION_KEPT_S?"),
        ("ISSUER_CA", "/no/such/file.pem", "PALVELURINKI_ISSUER_CA: /no/such/file.pem cannot be read"),
        ("TRUSTED_PROXIES", '["0.0.0.0/0"]', "anybody could be a proxy"),
    ],
)
def test_the_command_refuses_it_in_one_line(name: str, value: str, told: str) -> None:
    given = {"PALVELURINKI_SECRET": SECRET, "PALVELURINKI_ORIGINS": json.dumps(ORIGINS), f"PALVELURINKI_{name}": value}
    done = subprocess.run(
        [COMMAND, "serve"], env={**os.environ, **given}, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 2, done.stderr
    [line] = done.stderr.splitlines()
    assert told in line
