"""The whole as in production: a browser, nginx with TLS, the server without the demo, a real issuer with TLS."""

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from palvelurinki.client import Client
from tests.support.certificate import certify
from tests.support.nginx import Proxy, throwaway_proxy
from tests.support.oidc_provider import Browser, Issuer, refusal_in, throwaway_issuer
from tests.support.ports import free_port
from tests.support.server import Ground, ServerCommand
from tests.support.sign_in import ACCOUNTS, EXPERT, SECRET, clients, demo_with_issuer

STAFF, ATTEMPT = "__Host-palvelurinki_staff", "__Host-palvelurinki_attempt"


@dataclass(frozen=True, slots=True)
class Production:
    """All of it."""

    proxy: Proxy
    issuer: Issuer
    node: ServerCommand
    trust: ssl.SSLContext

    def browser(self) -> Browser:
        return Browser(self.proxy.url, verify=self.trust)


@pytest.fixture
def issuer_certificate(tmp_path: Path) -> Path:
    directory = tmp_path / "issuer"
    directory.mkdir()
    return certify(directory)


@pytest.fixture
async def production(
    sqlite_ground: Ground, issuer_certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Production]:
    port = free_port()
    origin = f"https://localhost:{port}"
    with ExitStack() as stack:
        tls = (issuer_certificate.with_name("key.pem"), issuer_certificate)
        issuer = stack.enter_context(throwaway_issuer(clients(origin), ACCOUNTS, tls))
        await sqlite_ground.configure(demo_with_issuer(issuer.url))
        settings = sqlite_ground.settings(
            demo=False,
            secret=SecretStr("a-secret-of-this-test-and-of-no-more"),
            origins=(origin,),
            issuer_ca=issuer_certificate,
            issuer_secrets={"kela-roles": SECRET},
        )
        node = ServerCommand(settings, tmp_path / "node.log")
        node.start()
        stack.callback(node.stop)
        proxy = stack.enter_context(throwaway_proxy(port, [node, node]))
        monkeypatch.setenv("SSL_CERT_FILE", str(proxy.certificate))
        trust = ssl.create_default_context(cafile=str(proxy.certificate))
        trust.load_verify_locations(issuer_certificate)
        yield Production(proxy, issuer, node, trust)


def cookie_in(browser: Browser, name: str) -> Iterator[str]:
    """How the browser was told to keep the cookie, each time that it was given one."""
    for response in browser.history:
        for each in response.headers.get_list("set-cookie"):
            if each.startswith(f"{name}=") and not each.startswith(f'{name}=""'):
                yield each.lower()


async def test_a_member_of_staff_signs_in_works_and_signs_out(production: Production) -> None:
    async with production.browser() as browser:
        ways = (await browser.get(f"{production.proxy.url}/api/v1/sign-in")).json()
        assert (ways["demo"], [each["id"] for each in ways["issuers"]]) == (False, ["kela-id", "kela-roles"])
        assert (await browser.get(f"{production.proxy.url}/demo/open/staff/{EXPERT}")).status_code == 404
        assert await browser.sign_in("kela-roles", "subject-of-the-expert") == "/console/"
        [kept] = cookie_in(browser, STAFF)
        assert all(word in kept for word in ("httponly", "secure", "samesite=strict", "path=/"))
        assert "domain" not in kept
        [attempt] = cookie_in(browser, ATTEMPT)
        assert all(word in attempt for word in ("httponly", "secure", "samesite=lax", "path=/"))
        secret = browser.http.cookies[STAFF]
        async with Client(production.proxy.url, "staff", secret) as console:
            assert (console.snapshot.staff.id, console.snapshot.staff.roles) == (EXPERT, ["expert"])
            await console.make_ready()
        headers = {"origin": production.proxy.url}
        left = await browser.http.post(f"{production.proxy.url}/api/v1/staff/sign-out-everywhere", headers=headers)
        leave = urlsplit(left.json()["leave_at"])
        assert leave.geturl().startswith(production.issuer.url)
        assert set(parse_qs(leave.query)) == {"client_id", "post_logout_redirect_uri"}


async def test_nothing_of_it_stands_in_a_log(production: Production) -> None:
    async with production.browser() as browser:
        address = await browser.to_issuer("kela-id")
        back = await browser.through_issuer(address, "account=subject-of-the-expert")
        said = parse_qs(urlsplit(back).query)
        secrets = [said["code"][0], said["state"][0], browser.http.cookies[ATTEMPT]]
        assert (await browser.get(back)).headers["location"] == "/console/"
        secrets.append(browser.http.cookies[STAFF])
        # Once more, which is refused, and once while no node is there, of which nginx has its own say.
        assert refusal_in((await browser.get(back)).headers["location"]) == "sign_in.refused"
        production.node.stop()
        assert (await browser.get(back)).status_code in {502, 503}
    logs = [production.node.log, *production.proxy.certificate.parent.glob("*log*")]
    text = "".join(log.read_text() for log in logs if log.is_file())
    assert "sign_in.refused" in text
    assert [secret for secret in secrets if secret in text] == []
    assert "subject-of-the-expert" not in text


@pytest.mark.usefixtures("production")
async def test_an_issuer_whose_certificate_nobody_vouches_for_is_not_reached(
    sqlite_ground: Ground, tmp_path: Path
) -> None:
    settings = sqlite_ground.settings()
    node = ServerCommand(settings, tmp_path / "another.log")
    node.start()
    try:
        async with Browser(f"http://localhost:{node.port}") as browser:
            assert refusal_in(await browser.to_issuer("kela-id")) == "sign_in.unavailable"
    finally:
        node.stop()
