"""What is read when, and who is roused by it, on a store in memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from typing_extensions import override

from palvelurinki.adapters.memory.store import MemoryStore
from palvelurinki.adapters.system import HmacPseudonyms, SystemIds
from palvelurinki.application.changes import Changes
from palvelurinki.application.outage import Outage
from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Context
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import Directory, PointId, TerminalId
from palvelurinki.ports import Transaction
from palvelurinki.reporting.documents import RingDocument, TerminalDocument
from palvelurinki.reporting.sections import base_topics
from palvelurinki.reporting.sharing import Shared
from palvelurinki.web.socket import reading as module
from palvelurinki.web.socket.attachment import Attachment
from palvelurinki.web.socket.reading import Reading
from palvelurinki.web.socket.roster import Roster
from palvelurinki.web.socket.session import Session
from tests.contract.builders import accepted, left, offered, waiting
from tests.simulation.office import TERMINALS, directory

OFFICE = directory()
TERMINAL, OTHER = list(TERMINALS)[:2]
ELSEWHERE = list(TERMINALS)[-1]
RING = next(iter(OFFICE.rings))
MEMBER = OFFICE.rings[RING].members[0].staff
WATCHER = "watcher"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class CountingStore(MemoryStore):
    """Counts the transactions that only read; `read` is called as one ends."""

    def __init__(self) -> None:
        super().__init__(lambda: NOW)
        self.rounds = 0
        self.after_round: Callable[[], Awaitable[None]] = _nothing

    @override
    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        self.rounds += 1
        async with super().reading() as tx:
            yield tx
        await self.after_round()


class Hall:
    """A node's sessions and what they read."""

    def __init__(self, where: Directory) -> None:
        self.store = CountingStore()
        self.roster = Roster()
        context = Context(self.store, SystemIds(), HmacPseudonyms("secret"), "node", where, _nobody)
        self.where = where
        self.reading = Reading(context, self.roster, Outage())
        self.roused: list[str] = []

    async def arrive(self, terminal: str) -> Session:
        return await self._arrive(Principal.terminal(terminal))

    async def _arrive(self, principal: Principal) -> Session:
        session = Session(principal.id, principal, self.reading.documents, Shared())
        session.base = base_topics(session.principal, self.where)
        return await self._take(session)

    async def _take(self, session: Session) -> Session:
        principal = session.principal
        self.roster.put(session)
        attachment = Attachment(principal.id)
        self.roster.attach(session, attachment, principal.id)
        self.reading.watch(session, session.base)
        await self.reading.fresh(session)
        attachment.answered_by(lambda: self.roused.append(principal.id))
        self.roused.remove(principal.id)
        return session

    async def watch_point(self, point: PointId, name: str = WATCHER) -> Session:
        """Somebody comes who watches the point's board, and nothing else."""
        principal = Principal.staff(name)
        session = Session(principal.id, principal, self.reading.documents, Shared())
        session.base = (str(principal), f"point:{point}")
        return await self._take(session)

    async def arrive_member(self) -> None:
        """An expert comes who watches the ring."""
        await self._arrive(Principal.staff(MEMBER))

    async def request(self, name: str, terminal: TerminalId) -> None:
        async with self.store.transaction() as tx:
            await tx.contacts.add(replace(waiting(name, terminal, RING), point=TERMINALS[terminal]))

    async def commit(self, name: str, terminal: TerminalId) -> Changes:
        """Request as a use case does; returns what it tells."""
        contact = replace(waiting(name, terminal, RING), point=TERMINALS[terminal])
        async with self.store.transaction() as tx:
            await tx.contacts.add(contact)
        changes = Changes("work")
        changes.contact(None, contact)
        # Boards are read as ever, and are not looked at here.
        changes.topics -= changes.unsaid
        return changes


async def _nothing() -> None:
    """Happens."""


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

    async def once() -> None:
        hall.store.after_round = _nothing
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


async def test_what_a_commit_of_this_node_says_is_shown_without_reading(hall: Hall) -> None:
    await hall.arrive(TERMINAL)
    await hall.arrive_member()
    rounds = hall.store.rounds
    changes = await hall.commit("c1", TERMINAL)
    hall.reading.hear(changes)
    document = hall.reading.documents[f"terminal:{TERMINAL}"]
    assert isinstance(document, TerminalDocument)
    assert document.contact == changes.contacts[ContactId("c1")]
    assert hall.roused == [TERMINAL]
    for _ in range(50):
        await asyncio.sleep(0)
    assert hall.store.rounds == rounds


async def test_what_leads_to_something_unread_is_read_with_it(hall: Hall) -> None:
    await hall.arrive(TERMINAL)
    rounds = hall.store.rounds
    hall.reading.hear(await hall.commit("c1", TERMINAL))
    assert hall.roused == []
    await hall.arrive(OTHER)
    assert hall.store.rounds == rounds + 1
    assert set(hall.roused) == {TERMINAL}
    assert f"ring:{RING}" in hall.reading.documents


async def test_a_round_that_began_before_a_commit_does_not_hide_it(hall: Hall) -> None:
    await hall.arrive(TERMINAL)
    await hall.arrive_member()

    async def once() -> None:
        hall.store.after_round = _nothing
        hall.reading.hear(await hall.commit("c1", TERMINAL))

    hall.store.after_round = once
    rounds = hall.store.rounds
    hall.reading.touch([f"terminal:{TERMINAL}"])
    await hall.arrive(OTHER)
    for _ in range(50):
        await asyncio.sleep(0)
    document = hall.reading.documents[f"terminal:{TERMINAL}"]
    assert isinstance(document, TerminalDocument)
    assert document.contact is not None
    # It was shown once, and not taken back by what was read before.
    assert hall.roused.count(TERMINAL) == 1
    # Which of the two was newer, nobody can know, so it was read once more.
    assert hall.store.rounds == rounds + 2


async def test_a_board_follows_the_queues_of_its_contacts(hall: Hall) -> None:
    watcher = await hall.watch_point(TERMINALS[TERMINAL])
    assert f"ring:{RING}" not in watcher.watched
    await hall.request("c1", TERMINAL)
    hall.reading.touch([f"point:{TERMINALS[TERMINAL]}"])
    await hall.arrive(OTHER)
    # Read together with the board, so that it is shown with its contact's place.
    assert {f"ring:{RING}", f"estimates:{RING}"} <= {*watcher.watched} & {*hall.reading.documents}
    hall.roused.clear()
    hall.reading.touch([f"ring:{RING}"])
    await hall.request("c2", ELSEWHERE)
    await hall.arrive(OTHER)
    assert WATCHER in hall.roused
    async with hall.store.transaction() as tx:
        contact = await tx.contacts.load(ContactId("c1"))
        assert contact is not None
        await tx.contacts.save(left(contact))
    hall.reading.touch([f"point:{TERMINALS[TERMINAL]}"])
    await hall.arrive(OTHER)
    assert f"ring:{RING}" not in watcher.watched


async def test_who_comes_later_to_a_board_that_is_known_follows_its_queues_too(hall: Hall) -> None:
    await hall.request("c1", TERMINAL)
    await hall.watch_point(TERMINALS[TERMINAL])
    rounds = hall.store.rounds
    later = await hall.watch_point(TERMINALS[TERMINAL], "another")
    assert f"ring:{RING}" in later.watched
    assert hall.store.rounds == rounds + 1


async def test_what_a_view_leads_to_without_waiting_for_it_comes_with_the_next_round(hall: Hall) -> None:
    await hall.arrive_member()
    contact = accepted(offered(replace(waiting("c1", TERMINAL, RING), point=TERMINALS[TERMINAL]), MEMBER))
    async with hall.store.transaction() as tx:
        await tx.contacts.add(contact)
    changes = Changes("work")
    changes.contact(None, contact)
    changes.topics -= changes.unsaid
    hall.roused.clear()
    rounds = hall.store.rounds
    hall.reading.hear(changes)
    # At once, without the point.
    assert hall.roused == [MEMBER]
    assert f"point:{contact.point}" not in hall.reading.documents
    for _ in range(50):
        await asyncio.sleep(0)
    assert hall.store.rounds == rounds + 1
    assert f"point:{contact.point}" in hall.reading.documents
    assert hall.roused == [MEMBER, MEMBER]
