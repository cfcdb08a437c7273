"""Scenarios: read, checked whole with every problem's line, and made into what the world runs on."""

from palvelurinki.simulation.scenario.model import (
    ArrivalStream,
    ExpertPlan,
    Pause,
    Rate,
    Scenario,
    ServicePlan,
)
from palvelurinki.simulation.scenario.reading import read_scenario
from palvelurinki.simulation.scenario.shipped import shipped_scenario, shipped_scenarios

__all__ = [
    "ArrivalStream",
    "ExpertPlan",
    "Pause",
    "Rate",
    "Scenario",
    "ServicePlan",
    "read_scenario",
    "shipped_scenario",
    "shipped_scenarios",
]
