"""The port `Issuers`: authorization code with PKCE, by authlib on httpx2."""

import ssl
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx2
from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from pydantic import SecretStr

from palvelurinki.adapters.oidc.fetching import STEP_WITHIN_S, WITHIN_S, BoundedTransport, trust, within
from palvelurinki.adapters.oidc.id_tokens import Expected, claims_of, header_of, key_for
from palvelurinki.adapters.oidc.metadata import Metadata, Published
from palvelurinki.domain.directory import Issuer, IssuerId
from palvelurinki.ports.issuers import Asked, Claims, IssuerAway, NotVouchedFor, Returned


class OidcIssuers:
    """`secrets` are our clients' at the issuers that give us one; without, PKCE alone protects the code."""

    def __init__(self, secrets: Mapping[str, SecretStr], private_ca: Path | None) -> None:
        self._secrets = secrets
        self._private_ca = private_ca
        self._published: dict[IssuerId, tuple[Issuer, Published]] = {}

    async def address(self, issuer: Issuer, asked: Asked) -> str:
        """Where to send the browser."""
        metadata = await self._of(issuer).metadata()
        async with self._client(issuer, asked, metadata) as client:
            url: str
            url, _ = client.create_authorization_url(
                metadata.authorization_endpoint, state=asked.state, nonce=asked.nonce, code_verifier=asked.verifier
            )
        return url

    async def claims(self, issuer: Issuer, asked: Asked, returned: Returned, now: datetime) -> Claims:
        """What the issuer says of whoever came back with the code."""
        published = self._of(issuer)
        metadata = await published.metadata()
        if returned.issuer != issuer.url and (returned.issuer is not None or metadata.names_itself):
            raise NotVouchedFor("answer of another issuer")
        if returned.code is None:
            raise NotVouchedFor("no code")
        answer = await self._exchange(issuer, asked, returned.code, metadata)
        token, access_token = answer.get("id_token"), answer.get("access_token")
        if not isinstance(token, str):
            raise NotVouchedFor("no token")
        header = header_of(token, metadata.algorithms)
        key = key_for(header, await published.keys()) or key_for(header, await published.keys_anew())
        if key is None:
            raise NotVouchedFor("token kid")
        expected = Expected(
            issuer=issuer.url,
            client_id=issuer.client_id,
            algorithms=metadata.algorithms,
            nonce=asked.nonce,
            access_token=access_token if isinstance(access_token, str) else None,
        )
        return claims_of(token, header, key, expected, now)

    async def leave_address(self, issuer: Issuer, after: str) -> str | None:
        """Where the browser ends its sign-in at the issuer itself."""
        end_session = (await self._of(issuer).metadata()).end_session_endpoint
        if end_session is None:
            return None
        named = [("client_id", issuer.client_id), ("post_logout_redirect_uri", after)]
        url: str = add_params_to_uri(end_session, named)
        return url

    async def close(self) -> None:
        """Let go of the connections."""
        if "_http" in vars(self):
            await self._http.aclose()

    # Made when an issuer is first asked: to read all certificate authorities takes as long as the rest of a start.

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return trust(self._private_ca)

    @cached_property
    def _http(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=BoundedTransport(verify=self._tls), timeout=STEP_WITHIN_S)

    async def _exchange(self, issuer: Issuer, asked: Asked, code: str, metadata: Metadata) -> dict[str, Any]:
        async with self._client(issuer, asked, metadata) as client:
            fetching = client.fetch_token(
                metadata.token_endpoint, grant_type="authorization_code", code=code, code_verifier=asked.verifier
            )
            try:
                answer: dict[str, Any] = await within(WITHIN_S, fetching)
            except OAuthError as error:
                # What the issuer words is not for the log; that it has refused is.
                raise NotVouchedFor("code refused") from error
            except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
                raise IssuerAway(type(error).__name__) from error
        return answer

    def _client(self, issuer: Issuer, asked: Asked, metadata: Metadata) -> AsyncOAuth2Client:
        secret = self._secrets.get(issuer.id)
        method = "none"
        if secret is not None:
            taken = metadata.auth_methods
            by_post = "client_secret_post" in taken and "client_secret_basic" not in taken
            method = "client_secret_post" if by_post else "client_secret_basic"
        return AsyncOAuth2Client(
            client_id=issuer.client_id,
            client_secret=secret.get_secret_value() if secret is not None else None,
            token_endpoint_auth_method=method,
            scope=" ".join(issuer.scopes),
            redirect_uri=asked.redirect_uri,
            code_challenge_method="S256",
            transport=BoundedTransport(verify=self._tls),
            timeout=STEP_WITHIN_S,
        )

    def _of(self, issuer: Issuer) -> Published:
        known = self._published.get(issuer.id)
        if known is None or known[0].url != issuer.url:
            known = self._published[issuer.id] = issuer, Published(issuer, self._http)
        return known[1]
