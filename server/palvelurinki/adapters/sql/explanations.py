"""Why each offer was made as it was."""

from collections.abc import Collection, Mapping

from sqlalchemy import insert, select

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.grounds import document_of, grounds_of
from palvelurinki.adapters.sql.statements import Prepared
from palvelurinki.adapters.sql.unit import Unit
from palvelurinki.domain.offer import OfferId
from palvelurinki.domain.routing import Grounds

_ADD = insert(t.explanation)
_OF = Prepared(
    lambda wording: select(t.explanation.c.offer, t.explanation.c.grounds).where(
        wording.is_one_of(t.explanation.c.offer, "offers")
    )
)


class SqlExplanations:
    """The port `Explanations`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, offer: OfferId, grounds: Grounds) -> None:
        """The grounds of an offer that is being made in this transaction."""
        self._unit.put(_ADD, {"offer": offer, "grounds": document_of(grounds), "made_at": grounds.at})

    async def of(self, offers: Collection[OfferId]) -> Mapping[OfferId, Grounds]:
        """The grounds of these offers; absent are those that are no longer kept or no longer understood."""
        rows = await self._unit.rows(_OF, {"offers": sorted(offers)}) if offers else []
        read = ((row["offer"], grounds_of(row["grounds"])) for row in rows)
        return {offer: grounds for offer, grounds in read if grounds is not None}
