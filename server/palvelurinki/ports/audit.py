"""The audit log."""

from typing import Protocol

from palvelurinki.domain.audit import AuditAct, Details


class Audit(Protocol):
    """Notes of who did what. They are written with what they tell of, and chained soon after."""

    async def note(
        self,
        actor: str,
        act: AuditAct,
        about: str = "",
        why: str = "",
        organisation: str | None = None,
        details: Details | None = None,
    ) -> None:
        """Note an act in this transaction, at the store's present time. See `domain.audit.AuditNote`."""
