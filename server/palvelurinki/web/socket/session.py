"""A session: one client's numbered events, which outlive its socket for a while.

What the client sees is compared with what it should see only when the socket is ready for more, so a slow client gets
fewer, newer events (its ring boards coalesce) while signals are kept one by one. Past `LOG_LIMIT` unacknowledged
events the log is given up: the socket closes resumably, and a resume begins with a snapshot.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from typing import Final

from palvelurinki.application.principals import Principal
from palvelurinki.domain.call import Call
from palvelurinki.domain.contact import SessionId
from palvelurinki.domain.directory import Directory
from palvelurinki.protocol import server as s
from palvelurinki.protocol.base import WireModel
from palvelurinki.protocol.views import CallView, ContactView, OfferView, PointBoardView, PresenceView, RingView
from palvelurinki.reporting.sections import Documents, call_of, sections, snapshot
from palvelurinki.web.socket.errors import Ending

LOG_LIMIT: Final = 512


class Session:
    """The state of one session. Nothing here waits or sends; `web.socket.connection` does."""

    def __init__(self, identifier: str, principal: Principal) -> None:
        self.id = SessionId(identifier)
        self.principal = principal
        self.seq = 0
        self.acknowledged = 0
        self.overflowed = False
        self.ended: Ending | None = None
        self.tokens: deque[str] = deque(maxlen=2)
        self.documents: Documents = {}
        # What the principal may watch by the configuration, and with what that leads to.
        self.base: tuple[str, ...] = ()
        self.watched: frozenset[str] = frozenset()
        self.changed = asyncio.Event()
        # Orders the loss and the return of the socket, which are transactions.
        self.lifecycle = asyncio.Lock()
        self._log: deque[tuple[int, s.Event]] = deque()
        self._seen: dict[str, WireModel | None] = {}
        self._relayed: deque[s.Signalled] = deque()

    @property
    def call(self) -> Call | None:
        """The principal's newest call, as far as this node knows."""
        return call_of(self.principal, self.id, self.documents)

    def take_snapshot(self, directory: Directory) -> s.Snapshot:
        """All that the session sees now; later events tell only what differs from it."""
        seen = sections(self.principal, self.id, directory, self.documents)
        self._seen = dict(seen)
        return snapshot(self.principal, directory, seen)

    def end(self, why: Ending) -> None:
        """The session is over; its socket, if it has one, says why and closes."""
        self.ended = why
        self.changed.set()

    def relay(self, signal: s.Signalled) -> None:
        """A signal for this session's seat; it is numbered when the socket takes it."""
        if len(self._relayed) >= LOG_LIMIT:
            # The socket takes nothing: what is kept is bounded, and a resume will begin with a snapshot.
            self.overflowed = True
            self._relayed.clear()
        self._relayed.append(signal)
        self.changed.set()

    def collect(self, directory: Directory) -> list[s.Event]:
        """Number what is new since the last look, keep it for a resume, and return it."""
        # State before signals: a signal of a new generation then finds the call view that explains it.
        fresh = list(self._differences(directory))
        while self._relayed:
            fresh.append(self._relayed.popleft())
        numbered = [self._number(event) for event in fresh]
        if len(self._log) > LOG_LIMIT:
            self.overflowed = True
            self._log.clear()
        return numbered

    def acknowledge(self, seq: int) -> None:
        """The client has handled all events up to `seq`."""
        self.acknowledged = max(self.acknowledged, min(seq, self.seq))
        while self._log and self._log[0][0] <= self.acknowledged:
            self._log.popleft()

    def missed_since(self, last_seq: int, directory: Directory) -> list[s.Event]:
        """What a client that has handled events up to `last_seq` has to be sent: the events, or a snapshot."""
        self.acknowledge(last_seq)
        if self.overflowed or last_seq < self.acknowledged or last_seq > self.seq:
            self.overflowed = False
            self._log.clear()
            return [self._number(s.SnapshotEvent(seq=1, snapshot=self.take_snapshot(directory)))]
        return [event for _, event in self._log]

    def _number(self, event: s.Event) -> s.Event:
        self.seq += 1
        numbered = event.model_copy(update={"seq": self.seq})
        self._log.append((self.seq, numbered))
        return numbered

    def _differences(self, directory: Directory) -> Iterator[s.Event]:
        seen = sections(self.principal, self.id, directory, self.documents)
        if seen.keys() != self._seen.keys():
            # The configuration has changed what there is to see: no event takes a ring away, a snapshot does.
            yield s.SnapshotEvent(seq=1, snapshot=self.take_snapshot(directory))
            return
        for key, value in seen.items():
            if self._seen.get(key) != value:
                self._seen[key] = value
                yield _event_of(key, value)


def _event_of(key: str, value: WireModel | None) -> s.Event:
    match key, value:
        case "contact", ContactView() | None:
            return s.ContactChanged(seq=1, contact=value)
        case "call", CallView() | None:
            return s.CallChanged(seq=1, call=value)
        case "offer", OfferView() | None:
            return s.OfferChanged(seq=1, offer=value)
        case "presence", PresenceView() | None:
            return s.PresenceChanged(seq=1, presence=value)
        case _, RingView():
            return s.RingChanged(seq=1, ring=value)
        case _, PointBoardView():
            return s.PointChanged(seq=1, point=value)
        case _:
            msg = f"no event for section {key!r}"
            raise ValueError(msg)
