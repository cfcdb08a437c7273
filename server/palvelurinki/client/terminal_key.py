"""A terminal's key (P-256), in a file that its owner alone may read, with the counter of its sign-ins.

The counter is written to the disk before the assertion that bears it leaves the machine, and one process at a time has
the file: so no number is ever used twice, whatever crashes. A copy of the file counts on its own, which is how the
server finds out that there is one. That is also why a disk that is restored from a backup has lost its key.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from palvelurinki.client.errors import KeyUnusable
from palvelurinki.domain.enrolment import fingerprint
from palvelurinki.protocol.enrolment import KeyChange, PublicJwk

SIGN_IN: Final = "client-authentication+jwt"
PROOF: Final = "key-proof+jwt"
CHANGE: Final = "key-change+jwt"
GOOD_FOR_S: Final = 60
OWNER_ALONE: Final = 0o600


class TerminalKey:
    """The key in the file at `path`; made there when there is none.

    Its methods read, lock and write the file, and so block for as long as the disk takes. Raises KeyUnusable when the
    file holds no key or cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._held():
            pass

    @property
    def thumbprint(self) -> str:
        """The key's RFC 7638 SHA-256 thumbprint, by which the server knows it."""
        return _imported(self._read()["key"]).thumbprint()

    @property
    def fingerprint(self) -> str:
        """What people compare: the server's administrators see the same."""
        return fingerprint(self.thumbprint)

    @property
    def public(self) -> PublicJwk:
        """What is told of it."""
        return _public(self._read()["key"])

    def assertion(self, audience: str, now: datetime) -> str:
        """A sign-in at the address `audience`. Each is good once, and counts."""
        with self._held() as kept:
            kept["count"] += 1
        return _signed(kept["key"], SIGN_IN, audience, now, {"count": kept["count"]})

    def proof(self, audience: str, now: datetime) -> str:
        """That whoever sends this holds the key."""
        return _signed(self._read()["key"], PROOF, audience, now, {})

    def next(self, audience: str, now: datetime) -> KeyChange:
        """The key that is to follow, with its proof and this key's word that it is.

        It stays the same until it is `adopted`, for answers are lost.
        """
        with self._held() as kept:
            kept.setdefault("next", _made())
        follows = {"next": _imported(kept["next"]).thumbprint()}
        return KeyChange(
            key=_public(kept["next"]),
            proof=_signed(kept["next"], PROOF, audience, now, {}),
            change=_signed(kept["key"], CHANGE, audience, now, follows),
        )

    def adopt_next(self) -> None:
        """The server knows the key that is to follow: it is the key from now on."""
        with self._held() as kept:
            if "next" in kept:
                kept["key"], kept["count"] = kept.pop("next"), 0

    def _read(self) -> dict[str, Any]:
        with self._held() as kept:
            return kept

    @contextmanager
    def _held(self) -> Iterator[dict[str, Any]]:
        """What the file holds, which nobody else reads or writes meanwhile; on the disk, if changed, at the end."""
        try:
            lock = os.open(self._path.with_name(f"{self._path.name}.lock"), os.O_RDWR | os.O_CREAT, OWNER_ALONE)
        except OSError as error:
            raise KeyUnusable(f"{self._path}: {error.strerror}") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            before = self._path.read_bytes() if self._path.exists() else None
            kept = {"key": _made(), "count": 0} if before is None else _parsed(self._path, before)
            yield kept
            after = json.dumps(kept).encode()
            if after != before:
                self._write(after)
        except OSError as error:
            raise KeyUnusable(f"{self._path}: {error.strerror}") from error
        finally:
            os.close(lock)

    def _write(self, text: bytes) -> None:
        fresh = self._path.with_name(f"{self._path.name}.new")
        fresh.unlink(missing_ok=True)
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE)
        try:
            os.write(file, text)
            os.fsync(file)
        finally:
            os.close(file)
        fresh.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _made() -> dict[str, str]:
    key = ECKey.generate_key("P-256", private=True).as_dict(private=True)
    return {name: str(key[name]) for name in ("kty", "crv", "x", "y", "d")}


def _imported(key: dict[str, str]) -> ECKey:
    return ECKey.import_key({**key})


def _public(key: dict[str, str]) -> PublicJwk:
    return PublicJwk(kty="EC", crv="P-256", x=key["x"], y=key["y"])


def _signed(key: dict[str, str], kind: str, audience: str, now: datetime, more: Mapping[str, int | str]) -> str:
    imported = _imported(key)
    thumbprint = imported.thumbprint()
    at = int(now.timestamp())
    claims = {
        "iss": thumbprint,
        "sub": thumbprint,
        "aud": audience,
        "iat": at,
        "exp": at + GOOD_FOR_S,
        "jti": secrets.token_urlsafe(16),
        **more,
    }
    header = {"alg": "ES256", "typ": kind, "kid": thumbprint}
    return jws.serialize_compact(header, json.dumps(claims), imported, algorithms=["ES256"])


def _parsed(path: Path, text: bytes) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = json.loads(text)
        if _imported(kept["key"]).is_private and type(kept["count"]) is int:
            return kept
    except (JoseError, ValueError, KeyError, TypeError):
        # What was read is a secret, and may stand in the error, which is therefore not passed on.
        pass
    raise KeyUnusable(f"{path} holds no terminal's key")
