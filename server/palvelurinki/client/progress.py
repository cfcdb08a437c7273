"""How far the client has come in its session: without a socket or a clock."""

from typing import Final, Generic

from palvelurinki.client.errors import NotUnderstood
from palvelurinki.client.snapshot import S, apply_event
from palvelurinki.protocol.base import VERSION
from palvelurinki.protocol.client import Hello, Resume
from palvelurinki.protocol.server import ServerEvent, Signalled, SnapshotEvent, Welcome

# More than the server keeps for a client.
SIGNALS_REMEMBERED: Final = 1024


class EventsMissing(Exception):
    """An event's number leaps: something was lost on the way, so the session must be resumed."""


class Handled:
    """The ids of the newest signals. After a resume one may come again under another number."""

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}

    def add(self, identifier: str) -> bool:
        """The signal is being handled; False when it has been before."""
        if identifier in self._ids:
            return False
        self._ids[identifier] = None
        if len(self._ids) > SIGNALS_REMEMBERED:
            del self._ids[next(iter(self._ids))]
        return True


class Progress(Generic[S]):
    """The resume token, the last event taken, and the snapshot as of then."""

    def __init__(self, snapshot_type: type[S]) -> None:
        self._type: type[S] = snapshot_type
        self.token: str | None = None
        self.last_seq = 0
        self.snapshot: S | None = None
        self._signals = Handled()

    def resume(self) -> Hello | None:
        """The hello that goes on with the session; None when there is none to go on with."""
        if self.token is None:
            return None
        return Hello(version=VERSION, resume=Resume(token=self.token, last_seq=self.last_seq))

    def forget(self) -> None:
        """The session is gone. The snapshot stays: it is what was last known."""
        self.token = None

    def welcomed(self, welcome: Welcome) -> None:
        """The session has begun, or goes on. Raises NotUnderstood for a snapshot of another role."""
        if welcome.snapshot is not None:
            if not isinstance(welcome.snapshot, self._type):
                raise NotUnderstood(f"a snapshot for {welcome.snapshot.role} was not asked for")
            self.snapshot = welcome.snapshot
            self.last_seq = welcome.seq
        elif self.snapshot is None or welcome.seq != self.last_seq:
            raise NotUnderstood("a welcome without a snapshot for a session that is not resumed from here")
        self.token = welcome.resume_token

    def count(self, seq: int, *, leaps: bool = False) -> bool:
        """Whether the event of this number is the next one; False for one taken before.

        Only a snapshot `leaps`, for it stands for all before it. Raises EventsMissing when another one does.
        """
        if seq <= self.last_seq:
            return False
        if seq > self.last_seq + 1 and not leaps:
            raise EventsMissing(f"event {seq} after {self.last_seq}")
        self.last_seq = seq
        return True

    def take(self, event: ServerEvent) -> bool:
        """Count the event and keep the snapshot up to date. False for one taken before. Raises EventsMissing."""
        if not self.count(event.seq, leaps=isinstance(event, SnapshotEvent)):
            return False
        if isinstance(event, Signalled):
            return self._signals.add(event.id)
        if self.snapshot is None:
            raise NotUnderstood("an event before any snapshot")
        try:
            self.snapshot = apply_event(self.snapshot, event)
        except TypeError as error:
            raise NotUnderstood(str(error)) from error
        return True
