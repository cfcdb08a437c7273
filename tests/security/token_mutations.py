"""Every way in which what a terminal signs may be wrong, with the code by which it is refused."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA384
from joserfc.jwk import ECKey

from palvelurinki.protocol.enrolment import TOKEN_PATH
from tests.support.terminals import CHANGE, PROOF, SIGN_IN, Holder, encoded, segment

INVALID = "assertion.invalid"
EXPIRED = "assertion.expired"
MALFORMED = "request.malformed"  # The order of P-256's base point (FIPS 186-5), and the field's prime.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PRIME = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF

# From a holder, the type that the route wants, and its audience: the token.
Mutation = Callable[[Holder, str, str], str]


def headed(**changed: Any) -> Mutation:  # noqa: ANN401  # any JSON
    """With the header changed."""
    return lambda holder, kind, audience: holder.sign(
        holder.header(**{"kind": kind, **changed}), counted(holder, kind, audience)
    )


def claiming(**changed: Any) -> Mutation:  # noqa: ANN401  # any JSON
    """With claims changed; what is callable is given the holder."""

    def mutated(holder: Holder, kind: str, audience: str) -> str:
        said = {name: value(holder) if callable(value) else value for name, value in changed.items()}
        return holder.sign(holder.header(kind), {**counted(holder, kind, audience), **said})

    return mutated


def without(name: str) -> Mutation:
    """With a claim left out."""

    def mutated(holder: Holder, kind: str, audience: str) -> str:
        claims = counted(holder, kind, audience)
        del claims[name]
        return holder.sign(holder.header(kind), claims)

    return mutated


def signed_by(signature: Callable[[Holder, str], bytes], **header: Any) -> Mutation:  # noqa: ANN401  # any JSON
    """With another signature over the good text."""

    def mutated(holder: Holder, kind: str, audience: str) -> str:
        text = f"{segment(holder.header(kind, **header))}.{segment(counted(holder, kind, audience))}"
        return f"{text}.{encoded(signature(holder, text))}"

    return mutated


def rewritten(change: Callable[[str, str, str], str]) -> Mutation:
    """With the good token's three segments put together anew."""
    return lambda holder, kind, audience: change(
        *holder.sign(holder.header(kind), counted(holder, kind, audience)).split(".")
    )


def doubled(part: str) -> Mutation:
    """With a member that stands twice in the header or the claims, the good one last."""

    def mutated(holder: Holder, kind: str, audience: str) -> str:
        header, claims = json.dumps(holder.header(kind)), json.dumps(counted(holder, kind, audience))
        if part == "header":
            header = '{"alg": "none", ' + header[1:]
        else:
            claims = '{"sub": "somebody", ' + claims[1:]
        return holder.sign(header, claims)

    return mutated


def counted(holder: Holder, kind: str, audience: str) -> dict[str, Any]:
    claims = holder.claims(audience)
    if kind == SIGN_IN:
        holder.count += 1
        claims["count"] = holder.count
    if kind == CHANGE:
        claims["next"] = holder.next
    return claims


def raw(holder: Holder, text: str, curve: ec.EllipticCurve | None = None) -> tuple[int, int]:
    if curve is not None:
        return decode_dss_signature(ec.generate_private_key(curve).sign(text.encode(), ec.ECDSA(SHA384())))
    return decode_dss_signature(holder.der(text))


def both(r: int, s: int, size: int = 32) -> bytes:
    return r.to_bytes(size) + s.to_bytes(size)


def now() -> int:
    return int(time.time())


def with_public_key_as_secret(holder: Holder, text: str) -> bytes:
    """What fools a verifier that takes the algorithm from the token: the public key as a password."""
    pem = ECKey.import_key({**holder.public}).as_pem(private=False)
    return hmac.digest(pem, text.encode(), hashlib.sha256)


MUTATIONS: dict[str, tuple[Mutation, str]] = {
    # ---- The algorithm
    "alg none": (signed_by(lambda _h, _t: b"", alg="none"), INVALID),
    "alg none with a signature": (headed(alg="none"), INVALID),
    "alg HS256 with the public key": (signed_by(with_public_key_as_secret, alg="HS256"), INVALID),
    "alg HS256 padded to length": (
        signed_by(lambda h, t: with_public_key_as_secret(h, t) * 2, alg="HS256"),
        INVALID,
    ),
    "alg ES384": (headed(alg="ES384"), INVALID),
    "alg ES384 by another curve": (
        signed_by(lambda h, t: both(*raw(h, t, ec.SECP384R1()), 48), alg="ES384"),
        INVALID,
    ),
    "alg es256 in small letters": (headed(alg="es256"), INVALID),
    "alg missing": (headed(alg=None), INVALID),
    "alg a list": (headed(alg=["ES256"]), INVALID),
    # ---- Other members of the header
    "jku": (headed(jku="https://attacker.example/keys"), INVALID),
    "jwk": (headed(jwk=Holder().public), INVALID),
    "x5u": (headed(x5u="https://attacker.example/certificate"), INVALID),
    "x5c": (headed(x5c=["MIIB"]), INVALID),
    "crit": (headed(crit=["exp"]), INVALID),
    "b64 and crit": (headed(crit=["b64"], b64=False), INVALID),
    "zip": (headed(zip="DEF"), INVALID),
    "typ missing": (headed(typ=None), INVALID),
    "typ JWT": (headed(typ="JWT"), INVALID),
    "typ of the other kind": (
        lambda holder, kind, audience: holder.sign(
            holder.header(PROOF if kind == SIGN_IN else SIGN_IN), counted(holder, SIGN_IN, audience)
        ),
        INVALID,
    ),
    "kid missing": (headed(kid=None), INVALID),
    "kid a path": (headed(kid="../../etc/passwd"), INVALID),
    "kid a statement": (headed(kid="' OR 1=1 --"), INVALID),
    "kid a number": (headed(kid=1), INVALID),
    # ---- Claims
    "iss another": (claiming(iss=Holder().thumbprint), INVALID),
    "iss missing": (without("iss"), INVALID),
    "iss a list": (claiming(iss=lambda holder: [holder.thumbprint]), INVALID),
    "sub another": (claiming(sub="mikkeli-kioski"), INVALID),
    "sub missing": (without("sub"), INVALID),
    "aud of another server": (claiming(aud="https://palvelu.example" + TOKEN_PATH), INVALID),
    "aud of another path": (claiming(aud="http://127.0.0.1/api/v1/terminal/ticket"), INVALID),
    "aud the origin alone": (
        lambda holder, kind, audience: holder.sign(
            holder.header(kind), counted(holder, kind, audience.partition("/api")[0])
        ),
        INVALID,
    ),
    "aud a list": (
        lambda holder, kind, audience: holder.sign(
            holder.header(kind), {**counted(holder, kind, audience), "aud": [audience]}
        ),
        INVALID,
    ),
    "aud missing": (without("aud"), INVALID),
    "exp past": (claiming(iat=lambda _h: now() - 120, exp=lambda _h: now() - 60), EXPIRED),
    "exp missing": (without("exp"), INVALID),
    "exp too far": (claiming(exp=lambda _h: now() + 3600), INVALID),
    "exp before iat": (claiming(exp=lambda _h: now() - 1), INVALID),
    "exp a text": (claiming(exp=lambda _h: str(now() + 60)), INVALID),
    "exp true": (claiming(exp=True), INVALID),
    "exp beyond all time": (claiming(exp=10**30), INVALID),
    "nbf to come": (claiming(nbf=lambda _h: now() + 50), EXPIRED),
    "nbf a text": (claiming(nbf="soon"), INVALID),
    "iat to come": (claiming(iat=lambda _h: now() + 600, exp=lambda _h: now() + 660), EXPIRED),
    "iat missing": (without("iat"), INVALID),
    "iat null": (claiming(iat=None), INVALID),
    "jti missing": (without("jti"), INVALID),
    "jti empty": (claiming(jti=""), INVALID),
    "jti a number": (claiming(jti=7), INVALID),
    "jti too long": (claiming(jti="a" * 129), INVALID),
    "jti half a character": (claiming(jti="\ud800"), INVALID),
    "jti with a zero byte": (claiming(jti="a\x00b"), INVALID),
    # ---- The signature
    "no signature": (rewritten(lambda header, claims, _: f"{header}.{claims}."), INVALID),
    "signature cut short": (rewritten(lambda header, claims, sign: f"{header}.{claims}.{sign[:-2]}"), INVALID),
    "signature too long": (rewritten(lambda header, claims, sign: f"{header}.{claims}.{sign}AA"), INVALID),
    "signature in DER": (signed_by(lambda holder, text: holder.der(text)), INVALID),
    "r and s zero": (signed_by(lambda _h, _t: bytes(64)), INVALID),
    "r zero": (signed_by(lambda h, t: both(0, raw(h, t)[1])), INVALID),
    "s zero": (signed_by(lambda h, t: both(raw(h, t)[0], 0)), INVALID),
    "r the order": (signed_by(lambda h, t: both(ORDER, raw(h, t)[1])), INVALID),
    "r and s the order": (signed_by(lambda _h, _t: both(ORDER, ORDER)), INVALID),
    "r and s as high as can be": (signed_by(lambda _h, _t: b"\xff" * 64), INVALID),
    "r and s one": (signed_by(lambda _h, _t: both(1, 1)), INVALID),
    "another's signature": (signed_by(lambda _h, text: both(*raw(Holder(), text))), INVALID),
    "signature of other claims": (
        rewritten(lambda header, _, sign: f"{header}.{segment({'iss': 'x'})}.{sign}"),
        INVALID,
    ),
    "signature not in its one spelling": (
        rewritten(lambda h, c, sign: f"{h}.{c}.{sign[:-1]}{chr(ord(sign[-1]) + 1)}"),
        INVALID,
    ),
    # ---- The form
    "a member twice in the header": (doubled("header"), INVALID),
    "a member twice in the claims": (doubled("claims"), INVALID),
    "two segments": (rewritten(lambda header, claims, _: f"{header}.{claims}"), INVALID),
    "four segments": (rewritten(lambda header, claims, sign: f"{header}.{claims}.{sign}.{sign}"), INVALID),
    "padded": (rewritten(lambda header, claims, sign: f"{header}=.{claims}.{sign}"), INVALID),
    "with a line's end": (rewritten(lambda header, claims, sign: f"{header}.{claims}.{sign}\n"), INVALID),
    "the JSON form": (
        rewritten(lambda h, c, s: f'{{"protected":"{h}","payload":"{c}","signature":"{s}"}}'),
        INVALID,
    ),
    "claims no object": (lambda holder, kind, _: holder.sign(holder.header(kind), "[]"), INVALID),
    "claims no JSON": (lambda holder, kind, _: holder.sign(holder.header(kind), "{"), INVALID),
    "claims not a number": (lambda holder, kind, _: holder.sign(holder.header(kind), '{"iat": NaN}'), INVALID),
    "claims nested beyond measure": (
        lambda holder, kind, _: holder.sign(holder.header(kind), "[" * 1300),
        INVALID,
    ),
    "header no object": (lambda holder, _kind, audience: holder.sign("[]", holder.claims(audience)), INVALID),
    "too long": (claiming(more="a" * 3000), MALFORMED),
    "empty": (lambda _holder, _kind, _audience: "", MALFORMED),
}

COUNTS: dict[str, Any] = {
    "none": None,
    "zero": 0,
    "negative": -1,
    "a text": "9",
    "true": True,
    "broken": 1.5,
    "too large": 2**53,
}

KEYS: dict[str, Callable[[dict[str, str], dict[str, str]], dict[str, Any]]] = {
    "a private key": lambda _public, private: private,
    "the private part alone": lambda public, private: {**public, "d": private["d"]},
    "another curve": lambda public, _: {**public, "crv": "P-384"},
    "secp256k1": lambda public, _: {**public, "crv": "secp256k1"},
    "an octet key": lambda _public, _private: {"kty": "oct", "k": "AAAA"},
    "an RSA key": lambda _public, _private: {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
    "a point off the curve": lambda public, _: {**public, "y": encoded((5).to_bytes(32))},
    "the point at infinity": lambda public, _: {**public, "x": encoded(bytes(32)), "y": encoded(bytes(32))},
    "coordinates past the prime": lambda public, _: {**public, "x": encoded(PRIME.to_bytes(32))},
    "coordinates cut short": lambda public, _: {**public, "x": public["x"][:-1]},
    "a coordinate not in its one spelling": lambda public, _: {
        **public,
        "x": public["x"][:-1] + chr(ord(public["x"][-1]) + 1),
    },
    "no coordinate": lambda public, _: {name: value for name, value in public.items() if name != "y"},
    "another key than the proof's": lambda _public, _private: Holder().public,
}


def raw_of(sign: str) -> tuple[int, int]:
    value = base64.urlsafe_b64decode(sign + "==")
    return int.from_bytes(value[:32]), int.from_bytes(value[32:])
