"""A throwaway OpenID Connect issuer, npm's certified `oidc-provider`, and a browser that goes there and back."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from signal import SIGHUP
from typing import Any, Self
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2

from tests.support.ports import free_port
from tests.support.server_process import ServerProcess

SCRIPT = Path(__file__).with_name("oidc_provider.mjs")
NODE = Path(__file__).parents[2] / ".venv" / "bin" / "node"
REDIRECTS_MOST = 10


class Issuer:
    """The issuer, by its address. `accounts`: claims by subject."""

    def __init__(
        self,
        directory: Path,
        clients: Sequence[Mapping[str, Any]],
        accounts: Mapping[str, Mapping[str, Any]],
        tls: tuple[Path, Path] | None = None,
    ) -> None:
        port = free_port()
        self.url = f"{'https' if tls else 'http'}://localhost:{port}"
        orders = {
            "port": port,
            "clients": clients,
            "accounts": accounts,
            "tls": {"key": str(tls[0]), "cert": str(tls[1])} if tls else None,
        }
        self.log = directory / "issuer.log"
        self._process = ServerProcess(
            [str(NODE), str(SCRIPT), json.dumps(orders)], ready="the issuer listens", log=self.log
        )

    def start(self) -> None:
        """Start it and wait until it listens."""
        self._process.start()

    def stop(self) -> None:
        """Stop it."""
        self._process.stop()

    def rotate(self) -> None:
        """Sign by a new key from now on, whatever was issued before being forgotten."""
        before = self._process.lines
        self._process.send(SIGHUP)
        self._process.said("rotated", after=before)


def client(identifier: str, redirect_uri: str, secret: str | None = None, after: str | None = None) -> dict[str, Any]:
    """A client as the issuer knows it: public with PKCE alone, or with a secret."""
    return {
        "client_id": identifier,
        "redirect_uris": [redirect_uri],
        "post_logout_redirect_uris": [after] if after else [],
        "response_types": ["code"],
        "grant_types": ["authorization_code"],
        **(
            {"token_endpoint_auth_method": "none"}
            if secret is None
            else {"client_secret": secret, "token_endpoint_auth_method": "client_secret_basic"}
        ),
    }


@contextmanager
def throwaway_issuer(
    clients: Sequence[Mapping[str, Any]],
    accounts: Mapping[str, Mapping[str, Any]],
    tls: tuple[Path, Path] | None = None,
) -> Iterator[Issuer]:
    """A running issuer; stopped afterwards."""
    with tempfile.TemporaryDirectory(prefix="palvelurinki-issuer-") as directory:
        issuer = Issuer(Path(directory), clients, accounts, tls)
        issuer.start()
        try:
            yield issuer
        finally:
            issuer.stop()


class Browser:
    """Goes from address to address with its cookies, as a browser does, and runs no script."""

    def __init__(self, server: str, **options: Any) -> None:  # noqa: ANN401 - httpx2's own
        self.server = server
        self.http = httpx2.AsyncClient(**options)
        self.history: list[httpx2.Response] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def get(self, url: str) -> httpx2.Response:
        """One page, without following where it leads."""
        response = await self.http.get(url, follow_redirects=False)
        self.history.append(response)
        return response

    async def to_issuer(self, issuer: str) -> str:
        """Begin to sign in; returns the issuer's address, or where else it leads."""
        return (await self.get(f"{self.server}/sign-in/start?issuer={issuer}")).headers["location"]

    async def through_issuer(self, address: str, choice: str) -> str:
        """Go through the issuer, choosing so in its form; returns the address by which it sends back."""
        for _ in range(REDIRECTS_MOST):
            if address.startswith(f"{self.server}/"):
                return address
            path = urlsplit(address).path
            response = await self.get(f"{address}?{choice}" if path.startswith("/interaction/") else address)
            assert response.is_redirect, (response.status_code, response.text[:500])
            address = urljoin(address, response.headers["location"])
        raise AssertionError("the issuer goes round in circles")

    async def sign_in(self, issuer: str, account: str) -> str:
        """All of it; returns where the server sends the browser in the end."""
        back = await self.through_issuer(await self.to_issuer(issuer), f"account={account}")
        return (await self.get(back)).headers["location"]


def refusal_in(location: str) -> str | None:
    """Why the server has refused, as its address says."""
    said = parse_qs(urlsplit(location).fragment).get("sign-in-refused")
    return said[0] if said else None
