"""Every way in which what a terminal signs may be wrong: each is refused with its code, and nothing of it is logged."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA384
from joserfc.jwk import ECKey

from palvelurinki.client.tickets import cookie_name
from palvelurinki.protocol.enrolment import ENROLMENTS_PATH, KEY_PATH, TOKEN_PATH
from palvelurinki.protocol.http import ErrorBody
from palvelurinki.web import tally
from tests.support.server import Ground, ServerThread
from tests.support.terminals import (
    CHANGE,
    PROOF,
    SIGN_IN,
    Holder,
    browser,
    encoded,
    enrolled,
    segment,
    send_assertion,
    token_in,
)

INVALID = "assertion.invalid"
EXPIRED = "assertion.expired"
MALFORMED = "request.malformed"
# The order of P-256's base point (FIPS 186-5), and the field's prime.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PRIME = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF

# From a holder, the type that the route wants, and its audience: the token.
Mutation = Callable[[Holder, str, str], str]


@pytest.fixture(scope="module")
def server(shared_ground: Ground) -> Iterator[ServerThread]:
    """One server for all of them: none may change anything."""
    running = ServerThread(shared_ground.settings(enrolments_per_minute=100_000, requests_per_minute=100_000))
    running.start()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def _each_refusal_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "EVERY_S", 0.0)


@pytest.fixture
async def http(server: ServerThread) -> AsyncIterator[httpx2.AsyncClient]:
    async with browser(server) as client:
        yield client


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


def refused(response: httpx2.Response, *codes: str) -> ErrorBody:
    """A refusal by one of these codes."""
    body = ErrorBody.model_validate_json(response.content)
    assert response.status_code in {401, 409, 422}, response.text
    assert body.code in codes, body
    return body


async def heard(asking: Awaitable[httpx2.Response]) -> tuple[httpx2.Response, str]:
    """The answer, and all that this process has written meanwhile."""
    out = StringIO()
    with redirect_stderr(out), redirect_stdout(out):
        response = await asking
    return response, out.getvalue()


def assert_nothing_told(secret: str, *texts: str) -> None:
    """No part of a token that is long enough to be one stands in the texts."""
    for part in secret.split("."):
        for first in range(0, max(len(part) - 24, 1), 12):
            piece = part[first : first + 24]
            assert len(piece) < 24 or all(piece not in text for text in texts)


@pytest.mark.parametrize("name", MUTATIONS)
async def test_wrong_assertion_is_refused_and_not_told(
    server: ServerThread, http: httpx2.AsyncClient, name: str
) -> None:
    mutation, code = MUTATIONS[name]
    holder = await enrolled(server)
    token = mutation(holder, SIGN_IN, server.url + TOKEN_PATH)
    response, log = await heard(send_assertion(http, token))
    refused(response, code)
    assert "set-cookie" not in response.headers
    assert ("terminal.sign_in_refused" in log) is (code != MALFORMED)
    assert_nothing_told(token, log, response.text)
    # Its holder is none the worse for it.
    token_in(await holder.sign_in(http))


@pytest.mark.parametrize("name", MUTATIONS)
async def test_wrong_proof_is_refused_and_not_told(server: ServerThread, http: httpx2.AsyncClient, name: str) -> None:
    mutation, code = MUTATIONS[name]
    holder = Holder()
    for path, headers in ((ENROLMENTS_PATH, {}), (KEY_PATH, {"cookie": await _cookie(server, http)})):
        body: dict[str, Any] = {"key": holder.public, "proof": mutation(holder, PROOF, server.url + path)}
        if path == KEY_PATH:
            body["change"] = holder.change_to(holder, server.url + path)
        response, log = await heard(http.post(path, json=body, headers=headers))
        refused(response, code)
        assert_nothing_told(body["proof"], log, response.text)


@pytest.mark.parametrize("name", MUTATIONS)
async def test_wrong_word_of_the_next_key_is_refused_and_not_told(
    server: ServerThread, http: httpx2.AsyncClient, name: str
) -> None:
    mutation, code = MUTATIONS[name]
    holder, fresh = await enrolled(server), Holder()
    holder.next = fresh.thumbprint
    token, audience = token_in(await holder.sign_in(http)), server.url + KEY_PATH
    change = mutation(holder, CHANGE, audience)
    body = {"key": fresh.public, "proof": fresh.proof(audience), "change": change}
    cookie = {"cookie": f"{cookie_name(server.url, 'terminal')}={token}"}
    response, log = await heard(http.post(KEY_PATH, json=body, headers=cookie))
    refused(response, code)
    assert_nothing_told(change, log, response.text)
    token_in(await holder.sign_in(http))


@pytest.mark.parametrize("name", COUNTS)
async def test_wrong_count_is_refused(server: ServerThread, http: httpx2.AsyncClient, name: str) -> None:
    holder = await enrolled(server)
    refused(await holder.sign_in(http, count=COUNTS[name]), INVALID)
    token_in(await holder.sign_in(http))


@pytest.mark.parametrize("name", KEYS)
async def test_wrong_key_is_refused_and_not_told(server: ServerThread, http: httpx2.AsyncClient, name: str) -> None:
    holder = Holder()
    key = KEYS[name](holder.public, holder.jwk)
    body = {"key": key, "proof": holder.proof(server.url + ENROLMENTS_PATH)}
    response, log = await heard(http.post(ENROLMENTS_PATH, json=body))
    refused(response, INVALID, MALFORMED)
    assert_nothing_told(holder.jwk["d"], log, response.text)


async def test_assertion_is_good_once(server: ServerThread, http: httpx2.AsyncClient) -> None:
    holder = await enrolled(server)
    assertion = holder.assertion(server.url)
    token_in(await send_assertion(http, assertion))
    refused(await send_assertion(http, assertion), INVALID)
    token_in(await holder.sign_in(http))


async def test_assertion_whose_signature_was_turned_round_is_the_same_one(
    server: ServerThread, http: httpx2.AsyncClient
) -> None:
    """For each signature (r, s) anybody can make (r, n-s), which verifies too."""
    holder = await enrolled(server)
    assertion = holder.assertion(server.url)
    token_in(await send_assertion(http, assertion))
    text, _, sign = assertion.rpartition(".")
    value = raw_of(sign)
    refused(await send_assertion(http, f"{text}.{encoded(both(value[0], ORDER - value[1]))}"), INVALID)
    token_in(await holder.sign_in(http))


async def test_proof_is_good_once(http: httpx2.AsyncClient, server: ServerThread) -> None:
    holder = Holder()
    body = {"key": holder.public, "proof": holder.proof(server.url + ENROLMENTS_PATH)}
    assert (await http.post(ENROLMENTS_PATH, json=body)).status_code == 201
    refused(await http.post(ENROLMENTS_PATH, json=body), INVALID)


async def test_of_many_that_replay_an_assertion_at_once_one_is_let_in(
    server: ServerThread, http: httpx2.AsyncClient
) -> None:
    holder = await enrolled(server)
    assertion = holder.assertion(server.url)
    answers = await asyncio.gather(*(send_assertion(http, assertion) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 5
    token_in(await holder.sign_in(http))


async def test_key_that_nobody_knows_is_not_enrolled(http: httpx2.AsyncClient) -> None:
    refused(await Holder().sign_in(http), "terminal.not_enrolled")


async def _cookie(server: ServerThread, http: httpx2.AsyncClient) -> str:
    holder = await enrolled(server)
    return f"palvelurinki_terminal={token_in(await holder.sign_in(http))}"


def raw_of(sign: str) -> tuple[int, int]:
    value = base64.urlsafe_b64decode(sign + "==")
    return int.from_bytes(value[:32]), int.from_bytes(value[32:])
