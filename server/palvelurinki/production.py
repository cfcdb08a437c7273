"""What a production start is refused for: settings that are safe on one's own machine alone. A sentence each."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

SECRET_LEAST: Final = 32
# 64 random characters of the 16 of hexadecimal have fewer different ones once in six million times, 32 once in sixty,
# and 32 of base64 never.
SECRET_VARIETY: Final = 12
DRAW: Final = "draw one by: openssl rand -base64 32"
# How long the prefix of a network of proxies is at least, by the version of IP.
PROXIES_LEAST: Final = {4: 8, 6: 16}
# Addresses of IPv4 as IPv6 has them.
_MAPPED: Final = IPv6Network("::ffff:0:0/96")
_HOST: Final = r"(?:\[[0-9a-fA-F:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)"
_TURN: Final = re.compile(rf"turns?:{_HOST}(?::[0-9]{{1,5}})?(?:\?transport=(?:udp|tcp))?", re.IGNORECASE)
_ORIGIN: Final = re.compile(rf"https://{_HOST}(?::[0-9]{{1,5}})?")


def secret_fault(secret: str) -> str | None:
    """What is wrong with a secret that others must not guess."""
    if len(secret) < SECRET_LEAST:
        return f"it has fewer than {SECRET_LEAST} characters"
    if len(set(secret)) < SECRET_VARIETY:
        return f"it has fewer than {SECRET_VARIETY} different characters, so it was not drawn at random; {DRAW}"
    if any(secret[period:] == secret[:-period] for period in range(1, len(secret) // 2 + 1)):
        return f"it repeats itself, so it was not drawn at random; {DRAW}"
    return None


def former_secret_fault(secret: str) -> str | None:
    """What is wrong with a secret that others must not have guessed. What it was drawn from is past mending."""
    return f"one has fewer than {SECRET_LEAST} characters" if len(secret) < SECRET_LEAST else None


def proxies_fault(network: IPv4Network | IPv6Network) -> str | None:
    """What is wrong with a network whose every machine is believed to be a proxy."""
    least = PROXIES_LEAST[network.version]
    if isinstance(network, IPv6Network) and network.overlaps(_MAPPED):
        least = _MAPPED.prefixlen + PROXIES_LEAST[4]
    if network.prefixlen < least:
        return "this is so large a network that anybody could be a proxy in it: write the proxies' own addresses"
    return None


def demo_origin_fault(origin: str) -> str | None:
    """What is wrong with an origin of the demo's pages: there anybody is signed in as anybody."""
    try:
        host = urlsplit(origin).hostname or ""
        here = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        here = False
    return None if here else "the demo's pages are on loopback only: write http://localhost:PORT, or leave it out"


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
