"""What was noted in the audit log, chained already or not."""

from palvelurinki.domain.audit import AuditNote, AuditRow
from tests.support.server import Ground


async def noted(ground: Ground, about: str) -> list[tuple[str, str, str]]:
    """Actor, act and why of every note about this, in order."""
    async with ground.store() as store, store.reading() as tx:
        chained = await tx.audit.rows(0, 10_000)
        waiting = [note for _, note in await tx.audit.waiting(10_000)]
    rows: list[AuditRow | AuditNote] = [*chained, *waiting]
    return [(each.actor, each.act, each.why) for each in rows if each.about == about]
