"""Ids, tokens and pseudonyms."""

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
