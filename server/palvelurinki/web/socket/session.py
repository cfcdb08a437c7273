"""A session: one client's numbered events, which outlive its socket for a while.

What the client sees is compared with what it should see only when the socket is ready for more, so a slow client gets
fewer, newer events (its ring boards coalesce) while signals are kept one by one. Past `LOG_LIMIT` unacknowledged
events the log is given up: the socket closes resumably, and a resume begins with a snapshot.

Thousands of sessions are idle at any time: what an idle one has no use for is not there.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from palvelurinki.application.callers import caller_of
from palvelurinki.application.principals import Principal
from palvelurinki.domain.access import Caller
from palvelurinki.domain.call import Call
from palvelurinki.domain.contact import SessionId
from palvelurinki.domain.directory import Directory, Role
from palvelurinki.protocol import server as s
from palvelurinki.protocol.base import WireModel
from palvelurinki.protocol.views import CallView, ContactView, OfferView, PointBoardView, PresenceView, RingView
from palvelurinki.reporting.sections import Documents, Sections, call_of, sections, snapshot
from palvelurinki.reporting.sharing import Shared
from palvelurinki.web.socket.attachment import Attachment
from palvelurinki.web.socket.errors import Ending
from palvelurinki.web.socket.told import Told, told

LOG_LIMIT: Final = 512
# What signals may take that are unacknowledged. A whole call is negotiated with a tenth of it.
KEPT_BYTES: Final = 1024 * 1024
# What a signal takes beside its text.
SIGNAL_OVERHEAD: Final = 128

_NONE: Final[set[str]] = set()
_NOTHING: Final[Mapping[str, WireModel | None]] = MappingProxyType({})


class Session:
    """The state of one session. Nothing here waits or sends; `web.socket.connection` does.

    `documents` are what the node has read, of all topics; a session's view is of those that it watches.
    """

    __slots__ = (
        "__weakref__",
        "_caller",
        "_held",
        "_log",
        "_relayed",
        "_seen",
        "_shared",
        "_signal_bytes",
        "_signals",
        "_stale",
        "acknowledged",
        "attachment",
        "base",
        "documents",
        "ended",
        "granted",
        "id",
        "overflowed",
        "principal",
        "seq",
        "sign_in",
        "token",
        "watched",
    )

    def __init__(
        self, identifier: str, principal: Principal, documents: Documents, shared: Shared, last_seq: int | None = None
    ) -> None:
        """With `last_seq` it was begun at another node: what the client has seen since then is not known here."""
        self.id = SessionId(identifier)
        self.principal = principal
        # The roles that the sign-in grants, of those that the configuration allows; None: all of these.
        self.granted: frozenset[Role] | None = None
        # The digest of the sign-in with which it ends; a terminal's ends with none.
        self.sign_in = ""
        self.documents = documents
        self.seq = self.acknowledged = last_seq or 0
        self.overflowed = last_seq is not None
        self.ended: Ending | None = None
        self.attachment: Attachment | None = None
        # The digest of the token that names the attachment.
        self.token = ""
        # What the principal may watch by the configuration, and with what that leads to.
        self.base: tuple[str, ...] = ()
        self.watched: Collection[str] = ()
        self._shared = shared
        self._caller: tuple[Directory, frozenset[Role] | None, Caller] | None = None
        self._log: deque[tuple[int, Told]] | None = None
        self._seen: Sections = _NOTHING
        self._relayed: deque[Told] | None = None
        self._held: list[Told] | None = None
        # The ids of those that are relayed or logged.
        self._signals: set[str] = _NONE
        self._signal_bytes = 0
        # Whether the documents may have changed since they were last looked at.
        self._stale = True

    @property
    def call(self) -> Call | None:
        """The principal's newest call, as far as this node knows."""
        return call_of(self.principal, self.id, self.documents)

    def caller(self, directory: Directory) -> Caller:
        """Whose session it is, with the roles in force."""
        known = self._caller
        if known is None or known[0] is not directory or known[1] is not self.granted:
            known = self._caller = directory, self.granted, caller_of(directory, self.principal, self.granted)
        return known[2]

    # ---- The socket ------------------------------------------------------------------------------------------

    def attach(self, attachment: Attachment, token: str) -> None:
        """A socket serves the session from now on; the one before, if any, is told."""
        if self.attachment is not None:
            self.attachment.replace()
        self.attachment, self.token = attachment, token

    def rouse(self) -> None:
        """What the session sees may have changed."""
        self._stale = True
        self._wake()

    def end(self, why: Ending) -> None:
        """The session is over; its socket, if it has one, says why and closes."""
        self.ended = why
        self._wake()

    def _wake(self) -> None:
        if self.attachment is not None:
            self.attachment.rouse()

    # ---- Signals ---------------------------------------------------------------------------------------------

    def relay(self, signal: Told) -> None:
        """A signal for this session's seat, numbered when the socket takes it. One that is here is not doubled."""
        if self._held is not None:
            if len(self._held) < LOG_LIMIT:
                self._held.append(signal)
            return
        if signal.signal in self._signals:
            return
        if self._relayed is None:
            self._relayed = deque()
        if len(self._relayed) >= LOG_LIMIT or self._signal_bytes + _size(signal) > KEPT_BYTES:
            # The socket takes nothing: what is kept is bounded, and a resume will begin with a snapshot.
            self.overflowed = True
            self._drop(self._relayed)
            self._relayed.clear()
        self._relayed.append(signal)
        self._signals = self._signals or set()
        self._signals.add(signal.signal)
        self._signal_bytes += _size(signal)
        self._wake()

    def hold(self) -> None:
        """Signals that come now wait until those of before are there: their order matters."""
        if self._held is None:
            self._held = []

    def catch_up(self, kept: Iterable[Told]) -> None:
        """What was kept for the session elsewhere, oldest first: what is not here yet is taken, then what waited."""
        held, self._held = self._held or [], None
        for signal in (*kept, *held):
            self.relay(signal)

    def unacknowledged_signals(self) -> list[Told]:
        """The signals that the client may not have got, in order."""
        logged = [each for _, each in self._log or () if each.signal]
        return [*logged, *(self._relayed or ()), *(self._held or ())]

    # ---- Events ----------------------------------------------------------------------------------------------

    def take_snapshot(self, directory: Directory) -> s.Snapshot:
        """All that the session sees now; later events tell only what differs from it."""
        self._seen = sections(self.principal, self.id, directory, self.documents, self._shared, self.granted)
        return snapshot(self.principal, directory, self._seen, self.granted)

    def collect(self, directory: Directory) -> list[bytes]:
        """Number what is new since the last look, keep it for a resume, and return it as messages."""
        # State before signals: a signal of a new generation then finds the call view that explains it.
        fresh = [told(event) for event in self._differences(directory)] if self._stale else []
        self._stale = False
        if self._relayed:
            fresh.extend(self._relayed)
            self._relayed = None
        numbered = [self._number(each) for each in fresh]
        if self._log is not None and len(self._log) > LOG_LIMIT:
            self.overflowed = True
            self._give_up_log()
        return numbered

    def acknowledge(self, seq: int) -> list[str]:
        """The client has handled all events up to `seq`; returns the ids of the signals among them."""
        self.acknowledged = max(self.acknowledged, min(seq, self.seq))
        signals: list[str] = []
        while self._log and self._log[0][0] <= self.acknowledged:
            _, each = self._log.popleft()
            if each.signal:
                signals.append(each.signal)
                self._drop((each,))
        if not self._log:
            self._log = None
        return signals

    def missed_since(self, last_seq: int, directory: Directory) -> list[bytes]:
        """What a client that has handled events up to `last_seq` has to be sent: the events, or a snapshot."""
        if self.overflowed or last_seq < self.acknowledged or last_seq > self.seq:
            self.overflowed = False
            self._give_up_log()
            # It leaps over whatever the client has counted, here or elsewhere.
            self.seq = max(self.seq, last_seq)
            return [self._number(told(s.SnapshotEvent(seq=1, snapshot=self.take_snapshot(directory))))]
        return [each.numbered(number) for number, each in self._log or () if number > last_seq]

    def _number(self, each: Told) -> bytes:
        self.seq += 1
        if self._log is None:
            self._log = deque()
        self._log.append((self.seq, each))
        return each.numbered(self.seq)

    def _give_up_log(self) -> None:
        self._drop(each for _, each in self._log or () if each.signal)
        self._log = None

    def _drop(self, signals: Iterable[Told]) -> None:
        for each in signals:
            if each.signal in self._signals:
                self._signals.remove(each.signal)
                self._signal_bytes -= _size(each)

    def _differences(self, directory: Directory) -> Iterator[s.Event]:
        before = self._seen
        seen = sections(self.principal, self.id, directory, self.documents, self._shared, self.granted)
        if seen is before:
            return
        if seen.keys() != before.keys():
            # The configuration has changed what there is to see: no event takes a ring away, a snapshot does.
            yield s.SnapshotEvent(seq=1, snapshot=self.take_snapshot(directory))
            return
        self._seen = seen
        for key, value in seen.items():
            if before.get(key) is not value and before.get(key) != value:
                yield _event_of(key, value)


def _size(signal: Told) -> int:
    """About how many bytes a signal takes."""
    return SIGNAL_OVERHEAD + len(signal.text)


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
