"""Signing in at an issuer: the protocol's part that goes over the network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from palvelurinki.domain.directory import Issuer

Claims = Mapping[str, Any]


class IssuerAway(Exception):
    """The issuer is not reached, or does not answer as one. The message says why, without secrets."""


class NotVouchedFor(Exception):
    """What came from the issuer does not say who somebody is. The message is a few words of ours, without secrets."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an attempt to sign in goes on. `redirect_uri` is where the browser comes back to."""

    redirect_uri: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Returned:
    """What the browser comes back with: a code, or an error's name; and who it says has sent it (RFC 9207)."""

    code: str | None = field(repr=False)
    error: str | None
    issuer: str | None


class Issuers(Protocol):
    """The issuers themselves. What they publish is kept for a while."""

    async def address(self, issuer: Issuer, asked: Asked) -> str:
        """Where to send the browser. Raises IssuerAway."""

    async def claims(self, issuer: Issuer, asked: Asked, returned: Returned, now: datetime) -> Claims:
        """What the issuer says of whoever came back with the code, which is used up.

        Raises IssuerAway and NotVouchedFor.
        """

    async def leave_address(self, issuer: Issuer, after: str) -> str | None:
        """Where the browser ends its sign-in at the issuer itself, and is sent to `after`; None: nowhere."""

    async def close(self) -> None:
        """Let go of what is kept."""
