"""Each hot query is answered from an index: PostgreSQL's own plans, for what the repositories really send."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import make_url

from palvelurinki.adapters.sql.postgresql import PostgresqlDriver
from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.domain.call import CallId
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import RingId
from palvelurinki.domain.offer import OfferId
from palvelurinki.domain.retention import Kept
from palvelurinki.ports import EventFilter, Transaction
from tests.contract.builders import ANNA, BERT, KIOSK, OTHER_KIOSK, RING
from tests.contract.conftest import START

Sent = list[tuple[str, tuple[Any, ...]]]
Ask = Callable[[Transaction], Awaitable[object]]

WHOLE = {"offer_contact_number", "ringing_offer_staff", "call_contact", "seat_call_place"}

HOT: dict[str, tuple[Ask, set[str]]] = {
    "load": (lambda tx: tx.contacts.load(ContactId("c1")), {"contact_pkey"}),
    "load of offer": (lambda tx: tx.contacts.load_of_offer(OfferId("o1")), {"offer_pkey", "contact_pkey", *WHOLE}),
    "load of call": (lambda tx: tx.contacts.load_of_call(CallId("k1")), {"call_pkey", "contact_pkey", *WHOLE}),
    "live of terminal": (lambda tx: tx.contacts.live_of_terminal(KIOSK), {"contact_live_terminal"}),
    "live of staff": (lambda tx: tx.contacts.live_of_staff(ANNA), {"engagement_pkey"}),
    "latest of terminals": (
        lambda tx: tx.contacts.latest_of_terminals([KIOSK, OTHER_KIOSK]),
        {"contact_latest_of_terminal", "contact_pkey", *WHOLE},
    ),
    "latest offers": (
        lambda tx: tx.contacts.latest_offers_of([ANNA, BERT]),
        {"ringing_latest_of_staff", "offer_pkey", "contact_pkey", *WHOLE},
    ),
    "latest calls": (
        lambda tx: tx.contacts.latest_calls_of([ANNA, BERT]),
        {"seat_of_staff", "call_pkey", "contact_pkey", *WHOLE},
    ),
    "queued": (lambda tx: tx.contacts.queued([RING, RingId("other-ring")]), {"contact_queued", *WHOLE}),
    "recent offers": (
        lambda tx: tx.contacts.recent_offers(RING, 50),
        {"offer_latest_of_ring", "contact_pkey", *WHOLE},
    ),
    "asked at": (lambda tx: tx.contacts.asked_at([ANNA, BERT]), {"ringing_latest_of_staff"}),
    "calls since": (lambda tx: tx.contacts.calls_since([ANNA, BERT], START), {"ringing_accepted_by_staff"}),
    "waiting": (lambda tx: tx.contacts.waiting([RING, RingId("other-ring")]), {"contact_queued", *WHOLE}),
    "rings with waiting": (lambda tx: tx.contacts.rings_with_waiting(), {"contact_queued"}),
    "rings with queue": (lambda tx: tx.contacts.rings_with_queue(), {"contact_queued"}),
    "live at": (lambda tx: tx.contacts.live_at([KIOSK, OTHER_KIOSK]), {"contact_live_terminal", *WHOLE}),
    "on duty": (
        lambda tx: tx.presences.on_duty([ANNA, BERT]),
        {"presence_pkey", "connection_", "engagement_pkey"},
    ),
    "explanation": (lambda tx: tx.explanations.of([OfferId("o1")]), {"explanation_pkey"}),
    "presence": (lambda tx: tx.presences.load(ANNA), {"presence_pkey"}),
    "connected": (lambda tx: tx.connections.connected(["staff:anna"]), {"connection_pkey"}),
    "dead nodes": (lambda tx: tx.connections.of_dead_nodes(timedelta(seconds=2), 500), {"connection_present_by_node"}),
    "due": (lambda tx: tx.deadlines.take_due(), {"deadline_due"}),
    "next due": (lambda tx: tx.deadlines.next_due(), {"deadline_due"}),
    "operation": (lambda tx: tx.operations.answer("staff:anna", "op1"), {"operation_pkey"}),
    "ticket": (lambda tx: tx.credentials.use_ticket("digest"), {"ticket_pkey"}),
    "sign-in": (lambda tx: tx.credentials.sign_in("digest"), {"sign_in_pkey"}),
    "events of a provider": (
        lambda tx: tx.service_events.list(EventFilter(provider="kela")),
        {"service_event_of_provider"},
    ),
    "events of a host": (lambda tx: tx.service_events.list(EventFilter(host="mikkeli")), {"service_event_of_host"}),
    "newest events": (lambda tx: tx.service_events.list(EventFilter()), {"service_event_ended"}),
    "configuration": (lambda tx: tx.configurations.latest(), {"configuration_pkey"}),
}


@pytest.fixture
async def sent_by(postgresql_url: str) -> AsyncIterator[tuple[SqlStore, Sent]]:
    """A store, and the statements that it sends."""
    sent: Sent = []

    async def note(connection: Any) -> None:  # noqa: ANN401  # asyncpg has no types
        connection.add_query_logger(lambda query: sent.append((query.query, query.args)))

    store = SqlStore(PostgresqlDriver(make_url(postgresql_url), note))
    yield store, sent
    await store.close()


@pytest.fixture
async def explain(postgresql_url: str) -> AsyncIterator[Callable[[Sent], Awaitable[str]]]:
    """The plans of statements. Sequential scans are made dear, or tables this small would have no others."""
    url = make_url(postgresql_url)
    connection = await asyncpg.connect(host=url.query["host"], user=url.username, database=url.database)
    await connection.execute("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off")

    async def plans(sent: Sent) -> str:
        lines = [
            row[0]
            for statement, parameters in sent
            for row in await connection.fetch(f"EXPLAIN {statement}", *parameters)
        ]
        return "\n".join(lines)

    yield plans
    await connection.close()


@pytest.mark.parametrize("name", HOT)
async def test_hot_query_is_answered_from_an_index(
    name: str, sent_by: tuple[SqlStore, Sent], explain: Callable[[Sent], Awaitable[str]]
) -> None:
    store, sent = sent_by
    ask, indexes = HOT[name]
    async with store.transaction() as tx:
        await ask(tx)
    # asyncpg tells of a query in the loop's next turn.
    await asyncio.sleep(0)
    plan = await explain([each for each in sent if each[0].startswith(("SELECT", "DELETE", "WITH"))])
    assert "Seq Scan" not in plan, plan
    for index in indexes:
        assert index in plan, plan


async def test_outbox_is_read_from_an_index(
    sent_by: tuple[SqlStore, Sent], explain: Callable[[Sent], Awaitable[str]]
) -> None:
    store, sent = sent_by
    _, cursor = await store.outbox_since(None)
    await store.outbox_since(cursor)
    await asyncio.sleep(0)
    # asyncpg asks for itself, too: what kind of thing an array of numbers is.
    ours = [each for each in sent if "outbox" in each[0]]
    assert len(ours) == 2
    plan = await explain(ours)
    assert "Seq Scan" not in plan, plan
    assert plan.count("outbox_xid") == 2


async def test_old_explanations_are_found_by_an_index(
    sent_by: tuple[SqlStore, Sent], explain: Callable[[Sent], Awaitable[str]]
) -> None:
    """They are many and kept for long, unlike all else that is cleared away."""
    store, sent = sent_by
    async with store.transaction() as tx:
        await tx.retaining.remove(Kept.EXPLANATIONS, START, 1000)
    await asyncio.sleep(0)
    plan = await explain([each for each in sent if each[0].startswith("DELETE FROM explanation")])
    assert "explanation_made" in plan, plan
