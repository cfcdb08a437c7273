"""How many experts each ring needs in each hour for the target: by formula, and found by simulation.

By formula: Erlang A, or Erlang C where nobody gives up, hour by hour as if each went on for ever (`erlang`), with the
expected arrivals of the hour, the mean of handling, answering and wrap-up as the service time, and experts who can
take everything of the ring.

By simulation: the same core plays the scenario's days with just so many such experts in each ring and hour, who answer
and miss as the ring's own do. It begins with one expert fewer than the formula and adds one in every hour that misses
the target, the earliest of neighbouring hours first, until all meet it. So real durations, hours that change into each
other, and missed offers are in it; languages, units, sharing between rings and breaks are not: both numbers are experts
on duty for that ring alone, at all of its contacts.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from statistics import fmean

from palvelurinki.domain.directory import (
    LanguageRule,
    Ring,
    RingId,
    RingMember,
    Staff,
    StaffId,
    Step,
)
from palvelurinki.domain.hours import is_open
from palvelurinki.simulation.erlang import experts_needed
from palvelurinki.simulation.log import Fate
from palvelurinki.simulation.scenario import ExpertPlan, Scenario
from palvelurinki.simulation.scenario.model import HOUR_S
from palvelurinki.simulation.world import World

# Contacts that are played in a round, over as many runs as it takes, and the rounds that are tried.
CONTACTS_A_ROUND = 20_000
RUNS_LIMIT = 60
ROUNDS_LIMIT = 30

Hour = tuple[RingId, int]


@dataclass(frozen=True, slots=True)
class Need:
    """A ring's hour. `simulated` and the service level that it reached are None when the search was not asked for."""

    ring: RingId
    hour: int
    per_hour: float
    formula: int | None
    simulated: int | None = None
    reached: float | None = None


def needs_by_formula(scenario: Scenario) -> tuple[Need, ...]:
    """Of every ring and hour in which anybody is expected, by ring in the scenario's order."""
    return tuple(
        Need(ring, hour, per_hour, _formula(scenario, load, per_hour))
        for (ring, hour), load in _loads(scenario).items()
        if (per_hour := sum(load.values())) > 0
    )


def needs_by_simulation(
    scenario: Scenario, progress: Callable[[int], None] | None = None, contacts: int = CONTACTS_A_ROUND
) -> tuple[Need, ...]:
    """The same, with what the simulation found, playing about so many `contacts` in each round.

    `progress` is told the number of hours that still miss the target.
    """
    needs = needs_by_formula(scenario)
    expected = sum(need.per_hour for need in needs) * scenario.days
    runs = max(1, min(RUNS_LIMIT, round(contacts / expected)))
    plan = {(need.ring, need.hour): max((need.formula or 1) - 1, 1) for need in needs}
    reached: dict[Hour, float] = {}
    left = {need.ring for need in needs}
    for _ in range(ROUNDS_LIMIT):
        reached.update(_play(scenario, plan, left, runs))
        missing = {hour for hour in plan if reached.get(hour, 1.0) < scenario.target_share}
        if progress is not None:
            progress(len(missing))
        if not missing:
            break
        for ring, hour in missing:
            if (ring, hour - 1) not in missing:  # what is left from the hour before may be the reason
                plan[ring, hour] += 1
        left = {ring for ring, _ in missing}
    return tuple(
        replace(need, simulated=plan[need.ring, need.hour], reached=reached.get((need.ring, need.hour)))
        for need in needs
    )


def _loads(scenario: Scenario) -> Mapping[Hour, dict[str, float]]:
    """The expected contacts of a day by ring, hour and service, in hours in which the ring is open at first."""
    found: dict[Hour, dict[str, float]] = {}
    streams = defaultdict(list)
    for stream in scenario.arrivals:
        streams[scenario.services[stream.service].ring].append(stream)
    for ring in scenario.directory.rings:
        hours: dict[int, dict[str, float]] = {}
        for stream in streams[ring]:
            for rate in stream.rates:
                at_s = rate.start_s
                while at_s < rate.end_s:
                    until_s = min(rate.end_s, (at_s // HOUR_S + 1) * HOUR_S)
                    if not is_open(scenario.directory.rings[ring].hours, scenario.at(at_s)):
                        at_s = until_s
                        continue
                    load = hours.setdefault(scenario.hour_of(at_s), {})
                    number = rate.per_s * (until_s - at_s) / scenario.days
                    load[stream.service] = load.get(stream.service, 0.0) + number
                    at_s = until_s
        found.update({(ring, hour): hours[hour] for hour in sorted(hours)})
    return found


def _formula(scenario: Scenario, load: Mapping[str, float], per_hour: float) -> int | None:
    services = [(scenario.services[service], share / per_hour) for service, share in load.items()]  # type: ignore[index]
    ring = services[0][0].ring
    answer_s = fmean(plan.answer.mean for plan in _plans(scenario, ring))
    service_s = answer_s + sum((each.handling.mean + each.wrap_up.mean) * share for each, share in services)
    patience_rate = sum(share / each.patience.mean for each, share in services if each.patience is not None)
    # Contacts that come evenly over the hour, though the hour be only partly open.
    return experts_needed(per_hour / HOUR_S, 1 / service_s, patience_rate, scenario.target_share, scenario.within_s)


def _plans(scenario: Scenario, ring: RingId) -> list[ExpertPlan]:
    members = {member.staff for member in scenario.directory.rings[ring].members}
    return [plan for plan in scenario.experts if plan.staff in members]


def _play(scenario: Scenario, plan: Mapping[Hour, int], rings: set[RingId], runs: int) -> dict[Hour, float]:
    """The service level of each hour of these rings with so many experts."""
    played = _staffed(scenario, {hour: number for hour, number in plan.items() if hour[0] in rings}, rings)
    asked: dict[Hour, int] = defaultdict(int)
    within: dict[Hour, int] = defaultdict(int)
    for run in range(runs):
        for trace in World(played, run).run().traces:
            hour = (trace.ring, scenario.hour_of(trace.requested_s))
            asked[hour] += 1
            within[hour] += trace.fate is Fate.SERVED and trace.wait_s <= scenario.within_s
    return {hour: within[hour] / number for hour, number in asked.items()}


def _staffed(scenario: Scenario, plan: Mapping[Hour, int], rings: set[RingId]) -> Scenario:
    """The scenario with these rings only, each with experts of its own who can take everything."""
    staff: dict[StaffId, Staff] = {}
    experts: list[ExpertPlan] = []
    directory_rings: dict[RingId, Ring] = {}
    languages = tuple(sorted({code for stream in scenario.arrivals for code, _ in stream.languages}))
    for ring_id in scenario.directory.rings:
        if ring_id not in rings:
            continue
        ring, hours = (
            scenario.directory.rings[ring_id],
            {hour: n for (each, hour), n in plan.items() if each == ring_id},
        )
        own = _plans(scenario, ring_id)
        somebody = scenario.directory.staff[own[0].staff]
        members = []
        for number in range(max(hours.values())):
            person = replace(somebody, id=StaffId(f"{ring_id}-{number:04}"), languages=languages, skills={}, unit=None)
            staff[person.id] = person
            members.append(RingMember(person.id))
            experts.append(
                ExpertPlan(
                    staff=person.id,
                    shifts=_shifts(scenario, {hour for hour, needed in hours.items() if needed > number}),
                    pauses=(),
                    missed=fmean(plan.missed for plan in own),
                    declined=fmean(plan.declined for plan in own),
                    answer=own[0].answer,
                    back_after_s=own[0].back_after_s,
                )
            )
        anybody = (Step(language=LanguageRule.ANY),)
        directory_rings[ring_id] = replace(ring, members=tuple(members), steps=anybody, overflow=())
    return replace(
        scenario,
        directory=replace(scenario.directory, rings=directory_rings, staff=staff),
        arrivals=tuple(each for each in scenario.arrivals if scenario.services[each.service].ring in rings),
        experts=tuple(experts),
        kiosks={},
    )


def _shifts(scenario: Scenario, hours: set[int]) -> tuple[tuple[float, float], ...]:
    """On duty in these hours of every day, and in the part hour at the end of the day too."""
    joined: list[tuple[float, float]] = []
    for day in range(scenario.days):
        for hour in sorted(hours):
            start_s, end_s = scenario.clock_s(day, hour), scenario.clock_s(day, hour + 1)
            if joined and joined[-1][1] >= start_s:
                joined[-1] = (joined[-1][0], end_s)
            else:
                joined.append((start_s, end_s))
    return tuple(joined)
