"""A table in memory: rows by their keys, with unique rules, of which each transaction has a view of its own.

A row is a frozen dataclass and is shared by everybody who reads it; nothing is ever copied but the dictionaries that
point to rows, and these only in a transaction that writes to them, the first time that it does.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from palvelurinki.adapters.memory.instants import in_utc
from palvelurinki.domain.errors import PalvelurinkiError

Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row")


class BrokenRule(Exception):
    """A row that no decision of the domain makes: a fault of ours, as an integrity error of a database is."""


@dataclass(slots=True)
class Access:
    """What a transaction may do with its tables, and whether one of its statements was refused."""

    writes: bool
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Unique(Generic[Row]):
    """At most one row of the table has each of `keys(row)`; a second one is refused."""

    name: str
    keys: Callable[[Row], Iterable[Hashable]]
    refusal: Callable[[], PalvelurinkiError]


@dataclass(frozen=True, slots=True)
class Schema(Generic[Row]):
    """The rules of one table: `sound` says whether a row may be at all."""

    name: str
    unique: tuple[Unique[Row], ...] = ()
    sound: Callable[[Row], bool] = lambda _row: True


class Table(Generic[Key, Row]):
    """Rows by key. Reading is a dictionary's; writing goes through `put` and `remove`."""

    __slots__ = ("_access", "_own", "_rows", "_schema", "_taken")

    def __init__(
        self,
        schema: Schema[Row],
        access: Access,
        rows: dict[Key, Row] | None = None,
        taken: tuple[dict[Hashable, Key], ...] | None = None,
    ) -> None:
        self._schema = schema
        self._access = access
        self._own = rows is None
        self._rows: dict[Key, Row] = {} if rows is None else rows
        self._taken = tuple({} for _ in schema.unique) if taken is None else taken

    @property
    def rows(self) -> Mapping[Key, Row]:
        """All rows."""
        return self._rows

    def get(self, key: Key) -> Row | None:
        """The row, or None."""
        return self._rows.get(key)

    def values(self) -> Iterable[Row]:
        """All rows, in the order in which they were first written."""
        return self._rows.values()

    def newest_first(self) -> Iterator[Row]:
        """All rows, those that were first written last before the others."""
        return reversed(self._rows.values())

    def holder(self, name: str, key: Hashable) -> Key | None:
        """The key of the row that has `key` under the unique rule `name`."""
        return self._taken_under(name).get(key)

    def holders(self, name: str) -> Iterable[Key]:
        """The keys of all rows that have some key under the unique rule `name`."""
        return self._taken_under(name).values()

    def view(self, access: Access) -> "Table[Key, Row]":
        """The same rows, to be written to without these changing."""
        return Table(self._schema, access, self._rows, self._taken)

    def put(self, key: Key, row: Row) -> None:
        """Write the row. Raises what a unique rule refuses with, and BrokenRule for a row that cannot be."""
        self._begin_writing()
        row = in_utc(row)
        if not self._schema.sound(row):
            self._access.refused = True
            raise BrokenRule(self._schema.name, row)
        before = self._rows.get(key)
        for rule, taken in zip(self._schema.unique, self._taken, strict=True):
            self._give(rule, taken, key, before, row)
        self._rows[key] = row

    def add(self, key: Key, row: Row, refusal: PalvelurinkiError | None = None) -> None:
        """Write a row whose key is new. Raises `refusal`, or BrokenRule, when it is not."""
        if key in self._rows:
            self._access.refused = True
            raise refusal or BrokenRule(self._schema.name, key)
        self.put(key, row)

    def remove(self, key: Key) -> Row | None:
        """Remove the row, if it is there; returns it."""
        row = self._rows.get(key)
        if row is None:
            return None
        self._begin_writing()
        for rule, taken in zip(self._schema.unique, self._taken, strict=True):
            for each in rule.keys(row):
                del taken[each]
        return self._rows.pop(key)

    def _taken_under(self, name: str) -> dict[Hashable, Key]:
        for rule, taken in zip(self._schema.unique, self._taken, strict=True):
            if rule.name == name:
                return taken
        raise KeyError(name)

    def _begin_writing(self) -> None:
        if not self._access.writes:
            raise BrokenRule(self._schema.name, "this transaction does not write, or is over")
        if not self._own:
            self._own = True
            self._rows = self._rows.copy()
            self._taken = tuple(taken.copy() for taken in self._taken)

    def _give(self, rule: Unique[Row], taken: dict[Hashable, Key], key: Key, before: Row | None, row: Row) -> None:
        wanted = tuple(rule.keys(row))
        for each in wanted:
            if taken.get(each, key) != key:
                self._access.refused = True
                raise rule.refusal()
        if before is not None:
            for each in rule.keys(before):
                del taken[each]
        for each in wanted:
            taken[each] = key


# ---- Rows ----------------------------------------------------------------------------------------------------
