"""Strategies: in which order a ring's free experts are asked (`domain.directory.Strategy`).

A key a strategy, smaller asked sooner. Whatever the strategy, members of the contact's own ring come before those of
an overflow ring, and lower levels before higher ones; ties fall to who has been free longest, then to the smaller id,
so that the same input always gives the same choice.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from math import inf
from typing import Final, TypeAlias

from palvelurinki.domain.directory import StaffId, Strategy
from palvelurinki.domain.routing.model import Candidate

Key: TypeAlias = tuple[int, int, tuple[float, ...], datetime, StaffId]

_ORDERS: Final[Mapping[Strategy, Callable[[Candidate], tuple[float, ...]]]] = {
    Strategy.LONGEST_IDLE: lambda _candidate: (),
    # Who was asked longest ago is next, which is the order of the list once everybody has been asked.
    Strategy.ROUND_ROBIN: lambda candidate: (
        candidate.asked_at.timestamp() if candidate.asked_at is not None else -inf,
        candidate.place,
    ),
    Strategy.FEWEST_CALLS: lambda candidate: (candidate.calls_today,),
    Strategy.BEST_SKILL: lambda candidate: (-candidate.skill, candidate.breadth),
}


def key_of(strategy: Strategy) -> Callable[[Candidate], Key]:
    """The key by which the strategy orders candidates who are reached (`hop` is not None)."""
    order = _ORDERS[strategy]

    def key(candidate: Candidate) -> Key:
        return candidate.hop or 0, candidate.level, order(candidate), candidate.idle_since, candidate.staff

    return key
