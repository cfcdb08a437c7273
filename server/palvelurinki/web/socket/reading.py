"""Reading: the documents that this node's sessions watch, read in rounds, once for all who watch.

What a transaction of this node has changed of somebody's own is shown from what it saved (`reporting.following`). The
rest is read in rounds. A round is one transaction that only reads: the topics that are due (see `web.socket.pacing`),
what sessions that have just arrived watch, and what those documents lead to. Rounds follow each other, so an older
look never overwrites a newer one, and however many arrive together, the next round serves them all. What a round has
read becomes visible at once, together with who follows what; whoever watches a document that differs is roused.
"""

import asyncio
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

import structlog

from palvelurinki.application import topics
from palvelurinki.application.changes import Changes
from palvelurinki.application.outage import HINDRANCES, Outage
from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Context
from palvelurinki.domain.contact import Contact
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.errors import Busy
from palvelurinki.domain.presence import Presence
from palvelurinki.reporting import documents, loading
from palvelurinki.reporting.documents import Document, PointDocument, StaffDocument, TerminalDocument
from palvelurinki.reporting.following import followed
from palvelurinki.web.socket.pacing import Pacing
from palvelurinki.web.socket.roster import Roster
from palvelurinki.web.socket.session import Session

FIRST_RETRY_S: Final = 0.05
RETRY_AFTER_S: Final = 1.0
# Whoever has just come waits no longer than that for a database that has gone away meanwhile.
FRESH_WITHIN_S: Final = 8.0
# A round is short, for whatever happens meanwhile is shown by the next one.
MOST_TOPICS: Final = 200
MOST_ARRIVALS: Final = 100

log = structlog.get_logger(__name__)


class Reading:
    """`documents` are the newest; `run` keeps them so."""

    def __init__(self, context: Context, roster: Roster, outage: Outage) -> None:
        self.documents: dict[str, Document | None] = {}
        self._context = context
        context.recollection = self
        self._roster = roster
        self._outage = outage
        # Who watches a board. What is a principal's own is watched by their session alone.
        self._watchers: dict[str, set[Session]] = {}
        self._pacing = Pacing()
        self._woken = asyncio.Event()
        self._arrivals: list[tuple[Session, asyncio.Future[None]]] = []
        # When documents will say something else though nothing happens: a ring closes, a contact is seen no more.
        self._turns: dict[str, datetime] = {}
        self._all = False
        # What has changed since the round under way began, watched or not.
        self._meanwhile: set[str] | None = None
        # Of these, those of which something newer may be shown already.
        self._outdated: set[str] = set()

    def contacts(self, principal: Principal) -> Collection[Contact]:
        """The contacts that somebody is shown; see `application.recollection`."""
        match self.documents.get(str(principal)):
            case TerminalDocument(contact=Contact() as contact):
                return (contact,)
            case StaffDocument(offer=offer, call=call):
                return [contact for contact, _ in filter(None, (offer, call))]
            case _:
                return ()

    def presence(self, staff: StaffId) -> Presence | None:
        """The status that a person is shown."""
        document = self.documents.get(topics.staff(staff))
        return document.presence if isinstance(document, StaffDocument) else None

    def touch(self, topics: Collection[str]) -> None:
        """These have changed: look again at those that somebody here watches."""
        if self._meanwhile is not None:
            self._meanwhile.update(topics)
        self._pacing.touch([topic for topic in topics if self._is_watched(topic)], self._now())
        self._woken.set()

    def hear(self, changes: Changes) -> None:
        """A transaction of this node has changed these: show what it says itself, and look again at the rest."""
        told: dict[str, Document | None] = {}
        for topic in changes.topics - changes.unsaid:
            document = followed(self.documents.get(topic), changes)
            # What it waits for is read in the same round, so that both are shown together.
            if document is not None and all(each in self.documents for each in documents.awaited_by(document)):
                told[topic] = document
        self.touch(changes.topics - told.keys())
        if self._meanwhile is not None:
            # The round under way may have read them before, or after another node's change: neither is known.
            self._meanwhile.update(told)
            self._outdated.update(told)
        self._show(told)

    def touch_all(self) -> None:
        """Anything may have changed, and everybody may see it with other eyes."""
        self._all = True
        self._woken.set()

    async def fresh(self, session: Session) -> None:
        """Return when what the session watches has been read, its own things since now.

        Raises Busy when they cannot be for FRESH_WITHIN_S.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        timer = asyncio.get_running_loop().call_later(FRESH_WITHIN_S, _give_up, done)
        self._arrivals.append((session, done))
        self._woken.set()
        try:
            await done
        finally:
            timer.cancel()

    def watch(self, session: Session, wanted: Iterable[str]) -> None:
        """The session watches these from now on, and nothing else."""
        before, now = frozenset(session.watched), frozenset(wanted)
        own = str(session.principal)
        for topic in now - before - {own}:
            self._watchers.setdefault(topic, set()).add(session)
        # A tuple is smaller, and most watch one topic: often the very tuple that is their base.
        session.watched = session.base if now == frozenset(session.base) else tuple(now)
        for topic in before - now:
            if topic != own:
                watchers = self._watchers.get(topic, set())
                watchers.discard(session)
                if watchers:
                    continue
                self._watchers.pop(topic, None)
            elif self._roster.get(own) not in {session, None}:
                # Another session watches it.
                continue
            self._pacing.forget(topic)
            self._turns.pop(topic, None)
            self.documents.pop(topic, None)

    def touch_turned(self, now: datetime) -> None:
        """What was to say something else by now has changed: rings have opened or closed since they were read."""
        self.touch([topic for topic, at in self._turns.items() if at <= now])

    async def run(self) -> None:
        """Read what has changed, when it is due."""
        pause = FIRST_RETRY_S
        while True:
            await self._until_due()
            due = self._pacing.take_due(self._now(), MOST_TOPICS)
            arrivals, self._arrivals = self._arrivals[:MOST_ARRIVALS], self._arrivals[MOST_ARRIVALS:]
            everything, self._all = self._all, False
            meanwhile = self._meanwhile = set()
            outdated = self._outdated = set()
            try:
                found = await self._round(
                    self._wanted(due, [session for session, _ in arrivals], everything=everything)
                )
            except Exception as error:
                # What is not shown now is shown when the database is back.
                if isinstance(error, HINDRANCES):
                    self._outage.begins(error)
                else:
                    log.exception("reading.failed")
                self._pacing.touch(due, self._now())
                self._all = self._all or everything
                self._arrivals = [each for each in (*arrivals, *self._arrivals) if not each[1].done()]
                await asyncio.sleep(pause)
                pause = min(2 * pause, RETRY_AFTER_S)
            else:
                pause = FIRST_RETRY_S
                self._show({topic: each for topic, each in found.items() if topic not in outdated})
                # Somebody may have begun to watch what had changed after it was read, before they watched it.
                self.touch([topic for topic in meanwhile if topic in found])
                if everything:
                    for session in self._roster:
                        session.rouse()
                for _, done in arrivals:
                    if not done.done():
                        done.set_result(None)
            finally:
                self._meanwhile = None

    async def _until_due(self) -> None:
        while not self._arrivals and not self._all:
            at = self._pacing.next_at()
            if at is not None and at <= self._now():
                return
            self._woken.clear()
            # Not asyncio.timeout around a wait of this very task: on Python 3.11 that misbehaves when it is cancelled.
            timer = None if at is None else asyncio.get_running_loop().call_at(at, self._woken.set)
            try:
                await self._woken.wait()
            finally:
                if timer is not None:
                    timer.cancel()

    def _wanted(self, due: Collection[str], arriving: Collection[Session], *, everything: bool) -> set[str]:
        wanted = {topic for topic in due if self._is_watched(topic)}
        for session in self._roster if everything else arriving:
            wanted.add(str(session.principal))
            wanted.update(topic for topic in session.base if everything or topic not in self.documents)
        return wanted

    async def _round(self, wanted: set[str]) -> dict[str, Document | None]:
        found: dict[str, Document | None] = {}
        if not wanted:
            return found
        async with self._context.store.reading() as tx:
            while wanted:
                found.update(await loading.load(tx, self._context.directory, wanted))
                further = {topic for each in wanted for topic in documents.watched_by(found[each])}
                wanted = {topic for topic in further if topic not in found and topic not in self.documents}
        return found

    def _show(self, found: dict[str, Document | None]) -> None:
        changed = [topic for topic, document in found.items() if self._differs(topic, document)]
        for topic in changed:
            self.documents[topic] = found[topic]
            self._note_turn(topic, found[topic])
        # Who follows a document's lead is settled before anybody looks.
        led = {session for topic, each in found.items() for session in self._led_by(topic, each)}
        for session in led:
            self.watch(session, self._followed_by(session))
            # What a document leads to without waiting for it comes with the next round.
            self.touch([topic for topic in session.watched if topic not in self.documents and topic not in found])
        for topic in changed:
            for session in self._watching(topic):
                session.rouse()
            if not self._is_watched(topic):
                # Whoever watched it has gone while it was read.
                self.documents.pop(topic, None)
                self._turns.pop(topic, None)

    def _led_by(self, topic: str, document: Document | None) -> Collection[Session]:
        own = self._roster.get(topic)
        if own is not None:
            return (own,)
        return self._watchers.get(topic, ()) if isinstance(document, PointDocument) else ()

    def _followed_by(self, session: Session) -> Collection[str]:
        """What the session is to watch: its base, and what the documents of that lead to."""
        known = (self.documents.get(topic) for topic in (str(session.principal), *session.base))
        further = {topic for document in known for topic in documents.watched_by(document)}
        return (*session.base, *further) if further else session.base

    def _differs(self, topic: str, document: Document | None) -> bool:
        # What is equal stays the same object, by which views are shared.
        return topic not in self.documents or self.documents[topic] != document

    def _note_turn(self, topic: str, document: Document | None) -> None:
        turns = documents.turns_of(document)
        if turns:
            self._turns[topic] = min(turns)
        else:
            self._turns.pop(topic, None)

    def _watching(self, topic: str) -> Collection[Session]:
        own = self._roster.get(topic)
        return (own,) if own is not None else tuple(self._watchers.get(topic, ()))

    def _is_watched(self, topic: str) -> bool:
        return topic in self._watchers or self._roster.get(topic) is not None

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def _give_up(done: "asyncio.Future[None]") -> None:
    if not done.done():
        done.set_exception(Busy(f"the database could not be read for {FRESH_WITHIN_S:g} s"))
