"""Which commands of whom were done, with what answer."""

from sqlalchemy import bindparam, func, select

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.statements import Prepared
from palvelurinki.adapters.sql.unit import Unit
from palvelurinki.domain.errors import require_same

# A command that is tried again begins with this look, so all that it needs to know at first comes with it.
_this = (t.operation.c.principal == bindparam("principal"), t.operation.c.operation == bindparam("operation"))
_done = select(t.operation.c.answer).where(*_this).scalar_subquery()
_asked = select(t.operation.c.asked).where(*_this).scalar_subquery()
_in_force = select(func.max(t.configuration.c.revision)).scalar_subquery()
_OPENING = Prepared(
    lambda wording: wording.with_clock(
        select(_done.label("answer"), _asked.label("asked"), _in_force.label("in_force"))
    )
)
_RECORD = Prepared(lambda wording: wording.insert(t.operation).values(done_at=wording.now))


class SqlOperations:
    """The port `Operations`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def answer(self, principal: str, operation: str, asked: str | None = None) -> dict[str, str] | None:
        """The answer that was given, if the operation was done. Raises OperationReused when it was another command."""
        row = (await self._unit.rows(_OPENING, {"principal": principal, "operation": operation}))[0]
        self._unit.revision = row["in_force"] or 0
        found: dict[str, str] | None = row["answer"]
        if found is not None:
            require_same(operation, row["asked"], asked)
        return found

    async def record(self, principal: str, operation: str, answer: dict[str, str], asked: str | None = None) -> None:
        """The operation is done. Raises Conflict when another transaction has just done it."""
        self._unit.put(_RECORD, {"principal": principal, "operation": operation, "answer": answer, "asked": asked})
