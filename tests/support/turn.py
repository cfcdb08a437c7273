"""A client of a TURN server, as small as a test needs it. STUN is RFC 8489, TURN is RFC 8656."""

import hashlib
import hmac
import secrets
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Self

MAGIC: Final = 0x2112A442
# Methods, and the classes of their answers.
BINDING, ALLOCATE, CREATE_PERMISSION = 0x0001, 0x0003, 0x0008
SUCCESS, ERROR = 0x0100, 0x0110
# Attributes.
USERNAME, MESSAGE_INTEGRITY, ERROR_CODE = 0x0006, 0x0008, 0x0009
XOR_PEER_ADDRESS, REALM, NONCE = 0x0012, 0x0014, 0x0015
REQUESTED_ADDRESS_FAMILY, REQUESTED_TRANSPORT = 0x0017, 0x0019
UDP: Final = bytes([17, 0, 0, 0])
FAMILIES: Final = {4: 1, 6: 2}
WITHIN_S: Final = 5.0


def attribute(kind: int, value: bytes) -> bytes:
    """One attribute, padded."""
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


@dataclass(frozen=True, slots=True)
class Answer:
    """The type of an answer, and its attributes."""

    kind: int
    found: dict[int, bytes]

    @property
    def error(self) -> int | None:
        """The code of a refusal."""
        code = self.found.get(ERROR_CODE)
        return None if code is None else code[2] * 100 + code[3]


class TurnClient:
    """Speaks to one server over UDP."""

    def __init__(self, udp: socket.socket) -> None:
        self._udp = udp
        self._key: bytes | None = None
        self._signed = b""

    @classmethod
    @contextmanager
    def to(cls, host: str, port: int) -> Iterator[Self]:
        """A client of the server there."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.settimeout(WITHIN_S)
            udp.connect((host, port))
            yield cls(udp)

    def ask(self, method: int, attributes: bytes = b"", *, transaction: bytes | None = None) -> Answer:
        """Send one request, signed once there are credentials."""
        transaction = transaction or secrets.token_bytes(12)
        attributes += self._signed
        signature = 24 if self._key else 0
        request = struct.pack("!HHI", method, len(attributes) + signature, MAGIC) + transaction + attributes
        if self._key:
            request += attribute(MESSAGE_INTEGRITY, hmac.digest(self._key, request, "sha1"))
        self._udp.send(request)
        answer = self._udp.recv(2048)
        kind, _, magic = struct.unpack("!HHI", answer[:8])
        assert (magic, answer[8:20]) == (MAGIC, transaction)
        found = {}
        rest = answer[20:]
        while rest:
            name, length = struct.unpack("!HH", rest[:4])
            found[name] = rest[4 : 4 + length]
            rest = rest[4 + length + -length % 4 :]
        return Answer(kind, found)

    def allocate(self, username: str, password: str, family: int = 4) -> Answer:
        """Ask for a relay address with credentials, as a browser does after the first refusal."""
        asked = attribute(REQUESTED_TRANSPORT, UDP)
        if family != 4:  # a server takes the other for granted, and may refuse to be asked for it
            asked += attribute(REQUESTED_ADDRESS_FAMILY, bytes([FAMILIES[family], 0, 0, 0]))
        refusal = self.ask(ALLOCATE, asked).found
        long_term = f"{username}:{refusal[REALM].decode()}:{password}".encode()
        self._key = hashlib.md5(long_term, usedforsecurity=False).digest()
        self._signed = (
            attribute(USERNAME, username.encode()) + attribute(REALM, refusal[REALM]) + attribute(NONCE, refusal[NONCE])
        )
        return self.ask(ALLOCATE, asked)

    def permit(self, peer: str) -> Answer:
        """Ask for what this address sends, and for being let send to it."""
        address, transaction = ip_address(peer), secrets.token_bytes(12)
        mask = struct.pack("!I", MAGIC) + transaction
        said = struct.pack("!BBH", 0, FAMILIES[address.version], 9 ^ MAGIC >> 16)
        said += bytes(one ^ other for one, other in zip(address.packed, mask, strict=False))
        return self.ask(CREATE_PERMISSION, attribute(XOR_PEER_ADDRESS, said), transaction=transaction)
