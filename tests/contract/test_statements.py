"""Every statement by name: the hot ones are answered from an index, the others say why they need none.

PostgreSQL's own plans, on tables of thousands of rows, as the planner chooses them by itself. A statement that is not
named here fails the first test, so none is forgotten. `test_indexes` asks the same by the ports.
"""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Executable, make_url
from sqlalchemy.sql import ClauseElement

from palvelurinki.adapters import sql
from palvelurinki.adapters.sql.contact_statements import Loading
from palvelurinki.adapters.sql.statements import Prepared, Wording, prepared
from tests.contract.conftest import START
from tests.contract.populated import populate
from tests.support.postgres import Postgres

# A ringing is found by either of its two keys, which begin alike.
WHOLE = ("offer_contact_number", "ringing_", "call_contact", "seat_call_place")


@dataclass(frozen=True, slots=True)
class Hot:
    """Sent for every command, socket or beat: by these indexes and by no sequential scan of a table that grows."""

    indexes: tuple[str, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    # Tables that are small whatever happens: reading them whole is as good.
    small: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cold:
    """Sent seldom, or reads no table, or is a part of others."""

    why: str


PART = Cold("a part of others, never sent itself")
NO_TABLE = Cold("reads no table")

STATEMENTS: dict[str, Hot | Cold] = {
    "schema.STEP": Cold("once at each start: a table of one row"),
    # ---- Contacts: each command of a client, each look of a node
    "contact_statements._whole": PART,
    "contact_statements.LOAD.plain": Hot(("contact_pkey", *WHOLE), {"id": "c7"}),
    "contact_statements.LOAD.locked": Hot(("contact_pkey", *WHOLE), {"id": "c7"}),
    "contact_statements.LOAD_OF_OFFER.plain": Hot(("offer_pkey", "contact_pkey", *WHOLE), {"id": "o7"}),
    "contact_statements.LOAD_OF_OFFER.locked": Hot(("offer_pkey", "contact_pkey", *WHOLE), {"id": "o7"}),
    "contact_statements.LOAD_OF_CALL.plain": Hot(("call_pkey", "contact_pkey", *WHOLE), {"id": "k7"}),
    "contact_statements.LOAD_OF_CALL.locked": Hot(("call_pkey", "contact_pkey", *WHOLE), {"id": "k7"}),
    "contact_statements.LIVE_OF_TERMINAL": Hot(("contact_live_terminal",), {"terminal": "live-9900"}),
    "contact_statements.LIVE_OF_STAFF": Hot(("engagement_pkey",), {"staff": "s7"}),
    "contact_statements.LATEST_OF_TERMINALS": Hot(
        ("contact_latest_of_terminal", "contact_pkey", *WHOLE), {"terminals": ["t7", "t8"]}
    ),
    "contact_statements.LATEST_OFFERS_OF": Hot(
        ("ringing_latest_of_staff", "offer_pkey", *WHOLE), {"staff": ["s7", "s8"]}
    ),
    "contact_statements.FIND_OFFER": Hot(("offer_pkey", "contact_pkey", *WHOLE), {"id": "o7"}),
    "contact_statements.RECENT_OFFERS": Hot(("offer_latest_of_ring", *WHOLE), {"ring": "r7", "limit": 20}),
    "contact_statements.OFFERS": Hot(("offer_pkey", "ringing_"), {"offers": ["o7", "o8"]}),
    "contact_statements.LATEST_CALLS_OF": Hot(("seat_of_staff", "contact_pkey", *WHOLE), {"staff": ["s7", "s8"]}),
    # Bounded by what lives: a terminal has one live contact.
    "contact_statements.QUEUED": Hot(("contact_queued", *WHOLE), {"rings": ["r7", "r8"]}),
    "contact_statements.WAITING": Hot(("contact_queued", *WHOLE), {"rings": ["r7", "r8"]}),
    "contact_statements.RINGS_WITH_WAITING": Hot(("contact_queued",)),
    "contact_statements.RINGS_WITH_QUEUE": Hot(("contact_queued",)),
    "contact_statements.LIVE_AT": Hot(("contact_live_terminal", *WHOLE), {"terminals": ["live-9900", "t7"]}),
    "contact_statements.HELD_BY": Hot(("engagement_pkey", "contact_pkey", *WHOLE), {"staff": ["s7", "s8"]}),
    "contact_statements.ASKED_AT": Hot(("ringing_latest_of_staff",), {"staff": ["s7", "s8"]}),
    # Bounded by a day's calls of a ring's members.
    "contact_statements.CALLS_SINCE": Hot(("ringing_accepted_by_staff",), {"staff": ["s7", "s8"], "since": START}),
    "contact_statements.SAVE_CONTACT": Hot(("contact_pkey",), {"saved": "c7", "seen": 1, "version": 2}),
    "contact_statements.SAVE_OFFER": Hot(("offer_pkey",), {"saved": "o7", "state": "expired"}),
    "contact_statements.ACCEPT_OFFER": Hot(("offer_pkey",), {"saved": "o7", "state": "accepted"}),
    "contact_statements.SAVE_RINGING": Hot(("ringing_",), {"saved": "o7", "at": "s7", "state": "missed"}),
    "contact_statements.SAVE_CALL": Hot(("call_pkey",), {"saved": "k7", "state": "ended"}),
    "contact_statements.SAVE_SEAT": Hot(("seat_pkey",), {"saved": "k7-s", "epoch": 2}),
    "contact_statements.STANDS": Hot(("contact_pkey",), {"id": "c7", "seen": 1}),
    "contact_statements.FREE": Hot(("engagement_pkey",), {"staff": "s7", "contact": "c7"}),
    # ---- Who is there
    "presences._ONE": Hot(("presence_pkey",), {"staff": "s7"}),
    "presences._LOCKED": Hot(("presence_pkey",), {"staff": "s7"}),
    "presences._STANDS": Hot(("presence_pkey",), {"staff": "s7", "seen": 1}),
    "presences._MAY_BE_RUNG": Hot(("presence_pkey", "connection_pkey"), {"staff": ["s7", "s8"]}),
    "presences._ONE_MAY_BE_RUNG": Hot(("presence_pkey", "connection_pkey"), {"staff": "s7"}),
    "presences._ON_DUTY": Hot(("presence_pkey", "connection_pkey"), {"staff": ["s7", "s8"]}, small=("engagement",)),
    "presences._ON_DUTY_FOR": Hot(
        ("presence_pkey", "connection_pkey", "contact_queued"),
        {"staff": ["s7", "s8"], "rings": ["r7", "r8"]},
        small=("engagement",),
    ),
    "presences._MANY": Hot(("presence_pkey", "connection_pkey"), {"staff": ["s7", "s8"]}, small=("engagement",)),
    "connections._ONE": Hot(("connection_pkey",), {"of": "staff:s7"}),
    "connections._LOCKED": Hot(("connection_pkey",), {"of": "staff:s7"}),
    "connections._HELD": Hot(("connection_pkey",), {"of": "staff:s7"}),
    "connections._OF": Hot(("connection_pkey",), {"principals": ["staff:s7"]}),
    "connections._CONNECTED": Hot(("connection_pkey",), {"principals": ["staff:s7"]}),
    "connections._THERE": Hot(("connection_pkey",), {"of": "staff:s7"}),
    "connections._THERE_LOCKED": Hot(("connection_pkey",), {"of": "staff:s7"}),
    "connections._SESSION_THERE": Hot(("connection_pkey",), {"of": "staff:s7", "session": "s"}),
    "connections._REPLACE": Hot(("connection_pkey",), {"of": "staff:s7", "node": "n"}),
    "connections._LOSE": Hot(("connection_",), {"of": "staff:s7", "by": "x"}),
    "connections._RESTORE": Hot(("connection_",), {"of": "staff:s7", "by": "x", "node": "n"}),
    "connections._RESUME": Hot(("connection_",), {"of": "staff:s7", "used": "x", "node": "n"}),
    "connections._RESUMABLE": Hot(("connection_token", "connection_token_before"), {"used": "x"}, small=("node",)),
    "connections._REVOKE": Hot(("connection_pkey",), {"of": "staff:s7"}),
    "connections._REVOKE_OF": Hot(("connection_pkey",), {"of": "staff:s7", "ended": "d7"}),
    "connections._LOST_AT_NODE": Cold("once a second: a scan of a table with a row for each principal, which is small"),
    "connections._OF_DEAD_NODES": Cold(
        "once a second: it asks for whom no living node holds, which no index names; a row for each principal, and "
        "at most so many of them at once"
    ),
    "connections._FENCE": Cold("once a second: reads the server's sessions and the nodes, a handful of each"),
    # ---- What falls due, what was done, what is told
    "deadlines._CLEAR": Hot(("deadline_pkey",), {"of_kind": "contact_retry", "of_subject": "c7"}),
    "deadlines._FIRST_DUE": Hot(("deadline_due",)),
    "deadlines._TAKE": Hot(("deadline_pkey",), {"of_kind": "contact_retry", "of_subject": "c7"}),
    "deadlines._DUE_OF": Hot(("deadline_pkey",), {"of_kind": "contact_retry", "subjects": ["c7", "c8"]}),
    "deadlines._NEXT_DUE": Hot(("deadline_due",)),
    "probe.MOST_OVERDUE": Hot(("deadline_due",)),
    "operations._OPENING": Hot(("operation_pkey", "configuration_pkey"), {"principal": "staff:s7", "operation": "op7"}),
    "outbox._LAST_ID": Cold("SQLite alone, at a start"),
    "outbox._AFTER_ID": Hot(("outbox_pkey",), {"after": 9990}),
    "outbox._BEGINNING": Hot(("outbox_xid",)),
    "outbox._AFTER_POSITION": Hot(("outbox_xid",), {"floor": 499, "seen": [9991]}),
    "credentials._USE_TICKET": Hot(("ticket_pkey",), {"of": "d7"}),
    "credentials._SIGN_IN": Hot(("sign_in_pkey",), {"of": "d7"}),
    "credentials._SIGN_IN_HELD": Hot(("sign_in_pkey",), {"of": "d7"}),
    "credentials._SIGN_INS_OF": Hot(("sign_in_of_principal",), {"of": "staff:s7"}),
    "credentials._EXTEND": Hot(("sign_in_pkey",), {"digests": ["d7", "d8"], "until": START}),
    "credentials._END": Hot(("sign_in_pkey",), {"of": "d7"}),
    "credentials._END_OF": Hot(("sign_in_of_principal",), {"of": "staff:s7"}),
    "credentials._END_EXPIRED_OF": Hot(("sign_in_of_principal",), {"of": "staff:s7"}),
    "credentials._END_AT": Cold("when a configuration takes an issuer away"),
    "credentials._USE_ATTEMPT": Hot(("sign_in_attempt_pkey",), {"of": "d7", "by": "b7"}),
    # ---- Handoff notes: of contacts that are open, so that few are there at a time
    "handoffs._OF": Hot(("handoff_pkey",), {"contacts": ["c7", "c8"]}),
    "handoffs._DROP": Hot(("handoff_pkey",), {"of": "c7"}),
    "handoffs._WITHOUT_CONTACT": Cold("every ten minutes: a row for each note, of which few are there at a time"),
    "handoffs._TO_COME": Cold("when a note without a contact was found: the contacts that are open"),
    "handoffs._DROP_ORPHANS": Cold("when a note of no contact was found"),
    # ---- Estimates, the record, the grounds
    "estimates._OF": Hot(("estimate_of_ring",), {"rings": ["r7"]}),
    "estimates._FORGET": Hot(("estimate_of_ring",), {"rings": ["r7"]}),
    "estimates._OUTCOMES": Cold("for `palvelurinki estimates report`, which asks for a stretch of time"),
    "explanations._OF": Hot(("explanation_pkey",), {"offers": ["o7", "o8"]}),
    "service_events._COMPLETE": Hot(("service_event_call",), {"of": "k7", "satisfaction": 4}),
    "service_events._HANDLED": Hot(("service_event_of_ring",), {"ring": "r7", "limit": 200}),
    # ---- The audit log
    "audit._WAITS": Hot((), small=("audit_pending",)),
    "audit._WAITING": Hot(("audit_pending_pkey",), {"most": 500}, small=("audit_pending",)),
    "audit._CHAINED": Hot(("audit_pending_pkey",), {"chained": 7}),
    "audit._ENDS": Hot((), small=("audit_mark",)),
    "audit._HEAD_TAKEN": Hot((), small=("audit_mark",)),
    "audit._FORGET": Hot(("audit_pkey",), {"until": 7}),
    "audit._ROWS": Hot(("audit_pkey",), {"after": 9000, "most": 500}),
    "audit.GUARDS_IN_FORCE": Cold("for `palvelurinki audit verify`; reads the database's own catalogue"),
    # ---- What is past its time: once a day
    "retaining._EXPLANATIONS_OVER": Hot(("explanation_made",), {"before": START, "most": 500}),
    "retaining._PREDICTIONS_OVER": Hot(("prediction_made",), {"before": START, "most": 500}),
    "retaining._SERVICE_EVENTS_OVER": Hot(("service_event_ended",), {"before": START, "most": 500}),
    "retaining._CONTACTS_OVER": Hot(("contact_pkey",), {"before": START, "most": 500}),
    "retaining._ended": PART,
    "retaining._ESTIMATES_OF": Hot(("estimate_pkey",), {"contacts": ["c7", "c8"]}),
    "retaining._PREDICTIONS_OF": Hot(("prediction_pkey",), {"contacts": ["c7", "c8"]}),
    "retaining._EXPLANATIONS_OF": Hot(("explanation_pkey", "offer_contact_number"), {"contacts": ["c7", "c8"]}),
    "retaining._RINGINGS_OF": Hot(("ringing_", "offer_contact_number"), {"contacts": ["c7", "c8"]}),
    "retaining._OFFERS_OF": Hot(("offer_contact_number",), {"contacts": ["c7", "c8"]}),
    "retaining._SEATS_OF": Hot(("seat_call_place", "call_contact"), {"contacts": ["c7", "c8"]}),
    "retaining._CALLS_OF": Hot(("call_contact",), {"contacts": ["c7", "c8"]}),
    "retaining._CONTACTS": Hot(("contact_pkey",), {"contacts": ["c7", "c8"]}),
    # ---- Upkeep
    "configurations._LATEST": Hot(("configuration_pkey",)),
    "configurations._IN_FORCE_HELD": Hot(("configuration_",), {"seen": 1}),
    "configurations._IN_FORCE_LOCKED": Cold("when a configuration is applied"),
    "configurations._RETIRE": Cold("when a configuration is applied"),
    "configurations._LATEST_NUMBER": Hot(("configuration_pkey",)),
    "housekeeping._OPERATIONS": Hot(("operation_done",), {"before": START, "most": 1000}),
    "housekeeping._ENTRIES": Hot(("outbox_pkey",), {"before": START, "most": 1000}),
    "housekeeping._TICKETS": Cold("every ten minutes: used tickets are removed, few are left over"),
    "housekeeping._SIGN_INS": Cold("every ten minutes: a row for each browser that is signed in"),
    "housekeeping._ATTEMPTS": Cold("every ten minutes: a row for each browser that did not come back from an issuer"),
    "housekeeping._NODES": Cold("every ten minutes: a row for each start of a node within a day"),
    "housekeeping._DECLARE_DEAD": Cold("once in the life of a node, by its key"),
    "housekeeping._ENROLMENTS": Cold("every ten minutes: a bounded number of rows"),
    "housekeeping._RETIRED_KEYS": Hot(("terminal_key_retired",), {"before": START, "most": 1000}),
    # ---- Terminals' keys
    "terminals._HOLD": NO_TABLE,
    "terminals._ONE": Hot(("terminal_key_pkey",), {"of": "key7"}),
    "terminals._OF": Hot(("terminal_key_of_terminal",), {"terminals": ["t7", "t8"]}),
    "terminals._SAVE": Hot(("terminal_key_pkey",), {"of": "key7", "state": "revoked"}),
    "terminals._CLEAR_USES": Hot(("key_use_kept", "key_use_pkey")),
    "terminals._USES": Hot(("key_use_pkey",), {"of": "key7"}),
    "terminals._FORGET_REQUEST": Hot(("enrolment_pkey",), {"of": "key7"}),
    "terminals._GIVE_WAY": Cold("when a terminal asks to be enrolled: a bounded number of rows"),
    "terminals._FIND_REQUEST": Hot(("enrolment_code",), {"by": "c7"}),
    "terminals._TAKE_REQUEST": Hot(("enrolment_",), {"of": "key7", "by": "c7"}),
    "store._ANYTHING": NO_TABLE,
    "unit._NOW": NO_TABLE,
}


def _named(name: str, value: object) -> Iterator[tuple[str, Prepared]]:
    if isinstance(value, Loading):
        yield from ((f"{name}.{how}", statement) for how, statement in value._asdict().items())
    elif isinstance(value, Prepared | Executable) and isinstance(value, Prepared | ClauseElement):
        yield name, prepared(value)


def _found() -> dict[str, Prepared]:
    """Every statement of the adapter by its module and name; those that only insert find nothing, and are left out."""
    found: dict[str, Prepared] = {}
    seen: set[int] = set()
    for module in pkgutil.iter_modules(sql.__path__):
        for name, value in vars(importlib.import_module(f"{sql.__name__}.{module.name}")).items():
            for named, statement in _named(f"{module.name}.{name}", value):
                if id(value) in seen and "." not in named.removeprefix(f"{module.name}."):
                    continue
                seen.add(id(value))
                kind: Any = statement.worded(Wording("postgresql", own_clock=False))
                if kind.is_select or (kind.is_dml and not kind.is_insert):
                    found[named] = statement
    return found


FOUND = _found()


@pytest.fixture
async def explain(postgres: Postgres) -> AsyncIterator[Callable[[Prepared, Mapping[str, Any]], Awaitable[list[str]]]]:
    """The plan of a statement with these values, as the repositories send it, on a database with many rows."""
    async with postgres.database(template=await postgres.template("populated", populate)) as url:
        parsed = make_url(url)
        asking = await asyncpg.connect(host=parsed.query["host"], user=parsed.username, database=parsed.database)

        async def plan(statement: Prepared, values: Mapping[str, Any]) -> list[str]:
            compiled, _ = statement.compiled("postgresql", tuple(values), own_clock=False)
            arguments = compiled.arguments(dict(values))
            return [row[0] for row in await asking.fetch(f"EXPLAIN {compiled.text}", *arguments)]

        yield plan
        await asking.close()


def test_every_statement_is_named_here() -> None:
    assert sorted(FOUND.keys() - STATEMENTS.keys()) == []


async def test_hot_statements_are_answered_from_indexes(
    explain: Callable[[Prepared, Mapping[str, Any]], Awaitable[list[str]]],
) -> None:
    faults = []
    for name, statement in FOUND.items():
        hot = STATEMENTS[name]
        if isinstance(hot, Cold):
            continue
        lines = await explain(statement, hot.values)
        plan = "\n".join(lines)
        scanned = [
            line for line in lines if "Seq Scan" in line and not any(f" on {table}" in line for table in hot.small)
        ]
        missing = [index for index in hot.indexes if index not in plan]
        if scanned or missing:
            faults.append(f"{name}: not by {missing}, scanned {scanned}\n{plan}")
    assert not faults, "\n\n".join(faults)
