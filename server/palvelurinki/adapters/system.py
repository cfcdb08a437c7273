"""What the machine itself gives: ids from its clock, secrets from its entropy, and what the server's secret gives.

From the secret come pseudonyms of staff and the seals of the audit log, each by a key of its own.
"""

import hashlib
import hmac
import random
import secrets
import threading
import time
from collections.abc import Iterator, Sequence

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# RFC 9562, section 5.7: 48 bits of Unix milliseconds, 4 of version, 12 and 62 to tell apart, 2 of variant.
_VERSION = 0x7
_VARIANT = 0b10
_COUNTER_BITS = 12
_RANDOM_BITS = 62
_RANDOM_BYTES = 8
_DRAWN_AT_ONCE = 256

_PSEUDONYM_LENGTH = 16
_TOKEN_BYTES = 32
_SEAL_KEY_BYTES = 32
_KEY_NAME_BYTES = 8


class SystemIds:
    """Ids are UUIDs of version 7 in 32 hexadecimal digits, growing within a process; tokens have 256 random bits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0
        self._drawn: Iterator[bytes] = iter(())

    def new(self) -> str:
        """A new id, greater than any that this object made before."""
        with self._lock:
            # Milliseconds and a counter are one number (the RFC's method 1 with a counter of 12 bits): ids of one
            # millisecond count on, and when the clock steps back they go on from where they were.
            self._last = max(self._last + 1, (time.time_ns() // 1_000_000) << _COUNTER_BITS)
            milliseconds, counter = divmod(self._last, 1 << _COUNTER_BITS)
        number = milliseconds << 80 | _VERSION << 76 | counter << 64
        number |= _VARIANT << _RANDOM_BITS | self._random()
        return f"{number:032x}"

    def _random(self) -> int:
        # Asked of the system for many ids at once, each of which then takes its own part.
        drawn = next(self._drawn, None)
        if drawn is None:
            fresh = secrets.token_bytes(_RANDOM_BYTES * _DRAWN_AT_ONCE)
            self._drawn = iter([fresh[first : first + _RANDOM_BYTES] for first in range(0, len(fresh), _RANDOM_BYTES)])
            drawn = next(self._drawn)
        return int.from_bytes(drawn, "big") >> (8 * _RANDOM_BYTES - _RANDOM_BITS)

    def token(self) -> str:
        """A new secret of 256 bits, URL-safe."""
        return secrets.token_urlsafe(_TOKEN_BYTES)


def chance(seed: str) -> random.Random:
    """Chance for forecasts: the same seed gives the same numbers. Nothing secret depends on it."""
    return random.Random(seed)  # noqa: S311  # forecasts, no secrets


class HmacPseudonyms:
    """Pseudonyms of staff. Each organisation has its own key, derived from the server's secret.

    So one person in two organisations has two pseudonyms, and an organisation that is given its key can turn its own
    pseudonyms back (by trying its staff) and nobody else's.
    """

    def __init__(self, secret: str) -> None:
        if not secret:
            raise ValueError("pseudonyms need a secret")
        self._secret = secret.encode()
        # As many as there are members of staff, who take many calls each.
        self._known: dict[tuple[str, str], str] = {}

    def of(self, organisation: str, staff: str) -> str:
        """16 hexadecimal digits, the same each time."""
        known = self._known.get((organisation, staff))
        if known is None:
            key = hmac.digest(self._secret, b"pseudonyms of " + organisation.encode(), hashlib.sha256)
            known = hmac.digest(key, staff.encode(), hashlib.sha256).hex()[:_PSEUDONYM_LENGTH]
            self._known[organisation, staff] = known
        return known


class HmacSeals:
    """Seals of the audit log: HMAC-SHA-256 by a key that HKDF derives from the server's secret.

    What was sealed by `former` secrets, the oldest first, can still be checked. The key's name is derived with it, and
    tells nothing of it.
    """

    def __init__(self, secret: str, former: Sequence[str] = ()) -> None:
        if not secret:
            raise ValueError("seals need a secret")
        derived = [_seal_key(each) for each in (*former, secret)]
        self._keys = dict(derived)
        self._names = [name for name, _ in derived]
        self.key = self._names[-1]

    def seal(self, text: str) -> str:
        """64 hexadecimal digits."""
        return self._sealed(text, self.key)

    def fits(self, text: str, key: str, seal: str) -> bool:
        """Whether this is the text's seal by the key of that name; not so by one that is not known."""
        return key in self._keys and hmac.compare_digest(self._sealed(text, key).encode(), str(seal).encode())

    def age(self, key: str) -> int | None:
        """How many keys have followed this one: 0 for the newest; None: it is not known."""
        return len(self._names) - 1 - self._names.index(key) if key in self._keys else None

    def _sealed(self, text: str, key: str) -> str:
        return hmac.digest(self._keys[key], text.encode(), hashlib.sha256).hex()


def _seal_key(secret: str) -> tuple[str, bytes]:
    """The key's name, and the key."""
    info = b"palvelurinki audit log, version 1"
    derived = HKDF(SHA256(), _KEY_NAME_BYTES + _SEAL_KEY_BYTES, salt=None, info=info).derive(secret.encode())
    return derived[:_KEY_NAME_BYTES].hex(), derived[_KEY_NAME_BYTES:]
