"""Bodies of terminal enrolment: a terminal's key, its sign-in, and what an administrator sees and says of them.

A terminal proves that it holds its key with a JWT: header `{alg: "ES256", typ, kid}`, where `kid` is the key's RFC 7638
SHA-256 thumbprint; claims `iss` and `sub` (both the thumbprint), `aud` (the page's origin and the path of the route),
`iat`, `exp` (at most 60 s later), `jti`, and for a sign-in `count`, which grows with each.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from palvelurinki.domain.directory import TerminalKind
from palvelurinki.protocol.base import Identifier, WireModel
from palvelurinki.protocol.named import NamedView

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ENROLMENTS_PATH: Final = "/api/v1/terminal/enrolments"
TOKEN_PATH: Final = "/api/v1/terminal/token"  # noqa: S105  (a path)
KEY_PATH: Final = "/api/v1/terminal/key"

Coordinate = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""A coordinate of a point of P-256: 32 bytes in base64url without padding."""

Token = Annotated[str, StringConstraints(min_length=1, max_length=2048)]
"""A JWT in the compact form."""

Code = Annotated[str, StringConstraints(min_length=1, max_length=32)]
"""A code as a person types it: case, blanks and hyphens do not matter, and O, I and L are read as 0, 1 and 1."""


class PublicJwk(WireModel):
    """A terminal's public key: P-256, and nothing else. A private key that is sent by mistake is refused."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: Coordinate
    y: Coordinate


class KeyWithProof(WireModel):
    """A key, and the proof that whoever sends it holds it (a JWT of type `key-proof+jwt`)."""

    key: PublicJwk
    proof: Token


class KeyChange(KeyWithProof):
    """The terminal's next key, with its proof, and the word of the present key that it is the next.

    `change` is a JWT of type `key-change+jwt`, signed with the present key, whose claim `next` is the next key's
    thumbprint. So whoever has come by a token alone binds no key of theirs.
    """

    change: Token


class EnrolmentView(WireModel):
    """The code by which an administrator approves the key, and the key's fingerprint: both are shown to people."""

    code: str
    fingerprint: str
    expires_in_s: int


class TerminalAssertion(WireModel):
    """A terminal's sign-in (a JWT of type `client-authentication+jwt`)."""

    client_assertion_type: Literal["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]
    client_assertion: Token


class TerminalTokenView(WireModel):
    """Who the terminal is; the token itself is in the cookie. `rotate_key`: make a new key and bind it now."""

    terminal: Identifier
    expires_in_s: int
    rotate_key: bool


class EnrolmentState(StrEnum):
    """How a terminal's place stands: none has been enrolled, or the latest key is good, quarantined or revoked."""

    NONE = "none"
    ENROLLED = "enrolled"
    QUARANTINED = "quarantined"
    REVOKED = "revoked"


class DeviceView(NamedView):
    """A terminal by its id and names, and what it is."""

    kind: TerminalKind


class EnrolledTerminalView(WireModel):
    """A terminal's place in the configuration, and the key that is bound to it."""

    terminal: DeviceView
    point: NamedView
    state: EnrolmentState
    fingerprint: str | None
    enrolled_at: AwareDatetime | None
    enrolled_by: str | None = Field(description="the name of who approved it")
    last_sign_in_at: AwareDatetime | None
    connected: bool


class ApprovalView(EnrolledTerminalView):
    """The terminal, once its key was approved. `replaced`: a key that was good until then has been revoked by that."""

    replaced: bool


class EnrolledTerminals(WireModel):
    """All terminals of the administrator's organisation."""

    terminals: list[EnrolledTerminalView]
    server_time: AwareDatetime


class EnrolmentCode(WireModel):
    """The code that a terminal shows."""

    code: Code


class EnrolmentFound(WireModel):
    """What stands behind a code: compare the fingerprint with the one on the terminal's screen."""

    fingerprint: str
    requested_at: AwareDatetime
    expires_at: AwareDatetime


class EnrolmentApproval(WireModel):
    """The code, and the fingerprint that was compared."""

    code: Code
    fingerprint: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class TerminalRevocation(WireModel):
    """Nothing more needs to be said."""
