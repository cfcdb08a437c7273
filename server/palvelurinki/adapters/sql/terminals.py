"""Terminals' keys, the requests to approve one, and the tokens that were used."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BindParameter, bindparam, delete, func, insert, select, tuple_, update

from palvelurinki.adapters.sql import terminal_tables as t
from palvelurinki.adapters.sql.statements import Prepared
from palvelurinki.adapters.sql.unit import Row, Unit
from palvelurinki.domain.directory import TerminalId
from palvelurinki.domain.enrolment import EnrolmentRequest, KeyState, PublicKey, TerminalKey, Use

# Tells this lock of a text from any other that may be taken of the same one.
LOCK_OF_KEYS: Final = 12
# What one use clears away of others' that are kept no longer: more than it leaves.
CLEARED_AT_ONCE: Final = 20

_thumbprint: BindParameter[str] = bindparam("of")
_HOLD = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("terminal"), LOCK_OF_KEYS)).label("held"))
_ONE = select(t.terminal_key).where(t.terminal_key.c.thumbprint == _thumbprint)
_OF = Prepared(
    lambda wording: (
        select(t.terminal_key)
        .where(
            wording.is_one_of(t.terminal_key.c.terminal, "terminals"), t.terminal_key.c.state != str(KeyState.RETIRED)
        )
        .order_by(t.terminal_key.c.bound_at.desc(), t.terminal_key.c.thumbprint)
    )
)
_ADD = insert(t.terminal_key)
_SAVE = update(t.terminal_key).where(t.terminal_key.c.thumbprint == _thumbprint)
_ADD_USE = Prepared(lambda wording: wording.insert(t.key_use).on_conflict_do_nothing())
_key_of_use = tuple_(t.key_use.c.thumbprint, t.key_use.c.identifier)
# Skipping what others are about to clear away: nobody waits for that.
_CLEAR_USES = Prepared(
    lambda wording: delete(t.key_use).where(
        _key_of_use.in_(
            select(t.key_use.c.thumbprint, t.key_use.c.identifier)
            .where(t.key_use.c.kept_until < wording.now_once)
            .order_by(t.key_use.c.kept_until)
            .limit(CLEARED_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
    )
)
_USES = select(t.key_use.c.count, t.key_use.c.made_at).where(
    t.key_use.c.thumbprint == _thumbprint, t.key_use.c.count > 0
)

_FORGET_REQUEST = delete(t.enrolment).where(t.enrolment.c.thumbprint == _thumbprint)
_ADD_REQUEST = insert(t.enrolment)
_GIVE_WAY = delete(t.enrolment).where(
    t.enrolment.c.thumbprint.in_(
        select(t.enrolment.c.thumbprint)
        .order_by(t.enrolment.c.expires_at.desc(), t.enrolment.c.thumbprint)
        .offset(bindparam("most"))
        .limit(CLEARED_AT_ONCE)
    )
)
_FIND_REQUEST = Prepared(
    lambda wording: select(t.enrolment).where(
        t.enrolment.c.code == bindparam("by"), t.enrolment.c.expires_at > wording.now_once
    )
)
_TAKE_REQUEST = Prepared(
    lambda wording: (
        delete(t.enrolment)
        .where(
            t.enrolment.c.code == bindparam("by"),
            t.enrolment.c.thumbprint == _thumbprint,
            t.enrolment.c.expires_at > wording.now_once,
        )
        .returning(*t.enrolment.c)
    )
)


class SqlTerminalKeys:
    """The port `TerminalKeys`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def hold(self, terminal: TerminalId) -> None:
        """Nobody else changes this terminal's keys before this transaction's end. SQLite has one writer anyway.

        A lock of the terminal, not of its keys: one that is just being added is kept out, too.
        """
        if self._unit.locks:
            await self._unit.rows(_HOLD, {"terminal": terminal})

    async def get(self, thumbprint: str) -> TerminalKey | None:
        """The key, whatever its state."""
        row = await self._unit.row(_ONE, {"of": thumbprint})
        return None if row is None else _key_of(row)

    async def of(self, terminals: Collection[TerminalId]) -> Sequence[TerminalKey]:
        """The keys of these terminals that are not retired, those that were bound last first."""
        rows = await self._unit.rows(_OF, {"terminals": list(terminals)}) if terminals else ()
        return [_key_of(row) for row in rows]

    async def add(self, key: TerminalKey) -> None:
        """A key is a terminal's from now on. Raises Conflict when it, or another one of the same state, is already."""
        await self._unit.change(_ADD, _row_of(key))

    async def save(self, key: TerminalKey) -> None:
        """What became of a key that was `get`. Raises Conflict when another one of the terminal has that state."""
        changed = ("state", "count", "made_at", "used_at", "ended_at")
        row = _row_of(key)
        await self._unit.change(_SAVE, {"of": key.key.thumbprint, **{name: row[name] for name in changed}})

    async def add_use(self, thumbprint: str, identifier: str, use: Use, kept_until: datetime) -> bool:
        """A token was used. False, and nothing is written, when it was before."""
        values = {
            "thumbprint": thumbprint,
            "identifier": identifier,
            "count": use.count,
            "made_at": use.made_at,
            "kept_until": kept_until,
        }
        if not await self._unit.change(_ADD_USE, values):
            return False
        self._unit.put(_CLEAR_USES, {})
        return True

    async def uses(self, thumbprint: str) -> Sequence[Use]:
        """The uses that are still kept and have a counter, in no order."""
        rows = await self._unit.rows(_USES, {"of": thumbprint})
        return [Use(row["count"], row["made_at"]) for row in rows]


class SqlEnrolments:
    """The port `Enrolments`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, request: EnrolmentRequest, most: int) -> None:
        """A key asks; an earlier request of the same key is forgotten. Of more than `most` the oldest gives way."""
        await self._unit.change(_FORGET_REQUEST, {"of": request.key.thumbprint})
        values = {
            "thumbprint": request.key.thumbprint,
            "x": request.key.x,
            "y": request.key.y,
            "code": request.code,
            "requested_at": request.requested_at,
            "expires_at": request.expires_at,
        }
        await self._unit.change(_ADD_REQUEST, values)
        await self._unit.change(_GIVE_WAY, {"most": most})

    async def find(self, code: str) -> EnrolmentRequest | None:
        """Whose code this is, unless it has run out."""
        row = await self._unit.row(_FIND_REQUEST, {"by": code})
        return None if row is None else _request_of(row)

    async def take(self, code: str, thumbprint: str) -> EnrolmentRequest | None:
        """The same, if it is this key's; the code is used up. Of several that take it, one gets it."""
        row = await self._unit.row(_TAKE_REQUEST, {"by": code, "of": thumbprint})
        return None if row is None else _request_of(row)


def _row_of(key: TerminalKey) -> dict[str, Any]:
    return {
        "thumbprint": key.key.thumbprint,
        "x": key.key.x,
        "y": key.key.y,
        "terminal": key.terminal,
        "state": str(key.state),
        "enrolled_at": key.enrolled_at,
        "enrolled_by": key.enrolled_by,
        "bound_at": key.bound_at,
        "count": key.count,
        "made_at": key.made_at,
        "used_at": key.used_at,
        "ended_at": key.ended_at,
    }


def _key_of(row: Row) -> TerminalKey:
    return TerminalKey(
        key=PublicKey(row["thumbprint"], row["x"], row["y"]),
        terminal=TerminalId(row["terminal"]),
        state=KeyState(row["state"]),
        enrolled_at=row["enrolled_at"],
        enrolled_by=row["enrolled_by"],
        bound_at=row["bound_at"],
        count=row["count"],
        made_at=row["made_at"],
        used_at=row["used_at"],
        ended_at=row["ended_at"],
    )


def _request_of(row: Row) -> EnrolmentRequest:
    return EnrolmentRequest(
        PublicKey(row["thumbprint"], row["x"], row["y"]), row["code"], row["requested_at"], row["expires_at"]
    )
