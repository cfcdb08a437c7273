"""What may be offered to the echo: the shape is looked at before anything is made of it."""

import pytest

from palvelurinki.media.offers import MOST_CANDIDATES, MOST_LINES, OfferFaultError, cleaned

SESSION = ["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0"]
AUDIO = ["m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=mid:0", "a=sendrecv"]
VIDEO = ["m=video 9 UDP/TLS/RTP/SAVPF 96", "a=mid:1", "a=sendrecv"]
DATA = ["m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "a=mid:2"]


def offer(*parts: list[str], end: str = "\r\n") -> str:
    return "".join(line + end for part in (SESSION, *parts) for line in part)


def candidate(address: str, transport: str = "udp") -> str:
    return f"a=candidate:1 1 {transport} 2122260223 {address} 50000 typ host"


@pytest.mark.parametrize(
    "parts", [(AUDIO, VIDEO, DATA), (DATA, AUDIO), (DATA,)], ids=["all", "data and sound", "data alone"]
)
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_what_a_terminal_sends_stays_as_it_is(parts: tuple[list[str], ...], end: str) -> None:
    assert cleaned(offer(*parts, end=end)) == offer(*parts)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v=0",
        "none",
        offer(),
        offer(AUDIO, VIDEO),
        offer(AUDIO, AUDIO, DATA),
        offer(VIDEO, VIDEO, DATA),
        offer(DATA, DATA),
        offer(AUDIO, DATA, ["m=text 9 RTP/AVP 98"]),
        offer(["m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=recvonly"], DATA),
        offer(AUDIO, DATA)[3:],
        offer(DATA, ["a=x:\0"]),
        offer(DATA, ["a=x:\u2028a=recvonly"]),
        offer(DATA, ["a=x"] * MOST_LINES),
    ],
)
def test_what_is_no_offer_to_an_echo_is_refused(text: str) -> None:
    with pytest.raises(OfferFaultError):
        cleaned(text)


def test_candidates_that_are_addresses_are_followed_and_no_names() -> None:
    followed = [candidate("192.0.2.7"), candidate("2001:db8::7"), candidate("127.0.0.1", "UDP")]
    others = [
        candidate("1b2c.local"),
        candidate("turn.example.fi"),
        candidate("192.0.2.7", "tcp"),
        candidate("224.0.0.1"),
        candidate("0.0.0.0"),  # noqa: S104  # nothing listens there
        candidate("ff02::1"),
        "a=candidate:1 1 udp",
    ]
    assert cleaned(offer(DATA, [*others, *followed, *others])) == offer(DATA, followed)


def test_few_candidates_are_followed() -> None:
    many = [candidate(f"192.0.2.{last}") for last in range(MOST_CANDIDATES + 5)]
    assert cleaned(offer(DATA, many)) == offer(DATA, many[:MOST_CANDIDATES])
