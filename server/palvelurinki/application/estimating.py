"""Estimates of waiting in the running system: one forecast a pool, told to all who wait in it.

Every node looks once a second. A pool is due when somebody in it has no estimate yet or the newest ones are old; of
the nodes that see it, one gets the turn. The forecast itself is computed elsewhere, so that the loop goes on meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from palvelurinki.application import sweeping, topics
from palvelurinki.application.history import History, history_of
from palvelurinki.application.work import Context, Work, perform
from palvelurinki.domain.contact import Contact, ContactState
from palvelurinki.domain.directory import RingId
from palvelurinki.domain.offer import OfferState
from palvelurinki.domain.presence import PresenceState
from palvelurinki.domain.waiting.estimate import Prospect
from palvelurinki.domain.waiting.picture import OnDuty, Picture, picture
from palvelurinki.domain.waiting.state import PoolState
from palvelurinki.domain.waiting.telling import Prediction, ToldEstimate, prediction, told
from palvelurinki.ports import Transaction

# An estimate is made anew after this time, though nothing may have changed but the time itself.
FRESH_FOR: Final = timedelta(seconds=10)
# Another node that asks within this time of the one that began finds it done.
TURN: Final = timedelta(seconds=0.9)
HISTORY_FOR: Final = timedelta(minutes=10)
RUNS: Final = 200
# With very many who wait fewer runs do: the percentiles of a long wait are steadier.
CONTACT_RUNS: Final = 40_000
LEAST_RUNS: Final = 50
# Among this many newest offers of a ring the one that was accepted last is looked for.
LOOKED_BACK: Final = 20


class Forecasts(Protocol):
    """Computes forecasts, beside the loop."""

    async def __call__(self, state: PoolState, seed: str, runs: int) -> Sequence[Prospect]:
        """The prospects of all who wait in the pool, in the state's order; the same for the same seed."""


@dataclass(slots=True)
class Estimator:
    """Makes the estimates of one node. What it remembers of the past is looked up anew in time.

    `forecasts` is given the same seed for the same pool each time: what is told then changes because the ring did, and
    not because the dice fell otherwise.
    """

    context: Context
    forecasts: Forecasts
    # One for each ring by which a pool was ever called: bounded by the configuration.
    _histories: dict[RingId, tuple[datetime, History]] = field(default_factory=dict)

    async def estimate_waiting(self) -> int:
        """Estimate each pool that is due; returns how many were."""
        async with self.context.store.looking() as tx:
            rings = await tx.contacts.rings_with_queue()
        pools = sweeping.one_of_each_pool(self.context.directory, rings)
        return sum([await self._estimate(pool) for pool in pools])

    async def _estimate(self, pool: RingId) -> bool:
        rings = self.context.directory.pools[pool]
        if not await self._is_due(rings) or not await self._takes_turn(min(rings)):
            return False
        async with self.context.store.reading() as tx:
            now = await tx.now()
            drawn = await self._draw(tx, rings, now)
            before = await tx.estimates.of(rings)
            last_waits = {ring: await _last_wait(tx, ring) for ring in {each.ring for each in drawn.contacts}}
        runs = max(min(RUNS, CONTACT_RUNS // max(len(drawn.contacts), 1)), LEAST_RUNS)
        prospects = await self.forecasts(drawn.state, min(rings), runs)
        new = [
            told(drawn, number, prospect, before.get(drawn.contacts[number].id), now)
            for number, prospect in enumerate(prospects)
        ]
        first = [
            prediction(drawn, number, each, last_waits[each.ring])
            for number, each in enumerate(new)
            if _is_first_word(drawn.contacts[number], before.get(each.contact))
        ]
        await perform(self.context, lambda work: _save(work, rings, new, first))
        return True

    async def _is_due(self, rings: frozenset[RingId]) -> bool:
        async with self.context.store.looking() as tx:
            known = await tx.estimates.of(rings)
            queued = await tx.contacts.queued(rings)
            old = await tx.now() - FRESH_FOR
        return any(each.id not in known or known[each.id].made_at < old for each in queued)

    async def _takes_turn(self, pool: RingId) -> bool:
        return await perform(self.context, lambda work: work.tx.estimates.take_turn(pool, TURN))

    async def _draw(self, tx: Transaction, rings: frozenset[RingId], now: datetime) -> Picture:
        directory = self.context.directory
        members = {member.staff for ring in rings for member in directory.rings[ring].members}
        present = [
            presence
            for presence, connected, _ in await tx.presences.of(members)
            if connected and presence.state is PresenceState.READY
        ]
        held = await tx.contacts.held_by([presence.staff for presence in present])
        on_duty = [
            OnDuty(presence.staff, presence.idle_since or now, held.get(presence.staff), presence.wrap_up_until)
            for presence in present
        ]
        return picture(
            directory, rings, await tx.contacts.queued(rings), on_duty, await self._history(tx, rings, now), now
        )

    async def _history(self, tx: Transaction, rings: frozenset[RingId], now: datetime) -> History:
        pool = min(rings)
        known = self._histories.get(pool)
        if known is None or now - known[0] > HISTORY_FOR:
            known = self._histories[pool] = (now, await history_of(tx, self.context.directory, rings, now))
        return known[1]


def _is_first_word(contact: Contact, before: ToldEstimate | None) -> bool:
    """Whether the contact waits now and may not have been estimated while it did. One that rings is all but answered.

    The store keeps the first word, so one word too many is no harm.
    """
    if contact.state is not ContactState.WAITING:
        return False
    rang = contact.offer.closed_at if contact.offer is not None else None
    return before is None or (rang is not None and before.made_at < rang)


async def _save(work: Work, rings: frozenset[RingId], new: Sequence[ToldEstimate], first: Sequence[Prediction]) -> None:
    # Who has been answered or has gone meanwhile is not told anything any more.
    waiting = {each.id for each in await work.tx.contacts.queued(rings)}
    await work.tx.estimates.replace(rings, [each for each in new if each.contact in waiting])
    await work.tx.estimates.foretell(first)
    work.changes.touch(topics.estimates(ring) for ring in rings)


async def _last_wait(tx: Transaction, ring: RingId) -> float | None:
    """How long the ring's contact that was accepted last had waited, in seconds."""
    for contact, offer in await tx.contacts.recent_offers(ring, LOOKED_BACK):
        if offer.state is OfferState.ACCEPTED and offer.closed_at is not None:
            return (offer.closed_at - contact.requested_at) / timedelta(seconds=1)
    return None
