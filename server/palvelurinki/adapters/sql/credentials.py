"""Tickets for the socket and sign-ins of browsers. Only hashes of them are kept."""

from datetime import datetime

from sqlalchemy import BindParameter, bindparam, delete, insert, select

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.statements import Prepared
from palvelurinki.adapters.sql.unit import Unit

_digest: BindParameter[str] = bindparam("of")
_ADD_TICKET = insert(t.ticket)
_USE_TICKET = Prepared(
    lambda wording: (
        delete(t.ticket)
        .where(t.ticket.c.digest == _digest, t.ticket.c.expires_at > wording.now_once)
        .returning(t.ticket.c.principal)
    )
)
_ADD_SIGN_IN = insert(t.sign_in)
_SIGN_IN = Prepared(
    lambda wording: select(t.sign_in.c.principal).where(
        t.sign_in.c.digest == _digest, t.sign_in.c.expires_at > wording.now_once
    )
)
_SIGN_OUT = delete(t.sign_in).where(t.sign_in.c.digest == _digest)


class SqlCredentials:
    """The port `Credentials`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add_ticket(self, digest: str, principal: str, expires_at: datetime) -> None:
        """A ticket for one hello."""
        self._unit.put(_ADD_TICKET, {"digest": digest, "principal": principal, "expires_at": expires_at})

    async def use_ticket(self, digest: str) -> str | None:
        """The principal of a ticket that is neither used nor too old. Using it removes it."""
        principal: str | None = await self._unit.value(_USE_TICKET, {"of": digest})
        return principal

    async def add_sign_in(self, digest: str, principal: str, expires_at: datetime) -> None:
        """A browser is signed in."""
        self._unit.put(_ADD_SIGN_IN, {"digest": digest, "principal": principal, "expires_at": expires_at})

    async def sign_in(self, digest: str) -> str | None:
        """The principal of a sign-in that has not ended."""
        principal: str | None = await self._unit.value(_SIGN_IN, {"of": digest})
        return principal

    async def remove_sign_in(self, digest: str) -> None:
        """The browser is signed out."""
        self._unit.put(_SIGN_OUT, {"of": digest})
