"""Terminals' keys: how one comes to be good for a place, and when it is good no longer.

    pending → active → retiring → retired; active and retiring → revoked or quarantined

A terminal makes its key itself and asks for it to be approved (pending: a request, with a code that is good once and
for a quarter of an hour). Approved, it is active; when the terminal binds its next key, the one before is retiring
until the next one has signed in. Nothing leads back: a terminal whose key is over makes another one.

A counter stands beside the key and grows with every sign-in, as a security key's does (WebAuthn, section 6.1.1). Each
number is used in one assertion, so two that have the same, or come in an order in which no single holder makes them,
were made by two holders of the key.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from palvelurinki.domain.directory import TerminalId
from palvelurinki.domain.machine import Machine

CODE_LIFE: Final = timedelta(minutes=15)
CODE_LENGTH: Final = 8
# Crockford's base32: no I, L, O or U.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
FINGERPRINT_LENGTH: Final = 20
GROUP: Final = 4
# A key is changed when it is older than this.
KEY_AGE: Final = timedelta(days=30)
# How many requests are kept at a time; of more, the oldest gives way, and its terminal shows a new code when asked.
REQUESTS_MOST: Final = 1000

_READ_AS: Final = str.maketrans("OIL", "011")
_SEPARATORS: Final = re.compile(r"[\s-]+")


class KeyState(StrEnum):
    """How far a terminal's key has come. `pending` is that of a request: it is no terminal's yet."""

    PENDING = "pending"
    ACTIVE = "active"
    RETIRING = "retiring"
    RETIRED = "retired"
    REVOKED = "revoked"
    QUARANTINED = "quarantined"


class KeyTrigger(StrEnum):
    """What happens to a key. `succeed`: the next one was bound; `retire`: the next one has signed in."""

    APPROVE = "approve"
    SUCCEED = "succeed"
    RETIRE = "retire"
    REVOKE = "revoke"
    QUARANTINE = "quarantine"


KEY: Machine[KeyState, KeyTrigger] = Machine(
    name="terminal key",
    initial=KeyState.PENDING,
    transitions={
        (KeyState.PENDING, KeyTrigger.APPROVE): KeyState.ACTIVE,
        (KeyState.ACTIVE, KeyTrigger.SUCCEED): KeyState.RETIRING,
        (KeyState.RETIRING, KeyTrigger.RETIRE): KeyState.RETIRED,
        (KeyState.ACTIVE, KeyTrigger.REVOKE): KeyState.REVOKED,
        (KeyState.RETIRING, KeyTrigger.REVOKE): KeyState.REVOKED,
        (KeyState.ACTIVE, KeyTrigger.QUARANTINE): KeyState.QUARANTINED,
        (KeyState.RETIRING, KeyTrigger.QUARANTINE): KeyState.QUARANTINED,
    },
)

GOOD: Final = frozenset({KeyState.ACTIVE, KeyState.RETIRING})
"""A key in one of these states signs its terminal in."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A point of P-256 in base64url, and the RFC 7638 SHA-256 thumbprint of the key that it is."""

    thumbprint: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class EnrolmentRequest:
    """A key that waits to be approved. `code` is the code's digest."""

    key: PublicKey
    code: str
    requested_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TerminalKey:
    """A key that is, or was, a terminal's.

    `enrolled_at` and `enrolled_by` (an actor, as in the audit log) are of the terminal's enrolment, and are handed on
    from key to key; `bound_at` is this key's own. `count` is the highest counter with which it signed in, `made_at`
    when that assertion was made.
    """

    key: PublicKey
    terminal: TerminalId
    state: KeyState
    enrolled_at: datetime
    enrolled_by: str
    bound_at: datetime
    count: int = 0
    made_at: datetime | None = None
    used_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_good(self) -> bool:
        """Whether it signs its terminal in."""
        return self.state in GOOD

    def after(self, trigger: KeyTrigger, now: datetime) -> "TerminalKey":
        """The key once that has happened. Raises TransitionRefused."""
        state = KEY.next(self.state, trigger)
        return replace(self, state=state, ended_at=None if state in GOOD else now)

    def used(self, use: "Use", now: datetime) -> "TerminalKey":
        """The key once it has signed in so."""
        return replace(self, count=use.count, made_at=use.made_at, used_at=now)

    def is_to_be_changed(self, now: datetime) -> bool:
        """Whether the terminal is to bind another key; also one that had begun to, and does not know that it did."""
        return self.state is KeyState.RETIRING or now - self.bound_at > KEY_AGE


def successor(key: TerminalKey, next_key: PublicKey, now: datetime) -> TerminalKey:
    """The key that the holder of this one binds after it."""
    state = KEY.next(KeyState.PENDING, KeyTrigger.APPROVE)
    return TerminalKey(next_key, key.terminal, state, key.enrolled_at, key.enrolled_by, now)


def approved(request: EnrolmentRequest, terminal: TerminalId, by: str, now: datetime) -> TerminalKey:
    """The key that the request becomes when `by` says that it is this terminal's."""
    state = KEY.next(KeyState.PENDING, KeyTrigger.APPROVE)
    return TerminalKey(request.key, terminal, state, now, by, now)


# ---- Two holders ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Use:
    """A sign-in: its counter, and when its assertion was made."""

    count: int
    made_at: datetime


class Sighting(StrEnum):
    """What an assertion's counter says."""

    NEXT = "next"
    LATE = "late"
    HELD_TWICE = "held_twice"


def sighting(key: TerminalKey, use: Use, recent: Sequence[Use]) -> Sighting:
    """What this use says beside those before; `recent` has at least all whose assertions could still be under way.

    One holder numbers assertions in the order of making. So one with a lower number may only have been overtaken on
    the way: then it was made before every one with a higher number. It is late, and harmless. Where a number is used
    again, or a lower one was made after a higher one, there are two.
    """
    if use.count > key.count:
        return Sighting.NEXT
    above = [each for each in recent if each.count >= use.count]
    if key.made_at is not None:
        above.append(Use(key.count, key.made_at))
    twice = any(each.count == use.count or each.made_at < use.made_at for each in above)
    return Sighting.HELD_TWICE if twice else Sighting.LATE


# ---- What people read and type -------------------------------------------------------------------------------


def code_of(secret: str) -> str:
    """A code drawn from a secret that is as long as any."""
    number = int.from_bytes(hashlib.sha256(secret.encode()).digest())
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in range(CODE_LENGTH))


def read_code(typed: str) -> str | None:
    """The code that somebody typed, whatever its case and hyphens, O for 0, I or L for 1; None when it is none."""
    code = _SEPARATORS.sub("", typed).upper().translate(_READ_AS)
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else None


def fingerprint(thumbprint: str) -> str:
    """What both ends show of a key for people to compare: "K3QF-…", five groups of four, 100 bits."""
    return grouped(base64.b32encode(base64.urlsafe_b64decode(f"{thumbprint}=")).decode()[:FINGERPRINT_LENGTH])


def is_fingerprint(typed: str, thumbprint: str) -> bool:
    """Whether somebody means this key's fingerprint, whatever the case and the hyphens."""
    return grouped(_SEPARATORS.sub("", typed).upper()) == fingerprint(thumbprint)


def grouped(text: str) -> str:
    """In groups of four."""
    return "-".join(text[first : first + GROUP] for first in range(0, len(text), GROUP))
