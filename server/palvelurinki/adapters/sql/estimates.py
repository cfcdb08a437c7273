"""How long those who wait are told that they will, and what was foretold to each at first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Executable, bindparam, delete, select

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.statements import Prepared, Wording
from palvelurinki.adapters.sql.types import UtcDateTime
from palvelurinki.adapters.sql.unit import Row, Unit
from palvelurinki.domain.contact import ContactId, ContactState
from palvelurinki.domain.directory import RingId
from palvelurinki.domain.waiting.estimate import Cause, Growth, Obstacle
from palvelurinki.domain.waiting.telling import Baseline, Prediction, ToldEstimate
from palvelurinki.ports import Outcome

_BASELINE: Final = TypeAdapter(Baseline)


def _take_turn(wording: Wording) -> Executable:
    return (
        wording.insert(t.estimate_turn)
        .values(begun_at=wording.now)
        .on_conflict_do_update(
            index_elements=[t.estimate_turn.c.pool],
            set_={"begun_at": wording.now},
            where=t.estimate_turn.c.begun_at <= bindparam("last", type_=UtcDateTime()),
        )
    )


_TAKE_TURN = Prepared(_take_turn)
_OF = Prepared(lambda wording: select(t.estimate).where(wording.is_one_of(t.estimate.c.ring, "rings")))
_FORGET = Prepared(lambda wording: delete(t.estimate).where(wording.is_one_of(t.estimate.c.ring, "rings")))


def _tell(wording: Wording) -> Executable:
    # Two nodes may tell of one pool at the same time, after one of them was silent for longer than a turn: the later
    # word stands.
    statement = wording.insert(t.estimate)
    return statement.on_conflict_do_update(
        index_elements=[t.estimate.c.contact],
        set_={column.name: statement.excluded[column.name] for column in t.estimate.c if not column.primary_key},
    )


_TELL = Prepared(_tell)
_FORETELL = Prepared(lambda wording: wording.insert(t.prediction).on_conflict_do_nothing())
_ANSWERED: Final = [ContactState.IN_CALL, ContactState.ENDED]
_OUTCOMES = (
    select(t.prediction, t.contact.c.ended_at, t.call.c.started_at)
    .join(t.contact, t.contact.c.id == t.prediction.c.contact)
    .outerjoin(t.call, t.call.c.contact == t.prediction.c.contact)
    .where(
        t.prediction.c.made_at >= bindparam("first", type_=UtcDateTime()),
        t.prediction.c.made_at < bindparam("last", type_=UtcDateTime()),
        t.contact.c.state.in_([t.word(state) for state in _ANSWERED]),
    )
    .order_by(t.prediction.c.made_at, t.prediction.c.contact)
)


class SqlEstimates:
    """The port `Estimates`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def take_turn(self, pool: RingId, not_since: timedelta) -> bool:
        """Whether it is the caller's turn: nobody has begun to within `not_since`."""
        last = await self._unit.now() - not_since
        return await self._unit.change(_TAKE_TURN, {"pool": pool, "last": last}) == 1

    async def of(self, rings: Collection[RingId]) -> Mapping[ContactId, ToldEstimate]:
        """The newest estimates of contacts of these rings."""
        rows = await self._unit.rows(_OF, {"rings": sorted(rings)}) if rings else []
        return {row["contact"]: _told_of(row) for row in rows}

    async def replace(self, rings: Collection[RingId], estimates: Sequence[ToldEstimate]) -> None:
        """These are now the estimates of the rings' contacts; older ones of others are gone."""
        if rings:
            await self._unit.change(_FORGET, {"rings": sorted(rings)})
        if estimates:
            # In one order everywhere, so that two who tell at once do not wait for each other.
            in_order = sorted(estimates, key=lambda each: each.contact)
            await self._unit.change_many(_TELL, [_values_of(each) for each in in_order])

    async def foretell(self, predictions: Sequence[Prediction]) -> None:
        """What was foretold to contacts; of one that has been foretold before, the first word stays."""
        if predictions:
            await self._unit.change_many(_FORETELL, [asdict(each) for each in predictions])

    async def outcomes(
        self, first: datetime, last: datetime, ring: RingId | None
    ) -> Sequence[tuple[Prediction, Outcome]]:
        """Predictions made from `first` to before `last` whose contacts have been answered or have ended."""
        narrowed = _OUTCOMES if ring is None else _OUTCOMES.where(t.prediction.c.ring == ring)
        return [_outcome_of(row) for row in await self._unit.rows(narrowed, {"first": first, "last": last})]


def _values_of(told: ToldEstimate) -> dict[str, Any]:
    return {
        "contact": told.contact,
        "ring": told.ring,
        "made_at": told.made_at,
        "p50_s": told.p50_s,
        "p80_s": told.p80_s,
        "cannot": None if told.cannot is None else told.cannot.value,
        "chance_before_closing": told.chance_before_closing,
        "grew": None if told.grew is None else told.grew.growth.value,
        "grew_count": None if told.grew is None else told.grew.count,
        "baseline": None if told.baseline is None else _BASELINE.dump_python(told.baseline, mode="json"),
    }


def _told_of(row: Row) -> ToldEstimate:
    return ToldEstimate(
        contact=row["contact"],
        ring=row["ring"],
        made_at=row["made_at"],
        p50_s=row["p50_s"],
        p80_s=row["p80_s"],
        cannot=None if row["cannot"] is None else Obstacle(row["cannot"]),
        chance_before_closing=row["chance_before_closing"],
        grew=None if row["grew"] is None else Cause(Growth(row["grew"]), row["grew_count"]),
        baseline=None if row["baseline"] is None else _BASELINE.validate_python(row["baseline"]),
    )


def _outcome_of(row: Row) -> tuple[Prediction, Outcome]:
    values = dict(row)
    answered_at, ended_at = values.pop("started_at"), values.pop("ended_at")
    foretold = Prediction(**values)
    waited = (answered_at or ended_at) - foretold.made_at
    return foretold, Outcome(max(waited / timedelta(seconds=1), 0.0), left=answered_at is None)
