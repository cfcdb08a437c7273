"""Who is signed in, tickets for the socket, and browsers that are at an issuer. Only digests of secrets are kept."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, case, delete, insert, select, update

from palvelurinki.adapters.sql import sign_in_tables as t
from palvelurinki.adapters.sql.statements import Prepared, Statement
from palvelurinki.adapters.sql.types import UtcDateTime
from palvelurinki.adapters.sql.unit import Row, Unit
from palvelurinki.domain.directory import Role
from palvelurinki.ports import Attempt, SignIn

_digest: BindParameter[str] = bindparam("of")
_until: BindParameter[datetime] = bindparam("until", type_=UtcDateTime())
_ADD_TICKET = insert(t.ticket)
_USE_TICKET = Prepared(
    lambda wording: (
        delete(t.ticket)
        .where(t.ticket.c.digest == _digest, t.ticket.c.expires_at > wording.now_once)
        .returning(t.ticket.c.sign_in)
    )
)
_ADD_SIGN_IN = insert(t.sign_in)
_SIGN_IN = Prepared(
    lambda wording: select(t.sign_in).where(t.sign_in.c.digest == _digest, t.sign_in.c.expires_at > wording.now_once)
)
_SIGN_IN_HELD = Prepared(
    lambda wording: (
        select(t.sign_in)
        .where(t.sign_in.c.digest == _digest, t.sign_in.c.expires_at > wording.now_once)
        .with_for_update(read=True)
    )
)
_SIGN_INS_OF = Prepared(
    lambda wording: (
        select(t.sign_in)
        .where(t.sign_in.c.principal == _digest, t.sign_in.c.expires_at > wording.now_once)
        .order_by(t.sign_in.c.begun_at, t.sign_in.c.digest)
    )
)
_EXTEND = Prepared(
    lambda wording: (
        update(t.sign_in)
        .where(
            wording.is_one_of(t.sign_in.c.digest, "digests"),
            t.sign_in.c.expires_at > wording.now_once,
            t.sign_in.c.expires_at < _until,
        )
        .values(expires_at=case((t.sign_in.c.ends_at < _until, t.sign_in.c.ends_at), else_=_until))
    )
)
_END = delete(t.sign_in).where(t.sign_in.c.digest == _digest).returning(t.sign_in)
_END_OF = delete(t.sign_in).where(t.sign_in.c.principal == _digest).returning(t.sign_in)
_END_EXPIRED_OF = Prepared(
    lambda wording: (
        delete(t.sign_in)
        .where(t.sign_in.c.principal == _digest, t.sign_in.c.expires_at <= wording.now_once)
        .returning(t.sign_in)
    )
)
_END_AT = delete(t.sign_in).where(t.sign_in.c.issuer == _digest).returning(t.sign_in)
_ADD_ATTEMPT = insert(t.sign_in_attempt)
_USE_ATTEMPT = Prepared(
    lambda wording: (
        delete(t.sign_in_attempt)
        .where(
            t.sign_in_attempt.c.state == _digest,
            t.sign_in_attempt.c.browser == bindparam("by"),
            t.sign_in_attempt.c.expires_at > wording.now_once,
        )
        .returning(t.sign_in_attempt)
    )
)


class SqlCredentials:
    """The port `Credentials`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add_ticket(self, digest: str, sign_in: str, expires_at: datetime) -> None:
        """A ticket for one hello."""
        self._unit.put(_ADD_TICKET, {"digest": digest, "sign_in": sign_in, "expires_at": expires_at})

    async def use_ticket(self, digest: str) -> str | None:
        """The sign-in of a ticket that is neither used nor too old. Using it removes it."""
        sign_in: str | None = await self._unit.value(_USE_TICKET, {"of": digest})
        return sign_in

    async def add_sign_in(self, sign_in: SignIn) -> None:
        """A browser is signed in."""
        self._unit.put(
            _ADD_SIGN_IN,
            {
                "digest": sign_in.digest,
                "principal": sign_in.principal,
                "begun_at": sign_in.begun_at,
                "expires_at": sign_in.expires_at,
                "ends_at": sign_in.ends_at,
                "roles": None if sign_in.roles is None else sorted(sign_in.roles),
                "issuer": sign_in.issuer,
            },
        )

    async def sign_in(self, digest: str) -> SignIn | None:
        """The sign-in, if it has not ended; locked against its end in a transaction that writes."""
        row = await self._unit.row(_SIGN_IN_HELD if self._unit.locks else _SIGN_IN, {"of": digest})
        return None if row is None else _sign_in_of(row)

    async def sign_ins_of(self, principal: str) -> Sequence[SignIn]:
        """All of the principal's that have not ended, oldest first."""
        return [_sign_in_of(row) for row in await self._unit.rows(_SIGN_INS_OF, {"of": principal})]

    async def extend_sign_ins(self, digests: Collection[str], until: datetime) -> int:
        """These were used. One statement for all of them."""
        if not digests:
            return 0
        return await self._unit.change(_EXTEND, {"digests": sorted(digests), "until": until})

    async def end_sign_in(self, digest: str) -> SignIn | None:
        """It is worth nothing any more; returns it."""
        return next(iter(await self._ended(_END, digest)), None)

    async def end_sign_ins_of(self, principal: str) -> Sequence[SignIn]:
        """All of the principal's; likewise."""
        return await self._ended(_END_OF, principal)

    async def end_expired_sign_ins_of(self, principal: str) -> Sequence[SignIn]:
        """Those of the principal's whose time is up; likewise."""
        return await self._ended(_END_EXPIRED_OF, principal)

    async def end_sign_ins_at(self, issuer: str) -> Sequence[SignIn]:
        """All that were made at the issuer; likewise."""
        return await self._ended(_END_AT, issuer)

    async def add_attempt(self, attempt: Attempt) -> None:
        """A browser goes to an issuer."""
        self._unit.put(
            _ADD_ATTEMPT,
            {
                "state": attempt.state,
                "browser": attempt.browser,
                "issuer": attempt.issuer,
                "expires_at": attempt.expires_at,
            },
        )

    async def use_attempt(self, state: str, browser: str) -> Attempt | None:
        """The attempt of this state and this browser that is neither used nor too old. Using it removes it."""
        row = await self._unit.row(_USE_ATTEMPT, {"of": state, "by": browser})
        return None if row is None else Attempt(row["state"], row["browser"], row["issuer"], row["expires_at"])

    async def _ended(self, statement: Statement, of: str) -> Sequence[SignIn]:
        return [_sign_in_of(row) for row in await self._unit.rows(statement, {"of": of})]


def _sign_in_of(row: Row) -> SignIn:
    return SignIn(
        digest=row["digest"],
        principal=row["principal"],
        begun_at=row["begun_at"],
        expires_at=row["expires_at"],
        ends_at=row["ends_at"],
        roles=None if row["roles"] is None else frozenset(Role(role) for role in row["roles"]),
        issuer=row["issuer"],
    )
