"""One ring as theory knows it: Poisson arrivals, exponential service, first come first served, all experts alike."""

from palvelurinki.simulation.log import Fate, Trace
from palvelurinki.simulation.scenario import Scenario, read_scenario
from palvelurinki.simulation.world import World

EXPERTS = 4
HANDLING_S = 300


def markov_ring(load: float, contacts: int, *, seed: int, patience_s: float | None = None) -> Scenario:
    """A ring of EXPERTS with the given offered load each, for about as many contacts. Everybody answers at once."""
    per_hour = load * EXPERTS * 3600 / HANDLING_S
    days = int(contacts / per_hour / 24) + 1
    patience = "" if patience_s is None else f"patience: {{distribution: exponential, mean_s: {patience_s}}}"
    return read_scenario(
        f"""
version: 1
seed: {seed}
days: {days}
hours: "00:00-24:00"
{patience}
services: {{asia: {{ring: ringi, handling: {{distribution: exponential, mean_s: {HANDLING_S}}}}}}}
rings: {{ringi: {{}}}}
points: {{piste: {{per_hour: {{asia: {{"00:00-24:00": "{per_hour:.10f}"}}}}}}}}
experts: {{neuvojat: {{count: {EXPERTS}, rings: {{ringi: 1}}, shifts: ["00:00-24:00"]}}}}
""",
        "ring.yaml",
    )


def batches(scenario: Scenario, warm_up: int, size: int) -> list[list[Trace]]:
    """A run's contacts in batches of that size, without the first `warm_up`, in which the ring fills."""
    traces = World(scenario).run().traces[warm_up:]
    return [traces[start : start + size] for start in range(0, len(traces) - size + 1, size)]


def waited(traces: list[Trace]) -> float:
    """The share of those who had to wait."""
    return sum(trace.wait_s > 0 for trace in traces) / len(traces)


def mean_wait_s(traces: list[Trace]) -> float:
    """The mean wait of all, also of those who left."""
    return sum(trace.wait_s for trace in traces) / len(traces)


def abandoned(traces: list[Trace]) -> float:
    """The share of those who left unserved."""
    return sum(trace.fate is Fate.ABANDONED for trace in traces) / len(traces)
