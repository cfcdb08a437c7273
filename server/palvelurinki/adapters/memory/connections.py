"""Which session speaks for whom, and which nodes are alive."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from palvelurinki.adapters.memory.tables import NodeRow
from palvelurinki.adapters.memory.unit import Unit
from palvelurinki.ports import Connection


class MemoryConnections:
    """The port `Connections`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def open(self, principal: str, session: str, node: str) -> Connection | None:
        """This session speaks for the principal from now on. Returns the one it replaces, if any."""
        before = self._unit.tables.connections.get(principal)
        opened = Connection(principal, session, node, self._unit.now(), lost_at=None)
        self._unit.tables.connections.put(principal, opened)
        return before if before is not None and before.session != session else None

    async def lose(self, principal: str, session: str) -> bool:
        """The session's socket is away. False when another session has taken over or it was lost before."""
        before = self._unit.tables.connections.get(principal)
        if before is None or before.session != session or before.lost_at is not None:
            return False
        self._unit.tables.connections.put(principal, replace(before, lost_at=self._unit.now()))
        return True

    async def restore(self, principal: str, session: str, node: str) -> bool:
        """The session's socket is back. False when another session has taken over."""
        before = self._unit.tables.connections.get(principal)
        if before is None or before.session != session:
            return False
        self._unit.tables.connections.put(principal, replace(before, node=node, lost_at=None))
        return True

    async def get(self, principal: str) -> Connection | None:
        """The principal's newest session."""
        return self._unit.tables.connections.get(principal)

    async def connected(self, principals: Collection[str]) -> frozenset[str]:
        """Of these, those whose socket is there."""
        return frozenset([each for each in principals if await self.is_there(each)])

    async def is_there(self, principal: str, session: str | None = None) -> bool:
        """Whether the principal's socket is there, and, when asked, whether it is this session's."""
        found = self._unit.tables.connections.get(principal)
        return found is not None and found.lost_at is None and session in {None, found.session}

    async def beat(self, node: str) -> None:
        """The node is alive."""
        self._unit.tables.nodes.put(node, NodeRow(self._unit.now()))

    async def lost_at_node(self, node: str) -> Sequence[Connection]:
        """Connections of this node that are marked as lost."""
        rows = self._unit.tables.connections.values()
        return _by_principal([each for each in rows if each.node == node and each.lost_at is not None])

    async def of_dead_nodes(self, older_than: timedelta) -> Sequence[Connection]:
        """Connections that are not lost but whose node has not beaten for longer than that, or never has."""
        last = self._unit.now() - older_than
        alive = {node for node, row in self._unit.tables.nodes.rows.items() if row.beat_at >= last}
        rows = self._unit.tables.connections.values()
        return _by_principal([each for each in rows if each.lost_at is None and each.node not in alive])


def _by_principal(found: list[Connection]) -> list[Connection]:
    return sorted(found, key=lambda each: each.principal)
