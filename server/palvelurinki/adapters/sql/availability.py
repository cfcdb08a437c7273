"""Why a database cannot be had when a node starts, and whether waiting may mend it.

Waiting mends what comes and goes beside us: a server that is not up yet, that recovers, that has no connection left, a
standby that is not promoted yet, a lock that another node holds while it migrates. It does not mend what was told to
us: a password, a role, the name of a database, an address that is none; those are told at once, so that whoever set
them sees it, and the service manager tries again anyway. A schema that is newer than this program is no fault of the
database either: an older program must not write to it.
"""

import sqlite3
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from palvelurinki.adapters.sql.schema import NewerSchema
from palvelurinki.domain.errors import Busy, Conflict
from palvelurinki.ports import OutcomeUnknown

# Connection lost or refused, no resources left, serialisation or deadlock: whole classes of SQLSTATE.
_PASSING_CLASSES: Final = ("08", "40", "53")
# The server was told to stop, has crashed, is starting; a lock was not had in time; a standby is read-only.
_PASSING: Final = frozenset({"57P01", "57P02", "57P03", "55P03", "25006"})

# A table, a column, an operator of theirs is not there: syntax error or access rule violation.
_UNDEFINED_CLASS: Final = "42"
_DAMAGED_ON_SQLITE: Final = frozenset({"SQLITE_ERROR", "SQLITE_CORRUPT", "SQLITE_NOTADB"})


@dataclass(frozen=True, slots=True)
class Unavailability:
    """Why, in a line without secrets; `passing` when waiting may mend it."""

    why: str
    passing: bool


def unavailability(error: BaseException) -> Unavailability | None:
    """What an error that was met while opening the store says; None for one that is no matter of the database."""
    found: Unavailability | None
    match error:
        case Busy(__cause__=BaseException() as cause):
            # Why it does not answer says more.
            found = unavailability(cause) or Unavailability(error.message, passing=True)
        case Conflict() | Busy():
            found = Unavailability(error.message, passing=True)
        case OutcomeUnknown():
            found = Unavailability("it went away", passing=True)
        case NewerSchema():
            found = Unavailability("its schema is newer than this program", passing=False)
        case DBAPIError():
            found = _of_driver(error.driver_exception)
        case PoolTimeout():
            found = Unavailability("it does not answer in time", passing=True)
        case ArgumentError():
            # Its message may repeat the address, and with it the password.
            found = Unavailability("the address is none that can be read", passing=False)
        case SQLAlchemyError() | OSError() | asyncpg.PostgresError() | asyncpg.InterfaceError() | sqlite3.Error():
            found = _of_driver(error)
        case asyncpg.InternalClientError():
            # What asyncpg may say of a connection whose end comes in the middle of an exchange.
            found = Unavailability("the connection broke while it was made", passing=True)
        case _:
            # A fault of ours, and told as one.
            found = None
    return found


def damage(error: BaseException) -> str | None:
    """What a refused statement says of a schema that is not as it was left, or of a broken file; None: nothing."""
    if isinstance(error, asyncpg.PostgresError):
        return _said(error) if (error.sqlstate or "").startswith(_UNDEFINED_CLASS) else None
    if isinstance(error, sqlite3.Error):
        return _said(error) if getattr(error, "sqlite_errorname", None) in _DAMAGED_ON_SQLITE else None
    return None


def place(url: str) -> str:
    """Which database, and where, without user or password: `palvelurinki at db.example:5432`.

    Raises ArgumentError for what is no address.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return str(parsed.database)
    queried = parsed.query.get("host", ())
    hosts = (queried,) if isinstance(queried, str) else queried
    host = parsed.host or ",".join(hosts) or "localhost"
    return f"{parsed.database} at {host}" + (f":{parsed.port}" if parsed.port else "")


def _of_driver(error: BaseException) -> Unavailability:
    raised: Any = error
    sqlstate = getattr(raised, "sqlstate", None)
    if sqlstate is not None:
        passing = sqlstate[:2] in _PASSING_CLASSES or sqlstate in _PASSING
    else:
        name = getattr(raised, "sqlite_errorname", None)
        passing = name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) if name is not None else _is_away(error)
    return Unavailability(_said(error), passing)


def _is_away(error: BaseException) -> bool:
    # TimeoutError, a refused connection, a socket or a name that is not there yet: all are OSError.
    return isinstance(error, OSError | asyncpg.InterfaceError)


def _said(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    # asyncpg names each address of a host that it tried; the first line is enough.
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return text.partition("\n")[0] or type(error).__name__
