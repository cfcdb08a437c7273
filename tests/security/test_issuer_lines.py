"""The line to an issuer: whose certificate is believed, and where an answer may lead."""

import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typing_extensions import override

from palvelurinki.adapters.oidc.issuers import OidcIssuers
from palvelurinki.domain.directory import Issuer, IssuerId, OrganisationId
from palvelurinki.domain.names import Names
from palvelurinki.ports.issuers import Asked, IssuerAway
from tests.support.certificate import certify

ASKED = Asked("https://here.example/sign-in/callback", "a-state", "a-nonce", "a-verifier")
PUBLISHED = (
    '{{"issuer": "{0}", "authorization_endpoint": "{0}/auth", "token_endpoint": "{0}/token", "jwks_uri": "{0}/jwks"}}'
)

Start = Callable[..., str]


@pytest.fixture
def asked() -> list[str]:
    """Which addresses somebody has asked for."""
    return []


@pytest.fixture
def start(asked: list[str]) -> Iterator[Start]:
    """Starts an issuer; `leads_to`: it redirects there. Returns its address."""
    running: list[ThreadingHTTPServer] = []

    def starting(leads_to: str | None = None, tls: Path | None = None) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(url + self.path)
                body = PUBLISHED.format(url).encode() if leads_to is None else b""
                self.send_response(200 if leads_to is None else 302)
                if leads_to is not None:
                    self.send_header("location", leads_to + self.path)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            @override
            def log_message(self, format: str, *args: object) -> None:
                """Nobody reads it."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls, tls.with_name("key.pem"))
            server.socket = context.wrap_socket(server.socket, server_side=True)
        url = f"http{'s' if tls else ''}://localhost:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return url

    yield starting
    for server in running:
        server.shutdown()
        server.server_close()


async def address_at(url: str, private_ca: Path | None = None) -> str:
    issuer = Issuer(IssuerId("kela-id"), OrganisationId("kela"), Names("Kela", "FPA", "Kela"), url, "plain")
    issuers = OidcIssuers({}, private_ca)
    try:
        return await issuers.address(issuer, ASKED)
    finally:
        await issuers.close()


async def test_an_issuer_whose_certificate_is_vouched_for_is_believed(start: Start, tmp_path: Path) -> None:
    certificate = certify(tmp_path)
    url = start(tls=certificate)
    assert (await address_at(url, certificate)).startswith(f"{url}/auth?")


async def test_an_issuer_whose_certificate_nobody_vouches_for_is_not_asked(
    start: Start, asked: list[str], tmp_path: Path
) -> None:
    url = start(tls=certify(tmp_path))
    with pytest.raises(IssuerAway):
        await address_at(url)
    assert asked == []


async def test_a_certificate_for_another_name_is_none(start: Start, asked: list[str], tmp_path: Path) -> None:
    certificate = certify(tmp_path, names=("elsewhere.example",))
    url = start(tls=certificate)
    with pytest.raises(IssuerAway):
        await address_at(url, certificate)
    assert asked == []


async def test_nobody_is_followed_to_where_an_issuer_leads(start: Start, asked: list[str]) -> None:
    elsewhere = start()
    url = start(leads_to=elsewhere)
    with pytest.raises(IssuerAway, match="302"):
        await address_at(url)
    assert asked == [f"{url}/.well-known/openid-configuration"]
