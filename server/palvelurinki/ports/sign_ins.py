"""Who is signed in: browsers, the tickets that they take for the socket, and those that are at an issuer just now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from palvelurinki.domain.directory import Role


@dataclass(frozen=True, slots=True)
class SignIn:
    """A browser's sign-in, or a terminal's. `digest` is that of its secret; `principal` "staff:ID" or "terminal:ID".

    It ends at `expires_at`, which use puts off, and at `ends_at` whatever is done. `roles` are those that the issuer
    has granted; None: what the configuration says is all. `issuer` is the id of where it was made, if at one.
    """

    digest: str
    principal: str
    begun_at: datetime
    expires_at: datetime
    ends_at: datetime
    roles: frozenset[Role] | None = None
    issuer: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A browser has gone to an issuer to sign in. `state` and `browser` are digests of what it comes back with."""

    state: str
    browser: str
    issuer: str
    expires_at: datetime


class Credentials(Protocol):
    """Sign-ins, tickets and attempts to sign in. Only digests of their secrets are kept.

    Within a transaction a sign-in is locked after a presence and before a connection.
    """

    async def add_ticket(self, digest: str, sign_in: str, expires_at: datetime) -> None:
        """A ticket for one hello, of whoever is signed in so."""

    async def use_ticket(self, digest: str) -> str | None:
        """The sign-in, by its digest, of a ticket that is neither used nor too old, which it now is."""

    async def add_sign_in(self, sign_in: SignIn) -> None:
        """A browser is signed in."""

    async def sign_in(self, digest: str) -> SignIn | None:
        """The sign-in, if it has not ended. In a transaction that writes, nobody ends it before its end."""

    async def sign_ins_of(self, principal: str) -> Sequence[SignIn]:
        """All of the principal's that have not ended, oldest first."""

    async def extend_sign_ins(self, digests: Collection[str], until: datetime) -> int:
        """These were used: none ends before `until`, but for its own `ends_at`; returns how many there were.

        One that has ended stays so.
        """

    async def end_sign_in(self, digest: str) -> SignIn | None:
        """It is worth nothing any more; returns it, if it was there at all."""

    async def end_sign_ins_of(self, principal: str) -> Sequence[SignIn]:
        """All of the principal's; likewise."""

    async def end_expired_sign_ins_of(self, principal: str) -> Sequence[SignIn]:
        """Those of the principal's whose time is up; likewise."""

    async def end_sign_ins_at(self, issuer: str) -> Sequence[SignIn]:
        """All that were made at the issuer; likewise."""

    async def add_attempt(self, attempt: Attempt) -> None:
        """A browser goes to an issuer."""

    async def use_attempt(self, state: str, browser: str) -> Attempt | None:
        """The attempt of this state and this browser that is neither used nor too old, which it now is."""
