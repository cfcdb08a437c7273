"""Canaries: what nobody may find again who looks where it must not be, in whatever dress it was put away."""

import base64
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote, quote_plus

# Of every kind that I8 names. All are made up: addresses that are kept free for examples, codes that nobody has.
CANARIES: Final[Mapping[str, str]] = {
    "name": "Kanaria Esimerkki-Salanen",
    "slug of a name": "kanaria-salanen",
    "identity code": "131052-308T",
    "identity code, later sign": "131052A952L",
    "telephone": "+358401239876",
    "telephone, national": "040-1239876",
    "e-mail": "kanaria.salanen@esimerkki.example",
    "IPv4": "203.0.113.77",
    "IPv6": "2001:db8:cafe::77",
    "SDP": "o=- 4611731400430051336 2 IN IP4 203.0.113.78",
    "ICE": "candidate:842163049 1 udp 1677729535 203.0.113.79 46154 typ srflx",
    "fingerprint": "a=fingerprint:sha-256 7B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35",
    "chat": "tulen huomenna vastaanotolle kello kymmenen",
}


def dresses(canary: str) -> Iterable[bytes]:
    """The canary as it stands, and as it may have been put away: escaped, in hex, in base64 from any place."""
    plain = canary.encode()
    yield plain
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    yield quote(canary, safe="").encode()
    yield quote_plus(canary).encode()
    for offset in range(3):
        # What stands before it in the same text moves its letters; those at the edges depend on the neighbours.
        whole = base64.b64encode(b"\0" * offset + plain)
        inner = whole[4 if offset else 0 : len(whole) // 4 * 4 - 4]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))


def found_in(text: bytes) -> list[str]:
    """The kinds of the canaries that are in it, with the dress."""
    return [
        f"{kind}: {dress.decode()}" for kind, canary in CANARIES.items() for dress in dresses(canary) if dress in text
    ]
