"""Who a browser or a terminal is signed in as, and its tickets for the socket.

The store keeps digests; a secret itself is given out once. A ticket is worth something only to the browser that asked
for it, and only while that is signed in. How sign-ins end: `application.sign_in_ends`.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from palvelurinki.application.principals import Principal, PrincipalKind
from palvelurinki.application.work import Context
from palvelurinki.domain.audit import AuditAct
from palvelurinki.domain.directory import Role, StaffId, TerminalId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.errors import SignInRequired, TicketInvalid, UnknownThing
from palvelurinki.ports import Deadline, SignIn, Transaction

TICKET_LIFE: Final = timedelta(seconds=30)
# A demo terminal's: one that has a key signs in for minutes.
TERMINAL_LIFE: Final = timedelta(hours=12)
# Use is written down when so much of the idle time has passed again: each request would write otherwise.
NOTED_AFTER: Final = 1 / 30


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who it is, by which sign-in (its digest), and the roles that it grants (None: all that they have)."""

    principal: Principal
    sign_in: str
    granted: frozenset[Role] | None = None


def digest(secret: str) -> str:
    """What the store keeps in the secret's stead. The secrets are random and long, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def issue_ticket(context: Context, signed_in: SignedIn) -> str:
    """A ticket for one `hello` within TICKET_LIFE, from the same browser."""
    ticket = context.ids.token()
    async with context.store.transaction() as tx:
        await tx.credentials.add_ticket(digest(ticket), signed_in.sign_in, await tx.now() + TICKET_LIFE)
    return ticket


async def redeem_ticket(context: Context, ticket: str, shown: Collection[str]) -> SignedIn:
    """Who the ticket is for; it is used up. Raises TicketInvalid.

    `shown` are the digests of what the browser showed at the handshake: the ticket's sign-in must be among them.
    """
    async with context.store.transaction() as tx:
        sign_in = await tx.credentials.use_ticket(digest(ticket))
        found = await tx.credentials.sign_in(sign_in) if sign_in in shown and sign_in is not None else None
    if found is None:
        raise TicketInvalid("the ticket was used, is too old, never was, or is another browser's")
    return signed_in_by(found)


def signed_in_by(sign_in: SignIn) -> SignedIn:
    """Who is signed in so."""
    return SignedIn(Principal.parse(sign_in.principal), sign_in.digest, sign_in.roles)


async def sign_in(context: Context, principal: Principal) -> str:
    """The secret by which a browser is this principal of the demo from now on. Raises UnknownThing."""
    require_known(context, principal)
    secret = context.ids.token()
    async with context.store.transaction() as tx:
        await begin(context, tx, principal, secret, why="demo")
    return secret


async def begin(
    context: Context,
    tx: Transaction,
    principal: Principal,
    secret: str,
    *,
    why: str,
    granted: frozenset[Role] | None = None,
    issuer: str | None = None,
) -> None:
    """The secret signs a browser in from now on, as long as it is used, and no longer than the settings say."""
    now = await tx.now()
    if principal.kind is PrincipalKind.TERMINAL:
        expires_at = ends_at = now + TERMINAL_LIFE
    else:
        ends_at = now + context.sign_in_most
        expires_at = min(now + context.sign_in_idle, ends_at)
    await tx.credentials.add_sign_in(
        SignIn(digest(secret), str(principal), now, expires_at, ends_at, roles=granted, issuer=issuer)
    )
    if principal.kind is PrincipalKind.STAFF:
        due = (await tx.deadlines.due_of(DeadlineKind.SIGN_IN_END, [str(principal)])).get(str(principal))
        await tx.deadlines.set(
            Deadline(DeadlineKind.SIGN_IN_END, str(principal), min(due, expires_at) if due else expires_at)
        )
        person = context.directory.staff.get(StaffId(principal.id))
        await tx.audit.note(
            str(principal),
            AuditAct.SIGN_IN_DONE,
            about=f"issuer:{issuer}" if issuer else "",
            why=why,
            organisation=person.organisation if person else None,
        )


async def who_is(context: Context, secret: str | None) -> SignedIn:
    """Who a browser is signed in as, which counts as use. Raises SignInRequired."""
    if secret is not None:
        async with context.store.looking() as tx:
            found = await tx.credentials.sign_in(digest(secret))
            now = await tx.now() if found is not None else None
        if found is not None and now is not None and is_known(context, Principal.parse(found.principal)):
            left = found.expires_at - now
            if found.expires_at < found.ends_at and left < context.sign_in_idle * (1 - NOTED_AFTER):
                await used(context, [found.digest])
            return signed_in_by(found)
    raise SignInRequired("sign in first")


async def used(context: Context, sign_ins: Collection[str]) -> None:
    """These sign-ins were used just now, so they go on."""
    async with context.store.transaction() as tx:
        await tx.credentials.extend_sign_ins(sign_ins, await tx.now() + context.sign_in_idle)


def is_known(context: Context, principal: Principal) -> bool:
    """Whether the configuration in force has this terminal or member of staff."""
    if principal.kind is PrincipalKind.TERMINAL:
        return TerminalId(principal.id) in context.directory.terminals
    return StaffId(principal.id) in context.directory.staff


def require_known(context: Context, principal: Principal) -> None:
    """Raises UnknownThing when the configuration in force has no such terminal or member of staff."""
    if not is_known(context, principal):
        raise UnknownThing(principal.kind, principal.id)
