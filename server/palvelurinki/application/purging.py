"""Removing what is past its time, once a day on whichever node comes first.

How long each kind is kept is in the configuration. It goes in transactions of bounded size; a purge that is interrupted
is gone on with the day after.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from palvelurinki.application.auditing import fault_of, sealed
from palvelurinki.domain.audit import NODE, AuditAct, AuditRow, in_words
from palvelurinki.domain.retention import Kept, Retention
from palvelurinki.ports import AuditDamaged, AuditEnds, Seals, Store, Transaction

# Rows of a kind that one transaction removes: others write meanwhile.
AT_ONCE: Final = 500
# A little less than a day, so that it does not come later each day.
EVERY: Final = timedelta(hours=23, minutes=55)

log = structlog.get_logger(__name__)


async def purge_daily(store: Store, retention: Retention, seals: Seals | None) -> Mapping[Kept, int]:
    """Purge, when nobody has today; returns how many of each kind went."""
    async with store.transaction() as tx:
        if not await tx.retaining.take_turn(EVERY):
            return {}
    return await purge(store, retention, seals, NODE, "retention")


async def over(store: Store, retention: Retention) -> Mapping[Kept, int]:
    """How many of each kind a purge would remove now."""
    async with store.reading() as tx:
        now = await tx.now()
        return {kind: await tx.retaining.over(kind, now - retention.of(kind)) for kind in Kept}


async def purge(store: Store, retention: Retention, seals: Seals | None, actor: str, why: str) -> Mapping[Kept, int]:
    """Remove all that is past its time, and note how much; returns how many of each kind went.

    Rows of the audit log go only where there are seals: whoever removes them seals where it begins from then on.
    """
    removed: dict[Kept, int] = {}
    for kind in Kept:
        count = await _purge_kind(store, kind, retention.of(kind), seals)
        if count:
            removed[kind] = count
    if removed:
        async with store.transaction() as tx:
            told = {kind.value: count for kind, count in removed.items()}
            await tx.audit.note(actor, AuditAct.DATA_PURGED, "data", why, details=told)
    return removed


async def _purge_kind(store: Store, kind: Kept, kept: timedelta, seals: Seals | None) -> int:
    removed = 0
    while True:
        try:
            async with store.transaction() as tx:
                before = await tx.now() - kept
                if kind is not Kept.AUDIT:
                    batch = await tx.retaining.remove(kind, before, AT_ONCE)
                else:
                    batch = 0 if seals is None else await _forget(tx, before, seals)
        except AuditDamaged as damaged:
            log.error("audit.not_purged", why=str(damaged), remedy="palvelurinki audit verify")  # noqa: TRY400  # told
            return removed
        removed += batch
        if not batch:
            return removed


async def _forget(tx: Transaction, before: datetime, seals: Seals) -> int:
    """Let the chain begin later, as far as its rows are past their time. What was tampered with stays to be seen."""
    ends = await tx.audit.take_ends()
    if ends is None or ends.head.is_blank:
        return 0
    why = await fault_of(tx.audit, ends, seals)
    if why is not None:
        log.error("audit.not_purged", why=why, remedy="palvelurinki audit verify")
        return 0
    last = _last_over(await tx.audit.rows(ends.start.seq, AT_ONCE), before)
    if last is None:
        return 0
    if not seals.fits(last.sealed, last.key, last.hash):
        log.error("audit.not_purged", why=f"row {last.seq} was altered", remedy="palvelurinki audit verify")
        return 0
    start = sealed(replace(ends.start, seq=last.seq, hash=last.hash), seals)
    return await tx.audit.forget(AuditEnds(start, ends.head))


def _last_over(rows: Sequence[AuditRow], before: datetime) -> AuditRow | None:
    """The last of the first rows that are all past their time."""
    last = None
    for row in rows:
        if row.at >= in_words(before):
            break
        last = row
    return last
