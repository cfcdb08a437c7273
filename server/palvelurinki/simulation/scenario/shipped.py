"""The scenarios that come with the program; each can be given by its name."""

from importlib.resources import files

from palvelurinki.simulation.scenario.model import Scenario
from palvelurinki.simulation.scenario.reading import read_scenario

_PLACE = files("palvelurinki.simulation") / "scenarios"
_SUFFIX = ".yaml"


def shipped_scenarios() -> tuple[str, ...]:
    """The names of the shipped scenarios."""
    return tuple(sorted(each.name.removesuffix(_SUFFIX) for each in _PLACE.iterdir() if each.name.endswith(_SUFFIX)))


def shipped_text(name: str) -> str:
    """The YAML of a shipped scenario. Raises KeyError when there is none of that name."""
    if name not in shipped_scenarios():
        raise KeyError(name)
    return (_PLACE / f"{name}{_SUFFIX}").read_text(encoding="utf-8")


def shipped_scenario(name: str) -> Scenario:
    """A shipped scenario, read. Raises KeyError when there is none of that name."""
    return read_scenario(shipped_text(name), f"{name}{_SUFFIX}")
