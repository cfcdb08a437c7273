"""Why each offer was made as it was."""

from sqlalchemy import bindparam, insert, select

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.grounds import document_of, grounds_of
from palvelurinki.adapters.sql.unit import Unit
from palvelurinki.domain.offer import OfferId
from palvelurinki.domain.routing import Grounds

_ADD = insert(t.explanation)
_OF = select(t.explanation.c.grounds).where(t.explanation.c.offer == bindparam("of"))


class SqlExplanations:
    """The port `Explanations`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, offer: OfferId, grounds: Grounds) -> None:
        """The grounds of an offer that is being made in this transaction."""
        self._unit.put(_ADD, {"offer": offer, "grounds": document_of(grounds), "made_at": grounds.at})

    async def of(self, offer: OfferId) -> Grounds | None:
        """The grounds; None when there is no such offer, or they are no longer kept or no longer understood."""
        document = await self._unit.value(_OF, {"of": offer})
        return None if document is None else grounds_of(document)
