"""What a database's refusal means here: told by constraint and error code, never by the words of a message."""

from collections.abc import Callable
from sqlite3 import Error as SqliteError
from typing import Final

import asyncpg

from palvelurinki.domain.errors import Conflict, PalvelurinkiError, StaffBusy, TerminalBusy


def _terminal_busy() -> PalvelurinkiError:
    return TerminalBusy("the terminal has a contact already")


def _staff_busy() -> PalvelurinkiError:
    return StaffBusy("the person holds an offer or a call already")


def _conflict() -> PalvelurinkiError:
    return Conflict("another transaction was first")


# Every constraint that says that somebody was first. Any other that breaks is a fault of ours and stays an
# IntegrityError. PostgreSQL names the constraint; SQLite only the columns.
_OF_CONSTRAINT: dict[str, Callable[[], PalvelurinkiError]] = {
    "contact_live_terminal": _terminal_busy,
    "offer_open_contact": _conflict,
    "offer_contact_number": _conflict,
    "ringing_live_staff": _staff_busy,
    "call_contact": _conflict,
    "seat_live_staff": _staff_busy,
    "seat_live_terminal": _terminal_busy,
    "engagement_pkey": _staff_busy,
    "operation_pkey": _conflict,
    "service_event_call": _conflict,
    "configuration_pkey": _conflict,
    "terminal_key_pkey": _conflict,
    "terminal_key_active": _conflict,
    "terminal_key_retiring": _conflict,
    "enrolment_pkey": _conflict,
    "enrolment_code": _conflict,
}
_OF_COLUMNS: dict[str, str] = {
    "contact.terminal": "contact_live_terminal",
    "offer.contact": "offer_open_contact",
    "offer.contact, offer.number": "offer_contact_number",
    "ringing.staff": "ringing_live_staff",
    "call.contact": "call_contact",
    "seat.staff": "seat_live_staff",
    "seat.terminal": "seat_live_terminal",
    "engagement.staff": "engagement_pkey",
    "operation.principal, operation.operation": "operation_pkey",
    "service_event.call": "service_event_call",
    "configuration.revision": "configuration_pkey",
    "terminal_key.thumbprint": "terminal_key_pkey",
    "terminal_key.terminal": "terminal_key_active",
    "enrolment.thumbprint": "enrolment_pkey",
    "enrolment.code": "enrolment_code",
}

# Serialisation failure, deadlock, lock not had in time.
_CONTENTION = frozenset({"40001", "40P01", "55P03"})


REFUSALS: Final = (asyncpg.PostgresError, SqliteError)
"""What the drivers raise when the database refuses a statement."""


def meaning_of(error: Exception) -> PalvelurinkiError | None:
    """The error that callers know, or None when there is none: then the database's own stands."""
    name = getattr(error, "sqlite_errorname", None)
    if name is not None:
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return _conflict()
        constraint = broken_on_sqlite(name, str(error))
    else:
        if getattr(error, "sqlstate", None) in _CONTENTION:
            return _conflict()
        constraint = getattr(error, "constraint_name", None)
    make = _OF_CONSTRAINT.get(constraint) if constraint is not None else None
    return make() if make is not None else None


def broken_on_sqlite(name: str, message: str) -> str | None:
    """The unique constraint that SQLite says was broken, by the columns in its message.

    The message ends in ": table.column, table.column"; SQLite gives these names nowhere else.
    """
    if name not in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}:
        return None
    return _OF_COLUMNS.get(message.rpartition(": ")[2])


class translated:  # noqa: N801  # it is used as a function is
    """Raises what a database's error means, from the error itself."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, REFUSALS):
            meaning = meaning_of(error)
            if meaning is not None:
                raise meaning from error
