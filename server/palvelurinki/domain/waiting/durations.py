"""How long a thing takes, as history tells it: an empirical distribution that can be drawn from and conditioned.

The samples are spread over cells whose edges lie halfway between neighbours, so that percentiles of sums do not sit on
a lattice of old samples. The largest samples are replaced by an exponential tail with their mean excess over the last
edge: the empirical body with an exponential tail of Bratley, Fox & Schrage, "A Guide to Simulation" (2nd ed., 1987).
The tail is why a call that outlasts all history still has time left: beyond the last edge the residual is exponential,
with the same mean however long it lasts.

A service with few calls borrows from its ring, and the ring from a plain prior; see `learn`.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, inf, isfinite, log, log1p, sqrt
from statistics import NormalDist
from typing import Self

from palvelurinki.domain.waiting.chance import Chance

LEAST_S = 0.001
"""A residual is never nought: what goes on now ends later than now."""

TAIL_SHARE = 0.05
TAIL_SAMPLES = 5
"""The tail is fitted to the largest 5 % of the samples, and to five at least."""

ENOUGH = 50
BORROWED = 10.0
"""Below 50 own samples, the wider group's distribution counts as ten samples more."""

PRIOR_MEAN_S = 900.0
PRIOR_POINTS = 40


@dataclass(frozen=True, slots=True)
class Durations:
    """A distribution of non-negative durations, in seconds.

    `edges` ascend; `cumulative[i]` is the share of durations up to `edges[i]`, from 0 at the first edge. Between edges
    the density is even; the share beyond the last edge is exponential with mean `tail_mean_s`, which also is the mean
    of what is left of anything that has lasted beyond the last edge. Make one with the class methods or `learn`.
    """

    edges: tuple[float, ...]
    cumulative: tuple[float, ...]
    tail_mean_s: float

    def __post_init__(self) -> None:
        ascending = all(list(points) == sorted(points) for points in (self.edges, self.cumulative))
        if not self.edges or len(self.edges) != len(self.cumulative) or not ascending:
            raise ValueError("durations need ascending edges, each with its share")
        if self.edges[0] < 0 or self.cumulative[0] != 0 or self.cumulative[-1] > 1 or not isfinite(self.edges[-1]):
            raise ValueError("durations are finite, not negative, and their shares go from 0 to at most 1")
        if not 0 < self.tail_mean_s < inf:
            raise ValueError("the tail needs a mean above nought")

    @classmethod
    def fixed(cls, seconds: float) -> Self:
        """Always so long. What outlasts it is taken to need, on average, as long again."""
        return cls((seconds, seconds), (0.0, 1.0), max(seconds, 1.0))

    @classmethod
    def even(cls, least_s: float, most_s: float) -> Self:
        """Anything between the two is equally likely. What outlasts them needs on average their distance more."""
        return cls((least_s, most_s), (0.0, 1.0), max(most_s - least_s, 1.0))

    @classmethod
    def exponential(cls, mean_s: float) -> Self:
        """The memoryless one: for patience with a constant hazard, and for textbooks."""
        return cls((0.0,), (0.0,), mean_s)

    @classmethod
    def of(cls, samples: Sequence[float], weights: Sequence[float] | None = None) -> Self:
        """The distribution of these samples, in any order; at least one. Weights are positive, 1 when not given.

        Raises ValueError for no samples, a negative or infinite one, or a weight that is not positive.
        """
        weights = [1.0] * len(samples) if weights is None else weights
        # Equal samples, as of a history in whole minutes, share one cell.
        cells: dict[float, list[float]] = {}
        for sample, weight in zip(samples, weights, strict=True):
            if not 0 <= sample < inf or not 0 < weight < inf:
                raise ValueError("a history holds no negative durations, each with a weight above nought")
            cells.setdefault(sample, []).append(weight)
        if not cells:
            raise ValueError("a history needs at least one duration")
        x = sorted(cells)
        w = [sum(cells[each]) for each in x]
        body = _body([len(cells[each]) for each in x], w)
        first = x[0] - (x[1] - x[0]) / 2 if body else x[0] if len(samples) > 1 else 0.0
        edges = [max(0.0, first), *((x[i] + x[i + 1]) / 2 for i in range(body))]
        total = sum(w)
        cumulative = [0.0, *accumulate(weight / total for weight in w[:body])]
        excess = sum(w[i] * (x[i] - edges[-1]) for i in range(body, len(x))) / sum(w[body:])
        # Samples that are all alike would leave a tail of no length, and a call that outlasts them no time.
        return cls(tuple(edges), tuple(cumulative), max(excess, edges[-1] * TAIL_SHARE, 1.0))

    @property
    def mean(self) -> float:
        """The mean of what `draw` gives, in seconds."""
        edges, shares = self.edges, self.cumulative
        body = sum((shares[i] - shares[i - 1]) * (edges[i] + edges[i - 1]) / 2 for i in range(1, len(edges)))
        return body + (1 - shares[-1]) * (edges[-1] + self.tail_mean_s)

    @property
    def nothing(self) -> bool:
        """Whether it never takes any time."""
        return self.edges[-1] == 0 and self.cumulative[-1] == 1

    def survival(self, elapsed_s: float) -> float:
        """The share that lasts longer than `elapsed_s`."""
        edges, shares = self.edges, self.cumulative
        if elapsed_s >= edges[-1]:
            return (1 - shares[-1]) * exp((edges[-1] - elapsed_s) / self.tail_mean_s)
        if elapsed_s < edges[0]:
            return 1.0
        i = bisect_right(edges, elapsed_s)
        low, high = edges[i - 1], edges[i]
        return 1 - shares[i - 1] - (shares[i] - shares[i - 1]) * (elapsed_s - low) / (high - low)

    def quantile(self, share: float) -> float:
        """The duration that `share` of them do not exceed; 0 ≤ share < 1."""
        return self._outlived_by(1 - share)

    def draw(self, chance: Chance) -> float:
        """One duration. Uses one number of `chance`."""
        return self.sampler(chance)()

    def sampler(self, chance: Chance) -> Callable[[], float]:
        """Draws one duration after the other, faster than `draw`: forecasts spend most of their time here."""
        edges, shares, tail_mean, random = self.edges, self.cumulative, self.tail_mean_s, chance.random
        last, body = edges[-1], shares[-1]
        tail = 1 - body

        def draw() -> float:
            u = random()
            if u < body:
                i = bisect_right(shares, u)
                low, share = edges[i - 1], shares[i - 1]
                return low + (edges[i] - low) * (u - share) / (shares[i] - share)
            return last - tail_mean * log((1 - u) / tail)

        return draw

    def residual(self, elapsed_s: float, chance: Chance) -> float:
        """What is left of one that has lasted `elapsed_s`; above nought, always. Uses one number of `chance`."""
        u = chance.random()
        if elapsed_s >= self.edges[-1]:
            return max(-self.tail_mean_s * log1p(-u), LEAST_S)
        return max(self._outlived_by((1 - u) * self.survival(elapsed_s)) - elapsed_s, LEAST_S)

    def _outlived_by(self, share: float) -> float:
        """The duration that `share` of them exceed; 0 < share ≤ 1."""
        edges, shares = self.edges, self.cumulative
        tail = 1 - shares[-1]
        if share <= tail:
            return edges[-1] - self.tail_mean_s * log(share / tail)
        i = min(bisect_right(shares, 1 - share), len(shares) - 1)
        if i == 0 or shares[i] == shares[i - 1]:
            return edges[i]
        return edges[i - 1] + (edges[i] - edges[i - 1]) * (1 - share - shares[i - 1]) / (shares[i] - shares[i - 1])


def _body(counts: Sequence[int], weights: Sequence[float]) -> int:
    """How many of the ascending cells stay in the body; the rest make the tail."""
    count, tail, total = 0, 0.0, sum(weights)
    for cell in reversed(range(len(counts))):
        count += counts[cell]
        tail += weights[cell]
        if count >= TAIL_SAMPLES and tail >= TAIL_SHARE * total:
            return cell
    return 0


def plain_prior(mean_s: float = PRIOR_MEAN_S) -> tuple[float, ...]:
    """Durations to start from where there is no history, as samples of equal weight.

    Log-normal, as handling times of call centres are (Brown et al., "Statistical Analysis of a Telephone Call Center",
    JASA 100 (2005)), with a standard deviation equal to the mean: wide, for we know nothing. The mean of
    15 minutes is the police's in the pilots, between the tax matter's 5 and the guardianship's 60 (domain.md, R20).
    """
    if not 0 < mean_s < inf:
        raise ValueError("the mean of a prior is above nought")
    spread = sqrt(log(2))  # of the logarithm, where standard deviation and mean are equal
    normal = NormalDist(log(mean_s) - spread * spread / 2, spread)
    points = [exp(normal.inv_cdf((i + 0.5) / PRIOR_POINTS)) for i in range(PRIOR_POINTS)]
    return tuple(point * mean_s * PRIOR_POINTS / sum(points) for point in points)


def learn(own: Sequence[float], ring: Sequence[float] = (), prior_mean_s: float = PRIOR_MEAN_S) -> Durations:
    """The durations of a service from its `own` samples, helped by its ring's (which may hold its own too).

    With 50 samples or more the service speaks for itself. With fewer, its ring's distribution counts as ten samples
    more, and the ring's in turn, with fewer than 50, takes the plain prior as ten: the posterior mean under a
    Dirichlet process of concentration 10, (10 · group + samples) / (10 + n) (Ferguson, "A Bayesian Analysis of Some
    Nonparametric Problems", Annals of Statistics 1 (1973)). With no samples at all this is the plain prior.
    Pass the latest few hundred samples: old ones tell of other days. Raises ValueError as `Durations.of`.
    """
    helped_ring = _helped(ring, [(point, 1.0) for point in plain_prior(prior_mean_s)])
    history = _helped(own, helped_ring)
    return Durations.of([duration for duration, _ in history], [weight for _, weight in history])


def _helped(samples: Sequence[float], group: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The samples, each of weight one, and where they are few the weighted group's beside them."""
    own = [(sample, 1.0) for sample in samples]
    if len(own) >= ENOUGH:
        return own
    each = BORROWED / sum(weight for _, weight in group)
    return own + [(duration, weight * each) for duration, weight in group]
