"""How long those who wait are told that they will."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import RingId
from palvelurinki.domain.waiting.telling import Prediction, ToldEstimate


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a contact that was foretold something: how long it went on waiting, until answered or `left`."""

    waited_s: float
    left: bool


class Estimates(Protocol):
    """How long those who wait are told that they will, and what was foretold to each at first."""

    async def take_turn(self, pool: RingId, not_since: timedelta) -> bool:
        """Whether it is the caller's turn to estimate the pool: nobody has begun to within `not_since`.

        Of several who ask at once one gets it. A pool goes by its smallest ring.
        """

    async def of(self, rings: Collection[RingId]) -> Mapping[ContactId, ToldEstimate]:
        """The newest estimates of contacts of these rings."""

    async def replace(self, rings: Collection[RingId], estimates: Sequence[ToldEstimate]) -> None:
        """These are now the estimates of the rings' contacts; older ones of others are gone."""

    async def foretell(self, predictions: Sequence[Prediction]) -> None:
        """What was foretold to contacts; of one that has been foretold before, the first word stays."""

    async def outcomes(
        self, first: datetime, last: datetime, ring: RingId | None
    ) -> Sequence[tuple[Prediction, Outcome]]:
        """Predictions made from `first` to before `last` whose contacts have been answered or have ended."""
