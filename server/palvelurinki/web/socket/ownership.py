"""Ownership: which of the nodes' sessions speaks for a principal, and which socket serves it.

The store decides. Each attachment of a socket has a resume token of its own, whose digest stands in the principal's
connection row; so a loss that is told late, by whomever, is void once another socket has come. A session is resumed at
any node: where it was held its log is there, elsewhere it goes on with a snapshot. A node that holds a session looks
again whenever the topic of its connection is touched, which the outbox tells within a second even when the bus is
gone, and lets go of what is no longer its own.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import structlog

from palvelurinki.application import connections, credentials
from palvelurinki.application.credentials import SignedIn
from palvelurinki.application.node import Node
from palvelurinki.application.outage import HINDRANCES
from palvelurinki.application.principals import Principal, PrincipalKind
from palvelurinki.application.reach import Standing
from palvelurinki.domain.errors import TicketInvalid
from palvelurinki.ports import Connection
from palvelurinki.protocol.client import Resume
from palvelurinki.reporting.sections import base_topics
from palvelurinki.reporting.sharing import Shared
from palvelurinki.web.socket.attachment import Attachment
from palvelurinki.web.socket.errors import (
    Ending,
    HelloRefused,
    SessionRevoked,
    SessionSuperseded,
    SessionUnknown,
    SignedOut,
)
from palvelurinki.web.socket.reading import Reading
from palvelurinki.web.socket.relaying import Relaying
from palvelurinki.web.socket.roster import Roster
from palvelurinki.web.socket.session import Session

RETRY_AFTER_S: Final = 1.0
# When a thousand come or go in the same second, they take turns: the database's connections are for the others too.
COMING_AT_ONCE: Final = 8
GOING_AT_ONCE: Final = 4

log = structlog.get_logger(__name__)


class Ownership:
    """Begins, resumes, loses and ends sessions, here and in the store."""

    def __init__(self, node: Node, roster: Roster, reading: Reading, relaying: Relaying, session_kept_s: float) -> None:
        self._context = node.context
        self._outage = node.outage
        self._lookout = node.lookout
        self._roster = roster
        self._reading = reading
        self._relaying = relaying
        self._kept_s = session_kept_s
        self._shared = Shared()
        self._stopping = False
        self._telling: set[asyncio.Task[None]] = set()
        self._unsure: set[str] = set()
        self._wake = asyncio.Event()
        self.coming = asyncio.Semaphore(COMING_AT_ONCE)
        self._going = asyncio.Semaphore(GOING_AT_ONCE)

    async def begin(self, ticket: str, shown: Collection[str]) -> tuple[Session, Attachment]:
        """A new session for whoever the ticket is for, which takes the place of any older one.

        `shown` are the digests of the cookies that came with the handshake. Raises HelloRefused for a ticket that is
        worthless to this browser, SessionRevoked when the configuration does not know who it is.
        """
        try:
            signed_in = await credentials.redeem_ticket(self._context, ticket, shown)
        except TicketInvalid as error:
            raise HelloRefused(error.message) from error
        principal = signed_in.principal
        session = self._session(self._context.ids.new(), signed_in)
        async with self._roster.turn(str(principal)):
            attachment, token = self._attachment()
            async with self._lost_on_failure(principal, token):
                try:
                    await connections.opened(self._context, principal, session.id, token, signed_in.sign_in)
                except TicketInvalid as error:
                    raise HelloRefused(error.message) from error
            older = self._roster.get(str(principal))
            if older is not None:
                self.finish(older, SessionSuperseded("a newer session speaks for you"))
            self._relaying.forget(principal)
            self._take(session, attachment, token)
        return session, attachment

    async def resume(self, resume: Resume) -> tuple[Session, Attachment]:
        """The session that the token resumes, here from now on. Its signals are held until `Relaying.catch_up`.

        Raises SessionUnknown when there is none that is kept, SessionRevoked as `begin` does.
        """
        used = credentials.digest(resume.token)
        kept = await connections.resumable(self._context, used, timedelta(seconds=self._kept_s))
        if kept is None:
            raise SessionUnknown("no such session: take a new ticket")
        signed_in = await self._still_signed_in(kept)
        principal = signed_in.principal
        async with self._roster.turn(kept.principal):
            here = self._roster.get(kept.principal)
            if here is not None and (here.id != kept.session or kept.node != self._context.node):
                # Its numbers are not those that the client has counted elsewhere.
                here = None
            session = here or self._session(kept.session, signed_in, resume.last_seq)
            attachment, token = self._attachment()
            async with self._lost_on_failure(principal, token):
                if not await connections.resumed(self._context, principal, session.id, used, token, signed_in.granted):
                    raise SessionUnknown("a newer session has taken over")
            before = self._roster.get(kept.principal)
            if before is not None and before is not session:
                self._let_go(before)
            session.hold()
            self._take(session, attachment, token)
        return session, attachment

    async def _still_signed_in(self, kept: Connection) -> SignedIn:
        principal = Principal.parse(kept.principal)
        if kept.sign_in is None:
            return SignedIn(principal, "")
        async with self._context.store.looking() as tx:
            found = await tx.credentials.sign_in(kept.sign_in)
        if found is None:
            raise SessionUnknown("the sign-in has ended with which the session ends")
        return credentials.signed_in_by(found)

    async def lose(self, session: Session, attachment: Attachment) -> None:
        """The socket is gone. The session is kept for a resume unless another socket serves it or it is over."""
        self._roster.detach()
        if session.attachment is not attachment:
            return
        session.attachment = None
        if session.ended is None:
            timer = asyncio.get_running_loop().call_later(self._kept_s, self._expire, session)
            self._roster.forget_later(session, timer)
        await self._tell_loss(session.principal, credentials.digest(attachment.token))

    def finish(self, session: Session, why: Ending) -> None:
        """The session is over, and its socket says why."""
        session.end(why)
        self.forget(session)

    def forget(self, session: Session) -> None:
        """Nothing here knows the session any more."""
        self._roster.remove(session)
        self._reading.watch(session, ())

    def stop(self) -> None:
        """This node is leaving: what cannot be told now is told by the others."""
        self._stopping = True
        self._lookout.there.set()
        self._roster.stop()

    def rebase(self) -> None:
        """The configuration has changed: what each session may watch is another matter now."""
        for session in self._roster:
            session.base = base_topics(session.principal, self._context.directory, session.granted)
            if session.base:
                self._reading.watch(session, session.base)
            else:
                self.finish(session, SessionRevoked("the configuration no longer knows this terminal or person"))

    def doubt(self, principals: Iterable[str]) -> None:
        """Something has happened to the connections of these: those with a session here are looked at again."""
        self._unsure.update(each for each in principals if self._roster.get(each) is not None)
        if self._unsure:
            self._wake.set()

    async def run(self) -> None:
        """Look again at what is in doubt, and let go of what is no longer this node's."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            unsure, self._unsure = self._unsure, set()
            try:
                await self._look(unsure)
            except Exception as error:
                # What is not known now is asked again when the database is back.
                if isinstance(error, HINDRANCES):
                    self._outage.begins(error)
                else:
                    log.exception("ownership.not_known")
                self._unsure |= unsure
                await asyncio.sleep(RETRY_AFTER_S)
                self._wake.set()

    def _session(self, identifier: str, signed_in: SignedIn, last_seq: int | None = None) -> Session:
        principal = signed_in.principal
        session = Session(identifier, principal, self._reading.documents, self._shared, last_seq)
        session.granted = signed_in.granted
        session.sign_in = signed_in.sign_in if principal.kind is PrincipalKind.STAFF else ""
        session.base = base_topics(principal, self._context.directory, session.granted)
        if not session.base:
            raise SessionRevoked("the configuration does not know this terminal or person")
        return session

    def _attachment(self) -> tuple[Attachment, str]:
        attachment = Attachment(self._context.ids.token())
        return attachment, credentials.digest(attachment.token)

    def _take(self, session: Session, attachment: Attachment, token: str) -> None:
        self._roster.put(session)
        self._roster.attach(session, attachment, token)
        if not session.watched:
            self._reading.watch(session, session.base)

    def _expire(self, session: Session) -> None:
        self.forget(session)
        if self._lookout.standing is Standing.THERE:
            # Else it may have been resumed elsewhere, which a node without its database does not hear of.
            self._relaying.forget(session.principal)

    def _let_go(self, session: Session) -> None:
        """Another socket serves the session, elsewhere or as another object: this one is closed, and nobody lost."""
        if session.attachment is not None:
            session.attachment.replace()
            session.attachment = None
        self.forget(session)

    async def _look(self, unsure: Iterable[str]) -> None:
        held = [each for each in unsure if self._roster.get(each) is not None]
        if not held:
            return
        speaking = await connections.who_speaks(self._context, held)
        for principal in held:
            if not self._is_ours(self._roster.get(principal), speaking.get(principal)):
                # It may be changing at this moment, so look once more when it is not.
                async with self._roster.turn(principal):
                    again = await connections.who_speaks(self._context, [principal])
                    session = self._roster.get(principal)
                    if session is not None:
                        await self._settle(session, again.get(principal))

    def _is_ours(self, session: Session | None, known: Connection | None) -> bool:
        if session is None:
            return True
        lost = known is None or (known.lost_at is not None and session.attachment is not None)
        return known is not None and (known.session, known.token) == (session.id, session.token) and not lost

    async def _settle(self, session: Session, known: Connection | None) -> None:
        if self._is_ours(session, known):
            return
        if known is None:
            self.finish(session, SessionUnknown("no such session: take a new ticket"))
        elif known.session != session.id:
            self.finish(session, SessionSuperseded("a newer session speaks for you"))
        elif known.token is None:
            by_key = session.principal.kind is PrincipalKind.TERMINAL
            why = SessionRevoked("the key is good no longer") if by_key else SignedOut("the sign-in has ended")
            self.finish(session, why)
        elif known.token != session.token:
            unacknowledged = session.unacknowledged_signals()
            self._let_go(session)
            # Whoever serves the session now may have looked for its signals before these were kept.
            await self._relaying.send_after(session.principal, unacknowledged)
        elif await connections.reclaimed(self._context, session.principal, session.id, session.token, session.granted):
            log.warning("ownership.reclaimed", session=session.id)

    @asynccontextmanager
    async def _lost_on_failure(self, principal: Principal, token: str) -> AsyncIterator[None]:
        try:
            yield
        except BaseException as error:
            if not isinstance(error, Ending):
                # It may have been written all the same, and nobody else would ever tell that no socket is there.
                telling = asyncio.create_task(self._tell_loss(principal, token), name="telling a loss")
                self._telling.add(telling)
                telling.add_done_callback(self._telling.discard)
            raise

    async def _tell_loss(self, principal: Principal, token: str) -> None:
        # While the database is away nobody can be told; but told it must be, or the contact would wait for ever for
        # a terminal that has gone (I3). A client that comes back meanwhile makes it void.
        while True:
            await self._lookout.there.wait()
            if self._stopping and self._lookout.standing is not Standing.THERE:
                # Others soon see that this node is dead, and tell it then.
                return
            try:
                async with self._going:
                    await connections.lost(self._context, principal, token)
            except Exception as error:
                if isinstance(error, HINDRANCES):
                    self._outage.begins(error)
                else:
                    log.exception("ownership.loss_not_told", principal=str(principal))
                if self._stopping:
                    return
                await asyncio.sleep(RETRY_AFTER_S)
            else:
                return
