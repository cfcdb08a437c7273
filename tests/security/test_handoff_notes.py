"""A handoff note stands in one table while its contact is open, and nowhere else at any time (I8).

The notes are of names, identity codes and the like, as people do write them. The server logs all that it can.
"""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import asyncpg
import httpx2
import pytest
from sqlalchemy import make_url

from palvelurinki.client import CommandRefused
from palvelurinki.client.commands import new_operation
from palvelurinki.protocol.client import RequestForCustomer
from palvelurinki.protocol.situation import FurtherPart, HandoffPart
from tests.security.test_canaries import TalkativeServer, database_of, keys_of
from tests.support.canaries import CANARIES, found_in
from tests.support.scenes import HOUSING
from tests.support.server import Ground
from tests.support.waiting import call_in, contact_in, offer_in

KIOSK, ADVISOR, EXPERT = "mikkeli-kioski", "mikkeli-neuvoja", "kela-asiantuntija-1"
KINDS: Final = list(CANARIES.values())
FIRST = HandoffPart(what="; ".join(KINDS[:4]), tried="; ".join(KINDS[4:9]), wanted="; ".join(KINDS[9:]))
AMENDED = HandoffPart(what="; ".join(KINDS[6:]), wanted="; ".join(KINDS[:6]))


async def tables_with(ground: Ground) -> set[str]:
    """The tables in which a canary stands."""
    url = make_url(ground.database_url)
    if url.get_backend_name() == "sqlite":
        assert url.database
        # While anybody has the file open, what was written last stays beside it.
        with closing(sqlite3.connect(url.database)) as connection:
            tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            read = {table: repr(connection.execute(f'SELECT * FROM "{table}"').fetchall()) for table in tables}  # noqa: S608
        return {table for table, rows in read.items() if found_in(rows.encode())}
    asking = await asyncpg.connect(host=url.query["host"], user=url.username, database=url.database)
    try:
        tables = [row[0] for row in await asking.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        found = set()
        for table in tables:
            rows = await asking.fetch(f'SELECT t::text FROM "{table}" t')  # noqa: S608  # the database's own names
            if found_in("\n".join(row[0] for row in rows).encode()):
                found.add(table)
        return found
    finally:
        await asking.close()


def request(handoff: HandoffPart, *further: FurtherPart) -> RequestForCustomer:
    return RequestForCustomer(
        id=new_operation(),
        terminal=KIOSK,
        service=HOUSING,
        language="fi",
        handoff=handoff,
        further=list(further),
    )


async def connect_and_crash(server: TalkativeServer, ground: Ground) -> str:
    """A contact with notes; the server is killed while it waits."""
    async with server.advisor(ADVISOR) as advisor, server.terminal(KIOSK) as kiosk:
        with pytest.raises(CommandRefused) as refusal:
            await advisor.request_for_customer(request(HandoffPart(what=CANARIES["name"] * 100)))
        assert found_in(str(refusal.value).encode() + repr(refusal.value.details).encode()) == []
        contact = (
            await advisor.request_for_customer(request(FIRST, FurtherPart(service=HOUSING, handoff=FIRST)))
        ).contact
        assert contact
        await contact_in(kiosk, "waiting")
        await advisor.add_matter(contact, "kela-elake", FIRST)
        await advisor.amend_handoff(contact, AMENDED)
        assert await tables_with(ground) == {"handoff"}
        async with httpx2.AsyncClient(base_url=server.url) as http:
            assert found_in((await http.get("/metrics")).content) == []
        await server.crash()
    assert await tables_with(ground) == {"handoff"}
    return contact


async def serve_all_of_it(server: TalkativeServer, ground: Ground, contact: str) -> None:
    """The customer goes on after the crash: the first matter is served, the second left, the third never begun."""
    async with server.terminal(KIOSK) as kiosk, server.expert(EXPERT) as expert:
        if kiosk.snapshot.contact is not None and kiosk.snapshot.contact.to_continue is not None:
            await kiosk.continue_contact(contact)
        await contact_in(kiosk, "waiting")
        await kiosk.report_line(contact)
        offer = await offer_in(expert, "ringing")
        assert offer.brief
        assert offer.brief.handoff == AMENDED
        call = (await expert.accept_offer(offer.id)).call
        assert call
        await call_in(kiosk, "opening")
        await expert.leave_call(call)
        second = await contact_in(kiosk, "waiting", lambda view: view.id != contact)
        assert await tables_with(ground) == {"handoff"}
        await kiosk.leave_contact(second.id)
        await contact_in(kiosk, "ended")


@pytest.mark.timeout(180)
async def test_a_note_is_in_its_table_while_its_contact_is_open_and_nowhere_else_ever(
    ground: Ground, tmp_path: Path
) -> None:
    server = TalkativeServer(ground, tmp_path / "server.log")
    async with server.running():
        contact = await connect_and_crash(server, ground)
    crashed = (tmp_path / "server.log").read_bytes()
    async with server.running():
        await serve_all_of_it(server, ground, contact)
        assert await tables_with(ground) == set()
    assert found_in(await database_of(ground)) == []
    logged = crashed + (tmp_path / "server.log").read_bytes()
    assert b"DEBUG" in logged, "the server was to log all that it can"
    assert found_in(logged) == []
    if ground.redis_url is not None:
        async with asyncio.timeout(30):
            assert await keys_of(ground.redis_url) == {}
