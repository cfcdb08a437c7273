"""What was in a database before a migration is there after it, and again after the way back."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from palvelurinki.adapters.sql.migrate import downgrade, upgrade
from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.application.digests import operation_digest
from palvelurinki.domain.commands import CloseForToday
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import RingId, StaffId, TerminalId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.offer import Offer, OfferId, OfferState, Ringing
from palvelurinki.domain.presence import Presence, arrive, make_ready, pause, wrap_up
from palvelurinki.ports import Deadline
from tests.contract.builders import accepted, declined, offered, save, then, waiting
from tests.contract.conftest import START
from tests.contract.schema import described, on_database

_OFFERS_BEFORE = "SELECT id, contact, number, staff, state, reason, closed_at IS NULL FROM offer ORDER BY id"
_CONTACTS = "SELECT id, ring, state, outcome, offers, version FROM contact ORDER BY id"
_PRESENCES = "SELECT staff, state, reason, misses, version FROM presence ORDER BY staff"


def _fill(connection: Connection) -> None:
    for statement in (Path(__file__).parent / "rows_of_0001.sql").read_text(encoding="utf-8").split(";"):
        connection.exec_driver_sql(statement)


async def _rows(url: str, query: str) -> list[tuple[Any, ...]]:
    def run(connection: Connection) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in connection.exec_driver_sql(query)]

    found: list[tuple[Any, ...]] = await on_database(url, run)
    return found


async def test_offers_of_one_person_become_ringings_and_go_back(empty_url: str) -> None:
    await upgrade(empty_url, "0001")
    await on_database(empty_url, _fill)
    offers, contacts, presences = [await _rows(empty_url, query) for query in (_OFFERS_BEFORE, _CONTACTS, _PRESENCES)]

    await upgrade(empty_url)
    assert await _rows(
        empty_url, "SELECT offer, place, staff, state, reason, closed_at IS NULL FROM ringing ORDER BY offer"
    ) == [
        ("o1", 0, "bert", "declined", "other", False),
        ("o2", 0, "carla", "missed", None, False),
        ("o3", 0, "dora", "withdrawn", "console_lost", False),
        ("o4", 0, "anna", "ringing", None, True),
        ("o5", 0, "bert", "accepted", None, False),
    ]
    assert await _rows(empty_url, _CONTACTS) == contacts
    assert await _rows(empty_url, _PRESENCES) == presences
    await _serveson_database(empty_url)

    await downgrade(empty_url, "0001")
    assert await _rows(empty_url, _OFFERS_BEFORE) == offers
    assert await _rows(empty_url, _CONTACTS) == contacts
    assert await _rows(empty_url, _PRESENCES) == presences
    assert await _rows(empty_url, "SELECT kind, subject FROM deadline") == [("offer_expiry", "o4")]
    assert await _rows(empty_url, "SELECT staff, contact FROM engagement") == [("anna", "c1")]


async def _serveson_database(url: str) -> None:
    """The code of today reads what is there, and finds it by its indexes' columns."""
    store = SqlStore(url)
    async with store.reading() as tx:
        offered = await tx.contacts.load(ContactId("c1"))
        assert offered is not None
        assert offered.offer == Offer(
            OfferId("o4"), OfferState.OPEN, START, START + timedelta(seconds=20), (Ringing(StaffId("anna")),)
        )
        assert (offered.unit, offered.head_start_s) == (None, 0)
        assert (offered.missed_by, offered.recused) == (frozenset(), frozenset())
        assert offered.passed_by == {"bert"}
        newest = await tx.contacts.recent_offers(RingId("ring-1"), 9)
        assert [offer.id for _, offer in newest] == ["o4", "o3", "o2", "o1"]
        assert await tx.contacts.asked_at([StaffId("carla")]) == {"carla": START}
        assert await tx.contacts.calls_since([StaffId("bert")], START) == {"bert": 1}
        assert await tx.contacts.live_of_staff(StaffId("anna")) == "c1"
    await store.close()


async def test_what_the_first_schema_cannot_say_becomes_the_nearest_that_it_can(empty_url: str) -> None:
    """Several ringings become one: the accepted one, or one that still rings. Who is let go comes free."""
    await upgrade(empty_url)
    store = SqlStore(empty_url)
    anna, bert, carla = StaffId("anna"), StaffId("bert"), StaffId("carla")
    async with store.transaction() as tx:
        ringing = waiting("c1", TerminalId("t1"))
        await tx.contacts.add(ringing)
        ringing = await save(tx, offered(ringing, (anna, bert, carla), "o1"))
        for staff in (anna, bert, carla):
            await tx.contacts.claim(staff, ringing.id)
        await save(tx, declined(ringing, staff=anna))
        await tx.contacts.free(anna, ringing.id)

        taken = waiting("c2", TerminalId("t2"))
        await tx.contacts.add(taken)
        taken = await save(tx, offered(taken, (StaffId("dora"), StaffId("eero")), "o2"))
        await save(tx, accepted(taken, staff=StaffId("eero")))
        await tx.contacts.claim(StaffId("eero"), taken.id)

        closed = waiting("c3", TerminalId("t3"))
        await tx.contacts.add(closed)
        await save(tx, then(closed, CloseForToday()))

        await tx.presences.save(pause(arrive(Presence(anna), START), "reason-of-a-list", START))
        await tx.presences.save(wrap_up(make_ready(arrive(Presence(bert), START), START), START, *[timedelta(1)] * 2))
        for kind in DeadlineKind:
            await tx.deadlines.set(Deadline(kind, "anything", START))
    await store.close()

    await downgrade(empty_url, "0001")
    assert await _rows(empty_url, "SELECT id, staff, state, reason FROM offer ORDER BY id") == [
        ("o1", "bert", "open", None),
        ("o2", "eero", "accepted", None),
    ]
    assert await _rows(empty_url, "SELECT staff, contact FROM engagement ORDER BY staff") == [
        ("bert", "c1"),
        ("eero", "c2"),
    ]
    assert await _rows(empty_url, "SELECT outcome FROM contact WHERE id = 'c3'") == [("customer_left",)]
    assert await _rows(empty_url, "SELECT staff, state, reason FROM presence ORDER BY staff") == [
        ("anna", "paused", "other_work"),
        ("bert", "ready", None),
    ]
    assert {kind for (kind,) in await _rows(empty_url, "SELECT kind FROM deadline")} == {
        "offer_expiry",
        "contact_retry",
        "occupant_grace",
        "presence_grace",
        "connection_lost",
    }


async def test_indexes_of_the_first_schema_stand_again_after_the_way_back(empty_url: str) -> None:
    await upgrade(empty_url, "0001")
    before = await on_database(empty_url, described)
    await upgrade(empty_url)
    await downgrade(empty_url, "0001")
    after = await on_database(empty_url, described)
    assert after == before


async def test_migration_that_leaves_rows_that_refer_to_nothing_is_undone(tmp_path: Path) -> None:
    """SQLite leaves references unenforced while tables are rebuilt, so they are checked before the end."""
    url = f"sqlite:///{tmp_path / 'broken.db'}"
    await upgrade(url, "0001")
    # A connection of its own enforces none.
    broken = sqlite3.connect(tmp_path / "broken.db")
    broken.execute("INSERT INTO engagement (staff, contact) VALUES ('anna', 'nobody')")
    broken.commit()
    broken.close()
    with pytest.raises(IntegrityError, match="refer to nothing"):
        await upgrade(url)
    assert await _rows(url, "SELECT version_num FROM alembic_version") == [("0001",)]


async def test_a_contact_that_is_under_way_belongs_to_the_session_that_speaks(empty_url: str) -> None:
    await upgrade(empty_url, "0001")
    await on_database(empty_url, _fill)
    await upgrade(empty_url, "0004")
    await _run(
        empty_url,
        "INSERT INTO connection (principal, session, node, opened_at)"
        " VALUES ('terminal:kiosk-1', 's1', 'n1', '2026-03-02T09:00:00.000000+00:00'),"
        " ('terminal:kiosk-2', 's2', 'n1', '2026-03-02T09:00:00.000000+00:00')",
    )
    await upgrade(empty_url)
    sessions = "SELECT id, session FROM contact ORDER BY id"
    assert await _rows(empty_url, sessions) == [("c1", "s1"), ("c2", None)]
    await downgrade(empty_url, "0004")
    await upgrade(empty_url)
    assert await _rows(empty_url, sessions) == [("c1", "s1"), ("c2", None)]


async def _run(url: str, statement: str) -> None:
    def run(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    await on_database(url, run)


async def test_operations_are_known_by_digests_of_their_ids(empty_url: str) -> None:
    await upgrade(empty_url, "0012")
    await _run(
        empty_url,
        "INSERT INTO operation (principal, operation, answer, done_at)"
        " VALUES ('staff:anna', '131052-308T', '{}', '2026-03-02T09:00:00.000000+00:00')",
    )
    await upgrade(empty_url)
    assert await _rows(empty_url, "SELECT operation FROM operation") == [(operation_digest("131052-308T"),)]
