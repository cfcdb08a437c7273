"""A finite state machine as a table.

Each machine of the system (contact, offer, call, seat, presence) is one `Machine`: every transition stands in one
table in one file, what is not in the table is refused, and `scripts/generate.py` draws the diagrams of
`docs/machines.md` from the same tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from palvelurinki.domain.errors import TransitionRefused

S = TypeVar("S", bound=StrEnum)
T = TypeVar("T", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Machine(Generic[S, T]):
    """States `S`, triggers `T`, and where each trigger leads from each state."""

    name: str
    initial: S
    transitions: Mapping[tuple[S, T], S]

    def next(self, state: S, trigger: T) -> S:
        """The state that `trigger` leads to from `state`.

        Raises TransitionRefused when the table has no such transition.
        """
        try:
            return self.transitions[state, trigger]
        except KeyError:
            raise TransitionRefused(self.name, state, trigger) from None

    def allows(self, state: S, trigger: T) -> bool:
        """Whether the table has the transition."""
        return (state, trigger) in self.transitions

    def is_final(self, state: S) -> bool:
        """Whether nothing leads out of `state`."""
        return not any(source == state for source, _ in self.transitions)
