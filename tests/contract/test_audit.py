"""The audit log on every store."""

from palvelurinki.domain.audit import NODE, AuditAct
from palvelurinki.ports import Store


async def test_note_is_written_with_what_it_tells_of(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.audit.note("staff:anna", AuditAct.CONTACT_SHOWN, "contact:c1", "offer", "kela", {"place": 1})
        await tx.audit.note(NODE, AuditAct.DATA_PURGED)
