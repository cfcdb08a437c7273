"""Whom this node is just about to ring: so that two requests that it deals with at once do not choose the same person.

It only spares them a conflict. What decides is the store, and of other nodes nothing is known here.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from math import inf
from typing import Final

from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.routing import Expert

# More than are ever rung within the time of a look; of those before, every look knows from the store.
KEPT_MOST: Final = 1000


class Choices:
    """Times are those of the process's own clock, in seconds."""

    def __init__(self) -> None:
        # When it was committed that they ring; later than any time while it is not yet.
        self._chosen: dict[StaffId, float] = {}

    def known(self, experts: Iterable[Expert], began: float) -> list[Expert]:
        """The experts that a look at the store found, which began then: whoever was chosen since is not free."""
        return [replace(each, free=False) if self._chosen.get(each.staff, -inf) >= began else each for each in experts]

    def choose(self, staff: Collection[StaffId]) -> None:
        """They are about to be rung."""
        self._chosen.update(dict.fromkeys(staff, inf))

    def commit(self, staff: Collection[StaffId], now: float) -> None:
        """They ring."""
        if len(self._chosen) + len(staff) > KEPT_MOST:
            self._chosen = {each: at for each, at in self._chosen.items() if at == inf}
        self._chosen.update(dict.fromkeys(staff, now))

    def withdraw(self, staff: Collection[StaffId]) -> None:
        """They do not ring after all."""
        for each in staff:
            self._chosen.pop(each, None)
