"""Ids, tokens, pseudonyms and seals."""

from typing import Protocol


class Ids(Protocol):
    """Makes what must not be guessed or repeated."""

    def new(self) -> str:
        """A new id: URL-safe, sorted by time of making within a process, unique everywhere."""

    def token(self) -> str:
        """A new secret of at least 128 bits, URL-safe."""


class Pseudonyms(Protocol):
    """Names for staff in the record."""

    def of(self, organisation: str, staff: str) -> str:
        """The person's pseudonym in their organisation: the same each time, and not to be turned back without a key."""


class Seals(Protocol):
    """Seals of the audit log, by keys that the database does not have."""

    key: str

    def seal(self, text: str) -> str:
        """The text's seal by the newest key, of which `key` is the name."""

    def fits(self, text: str, key: str, seal: str) -> bool:
        """Whether this is the text's seal by the key of that name; not so by one that is not known."""

    def age(self, key: str) -> int | None:
        """How many keys have followed this one: 0 for the newest; None: it is not known."""
