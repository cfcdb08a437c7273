"""What the audit log's tables say, whatever somebody who has the database has made of them.

SQLite keeps any value in any column, and its driver gives none of a row whose text is no UTF-8: one such row would hide
all the others. So it is asked for bytes there, which are read here. It also says which of the guards are in force.
"""

from typing import Any, Final

from sqlalchemy import (
    Executable,
    LargeBinary,
    Table,
    Text,
    case,
    cast,
    column,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    table,
    type_coerce,
)
from sqlalchemy.sql import ColumnElement
from sqlalchemy.types import NullType

from palvelurinki.adapters.sql.statements import Prepared, Wording
from palvelurinki.domain.audit import UNREADABLE

GUARDS: Final = ("audit_kept", "audit_not_emptied")
"""The triggers of the migration, by the same names on both databases."""


def columns_of(asked: Table, wording: Wording) -> list[ColumnElement[Any]]:
    """The table's columns, to be read by `text` and `number`."""
    return [each if wording.on_postgresql else _raw(each).label(each.name) for each in asked.c]


def _raw(asked: ColumnElement[Any]) -> ColumnElement[Any]:
    kind = func.typeof(asked)
    if isinstance(asked.type, Text):
        # Text as bytes; what is neither text nor NULL in SQL's own words.
        told: ColumnElement[Any] = case(
            (kind == literal("text"), cast(asked, LargeBinary)),
            (kind == literal("null"), null()),
            else_=literal(UNREADABLE) + type_coerce(func.quote(asked), Text()),
        )
    else:
        told = case((kind == literal("integer"), asked), else_=null())
    return type_coerce(told, NullType())


def text(told: object) -> str:
    """What stands there; UNREADABLE and what it is instead, when that is no text."""
    match told:
        case str():
            return told
        case bytes():
            try:
                return told.decode()
            except UnicodeDecodeError:
                return UNREADABLE + told.hex()
        case _:
            return f"{UNREADABLE}{told}"


def number(told: object) -> int | None:
    """The whole number that stands there; None when it is none."""
    return told if isinstance(told, int) else None


def _guards(wording: Wording) -> Executable:
    if wording.on_postgresql:
        # One that is disabled, or in force for a replica alone, is as good as none.
        enabled = cast(column("tgenabled"), Text)
        of_log: ColumnElement[Any] = literal_column("'audit'::regclass")
        return (
            select(cast(column("tgname"), Text).label("name"))
            .select_from(table("pg_trigger"))
            .where(column("tgrelid") == of_log, or_(enabled == literal("O"), enabled == literal("A")))
        )
    return (
        select(column("name"))
        .select_from(table("sqlite_master"))
        .where(column("type") == literal("trigger"), column("tbl_name") == literal("audit"))
    )


GUARDS_IN_FORCE: Final = Prepared(_guards)
