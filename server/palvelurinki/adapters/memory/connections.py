"""Which session speaks for whom, and which nodes are alive."""

from collections.abc import Collection, Mapping, Sequence
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

    async def open(
        self, principal: str, session: str, node: str, token: str, sign_in: str | None = None
    ) -> Connection | None:
        """This session speaks for the principal from now on. Returns the one it replaces, if any."""
        before = self._unit.tables.connections.get(principal)
        self._put(Connection(principal, session, node, self._unit.now(), lost_at=None, token=token, sign_in=sign_in))
        return before if before is not None and before.session != session else None

    async def resumable(self, token: str, kept: timedelta) -> Connection | None:
        """The connection whose newest token, or the one before, this is, unless it has been away for longer."""
        for each in self._unit.tables.connections.values():
            if token in {each.token, each.token_before}:
                node = self._unit.tables.nodes.get(each.node)
                away_at = each.lost_at or (None if node is None else node.beat_at)
                return each if away_at is not None and away_at >= self._unit.now() - kept else None
        return None

    async def resume(self, principal: str, node: str, used: str, token: str) -> bool:
        """The session's socket is back, with one of the two good tokens."""
        before = self._unit.tables.connections.get(principal)
        if before is None or used not in {before.token, before.token_before}:
            return False
        self._put(replace(before, node=node, lost_at=None, token=token, token_before=used))
        return True

    async def lose(self, principal: str, token: str) -> bool:
        """The socket of this token is away. False when another one has come in its place or it was lost before."""
        before = self._unit.tables.connections.get(principal)
        if before is None or before.token != token or before.lost_at is not None:
            return False
        self._put(replace(before, lost_at=self._unit.now()))
        return True

    async def restore(self, principal: str, token: str) -> bool:
        """The socket of this token was taken for lost, but is there. False when another one has come in its place."""
        before = self._unit.tables.connections.get(principal)
        if before is None or before.token != token:
            return False
        self._put(replace(before, lost_at=None))
        return True

    async def revoke(self, principal: str, sign_in: str | None = None) -> bool:
        """The principal's session is over: its socket counts as away, and no token resumes it. False without one.

        When a sign-in is named, only a session that ends with that.
        """
        before = self._unit.tables.connections.get(principal)
        if before is None or sign_in not in {None, before.sign_in}:
            return False
        lost_at = before.lost_at or self._unit.now()
        self._put(replace(before, lost_at=lost_at, token=None, token_before=None))
        return True

    async def get(self, principal: str) -> Connection | None:
        """The principal's newest session."""
        return self._unit.tables.connections.get(principal)

    async def hold(self, principal: str) -> Connection | None:
        """As `get`: transactions come one after the other here."""
        return await self.get(principal)

    async def of(self, principals: Collection[str]) -> Mapping[str, Connection]:
        """The newest sessions of these; who never had one is absent."""
        found = {principal: self._unit.tables.connections.get(principal) for principal in principals}
        return {principal: each for principal, each in found.items() if each is not None}

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

    async def of_dead_nodes(self, older_than: timedelta, limit: int) -> Sequence[Connection]:
        """Connections that are not lost but whose node has not beaten for longer than that, or never has."""
        last = self._unit.now() - older_than
        alive = {node for node, row in self._unit.tables.nodes.rows.items() if row.beat_at >= last}
        rows = self._unit.tables.connections.values()
        orphans = [each for each in rows if each.lost_at is None and each.node not in alive]
        return sorted(orphans, key=lambda each: each.principal)[:limit]

    async def fence(self, older_than: timedelta, node: str) -> int:  # noqa: ARG002
        """Nobody else holds anything here."""
        return 0

    def _put(self, connection: Connection) -> None:
        self._unit.tables.connections.put(connection.principal, connection)
