"""How long those who wait are told that they will, and what was foretold to each at first."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from palvelurinki.adapters.memory.table import BrokenRule
from palvelurinki.adapters.memory.tables import TurnRow
from palvelurinki.adapters.memory.unit import Unit
from palvelurinki.domain.contact import ContactId, ContactState
from palvelurinki.domain.directory import RingId
from palvelurinki.domain.waiting.telling import Prediction, ToldEstimate
from palvelurinki.ports import Outcome

_ANSWERED = frozenset({ContactState.IN_CALL, ContactState.ENDED})


class MemoryEstimates:
    """The port `Estimates`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def take_turn(self, pool: RingId, not_since: timedelta) -> bool:
        """Whether it is the caller's turn: nobody has begun to within `not_since`."""
        now = self._unit.now()
        before = self._unit.tables.turns.get(pool)
        if before is not None and before.begun_at > now - not_since:
            return False
        self._unit.tables.turns.put(pool, TurnRow(now))
        return True

    async def of(self, rings: Collection[RingId]) -> Mapping[ContactId, ToldEstimate]:
        """The newest estimates of contacts of these rings."""
        return {key: row for key, row in self._unit.tables.estimates.rows.items() if row.ring in rings}

    async def replace(self, rings: Collection[RingId], estimates: Sequence[ToldEstimate]) -> None:
        """These are now the estimates of the rings' contacts; older ones of others are gone."""
        for old in await self.of(rings):
            self._unit.tables.estimates.remove(old)
        for new in estimates:
            self._check(new.contact)
            self._unit.tables.estimates.add(new.contact, new)

    async def foretell(self, predictions: Sequence[Prediction]) -> None:
        """What was foretold to contacts; of one that has been foretold before, the first word stays."""
        for each in predictions:
            self._check(each.contact)
            if each.contact not in self._unit.tables.predictions.rows:
                self._unit.tables.predictions.add(each.contact, each)

    async def outcomes(
        self, first: datetime, last: datetime, ring: RingId | None
    ) -> Sequence[tuple[Prediction, Outcome]]:
        """Predictions made from `first` to before `last` whose contacts have been answered or have ended."""
        found = [
            row
            for row in self._unit.tables.predictions.values()
            if first <= row.made_at < last and ring in {None, row.ring}
        ]
        told = ((row, self._outcome(row)) for row in sorted(found, key=lambda row: (row.made_at, row.contact)))
        return [(row, outcome) for row, outcome in told if outcome is not None]

    def _outcome(self, foretold: Prediction) -> Outcome | None:
        contact = self._unit.tables.contacts.rows[foretold.contact]
        answered_at = contact.call.started_at if contact.call is not None else None
        over_at = answered_at or contact.ended_at
        if contact.state not in _ANSWERED or over_at is None:
            return None
        waited = over_at - foretold.made_at
        return Outcome(max(waited / timedelta(seconds=1), 0.0), left=answered_at is None)

    def _check(self, contact: ContactId) -> None:
        if contact not in self._unit.tables.contacts.rows:
            raise BrokenRule("estimate", contact)
