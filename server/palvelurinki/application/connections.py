"""Sockets coming and going: who is there, and what their absence means for contacts and calls.

A loss is written at once together with a deadline that is due at once; whichever node sweeps first does the rest
(withdraws the offer, holds the contact, marks the seat away). A crash between the two leaves nothing undone.

A terminal's new session is the loss of the one before: whoever stands there now may be somebody else. Its contact is
held, or its seat is away, until they continue it (`contacts.continue_contact`). Staff are known persons: what they
hold goes on in their new session by itself.

Rows are locked in one order everywhere, so that nobody waits for each other: contact, presence, connection.
"""

from datetime import timedelta

from palvelurinki.application import topics
from palvelurinki.application.principals import Principal, PrincipalKind
from palvelurinki.application.work import Context, Work, perform
from palvelurinki.domain import commands
from palvelurinki.domain.contact import Contact, SessionId
from palvelurinki.domain.directory import Role, StaffId, TerminalId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.presence import arrive
from palvelurinki.ports import Connection, Deadline


async def opened(context: Context, principal: Principal, session: str) -> Connection | None:
    """A session speaks for the principal from now on; returns the one that it replaces, if any."""

    async def use_case(work: Work) -> Connection | None:
        contact = await _contact_of(work, principal)
        await _arrive(work, principal)
        replaced = await work.tx.connections.open(str(principal), session, context.node)
        await _came_back(work, principal, session, contact)
        if replaced is not None and principal.kind is PrincipalKind.TERMINAL:
            # Also when no contact is seen here: a request of the session before may be under way, and commit after
            # this look and before this transaction.
            await _deal_with_loss(work, principal)
        return replaced

    return await perform(context, use_case)


async def restored(context: Context, principal: Principal, session: str) -> bool:
    """A session's socket is back. False when a newer session has taken over."""

    async def use_case(work: Work) -> bool:
        contact = await _contact_of(work, principal)
        await _arrive(work, principal)
        if not await work.tx.connections.restore(str(principal), session, context.node):
            return False
        await _came_back(work, principal, session, contact)
        return True

    return await perform(context, use_case)


async def lost(context: Context, principal: Principal, session: str) -> None:
    """A session's socket is away. Nothing happens when a newer session has taken over."""

    async def use_case(work: Work) -> None:
        if principal.kind is PrincipalKind.STAFF:
            # The presence row's lock orders this after any offer being made to the person (`offers._follow`).
            await work.tx.presences.load(StaffId(principal.id))
        if not await work.tx.connections.lose(str(principal), session):
            return
        await _deal_with_loss(work, principal)
        if principal.kind is PrincipalKind.STAFF:
            due = await work.tx.now() + context.presence_grace
            await work.tx.deadlines.set(Deadline(DeadlineKind.PRESENCE_GRACE, principal.id, due))
        _touch(work, principal)

    await perform(context, use_case)


async def lose_dead_nodes(context: Context) -> int:
    """Treat the connections of nodes that have died as lost; returns how many there were."""
    async with context.store.reading() as tx:
        found = await tx.connections.of_dead_nodes(context.node_timeout)
    # Whoever asks is alive, however late its own sign of life is.
    orphans = [each for each in found if each.node != context.node]
    for orphan in orphans:
        await lost(context, Principal.parse(orphan.principal), orphan.session)
    return len(orphans)


async def look_again(work: Work, principal: Principal, session: SessionId | None = None) -> None:
    """A command has put the principal into a contact or a seat, perhaps after their socket was lost.

    A command may be carried out late: the socket broke behind it, or its node was taken for dead, or a newer session
    speaks for the terminal (`session` is the one that asked). The loss was then dealt with before there was anything
    to hold, and is dealt with once more.
    """
    if not await work.tx.connections.is_there(str(principal), session):
        await _deal_with_loss(work, principal)


async def absent(work: Work, principal: Principal) -> None:
    """What a loss means: the offer is withdrawn, the contact held, the seat away. Nothing, when they are back.

    A terminal is back only when it speaks with the session to which its contact belongs.
    """
    # The contact's lock first: a console that comes back holds it while it says so, and only then is the answer final.
    contact = await _contact_of(work, principal)
    connection = await work.tx.connections.get(str(principal))
    if contact is None or connection is None:
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


async def _arrive(work: Work, principal: Principal) -> None:
    person = work.directory.staff.get(StaffId(principal.id)) if principal.kind is PrincipalKind.STAFF else None
    if person is None or Role.EXPERT not in person.roles:
        return
    before = await work.tx.presences.load(person.id)
    await work.save_presence(before, arrive(before, await work.tx.now()))


async def _came_back(work: Work, principal: Principal, session: str, contact: Contact | None) -> None:
    if principal.kind is PrincipalKind.STAFF:
        # A terminal's stays: it may speak of a contact of another session, and finds nothing to do when it does not.
        await work.tx.deadlines.clear(DeadlineKind.CONNECTION_LOST, str(principal))
        await work.tx.deadlines.clear(DeadlineKind.PRESENCE_GRACE, principal.id)
    if contact is not None:
        await work.decide(contact, commands.ReturnOccupant(principal.occupant, SessionId(session)))
    _touch(work, principal)


async def _deal_with_loss(work: Work, principal: Principal) -> None:
    await work.tx.deadlines.set(Deadline(DeadlineKind.CONNECTION_LOST, str(principal), await work.tx.now()))


async def _contact_of(work: Work, principal: Principal) -> Contact | None:
    if principal.kind is PrincipalKind.STAFF:
        identifier = await work.tx.contacts.live_of_staff(StaffId(principal.id))
    else:
        identifier = await work.tx.contacts.live_of_terminal(TerminalId(principal.id))
    return None if identifier is None else await work.tx.contacts.load(identifier)


def _touch(work: Work, principal: Principal) -> None:
    if principal.kind is PrincipalKind.STAFF:
        work.touched.update(topics.of_staff(StaffId(principal.id), work.directory))
        return
    terminal = work.directory.terminals.get(TerminalId(principal.id))
    if terminal is not None:
        work.touched.update((topics.terminal(terminal.id), topics.point(terminal.point)))
