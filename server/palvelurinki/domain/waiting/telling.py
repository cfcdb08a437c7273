"""What is told to those who wait, remembered so that a wait that grows can say why, and scored against what came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.directory import RingId, ServiceId
from palvelurinki.domain.waiting.estimate import (
    CannotEstimate,
    Cause,
    Estimate,
    Obstacle,
    Outlook,
    Prospect,
    has_grown,
    is_long,
    may_take,
    why_grew,
)
from palvelurinki.domain.waiting.picture import Picture
from palvelurinki.domain.waiting.predictors import head_of_line, last_to_enter_service, queue_length
from palvelurinki.domain.waiting.state import Free, InCall

# Beyond this place nobody is told why a wait grew: what there is to remember grows with the square of the queue.
GROWTH_TOLD_TO_PLACE = 50


# How long the reason for a growth is told.
GROWTH_TOLD_FOR = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a later growth is measured against: what was told at `told_at`, and what it rested on.

    `p50_s` and `waited_s` as in an `Outlook`; calls are named by their contacts.
    """

    told_at: datetime
    waited_s: float
    p50_s: float
    on_duty: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    long_calls: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ToldEstimate:
    """The newest estimate of one contact: seconds from `made_at`, or why there is none."""

    contact: ContactId
    ring: RingId
    made_at: datetime
    p50_s: float | None
    p80_s: float | None
    cannot: Obstacle | None
    chance_before_closing: float
    grew: Cause | None = None
    baseline: Baseline | None = None


@dataclass(frozen=True, slots=True)
class Prediction:
    """What was foretold to a contact when it was first estimated, beside what simple predictors say (seconds)."""

    contact: ContactId
    ring: RingId
    service: ServiceId
    made_at: datetime
    p50_s: float | None
    p80_s: float | None
    ql_s: float | None
    les_s: float | None
    hol_s: float | None


def told(drawn: Picture, number: int, prospect: Prospect, before: ToldEstimate | None, now: datetime) -> ToldEstimate:
    """The estimate to tell to the contact at this place of the picture, given what it was told `before`."""
    contact = drawn.contacts[number]
    known = prospect if isinstance(prospect, Estimate) else None
    grew, baseline = None, None
    if number < GROWTH_TOLD_TO_PLACE:
        grew, baseline = _growth(drawn, number, prospect, before, now)
    return ToldEstimate(
        contact=contact.id,
        ring=contact.ring,
        made_at=now,
        p50_s=known.p50_s if known is not None else None,
        p80_s=known.p80_s if known is not None else None,
        cannot=prospect.reason if isinstance(prospect, CannotEstimate) else None,
        chance_before_closing=prospect.chance_before_closing,
        grew=grew,
        baseline=baseline,
    )


def prediction(drawn: Picture, number: int, told_now: ToldEstimate, last_wait_s: float | None) -> Prediction:
    """What is foretold to the contact at this place, with the simple predictors' words for a contact that enters now.

    `last_wait_s`: the wait of the ring's contact that was accepted last.
    """
    contact = drawn.contacts[number]
    reach = may_take(drawn.state, number)
    able = [expert.doing for bit, expert in enumerate(drawn.state.experts) if reach >> bit & 1]
    free = sum(isinstance(doing, Free) for doing in able)
    service = drawn.state.services[contact.service]
    return Prediction(
        contact=contact.id,
        ring=contact.ring,
        service=contact.service,
        made_at=told_now.made_at,
        p50_s=told_now.p50_s,
        p80_s=told_now.p80_s,
        ql_s=queue_length(number, len(able), service.handling.mean + service.wrap_up.mean, free),
        les_s=last_to_enter_service(last_wait_s, free),
        hol_s=head_of_line(max((each.waited_s for each in drawn.state.waiting[:number]), default=None), free),
    )


def _growth(
    drawn: Picture, number: int, prospect: Prospect, before: ToldEstimate | None, now: datetime
) -> tuple[Cause | None, Baseline | None]:
    """Why the wait grew since the baseline, and the baseline for the next time."""
    after = _outlook(drawn, number, prospect, now)
    fresh = _baseline(after, now)
    if before is None or before.baseline is None:
        return None, fresh
    then = _earlier(before.baseline, drawn.contacts[:number])
    causes = why_grew(then, after)
    if causes:
        # Nothing can be compared with "cannot be estimated": what was told before stays what is compared with.
        return causes[0], fresh or before.baseline
    if has_grown(after, then):
        return None, fresh
    lately = now - before.baseline.told_at < GROWTH_TOLD_FOR
    return before.grew if lately else None, before.baseline


def _outlook(drawn: Picture, number: int, prospect: Prospect, now: datetime) -> Outlook:
    reach = may_take(drawn.state, number)
    able = [bit for bit in range(len(drawn.experts)) if reach >> bit & 1]
    calls = {
        held.id: doing
        for bit in able
        if (held := drawn.experts[bit].holds) is not None
        and isinstance(doing := drawn.state.experts[bit].doing, InCall)
    }
    return Outlook(
        prospect=prospect,
        waited_s=(now - drawn.contacts[number].requested_at) / timedelta(seconds=1),
        on_duty=frozenset(drawn.experts[bit].staff for bit in able),
        ahead=frozenset(each.id for each in drawn.contacts[:number]),
        calls=frozenset(calls),
        long_calls=frozenset(contact for contact, doing in calls.items() if is_long(drawn.state, doing)),
    )


def _baseline(outlook: Outlook, now: datetime) -> Baseline | None:
    if not isinstance(outlook.prospect, Estimate):
        return None
    return Baseline(now, outlook.waited_s, outlook.prospect.p50_s, outlook.on_duty, outlook.calls, outlook.long_calls)


def _earlier(baseline: Baseline, ahead: Sequence[Contact]) -> Outlook:
    """The outlook at the baseline. The order of rank never changes: who came later and stands before, overtook."""
    return Outlook(
        prospect=Estimate(baseline.p50_s, None, 1.0),
        waited_s=baseline.waited_s,
        on_duty=baseline.on_duty,
        ahead=frozenset(each.id for each in ahead if each.requested_at <= baseline.told_at),
        calls=baseline.calls,
        long_calls=baseline.long_calls,
    )
