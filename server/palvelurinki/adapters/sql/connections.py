"""Which session speaks for whom, and which nodes are alive."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import RowMapping, or_, select, update

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.unit import Unit
from palvelurinki.ports import Connection


class SqlConnections:
    """The port `Connections`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def open(self, principal: str, session: str, node: str) -> Connection | None:
        """This session speaks for the principal from now on. Returns the one it replaces, if any.

        A session that was the principal's already replaces nothing.
        """
        statement = select(t.connection).where(t.connection.c.principal == principal)
        if self._unit.locks:
            statement = statement.with_for_update()
        values = {"session": session, "node": node, "opened_at": self._unit.now_to_write(), "lost_at": None}
        while True:
            row = await self._unit.row(statement)
            if row is not None:
                await self._unit.change(
                    update(t.connection).where(t.connection.c.principal == principal).values(values)
                )
                return _connection_of(row) if row["session"] != session else None
            # Another transaction may open the principal's first session at this moment: then it comes before ours.
            inserted = await self._unit.change(
                self._unit.insert(t.connection).values({**values, "principal": principal}).on_conflict_do_nothing()
            )
            if inserted:
                return None

    async def lose(self, principal: str, session: str) -> bool:
        """The session's socket is away. False when another session has taken over or it was lost before."""
        statement = (
            update(t.connection)
            .where(
                t.connection.c.principal == principal,
                t.connection.c.session == session,
                t.connection.c.lost_at.is_(None),
            )
            .values(lost_at=self._unit.now_to_write())
        )
        return await self._unit.change(statement) == 1

    async def restore(self, principal: str, session: str, node: str) -> bool:
        """The session's socket is back. False when another session has taken over."""
        statement = (
            update(t.connection)
            .where(t.connection.c.principal == principal, t.connection.c.session == session)
            .values(lost_at=None, node=node)
        )
        return await self._unit.change(statement) == 1

    async def get(self, principal: str) -> Connection | None:
        """The principal's newest session."""
        row = await self._unit.row(select(t.connection).where(t.connection.c.principal == principal))
        return None if row is None else _connection_of(row)

    async def connected(self, principals: Collection[str]) -> frozenset[str]:
        """Of these, those whose socket is there."""
        if not principals:
            return frozenset()
        statement = select(t.connection.c.principal).where(
            t.connection.c.principal.in_(principals), t.connection.c.lost_at.is_(None)
        )
        return frozenset(row["principal"] for row in await self._unit.rows(statement))

    async def is_there(self, principal: str) -> bool:
        """Whether the principal's socket is there; a loss is written only after this transaction's end."""
        statement = select(t.connection).where(t.connection.c.principal == principal)
        row = await self._unit.row(statement.with_for_update(read=True) if self._unit.locks else statement)
        return row is not None and row["lost_at"] is None

    async def beat(self, node: str) -> None:
        """The node is alive."""
        now = self._unit.now_to_write()
        await self._unit.change(
            self._unit.insert(t.node)
            .values(id=node, beat_at=now)
            .on_conflict_do_update(index_elements=[t.node.c.id], set_={"beat_at": now})
        )

    async def lost_at_node(self, node: str) -> Sequence[Connection]:
        """Connections of this node that are marked as lost."""
        statement = (
            select(t.connection)
            .where(t.connection.c.node == node, t.connection.c.lost_at.is_not(None))
            .order_by(t.connection.c.principal)
        )
        return [_connection_of(row) for row in await self._unit.rows(statement)]

    async def of_dead_nodes(self, older_than: timedelta) -> Sequence[Connection]:
        """Connections that are not lost but whose node has not beaten for longer than that, or never has."""
        # Neither database is asked to calculate with times: SQLite keeps them as text.
        last = await self._unit.now() - older_than
        statement = (
            select(t.connection)
            .outerjoin(t.node, t.node.c.id == t.connection.c.node)
            .where(t.connection.c.lost_at.is_(None), or_(t.node.c.id.is_(None), t.node.c.beat_at < last))
            .order_by(t.connection.c.principal)
        )
        return [_connection_of(row) for row in await self._unit.rows(statement)]


def _connection_of(row: RowMapping) -> Connection:
    return Connection(
        principal=row["principal"],
        session=row["session"],
        node=row["node"],
        opened_at=row["opened_at"],
        lost_at=row["lost_at"],
    )
