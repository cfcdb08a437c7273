"""ID tokens: who has signed in, as the issuer signed it, for us, in answer to this very attempt.

OpenID Connect Core 1.0, section 3.1.3.7. The signature is joserfc's to check and the claims authlib's; here stands what
neither does by itself: which algorithms there are, which key it must be, and which headers are not for an ID token.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from warnings import catch_warnings, simplefilter

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import Key
from joserfc.jws import JWSRegistry, extract_compact

from palvelurinki.ports.issuers import NotVouchedFor

# Which kind of key each takes. None that a public key could be mistaken for a secret of.
ALGORITHMS: Final = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP", "Ed25519": "OKP"}
TYPES: Final = frozenset({"JWT", "JOSE"})
# Where a key is found is for the issuer's metadata to say, not for the token.
SELF_SERVING: Final = ("jku", "jwk", "x5u", "x5c", "crit", "b64")
TOKEN_MOST: Final = 32 * 1024
RSA_LEAST_BITS: Final = 2048
# How far an issuer's clock may be from ours, and how long ago a token that has just been fetched may have been made.
LEEWAY_S: Final = 60
FRESH_S: Final = 600


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token must say."""

    issuer: str
    client_id: str
    algorithms: tuple[str, ...]
    nonce: str = field(repr=False)
    access_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Header:
    """By which algorithm and which key the token says it is signed."""

    algorithm: str
    kid: str | None


def header_of(token: str, algorithms: tuple[str, ...]) -> Header:
    """The token's header. Raises NotVouchedFor when it is none that we take, whatever the signature."""
    if len(token) > TOKEN_MOST:
        raise NotVouchedFor("token too large")
    try:
        header = extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError, TypeError) as error:
        raise NotVouchedFor("token malformed") from error
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ", "JWT")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS or algorithm not in algorithms:
        raise NotVouchedFor("token alg")
    if not isinstance(kind, str) or kind.upper() not in TYPES:
        raise NotVouchedFor("token typ")
    if any(name in header for name in SELF_SERVING):
        raise NotVouchedFor("token header")
    if kid is not None and not isinstance(kid, str):
        raise NotVouchedFor("token kid")
    return Header(algorithm, kid)


def key_for(header: Header, keys: list[Key]) -> Key | None:
    """The one key that the header means; None when there is none, or which one is not said."""
    fit = [
        key
        for key in keys
        if key.key_type == ALGORITHMS[header.algorithm] and key.alg in {None, header.algorithm} and _strong(key)
    ]
    if header.kid is not None:
        fit = [key for key in fit if key.kid == header.kid]
    return fit[0] if len(fit) == 1 else None


def claims_of(token: str, header: Header, key: Key, expected: Expected, now: datetime) -> Mapping[str, Any]:
    """What the token says. Raises NotVouchedFor when it is not signed by the key, or not for this attempt."""
    seconds = int(now.timestamp())
    try:
        with catch_warnings():
            # Issuers still call it EdDSA, as RFC 8037 did; the key says that it is Ed25519.
            simplefilter("ignore", SecurityWarning)
            registry = JWSRegistry(algorithms=[header.algorithm], strict_check_header=False)
            read = jwt.decode(token, key, registry=registry)
    except (JoseError, ValueError, TypeError) as error:
        raise NotVouchedFor("token signature") from error
    claims = CodeIDToken(
        read.claims,
        read.header,
        {
            "iss": {"essential": True, "value": expected.issuer},
            "aud": {"essential": True, "value": expected.client_id},
            **{name: {"essential": True} for name in ("sub", "exp", "iat", "nonce")},
        },
        {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": expected.access_token},
    )
    try:
        claims.validate(now=seconds, leeway=LEEWAY_S)
    except JoseError as error:
        raise NotVouchedFor(f"token {_claim(error)}") from error
    except (ValueError, TypeError) as error:
        raise NotVouchedFor("token claims") from error
    if claims["iat"] < seconds - FRESH_S:
        raise NotVouchedFor("token iat")
    return dict(claims)


def _strong(key: Key) -> bool:
    match key.key_type:
        case "RSA":
            public: Any = key.raw_value
            return bool(public.key_size >= RSA_LEAST_BITS)
        case "EC":
            return key.as_dict().get("crv") == "P-256"
        case _:
            return key.as_dict().get("crv") == "Ed25519"


def _claim(error: JoseError) -> str:
    named = getattr(error, "claim", None)
    # Ours alone: what the token calls its claims is not for the log.
    known = {"iss", "aud", "sub", "exp", "iat", "nbf", "nonce", "azp", "at_hash", "auth_time", "amr"}
    return named if isinstance(named, str) and named in known else "claims"
