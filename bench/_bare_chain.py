"""The limit: the four commits of a cycle by asyncpg alone, statement by statement, as one would write them by hand.

The same rows in the same tables, under the same constraints and indexes, with the same compare-and-sets: what no
program that keeps these promises on this database can do without. Nothing is decided, no configuration is read, no
queue is looked at, nobody is told. Each worker has a connection of its own, whose statements are prepared once.

    request   the contact, the operation, the outbox
    offer     the contact, the offer, the ringing, the claim, the deadline, the explanation, the outbox
    accept    the contact, the offer, the ringing, the call, its two seats, the deadline, the operation, the outbox
    end       the contact, the call, its seats, the claim, the status, the record, the operation, the outbox
"""

import itertools
import json
from collections import deque
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any, Final, Self

import asyncpg
from sqlalchemy import make_url

from bench._brokering_ground import EXPERTS_OF_RING, RINGS, TERMINALS

_OUTBOX: Final = """INSERT INTO outbox (xid, at, contact, kind, payload, topics)
    VALUES (pg_current_xact_id()::text::bigint, clock_timestamp(), $1, $2, $3, $4)"""
_OPERATION: Final = """INSERT INTO operation (principal, operation, answer, done_at)
    VALUES ($1, $2, $3, clock_timestamp())"""
_MOVE: Final = """UPDATE contact SET state = $3, outcome = $4, ended_at = $5, offers = 1, version = version + 1
    WHERE id = $1 AND version = $2"""
# As large as the grounds of a choice among eight are.
_GROUNDS: Final = json.dumps({"candidates": [{"staff": f"expert-{n}", "why": "x" * 230} for n in range(8)]})


class BareChain:
    """Whole cycles on `database_url`, by at most `connections` at a time."""

    def __init__(self, database_url: str, connections: int) -> None:
        self._url = make_url(database_url)
        self._count = connections
        self._connections: deque[Any] = deque()
        self._numbers = itertools.count()
        people = [f"bare-expert-{number}" for number in range(RINGS * EXPERTS_OF_RING)]
        self._experts = deque(people)
        self._terminals = deque(f"bare-terminal-{number}" for number in range(TERMINALS))

    async def __aenter__(self) -> Self:
        for _ in range(self._count):
            self._connections.append(
                await asyncpg.connect(
                    host=self._url.query["host"],
                    user=self._url.username,
                    database=self._url.database,
                    server_settings={"jit": "off"},
                )
            )
        return self

    async def __aexit__(self, *_: object) -> None:
        for connection in self._connections:
            await connection.close()

    async def cycle(self, sent: float | None = None) -> float:
        """The four commits; returns the seconds from the start (or `sent`) to the commit of the offer."""
        begun = perf_counter() if sent is None else sent
        number = next(self._numbers)
        connection = self._connections.popleft()
        terminal, expert = self._terminals.popleft(), self._experts.popleft()
        try:
            one = _Cycle(connection, f"bare-{number:09}", terminal, expert)
            await one.request()
            await one.offer()
            rung = perf_counter() - begun
            await one.accept()
            await one.end()
        finally:
            self._connections.append(connection)
            self._terminals.append(terminal)
            self._experts.append(expert)
        return rung


class _Cycle:
    def __init__(self, connection: Any, name: str, terminal: str, expert: str) -> None:  # noqa: ANN401  # asyncpg's
        self._do = connection.execute
        self._transaction = connection.transaction
        self._name = name
        self._terminal = terminal
        self._expert = expert
        self._now = datetime.now(UTC)

    async def request(self) -> None:
        async with self._transaction():
            await self._do(
                """INSERT INTO contact (id, terminal, point, provider, service, ring, language, requested_at, placed_at,
                       state, line, head_start_s, passed_by, missed_by, recused, offers, version)
                   VALUES ($1, $2, 'busy', 'provider', 'service-0', 'ring-0', 'fi', clock_timestamp(),
                       clock_timestamp(), 'waiting', 'proven', 0, '[]', '[]', '[]', 0, 0)""",
                self._name,
                self._terminal,
            )
            await self._done(f"terminal:{self._terminal}", "request")
            await self._tell("ContactRequested", "{}")

    async def offer(self) -> None:
        async with self._transaction():
            await self._move(0, "offered")
            await self._do(
                """INSERT INTO offer (id, contact, number, ring, state, opened_at, expires_at)
                   VALUES ($1, $1, 1, 'ring-0', 'open', $2, $3)""",
                self._name,
                self._now,
                self._now + timedelta(seconds=30),
            )
            await self._do(
                """INSERT INTO ringing (offer, place, staff, state, opened_at) VALUES ($1, 0, $2, 'ringing', $3)""",
                self._name,
                self._expert,
                self._now,
            )
            await self._do("INSERT INTO engagement (staff, contact) VALUES ($1, $2)", self._expert, self._name)
            await self._do(
                "INSERT INTO deadline (kind, subject, due) VALUES ('offer_expiry', $1, $2)",
                self._name,
                self._now + timedelta(seconds=30),
            )
            await self._do(
                "INSERT INTO explanation (offer, grounds, made_at) VALUES ($1, $2, $3)",
                self._name,
                _GROUNDS,
                self._now,
            )
            await self._tell("ContactOffered", json.dumps({"offer": self._name, "staff": [self._expert]}))

    async def accept(self) -> None:
        async with self._transaction():
            await self._move(1, "in_call")
            _one(
                await self._do(
                    """UPDATE offer SET state = 'accepted', closed_at = clock_timestamp()
                       WHERE id = $1 AND state = 'open' AND expires_at > clock_timestamp()""",
                    self._name,
                )
            )
            await self._do(
                """UPDATE ringing SET state = 'accepted', closed_at = clock_timestamp()
                   WHERE offer = $1 AND staff = $2""",
                self._name,
                self._expert,
            )
            await self._do(
                "INSERT INTO call (id, contact, state, started_at) VALUES ($1, $1, 'opening', clock_timestamp())",
                self._name,
            )
            seat = """INSERT INTO seat (id, call, place, kind, state, epoch, media, terminal, staff)
                      VALUES ($1, $2, $3, $4, 'joining', 0, false, $5, $6)"""
            await self._do(seat, f"{self._name}-0", self._name, 0, "terminal", self._terminal, None)
            await self._do(seat, f"{self._name}-1", self._name, 1, "expert", None, self._expert)
            await self._do("DELETE FROM deadline WHERE kind = 'offer_expiry' AND subject = $1", self._name)
            await self._done(f"staff:{self._expert}", "accept")
            await self._tell("ContactAccepted", json.dumps({"offer": self._name, "staff": self._expert}))

    async def end(self) -> None:
        async with self._transaction():
            await self._move(2, "ended", "call_failed", datetime.now(UTC))
            await self._do(
                """UPDATE call SET state = 'ended', ended_at = clock_timestamp(), outcome = 'not_connected'
                   WHERE id = $1""",
                self._name,
            )
            await self._do("UPDATE seat SET state = 'left' WHERE call = $1", self._name)
            await self._do("DELETE FROM engagement WHERE staff = $1 AND contact = $2", self._expert, self._name)
            await self._do(
                """INSERT INTO presence (staff, state, since, idle_since, misses, version)
                   VALUES ($1, 'ready', clock_timestamp(), clock_timestamp(), 0, 1)
                   ON CONFLICT (staff) DO UPDATE SET since = excluded.since, idle_since = excluded.idle_since,
                       version = presence.version + 1""",
                self._expert,
            )
            await self._do(
                """INSERT INTO service_event (id, call, contact, provider, ring, service, point, terminal, channel,
                       host, municipality_code, staff_pseudonym, language, requested_at, offered_at, accepted_at,
                       ended_at, outcome, configuration_revision, visit, prepared_s)
                   VALUES ($1, $1, $1, 'provider', 'ring-0', 'service-0', 'busy', $2, 'kiosk', 'host', '491', $3,
                       'fi', $4, $4, $4, clock_timestamp(), 'not_connected', 1, $1, 0)""",
                self._name,
                self._terminal,
                self._expert,
                self._now,
            )
            await self._done(f"staff:{self._expert}", "end")
            await self._tell("CallEnded", json.dumps({"call": self._name, "outcome": "not_connected"}))

    async def _move(
        self, version: int, state: str, outcome: str | None = None, ended_at: datetime | None = None
    ) -> None:
        _one(await self._do(_MOVE, self._name, version, state, outcome, ended_at))

    async def _done(self, principal: str, what: str) -> None:
        answer = json.dumps({"contact": self._name})
        await self._do(_OPERATION, principal, f"{self._name}-{what}", answer)

    async def _tell(self, kind: str, payload: str) -> None:
        topics = json.dumps([f"ring:{self._name}", f"terminal:{self._terminal}", f"staff:{self._expert}"])
        await self._do(_OUTBOX, self._name, kind, payload, topics)


def _one(status: str) -> None:
    if status != "UPDATE 1":
        raise RuntimeError(f"a compare-and-set failed: {status}")
