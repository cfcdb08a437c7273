"""The hub: this node's sessions, and the documents that they watch.

A wake-up marks topics as changed; one loop reads their documents anew, once for all who watch, and rouses the sessions.
Reading is serialised, so an older look never overwrites a newer one.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Final
from weakref import WeakValueDictionary

import structlog

from palvelurinki.application import connections, credentials, topics
from palvelurinki.application.node import Node
from palvelurinki.application.principals import Principal
from palvelurinki.domain.errors import TicketInvalid
from palvelurinki.protocol.base import WireModel
from palvelurinki.protocol.client import Hello, Signal
from palvelurinki.protocol.server import Signalled
from palvelurinki.reporting import documents
from palvelurinki.reporting.documents import Document, RingDocument
from palvelurinki.reporting.sections import base_topics
from palvelurinki.web.socket.errors import (
    Ending,
    HelloRefused,
    SessionRevoked,
    SessionSuperseded,
    SessionUnknown,
    SignedOut,
)
from palvelurinki.web.socket.leaving import farewells
from palvelurinki.web.socket.session import Session

RETRY_AFTER_S: Final = 1.0
RELAY_CHANNEL: Final = "relay"
STOP_WITHIN_S: Final = 3.0
RECLAIM_EVERY_S: Final = 1.0

log = structlog.get_logger(__name__)


class Relayed(WireModel):
    """What one node tells the others about a principal whose session they may hold."""

    principal: str
    signal: Signalled | None = None
    superseded: str | None = None
    signed_out: bool = False


class Hub:
    """Sessions by id, by resume token and by principal, and the documents they see."""

    def __init__(self, node: Node, session_kept_s: float) -> None:
        self.node = node
        self.context = node.context
        self._kept_s = session_kept_s
        self._by_token: dict[str, Session] = {}
        self._by_principal: dict[str, Session] = {}
        self._watchers: dict[str, set[Session]] = {}
        self._documents: dict[str, Document | None] = {}
        self._dirty: set[str] = set()
        self._wake = asyncio.Event()
        self._reading = asyncio.Lock()
        self._forgetting: dict[str, asyncio.TimerHandle] = {}
        self._outlets: dict[str, asyncio.Event] = {}
        self._empty = asyncio.Event()
        self._beginning: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._stopping = False
        node.watchers.append(self.wake)

    def wake(self, touched: Collection[str]) -> None:
        """These topics have changed: look again at those that someone here watches."""
        if topics.CONFIGURATION in touched:
            self._rebase()
            self._dirty.update(self._watchers)
        self._dirty.update(topic for topic in touched if topic in self._watchers)
        self._wake.set()

    async def run(self) -> None:
        """Refresh what was woken, watch the clock for rings that open and close, relay what other nodes send."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._refreshing(), name="refreshing")
            group.create_task(self._watching_hours(), name="watching-hours")
            group.create_task(self._reclaiming(), name="reclaiming")
            group.create_task(self._listening(), name="hub-listening")

    @asynccontextmanager
    async def attached(self, hello: Hello) -> AsyncIterator[tuple[Session, asyncio.Event]]:
        """The session that a hello begins or resumes, for as long as its socket serves it.

        The event is set when another socket takes this one's place. Afterwards the session is kept for a resume.
        Raises HelloRefused for a worthless ticket, SessionUnknown for a session that is not kept here, SessionRevoked
        when the configuration does not know who it is.
        """
        if self._stopping:
            # Its socket was opened just before the node began to leave.
            raise next(farewells(1))
        session = await self._session_of(hello)
        replaced = self._attach(session)
        try:
            await self._arrive(session)
            yield session, replaced
        finally:
            await asyncio.shield(self._detach(session, replaced))

    def rotate_token(self, session: Session) -> str:
        """A new resume token. The one before stays good until the new one is used: its welcome may have been lost."""
        if len(session.tokens) == session.tokens.maxlen:
            self._by_token.pop(session.tokens[0], None)
        token = self.context.ids.token()
        session.tokens.append(credentials.digest(token))
        self._by_token[credentials.digest(token)] = session
        return token

    async def _session_of(self, hello: Hello) -> Session:
        if hello.resume is not None:
            kept = self._by_token.get(credentials.digest(hello.resume.token))
            if kept is None:
                raise SessionUnknown("no such session: take a new ticket")
            return kept
        try:
            principal = await credentials.redeem_ticket(self.context, hello.ticket or "")
        except TicketInvalid as error:
            raise HelloRefused(error.message) from error
        session = Session(self.context.ids.new(), principal)
        session.base = base_topics(principal, self.context.directory)
        if not session.base:
            raise SessionRevoked("the configuration does not know this terminal or person")
        return session

    def _attach(self, session: Session) -> asyncio.Event:
        previous = self._outlets.get(session.id)
        if previous is not None:
            previous.set()
        timer = self._forgetting.pop(session.id, None)
        if timer is not None:
            timer.cancel()
        self._outlets[session.id] = asyncio.Event()
        return self._outlets[session.id]

    async def _arrive(self, session: Session) -> None:
        # The lock orders this after the loss of the socket before, and the attachment that came first makes that loss
        # void if it has not been told yet.
        async with session.lifecycle:
            known = self._by_principal.get(str(session.principal)) is session
            if not known:
                await self._begin(session)
            elif not await connections.restored(self.context, session.principal, session.id):
                raise SessionUnknown("a newer session has taken over")
        # The person's presence and the terminal's contact may have changed by their coming.
        await self._refresh(session.watched)
        self.node.hasten()

    async def _detach(self, session: Session, outlet: asyncio.Event) -> None:
        async with session.lifecycle:
            if self._outlets.get(session.id) is not outlet:
                return
            del self._outlets[session.id]
            if not self._outlets:
                self._empty.set()
            if session.ended is None:
                loop = asyncio.get_running_loop()
                self._forgetting[session.id] = loop.call_later(self._kept_s, self._forget, session)
            await self._lose(session)
        self.node.hasten()

    async def _lose(self, session: Session) -> None:
        # While the database is away nobody can be told; but told it must be, or the contact would wait for ever for
        # a terminal that has gone (I3). A client that comes back meanwhile waits for the lifecycle's lock, as it
        # would for the database.
        while True:
            try:
                await connections.lost(self.context, session.principal, session.id)
            except Exception:
                log.exception("hub.loss_not_told", session=session.id)
                if self._stopping:
                    # Others soon see that this node is dead, and tell it then.
                    return
                await asyncio.sleep(RETRY_AFTER_S)
            else:
                return

    async def relay(self, signal: Signal, sender_seat: str, recipient: Principal) -> None:
        """Hand a signal to the session of the recipient, here or on another node."""
        signalled = Signalled(
            seq=1,  # numbered by the session that takes it
            call=signal.call,
            sender=sender_seat,
            generation=signal.generation,
            description=signal.description,
            candidate=signal.candidate,
        )
        here = self._by_principal.get(str(recipient))
        if here is not None:
            here.relay(signalled)
            return
        await self._tell_nodes(Relayed(principal=str(recipient), signal=signalled))

    async def sign_out(self, principal: Principal) -> None:
        """The principal has signed out: their session ends, whichever node holds it."""
        signed_out = Relayed(principal=str(principal), signed_out=True)
        self._hear(signed_out)
        await self._tell_nodes(signed_out)

    async def _tell_nodes(self, relayed: Relayed) -> None:
        await self.node.bus.publish(RELAY_CHANNEL, relayed.model_dump_json(exclude_none=True))

    async def stop(self) -> None:
        """This node is leaving: clients are told to come back, and no timer outlives the hub."""
        self._stopping = True
        for timer in self._forgetting.values():
            timer.cancel()
        for session, farewell in zip(self._by_principal.values(), farewells(len(self._by_principal)), strict=True):
            session.end(farewell)
        if self._outlets:
            self._empty.clear()
            # Who takes longer is cut off by the server's own stop.
            with suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), STOP_WITHIN_S)

    async def _begin(self, session: Session) -> None:
        principal = session.principal
        # Sessions of one principal that open at the same moment take turns, so that the hub and the store agree on
        # which is the newest.
        async with self._beginning.setdefault(str(principal), asyncio.Lock()):
            await self._open(session, principal)

    async def _open(self, session: Session, principal: Principal) -> None:
        replaced = await connections.opened(self.context, principal, session.id)
        older = self._by_principal.get(str(principal))
        if older is not None:
            self._finish(older, SessionSuperseded("a newer session speaks for you"))
        elif replaced is not None and replaced.node != self.context.node:
            await self._tell_nodes(Relayed(principal=str(principal), superseded=replaced.session))
        self._by_principal[str(principal)] = session
        self._set_watched(session, session.base)

    def _finish(self, session: Session, why: Ending) -> None:
        session.end(why)
        self._forget(session)

    def _forget(self, session: Session) -> None:
        for token in session.tokens:
            self._by_token.pop(token, None)
        self._forgetting.pop(session.id, None)
        if self._by_principal.get(str(session.principal)) is session:
            del self._by_principal[str(session.principal)]
        self._unwatch(session, session.watched)
        session.watched = frozenset()

    def _rebase(self) -> None:
        for session in list(self._by_principal.values()):
            session.base = base_topics(session.principal, self.context.directory)
            if session.base:
                self._set_watched(session, session.base)
            else:
                self._finish(session, SessionRevoked("the configuration no longer knows this terminal or person"))

    def _set_watched(self, session: Session, wanted: Iterable[str]) -> None:
        wanted = frozenset(wanted)
        self._unwatch(session, session.watched - wanted)
        for topic in wanted - session.watched:
            self._watchers.setdefault(topic, set()).add(session)
        session.watched = wanted

    def _unwatch(self, session: Session, no_longer: Iterable[str]) -> None:
        for topic in no_longer:
            watchers = self._watchers.get(topic, set())
            watchers.discard(session)
            if not watchers:
                self._watchers.pop(topic, None)
                self._documents.pop(topic, None)

    async def _refreshing(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            dirty, self._dirty = self._dirty, set()
            try:
                await self._refresh(dirty)
            except Exception:
                # The database may be away; what is not shown now is shown when it is back.
                log.exception("hub.refresh_failed")
                self._dirty |= dirty
                await asyncio.sleep(RETRY_AFTER_S)
                self._wake.set()

    async def _refresh(self, wanted: Collection[str]) -> None:
        async with self._reading:
            affected: set[Session] = set()
            left = {topic for topic in wanted if topic in self._watchers}
            while left:
                await self._read(left)
                touched = {session for topic in left for session in self._watchers.get(topic, ())}
                affected |= touched
                left = {topic for session in touched for topic in self._follow(session)}
            for session in affected:
                self._show(session)

    async def _read(self, wanted: Collection[str]) -> None:
        async with self.context.store.reading() as tx:
            for topic in sorted(wanted):
                self._documents[topic] = await documents.load(tx, self.context.directory, topic)

    def _follow(self, session: Session) -> set[str]:
        """Watch what the session's documents lead to; returns those that have not been read yet."""
        further = [topic for each in session.base for topic in documents.watched_by(self._documents.get(each))]
        self._set_watched(session, {*session.base, *further})
        return {topic for topic in session.watched if topic not in self._documents}

    def _show(self, session: Session) -> None:
        session.documents = {topic: self._documents.get(topic) for topic in session.watched}
        session.changed.set()

    async def _watching_hours(self) -> None:
        while True:
            await asyncio.sleep(RETRY_AFTER_S)
            if any(isinstance(document, RingDocument) for document in self._documents.values()):
                try:
                    async with self.context.store.reading() as tx:
                        now = await tx.now()
                except Exception:
                    # The database may be away; it is looked at again in a moment.
                    log.exception("hub.hours_not_read")
                    continue
                self.wake(self._turned(now))

    def _turned(self, now: datetime) -> list[str]:
        """The rings that have opened or closed since they were read."""
        return [
            topic
            for topic, document in self._documents.items()
            if isinstance(document, RingDocument)
            and any(at is not None and at <= now for at in (document.closes_at, document.opens_at))
        ]

    async def _reclaiming(self) -> None:
        while True:
            await asyncio.sleep(RECLAIM_EVERY_S)
            try:
                await self._reclaim()
            except Exception:
                # The database may be away; what was given up meanwhile is taken back when it returns.
                log.exception("hub.reclaim_failed")

    async def _reclaim(self) -> None:
        """Take back connections that another node gave up because this one was silent, though their sockets are here.

        A node that was paused or cut off from the database wakes to find itself declared dead.
        """
        async with self.context.store.reading() as tx:
            given_up = await tx.connections.lost_at_node(self.context.node)
        for connection in given_up:
            session = self._by_principal.get(connection.principal)
            if session is None or session.id != connection.session:
                continue
            async with session.lifecycle:
                attached = session.id in self._outlets
                if attached and await connections.restored(self.context, session.principal, session.id):
                    log.warning("hub.reclaimed", session=session.id)

    async def _listening(self) -> None:
        # One channel a node is enough at this scale, and a session needs no subscription of its own.
        subscription = await self.node.bus.subscribe(RELAY_CHANNEL)
        async for _, text in subscription:
            self._hear(Relayed.model_validate_json(text))

    def _hear(self, relayed: Relayed) -> None:
        session = self._by_principal.get(relayed.principal)
        if session is None:
            return
        if relayed.superseded == session.id:
            self._finish(session, SessionSuperseded("a newer session speaks for you"))
        elif relayed.signed_out:
            self._finish(session, SignedOut("you have signed out"))
        elif relayed.signal is not None:
            session.relay(relayed.signal)
