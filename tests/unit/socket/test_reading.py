"""What is read when, and who is roused by it, on a store in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from typing_extensions import override

from palvelurinki.adapters.memory.store import MemoryStore
from palvelurinki.adapters.system import HmacPseudonyms, SystemIds
from palvelurinki.application.changes import Changes
from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Context
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import Directory, TerminalId
from palvelurinki.ports import Transaction
from palvelurinki.reporting.documents import RingDocument, TerminalDocument
from palvelurinki.reporting.sections import base_topics
from palvelurinki.reporting.sharing import Shared
from palvelurinki.web.socket import reading as module
from palvelurinki.web.socket.attachment import Attachment
from palvelurinki.web.socket.reading import Reading
from palvelurinki.web.socket.roster import Roster
from palvelurinki.web.socket.session import Session
from tests.contract.builders import waiting
from tests.simulation.office import TERMINALS, directory

OFFICE = directory()
TERMINAL, OTHER = list(TERMINALS)[:2]
RING = next(iter(OFFICE.rings))
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class CountingStore(MemoryStore):
    """Counts the transactions that only read; `read` is called as one ends."""

    def __init__(self) -> None:
        super().__init__(lambda: NOW)
        self.rounds = 0
        self.after_round: Callable[[], None] = lambda: None

    @override
    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        self.rounds += 1
        async with super().reading() as tx:
            yield tx
        self.after_round()


class Hall:
    """A node's sessions and what they read."""

    def __init__(self, where: Directory) -> None:
        self.store = CountingStore()
        self.roster = Roster()
        context = Context(self.store, SystemIds(), HmacPseudonyms("secret"), "node", where, _nobody)
        self.where = where
        self.reading = Reading(context, self.roster)
        self.roused: list[str] = []

    async def arrive(self, terminal: str) -> Session:
        session = Session(terminal, Principal.terminal(terminal), self.reading.documents, Shared())
        session.base = base_topics(session.principal, self.where)
        self.roster.put(session)
        attachment = Attachment(terminal)
        self.roster.attach(session, attachment, terminal)
        self.reading.watch(session, session.base)
        await self.reading.fresh(session)
        attachment.answered_by(lambda: self.roused.append(terminal))
        self.roused.remove(terminal)
        return session

    async def request(self, name: str, terminal: TerminalId) -> None:
        async with self.store.transaction() as tx:
            await tx.contacts.add(replace(waiting(name, terminal, RING), point=TERMINALS[terminal]))


async def _nobody(_changes: Changes) -> None:
    """Tells nobody."""


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall(directory())
    running = asyncio.create_task(made.reading.run())
    yield made
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_those_who_arrive_together_share_rounds(hall: Hall) -> None:
    terminals = {TerminalId(f"extra-{number}"): OFFICE.terminals[TERMINAL] for number in range(300)}
    hall.where.terminals.update(terminals)  # type: ignore[attr-defined]  # a dictionary, this one's own
    sessions = await asyncio.gather(*(hall.arrive(each) for each in terminals))
    assert len(sessions) == 300
    assert hall.store.rounds == 300 // module.MOST_ARRIVALS
    assert set(hall.reading.documents) == {f"terminal:{each}" for each in terminals}


async def test_only_what_differs_rouses_and_only_those_who_watch_it(hall: Hall) -> None:
    await hall.arrive(TERMINAL)
    await hall.arrive(OTHER)
    before = hall.reading.documents[f"terminal:{TERMINAL}"]
    hall.reading.touch([f"terminal:{TERMINAL}", f"terminal:{OTHER}", f"ring:{RING}"])
    await hall.arrive(TERMINAL)
    # Equal, so it is the same object, by which views are shared.
    assert hall.reading.documents[f"terminal:{TERMINAL}"] is before
    assert hall.roused == []
    await hall.request("c1", OTHER)
    hall.reading.touch([f"terminal:{OTHER}"])
    await hall.arrive(TERMINAL)
    assert set(hall.roused) == {OTHER}
    assert isinstance(hall.reading.documents[f"ring:{RING}"], RingDocument)


async def test_what_changes_between_being_read_and_being_watched_is_not_missed(hall: Hall) -> None:
    await hall.arrive(TERMINAL)
    await hall.request("c1", TERMINAL)

    def once() -> None:
        hall.store.after_round = lambda: None
        hall.reading.touch([f"ring:{RING}"])

    hall.store.after_round = once
    rounds = hall.store.rounds
    hall.reading.touch([f"terminal:{TERMINAL}"])
    await hall.arrive(OTHER)
    for _ in range(50):
        await asyncio.sleep(0)
    # The ring was read for the first time, and was touched before anybody watched it: it is read once more.
    assert hall.store.rounds == rounds + 2
    document = hall.reading.documents[f"terminal:{TERMINAL}"]
    assert isinstance(document, TerminalDocument)
    assert document.contact is not None
    assert document.contact.id == ContactId("c1")


async def test_what_nobody_watches_any_more_is_forgotten(hall: Hall) -> None:
    session = await hall.arrive(TERMINAL)
    await hall.request("c1", TERMINAL)
    await hall.arrive(TERMINAL)
    assert f"ring:{RING}" in hall.reading.documents
    latest = hall.roster.get(f"terminal:{TERMINAL}")
    assert latest is not None
    for each in (session, latest):
        hall.roster.remove(each)
        hall.reading.watch(each, ())
    assert hall.reading.documents == {}
