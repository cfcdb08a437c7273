"""Which session speaks for whom, and which nodes are alive."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import BindParameter, bindparam, column, func, or_, select, table, union_all, update

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.connecting import APPLICATION
from palvelurinki.adapters.sql.statements import Prepared
from palvelurinki.adapters.sql.types import UtcDateTime
from palvelurinki.adapters.sql.unit import Row, Unit
from palvelurinki.ports import Connection

_principal: BindParameter[str] = bindparam("of")
_ONE = select(t.connection).where(t.connection.c.principal == _principal)
_LOCKED = _ONE.with_for_update()
_HELD = _ONE.with_for_update(read=True)
_REPLACE = Prepared(
    lambda wording: update(t.connection).where(t.connection.c.principal == _principal).values(opened_at=wording.now)
)
_FIRST = Prepared(lambda wording: wording.insert(t.connection).values(opened_at=wording.now).on_conflict_do_nothing())
_good_token = or_(t.connection.c.token == bindparam("used"), t.connection.c.token_before == bindparam("used"))
# Two searches, for an index serves one of the columns.
_RESUMABLE = union_all(
    *(
        select(t.connection, t.node.c.beat_at)
        .outerjoin(t.node, t.node.c.id == t.connection.c.node)
        .where(column == bindparam("used"))
        for column in (t.connection.c.token, t.connection.c.token_before)
    )
)
_RESUME = (
    update(t.connection)
    .where(t.connection.c.principal == _principal, _good_token)
    .values(token_before=bindparam("used"))
)
_of_token = (t.connection.c.principal == _principal, t.connection.c.token == bindparam("by"))
_LOSE = Prepared(
    lambda wording: update(t.connection).where(*_of_token, t.connection.c.lost_at.is_(None)).values(lost_at=wording.now)
)
_RESTORE = update(t.connection).where(*_of_token)
_REVOKE = Prepared(
    lambda wording: (
        update(t.connection)
        .where(t.connection.c.principal == _principal)
        .values(lost_at=func.coalesce(t.connection.c.lost_at, wording.now), token=None, token_before=None)
    )
)
_REVOKE_OF = Prepared(
    lambda wording: (
        update(t.connection)
        .where(t.connection.c.principal == _principal, t.connection.c.sign_in == bindparam("ended"))
        .values(lost_at=func.coalesce(t.connection.c.lost_at, wording.now), token=None, token_before=None)
    )
)
_OF = Prepared(lambda wording: select(t.connection).where(wording.is_one_of(t.connection.c.principal, "principals")))
_CONNECTED = Prepared(
    lambda wording: select(t.connection.c.principal).where(
        wording.is_one_of(t.connection.c.principal, "principals"), t.connection.c.lost_at.is_(None)
    )
)
_BEAT = Prepared(
    lambda wording: (
        wording.insert(t.node)
        .values(beat_at=wording.now)
        .on_conflict_do_update(index_elements=[t.node.c.id], set_={"beat_at": wording.now})
    )
)
# A loss waits for the end of the transaction that asked; others who ask do not wait for each other.
_THERE = select(t.connection.c.session).where(t.connection.c.principal == _principal, t.connection.c.lost_at.is_(None))
_THERE_LOCKED = _THERE.with_for_update(read=True)
_SESSION_THERE = _THERE.where(t.connection.c.session == bindparam("session")).with_for_update(read=True)
_OF_DEAD_NODES = (
    select(t.connection)
    .outerjoin(t.node, t.node.c.id == t.connection.c.node)
    .where(t.connection.c.lost_at.is_(None), or_(t.node.c.id.is_(None), t.node.c.beat_at < bindparam("last")))
    .order_by(t.connection.c.principal)
    .limit(bindparam("most"))
)
_session = table(
    "pg_stat_activity",
    *(column(name) for name in ("pid", "datname", "usename", "application_name")),
    column("xact_start", UtcDateTime()),
)
# A role may end its own sessions without being granted anything; those of other roles are left alone.
_FENCE = (
    select(func.pg_terminate_backend(_session.c.pid).label("ended"))
    .join_from(_session, t.node, _session.c.application_name == f"{APPLICATION} " + t.node.c.id)
    .where(
        t.node.c.beat_at < bindparam("last"),
        t.node.c.id != bindparam("asking"),
        _session.c.xact_start < bindparam("last", type_=UtcDateTime()),
        _session.c.datname == func.current_database(),
        _session.c.usename == func.current_user(),
    )
)


class SqlConnections:
    """The port `Connections`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def open(
        self, principal: str, session: str, node: str, token: str, sign_in: str | None = None
    ) -> Connection | None:
        """This session speaks for the principal from now on. Returns the one it replaces, if any.

        A session that was the principal's already replaces nothing.
        """
        values = {
            "session": session,
            "node": node,
            "lost_at": None,
            "token": token,
            "token_before": None,
            "sign_in": sign_in,
        }
        while True:
            row = await self._unit.row(_LOCKED if self._unit.locks else _ONE, {"of": principal})
            if row is not None:
                self._unit.put(_REPLACE, {**values, "of": principal}, row=principal)
                return _connection_of(row) if row["session"] != session else None
            # Another transaction may open the principal's first session at this moment: then it comes before ours.
            if await self._unit.change(_FIRST, {**values, "principal": principal}):
                return None

    async def resumable(self, token: str, kept: timedelta) -> Connection | None:
        """The connection whose newest token, or the one before, this is, unless it has been away for longer."""
        for row in await self._unit.rows(_RESUMABLE, {"used": token}):
            away_at = row["lost_at"] or row["beat_at"]
            # Neither database is asked to calculate with times: SQLite keeps them as text.
            if away_at is not None and away_at >= await self._unit.now() - kept:
                return _connection_of(row)
        return None

    async def resume(self, principal: str, node: str, used: str, token: str) -> bool:
        """The session's socket is back, with one of the two good tokens; that one stays good until the new is used."""
        values = {"of": principal, "used": used, "node": node, "lost_at": None, "token": token}
        return await self._unit.change(_RESUME, values) == 1

    async def lose(self, principal: str, token: str) -> bool:
        """The socket of this token is away. False when another one has come in its place or it was lost before."""
        return await self._unit.change(_LOSE, {"of": principal, "by": token}) == 1

    async def restore(self, principal: str, token: str) -> bool:
        """The socket of this token was taken for lost, but is there. False when another one has come in its place."""
        return await self._unit.change(_RESTORE, {"of": principal, "by": token, "lost_at": None}) == 1

    async def revoke(self, principal: str, sign_in: str | None = None) -> bool:
        """The principal's session is over: its socket counts as away, and no token resumes it. False without one.

        When a sign-in is named, only a session that ends with that.
        """
        if sign_in is not None:
            return await self._unit.change(_REVOKE_OF, {"of": principal, "ended": sign_in}) == 1
        return await self._unit.change(_REVOKE, {"of": principal}) == 1

    async def get(self, principal: str) -> Connection | None:
        """The principal's newest session."""
        row = await self._unit.row(_ONE, {"of": principal})
        return None if row is None else _connection_of(row)

    async def hold(self, principal: str) -> Connection | None:
        """As `get`; whoever writes down anything else of it does so only after this transaction's end."""
        row = await self._unit.row(_HELD if self._unit.locks else _ONE, {"of": principal})
        return None if row is None else _connection_of(row)

    async def of(self, principals: Collection[str]) -> Mapping[str, Connection]:
        """The newest sessions of these; who never had one is absent."""
        rows = await self._unit.rows(_OF, {"principals": list(principals)}) if principals else ()
        return {row["principal"]: _connection_of(row) for row in rows}

    async def connected(self, principals: Collection[str]) -> frozenset[str]:
        """Of these, those whose socket is there."""
        if not principals:
            return frozenset()
        rows = await self._unit.rows(_CONNECTED, {"principals": list(principals)})
        return frozenset(row["principal"] for row in rows)

    async def is_there(self, principal: str, session: str | None = None) -> bool:
        """Whether the principal's socket is there, and, when asked, whether it is this session's.

        A loss, or another session, is written only after this transaction's end. One that assumes takes it to be there.
        """
        if self._unit.assumes:
            asked = {} if session is None else {"session": session}
            self._unit.assume(_SESSION_THERE if asked else _THERE_LOCKED, {"of": principal, **asked})
            return True
        speaks = await self._unit.value(_THERE_LOCKED if self._unit.locks else _THERE, {"of": principal})
        return speaks is not None and session in {None, speaks}

    async def beat(self, node: str) -> None:
        """The node is alive."""
        self._unit.put(_BEAT, {"id": node})

    async def of_dead_nodes(self, older_than: timedelta, limit: int) -> Sequence[Connection]:
        """Connections that are not lost but whose node has not beaten for longer than that, or never has."""
        # Neither database is asked to calculate with times: SQLite keeps them as text.
        last = await self._unit.now() - older_than
        return [_connection_of(row) for row in await self._unit.rows(_OF_DEAD_NODES, {"last": last, "most": limit})]

    async def fence(self, older_than: timedelta, node: str) -> int:
        """End the sessions in which nodes that have died hold something; returns how many there were.

        On SQLite nobody else has any.
        """
        if self._unit.dialect == "sqlite":
            return 0
        last = await self._unit.now() - older_than
        return sum(row["ended"] for row in await self._unit.rows(_FENCE, {"last": last, "asking": node}))


def _connection_of(row: Row) -> Connection:
    return Connection(
        principal=row["principal"],
        session=row["session"],
        node=row["node"],
        opened_at=row["opened_at"],
        lost_at=row["lost_at"],
        token=row["token"],
        token_before=row["token_before"],
        sign_in=row["sign_in"],
    )
