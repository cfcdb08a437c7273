"""Times of which some are only known to be longer than what was seen.

Who left would have had to wait longer, and who was served might have borne to wait longer. Both times are learned by
the product-limit estimator (E. L. Kaplan, P. Meier, "Nonparametric Estimation from Incomplete Observations", Journal
of the American Statistical Association 53 (1958)). It is right where what cuts a time off says nothing of how long it
would have been: who leaves does so because their patience is over, not because theirs would be a longer wait.
"""

from collections.abc import Iterable

from palvelurinki.domain.waiting.durations import TAIL_SAMPLES, TAIL_SHARE, Durations

MOST_EDGES = 100


def outlasting(times: Iterable[tuple[float, bool]]) -> list[tuple[float, float]]:
    """From `times`, each with whether it was seen to its end: the share that lasts longer than each end, ascending."""
    ascending = sorted(times, key=lambda each: (each[0], not each[1]))
    share, found = 1.0, []
    for place, (seconds, ended) in enumerate(ascending):
        if ended:
            share *= 1 - 1 / (len(ascending) - place)
            found.append((seconds, share))
    return found


def learn_patience(waits: Iterable[tuple[float, bool]]) -> Durations | None:
    """How long people bear to wait, from the seconds of each one's wait and whether they left.

    Beyond the last few who left, the chance of leaving is taken to be the same at all times, by maximum likelihood: all
    the waiting beyond that time by the number who left then. None where fewer than five left: too few to say anything,
    and so few leave that it matters little.
    """
    seen = tuple(waits)
    points = outlasting(seen)
    tail = max(TAIL_SAMPLES, round(TAIL_SHARE * len(points)))
    if len(points) < TAIL_SAMPLES:
        return None
    body = points[: len(points) - tail]
    each = len(body) // MOST_EDGES + 1
    edges = [(0.0, 1.0), *body[::-each][::-1]]
    last = edges[-1][0]
    beyond = sum(waited - last for waited, _ in seen if waited > last)
    return Durations(
        tuple(seconds for seconds, _ in edges), tuple(1 - share for _, share in edges), max(beyond / tail, 1.0)
    )
