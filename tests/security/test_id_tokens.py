"""A mutation run over ID tokens: each way in which one may be bad, and that it is refused, and told without it."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog
from joserfc.errors import SecurityWarning
from joserfc.jwk import Key
from structlog.testing import capture_logs

from palvelurinki.client.tickets import COOKIES
from tests.support.forging_issuer import Forgery, ForgingIssuer, ec, ed, encoded, forging_issuer, rsa
from tests.support.oidc_provider import Browser, refusal_in
from tests.support.ports import free_port
from tests.support.server import Ground, ServerThread
from tests.support.sign_in import demo_with_issuer

RSA, EC, ED = rsa(), ec("on-a-curve"), ed("edwards")
KEYS: list[Key] = [RSA, EC, ED]
STRANGER = rsa("a-strangers")
SAME_KID = rsa("the-key")

Change = Callable[[Forgery], None]


def claims(**changes: object) -> Change:
    """Other claims; None takes one away."""

    def change(forgery: Forgery) -> None:
        forgery.claims.update(changes)
        for name in [name for name, value in changes.items() if value is None]:
            del forgery.claims[name]

    return change


def header(**changes: object) -> Change:
    """Another header; None takes a part away."""

    def change(forgery: Forgery) -> None:
        forgery.header.update(changes)
        for name in [name for name, value in changes.items() if value is None]:
            del forgery.header[name]

    return change


def signed(key: Key, **changes: object) -> Change:
    """Signed by another key."""

    def change(forgery: Forgery) -> None:
        forgery.key = key
        forgery.header.update(changes)

    return change


def at(**seconds: int) -> Change:
    """Times, from now."""

    def change(forgery: Forgery) -> None:
        forgery.claims.update({name: int(time.time()) + value for name, value in seconds.items()})

    return change


def unsigned(**changes: object) -> Change:
    def change(forgery: Forgery) -> None:
        forgery.token = f"{encoded({**forgery.header, **changes})}.{encoded(forgery.claims)}."

    return change


def by_public_key(forgery: Forgery) -> None:
    """The public key taken for a secret: what is signed with it anybody can sign."""
    head, body = encoded({"alg": "HS256", "kid": "the-key"}), encoded(forgery.claims)
    signature = hmac.digest(RSA.as_pem(private=False), f"{head}.{body}".encode(), sha256)
    forgery.token = f"{head}.{body}.{urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def tampered(forgery: Forgery) -> None:
    head, _, signature = forgery.made().split(".")
    forgery.token = f"{head}.{encoded({**forgery.claims, 'sub': 'subject-of-the-supervisor'})}.{signature}"


def cut(forgery: Forgery) -> None:
    forgery.token = forgery.made().rpartition(".")[0]


def becomes(token: str) -> Change:
    def change(forgery: Forgery) -> None:
        forgery.token = token

    return change


MUTATIONS: dict[str, Change] = {
    # Who signed it, and how.
    "alg none": unsigned(alg="none"),
    "alg None": unsigned(alg="None"),
    "alg missing": unsigned(alg=None),
    "alg a number": unsigned(alg=256),
    "alg HS256 by the public key": by_public_key,
    "alg RS384": signed(RSA, alg="RS384"),
    "alg RS512": signed(RSA, alg="RS512"),
    "alg ES256K": signed(ec("koblitz", "secp256k1"), alg="ES256K", kid="koblitz"),
    "alg of another kind of key": unsigned(alg="ES256"),
    "no signature": unsigned(),
    "signature cut off": cut,
    "claims changed afterwards": tampered,
    "signed by a stranger": signed(STRANGER, kid="a-strangers"),
    "signed by a stranger with the issuer's kid": signed(SAME_KID),
    "kid unknown": header(kid="another"),
    "kid of another key": header(kid="on-a-curve"),
    "kid a number": unsigned(kid=7),
    "kid a path": header(kid="../../../dev/null"),
    # Where a key is found is not for the token to say.
    "jku": header(jku="http://localhost:1/jwks"),
    "jku and its own key": signed(STRANGER, kid="a-strangers", jku="http://localhost:1/jwks"),
    "jwk": signed(STRANGER, kid="a-strangers", jwk=STRANGER.as_dict(private=False)),
    "x5u": header(x5u="http://localhost:1/cert"),
    "x5c": header(x5c=["MIIB"]),
    "crit": header(crit=["exp"]),
    "crit unknown": header(crit=["made-up"], **{"made-up": True}),
    # What it is.
    "typ at+jwt": header(typ="at+jwt"),
    "typ logout+jwt": header(typ="logout+jwt"),
    "typ key-proof+jwt": header(typ="key-proof+jwt"),
    "typ a number": header(typ=1),
    "no token at all": becomes(""),
    "two parts": becomes("a.b"),
    "five parts": becomes("a.b.c.d.e"),
    "no base64": becomes("!!!.???.***"),
    "no ASCII": becomes("ä.ö.å"),
    "over the limit": claims(padding="x" * 40_000),
    "header no object": becomes(f"{encoded([1])}.{encoded({})}.AA"),
    "claims no object": becomes(f"{encoded({'alg': 'RS256', 'kid': 'the-key'})}.{encoded([1])}.AA"),
    # From whom, for whom.
    "iss another": claims(iss="https://evil.example"),
    "iss with a slash": lambda forgery: forgery.claims.update(iss=forgery.claims["iss"] + "/"),
    "iss missing": claims(iss=None),
    "iss a list": lambda forgery: forgery.claims.update(iss=[forgery.claims["iss"]]),
    "aud another": claims(aud="another"),
    "aud missing": claims(aud=None),
    "aud empty": claims(aud=[]),
    "aud a number": claims(aud=1),
    "aud several without azp": claims(aud=["plain", "another"]),
    "aud several and azp another": claims(aud=["plain", "another"], azp="another"),
    "azp another": claims(azp="another"),
    "sub missing": claims(sub=None),
    "sub empty": claims(sub=""),
    "sub a number": claims(sub=7),
    "sub a list": claims(sub=["subject-of-the-expert"]),
    # When.
    "exp past": at(exp=-61),
    "exp missing": claims(exp=None),
    "exp a text": claims(exp="tomorrow"),
    "exp true": claims(exp=True),
    "exp infinite": claims(exp=float("inf")),
    "exp no number": claims(exp=float("nan")),
    "iat ahead": at(iat=120, exp=300),
    "iat long ago": at(iat=-700),
    "iat missing": claims(iat=None),
    "iat a text": claims(iat="now"),
    "nbf ahead": at(nbf=120),
    # For which attempt.
    "nonce another": claims(nonce="another"),
    "nonce missing": claims(nonce=None),
    "nonce empty": claims(nonce=""),
    "nonce a list": lambda forgery: forgery.claims.update(nonce=[forgery.claims["nonce"]]),
    "at_hash of another token": claims(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
}


@pytest.fixture(scope="module")
def running() -> Iterator[ForgingIssuer]:
    with forging_issuer(KEYS) as issuer:
        yield issuer


@pytest.fixture
def issuer(running: ForgingIssuer) -> ForgingIssuer:
    running.keys, running.change, running.metadata = list(KEYS), lambda _: None, {}
    running.answer = lambda answer: json.dumps(answer).encode()
    return running


@pytest.fixture
async def origin(issuer: ForgingIssuer, sqlite_ground: Ground) -> AsyncIterator[str]:
    await sqlite_ground.configure(demo_with_issuer(issuer.url))
    port = free_port()
    server = ServerThread(sqlite_ground.settings(port=port, sign_ins_per_minute=10_000, requests_per_minute=10_000))
    server.start()
    yield f"http://localhost:{port}"
    server.stop()


async def come_back(origin: str, issuer: ForgingIssuer) -> tuple[str, str | None]:
    """Go to the issuer and come back with what it makes; the page's address, and the sign-in if there is one."""
    async with Browser(origin) as browser:
        asked = parse_qs(urlsplit(await browser.to_issuer("kela-id")).query)
        issuer.nonce = asked["nonce"][0]
        back = f"{origin}/sign-in/callback?code=a-code&state={asked['state'][0]}&iss={issuer.url}"
        location = (await browser.get(back)).headers["location"]
        return location, browser.http.cookies.get(COOKIES["staff"])


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda _: None, id="as it should be"),
        pytest.param(signed(RSA, alg="PS256"), id="PS256"),
        pytest.param(signed(EC, alg="ES256", kid="on-a-curve"), id="ES256"),
        pytest.param(signed(ED, alg="EdDSA", kid="edwards"), id="EdDSA"),
        pytest.param(header(typ="JWT"), id="typ"),
        pytest.param(header(x5t="abc"), id="x5t, which leads nowhere"),
        pytest.param(claims(aud=["plain"]), id="aud a list"),
        pytest.param(claims(aud=["plain", "another"], azp="plain"), id="aud several and azp ours"),
        pytest.param(at(exp=-30, iat=-330), id="a clock that is half a minute behind"),
        pytest.param(header(kid=None), id="no kid, and one key of its kind"),
    ],
)
async def test_a_good_token_lets_in(origin: str, issuer: ForgingIssuer, change: Change) -> None:
    """What the run below rests on: it is the mutation that is refused, not all there is."""
    issuer.change = change
    assert (await come_back(origin, issuer))[0] == "/console/"


async def test_every_mutation_is_refused_and_told_without_the_token(origin: str, issuer: ForgingIssuer) -> None:
    let_in, untold = [], []
    for name, change in MUTATIONS.items():
        made: list[str] = []

        def changing(forgery: Forgery, change: Change = change, made: list[str] = made) -> None:
            change(forgery)
            made.append(forgery.made())

        issuer.change = changing
        with capture_logs() as logs:
            location, secret = await come_back(origin, issuer)
        if refusal_in(location) != "sign_in.refused" or secret is not None:
            let_in.append(name)
        told = [each for each in logs if each["event"] == "sign_in.refused"]
        if len(told) != 1 or set(told[0]) != {"event", "log_level", "code", "issuer", "why"}:
            untold.append(name)
        text = str(logs)
        parts = {part for token in made for part in token.split(".") if len(part) > 20}
        assert not [part for part in parts if part in text], name
        assert "subject-of" not in text, name
        assert issuer.nonce not in text, name
    assert (let_in, untold) == ([], [])
    assert len(MUTATIONS) > 60
    assert structlog.is_configured()


async def test_an_algorithm_that_the_issuer_does_not_announce_is_refused(origin: str, issuer: ForgingIssuer) -> None:
    issuer.metadata = {"id_token_signing_alg_values_supported": ["RS256"]}
    issuer.change = signed(EC, alg="ES256", kid="on-a-curve")
    assert refusal_in((await come_back(origin, issuer))[0]) == "sign_in.refused"


async def test_a_weak_key_is_none(origin: str, issuer: ForgingIssuer) -> None:
    with pytest.warns(SecurityWarning):
        weak = type(RSA).generate_key(1024, {"kid": "weak"})
    issuer.keys = [weak]
    issuer.change = signed(weak, kid="weak")
    assert refusal_in((await come_back(origin, issuer))[0]) == "sign_in.refused"


async def test_without_a_kid_one_of_several_keys_is_not_guessed(origin: str, issuer: ForgingIssuer) -> None:
    issuer.keys = [RSA, STRANGER]
    issuer.change = header(kid=None)
    assert refusal_in((await come_back(origin, issuer))[0]) == "sign_in.refused"


async def test_keys_that_are_made_up_do_not_make_us_ask_on_and_on(origin: str, issuer: ForgingIssuer) -> None:
    issuer.change = header(kid="made-up")
    before = issuer.asked_for_keys
    for _ in range(12):
        assert refusal_in((await come_back(origin, issuer))[0]) == "sign_in.refused"
    assert issuer.asked_for_keys - before <= 6


async def test_an_answer_without_bounds_is_given_up(origin: str, issuer: ForgingIssuer) -> None:
    issuer.answer = lambda answer: json.dumps({**answer, "padding": "x" * 1_000_000}).encode()
    assert refusal_in((await come_back(origin, issuer))[0]) == "sign_in.unavailable"


@pytest.mark.parametrize("answer", [b"", b"[]", b"<html>", b"\xff\xfe", b'{"error": "invalid_grant"}', b"{}"])
async def test_an_answer_that_is_none(origin: str, issuer: ForgingIssuer, answer: bytes) -> None:
    issuer.answer = lambda _: answer
    location, secret = await come_back(origin, issuer)
    assert refusal_in(location) in {"sign_in.unavailable", "sign_in.refused"}
    assert secret is None


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"code_challenge_methods_supported": ["plain"]},
    ],
)
async def test_an_issuer_that_is_not_itself(origin: str, issuer: ForgingIssuer, metadata: dict[str, Any]) -> None:
    issuer.metadata = metadata
    async with Browser(origin) as browser:
        assert refusal_in(await browser.to_issuer("kela-id")) == "sign_in.unavailable"
