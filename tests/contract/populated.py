"""A PostgreSQL database with so many rows in every table that the planner has a choice: as after some months."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, insert, text

from palvelurinki.adapters.sql import audit_tables as a
from palvelurinki.adapters.sql import record_tables
from palvelurinki.adapters.sql import sign_in_tables as signed
from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql import terminal_tables as keys
from palvelurinki.adapters.sql.engine import make_engine
from palvelurinki.adapters.sql.migrate import upgrade
from palvelurinki.adapters.sql.situation_tables import handoff
from tests.contract.conftest import START

CONTACTS = 10_000
# Few contacts live at a time; many experts hold one all the same, so that their table is not small either.
LIVE = 200
HELD = 2000
STAFF = 3000
RINGS = 40
LATER = START + timedelta(days=100)

Rows = Iterator[dict[str, Any]]
_TEXTS = ("at", "actor", "act", "about", "why", "details")


async def populate(url: str) -> None:
    """Migrate it and fill it."""
    await upgrade(url)
    engine = make_engine(url)
    all_rows = _all_rows()
    async with engine.begin() as connection:
        await connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        for table, rows in all_rows.items():
            await connection.execute(insert(table), rows)
    async with engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("ANALYZE"))
    await engine.dispose()


def _all_rows() -> Mapping[Table, Sequence[dict[str, Any]]]:
    return {
        t.contact: list(_contacts()),
        t.offer: list(_offers()),
        t.ringing: list(_ringings()),
        t.explanation: [
            {"offer": f"o{n}", "grounds": {"at": n}, "made_at": START + timedelta(minutes=n)} for n in range(CONTACTS)
        ],
        t.call: [
            {"id": f"k{n}", "contact": f"c{n}", "state": "ended", "outcome": "served", "started_at": at, "ended_at": at}
            for n, at in _ended()
        ],
        t.seat: list(_seats()),
        t.engagement: [{"staff": f"s{n}", "contact": f"c{n}"} for n in range(HELD)],
        handoff: [{"contact": f"c{n}", "what": "x", "tried": "", "wanted": ""} for n in range(CONTACTS)],
        t.presence: [
            {"staff": f"s{n}", "state": "ready", "idle_since": START, "misses": 0, "version": 1} for n in range(STAFF)
        ],
        t.connection: [
            {
                "principal": f"staff:s{n}",
                "session": f"session-{n}",
                # One of very many is of a node that is not there.
                "node": f"node-{n % 4}" if n % 500 else "node-gone",
                "opened_at": START,
                "lost_at": START if n % 3 == 0 else None,
            }
            for n in range(STAFF)
        ],
        t.node: [{"id": f"node-{n}", "beat_at": LATER} for n in range(4)],
        t.deadline: [
            {"kind": "contact_retry", "subject": f"c{n}", "due": LATER + timedelta(seconds=n)} for n in range(CONTACTS)
        ],
        t.operation: [
            {"principal": f"staff:s{n % STAFF}", "operation": f"op{n}", "answer": {}, "done_at": LATER}
            for n in range(CONTACTS)
        ],
        t.outbox: [
            # Numbers of transactions that ended long ago.
            {"xid": n // 20, "at": LATER, "contact": f"c{n}", "kind": "Touched", "payload": {}, "topics": []}
            for n in range(CONTACTS)
        ],
        record_tables.service_event: list(_service_events()),
        t.estimate: [
            {"contact": f"c{n}", "ring": f"r{n % RINGS}", "made_at": LATER, "chance_before_closing": 1.0}
            for n in range(HELD)
        ],
        t.estimate_turn: [{"pool": f"r{n}", "begun_at": LATER} for n in range(RINGS)],
        t.prediction: [
            {"contact": f"c{n}", "ring": f"r{n % RINGS}", "service": "housing", "made_at": at} for n, at in _ended()
        ],
        signed.ticket: [{"digest": f"d{n}", "sign_in": f"d{n}", "expires_at": LATER} for n in range(CONTACTS)],
        signed.sign_in: [
            {
                "digest": f"d{n}",
                "principal": f"staff:s{n}",
                "begun_at": START,
                "expires_at": LATER,
                "ends_at": LATER,
                "issuer": f"issuer-{n % 200}",
            }
            for n in range(CONTACTS)
        ],
        signed.sign_in_attempt: [
            {"state": f"d{n}", "browser": f"b{n}", "issuer": "kela", "expires_at": LATER} for n in range(CONTACTS)
        ],
        keys.terminal_key: [
            {
                **dict.fromkeys(("x", "y", "enrolled_by"), "x"),
                "thumbprint": f"key{n}",
                "terminal": f"t{n % 300}" if n >= 300 else f"live-{n}",
                "state": ("retired", "revoked")[n % 50 == 0] if n >= 300 else "active",
                **dict.fromkeys(("enrolled_at", "bound_at", "ended_at"), LATER + timedelta(minutes=n)),
                "count": n,
            }
            for n in range(CONTACTS)
        ],
        keys.enrolment: [
            {
                **dict.fromkeys(("x", "y"), "x"),
                "thumbprint": f"key{n}",
                "code": f"c{n}",
                "requested_at": LATER,
                "expires_at": LATER + timedelta(seconds=n),
            }
            for n in range(CONTACTS)
        ],
        keys.key_use: [
            {
                "thumbprint": f"key{n // 3}",
                "identifier": f"j{n}",
                "count": n,
                "made_at": LATER,
                "kept_until": LATER + timedelta(seconds=n),
            }
            for n in range(CONTACTS)
        ],
        a.audit_pending: [
            {"at": LATER, **dict.fromkeys(("actor", "act", "about", "why"), f"x{n}"), "details": {}}
            for n in range(CONTACTS)
        ],
        a.audit: [
            {"seq": n, **dict.fromkeys(_TEXTS, f"x{n}"), "key": "k", "previous": "p", "hash": "h"}
            for n in range(1, CONTACTS)
        ],
        t.configuration: [
            {"revision": n, "document": "{}" * 500, "applied_at": START, "applied_by": "test"} for n in range(1, 200)
        ],
    }


def _ended() -> Iterator[tuple[int, Any]]:
    return ((n, START + timedelta(minutes=n)) for n in range(CONTACTS - LIVE))


def _contacts() -> Rows:
    for n in range(CONTACTS):
        live = n >= CONTACTS - LIVE
        at = START + timedelta(minutes=n)
        yield {
            "id": f"c{n}",
            # A live contact has a terminal to itself; the others share some hundreds.
            "terminal": f"live-{n}" if live else f"t{n % 300}",
            "point": f"p{n % 60}",
            "provider": "kela",
            "service": "housing",
            "ring": f"r{n % RINGS}",
            "language": "fi",
            "requested_at": at,
            "placed_at": at,
            "line": "proven",
            "state": "waiting" if live else "ended",
            "head_start_s": 0,
            "passed_by": [],
            "missed_by": [],
            "recused": [],
            "outcome": None if live else "served",
            "ended_at": None if live else at,
            "offers": 1,
            "version": 1,
        }


def _offers() -> Rows:
    for n in range(CONTACTS):
        at = START + timedelta(minutes=n)
        yield {
            "id": f"o{n}",
            "contact": f"c{n}",
            "number": 1,
            "ring": f"r{n % RINGS}",
            "state": "accepted",
            "opened_at": at,
            "expires_at": at,
            "closed_at": at,
        }


def _ringings() -> Rows:
    for n in range(CONTACTS):
        at = START + timedelta(minutes=n)
        for place in range(2):
            yield {
                "offer": f"o{n}",
                "place": place,
                "staff": f"s{(n + place) % STAFF}",
                "state": "declined" if place else "accepted",
                "opened_at": at,
                "closed_at": at,
                "reason": None,
            }


def _seats() -> Rows:
    for n in range(CONTACTS - LIVE):
        seat = {"call": f"k{n}", "state": "left", "epoch": 1, "media": True, "terminal": None, "staff": None}
        yield {**seat, "id": f"k{n}-t", "place": 0, "kind": "terminal", "terminal": f"t{n % 300}"}
        yield {**seat, "id": f"k{n}-s", "place": 1, "kind": "expert", "staff": f"s{n % STAFF}"}


def _service_events() -> Rows:
    for n, at in _ended():
        yield {
            **dict.fromkeys(("provider", "service", "host"), "kela"),
            **dict.fromkeys(("point", "terminal", "provider", "host"), f"x{n % 60}"),
            "id": f"e{n}",
            "call": f"k{n}",
            "contact": f"c{n}",
            "ring": f"r{n % RINGS}",
            "channel": "kiosk",
            "staff_pseudonym": "0" * 16,
            "language": "fi",
            **dict.fromkeys(("requested_at", "offered_at", "accepted_at", "ended_at"), at),
            "outcome": "served",
            "prepared_s": 0,
            "configuration_revision": 1,
        }
