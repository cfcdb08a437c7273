"""The hub: what a socket and the rest of the server know of this node's sessions.

It joins four parts: which sessions there are and whose they are (`ownership`, `roster`), what they see (`reading`), and
the signals between them (`relaying`).
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Final

from palvelurinki.application import credentials, topics
from palvelurinki.application.changes import Changes
from palvelurinki.application.node import Node
from palvelurinki.application.outage import HINDRANCES
from palvelurinki.application.principals import Principal
from palvelurinki.application.reach import Standing
from palvelurinki.ports import Signals
from palvelurinki.protocol.client import Hello, Signal
from palvelurinki.web.socket.attachment import Attachment
from palvelurinki.web.socket.errors import ServerCutOff, ServerStopping
from palvelurinki.web.socket.leaving import farewells
from palvelurinki.web.socket.ownership import Ownership
from palvelurinki.web.socket.reading import Reading
from palvelurinki.web.socket.relaying import Relaying
from palvelurinki.web.socket.roster import Roster
from palvelurinki.web.socket.session import Session

HOURS_EVERY_S: Final = 1.0
# Whoever has a socket is there: their sign-ins are used so often within the time after which they would end.
USED_AFTER: Final = 0.1
KEEPING: Final = "keeping signed in"
STOP_WITHIN_S: Final = 3.0
LEAVING: Final = "this node is leaving"
CUT_OFF: Final = "this node does not reach the database"

_CONNECTION: Final = topics.connection("")


class Hub:
    """This node's sessions."""

    def __init__(self, node: Node, signals: Signals, session_kept_s: float) -> None:
        self.node = node
        self.context = node.context
        self._roster = Roster()
        self._reading = Reading(node.context, self._roster, node.outage)
        self._relaying = Relaying(node.bus, signals, self._roster)
        self._ownership = Ownership(node, self._roster, self._reading, self._relaying, session_kept_s)
        self._stopping = False
        node.watchers.append(self.wake)
        node.lookout.on_cut_off.append(self.send_away)

    def wake(self, touched: Collection[str], changes: Changes | None = None) -> None:
        """These topics have changed, here by these changes: show it to the sessions that they concern."""
        if topics.CONFIGURATION in touched:
            # It is also what a node tells itself that was away for too long to hear what has happened.
            self._ownership.rebase()
            self._ownership.doubt(str(session.principal) for session in self._roster)
            self._reading.touch_all()
        if changes is None:
            self._reading.touch(touched)
        else:
            self._reading.hear(changes)
        self._ownership.doubt(each.removeprefix(_CONNECTION) for each in touched if each.startswith(_CONNECTION))

    async def run(self) -> None:
        """Read what was woken, watch the clock for rings that open and close, hear what other nodes tell."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._reading.run(), name="reading")
            group.create_task(self._ownership.run(), name="ownership")
            group.create_task(self._relaying.run(), name="relaying")
            group.create_task(self._watching_hours(), name="watching-hours")
            group.create_task(self._keeping_signed_in(), name=KEEPING)

    @asynccontextmanager
    async def attached(
        self, hello: Hello, shown: Collection[str] = frozenset()
    ) -> AsyncIterator[tuple[Session, Attachment]]:
        """The session that a hello begins or resumes, and this socket's attachment to it, for as long as it lasts.

        `shown` are the digests of the cookies that came with the handshake: a ticket is good with its own alone.

        Afterwards the session is kept for a resume. Raises HelloRefused for a worthless ticket, SessionUnknown for a
        session that is not kept, SessionRevoked when the configuration does not know who it is.
        """
        if self._stopping:
            # Its socket was opened just before the node began to leave.
            raise next(farewells(ServerStopping, LEAVING, 1))
        if self.node.lookout.standing is Standing.CUT_OFF:
            raise next(farewells(ServerCutOff, CUT_OFF, 1))
        async with self._ownership.coming:
            if hello.resume is not None:
                session, attachment = await self._ownership.resume(hello.resume)
            else:
                session, attachment = await self._ownership.begin(hello.ticket or "", shown)
        try:
            self.node.hasten()
            if hello.resume is not None:
                self.acknowledge(session, hello.resume.last_seq)
                await self._relaying.catch_up(session)
            # The person's presence and the terminal's contact may have changed by their coming.
            await self._reading.fresh(session)
            # A socket lives for hours.
            del shown
            yield session, attachment
        finally:
            await asyncio.shield(self._ownership.lose(session, attachment))
            self.node.hasten()

    def acknowledge(self, session: Session, seq: int) -> None:
        """The session's client has handled all events up to `seq`."""
        self._relaying.acknowledge(session, seq)

    def relay(self, signal: Signal, sender_seat: str, recipient: Principal) -> "asyncio.Future[None]":
        """Hand a signal to the session of the recipient, here or on another node. Done when it is kept."""
        return self._relaying.relay(signal, sender_seat, recipient)

    async def stop(self) -> None:
        """This node is leaving: clients are told when to come back, and no timer outlives the hub."""
        self._stopping = True
        self._ownership.stop()
        for session, farewell in zip(self._roster, farewells(ServerStopping, LEAVING, len(self._roster)), strict=True):
            session.end(farewell)
        # Who takes longer is cut off by the server's own stop.
        emptied = asyncio.create_task(self._roster.emptied(), name="emptied")
        await asyncio.wait((emptied,), timeout=STOP_WITHIN_S)
        emptied.cancel()

    def send_away(self) -> None:
        """This node is cut off from the database: whoever is here is better served elsewhere.

        Their sessions are kept as after any lost socket: should nobody have taken one over when the node is back, it
        goes on here.
        """
        served = [session.attachment for session in self._roster if session.attachment is not None]
        for attachment, farewell in zip(served, farewells(ServerCutOff, CUT_OFF, len(served)), strict=True):
            attachment.dismiss(farewell)

    async def _keeping_signed_in(self) -> None:
        while True:
            await asyncio.sleep(self.context.sign_in_idle.total_seconds() * USED_AFTER)
            used = {each.sign_in for each in self._roster if each.sign_in and each.attachment is not None}
            try:
                if used:
                    await credentials.used(self.context, used)
            except HINDRANCES as hindrance:
                # There is time for several more.
                self.node.outage.begins(hindrance, KEEPING)
            else:
                self.node.outage.ends(KEEPING)

    async def _watching_hours(self) -> None:
        while True:
            await asyncio.sleep(HOURS_EVERY_S)
            self._reading.touch_turned(self.node.now())
