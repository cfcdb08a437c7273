"""The audit log of real servers: what is noted of their work, who reads it, and that no note is lost or doubled."""

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from subprocess import CompletedProcess

import httpx2
import pytest
from sqlalchemy import make_url

from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.adapters.system import HmacSeals
from palvelurinki.application.audit_verifying import verify
from palvelurinki.client import open_demo
from palvelurinki.client.tickets import COOKIES
from palvelurinki.domain.audit import NODE, AuditAct, AuditRow
from palvelurinki.ports import AuditFilter
from palvelurinki.store_settings import DEMO_SECRET
from tests.contract.tampering import DROP, execute, unguard
from tests.support.command_line import DEMO_SEALS, run_on
from tests.support.scenes import ringing
from tests.support.server import Ground, ServerCommand, ServerThread, start_together

SUPERVISOR = "kela-esihenkilo"
WITHIN_S = 20.0
# Those that chain take them in a dozen transactions.
NOTES_AT_ONCE = 6_000


async def rows(ground: Ground, narrowed: AuditFilter | None = None) -> list[AuditRow]:
    """The chain's rows, oldest first."""
    async with ground.store() as store, store.reading() as tx:
        return list(reversed(await tx.audit.find(narrowed or AuditFilter())))


async def chained(ground: Ground, holds: Callable[[Sequence[AuditRow]], bool]) -> list[AuditRow]:
    """The chain's rows, once what was noted has been chained and `holds`."""
    async with asyncio.timeout(WITHIN_S):
        found = await rows(ground)
        while not holds(found):
            found = await rows(ground)
        return found


async def run(ground: Ground, *arguments: str) -> "CompletedProcess[str]":
    """A command beside the server, which goes on meanwhile."""
    return await asyncio.to_thread(run_on, ground, *arguments, settings=DEMO_SEALS)


async def test_who_was_shown_a_contact_is_noted_and_chained(server: ServerThread, ground: Ground) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert("kela-asiantuntija-1") as expert,
        server.staff(SUPERVISOR),
    ):
        contact, offer = await ringing(kiosk, expert)
        secret = await open_demo(server.url, "staff", SUPERVISOR)
        async with httpx2.AsyncClient(base_url=server.url) as client:
            answer = await client.get("/api/v1/rings/kela/offers", headers={"cookie": f"{COOKIES['staff']}={secret}"})
            assert answer.status_code == 200
        for done in await asyncio.gather(
            run(ground, "explain", offer, "--why", "INC-7"),
            run(ground, "events", "list", "--provider", "kela"),
            run(ground, "config", "export"),
        ):
            assert done.returncode == 0, done.stderr
        found = await chained(ground, lambda rows: any(row.act == "configuration.read" for row in rows))

    told = {(row.act, row.actor.partition(":")[2] or row.actor, row.about, row.why) for row in found}
    assert ("contact.shown", "kela-asiantuntija-1", f"contact:{contact}", "offer") in told
    assert ("contacts.watched", SUPERVISOR, "organisation:kela", "board") in told
    assert ("offers.explained", SUPERVISOR, "ring:kela", "board") in told
    assert any(row.act == "configuration.changed" for row in found)
    commands = [row for row in found if row.actor.startswith("command:")]
    assert ("offers.explained", f"offer:{offer}", "INC-7") in [(row.act, row.about, row.why) for row in commands]
    assert ("record.read", "service_events", "") in [(row.act, row.about, row.why) for row in commands]
    # Whoever is neither a supervisor nor an advisor watches nobody's contacts but their own.
    assert [row.actor for row in found if row.act == "contacts.watched"] == [f"staff:{SUPERVISOR}"]


async def test_who_reads_the_log_is_noted_in_it(server: ServerThread, ground: Ground) -> None:
    async with server.staff(SUPERVISOR):
        await chained(ground, lambda rows: any(row.act == "contacts.watched" for row in rows))
    refused, listed = await asyncio.gather(
        run(ground, "audit", "list"),
        run(ground, "audit", "list", "--why", "yearly  review", "--actor", f"staff:{SUPERVISOR}", "--json"),
    )
    assert refused.returncode == 2
    assert "--why" in refused.stderr
    assert listed.returncode == 0, listed.stderr
    assert {row["act"] for row in json.loads(listed.stdout)} >= {"contacts.watched"}
    table = await run(ground, "audit", "list", "--why", "again", "--act", "contacts.watched")
    assert SUPERVISOR in table.stdout
    found = await chained(ground, lambda rows: sum(row.act == "audit.read" for row in rows) == 2)
    reads = [row for row in found if row.act == "audit.read"]
    assert [row.why for row in reads] == ["yearly review", "again"]
    assert all(row.actor.startswith("command:") for row in reads)
    assert json.loads(reads[0].details) == {"actor": f"staff:{SUPERVISOR}"}


async def test_verify_says_what_it_found_by_its_exit_too(server: ServerThread, ground: Ground) -> None:
    async with server.staff(SUPERVISOR):
        found = await chained(ground, lambda rows: any(row.act == "contacts.watched" for row in rows))
    head = found[-1]
    sound, expected, wrong, missing, without = await asyncio.gather(
        run(ground, "audit", "verify"),
        run(ground, "audit", "verify", "--expect", f"{head.seq}:{head.hash}", "--json"),
        run(ground, "audit", "verify", "--expect", f"{head.seq}:{'0' * 64}"),
        run(ground, "audit", "verify", "--expect", f"{head.seq + 1000}:{'0' * 64}"),
        asyncio.to_thread(run_on, ground, "audit", "verify"),
    )
    assert (sound.returncode, sound.stdout.split()[0]) == (0, "Sound:"), sound.stdout + sound.stderr
    assert "--expect" in sound.stdout
    told = json.loads(expected.stdout)
    assert (expected.returncode, told["sound"], told["faults"]) == (0, True, [])
    assert wrong.returncode == 1
    assert f"anchor.differs: row {head.seq}" in wrong.stdout
    assert missing.returncode == 1
    assert "anchor.missing" in missing.stdout
    assert without.returncode == 2
    assert "PALVELURINKI_SECRET" in without.stderr


# ---- What somebody did to the log is told in plain words -----------------------------------------------------


async def told(ground: Ground, *arguments: str) -> tuple[int, str]:
    """What `audit` says, with its exit code. Without a secret said: beside the demo the demo's is meant."""
    done = await asyncio.to_thread(run_on, ground, "audit", *arguments, settings={"PALVELURINKI_DEMO": "true"})
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
async def noted(server: ServerThread, ground: Ground) -> Ground:
    """The ground of a server that goes on, with something in its log."""
    async with server.staff(SUPERVISOR):
        await chained(ground, lambda rows: any(row.act == "contacts.watched" for row in rows))
    return ground


async def test_a_head_that_somebody_removed_is_told_and_the_log_set_going_again(noted: Ground) -> None:
    assert (await told(noted, "verify"))[0] == 0
    await execute(noted.database_url, "DELETE FROM audit_mark WHERE name = 'head'")
    code, text = await told(noted, "verify")
    assert (code, "head.missing: " in text) == (1, True)
    assert (await told(noted, "resume", "--why", "INC-7"))[0] == 0
    assert (await told(noted, "verify"))[0] == 0


async def test_a_row_that_somebody_altered_is_told_and_steers_nobodys_terminal(noted: Ground) -> None:
    await unguard(noted.database_url)
    await execute(noted.database_url, "UPDATE audit SET why = :why WHERE seq = 1", why="\x1b[31m")
    listed, unseen, verified = await asyncio.gather(
        told(noted, "list", "--why", "INC-7"), told(noted, "list", "--why", "INC\x1b[31m"), told(noted, "verify")
    )
    code, text = listed
    assert (code, "\x1b[31m" in text, "\\u001b[31m" in text) == (0, False, True)
    assert unseen[0] == 2
    code, text = verified
    assert (code, "guard.missing: " in text, "row.altered: row 1" in text) == (1, True, True)


async def test_a_log_that_somebody_dropped_is_told(noted: Ground) -> None:
    await execute(noted.database_url, DROP[make_url(noted.database_url).get_backend_name()])
    for code, text in await asyncio.gather(
        told(noted, "verify"), told(noted, "list", "--why", "INC-7"), told(noted, "resume", "--why", "INC-7")
    ):
        assert (code, "store.unavailable: the audit log is not" in text) == (1, True), text


# ---- Nodes that are killed -----------------------------------------------------------------------------------


async def test_no_note_is_lost_or_doubled_while_nodes_that_chain_are_killed(
    postgresql_ground: Ground, tmp_path: Path
) -> None:
    """Three nodes; each is killed in the middle of what it does, and comes back."""
    wanted: list[str] = []

    async def note_many() -> None:
        async with postgresql_ground.store() as store:
            for _ in range(NOTES_AT_ONCE // 20):
                async with store.transaction() as tx:
                    for _ in range(20):
                        wanted.append(f"number:{len(wanted)}")
                        await tx.audit.note(NODE, AuditAct.DATA_PURGED, wanted[-1])

    with ExitStack() as stack:
        nodes = [ServerCommand(postgresql_ground.settings(), tmp_path / f"node-{name}.log") for name in "abc"]
        await asyncio.to_thread(start_together, nodes, stack)
        async with postgresql_ground.store() as store:
            for node in nodes:
                # Others chain while this one is away, and it does again.
                length = await _length(store)
                noting = asyncio.create_task(note_many())
                await _chained_beyond(store, length)
                await asyncio.to_thread(node.kill)
                await asyncio.to_thread(node.start)
                await noting
            await _all_chained(store)
            verdict = await verify(store, HmacSeals(DEMO_SECRET), None)

    found = await rows(postgresql_ground)
    numbered = [row.about for row in found if row.about.startswith("number:")]
    assert sorted(numbered) == sorted(wanted)
    assert (verdict.faults, verdict.rows) == ([], len(found))


async def _length(store: SqlStore) -> int:
    async with store.looking() as tx:
        return (await tx.audit.ends()).head.seq


async def _chained_beyond(store: SqlStore, length: int) -> None:
    async with asyncio.timeout(WITHIN_S):
        while await _length(store) <= length:
            pass


async def _all_chained(store: SqlStore) -> None:
    async with asyncio.timeout(WITHIN_S), store.looking() as tx:
        while await tx.audit.waits():
            pass
