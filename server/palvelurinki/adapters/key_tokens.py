"""Terminals' keys and tokens, read strictly: ES256 over P-256 and nothing else (RFC 7515, 7518, 8725).

Nothing in a token chooses how it is verified. Its header has three members, `alg`, `typ` and `kid`, and any other (such
as `jku`, `jwk`, `x5c`, `crit`) is refused unread; a member that stands twice is refused, for two readers might take
different ones; so are segments that another text would decode to as well. What is refused is not repeated in the error.
"""

import base64
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from palvelurinki.domain.assertions import Claims
from palvelurinki.domain.enrolment import PublicKey
from palvelurinki.domain.errors import AssertionInvalid

ALGORITHM: Final = "ES256"
LONGEST: Final = 2048
COUNT_MOST: Final = 2**53 - 1
_HEADER: Final = frozenset({"alg", "typ", "kid"})
# A signature of ES256 is r and s, 32 bytes each; the DER form and any cut of it are of another length.
_TOKEN: Final = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{86})")
_THUMBPRINT: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9_.:-]{1,128}")


class JoseKeyTokens:
    """The port `KeyTokens`."""

    def key(self, x: str, y: str) -> PublicKey:
        """The key of these coordinates. Raises AssertionInvalid when they are those of no point of P-256."""
        try:
            _decoded(x)
            _decoded(y)
            return PublicKey(_imported(x, y).thumbprint(), x, y)
        except (JoseError, ValueError) as error:
            raise AssertionInvalid("the key is no point of P-256") from error

    def thumbprint_in(self, token: str) -> str:
        """Whose key the token says that it was signed with; nothing is known of the signature."""
        return str(_header(_segments(token)[0])["kid"])

    def claims(self, token: str, key: PublicKey, kind: str) -> Claims:
        """What the token says, which this key has signed. Raises AssertionInvalid, also for one of another type."""
        header, payload, _ = _segments(token)
        said = _header(header)
        if said["typ"] != kind or said["kid"] != key.thumbprint:
            raise AssertionInvalid("the token is of another type or of another key")
        try:
            jws.deserialize_compact(token, _imported(key.x, key.y), algorithms=[ALGORITHM])
        except (JoseError, ValueError) as error:
            raise AssertionInvalid("the signature is not this key's") from error
        return _claims(_object(payload))


def _imported(x: str, y: str) -> ECKey:
    return ECKey.import_key({"kty": "EC", "crv": "P-256", "x": x, "y": y})


def _segments(token: str) -> Sequence[str]:
    found = _TOKEN.fullmatch(token) if len(token) <= LONGEST else None
    if found is None:
        raise AssertionInvalid("this is no token in the compact form, signed with ES256")
    try:
        _decoded(found[3])
    except ValueError as error:
        raise AssertionInvalid("the signature is not in base64url") from error
    return found.groups()


def _header(segment: str) -> dict[str, Any]:
    header = _object(segment)
    if header.keys() != _HEADER or header["alg"] != ALGORITHM:
        raise AssertionInvalid("the header is to say alg, typ and kid, and nothing else; alg is to be ES256")
    if not isinstance(header["kid"], str) or not _THUMBPRINT.fullmatch(header["kid"]):
        raise AssertionInvalid("kid is to be the key's thumbprint")
    return header


def _claims(said: dict[str, Any]) -> Claims:
    identifier, count = said.get("jti"), said.get("count")
    if not isinstance(identifier, str) or not _IDENTIFIER.fullmatch(identifier):
        raise AssertionInvalid("jti is to be 1 to 128 letters, digits and _.:-")
    # A bool is an int to Python.
    if count is not None and (type(count) is not int or not 1 <= count <= COUNT_MOST):
        raise AssertionInvalid("count is to be a whole number from 1")
    successor = said.get("next")
    if successor is not None and (not isinstance(successor, str) or not _THUMBPRINT.fullmatch(successor)):
        raise AssertionInvalid("next is to be a key's thumbprint")
    return Claims(
        issuer=_text(said, "iss"),
        subject=_text(said, "sub"),
        audience=_text(said, "aud"),
        issued_at=_time(said, "iat"),
        expires_at=_time(said, "exp"),
        not_before=_time(said, "nbf") if "nbf" in said else None,
        identifier=identifier,
        count=count,
        successor=successor,
    )


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str):
        raise AssertionInvalid(f"{name} is to be one text")
    return value


def _time(said: dict[str, Any], name: str) -> datetime:
    value = said.get(name)
    if type(value) is int or type(value) is float:
        try:
            return datetime.fromtimestamp(value, UTC)
        except (OverflowError, ValueError, OSError):
            pass
    raise AssertionInvalid(f"{name} is to be a time, in seconds since 1970")


def _object(segment: str) -> dict[str, Any]:
    try:
        value = json.loads(_decoded(segment), object_pairs_hook=_without_doubles, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise AssertionInvalid("a part of the token is no JSON object in base64url") from error
    if not isinstance(value, dict):
        raise AssertionInvalid("a part of the token is no JSON object")
    return value


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a member stands twice")
    return value


def _no_number(_text: str) -> NoReturn:
    raise ValueError("NaN and the infinities are no JSON")


def _decoded(segment: str) -> bytes:
    """What the segment says. Raises ValueError unless it is the one way to say that."""
    value = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    if base64.urlsafe_b64encode(value).rstrip(b"=").decode() != segment:
        raise ValueError("not in base64url as it is to be")
    return value
