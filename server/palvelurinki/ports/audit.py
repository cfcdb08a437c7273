"""The audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from palvelurinki.domain.audit import AuditAct, AuditMark, AuditNote, AuditRow, Details


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows to list; an absent field does not narrow. `first` and `last` bound `at`. The newest `limit`."""

    actor: str | None = None
    act: str | None = None
    about: str | None = None
    organisation: str | None = None
    first: datetime | None = None
    last: datetime | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class AuditEnds:
    """Both ends of the chain."""

    start: AuditMark
    head: AuditMark


class AuditDamaged(Exception):
    """The database cannot tell of the log: a table or a column of it is gone. The message says which."""


class Audit(Protocol):
    """Notes of who did what. They are written with what they tell of, and chained soon after.

    The chain's rows are only ever added, and removed from its old end: the database itself refuses all else. Whatever
    somebody has made of a row or an end, it is told as well as it can be: see `domain.audit.UNREADABLE` and
    `AuditMark`. All that read the chain raise AuditDamaged.
    """

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

    async def waits(self) -> bool:
        """Whether a note has not been chained yet."""

    async def waiting(self, most: int) -> Sequence[tuple[int, AuditNote]]:
        """Notes that have not been chained yet, by number, those that came first; at most `most`."""

    async def ends(self) -> AuditEnds:
        """Both ends. A look that locks nothing."""

    async def take_ends(self) -> AuditEnds | None:
        """Both ends, for this transaction alone to move; None when another one has them now."""

    async def chain(self, rows: Sequence[AuditRow], chained: Sequence[int], ends: AuditEnds) -> None:
        """Add the rows, made of the notes of the numbers `chained`, which wait no more. Whoever has taken the ends."""

    async def forget(self, ends: AuditEnds) -> int:
        """Move the ends, and remove all rows up to the new start; returns how many. Whoever has taken the ends."""

    async def guards_missing(self) -> Sequence[str]:
        """Which of those are gone, or not in force, by which the database refuses to change rows; by name."""

    async def rows(self, after: int, most: int) -> Sequence[AuditRow]:
        """The chain's rows beyond `after`, in order, at most `most`."""

    async def find(self, narrowed: AuditFilter) -> Sequence[AuditRow]:
        """The chain's rows, newest first."""
