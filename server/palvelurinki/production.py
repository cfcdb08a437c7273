"""What a production start is refused for: settings that are safe on one's own machine alone. A sentence each."""

import re
from typing import Final
from urllib.parse import urlsplit

SECRET_LEAST: Final = 32
# 32 random characters of the 16 of hexadecimal have fewer different ones only once in millions of times.
SECRET_VARIETY: Final = 8
_HOST: Final = r"(?:\[[0-9a-fA-F:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)"
_TURN: Final = re.compile(rf"turns?:{_HOST}(?::[0-9]{{1,5}})?(?:\?transport=(?:udp|tcp))?", re.IGNORECASE)
_ORIGIN: Final = re.compile(rf"https://{_HOST}(?::[0-9]{{1,5}})?")


def secret_fault(secret: str) -> str | None:
    """What is wrong with a secret that others must not guess."""
    if len(secret) < SECRET_LEAST:
        return f"it has fewer than {SECRET_LEAST} characters"
    if len(set(secret)) < SECRET_VARIETY:
        return f"it has fewer than {SECRET_VARIETY} different characters, so it was not drawn at random"
    return None


def origin_fault(origin: str) -> str | None:
    """What is wrong with an origin of pages."""
    if "*" in origin:
        return "an origin is one site, and no star stands for several: write each by itself"
    if origin.startswith("http://"):
        return "pages are served by https alone: write https://NAME"
    if urlsplit(origin).path or "?" in origin or "#" in origin:
        return "an origin has no path, not even a slash at its end: write https://NAME"
    if not _ORIGIN.fullmatch(origin):
        return "this is no origin: write https://NAME or https://NAME:PORT, in lower case"
    return None


def turn_fault(url: str) -> str | None:
    """What is wrong with the address of a TURN server."""
    if _TURN.fullmatch(url):
        return None
    return "this is no TURN server: write turn:NAME:PORT?transport=udp or turns:NAME:PORT?transport=tcp"
