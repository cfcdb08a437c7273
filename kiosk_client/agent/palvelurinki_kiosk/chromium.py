"""How Chromium is run on a kiosk: its flags and its managed policy. Pure."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

PROGRAM: Final = "chromium"
POLICIES: Final = Path("/etc/chromium/policies/managed")
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

_FLAGS: Final = (
    "--kiosk",
    "--no-first-run",
    "--no-default-browser-check",
    # After a power cut nobody is there to close a bubble or a dialogue.
    "--hide-crash-restore-bubble",
    "--noerrdialogs",
    # A swipe must not leave the page; pinching to enlarge stays possible.
    "--overscroll-history-navigation=0",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No desktop keyring, which would ask for its password.
    "--password-store=basic",
)


def origin_of(url: str) -> str:
    """The origin of an address. Raises ValueError when it is not an http or https address."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{url!r} is not an address such as https://palvelu.example.fi")
    return f"{parts.scheme}://{parts.netloc}"


def page_of(url: str) -> str:
    """The page to open: the kiosk's, when the address names only the server."""
    origin_of(url)
    return url.rstrip("/") + "/kiosk/" if urlsplit(url).path in {"", "/"} else url


def is_secure(url: str) -> bool:
    """Whether a browser gives the page of this address a camera at all: by https, or from the machine itself."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in LOOPBACK


def command(url: str, profile: Path, program: str = PROGRAM) -> list[str]:
    """The command that shows the page full-screen, with a profile of its own."""
    return [program, *_FLAGS, f"--user-data-dir={profile}", page_of(url)]


def policy(url: str) -> dict[str, object]:
    """The managed policy: this origin may use camera and microphone unasked, and nothing else may be visited.

    It belongs in a file under POLICIES, which only root may write. A flag on the command line could allow the devices
    too (`--use-fake-ui-for-media-stream`), but to every page there is.
    """
    origin = origin_of(url)
    scheme, _, place = origin.partition("://")
    return {
        "AudioCaptureAllowedUrls": [origin],
        "VideoCaptureAllowedUrls": [origin],
        "AutoplayAllowlist": [origin],
        "URLBlocklist": ["*"],
        # A dot before the host: this host and none below it.
        "URLAllowlist": [f"{scheme}://.{place}"],
        "DefaultPopupsSetting": 2,
        "DeveloperToolsAvailability": 2,
        "DownloadRestrictions": 3,
        "AllowFileSelectionDialogs": False,
        "PrintingEnabled": False,
        "TranslateEnabled": False,
        "PasswordManagerEnabled": False,
        "AutofillAddressEnabled": False,
        "BrowserSignin": 0,
        "SyncDisabled": True,
        "MetricsReportingEnabled": False,
    }


def allows_devices(policies: list[dict[str, object]], url: str) -> bool:
    """Whether installed policies let the origin use camera and microphone unasked."""
    origin = origin_of(url)

    def listed(key: str) -> bool:
        lists = [each.get(key) for each in policies]
        return any(isinstance(each, list) and origin in each for each in lists)

    return listed("AudioCaptureAllowedUrls") and listed("VideoCaptureAllowedUrls")
