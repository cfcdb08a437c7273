"""What the past tells of a pool: how long calls last, how offers are answered, and who may come with a head start."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from palvelurinki.domain.directory import Directory, RingId, ServiceId
from palvelurinki.domain.hours import MINUTES_IN_DAY, local_day
from palvelurinki.domain.offer import OfferState
from palvelurinki.domain.waiting.durations import Durations, learn
from palvelurinki.domain.waiting.picture import History, Stream
from palvelurinki.domain.waiting.state import Answering
from palvelurinki.ports import Handled, Transaction

# Of each ring the latest calls and offers are looked at. Estimates rest on the mean of calls: from a few hundred it is
# off by so much that the range holds too often or too seldom (`palvelurinki simulate --estimates`).
CALLS: Final = 4000
OFFERS: Final = 100
# Answering is learnt from this many answers on; before that it is taken to be between these seconds.
LEAST_ANSWERS: Final = 20
ANSWER_S: Final = (2.0, 12.0)
MOST_UNANSWERED: Final = 0.9
DAYS: Final = 7

__all__ = ["History", "history_of"]


async def history_of(tx: Transaction, directory: Directory, rings: frozenset[RingId], now: datetime) -> History:
    """The history of a pool (`rings`) as of `now`."""
    handled = {ring: await tx.service_events.handled(ring, CALLS) for ring in sorted(rings)}
    unanswered = [share for ring in sorted(rings) if (share := await _unanswered(tx, ring)) is not None]
    own = [directory.rings[ring] for ring in sorted(rings)]
    return History(
        handling=_handling(handled),
        answering=Answering(
            seconds=_answers([each.answered_s for calls in handled.values() for each in calls]),
            unanswered=min(sum(unanswered) / len(unanswered), MOST_UNANSWERED) if unanswered else 0.0,
            lapses_s=float(max(ring.offer_timeout_s for ring in own)),
            quiet_s=float(max(ring.retry_after_s for ring in own)),
        ),
        streams=[stream for ring in sorted(rings) for stream in _streams(directory, ring, handled[ring], now)],
    )


def _handling(handled: dict[RingId, Sequence[Handled]]) -> dict[ServiceId, Durations]:
    """How long calls of each service last; what there is little of is helped out by the rest of its ring."""
    found: dict[ServiceId, Durations] = {}
    for calls in handled.values():
        by_service: dict[ServiceId, list[float]] = defaultdict(list)
        for each in calls:
            by_service[each.service].append(each.handled_s)
        for service, own in by_service.items():
            found[service] = learn(own, [each.handled_s for each in calls if each.service != service])
    return found


def _answers(seconds: Sequence[float]) -> Durations:
    return Durations.of(seconds) if len(seconds) >= LEAST_ANSWERS else Durations.even(*ANSWER_S)


async def _unanswered(tx: Transaction, ring: RingId) -> float | None:
    """The share of the ring's latest offers that nobody took though the customer stayed; None without offers."""
    ends = Counter(offer.state for _, offer in await tx.contacts.recent_offers(ring, OFFERS))
    passed = ends[OfferState.EXPIRED] + ends[OfferState.DECLINED]
    offers = passed + ends[OfferState.ACCEPTED]
    return passed / offers if offers else None


def _streams(directory: Directory, ring: RingId, calls: Sequence[Handled], now: datetime) -> list[Stream]:
    """Who is expected to come with a head start: as many an open hour as in the past week."""
    since = now - timedelta(days=DAYS)
    recent = Counter(
        (each.service, each.language)
        for each in calls
        if each.ended_at >= since
        and (service := directory.services.get(each.service)) is not None
        and service.head_start_s > 0
    )
    if not recent:
        return []
    hours = directory.rings[ring].hours
    days = [local_day(now) - timedelta(days=back) for back in range(DAYS)]
    minutes = sum(each.end - each.start for day in days for each in hours.intervals_on(day))
    open_hours = max(minutes, MINUTES_IN_DAY // 24) / 60
    return [Stream(service, language, count / open_hours) for (service, language), count in sorted(recent.items())]
