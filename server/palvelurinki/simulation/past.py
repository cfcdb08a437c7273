"""What a ring's past tells, learned from a run that was played before: the history that estimates are made from.

As in the live system: calls of each service, how offers were answered, who came in an hour, here in each hour of the
day. Patience is learned from who left and how long the others stayed (`domain.waiting.censored`).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from palvelurinki.domain.directory import RingId, ServiceId
from palvelurinki.domain.waiting.censored import learn_patience
from palvelurinki.domain.waiting.durations import Durations, learn
from palvelurinki.domain.waiting.picture import History, Stream
from palvelurinki.domain.waiting.state import Answering
from palvelurinki.simulation.log import Fate, Log, Trace
from palvelurinki.simulation.scenario import Scenario

# The latest calls that durations are learned from: so many that their mean is within 1–2 % of the true one.
CALLS = 4000
MOST_UNANSWERED = 0.9


@dataclass(frozen=True, slots=True)
class Past:
    """A pool's history; its wrap-ups, which in the live system are the ring's setting; and who comes in which hour."""

    history: History
    wrap_up: Mapping[ServiceId, Durations]
    streams: Mapping[int, Sequence[Stream]]

    def at(self, hour: int) -> History:
        """The history as it is looked at in this hour of the day."""
        return replace(self.history, streams=self.streams.get(hour, ()))


def past_of(scenario: Scenario, logs: Sequence[Log], rings: Collection[RingId]) -> Past:
    """What the runs' logs tell of a pool of rings."""
    traces = [trace for log in logs for trace in log.traces if trace.ring in rings]
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
            patience=learn_patience((trace.wait_s, trace.fate is Fate.ABANDONED) for trace in traces),
        ),
        {service: _durations([trace.wrap_up_s for trace in found[-CALLS:]]) for service, found in by_service.items()},
        _streams(scenario, traces, len(logs)),
    )


def _answering(served: Sequence[Trace], lapses_s: float, quiet_s: float) -> Answering:
    passed = sum(trace.missed + trace.declined for trace in served)
    unanswered = min(passed / (passed + len(served)), MOST_UNANSWERED) if served else 0.0
    seconds = _durations([trace.answered_s for trace in served[-CALLS:]])
    return Answering(seconds, unanswered, lapses_s=lapses_s, quiet_s=quiet_s)


def _streams(scenario: Scenario, traces: Sequence[Trace], runs: int) -> Mapping[int, Sequence[Stream]]:
    """Who comes in an hour, by the hour of the day."""
    found: dict[int, list[Stream]] = defaultdict(list)
    counts = Counter((scenario.hour_of(trace.requested_s), trace.service, trace.language) for trace in traces)
    for (hour, service, language), count in sorted(counts.items()):
        found[hour].append(Stream(service, language, count / (scenario.days * runs)))
    return found


def _durations(seconds: Sequence[float]) -> Durations:
    if not seconds:
        return Durations.fixed(0.0)
    return Durations.fixed(seconds[0]) if min(seconds) == max(seconds) else Durations.of(seconds)
