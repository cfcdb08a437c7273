from pathlib import Path

import pytest

from palvelurinki_kiosk import chromium

URL = "https://palvelu.example.fi"


@pytest.mark.parametrize(
    "url", ["palvelu.example.fi", "ftp://palvelu.example.fi", "https://", "javascript:alert(1)", ""]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is not an address"):
        chromium.origin_of(url)


@pytest.mark.parametrize(
    ("url", "page"),
    [
        (URL, f"{URL}/kiosk/"),
        (f"{URL}/", f"{URL}/kiosk/"),
        (f"{URL}/demo/open/terminal/mikkeli-kioski", f"{URL}/demo/open/terminal/mikkeli-kioski"),
    ],
)
def test_the_address_of_the_server_opens_its_kiosk(url: str, page: str) -> None:
    assert chromium.page_of(url) == page
    assert chromium.command(url, Path("/profile"))[-1] == page


def test_the_browser_has_a_profile_of_its_own_and_keeps_its_sandbox() -> None:
    command = chromium.command(URL, Path("/var/lib/kiosk"))
    assert command[0] == "chromium"
    assert "--kiosk" in command
    assert "--user-data-dir=/var/lib/kiosk" in command
    assert "--no-sandbox" not in command
    assert "--use-fake-ui-for-media-stream" not in command


@pytest.mark.parametrize(
    ("url", "secure"),
    [
        (URL, True),
        ("http://palvelu.example.fi", False),
        ("http://localhost:8080", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080", True),
        ("http://localhost.example.fi", False),
    ],
)
def test_what_a_browser_calls_secure(url: str, secure: bool) -> None:  # noqa: FBT001
    assert chromium.is_secure(url) is secure


def test_the_policy_lets_one_origin_in_and_nothing_else() -> None:
    policy = chromium.policy(f"{URL}:8443/kiosk/?x=1")
    assert policy["VideoCaptureAllowedUrls"] == policy["AudioCaptureAllowedUrls"] == [f"{URL}:8443"]
    assert policy["URLBlocklist"] == ["*"]
    assert policy["URLAllowlist"] == ["https://.palvelu.example.fi:8443"]


def test_an_installed_policy_is_recognised() -> None:
    assert chromium.allows_devices([{}, chromium.policy(URL)], URL)
    assert not chromium.allows_devices([chromium.policy("https://elsewhere.example.fi")], URL)
    assert not chromium.allows_devices([{"VideoCaptureAllowedUrls": [URL]}], URL)
    assert not chromium.allows_devices([{"VideoCaptureAllowedUrls": URL, "AudioCaptureAllowedUrls": 1}], URL)
    assert not chromium.allows_devices([], URL)
