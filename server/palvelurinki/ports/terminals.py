"""Terminals' keys: what is kept of them, and how what a terminal has signed is read."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from palvelurinki.domain.assertions import Claims
from palvelurinki.domain.directory import TerminalId
from palvelurinki.domain.enrolment import EnrolmentRequest, PublicKey, TerminalKey, Use


class TerminalKeys(Protocol):
    """The keys that are, or were, terminals'. One at most is active at a time, and one retiring."""

    async def hold(self, terminal: TerminalId) -> None:
        """Nobody else changes this terminal's keys before this transaction's end, and what is read now stays so."""

    async def get(self, thumbprint: str) -> TerminalKey | None:
        """The key, whatever its state."""

    async def of(self, terminals: Collection[TerminalId]) -> Sequence[TerminalKey]:
        """The keys of these terminals that are not retired, those that were bound last first."""

    async def add(self, key: TerminalKey) -> None:
        """A key is a terminal's from now on. Raises Conflict when it, or another one of the same state, is already."""

    async def save(self, key: TerminalKey) -> None:
        """What became of a key that was `get`. Raises Conflict when another one of the terminal has that state."""

    async def add_use(self, thumbprint: str, identifier: str, use: Use, kept_until: datetime) -> bool:
        """A token was used. False, and nothing is written, when it was before.

        What was kept of the same key and is kept no longer goes.
        """

    async def uses(self, thumbprint: str) -> Sequence[Use]:
        """The uses that are still kept and have a counter, in no order."""


class Enrolments(Protocol):
    """Keys that wait to be approved. Each has one code at a time, which is found by its digest."""

    async def add(self, request: EnrolmentRequest, most: int) -> None:
        """A key asks; an earlier request of the same key is forgotten. Of more than `most` the oldest gives way."""

    async def find(self, code: str) -> EnrolmentRequest | None:
        """Whose code this is, unless it has run out."""

    async def take(self, code: str, thumbprint: str) -> EnrolmentRequest | None:
        """The same, if it is this key's; the code is used up. Of several that take it, one gets it."""


class KeyTokens(Protocol):
    """Reads keys and what they signed. Only ES256, only P-256, and no header that says where to find a key."""

    def key(self, x: str, y: str) -> PublicKey:
        """The key of these coordinates. Raises AssertionInvalid when they are those of no point of P-256."""

    def thumbprint_in(self, token: str) -> str:
        """Whose key the token says has signed it, whether that is so or not. Raises AssertionInvalid."""

    def claims(self, token: str, key: PublicKey, kind: str) -> Claims:
        """What the token says, which this key has signed. Raises AssertionInvalid, also for one of another type."""
