"""Sweeping: what falls due, and what a wake-up that was lost would have done.

Every node sweeps twice a second. A deadline is removed and handled in one transaction, so each is handled once
whatever crashes; nodes skip what another one holds.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import structlog

from palvelurinki.application import connections, contacts, offers, presence, signing_out
from palvelurinki.application.outage import HINDRANCES
from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Context, Work, perform
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import Directory, RingId, StaffId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.offer import OfferId
from palvelurinki.ports import Deadline

# Rows of a kind that one transaction removes: what piled up over weeks is millions, and others write meanwhile.
PURGED_AT_ONCE = 1000
# A deadline whose handling failed is tried again after this time.
PUT_OFF = timedelta(seconds=10)

log = structlog.get_logger(__name__)


async def sweep(context: Context) -> int:
    """Handle all that is due now; returns how many deadlines were."""
    handled = 0
    while await _is_due(context) and await _handle_next(context):
        handled += 1
    return handled


async def match_waiting(context: Context) -> int:
    """Match every pool in which a contact waits; returns how many offers were made."""
    async with context.store.looking() as tx:
        rings = await tx.contacts.rings_with_waiting()
    return sum([await offers.match_ring(context, ring) for ring in one_of_each_pool(context.directory, rings)])


def one_of_each_pool(directory: Directory, rings: Iterable[RingId]) -> list[RingId]:
    """Of these rings, the first of each pool: matching one matches all that share experts with it."""
    pools = {directory.pools[ring]: ring for ring in sorted(rings, reverse=True) if ring in directory.rings}
    return sorted(pools.values())


async def purge(context: Context) -> int:
    """Remove what lives for hours only, a transaction for each thousand of a kind; returns how many rows."""

    async def use_case(work: Work) -> int:
        now = await work.tx.now()
        removed = await work.tx.housekeeping.purge(now - work.directory.retention.short_lived, PURGED_AT_ONCE)
        return removed + await work.tx.handoffs.drop_orphans()

    removed = 0
    while more := await perform(context, use_case):
        removed += more
    return removed


async def _is_due(context: Context) -> bool:
    # A look that only reads: taking turns to write when nothing is due would cost SQLite its one writer.
    async with context.kept_free.looking() as tx:
        due = await tx.deadlines.next_due()
        return due is not None and due <= await tx.now()


async def _handle_next(context: Context) -> bool:
    """Handle the deadline that is due longest; False when there is none.

    One that cannot be handled is a fault of ours: it is told, and put off so that all the others do not wait for it.
    """
    taken: list[Deadline] = []

    async def handle(work: Work) -> bool:
        deadline = await work.tx.deadlines.take_due()
        if deadline is None:
            return False
        taken[:] = [deadline]
        await _handle(work, deadline)
        return True

    try:
        return await perform(context, handle, context.kept_free)
    except Exception as error:
        if not taken or isinstance(error, HINDRANCES):
            raise
        log.exception("sweep.deadline_failed", kind=taken[0].kind, subject=taken[0].subject)
        await perform(context, lambda work: _put_off(work, taken[0]), context.kept_free)
        return True


async def _put_off(work: Work, failed: Deadline) -> None:
    deadline = await work.tx.deadlines.take_due()
    if deadline == failed:
        deadline = replace(failed, due=await work.tx.now() + PUT_OFF)
    if deadline is not None:
        await work.tx.deadlines.set(deadline)


async def _handle(work: Work, deadline: Deadline) -> None:
    match deadline.kind:
        case DeadlineKind.OFFER_EXPIRY:
            await offers.expire_offer(work, OfferId(deadline.subject))
        case DeadlineKind.CONTACT_RETRY:
            await offers.end_quiet(work, ContactId(deadline.subject))
        case DeadlineKind.CLOSING:
            await contacts.close_for_today(work, ContactId(deadline.subject))
        case DeadlineKind.WRAP_UP:
            await presence.end_wrap_up(work, StaffId(deadline.subject))
        case DeadlineKind.OCCUPANT_GRACE:
            await connections.end_grace(work, deadline.subject)
        case DeadlineKind.PRESENCE_GRACE:
            await presence.leave(work, StaffId(deadline.subject))
        case DeadlineKind.CONNECTION_LOST:
            await connections.absent(work, Principal.parse(deadline.subject))
        case DeadlineKind.LINE_PROOF:
            await contacts.end_unproven(work, ContactId(deadline.subject))
        case DeadlineKind.SIGN_IN_END:
            await signing_out.end_unused(work, Principal.parse(deadline.subject))
