"""What a ring's past tells, learned from a run that was played before: the history that estimates are made from.

As in the live system: calls of each service, how offers were answered, who came in an hour. Patience is
learned as exponential by maximum likelihood for times that are cut off by being served: all waiting by all leaving.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from palvelurinki.domain.directory import RingId, ServiceId
from palvelurinki.domain.waiting.durations import Durations, learn
from palvelurinki.domain.waiting.picture import History, Stream
from palvelurinki.domain.waiting.state import Answering
from palvelurinki.simulation.log import Fate, Log, Trace
from palvelurinki.simulation.scenario import Scenario

# The latest calls that durations are learned from: so many that their mean is within 1–2 % of the true one.
CALLS = 4000
LEAST_LEFT = 5
MOST_UNANSWERED = 0.9


@dataclass(frozen=True, slots=True)
class Past:
    """A pool's history, and its wrap-ups, which in the live system are the ring's setting."""

    history: History
    wrap_up: Mapping[ServiceId, Durations]


def past_of(scenario: Scenario, log: Log, rings: Collection[RingId]) -> Past:
    """What the log tells of a pool of rings."""
    traces = [trace for trace in log.traces if trace.ring in rings]
    served = [trace for trace in traces if trace.fate is Fate.SERVED]
    calls: dict[RingId, list[Trace]] = defaultdict(list)
    for trace in served:
        calls[trace.ring].append(trace)
    by_service: dict[ServiceId, list[Trace]] = defaultdict(list)
    for trace in served:
        by_service[trace.service].append(trace)
    own = [scenario.directory.rings[ring] for ring in rings]
    return Past(
        History(
            handling={
                service: learn(
                    [trace.handled_s for trace in found[-CALLS:]],
                    [trace.handled_s for trace in calls[found[0].ring][-CALLS:] if trace.service != service],
                )
                for service, found in by_service.items()
            },
            answering=_answering(
                served, max(ring.offer_timeout_s for ring in own), max(ring.retry_after_s for ring in own)
            ),
            streams=_streams(scenario, traces),
            patience=_patience(traces),
        ),
        {service: _durations([trace.wrap_up_s for trace in found[-CALLS:]]) for service, found in by_service.items()},
    )


def _answering(served: Sequence[Trace], lapses_s: float, quiet_s: float) -> Answering:
    passed = sum(trace.missed + trace.declined for trace in served)
    unanswered = min(passed / (passed + len(served)), MOST_UNANSWERED) if served else 0.0
    seconds = _durations([trace.answered_s for trace in served[-CALLS:]])
    return Answering(seconds, unanswered, lapses_s=lapses_s, quiet_s=quiet_s)


def _streams(scenario: Scenario, traces: Sequence[Trace]) -> list[Stream]:
    if not traces:
        return []
    hours = scenario.days * (scenario.hours[1] - scenario.hours[0])
    counts = Counter((trace.service, trace.language) for trace in traces)
    return [Stream(service, language, count / hours) for (service, language), count in sorted(counts.items())]


def _patience(traces: Sequence[Trace]) -> Durations | None:
    left = sum(trace.fate is Fate.ABANDONED for trace in traces)
    if left < LEAST_LEFT:
        return None
    return Durations.exponential(sum(trace.wait_s for trace in traces) / left)


def _durations(seconds: Sequence[float]) -> Durations:
    if not seconds:
        return Durations.fixed(0.0)
    return Durations.fixed(seconds[0]) if min(seconds) == max(seconds) else Durations.of(seconds)
