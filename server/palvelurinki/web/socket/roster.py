"""The roster: this node's sessions, one for each principal, with the sockets that serve them."""

import asyncio
from collections.abc import Iterator
from weakref import WeakValueDictionary

from palvelurinki.web.socket.attachment import Attachment
from palvelurinki.web.socket.session import Session


class Roster:
    """Sessions by principal. A session whose socket is away stays until it is forgotten."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._forgetting: dict[str, asyncio.TimerHandle] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._attached = 0
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        return len(self._sessions)

    def __iter__(self) -> Iterator[Session]:
        """All sessions, as they are now."""
        return iter(list(self._sessions.values()))

    def get(self, principal: str) -> Session | None:
        """The session that speaks for the principal, as far as this node knows."""
        return self._sessions.get(principal)

    def turn(self, principal: str) -> asyncio.Lock:
        """The lock under which the principal's session changes, here and in the store: both then agree on the order."""
        return self._turns.setdefault(principal, asyncio.Lock())

    def put(self, session: Session) -> None:
        """The session speaks for its principal from now on."""
        self._sessions[str(session.principal)] = session

    def remove(self, session: Session) -> None:
        """The session is over. Nothing happens when another one speaks already."""
        principal = str(session.principal)
        if self._sessions.get(principal) is session:
            del self._sessions[principal]
            self.keep(session)

    def keep(self, session: Session) -> None:
        """The session is not to be forgotten."""
        timer = self._forgetting.pop(str(session.principal), None)
        if timer is not None:
            timer.cancel()

    def forget_later(self, session: Session, timer: asyncio.TimerHandle) -> None:
        """The timer forgets the session, unless it is kept."""
        self.keep(session)
        self._forgetting[str(session.principal)] = timer

    def attach(self, session: Session, attachment: Attachment, token: str) -> None:
        """A socket serves the session from now on."""
        session.attach(attachment, token)
        self.keep(session)
        self._attached += 1
        self._empty.clear()

    def detach(self) -> None:
        """A socket that served one does so no more."""
        self._attached -= 1
        if not self._attached:
            self._empty.set()

    async def emptied(self) -> None:
        """Return when no socket serves a session."""
        await self._empty.wait()

    def stop(self) -> None:
        """No timer outlives the node."""
        for timer in self._forgetting.values():
            timer.cancel()
        self._forgetting.clear()
