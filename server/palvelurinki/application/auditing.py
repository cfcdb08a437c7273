"""Chaining what was noted, so that none of it can be changed unseen: see docs/decisions/0022.

Any node chains, one at a time, whoever has locked the ends. A batch is one transaction: a node that dies within it has
done nothing, and the next one does it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import structlog

from palvelurinki.domain.audit import ORIGIN, AuditAct, AuditMark, AuditNote, AuditRow, row_after
from palvelurinki.ports import Audit, AuditDamaged, AuditEnds, AuditFilter, Seals, Store

AT_ONCE: Final = 500
# While it stands still it says so as often.
COMPLAIN_EVERY_S: Final = 60.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A row of the chain by its hash: written down elsewhere, it tells later whether the chain was cut before it."""

    seq: int
    hash: str


class Chainer:
    """Chains for one node. It remembers how far the chain has come, so that none is put back while it lives."""

    def __init__(self, store: Store, seals: Seals) -> None:
        self._store = store
        self._seals = seals
        self._seen = Anchor(0, "")
        self._told_on: date | None = None
        self._complained_at: float | None = None

    async def chain(self) -> int:
        """Chain all that waits; returns how many notes. Tells the chain's head in the log once a day.

        It stands still when the chain's ends are not as some node left them: whoever goes on from there would seal what
        somebody else has made of it.
        """
        chained = 0
        try:
            async with self._store.looking() as tx:
                waits = await tx.audit.waits()
            while waits:
                batch = await self._chain_some()
                chained += batch
                waits = batch == AT_ONCE
            await self._tell_head()
        except AuditDamaged as damaged:
            self._complain(str(damaged))
        return chained

    async def _chain_some(self) -> int:
        async with self._store.transaction() as tx:
            ends = await tx.audit.take_ends()
            if ends is None:
                return 0
            why = await self._fault(tx.audit, ends)
            if why is not None:
                self._complain(why)
                return 0
            waiting = await tx.audit.waiting(AT_ONCE)
            if not waiting:
                return 0
            rows = chained(ends.head, [note for _, note in waiting], self._seals)
            head = sealed(replace(ends.head, seq=rows[-1].seq, hash=rows[-1].hash), self._seals)
            # A secret that is a former one may no longer be one: neither end is left to it.
            start = ends.start if self._seals.age(ends.start.key) == 0 else sealed(ends.start, self._seals)
            await tx.audit.chain(rows, [number for number, _ in waiting], AuditEnds(start, head))
        self._seen = Anchor(head.seq, head.hash)
        self._complained_at = None
        return len(rows)

    async def _fault(self, audit: Audit, ends: AuditEnds) -> str | None:
        """What keeps it from going on from these ends."""
        why = await fault_of(audit, ends, self._seals)
        if why is None and self._seen.seq:
            if ends.head.seq < self._seen.seq:
                return f"the head was put back from {self._seen.seq} to {ends.head.seq}"
            here = [Anchor(row.seq, row.hash) for row in await audit.rows(self._seen.seq - 1, 1)]
            if ends.start.seq < self._seen.seq and self._seen not in here:
                return f"row {self._seen.seq} is not the one that was there"
        return why

    def _complain(self, why: str) -> None:
        now = asyncio.get_running_loop().time()
        if self._complained_at is None or now - self._complained_at >= COMPLAIN_EVERY_S:
            self._complained_at = now
            log.error("audit.halted", why=why, remedy="palvelurinki audit verify")

    async def _tell_head(self) -> None:
        async with self._store.looking() as tx:
            today = (await tx.now()).date()
            if today == self._told_on:
                return
            head = (await tx.audit.ends()).head
        self._told_on = today
        if head.seq:
            log.info("audit.head", seq=head.seq, hash=head.hash)


async def fault_of(audit: Audit, ends: AuditEnds, seals: Seals) -> str | None:
    """What is wrong with the chain's ends, as far as they themselves and the head's row tell; None: nothing."""
    if ends.start.is_blank and ends.head.is_blank:
        return "there are rows, and no ends" if await audit.rows(0, 1) else None
    for mark in (ends.start, ends.head):
        if mark.is_missing:
            return f"the {mark.name} of the chain is missing: somebody has removed it"
        if not seals.fits(mark.sealed, mark.key, mark.seal):
            return f"the {mark.name} is not sealed by any of the server's secrets"
    if ends.head.seq == ends.start.seq:
        return None if ends.head.hash == ends.start.hash else "the head is not the start"
    last = await audit.rows(ends.head.seq - 1, 2)
    if [(row.seq, row.hash) for row in last] != [(ends.head.seq, ends.head.hash)]:
        return f"the chain does not end with row {ends.head.seq} as the head says"
    return None


def chained(head: AuditMark, notes: Sequence[AuditNote], seals: Seals) -> list[AuditRow]:
    """The notes as rows that follow the head."""
    rows: list[AuditRow] = []
    seq, previous = head.seq, head.hash
    for note in notes:
        seq += 1
        row = row_after(previous, seq, note, seals.key)
        row = replace(row, hash=seals.seal(row.sealed))
        previous = row.hash
        rows.append(row)
    return rows


def sealed(mark: AuditMark, seals: Seals) -> AuditMark:
    """The mark, sealed with the newest key."""
    unsealed = replace(mark, key=seals.key)
    return replace(unsealed, seal=seals.seal(unsealed.sealed))


async def resume(store: Store, seals: Seals, actor: str, why: str) -> int | None:
    """Seal the ends as they stand, so that chaining goes on after the newest row; returns its number.

    None when nothing was wrong with them. It mends nothing: what was altered stays altered, and is found. Where a start
    stood that is gone nobody can tell: the chain then begins where it once began, and what is missing since is found.
    """
    async with store.transaction() as tx:
        ends = await tx.audit.take_ends()
        if ends is None or await fault_of(tx.audit, ends, seals) is None:
            return None
        newest = await tx.audit.find(AuditFilter(limit=1))
        begun = ends.start if ends.start.tells_end else replace(ends.start, seq=0, hash=ORIGIN)
        start = sealed(begun, seals)
        last = (newest[0].seq, newest[0].hash) if newest else (start.seq, start.hash)
        head = sealed(replace(ends.head, seq=last[0], hash=last[1]), seals)
        await tx.audit.chain([], [], AuditEnds(start, head))
        await tx.audit.note(actor, AuditAct.AUDIT_RESUMED, "audit", why, details={"after": head.seq})
    return head.seq
