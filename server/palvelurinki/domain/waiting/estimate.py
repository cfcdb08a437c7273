"""What a person who waits is told: a range of minutes, that no range can be given, and why a range grew.

The range goes from the 50th to the 80th percentile of the forecast. It is made anew from the present state each time,
and what a call in progress still needs depends on how long it has lasted, so that an estimate that was wrong corrects
itself instead of saying "any moment now" for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor, inf
from typing import TypeAlias

from palvelurinki.domain.waiting.chance import Chance
from palvelurinki.domain.waiting.forecast import RUNS, Forecast, forecast
from palvelurinki.domain.waiting.state import Expert, InCall, PoolState, Rung

LOW, HIGH = 0.5, 0.8

MINUTE_S = 60.0
EXACT_MINUTES = 20
COARSE_MINUTES = 5
"""Up to 20 minutes the range is in whole minutes, beyond in whole fives: more would feign exactness."""

RISE_S = 60.0
RISE_SHARE = 0.1
"""A wait has risen noticeably when its expected total has by more than a minute and more than a tenth."""

LONG_CALL = 0.8
"""A call is long when it has outlasted four in five of its service."""


class Obstacle(StrEnum):
    """Why there is no estimate."""

    NOBODY_ON_DUTY = "nobody_on_duty"
    """No expert of the pool is on duty, nor will be before closing."""
    NOBODY_CAN_TAKE = "nobody_can_take"
    """Some are on duty, none of whom may take this contact, not even at its last step."""
    NOT_BEFORE_CLOSING = "not_before_closing"
    """It will probably not be served before closing (or within the horizon)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """How much longer a contact waits until it is accepted, in seconds.

    With a chance of a half it is at most `p50_s`, with four fifths at most `p80_s`. `p80_s` is None when more than a
    fifth of the runs reach closing first: say so with `chance_before_closing`, the chance of service if it stays.
    """

    p50_s: float
    p80_s: float | None
    chance_before_closing: float


@dataclass(frozen=True, slots=True)
class CannotEstimate:
    """No range can be given, for this reason."""

    reason: Obstacle
    chance_before_closing: float = 0.0


Prospect: TypeAlias = Estimate | CannotEstimate


def estimates(state: PoolState, chance: Chance, runs: int = RUNS) -> tuple[Prospect, ...]:
    """The prospects of all waiting contacts, in the state's order, from one forecast."""
    foretold = forecast(state, chance, runs) if state.waiting else Forecast(())
    return tuple(prospect(state, foretold, contact) for contact in range(len(state.waiting)))


def prospect(state: PoolState, foretold: Forecast, contact: int) -> Prospect:
    """The prospect of the contact at this place of the state, from the state's forecast."""
    there = [number for number, expert in enumerate(state.experts) if _comes_on_duty(expert, state.end_s)]
    rung = any(isinstance(each.doing, Rung) and each.doing.contact == contact for each in state.experts)
    reach = may_take(state, contact)
    if not rung and not there:
        return CannotEstimate(Obstacle.NOBODY_ON_DUTY)
    if not rung and not any(reach >> number & 1 for number in there):
        return CannotEstimate(Obstacle.NOBODY_CAN_TAKE)
    served = foretold.chance_of_service(contact)
    low, high = (foretold.percentile(contact, share) for share in (LOW, HIGH))
    if low == inf:
        return CannotEstimate(Obstacle.NOT_BEFORE_CLOSING, served)
    return Estimate(low, None if high == inf else high, served)


def may_take(state: PoolState, contact: int) -> int:
    """The experts who may take the contact at its last step, on duty or not."""
    reach = 0
    for step in state.waiting[contact].steps:
        reach |= step.experts
    return reach


def _comes_on_duty(expert: Expert, end_s: float) -> bool:
    """Whether the expert is on duty at any moment from now to the end."""
    at = 0.0
    for start, end in expert.away:
        if start > at:
            return True
        at = max(at, end)
    return at <= end_s


@dataclass(frozen=True, slots=True)
class Minutes:
    """The range as people are shown it, in whole minutes; at most `low` equals `high`, and `high` is at least 1.

    `low` 0 means "less than `high`"; `high` None: "`low` or more", it may not be served before closing.
    """

    low: int
    high: int | None


def shown(estimate: Estimate) -> Minutes:
    """The range rounded outwards, so that what is shown promises no more than what was estimated."""
    low = _minutes(estimate.p50_s, up=False)
    if estimate.p80_s is None:
        return Minutes(low, None)
    return Minutes(low, max(1, _minutes(estimate.p80_s, up=True)))


def _minutes(seconds: float, *, up: bool) -> int:
    minutes = seconds / MINUTE_S
    unit = 1 if minutes <= EXACT_MINUTES else COARSE_MINUTES
    return (ceil if up else floor)(minutes / unit) * unit


# ---- Why a wait grew


class Growth(StrEnum):
    """Why a wait grew; stable codes."""

    FEWER_EXPERTS = "fewer_experts"
    """Fewer experts who may take the contact are on duty; the count says how many fewer."""
    OVERTAKEN = "overtaken"
    """Contacts with a head start came before this one; how many."""
    LONG_CALLS = "long_calls"
    """Calls have come to last longer than four in five of their service; how many more than before."""
    NOBODY_FREE = "nobody_free"
    """No call that went on before has ended since; how many go on."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason for a longer wait, and how many experts, contacts or calls it counts."""

    growth: Growth
    count: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """One contact's prospect at one moment, and what explains it.

    `on_duty`: the experts who may take the contact and are on duty, busy or not. `ahead`: the contacts ranked before
    it that wait or have been given to an expert since it came. `calls`: the calls of those experts, and `long_calls`
    those of them that are long. Names are the caller's; they must be the same from one outlook to the next.
    """

    prospect: Prospect
    waited_s: float
    on_duty: frozenset[str] = frozenset()
    ahead: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    long_calls: frozenset[str] = frozenset()


def is_long(state: PoolState, call: InCall) -> bool:
    """Whether the call has lasted longer than four in five of its service."""
    return call.elapsed_s > state.services[call.service].handling.quantile(LONG_CALL)


def has_grown(before: Outlook, after: Outlook) -> bool:
    """Whether the expected wait in all, from its start to acceptance, is noticeably longer than it was."""
    if not isinstance(before.prospect, Estimate):
        return False
    if not isinstance(after.prospect, Estimate):
        return True
    was = before.waited_s + before.prospect.p50_s
    return after.waited_s + after.prospect.p50_s - was > max(RISE_S, was * RISE_SHARE)


def why_grew(before: Outlook, after: Outlook) -> Sequence[Cause]:
    """Why the wait has grown noticeably since `before`, the weightiest kind of cause first.

    Empty when it has not, and when none of the causes known here is seen: then say only that it takes longer.
    `before` should be the outlook that the person was last told, not merely the one computed last.
    """
    if not has_grown(before, after):
        return ()
    ended = before.calls - after.calls
    counts = {
        Growth.FEWER_EXPERTS: len(before.on_duty) - len(after.on_duty),
        Growth.OVERTAKEN: len(after.ahead - before.ahead),
        Growth.LONG_CALLS: len(after.long_calls - before.long_calls),
        Growth.NOBODY_FREE: 0 if ended else len(before.calls),
    }
    return tuple(Cause(growth, count) for growth, count in counts.items() if count > 0)
