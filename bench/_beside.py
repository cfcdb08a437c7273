"""Ours and the two that stand beside it, one after the other in the same run, and how they compare."""

import argparse
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeVar

import uvloop

from bench import _peer
from bench._servers import Ours, Running, bare, ours

OURS: Final = "ours"
_ALL: Final = (OURS, "bare", "peer")

Found = TypeVar("Found")


def add_choice(arguments: argparse.ArgumentParser) -> None:
    """`--only`, for whoever works on one of them."""
    arguments.add_argument("--only", choices=_ALL, help="measure one alone")


def measured(
    only: str | None,
    configuration: str,
    settings: Mapping[str, object],
    of_ours: Callable[[Ours], Awaitable[Found]],
    of_bare: Callable[[Running], Awaitable[Found]],
    of_peer: Callable[[Running], Awaitable[Found]],
) -> dict[str, Found]:
    """What was found of each that is wanted and there, by name; ours has this configuration and these settings."""
    wanted = {only} if only else set(_ALL)
    found: dict[str, Found] = {}
    if OURS in wanted:
        with ours(configuration, **settings) as server:
            found[OURS] = uvloop.run(_awaited(of_ours(server)))
    if "bare" in wanted:
        with bare() as limit:
            found["bare"] = uvloop.run(_awaited(of_bare(limit)))
    if "peer" in wanted and _peer.installed():
        with _peer.peer() as other:
            found["peer"] = uvloop.run(_awaited(of_peer(other)))
    elif "peer" in wanted:
        print(_peer.ABSENT)
    return found


def figures_of(values: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The figures of all: ours by their names, those beside it by theirs before."""
    return {
        key if name == OURS else f"{name}_{key}": figure
        for name, figures in values.items()
        for key, figure in figures.items()
    }


def ratios_of(values: Mapping[str, Mapping[str, float]], compared: Mapping[str, str]) -> dict[str, float]:
    """Ours to each beside it; `compared` are figures by the name of their ratio."""
    return {
        f"{ratio}_to_{name}": values[OURS][key] / max(figures[key], 1e-6)
        for name, figures in values.items()
        if name != OURS and OURS in values
        for ratio, key in compared.items()
    }


async def _awaited(work: Awaitable[Found]) -> Found:
    return await work
