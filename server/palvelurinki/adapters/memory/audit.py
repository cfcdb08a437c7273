"""The audit log in memory."""

from palvelurinki.adapters.memory.unit import Unit
from palvelurinki.domain.audit import AuditAct, AuditNote, Details


class MemoryAudit:
    """The port `Audit`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def note(
        self,
        actor: str,
        act: AuditAct,
        about: str = "",
        why: str = "",
        organisation: str | None = None,
        details: Details | None = None,
    ) -> None:
        """Note an act in this transaction."""
        tables = self._unit.tables
        tables.audit_last += 1
        note = AuditNote(self._unit.now(), actor, organisation, act, about, why, dict(details or {}))
        tables.audit_pending.add(tables.audit_last, note)
