"""The audit log of real servers: what is noted of their work, who reads it, and that no note is lost or doubled."""

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from subprocess import CompletedProcess

import httpx2
from sqlalchemy import make_url

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
from tests.support.server import Ground, ServerCommand, ServerThread

SUPERVISOR = "kela-esihenkilo"
WITHIN_S = 20.0


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
        explained = await run(ground, "explain", offer, "--why", "INC-7")
        assert explained.returncode == 0, explained.stderr
        listed = await run(ground, "events", "list", "--provider", "kela")
        assert listed.returncode == 0, listed.stderr
        exported = await run(ground, "config", "export")
        assert exported.returncode == 0, exported.stderr
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
    refused = await run(ground, "audit", "list")
    assert refused.returncode == 2
    assert "--why" in refused.stderr
    listed = await run(ground, "audit", "list", "--why", "yearly  review", "--actor", f"staff:{SUPERVISOR}", "--json")
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
    sound = await run(ground, "audit", "verify")
    assert (sound.returncode, sound.stdout.split()[0]) == (0, "Sound:"), sound.stdout + sound.stderr
    assert "--expect" in sound.stdout
    anchor = f"{found[-1].seq}:{found[-1].hash}"
    expected = await run(ground, "audit", "verify", "--expect", anchor, "--json")
    told = json.loads(expected.stdout)
    assert (expected.returncode, told["sound"], told["faults"]) == (0, True, [])
    wrong = await run(ground, "audit", "verify", "--expect", f"{found[-1].seq}:{'0' * 64}")
    assert wrong.returncode == 1
    assert f"anchor.differs: row {found[-1].seq}" in wrong.stdout
    missing = await run(ground, "audit", "verify", "--expect", f"{found[-1].seq + 1000}:{'0' * 64}")
    assert missing.returncode == 1
    assert "anchor.missing" in missing.stdout
    without = await asyncio.to_thread(run_on, ground, "audit", "verify")
    assert without.returncode == 2
    assert "PALVELURINKI_SECRET" in without.stderr


async def test_what_somebody_did_to_the_log_is_told_in_plain_words(server: ServerThread, ground: Ground) -> None:
    """Without a secret said: beside the demo the demo's is meant."""
    async with server.staff(SUPERVISOR):
        await chained(ground, lambda rows: any(row.act == "contacts.watched" for row in rows))
    demo = {"PALVELURINKI_DEMO": "true"}

    async def told(*arguments: str) -> tuple[int, str]:
        done = await asyncio.to_thread(run_on, ground, "audit", *arguments, settings=demo)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout + done.stderr

    assert (await told("verify"))[0] == 0
    await execute(ground.database_url, "DELETE FROM audit_mark WHERE name = 'head'")
    code, text = await told("verify")
    assert (code, "head.missing: " in text) == (1, True)
    assert (await told("resume", "--why", "INC-7"))[0] == 0
    assert (await told("verify"))[0] == 0
    await unguard(ground.database_url)
    await execute(ground.database_url, "UPDATE audit SET why = :why WHERE seq = 1", why="\x1b[31m")
    code, text = await told("list", "--why", "INC-7")
    assert (code, "\x1b[31m" in text, "\\u001b[31m" in text) == (0, False, True)
    assert (await told("list", "--why", "INC\x1b[31m"))[0] == 2
    code, text = await told("verify")
    assert (code, "guard.missing: " in text, "row.altered: row 1" in text) == (1, True, True)
    await execute(ground.database_url, DROP[make_url(ground.database_url).get_backend_name()])
    for arguments in (("verify",), ("list", "--why", "INC-7"), ("resume", "--why", "INC-7")):
        code, text = await told(*arguments)
        assert (code, "store.unavailable: the audit log is not" in text) == (1, True), text


async def test_no_note_is_lost_or_doubled_while_nodes_that_chain_are_killed(
    postgresql_ground: Ground, tmp_path: Path
) -> None:
    """Three nodes; each is killed in the middle of whatever it does, and comes back."""
    wanted: list[str] = []
    done = asyncio.Event()

    async def note_on_and_on() -> None:
        async with postgresql_ground.store() as store:
            while not done.is_set():
                async with store.transaction() as tx:
                    for _ in range(20):
                        wanted.append(f"number:{len(wanted)}")
                        await tx.audit.note(NODE, AuditAct.DATA_PURGED, wanted[-1])
                await asyncio.sleep(0)

    with ExitStack() as stack:
        nodes = [ServerCommand(postgresql_ground.settings(), tmp_path / f"node-{name}.log") for name in "abc"]
        for node in nodes:
            stack.callback(node.stop)
        await asyncio.gather(*(asyncio.to_thread(node.start) for node in nodes))
        noting = asyncio.create_task(note_on_and_on())
        for node in nodes:
            # Others chain while this one is away, and it does again.
            await chained(postgresql_ground, _has_more_than(len(await rows(postgresql_ground))))
            await asyncio.to_thread(node.kill)
            await asyncio.to_thread(node.start)
        done.set()
        await noting
        await chained(postgresql_ground, lambda found: len(_numbered(found)) >= len(wanted))

    found = await rows(postgresql_ground)
    assert sorted(_numbered(found)) == sorted(wanted)
    async with postgresql_ground.store() as store:
        verdict = await verify(store, HmacSeals(DEMO_SECRET), None)
    assert (verdict.faults, verdict.rows) == ([], len(found))


def _numbered(found: Sequence[AuditRow]) -> list[str]:
    return [row.about for row in found if row.about.startswith("number:")]


def _has_more_than(count: int) -> Callable[[Sequence[AuditRow]], bool]:
    return lambda found: len(found) > count
