"""An issuer that misbehaves as it is told: it signs whatever the test wants. No real one; that is `oidc_provider`."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from warnings import catch_warnings, simplefilter

from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from typing_extensions import override

Json = dict[str, Any]


@dataclass
class Forgery:
    """What the next token is; the test changes what it likes. `nonce` is the attempt's."""

    header: Json
    claims: Json
    key: Key
    token: str | None = None
    access_token: str = "an-access-token"

    def made(self) -> str:
        """The token."""
        if self.token is not None:
            return self.token
        # Not by a library's own way, which would refuse to make what is bad.
        name = self.header["alg"]
        parts = f"{encoded(self.header)}.{encoded(self.claims)}"
        with catch_warnings():
            simplefilter("ignore", SecurityWarning)
            algorithm = JWSRegistry(algorithms=[name]).get_alg(name)
            signature = algorithm.sign(parts.encode(), self.key)
        return f"{parts}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@dataclass
class ForgingIssuer:
    """By its address. `change` is applied to the good token; `keys` are what it publishes."""

    url: str
    keys: list[Key]
    metadata: Json = field(default_factory=dict)
    change: Callable[[Forgery], None] = lambda _: None
    client: str = "plain"
    subject: str = "subject-of-the-expert"
    nonce: str = ""
    asked_for_keys: int = 0
    visited: list[str] = field(default_factory=list)
    answer: Callable[[Json], bytes] = lambda answer: json.dumps(answer).encode()

    def document(self) -> Json:
        """What it says of itself."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/auth",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA", "HS256", "none"],
            **self.metadata,
        }

    def token(self) -> bytes:
        """The answer of the token endpoint."""
        now = int(time.time())
        forgery = Forgery(
            {"alg": "RS256", "kid": self.keys[0].kid},
            {
                "iss": self.url,
                "aud": self.client,
                "sub": self.subject,
                "iat": now,
                "exp": now + 300,
                "nonce": self.nonce,
            },
            self.keys[0],
        )
        self.change(forgery)
        answer = {"access_token": forgery.access_token, "token_type": "Bearer", "id_token": forgery.made()}
        return self.answer(answer)


def encoded(value: object) -> str:
    """A part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def rsa(kid: str = "the-key") -> RSAKey:
    """A key of RSA."""
    return RSAKey.generate_key(2048, {"kid": kid})


def ec(kid: str, curve: str = "P-256") -> ECKey:
    """A key on a curve."""
    return ECKey.generate_key(curve, {"kid": kid})


def ed(kid: str) -> OKPKey:
    """A key for EdDSA."""
    return OKPKey.generate_key("Ed25519", {"kid": kid})


@contextmanager
def forging_issuer(keys: list[Key]) -> Iterator[ForgingIssuer]:
    """A running one, on loopback; stopped afterwards."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.visited.append(self.path)
            if self.path == "/.well-known/openid-configuration":
                self._send(json.dumps(issuer.document()).encode())
            elif self.path == "/jwks":
                issuer.asked_for_keys += 1
                self._send(json.dumps({"keys": [key.as_dict(private=False) for key in issuer.keys]}).encode())
            else:
                self._send(b"{}", 404)

        def do_POST(self) -> None:
            issuer.visited.append(self.path)
            self.rfile.read(int(self.headers["content-length"]))
            self._send(issuer.token())

        def _send(self, body: bytes, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer = ForgingIssuer(f"http://localhost:{server.server_port}", keys)
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            serving.join()
