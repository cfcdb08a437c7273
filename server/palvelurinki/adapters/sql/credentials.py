"""Tickets for the socket and sign-ins of browsers. Only hashes of them are kept."""

from datetime import datetime

from sqlalchemy import delete, select

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.unit import Unit


class SqlCredentials:
    """The port `Credentials`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add_ticket(self, digest: str, principal: str, expires_at: datetime) -> None:
        """A ticket for one hello."""
        await self._unit.change(
            self._unit.insert(t.ticket).values(digest=digest, principal=principal, expires_at=expires_at)
        )

    async def use_ticket(self, digest: str) -> str | None:
        """The principal of a ticket that is neither used nor too old. Using it removes it."""
        principal: str | None = await self._unit.value(
            delete(t.ticket)
            .where(t.ticket.c.digest == digest, t.ticket.c.expires_at > self._unit.now_to_compare())
            .returning(t.ticket.c.principal)
        )
        return principal

    async def add_sign_in(self, digest: str, principal: str, expires_at: datetime) -> None:
        """A browser is signed in."""
        await self._unit.change(
            self._unit.insert(t.sign_in).values(digest=digest, principal=principal, expires_at=expires_at)
        )

    async def sign_in(self, digest: str) -> str | None:
        """The principal of a sign-in that has not ended."""
        principal: str | None = await self._unit.value(
            select(t.sign_in.c.principal).where(
                t.sign_in.c.digest == digest, t.sign_in.c.expires_at > self._unit.now_to_compare()
            )
        )
        return principal

    async def remove_sign_in(self, digest: str) -> None:
        """The browser is signed out."""
        await self._unit.change(delete(t.sign_in).where(t.sign_in.c.digest == digest))
