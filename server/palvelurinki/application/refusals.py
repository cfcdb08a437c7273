"""Refusals for want of a right: the asker is told no more than that, the audit log more."""

import asyncio

import structlog

from palvelurinki.application.callers import principal_of
from palvelurinki.application.outage import HINDRANCES
from palvelurinki.application.work import Context
from palvelurinki.domain.access import Action, Caller
from palvelurinki.domain.audit import UNKNOWN, AuditAct
from palvelurinki.domain.errors import NotAllowed, NotInCall, OfferNotYours, PalvelurinkiError, UnknownThing

log = structlog.get_logger(__name__)


def is_for_want_of_a_right(error: Exception) -> bool:
    """Whether it was refused because of who asked, and not because of how things stand."""
    return isinstance(error, NotAllowed | OfferNotYours | NotInCall) or (
        isinstance(error, UnknownThing) and error.foreign
    )


async def note_refusal(context: Context, caller: Caller, action: Action, error: PalvelurinkiError) -> None:
    """Note who was refused what. While that cannot be written the refusal stands all the same, and is logged.

    The same again is noted once a minute, with how often it was: one who asks on and on does not fill the log.
    """
    actor = str(principal_of(caller)) if caller.id else UNKNOWN
    times = context.refused.times(actor, action, error.code, now=asyncio.get_running_loop().time())
    if not times:
        return
    # An id that the asker made up is not written down.
    foreign = isinstance(error, UnknownThing) and error.foreign
    about = f"{error.details['kind']}:{error.details['id']}" if foreign else ""
    try:
        async with context.store.transaction() as tx:
            await tx.audit.note(
                actor,
                AuditAct.ACCESS_REFUSED,
                about,
                error.code,
                caller.organisation,
                {"action": str(action), "times": times},
            )
    except HINDRANCES as hindrance:
        log.warning("access.refusal_not_noted", actor=actor, action=str(action), code=error.code, why=repr(hindrance))
