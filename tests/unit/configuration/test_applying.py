"""Applying is all or nothing, knows what is in use, and tells the nodes."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from palvelurinki.adapters.sql.store import SqlStore, open_store
from palvelurinki.application import topics
from palvelurinki.application.configuration import (
    ConfigurationRefused,
    apply,
    canonical_json,
    load_directory,
    read,
    to_directory,
    to_yaml,
)
from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.directory import OrganisationId, PointId, RingId, ServiceId, StaffId, TerminalId
from palvelurinki.domain.errors import Conflict
from palvelurinki.ports import Transaction
from tests.support.configuration import SMALL, changed

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
FILE = "small.yaml"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    opened = await open_store(f"sqlite+aiosqlite:///{tmp_path / 'store.db'}", lambda: NOW)
    yield opened
    await opened.close()


async def test_a_store_begins_with_an_empty_directory(store: SqlStore) -> None:
    directory = await load_directory(store)
    assert (directory.revision, len(directory.organisations), len(directory.staff)) == (0, 0, 0)


async def test_what_is_applied_is_in_force(store: SqlStore) -> None:
    applied = await apply(store, SMALL, FILE, applied_by="ylläpitäjä")
    assert (applied.revision, applied.is_new) == (1, True)
    document, _ = read(SMALL, FILE)
    assert applied.directory == await load_directory(store) == to_directory(document, 1)
    async with store.reading() as tx:
        revision = await tx.configurations.latest()
    assert revision is not None
    assert (revision.document, revision.applied_by, revision.applied_at) == (
        canonical_json(applied.directory),
        "ylläpitäjä",
        NOW,
    )


async def test_a_new_revision_wakes_the_nodes(store: SqlStore) -> None:
    _, cursor = await store.outbox_since(None)
    await apply(store, SMALL, FILE, applied_by="x")
    entries, cursor = await store.outbox_since(cursor)
    assert [(entry.contact, entry.kind, entry.payload, tuple(entry.topics)) for entry in entries] == [
        (None, "configuration.applied", {"revision": 1}, (topics.CONFIGURATION,))
    ]
    await apply(store, SMALL, FILE, applied_by="x")
    entries, _ = await store.outbox_since(cursor)
    assert not entries


async def test_the_same_again_makes_no_revision(store: SqlStore) -> None:
    first = await apply(store, SMALL, FILE, applied_by="x")
    exported = to_yaml(await load_directory(store))
    for text in (SMALL, "# huomautus\n" + SMALL, exported):
        again = await apply(store, text, FILE, applied_by="y")
        assert (again.revision, again.is_new, again.changes) == (1, False, {})
        assert again.directory == first.directory


async def test_changes_are_told_by_kind(store: SqlStore) -> None:
    await apply(store, SMALL, FILE, applied_by="x")
    text = changed("Esimerkkikatu 1", "Esimerkkikatu 11")
    text = changed("      mikkeli-tiski:", "      mikkeli-huone:", text)
    text = changed("  kela-kortti:\n", "  kela-kortti-2:\n", text)
    applied = await apply(store, text, FILE, applied_by="x")
    told = {kind: (each.added, each.changed, each.removed) for kind, each in applied.changes.items()}
    assert told == {
        "services": (("kela-kortti-2",), (), ("kela-kortti",)),
        "points": ((), ("mikkeli",), ()),
        "terminals": (("mikkeli-huone",), (), ("mikkeli-tiski",)),
    }
    assert applied.revision == 2


async def test_only_the_order_changed_is_a_revision_without_changes_to_tell(store: SqlStore) -> None:
    await apply(store, SMALL, FILE, applied_by="x")
    start, end = SMALL.index("  vero:\n"), SMALL.index("  mikkeli:\n")
    text = SMALL[:start] + SMALL[end : SMALL.index("units:")] + SMALL[start:end] + SMALL[SMALL.index("units:") :]
    applied = await apply(store, text, FILE, applied_by="x")
    assert (applied.revision, applied.is_new, applied.changes) == (2, True, {})
    assert list((await load_directory(store)).organisations)[-1] == "vero"


async def test_a_dry_run_changes_nothing(store: SqlStore) -> None:
    applied = await apply(store, SMALL, FILE, applied_by="x", dry_run=True)
    assert (applied.revision, applied.is_new) == (0, True)
    assert applied.changes["rings"].added == ("kela",)
    assert (await load_directory(store)).revision == 0


async def test_a_faulty_one_leaves_the_former_in_force(store: SqlStore) -> None:
    await apply(store, SMALL, FILE, applied_by="x")
    with pytest.raises(ConfigurationRefused):
        await apply(store, changed("members: [kela-1, kela-2]", "members: []"), FILE, applied_by="x")
    directory = await load_directory(store)
    assert directory.revision == 1
    assert len(directory.rings[RingId("kela")].members) == 2


CONTACT = Contact(
    id=ContactId("c1"),
    terminal=TerminalId("mikkeli-kioski"),
    point=PointId("mikkeli"),
    provider=OrganisationId("kela"),
    service=ServiceId("kela-asumistuki"),
    ring=RingId("kela"),
    language="fi",
    requested_at=NOW,
)

RING = SMALL[SMALL.index("rings:\n") : SMALL.index("points:\n")]
POINT = SMALL[SMALL.index("  mikkeli:\n    host") : SMALL.index("  oulu:\n    host")]
TERMINAL = "      mikkeli-kioski:\n        kind: kiosk\n        names: {fi: Kioski, sv: Kiosk, en: Kiosk}\n"
SERVICE = SMALL[SMALL.index("  kela-asumistuki:\n") : SMALL.index("  kela-kortti:\n")]
EXPERT = SMALL[SMALL.index("  kela-1:\n") : SMALL.index("  kela-2:\n")]

WITHOUT = {
    "service": (changed(SERVICE, ""), "services:", ["'kela-asumistuki' is gone from services"]),
    "ring": (changed("    ring: kela\n", "", changed(RING, "rings: {}\n")), "rings: {}", ["'kela' is gone from rings"]),
    "terminal": (changed(TERMINAL, ""), "    terminals:", ["'mikkeli-kioski' is gone from terminals"]),
    "staff": (changed("[kela-1, ", "[", changed(EXPERT, "")), "staff:", ["'kela-1' is gone from staff"]),
    "point": (
        changed("    point: mikkeli\n", "", changed("[advisor]", "[administrator]", changed(POINT, ""))),
        "points:",
        ["'mikkeli' is gone from points", "'mikkeli-kioski' is gone from terminals"],
    ),
}


@pytest.mark.parametrize("what", WITHOUT)
async def test_what_a_live_contact_needs_cannot_go(store: SqlStore, what: str) -> None:
    await apply(store, SMALL, FILE, applied_by="x")
    async with store.transaction() as tx:
        await tx.contacts.add(CONTACT)
        await tx.contacts.claim(StaffId("kela-1"), CONTACT.id)
    text, place, told = WITHOUT[what]
    for dry_run in (True, False):
        with pytest.raises(ConfigurationRefused) as refused:
            await apply(store, text, FILE, applied_by="x", dry_run=dry_run)
        problems = refused.value.problems
        assert [problem.code for problem in problems] == ["reference.in_use"] * len(told)
        assert [problem.message.partition(",")[0] for problem in problems] == told
        assert problems[0].line == text.splitlines().index(place) + 1
    assert (await load_directory(store)).revision == 1


@pytest.mark.parametrize("what", WITHOUT)
async def test_what_nobody_uses_can_go(store: SqlStore, what: str) -> None:
    await apply(store, SMALL, FILE, applied_by="x")
    elsewhere = replace(
        CONTACT,
        terminal=TerminalId("oulu-kioski"),
        point=PointId("oulu"),
        service=ServiceId("toinen"),
        ring=RingId("toinen"),
    )
    async with store.transaction() as tx:
        await tx.contacts.add(elsewhere)
        await tx.contacts.claim(StaffId("kela-2"), CONTACT.id)
    assert (await apply(store, WITHOUT[what][0], FILE, applied_by="x")).revision == 2


class Contended:
    """A store in which somebody else is first, the given number of times."""

    def __init__(self, store: SqlStore, times: int) -> None:
        self._store = store
        self._left = times
        self.outbox_since, self.ping, self.close = store.outbox_since, store.ping, store.close

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        return self._store.reading()

    def looking(self) -> AbstractAsyncContextManager[Transaction]:
        return self._store.looking()

    @asynccontextmanager
    async def transaction(self, *, assuming: bool = False) -> AsyncIterator[Transaction]:
        async with self._store.transaction(assuming=assuming) as tx:
            yield tx
            if self._left:
                self._left -= 1
                raise Conflict("another was first")


async def test_when_another_comes_between_it_is_done_again(store: SqlStore) -> None:
    applied = await apply(Contended(store, times=2), SMALL, FILE, applied_by="x")
    assert applied.revision == (await load_directory(store)).revision == 1


async def test_it_is_not_done_again_for_ever(store: SqlStore) -> None:
    with pytest.raises(Conflict):
        await apply(Contended(store, times=3), SMALL, FILE, applied_by="x")
    assert (await load_directory(store)).revision == 0


async def test_a_damaged_revision_is_told_of(store: SqlStore) -> None:
    async with store.transaction() as tx:
        await tx.configurations.add('{"version":1,"rings":[]}', "x", 0)
    with pytest.raises(ConfigurationRefused, match=r"stored"):
        await load_directory(store)
