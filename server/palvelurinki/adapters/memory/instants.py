"""Instants as the tables keep them: aware, and in UTC."""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from types import NoneType
from typing import Any, Final, TypeVar

Row = TypeVar("Row")

# Asking a dataclass for its fields costs more than all the rest.
_NAMES: dict[type, tuple[str, ...]] = {}
_PLAIN: Final = frozenset({str, int, bool, float, frozenset, NoneType})


def in_utc(row: Row) -> Row:
    """The dataclass with every instant in it, and in the dataclasses within it, in UTC.

    Raises ValueError for a naive datetime: it is no instant.
    """
    changed = {}
    for name in _names_of(row):
        value = getattr(row, name)
        if type(value) in _PLAIN:
            continue
        kept = _kept(value)
        if kept is not value:
            changed[name] = kept
    # What was built in UTC, as nearly everything is, is shared and not copied.
    return row if not changed else _replaced(row, changed)


def instant_in_utc(instant: datetime) -> datetime:
    """The instant in UTC. Raises ValueError for a naive one."""
    if instant.tzinfo is UTC:
        return instant
    if instant.tzinfo is None:
        raise ValueError("a naive datetime is no instant")
    return instant.astimezone(UTC)


def _kept(value: object) -> object:
    if type(value) is datetime:
        return instant_in_utc(value)
    if type(value) is tuple:
        kept = tuple(_kept(each) for each in value)
        return value if all(one is other for one, other in zip(kept, value, strict=True)) else kept
    return in_utc(value) if _names_of(value) else value


def _names_of(row: Any) -> tuple[str, ...]:  # noqa: ANN401  # any value; one that is no dataclass has no names
    kind = type(row)
    names = _NAMES.get(kind)
    if names is None:
        names = _NAMES[kind] = tuple(each.name for each in fields(row)) if is_dataclass(row) else ()
    return names


def _replaced(row: Any, changed: dict[str, object]) -> Any:  # noqa: ANN401  # any dataclass
    return replace(row, **changed)
