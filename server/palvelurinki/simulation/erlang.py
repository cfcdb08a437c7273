"""What queueing theory says of one ring: Erlang C and Erlang A, from the birth-and-death chain itself.

M/M/c: arrivals at random at rate λ, service exponential with rate μ, c experts, first come first served (A. K. Erlang
1917; formulas as in Kleinrock, Queueing Systems I, 1975, section 3.5). M/M/c+M: those who wait also leave, each with
rate θ (C. Palm 1957; O. Garnett, A. Mandelbaum, M. Reiman, Designing a call center with impatient customers, MSOM
4(3), 2002). In both, the number present is a birth-and-death chain: up with λ, down from n with
min(n, c)·μ + max(n - c, 0)·θ, and its stationary law is the product of the ratios. Nothing is approximated but the
chain's end, which is cut where less than 1e-15 of the probability is left.
"""

from dataclasses import dataclass
from math import exp, inf, log

_CUT = 1e-15
_HEAVY = 1e200
_STATES_LIMIT = 1_000_000
STAFF_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class Queue:
    """One ring as theory sees it. Rates per second; `patience_rate` 0 means that nobody leaves."""

    arrival_rate: float
    service_rate: float
    experts: int
    patience_rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """`waits`: the probability of having to wait; `abandons`: of leaving unserved; `mean_wait_s`: over everybody.

    `occupancy`: the share of the experts' time in service.
    """

    waits: float
    abandons: float
    mean_wait_s: float
    occupancy: float


class Unstable(ValueError):
    """More comes than can be served, and nobody leaves: the queue grows for ever."""


def forecast(queue: Queue) -> Forecast:
    """The stationary measures. Raises Unstable when there are none."""
    chain = _chain(queue)
    c, theta = queue.experts, queue.patience_rate
    waiting = sum((n - c) * p for n, p in enumerate(chain) if n > c)
    busy = sum(min(n, c) * p for n, p in enumerate(chain))
    # Those who arrive see the stationary law (PASTA); Little's law turns the mean number waiting into the mean wait.
    return Forecast(
        waits=sum(chain[c:]),
        abandons=theta * waiting / queue.arrival_rate,
        mean_wait_s=waiting / queue.arrival_rate,
        occupancy=busy / c,
    )


def service_level(queue: Queue, within_s: float) -> float:
    """The probability of being served, and within `within_s`. Raises Unstable.

    Without impatience the wait of those who wait is exponential with rate c·μ - λ (Kleinrock, as above). With it:
    Who finds k = n - c others waiting is served when the k + 1 departures of those ahead have come. With all experts
    busy the departures before position j is freed come at rate c·μ + j·θ, and the customer stays for as long with
    probability e^(-θ·t). The wait and the staying together are computed by uniformisation of that small pure-death
    chain, in which the customer's own leaving is one more way out.
    """
    chain = _chain(queue)
    c, mu, theta = queue.experts, queue.service_rate, queue.patience_rate
    served = sum(chain[:c])
    ahead = chain[c:]
    if theta == 0:
        return 1 - sum(ahead) * exp(-(c * mu - queue.arrival_rate) * within_s)
    # State j: the customer waits behind j others. Leaves: to j - 1 (or into service from 0) at c·μ + j·θ, lost at θ.
    fastest = c * mu + (len(ahead) + 1) * theta
    state, in_service, reached = ahead, 0.0, 0.0
    for weight in _poisson(fastest * within_s):
        reached += weight * in_service
        moved = [0.0] * len(state)
        for j, p in enumerate(state):
            down = (c * mu + j * theta) / fastest
            if j:
                moved[j - 1] += p * down
            else:
                in_service += p * down
            moved[j] += p * (1 - down - theta / fastest)
        state = moved
    return served + reached


def experts_needed(
    arrival_rate: float, service_rate: float, patience_rate: float, share: float, within_s: float
) -> int | None:
    """The fewest experts with whom the share is served within the time; None when STAFF_LIMIT are too few.

    Stationary and independent by the hour (the pointwise stationary approximation of L. Green, P. Kolesar 1991).
    """
    if arrival_rate <= 0:
        return 0

    def enough(experts: int) -> bool:
        try:
            return service_level(Queue(arrival_rate, service_rate, experts, patience_rate), within_s) >= share
        except Unstable:
            return False

    # The service level grows with the experts, so the least number is found by halving.
    low, high = 0, 1
    while not enough(high):
        if high >= STAFF_LIMIT:
            return None
        low, high = high, min(high * 2, STAFF_LIMIT)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _chain(queue: Queue) -> list[float]:
    c, theta = queue.experts, queue.patience_rate
    load = queue.arrival_rate / queue.service_rate
    if theta == 0 and load >= c:
        raise Unstable(f"a load of {load:.3g} needs more than {c} experts")
    weights = [1.0]
    total = 1.0
    while True:
        n = len(weights)
        death = min(n, c) * queue.service_rate + max(n - c, 0) * theta
        weight = weights[-1] * queue.arrival_rate / death
        weights.append(weight)
        total += weight
        if total > _HEAVY:  # a large ring's first states weigh next to nothing beside the later ones
            weights = [each / _HEAVY for each in weights]
            total /= _HEAVY
        if n > c and weight < _CUT * total:
            return [each / total for each in weights]
        if n > _STATES_LIMIT:
            raise Unstable(f"a load of {load:.6g} on {c} experts is too near the edge to compute")


def _poisson(mean: float) -> list[float]:
    """The probabilities of 0, 1, 2 … events, until next to nothing is left."""
    weights: list[float] = []
    log_weight = -mean  # by logarithms, for e^(-mean) alone may be below the smallest number
    while sum(weights) < 1 - 1e-12 and len(weights) < 10 * mean + 200:
        weights.append(exp(log_weight))
        log_weight += log(mean / len(weights)) if mean else -inf
    return weights
