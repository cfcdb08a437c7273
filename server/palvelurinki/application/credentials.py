"""Tickets for the socket and sign-ins of browsers. The store keeps digests; the secret itself is given out once."""

import hashlib
from datetime import timedelta
from typing import Final

from palvelurinki.application.principals import Principal, PrincipalKind
from palvelurinki.application.work import Context
from palvelurinki.domain.directory import StaffId, TerminalId
from palvelurinki.domain.errors import SignInRequired, TicketInvalid, UnknownThing

TICKET_LIFE: Final = timedelta(seconds=30)
SIGN_IN_LIFE: Final = timedelta(hours=12)


def digest(secret: str) -> str:
    """What the store keeps in the secret's stead. The secrets are random and long, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def issue_ticket(context: Context, principal: Principal) -> str:
    """A ticket for one `hello` within TICKET_LIFE."""
    ticket = context.ids.token()
    async with context.store.transaction() as tx:
        await tx.credentials.add_ticket(digest(ticket), str(principal), await tx.now() + TICKET_LIFE)
    return ticket


async def redeem_ticket(context: Context, ticket: str) -> Principal:
    """Whose ticket it is; it is used up. Raises TicketInvalid."""
    async with context.store.transaction() as tx:
        principal = await tx.credentials.use_ticket(digest(ticket))
    if principal is None:
        raise TicketInvalid("the ticket was used, is too old, or never was")
    return Principal.parse(principal)


async def sign_in(context: Context, principal: Principal) -> str:
    """The secret by which a browser is this principal for SIGN_IN_LIFE. Raises UnknownThing."""
    require_known(context, principal)
    secret = context.ids.token()
    async with context.store.transaction() as tx:
        await tx.credentials.add_sign_in(digest(secret), str(principal), await tx.now() + SIGN_IN_LIFE)
    return secret


async def who_is(context: Context, secret: str | None) -> Principal:
    """Who a browser is signed in as. Raises SignInRequired."""
    if secret is not None:
        async with context.store.looking() as tx:
            principal = await tx.credentials.sign_in(digest(secret))
        if principal is not None and is_known(context, Principal.parse(principal)):
            return Principal.parse(principal)
    raise SignInRequired("sign in first")


async def sign_out(context: Context, secret: str) -> None:
    """The secret is worth nothing any more; that it was not is no error."""
    async with context.store.transaction() as tx:
        await tx.credentials.remove_sign_in(digest(secret))


def is_known(context: Context, principal: Principal) -> bool:
    """Whether the configuration in force has this terminal or member of staff."""
    if principal.kind is PrincipalKind.TERMINAL:
        return TerminalId(principal.id) in context.directory.terminals
    return StaffId(principal.id) in context.directory.staff


def require_known(context: Context, principal: Principal) -> None:
    """Raises UnknownThing when the configuration in force has no such terminal or member of staff."""
    if not is_known(context, principal):
        raise UnknownThing(principal.kind, principal.id)
