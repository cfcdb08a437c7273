"""Terminals that sign in by a key: as they should, and in every other way; and the administrator who approves them."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import ECKey

from palvelurinki.client import TerminalKey, enrol, open_demo
from palvelurinki.client.tickets import cookie_name
from palvelurinki.protocol.enrolment import (
    ASSERTION_TYPE,
    ENROLMENTS_PATH,
    KEY_PATH,
    TOKEN_PATH,
    EnrolledTerminals,
    EnrolledTerminalView,
    EnrolmentView,
)
from tests.support.server import Server

SIGN_IN = "client-authentication+jwt"
PROOF = "key-proof+jwt"
CHANGE = "key-change+jwt"
ADMINISTRATION = "/api/v1/administration"
# Of the municipality of Mikkeli, in the demo.
ADMINISTRATOR = "mikkeli-paakayttaja"
KIOSK = "mikkeli-kioski"

Members = Mapping[str, Any]


def encoded(value: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def segment(value: object) -> str:
    """A part of a token: JSON, or a text as it stands."""
    text = value if isinstance(value, str) else json.dumps(value)
    return encoded(text.encode())


class Holder:
    """A key and its counter, with the tokens that it signs; `jti` and times are fresh unless they are said."""

    def __init__(self, count: int = 0) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.jwk = {name: str(value) for name, value in ECKey.import_key(self.private).as_dict(private=True).items()}
        self.public = {name: self.jwk[name] for name in ("kty", "crv", "x", "y")}
        self.thumbprint = ECKey.import_key({**self.public}).thumbprint()
        self.count = count
        # The thumbprint of the key that is to follow, in what it signs of a change.
        self.next = ""
        self._numbers = 0

    def copy(self) -> "Holder":
        """The same key and counter in other hands."""
        other = Holder(self.count)
        other.private, other.jwk, other.public, other.thumbprint = self.private, self.jwk, self.public, self.thumbprint
        return other

    def header(self, kind: str = SIGN_IN, **changed: Any) -> dict[str, Any]:  # noqa: ANN401  # any JSON
        """A good header, with members changed; None takes one away."""
        return _without_none({"alg": "ES256", "typ": kind, "kid": self.thumbprint, **changed})

    def claims(self, audience: str, **changed: Any) -> dict[str, Any]:  # noqa: ANN401  # any JSON
        """Good claims of a proof, likewise; a sign-in's have a count, too."""
        self._numbers += 1
        now = int(time.time())
        fresh = {
            "iss": self.thumbprint,
            "sub": self.thumbprint,
            "aud": audience,
            "iat": now,
            "exp": now + 60,
            "jti": f"{id(self)}-{self._numbers}",
        }
        return _without_none({**fresh, **changed})

    def sign(self, header: Members | str, claims: Members | str) -> str:
        """The token of these, as ES256 signs it, whatever they say."""
        signed = f"{segment(header)}.{segment(claims)}"
        r, s = decode_dss_signature(self.der(signed))
        return f"{signed}.{encoded(r.to_bytes(32) + s.to_bytes(32))}"

    def der(self, signed: str) -> bytes:
        """A signature in the form in which ES256 must not come."""
        return self.private.sign(signed.encode(), ec.ECDSA(SHA256()))

    def assertion(self, url: str, **changed: Any) -> str:  # noqa: ANN401  # any JSON
        """A sign-in with the next count, or as it is said."""
        self.count += 1
        return self.sign(self.header(), self.claims(url + TOKEN_PATH, **{"count": self.count, **changed}))

    def proof(self, audience: str) -> str:
        """A proof."""
        return self.sign(self.header(PROOF), self.claims(audience))

    # ---- By HTTP ---------------------------------------------------------------------------------------------

    async def sign_in(self, http: httpx2.AsyncClient, **changed: Any) -> httpx2.Response:  # noqa: ANN401  # any JSON
        """Sign in at the server that `http` is of; the token's cookie stays out of `http`."""
        return await send_assertion(http, self.assertion(origin_of(http), **changed))

    async def ask(self, http: httpx2.AsyncClient) -> httpx2.Response:
        """Ask for an enrolment."""
        body = {"key": self.public, "proof": self.proof(origin_of(http) + ENROLMENTS_PATH)}
        return await http.post(ENROLMENTS_PATH, json=body)

    def change_to(self, other: "Holder", audience: str, **changed: Any) -> str:  # noqa: ANN401  # any JSON
        """The word of this key that the other one is its next."""
        self.next = other.thumbprint
        return self.sign(self.header(CHANGE), self.claims(audience, **{"next": self.next, **changed}))

    async def bind(self, http: httpx2.AsyncClient, token: str, present: "Holder") -> httpx2.Response:
        """Have this key follow the `present` one of the terminal, which is signed in with `token`."""
        audience = origin_of(http) + KEY_PATH
        body = {"key": self.public, "proof": self.proof(audience), "change": present.change_to(self, audience)}
        cookie = {"cookie": f"{cookie_name(origin_of(http), 'terminal')}={token}"}
        return await http.post(KEY_PATH, json=body, headers=cookie)


async def send_assertion(http: httpx2.AsyncClient, assertion: str) -> httpx2.Response:
    """Sign in with this, whatever it is."""
    body = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
    response = await http.post(TOKEN_PATH, json=body)
    http.cookies.clear()
    return response


def token_in(response: httpx2.Response) -> str:
    """The token of a sign-in that was done."""
    assert response.status_code == 200, response.text
    token = response.cookies.get("palvelurinki_terminal")
    assert token
    return token


def origin_of(http: httpx2.AsyncClient) -> str:
    """The origin of the server."""
    return str(http.base_url).rstrip("/")


@asynccontextmanager
async def browser(server: Server) -> AsyncIterator[httpx2.AsyncClient]:
    """Requests of a page of the server's, without cookies."""
    async with httpx2.AsyncClient(base_url=server.url, headers={"origin": server.url}, timeout=30) as http:
        yield http


@asynccontextmanager
async def administrator(server: Server, identifier: str = ADMINISTRATOR) -> AsyncIterator[httpx2.AsyncClient]:
    """Requests of an administrator's console."""
    secret = await open_demo(server.url, "staff", identifier)
    headers = {"origin": server.url, "cookie": f"{cookie_name(server.url, 'staff')}={secret}"}
    async with httpx2.AsyncClient(base_url=server.url + ADMINISTRATION, headers=headers, timeout=30) as http:
        yield http


async def approve(desk: httpx2.AsyncClient, shown: Members, terminal: str = KIOSK) -> httpx2.Response:
    """Approve what a terminal shows."""
    body = {"code": shown["code"], "fingerprint": shown["fingerprint"]}
    return await desk.post(f"/terminals/{terminal}/approve", json=body)


async def enrolled(server: Server, terminal: str = KIOSK) -> Holder:
    """A terminal whose key has been approved."""
    holder = Holder()
    async with browser(server) as http, administrator(server) as desk:
        response = await approve(desk, (await holder.ask(http)).json(), terminal)
    assert response.status_code == 200, response.text
    return holder


def code_of(response: httpx2.Response) -> str:
    """The code of a refusal."""
    code: str = response.json()["code"]
    return code


def signed_in(token: str) -> dict[str, str]:
    """The header by which this token is shown."""
    return {"cookie": f"palvelurinki_terminal={token}"}


async def shown(desk: httpx2.AsyncClient, terminal: str = KIOSK) -> EnrolledTerminalView:
    """The terminal as its administrator sees it."""
    views = EnrolledTerminals.model_validate_json((await desk.get("/terminals")).content).terminals
    return next(view for view in views if view.terminal.id == terminal)


async def enrolled_key(server: Server, desk: httpx2.AsyncClient, path: Path, terminal: str = KIOSK) -> TerminalKey:
    """A key in a file that an administrator has approved."""
    key = TerminalKey(path)
    approvals: list[asyncio.Task[httpx2.Response]] = []

    def show(asked: EnrolmentView) -> None:
        assert asked.fingerprint == key.fingerprint
        approvals.append(asyncio.create_task(approve(desk, asked.model_dump(), terminal)))

    async def pause(_: float) -> None:
        assert (await approvals[-1]).status_code == 200

    assert await enrol(server.url, key, show, pause=pause) == terminal
    return key


def _without_none(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
