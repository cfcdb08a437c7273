"""The audit log: notes are plain inserts in the transaction of what they tell of."""

from palvelurinki.adapters.sql import audit_tables as t
from palvelurinki.adapters.sql.statements import Prepared
from palvelurinki.adapters.sql.unit import Unit
from palvelurinki.domain.audit import AuditAct, Details

_NOTE = Prepared(lambda wording: wording.insert(t.audit_pending).values(at=wording.now))


class SqlAudit:
    """The port `Audit`."""

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
        values = {"actor": actor, "act": act.value, "about": about, "why": why}
        self._unit.put(_NOTE, {**values, "organisation": organisation, "details": dict(details or {})})
