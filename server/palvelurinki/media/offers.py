"""What a terminal may offer to the echo: looked at as text, before anything is made of it.

One line of sound, one of picture, one of data, in any order, the data alone being a must; and candidates that are
addresses. Names are left out: to look one up would be to ask the network at the word of somebody else. A browser that
hides its addresses behind names is found nevertheless, for its own checks tell where it is.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import Final

MOST_LINES: Final = 1000
MOST_CANDIDATES: Final = 24
_MOST: Final = {"audio": 1, "video": 1, "application": 1}
_CANDIDATE: Final = "a=candidate:"
_ONE_WAY: Final = frozenset({"a=sendonly", "a=recvonly", "a=inactive"})
# Of a candidate's words: foundation, component, transport, priority, address, port.
_TRANSPORT, _ADDRESS, _WORDS = 2, 4, 6


class OfferFaultError(ValueError):
    """Why an offer is none that the echo answers; says nothing of what stands in it."""


def cleaned(offer: str) -> str:
    """The offer without candidates that are not followed. Raises OfferFaultError."""
    lines = offer.removesuffix("\n").replace("\r", "").split("\n")
    if not all(line.isprintable() for line in lines):
        raise OfferFaultError("it is no text")
    if lines[0] != "v=0" or len(lines) > MOST_LINES:
        raise OfferFaultError("it is no session description")
    kinds = Counter(line[2:].partition(" ")[0] for line in lines if line.startswith("m="))
    if not kinds["application"] or any(number > _MOST.get(kind, 0) for kind, number in kinds.items()):
        raise OfferFaultError("it must have a line of data, and may have one of sound and one of picture")
    if not _ONE_WAY.isdisjoint(lines):
        raise OfferFaultError("what is echoed goes both ways")
    return "".join(f"{line}\r\n" for line in _followed(lines))


def _followed(lines: Sequence[str]) -> Iterator[str]:
    left = MOST_CANDIDATES
    for line in lines:
        if not line.startswith(_CANDIDATE):
            yield line
        elif left and _is_followed(line.removeprefix(_CANDIDATE).split()):
            left -= 1
            yield line


def _is_followed(words: Sequence[str]) -> bool:
    if len(words) < _WORDS or words[_TRANSPORT].lower() != "udp":
        return False
    try:
        address = ip_address(words[_ADDRESS])
    except ValueError:
        return False
    return not (address.is_multicast or address.is_unspecified)
