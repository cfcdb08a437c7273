"""Verifying the audit log: whether every row is the one that was chained, and none is missing or in excess.

What this cannot find is said in docs/decisions/0022: that the newest rows were removed and the head put back to what
it was before them, which an anchor that is kept elsewhere tells; and a note that was removed, or forged, before it was
chained.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from palvelurinki.application.auditing import Anchor
from palvelurinki.domain.audit import AuditAct, AuditMark, AuditRow
from palvelurinki.ports import AuditEnds, Seals, Store, Transaction

AT_ONCE: Final = 2000
# Before every row that there may be.
BEFORE_ALL: Final = -(2**62)


@dataclass(frozen=True, slots=True)
class Fault:
    """What was found at which row; `code` is stable."""

    seq: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came out: how many rows there are between the ends, and what is wrong with them."""

    rows: int
    start: AuditMark
    head: AuditMark
    faults: list[Fault] = field(default_factory=list)


async def verify(
    store: Store, seals: Seals, expected: Anchor | None, progress: Callable[[int, int], None] = lambda _done, _of: None
) -> Verdict:
    """Work through the whole chain as it stands at one moment. `progress` is told how far it is, and of how many."""
    async with store.reading() as tx:
        ends = await tx.audit.ends()
        verifying = _Verifying(ends, seals, expected)
        verdict = Verdict(0, ends.start, ends.head, [*await _of_guards(tx), *verifying.of_ends()])
        rows, seen = 0, BEFORE_ALL
        while batch := await tx.audit.rows(seen, AT_ONCE):
            for row in batch:
                verdict.faults.extend(verifying.of_row(row))
            seen = batch[-1].seq
            rows += len(batch)
            progress(rows, max(ends.head.seq - ends.start.seq, rows))
        if not rows and ends.start.is_blank and ends.head.is_blank:
            verdict.faults.extend(await _of_emptiness(tx))
    verdict.faults.extend(verifying.at_end())
    return Verdict(rows, ends.start, ends.head, verdict.faults)


async def _of_guards(tx: Transaction) -> list[Fault]:
    """What the database itself has lost of that which keeps rows as they are."""
    told = "the database's trigger {} is gone or disabled, which refuses to change rows: make it again by hand"
    return [Fault(0, "guard.missing", told.format(name)) for name in await tx.audit.guards_missing()]


async def _of_emptiness(tx: Transaction) -> list[Fault]:
    """A log with no row: each revision of the configuration is noted, and the note is there or waits."""
    revision = await tx.configurations.latest_number()
    waiting = [note.act for _, note in await tx.audit.waiting(AT_ONCE)] if revision else []
    if not revision or AuditAct.CONFIGURATION_CHANGED in waiting:
        return []
    told = f"the log is empty, but there is a configuration, revision {revision}, and each is noted: it was wiped"
    return [Fault(0, "log.wiped", told)]


class _Verifying:
    """Takes the rows in their order; whatever does not follow from what was before is a fault."""

    def __init__(self, ends: AuditEnds, seals: Seals, expected: Anchor | None) -> None:
        self._ends = ends
        self._seals = seals
        self._expected = expected
        # Where no start tells where the chain begins, whatever comes first begins it.
        self._last = Anchor(ends.start.seq, ends.start.hash) if ends.start.tells_end else None
        self._age: int | None = None

    def of_ends(self) -> Iterator[Fault]:
        """What is wrong with the two marks themselves."""
        start, head = self._ends.start, self._ends.head
        if start.is_blank and head.is_blank:
            return
        for mark in (start, head):
            if mark.is_missing:
                yield Fault(0, f"{mark.name}.missing", f"the {mark.name} of the chain is missing: it was removed")
                continue
            if not self._seals.fits(mark.sealed, mark.key, mark.seal):
                told = f"the {mark.name} of the chain is not sealed by any of the server's secrets: it was altered"
                yield Fault(mark.seq, f"{mark.name}.altered", told)
            if self._seals.age(mark.key):
                told = f"the {mark.name} is sealed by a former secret; the first note under the new one renews it"
                yield Fault(mark.seq, f"{mark.name}.former_key", told)

    def of_row(self, row: AuditRow) -> Iterator[Fault]:
        """What is wrong with the next row, by what came before it."""
        before = self._last or Anchor(row.seq - 1, row.previous)
        if row.seq <= before.seq:
            yield Fault(row.seq, "row.inserted", f"row {row.seq} lies before the start of the chain: it was inserted")
            return
        self._last = Anchor(row.seq, row.hash)
        age = self._seals.age(row.key)
        if not self._seals.fits(row.sealed, row.key, row.hash):
            why = "no secret is known that it was sealed by" if age is None else "its seal does not fit"
            if not row.is_readable:
                why = "a part of it is no text and cannot be read"
            yield Fault(row.seq, "row.altered", f"row {row.seq} was altered or inserted: {why}")
        if row.seq > before.seq + 1:
            yield Fault(row.seq, "row.removed", f"before row {row.seq}, rows from {before.seq + 1} on were removed")
        elif row.previous != before.hash:
            told = f"row {row.seq} does not follow row {before.seq} as it is now: one of the two was altered or moved"
            yield Fault(row.seq, "row.moved", told)
        if age is not None:
            if self._age is not None and age > self._age:
                yield Fault(row.seq, "row.former_key", f"row {row.seq} is sealed by an older secret than rows before")
            self._age = age
        if self._ends.head.tells_end and row.seq > self._ends.head.seq:
            told = f"row {row.seq} lies beyond the head: it was inserted, or the head was put back"
            yield Fault(row.seq, "row.beyond_head", told)
        if self._expected is not None and self._expected.seq == row.seq and self._expected.hash != row.hash:
            yield Fault(row.seq, "anchor.differs", f"row {row.seq} is not the one whose hash was written down")

    def at_end(self) -> Iterator[Fault]:
        """What is missing once all rows have been taken."""
        head, last = self._ends.head, self._last or Anchor(0, "")
        if head.tells_end and last.seq < head.seq:
            told = f"the chain ends with row {last.seq} and not {head.seq}: its tail was cut"
            yield Fault(last.seq, "tail.cut", told)
        elif head.tells_end and last.seq == head.seq and last.hash != head.hash:
            yield Fault(head.seq, "head.differs", f"row {head.seq} is not the one that the head tells of")
        if self._expected is not None:
            yield from self._of_anchor(self._expected, last)

    def _of_anchor(self, expected: Anchor, last: Anchor) -> Iterator[Fault]:
        start = self._ends.start
        if expected.seq > last.seq:
            told = f"there is no row {expected.seq}, whose hash was written down: the tail was cut"
            yield Fault(last.seq, "anchor.missing", told)
        elif expected.seq < start.seq:
            told = f"row {expected.seq} has been removed because its time was over: use a newer anchor"
            yield Fault(start.seq, "anchor.too_old", told)
        elif expected.seq == start.seq and expected.hash != start.hash:
            yield Fault(start.seq, "anchor.differs", f"row {start.seq} is not the one whose hash was written down")
