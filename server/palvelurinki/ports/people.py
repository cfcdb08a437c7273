"""Who is there: statuses of staff, and which session speaks for whom."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from palvelurinki.domain.directory import RingId, StaffId
from palvelurinki.domain.presence import Presence
from palvelurinki.domain.routing import Expert


@dataclass(frozen=True, slots=True)
class Connection:
    """Whether a principal's client is there: the newest session of a terminal or a member of staff.

    `principal` is "terminal:ID" or "staff:ID". `lost_at` is set while the socket is away; `node` is the server
    process that holds the session. `token` is the digest of the newest resume token and names the socket's present
    attachment, for each has one of its own; `token_before` is the one by which that socket came. There is none once
    the session is over. `sign_in` is the digest of the sign-in with which it ends, if it ends with one.
    """

    principal: str
    session: str
    node: str
    opened_at: datetime
    lost_at: datetime | None
    token: str | None = None
    token_before: str | None = None
    sign_in: str | None = None


class Connections(Protocol):
    """Which session speaks for whom."""

    async def open(
        self, principal: str, session: str, node: str, token: str, sign_in: str | None = None
    ) -> Connection | None:
        """This session speaks for the principal from now on. Returns the one it replaces, if any."""

    async def resumable(self, token: str, kept: timedelta) -> Connection | None:
        """The connection whose newest token, or the one before, this is, unless it has been away for longer than that.

        A connection whose node has died without a word has been away since the node last beat.
        """

    async def resume(self, principal: str, node: str, used: str, token: str) -> bool:
        """The session's socket is back, with one of the two good tokens; that one stays good until `token` is used.

        False when neither is: another session has taken over, another socket this one, or the principal signed out.
        """

    async def lose(self, principal: str, token: str) -> bool:
        """The socket of this token is away. False when another one has come in its place or it was lost before."""

    async def restore(self, principal: str, token: str) -> bool:
        """The socket of this token was taken for lost, but is there. False when another one has come in its place."""

    async def revoke(self, principal: str, sign_in: str | None = None) -> bool:
        """The principal's session is over: its socket counts as away, and no token resumes it. False without one.

        When a sign-in is named (its digest), only a session that ends with that.
        """

    async def get(self, principal: str) -> Connection | None:
        """The principal's newest session."""

    async def hold(self, principal: str) -> Connection | None:
        """As `get`; whoever writes down anything else of it does so only after this transaction's end."""

    async def of(self, principals: Collection[str]) -> Mapping[str, Connection]:
        """The newest sessions of these; who never had one is absent."""

    async def connected(self, principals: Collection[str]) -> frozenset[str]:
        """Of these, those whose socket is there."""

    async def is_there(self, principal: str, session: str | None = None) -> bool:
        """Whether the principal's socket is there, and, when asked, whether it is this session's.

        A loss, or another session, is written only after this transaction's end. One that assumes takes it to be there.
        """

    async def beat(self, node: str) -> None:
        """The node is alive."""

    async def of_dead_nodes(self, older_than: timedelta, limit: int) -> Sequence[Connection]:
        """Connections that are not lost but whose node has not beaten for longer than that, or never has.

        At most `limit` of them, by principal.
        """

    async def fence(self, older_than: timedelta, node: str) -> int:
        """Have the database let go of what dead nodes hold in it; returns how many of their sessions were ended.

        A session is ended when it has been in one transaction for `older_than` while its node has not beaten for so
        long, unless it is one of `node`, which asks.
        """


class Presences(Protocol):
    """Statuses of staff."""

    async def load(self, staff: StaffId) -> Presence:
        """The person's presence, locked; the initial one when there is none."""

    def recall(self, presence: Presence) -> bool:
        """Take it to stand as it was read or saved before, by whatever transaction: as if it had been loaded.

        A transaction that assumes does so, and is in conflict when it stands so no more. False in any other.
        """

    async def may_be_rung(self, staff: Collection[StaffId]) -> frozenset[StaffId]:
        """Of these, those who are ready, past their wrap-up, and whose console is there, locked.

        Neither the presence nor the loss of the console is written by anybody else before this transaction's end. One
        that assumes takes all of them for such.
        """

    async def save(self, presence: Presence) -> None:
        """Write it. Compare-and-set on `version`: raises Conflict."""

    async def on_duty(self, staff: Collection[StaffId]) -> Sequence[Expert]:
        """Of these, those who are ready and connected. Free are those who hold nothing and whose wrap-up is past.

        `asked_at` and `calls_today` are left at their defaults.
        """

    async def on_duty_for(self, staff: Collection[StaffId], rings: Collection[RingId]) -> tuple[Sequence[Expert], bool]:
        """The same, and whether a contact waits in one of these rings."""

    async def of(self, staff: Collection[StaffId]) -> Sequence[tuple[Presence, bool, bool]]:
        """Of these, the presences with: whether the console is connected; whether the person holds a contact.

        Those who never signed in are absent.
        """
