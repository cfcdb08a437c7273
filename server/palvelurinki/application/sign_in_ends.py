"""What the end of a sign-in means: the session that ends with it is over, and it is noted. Within a transaction.

The order of locks: presence, sign-in, connection. A session is opened in the same order, so it either finds its sign-in
ended, or is found by whoever ends it.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final

from palvelurinki.application.principals import Principal, PrincipalKind
from palvelurinki.domain.audit import AuditAct
from palvelurinki.domain.directory import Directory, StaffId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.ports import Deadline, SignIn, Transaction

# How long a member of staff whose console is away stays ready or paused before they count as offline.
PRESENCE_GRACE: Final = timedelta(seconds=60)


class Why(StrEnum):
    """Why a sign-in ended."""

    SIGNED_OUT = "signed_out"
    EVERYWHERE = "signed_out_everywhere"
    ANEW = "signed_in_anew"
    """In the same browser."""
    IDLE = "idle"
    TOO_LONG = "too_long"
    COMMAND = "command"
    CONFIGURATION = "configuration"
    """The person, a role of theirs, or the issuer is not what it was."""
    ISSUER = "issuer"
    """The issuer says so."""


async def lock(tx: Transaction, principals: Iterable[Principal]) -> None:
    """What is locked before a sign-in and before a connection, wherever a session may be lost."""
    # The presence row's lock orders a loss after any offer being made to the person (`offers._follow`).
    for staff in sorted(StaffId(each.id) for each in principals if each.kind is PrincipalKind.STAFF):
        await tx.presences.load(staff)


async def end_session(tx: Transaction, principal: Principal, grace: timedelta, sign_in: str | None = None) -> bool:
    """The principal's session is over, whichever node holds it: nobody resumes it. False when there is none.

    When a sign-in is named, only a session that ends with that. Whoever calls this touches `topics.connection`, so that
    the node that holds the socket closes it.
    """
    if not await tx.connections.revoke(str(principal), sign_in):
        return False
    await is_lost(tx, principal, grace)
    return True


async def is_lost(tx: Transaction, principal: Principal, grace: timedelta) -> None:
    """The principal's socket is away: what that means is dealt with at once, and for their status after the grace."""
    now = await tx.now()
    await tx.deadlines.set(Deadline(DeadlineKind.CONNECTION_LOST, str(principal), now))
    if principal.kind is PrincipalKind.STAFF:
        await tx.deadlines.set(Deadline(DeadlineKind.PRESENCE_GRACE, principal.id, now + grace))


async def note_ends(
    tx: Transaction, directory: Directory, ended: Sequence[SignIn], why: Why, grace: timedelta, actor: str | None = None
) -> list[Principal]:
    """These sign-ins have ended, by `actor` (the person themselves, when None is said). Returns whose session is over.

    To be called after `lock` of their principals, with what the store has just ended.
    """
    over = []
    for each in ended:
        principal = Principal.parse(each.principal)
        if await end_session(tx, principal, grace, each.digest):
            over.append(principal)
        if principal.kind is PrincipalKind.STAFF:
            person = directory.staff.get(StaffId(principal.id))
            await tx.audit.note(
                actor or each.principal,
                AuditAct.SIGN_IN_ENDED,
                about=each.principal,
                why=why,
                organisation=person.organisation if person else None,
            )
    return over
