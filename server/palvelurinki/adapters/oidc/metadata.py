"""What an issuer publishes of itself: its addresses, what it can do, its keys. Kept for a while, then asked again."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit
from warnings import catch_warnings, simplefilter

import httpx2
from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import JWKRegistry, Key

from palvelurinki.adapters.oidc.fetching import STEP_WITHIN_S, WITHIN_S, within
from palvelurinki.domain.directory import Issuer
from palvelurinki.ports.issuers import IssuerAway

METADATA_KEPT_S: Final = 3600.0
KEYS_KEPT_S: Final = 600.0
# A key that is not known may be new, so the keys are asked for anew; tokens with made-up keys shall not make us ask on.
FORCED_MOST: Final = 5
FORCED_WITHIN_S: Final = 60.0
KEYS_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Metadata:
    """Of an issuer's discovery document what we use."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    algorithms: tuple[str, ...]
    auth_methods: tuple[str, ...]
    names_itself: bool
    """Whether it says in its answers, by `iss`, from whom they are (RFC 9207)."""


class Published:
    """What one issuer publishes."""

    def __init__(self, issuer: Issuer, http: httpx2.AsyncClient) -> None:
        self._url = issuer.url
        self._http = http
        self._turn = asyncio.Lock()
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, list[Key]] | None = None
        self._forced: list[float] = []

    async def metadata(self) -> Metadata:
        """Its discovery document. Raises IssuerAway."""
        async with self._turn:
            now = asyncio.get_running_loop().time()
            if self._metadata is None or now - self._metadata[0] > METADATA_KEPT_S:
                document = await self._json(get_well_known_url(self._url, external=True))
                self._metadata = now, self._read(document)
            return self._metadata[1]

    async def keys(self) -> list[Key]:
        """Its keys for signatures, as of not long ago. Raises IssuerAway."""
        metadata = await self.metadata()
        async with self._turn:
            now = asyncio.get_running_loop().time()
            if self._keys is None or now - self._keys[0] > KEYS_KEPT_S:
                self._keys = now, await self._fetch_keys(metadata)
            return self._keys[1]

    async def keys_anew(self) -> list[Key]:
        """Its keys as of now, unless that was asked too often. Raises IssuerAway."""
        metadata = await self.metadata()
        async with self._turn:
            now = asyncio.get_running_loop().time()
            self._forced = [at for at in self._forced if now - at < FORCED_WITHIN_S]
            if len(self._forced) < FORCED_MOST:
                self._forced.append(now)
                self._keys = now, await self._fetch_keys(metadata)
            return self._keys[1] if self._keys is not None else []

    async def _fetch_keys(self, metadata: Metadata) -> list[Key]:
        document = await self._json(metadata.jwks_uri)
        listed = document.get("keys")
        if not isinstance(listed, list) or len(listed) > KEYS_MOST:
            raise IssuerAway("its keys cannot be read")
        keys = []
        for each in listed:
            # A symmetric key is no public one, and keys of kinds that we do not use are none of our concern.
            if isinstance(each, dict) and each.get("kty") in {"RSA", "EC", "OKP"} and each.get("use", "sig") == "sig":
                try:
                    with catch_warnings():
                        # A weak key is warned of, and then taken for none (`id_tokens`).
                        simplefilter("ignore", SecurityWarning)
                        keys.append(JWKRegistry.import_key(each))
                except (JoseError, ValueError, TypeError, KeyError):
                    continue
        return keys

    async def _json(self, url: str) -> dict[str, Any]:
        try:
            response = await within(WITHIN_S, self._http.get(url, timeout=STEP_WITHIN_S))
            if response.status_code != httpx2.codes.OK:
                raise IssuerAway(f"it answers {response.status_code}")
            document = response.json()
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            raise IssuerAway(type(error).__name__) from error
        if not isinstance(document, dict):
            raise IssuerAway("its answer is no JSON object")
        return document

    def _read(self, document: dict[str, Any]) -> Metadata:
        if document.get("issuer") != self._url:
            raise IssuerAway("it names itself otherwise than the configuration does")
        end_session = document.get("end_session_endpoint")
        methods = document.get("code_challenge_methods_supported")
        if isinstance(methods, list) and "S256" not in methods:
            raise IssuerAway("it does not support PKCE with S256")
        return Metadata(
            authorization_endpoint=self._address(document, "authorization_endpoint"),
            token_endpoint=self._address(document, "token_endpoint"),
            jwks_uri=self._address(document, "jwks_uri"),
            end_session_endpoint=self._address(document, "end_session_endpoint") if end_session else None,
            algorithms=_texts(document.get("id_token_signing_alg_values_supported")) or ("RS256",),
            auth_methods=_texts(document.get("token_endpoint_auth_methods_supported")) or ("client_secret_basic",),
            names_itself=document.get("authorization_response_iss_parameter_supported") is True,
        )

    def _address(self, document: dict[str, Any], name: str) -> str:
        address = document.get(name)
        # An issuer with TLS sends nobody where there is none.
        secure = urlsplit(self._url).scheme
        if not isinstance(address, str) or urlsplit(address).scheme not in {"https", secure}:
            raise IssuerAway(f"its {name} is no address of its kind")
        return address


def _texts(value: object) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
