"""Sockets coming and going: who is there, and what their absence means for contacts and calls.

A loss is written at once together with a deadline that is due at once; whichever node sweeps first does the rest
(withdraws the offer, holds the contact, marks the seat away). A crash between the two leaves nothing undone.

A terminal's new session is the loss of the one before: whoever stands there now may be somebody else. Its contact is
held, or its seat is away, until they continue it (`contacts.continue_contact`). Staff are known persons: what they
hold goes on in their new session by itself.

Rows are locked in one order everywhere, so that nobody waits for each other: contact, presence, sign-in,
connection.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final, TypeAlias
from zlib import crc32

import structlog

from palvelurinki.application import entering, sign_in_ends, topics
from palvelurinki.application.callers import caller_of
from palvelurinki.application.principals import Principal, PrincipalKind
from palvelurinki.application.work import Context, Work, perform
from palvelurinki.domain import commands
from palvelurinki.domain.access import Action, Party, may
from palvelurinki.domain.audit import AuditAct
from palvelurinki.domain.contact import Contact, ContactId, SessionId
from palvelurinki.domain.directory import Role, StaffId, TerminalId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.errors import Conflict, TicketInvalid
from palvelurinki.domain.presence import arrive
from palvelurinki.ports import Connection, Deadline, Transaction

# How many connections of dead nodes are dealt with at a look, and in one transaction.
ORPHANS: Final = 500
HANDFUL: Final = 50

Granted: TypeAlias = frozenset[Role] | None

log = structlog.get_logger(__name__)


async def opened(
    context: Context, principal: Principal, session: str, token: str, sign_in: str | None = None
) -> Connection | None:
    """A session speaks for the principal from now on; returns the one that it replaces, if any.

    `token` is the digest of the token by which it can be resumed, and names its socket until then. `sign_in` is that of
    the sign-in by which it was begun: raises TicketInvalid when that has ended meanwhile. A person's session ends with
    it; a terminal's goes on, for a terminal signs in anew every few minutes.
    """

    async def use_case(work: Work) -> Connection | None:
        contact = await _contact_of(work, principal)
        await sign_in_ends.lock(work.tx, [principal])
        granted = await _granted(work, sign_in)
        await _arrive(work, principal, granted)
        await _note_board(work, principal, granted)
        ends_with = sign_in if principal.kind is PrincipalKind.STAFF else None
        replaced = await work.tx.connections.open(str(principal), session, context.node, token, ends_with)
        await _came_back(work, principal, session, contact)
        if replaced is not None and principal.kind is PrincipalKind.TERMINAL:
            # Also when no contact is seen here: a request of the session before may be under way, and commit after
            # this look and before this transaction.
            await _deal_with_loss(work, principal)
        return replaced

    return await perform(context, use_case)


async def _note_board(work: Work, principal: Principal, granted: Granted) -> None:
    """Who supervises, or advises at a point, is shown everybody's contacts there for as long as the session lasts."""
    caller = caller_of(work.directory, principal, granted)
    if may(caller, Action.SEE_MEMBERS) or may(caller, Action.SEE_POINT):
        about = f"organisation:{caller.organisation}"
        await work.tx.audit.note(str(principal), AuditAct.CONTACTS_WATCHED, about, "board", caller.organisation)


async def resumable(context: Context, token: str, kept: timedelta) -> Connection | None:
    """The connection that the token (its digest) resumes; None when there is none that is kept."""
    async with context.store.reading() as tx:
        return await tx.connections.resumable(token, kept)


async def resumed(
    context: Context, principal: Principal, session: str, used: str, token: str, granted: Granted = None
) -> bool:
    """A session's socket is back, here, and is named by `token` from now on. `granted`: see `caller_of`.

    False when the token that it `used` is no longer good: another session or another socket has taken over, or the
    sign-in has ended with which the session ends.
    """
    return await _is_back(
        context,
        principal,
        session,
        granted,
        lambda work: work.tx.connections.resume(str(principal), context.node, used, token),
    )


async def reclaimed(context: Context, principal: Principal, session: str, token: str, granted: Granted = None) -> bool:
    """A socket that others took for lost, because its node was silent, is here. False when another one has taken over.

    A node that was paused or cut off from the database wakes to find itself declared dead.
    """
    return await _is_back(
        context,
        principal,
        session,
        granted,
        lambda work: work.tx.connections.restore(str(principal), token),
    )


async def lost(context: Context, principal: Principal, token: str) -> None:
    """The socket that the token names is away. Nothing happens when another one has come in its place."""

    async def use_case(work: Work) -> None:
        await sign_in_ends.lock(work.tx, [principal])
        if await work.tx.connections.lose(str(principal), token):
            await _went(work, principal)

    await perform(context, use_case)


async def revoked(context: Context, principal: Principal) -> None:
    """The principal's session is over, whichever node holds it: its socket is closed, and nobody resumes it."""

    async def use_case(work: Work) -> None:
        await sign_in_ends.lock(work.tx, [principal])
        if await sign_in_ends.end_session(work.tx, principal, context.presence_grace):
            touch(work, principal)

    await perform(context, use_case)


async def lose_dead_nodes(context: Context) -> int:
    """Treat the connections of nodes that have died as lost, ORPHANS of them at most; returns how many there were.

    Whatever such a node still holds in the database it lets go of first: a node that stands still does not by itself.
    """
    async with context.kept_free.looking() as tx:
        await _fence(context, tx)
    async with context.kept_free.reading() as tx:
        found = await tx.connections.of_dead_nodes(context.node_timeout, ORPHANS)
    # Whoever asks is alive, however late its own sign of life is.
    orphans = [each for each in found if each.node != context.node]
    if orphans:
        log.warning("node.dead", nodes=sorted({each.node for each in orphans}), connections=len(orphans))
    handfuls = [orphans[first : first + HANDFUL] for first in range(0, len(orphans), HANDFUL)]
    # All nodes look at the same moment: those that begin at the other end find less of it done already.
    for handful in handfuls if crc32(context.node.encode()) % 2 else reversed(handfuls):
        await perform(context, lambda work, handful=handful: _lose_all(work, handful), context.kept_free)  # type: ignore[misc]
    return len(orphans)


async def who_speaks(context: Context, principals: Collection[str]) -> Mapping[str, Connection]:
    """Which sessions speak for these now; who never had one is absent."""
    async with context.store.reading() as tx:
        return await tx.connections.of(principals)


async def look_again(work: Work, principal: Principal, session: SessionId | None = None) -> None:
    """A command has put the principal into a contact or a seat: see `entering.look_again`."""
    await entering.look_again(work.tx, principal, session)


async def absent(work: Work, principal: Principal) -> None:
    """What a loss means: the offer is withdrawn, the contact held, the seat away. Nothing, when they are back.

    A terminal is back only when it speaks with the session to which its contact belongs.
    """
    # The contact's lock first: a console that comes back holds it while it says so, and only then is the answer final.
    contact = await _contact_of(work, principal)
    if contact is None:
        return
    # Held, for one that comes back may not have seen this contact yet: either it is waited for here, and is there, or
    # it waits for what is done here, and looks again (`_look_behind`).
    connection = await work.tx.connections.hold(str(principal))
    if connection is None:
        return
    if connection.lost_at is None and contact.goes_on_for(principal.occupant, SessionId(connection.session)):
        return
    ring = work.directory.rings.get(contact.ring)
    grace_s = ring.grace_s if ring else int(work.context.presence_grace / timedelta(seconds=1))
    await work.decide(contact, commands.LoseOccupant(principal.occupant, grace_s))


async def end_grace(work: Work, subject: str) -> None:
    """A place has been kept long enough. `subject` is a terminal's or a person's id."""
    for principal in (Principal.terminal(subject), Principal.staff(subject)):
        contact = await _contact_of(work, principal)
        if contact is not None:
            await work.decide(contact, commands.EndGrace(principal.occupant))


async def _granted(work: Work, sign_in: str | None) -> Granted:
    """The roles that the sign-in grants. It does not end before the transaction does."""
    if sign_in is None:
        return None
    found = await work.tx.credentials.sign_in(sign_in)
    if found is None:
        raise TicketInvalid("the sign-in has ended")
    return found.roles


async def _is_back(
    context: Context,
    principal: Principal,
    session: str,
    granted: Granted,
    write: Callable[[Work], Awaitable[bool]],
) -> bool:
    async def use_case(work: Work) -> bool:
        contact = await _contact_of(work, principal)
        await sign_in_ends.lock(work.tx, [principal])
        if not await write(work):
            return False
        # Only now: whoever comes with a token that is no longer good has not come, and is as they were.
        await _arrive(work, principal, granted)
        await _came_back(work, principal, session, contact)
        return True

    return await perform(context, use_case)


async def _arrive(work: Work, principal: Principal, granted: Granted) -> None:
    if Party.EXPERT not in caller_of(work.directory, principal, granted).parties:
        return
    before = await work.tx.presences.load(StaffId(principal.id))
    await work.save_presence(before, arrive(before, await work.tx.now()))


async def _came_back(work: Work, principal: Principal, session: str, contact: Contact | None) -> None:
    if principal.kind is PrincipalKind.STAFF:
        # A terminal's stays: it may speak of a contact of another session, and finds nothing to do when it does not.
        await work.tx.deadlines.clear(DeadlineKind.CONNECTION_LOST, str(principal))
        await work.tx.deadlines.clear(DeadlineKind.PRESENCE_GRACE, principal.id)
    await _look_behind(work, principal, contact)
    if contact is not None:
        await work.decide(contact, commands.ReturnOccupant(principal.occupant, SessionId(session)))
    touch(work, principal)


async def _look_behind(work: Work, principal: Principal, contact: Contact | None) -> None:
    """Once their connection is locked: whether they hold what they held when they were looked for. Raises Conflict.

    A command that was under way may have committed since, and been taken for that of somebody who is away. That loss
    has been dealt with, and nobody else would make good for it. The contact cannot be locked now, after the
    connection: all is done again.
    """
    holds = await _live_of(work, principal)
    if holds is not None and (contact is None or contact.id != holds):
        raise Conflict("they came to hold a contact while they came back", contact=holds)


async def _fence(context: Context, tx: Transaction) -> None:
    ended = await tx.connections.fence(context.node_timeout, context.node)
    if ended:
        log.warning("node.fenced", sessions=ended)


async def _lose_all(work: Work, orphans: Sequence[Connection]) -> None:
    # Again: what a node had only just begun when it stopped was too young to be ended at the first look, and what it
    # locked was waited for in vain.
    await _fence(work.context, work.tx)
    principals = [Principal.parse(each.principal) for each in orphans]
    await sign_in_ends.lock(work.tx, principals)
    for orphan, principal in zip(orphans, principals, strict=True):
        # The principal may have come back elsewhere meanwhile: then the token is another one, or there is none.
        if orphan.token is not None and await work.tx.connections.lose(orphan.principal, orphan.token):
            await _went(work, principal)


async def _went(work: Work, principal: Principal) -> None:
    await sign_in_ends.is_lost(work.tx, principal, work.context.presence_grace)
    touch(work, principal)


async def _deal_with_loss(work: Work, principal: Principal) -> None:
    await work.tx.deadlines.set(Deadline(DeadlineKind.CONNECTION_LOST, str(principal), await work.tx.now()))


async def _contact_of(work: Work, principal: Principal) -> Contact | None:
    identifier = await _live_of(work, principal)
    return None if identifier is None else await work.tx.contacts.load(identifier)


async def _live_of(work: Work, principal: Principal) -> ContactId | None:
    if principal.kind is PrincipalKind.STAFF:
        return await work.tx.contacts.live_of_staff(StaffId(principal.id))
    return await work.tx.contacts.live_of_terminal(TerminalId(principal.id))


def touch(work: Work, principal: Principal) -> None:
    """The principal's connection is not what it was."""
    # Whichever node holds a session of theirs sees whether it still speaks for them.
    work.changes.touch([topics.connection(str(principal))])
    if principal.kind is PrincipalKind.STAFF:
        work.changes.arrived(StaffId(principal.id), work.directory)
        return
    terminal = work.directory.terminals.get(TerminalId(principal.id))
    if terminal is not None:
        work.changes.touch([topics.terminal(terminal.id), topics.point(terminal.point)])
